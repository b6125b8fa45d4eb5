import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

@Suite struct ScenarioTests {
  private static let nodes = """
    apiVersion: bayplan/v1
    kind: NodePool
    name: n
    count: 2
    zones: [a, b]
    labels: {disk: ssd}
    capacity: {cpu: 4, memory: 8Gi}
    ---
    {apiVersion: bayplan/v1, kind: NodePool, name: pool, max: 3, capacity: {cpu: 4, memory: 8Gi}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "web:1"}]}}
    ---
    {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}}}
    ---
    apiVersion: batch/v1
    kind: Job
    metadata: {name: sum}
    spec: {template: {spec: {containers: [{name: sum, image: "sum:1"}]}}}
    """

  /// Reads with everything that is named being the cluster above.
  private func read(_ text: String) throws(InputError) -> Scenario {
    let loader = ScenarioReader.Loader(
      strategies: ["kube-scheduler", "best-fit"], planners: ["auto"],
      cluster: { _ throws(InputError) in
        var reader = ManifestReader()
        reader.read(Self.nodes, name: "nodes.yaml")
        return try reader.cluster()
      },
      profiles: { _ throws(InputError) in [.standard] },
      trace: { _ throws(InputError) in
        Trace(shapes: [PodSpec()], arrivals: [.init(atMillis: 0, lifetimeMillis: nil, shape: 0)])
      },
      generate: { _ throws(InputError) in
        Trace(shapes: [PodSpec()], arrivals: [.init(atMillis: 0, lifetimeMillis: nil, shape: 0)])
      })
    return try ScenarioReader(loader).scenario(text, file: "s.yaml", folder: "")
  }

  private func problems(_ text: String) -> [String] {
    do throws(InputError) {
      _ = try read(text)
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private static let head = "apiVersion: bayplan/v1\nkind: Scenario\nduration: 1h\ncluster: [nodes.yaml]\n"

  @Test func whatIsNotSaidIsTheDefault() throws {
    let scenario = try read(Self.head)
    #expect(scenario.duration == 3_600_000 && scenario.seed == 1 && scenario.name == "s")
    #expect(scenario.timings == Scenario.Timings() && scenario.nodeAutoscaling == nil)
    #expect(scenario.cluster.workloads.map(\.reference) == ["Deployment/default/web", "Job/default/sum"])
  }

  @Test(arguments: [
    ("colour: red", "s.yaml:5:9", "there is no field 'colour' here"),
    ("events:\n  - {at: 5m, explode: n-0}", "s.yaml:6:5", "something is missing here"),
    ("events:\n  - {at: 5m, fail: n-0, drain: n-1}", "s.yaml:6:5", "only one can be here: fail, drain"),
    ("events:\n  - {at: 5m, fail: nowhere}", "s.yaml:6:5", "there is no node 'nowhere'"),
    ("events:\n  - {at: 5m, fail: {zone: z}, fro: 5m}", "s.yaml:6:36", "there is no field 'fro' here"),
    ("events:\n  - {at: -5, fail: n-0}", "s.yaml:6:10", "it cannot be negative"),
    ("events:\n  - {at: 2h, fail: n-0}", "s.yaml:6:10", "after the end at 1h"),
    ("events:\n  - {at: 5m, scale: Deployment/default/wib, replicas: 2}", "s.yaml:6:21", "there is no workload"),
    ("events:\n  - {at: 5m, scale: Deployment/default/web}", "s.yaml:6:5", "'replicas' is missing"),
    ("events:\n  - {at: soon, fail: n-0}", "s.yaml:6:10", "must be a length of time"),
    ("events:\n  - {at: 5m, add: nopool}", "s.yaml:6:5", "there is no elastic node pool 'nopool'"),
    ("faults:\n  - {nodes: all, mtbf: 0s, mttr: 5m}", "s.yaml:6:24", "it must be more than nothing"),
    ("faults:\n  - {nodes: all, mtbf: -30, mttr: 5m}", "s.yaml:6:24", "it cannot be negative"),
    ("faults:\n  - {nodes: all, mtbf: 3d}", "s.yaml:6:5", "'mttr' is missing"),
    ("faults:\n  - {pods: all, mtbf: 3d, mttr: 5m}", "s.yaml:6:33", "there is no field 'mttr' here"),
    ("runs:\n  - {workload: Deployment/default/web, takes: 5m}", "s.yaml:6:16", "do not run to an end"),
    ("loads:\n  - {service: default/wob, perPod: 5, constant: 3}", "s.yaml:6:15", "there is no Service"),
    ("loads:\n  - {service: default/web, perPod: 0, constant: 3}", "s.yaml:6:36", "it must be more than nothing"),
    (
      "loads:\n  - {service: default/web, perPod: 5, curve: {points: [[5m, 3], [1m, 2]]}}", "s.yaml:6:46",
      "order of time"
    ),
    ("loads:\n  - {service: default/web, perPod: 5, constant: -3}", "s.yaml:6:49", "it cannot be negative"),
    ("runs:\n  - {workload: Job/default/som, takes: 5m}", "s.yaml:6:16", "there is no workload"),
    ("runs:\n  - {workload: Job/default/sum, takes: 5m, failing: 120%}", "s.yaml:6:53", "between 0 and 100"),
    ("workloads:\n  - {inputs: [x.yaml], at: 50m, until: 10m}", "s.yaml:6:40", "before 'at'"),
    ("metrics: {every: 0s}", "s.yaml:5:18", "more than nothing"),
    ("start: yesterday", "s.yaml:5:8", "'start' is 'yesterday'"),
    ("scheduler: {strategy: nope}", "s.yaml:5:23", "there is no strategy 'nope'"),
    ("reoptimize: {every: 0s}", "s.yaml:5:21", "more than nothing"),
    (
      "traces:\n  - {file: a, name: x}\n  - {file: b, name: x}", "s.yaml:6:3",
      "the name 'x' of a trace or generator is taken"
    ),
    ("events:\n  - {at: 1m, fail: n-0, for: 9223372036854775807}", "s.yaml:6:30", "more than a thousand years"),
    ("events:\n  - {at: 1m, update: Deployment/default/web}", "s.yaml:6:5", "the update changes nothing"),
    ("seed: -1", "s.yaml:5:7", "outside"),
  ])
  func everyMistakeHasItsPlace(_ text: String, _ place: String, _ message: String) {
    let found = problems(Self.head + text + "\n")
    #expect(found.contains { $0.hasPrefix(place + ":") && $0.contains(message) }, "\(found)")
  }

  @Test func whatIsMissingIsSaid() {
    #expect(problems("apiVersion: bayplan/v1\nkind: Scenario\n").contains { $0.contains("'duration' is missing") })
    #expect(
      problems("apiVersion: bayplan/v1\nkind: Scenario\nduration: 1h\n").contains {
        $0.contains("'cluster' is missing")
      })
    #expect(problems("kind: Pod\n").contains { $0.contains("this is not a Scenario") })
    #expect(problems("").contains { $0.contains("0 documents") })
    #expect(problems("a: [").count == 1)
  }

  // MARK: The schema

  private static func schema() throws -> [String: Any] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/BayplanManifests/Schemas/scenario.schema.json")
    return try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as! [String: Any]
  }

