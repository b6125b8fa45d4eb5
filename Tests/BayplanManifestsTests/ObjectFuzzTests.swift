import BayplanModel
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
}
