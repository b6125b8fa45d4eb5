import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// Random damage never crashes a reader: it gives a cluster or an error.
@Suite struct ObjectFuzzTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    /// splitmix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }

  private static let sample = """
    {"apiVersion": "v1", "kind": "List", "items": [
    {"kind": "Pod", "metadata": {"name": "a", "labels": {"x": "y"}}, "spec": {"nodeName": "n", "priority": 5,
    "containers": [{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}],
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "2"}}}],
    "tolerations": [{"key": "k", "operator": "Exists", "effect": "NoSchedule"}],
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "z", "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"x": "y"}}, "matchLabelKeys": ["x"]}]}},
    {"kind": "Node", "metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}}},
    {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"parallelism": 3, "completions": 2,
    "template": {"spec": {"initContainers": [{"name": "i", "restartPolicy": "Always"}], "containers": []}}}},
    {"apiVersion": "bayplan/v1", "kind": "NodePool", "name": "p", "count": 2, "price": 0.5, "zones": ["a"],
    "capacity": {"cpu": 1, "memory": "1Gi"}}]}
    """

  @Test(arguments: 0..<8) func damagedObjects(_ seed: UInt64) {
    var generator = Generator(state: seed)
    let tokens: [String] = [
      "null", "-1", "99999999999999999999", "1e400", "[]", "{}", "true", "\"\"", "\"9Ei\"", "0.1", "\"{{x}}\"", "-0",
      "\"Gt\"", "[[]]", "9223372036854775807",
    ]
    let clean = Array(Self.sample)
    for _ in 0..<60 {
      var text = clean
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let starts = text.indices.filter { text[$0] == ":" }
        guard let colon = starts.randomElement(using: &generator) else { continue }
        var end = colon + 1
        var depth = 0
        while end < text.count {
          if "[{".contains(text[end]) { depth += 1 }
          if "]}".contains(text[end]) {
            if depth == 0 { break }
            depth -= 1
          }
          if text[end] == "," && depth == 0 { break }
          end += 1
        }
        text.replaceSubrange((colon + 1)..<end, with: " " + tokens.randomElement(using: &generator)!)
      }
      _ = problems(String(text), name: "fuzz.json")
      _ = problems(String(text), name: "fuzz.yaml")
    }
  }

  /// Damage to the text itself: a reader never crashes, and whatever it refuses it names by line.
  @Test(arguments: FuzzSeeds.all.indices) func damagedText(_ index: Int) {
    let (name, texts) = FuzzSeeds.all[index]
    var generator = Generator(state: UInt64(index))
    for text in texts {
      #expect(problems(text, name: name).isEmpty, "\(text)")
      for _ in 0..<(2000 / texts.count) {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &generator) { Self.damage(&bytes, &generator) }
        for problem in problems(Data(bytes), name: name) where problem.location?.line == nil {
          // That a text holds nothing at all is true of no line.
          if problem.code == .empty { continue }
          Issue.record("\(problem)\n\(String(decoding: bytes, as: UTF8.self))")
        }
      }
    }
  }

  private static func damage(_ bytes: inout [UInt8], _ generator: inout Generator) {
    guard let index = bytes.indices.randomElement(using: &generator) else { return }
    let tokens = Array("{}[]:,-?&*!|>'\"#%@`$ \n\t\\<~.0a")
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[index] = UInt8.random(in: 0...255, using: &generator)
    case 2: bytes.insert(contentsOf: String(tokens.randomElement(using: &generator)!).utf8, at: index)
    case 3: bytes.remove(at: index)
    case 4: bytes.removeSubrange(index...)
    default:
      var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let line = lines.indices.randomElement(using: &generator)!
      if Bool.random(using: &generator) {
        lines.insert(lines[line], at: lines.indices.randomElement(using: &generator)!)
      } else {
        lines.remove(at: line)
      }
      bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }
  }
}