  /// A value that a part of the schema allows: of several kinds the one with a number.
  private func sample(_ schema: [String: Any], _ root: [String: Any], choice: Int) -> Any {
    var schema = schema
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init)!
      let definition = (root["$defs"] as! [String: Any])[name] as! [String: Any]
      schema = definition.merging(schema) { $1 }
    }
    if let constant = schema["const"] { return constant }
    if let examples = schema["examples"] as? [Any] { return examples[0] }
    if let kinds = schema["oneOf"] as? [[String: Any]] {
      return sample(kinds[choice % kinds.count], root, choice: choice)
    }
    if let items = schema["items"] as? [String: Any] { return [sample(items, root, choice: choice)] }
    var result: [String: Any] = [:]
    for (key, value) in schema["properties"] as! [String: Any] {
      result[key] = sample(value as! [String: Any], root, choice: choice)
    }
    return result
  }

  /// Whatever the schema has the reader takes, and nothing else: each object with a stranger in it is refused, and the
  /// fields that the reader names then are those of the schema.
  @Test(arguments: 0..<9)
  func theSchemaIsWhatTheReaderTakes(_ choice: Int) throws {
    let root = try Self.schema()
    var document = sample(root, root, choice: choice) as! [String: Any]
    let text = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    #expect(problems(text).allSatisfy { $0.contains("there is no node 'n1'") }, "\(problems(text))")
    document["stranger"] = 1
    var places: [([String: Any], [String])] = []
    collect(root, root, choice, [], &places)
    for (schema, path) in places {
      let broken = insert(1, at: path + ["stranger"], into: document)
      let text = String(decoding: try JSONSerialization.data(withJSONObject: broken), as: UTF8.self)
      let keys = (schema["properties"] as! [String: Any]).keys.sorted().joined(separator: ", ")
      #expect(problems(text).contains { $0.contains("There are \(keys).") }, "\(path): \(keys)")
    }
  }

  /// Objects that take no other fields, and the way to each in the sample.
  private func collect(
    _ schema: [String: Any], _ root: [String: Any], _ choice: Int, _ path: [String],
    _ places: inout [([String: Any], [String])]
  ) {
    var schema = schema
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init)!
      schema = (root["$defs"] as! [String: Any])[name] as! [String: Any]
    }
    if schema["examples"] != nil { return }
    if let kinds = schema["oneOf"] as? [[String: Any]] {
      return collect(kinds[choice % kinds.count], root, choice, path, &places)
    }
    if let items = schema["items"] as? [String: Any] { return collect(items, root, choice, path + ["0"], &places) }
    guard let properties = schema["properties"] as? [String: Any] else { return }
    if schema["additionalProperties"] as? Bool == false { places.append((schema, path)) }
    for (key, value) in properties { collect(value as! [String: Any], root, choice, path + [key], &places) }
  }

  private func insert(_ value: Any, at path: [String], into document: Any) -> Any {
    guard let key = path.first else { return value }
    if var list = document as? [Any] {
      list[Int(key)!] = insert(value, at: Array(path.dropFirst()), into: list[Int(key)!])
      return list
    }
    var object = document as! [String: Any]
    object[key] = path.count == 1 ? value : insert(value, at: Array(path.dropFirst()), into: object[key]!)
    return object
  }
}
