import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

@Suite struct SuiteTests {
  private func read(_ text: String) throws(InputError) -> BenchSuite {
    try SuiteReader(strategies: [.pack: ["auto", "first-fit"], .plan: ["auto"]])
      .suite(text, file: "s.yaml", folder: "suites")
  }

  private func problems(_ text: String) -> [String] {
    do throws(InputError) {
      _ = try read(text)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private static let head = "apiVersion: bayplan/v1\nkind: BenchSuite\nexperiments:\n"
  private static let body = """
      - name: p
        task: pack
        instances: [{files: [a.txt]}]
        strategies: [auto]

    """

  @Test func everythingThatCanBeSaid() throws {
    let suite = try read(
      Self.head + """
          - name: p
            task: pack
            summary: many things
            instances:
              - {files: [a.txt, /b]}
              - {set: hard28, names: [x], pick: 3}
              - {generator: g, with: {items: 20}, seeds: 1..3}
            strategies:
              - auto
              - {name: ff, strategy: first-fit, options: [--ascii, ./profile.yaml, 3]}
              - {peer: scip}
            seeds: [4, 7..8]
            timeLimit: 1m30s
            threads: 2
            memoryLimit: 2Gi
            reference: ff
          - {name: q, task: plan, instances: [{inputs: [n.yaml, p.yaml]}], strategies: [auto], workLimit: 7}
        """)
    let experiment = suite.experiments[0]
    #expect(suite.name == "s" && suite.experiments.count == 2)
    #expect(
      experiment.instances == [
        .files(["suites/a.txt", "/b"]), .set(name: "hard28", names: ["x"], pick: 3),
        .generated(generator: "g", parameters: ["items": 20], seeds: [1, 2, 3]),
      ])
    #expect(experiment.strategies.map(\.name) == ["auto", "ff", "scip"] && experiment.strategies[2].isPeer)
    #expect(experiment.strategies[1].options == ["--ascii", "suites/profile.yaml", "3"])
    #expect(experiment.seeds == [4, 7, 8] && experiment.limits.timeMillis == 90_000 && experiment.limits.threads == 2)
    #expect(experiment.limits.memory == 2 << 30 && experiment.reference == "ff")
    #expect(suite.experiments[1].instances == [.inputs(name: "n", paths: ["suites/n.yaml", "suites/p.yaml"])])
    #expect(suite.experiments[1].limits.work == 7)
  }

  @Test(arguments: [
    (#"    colour: red"#, "s.yaml:8:13", "there is no field 'colour' here"),
    (#"    seeds: 5..2"#, "s.yaml:8:12", "'seeds' is 5..2"),
    (
      #"  - {name: q, task: pack, instances: [{files: [a]}], strategies: [{strategy: auto, options: [--seed, 3]}]}"#,
      "s.yaml:8:94", "'--seed' is not an option here"
    ),
    (#"    seeds: [1, 1..2]"#, "s.yaml:8:12", "has a seed twice"),
    (#"    reference: nobody"#, "s.yaml:8:16", "there is no strategy 'nobody' in this experiment"),
    (#"    timeLimit: 0s"#, "s.yaml:8:16", "more than nothing"),
    (#"    threads: 0"#, "s.yaml:8:14", "outside 1...1024"),
    (#"  - {name: p, task: pack, instances: [{files: [a]}], strategies: [auto]}"#, "s.yaml:8:12", "two experiments"),
    (
      #"  - {name: q, task: fly, instances: [{files: [a]}], strategies: [auto]}"#, "s.yaml:8:21", "which does not exist"
    ),
    (#"  - {name: q, task: pack, instances: [], strategies: [auto]}"#, "s.yaml:8:5", "there are no instances"),
    (#"  - {name: q, task: pack, instances: [{}], strategies: [auto]}"#, "s.yaml:8:39", "something is missing here"),
    (#"  - {name: q, task: pack, instances: [{files: [a]}], strategies: [aut]}"#, "s.yaml:8:67", "no strategy 'aut'"),
    (
      #"  - {name: q, task: pack, instances: [{files: [a]}], strategies: [auto, auto]}"#, "s.yaml:8:73",
      "two strategies have the name 'auto'"
    ),
    (
      #"  - {name: q, task: plan, instances: [{files: [a]}], strategies: [{peer: scip}]}"#, "s.yaml:8:67",
      "tasks of kind pack only"
    ),
  ])
  func everyMistakeHasItsPlace(_ line: String, _ place: String, _ message: String) {
    let found = problems(Self.head + Self.body + line + "\n")
    #expect(found.contains { $0.hasPrefix(place + ":") && $0.contains(message) }, "\(found)")
  }

  @Test func whatIsMissingIsSaid() {
    #expect(problems("kind: Pod\n").contains { $0.contains("this is not a BenchSuite") })
    #expect(problems("apiVersion: bayplan/v1\nkind: BenchSuite\n").contains { $0.contains("there is no experiment") })
    #expect(problems("").contains { $0.contains("0 documents") })
  }

  /// Each part of the schema names the fields that the reader takes, and no others.
  @Test func theSchemaIsWhatTheReaderTakes() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/BayplanManifests/Schemas/bench-suite.schema.json")
    let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
    let parts = root["$defs"] as! [String: [String: Any]]
    func keys(_ schema: [String: Any]) -> String {
      (schema["properties"] as! [String: Any]).keys.sorted().joined(separator: ", ")
    }
    func alternatives(_ name: String) -> [[String: Any]] { parts[name]!["oneOf"] as! [[String: Any]] }
    func expect(_ keys: String, _ text: String) {
      let found = problems(text)
      #expect(found.contains { $0.contains("There are \(keys).") }, "\(keys): \(found)")
    }
    expect(keys(root), Self.head + Self.body + "nothing: 1\n")
    expect(keys(parts["experiment"]!), Self.head + Self.body + "    nothing: 1\n")
    for (schema, key) in zip(alternatives("instances"), ["files: [a]", "inputs: [a]", "set: a", "generator: a"]) {
      let text = "  - {name: q, task: pack, instances: [{\(key), nothing: 1}], strategies: [auto]}\n"
      expect(keys(schema), Self.head + text)
    }
    let text = "  - {name: q, task: pack, instances: [{files: [a]}], strategies: [{strategy: auto, nothing: 1}]}\n"
    expect(keys(alternatives("strategy")[1]), Self.head + text)
    #expect(parts["task"]!["enum"] as! [String] == BenchSuite.Task.allCases.map(\.rawValue))
  }
}
