import BayplanModel
import Testing

@testable import BayplanManifests

/// Invalid objects, each refused at the line where the mistake stands.
@Suite struct InvalidObjectTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var line: Int
    var message: String

    var testDescription: String { name }

    init(_ name: String, line: Int, _ message: String, _ text: String) {
      self.name = name
      self.text = text
      self.line = line
      self.message = message
    }
  }

  private static let head = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
  private static let one = head + "  containers: [{name: c}]\n"
  private static let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n"
  private static let template = "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}\n"

  private static func requests(_ text: String) -> String {
    head + "  containers:\n  - name: c\n    resources:\n      requests: {\(text)}\n"
  }

  private static func spread(_ text: String) -> String { one + "  topologySpreadConstraints:\n  - {\(text)}\n" }

  private static func affinity(_ text: String) -> String {
    one + "  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n"
      + "        nodeSelectorTerms:\n        - matchExpressions:\n          - {\(text)}\n"
  }

  static let cases: [Case] = [
    Case("no kind", line: 1, "no 'kind'", "apiVersion: v1\nmetadata: {name: a}\n"),
    Case("no mapping", line: 1, "not a list", "- a\n- b\n"),
    Case("no metadata", line: 1, "'metadata' is missing", "kind: Pod\napiVersion: v1\nspec: {}\n"),
    Case("no name", line: 3, "no name", "apiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\nspec: {}\n"),
    Case("bad name", line: 3, "not a valid name", "apiVersion: v1\nkind: Pod\nmetadata: {name: Big_Name}\nspec: {}\n"),
    Case("label is a number", line: 3, "must be a string", pod("a", metadata: "labels: {version: 1.0}")),
    Case("no spec", line: 1, "'spec' is missing", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"),
    Case("spec is a list", line: 4, "must be a mapping", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: [1]\n"),
    Case("wrong unit", line: 8, "'memory'", requests("memory: 1K")),
    Case("exponent without number", line: 8, "'cpu'", requests("cpu: 1e")),
    Case("negative request", line: 8, "negative", requests("cpu: -1")),
    Case("absurd request", line: 8, "more than any machine", requests("memory: 9Ei")),
    Case("request is a list", line: 8, "must be a quantity", requests("cpu: [1]")),
    Case("half a device", line: 8, "whole number", requests("nvidia.com/gpu: 500m")),
    Case(
      "limit below request", line: 9, "larger than its limit",
      pod("z") + "---\n" + pod("a", container: "resources: {requests: {cpu: 2}, limits: {cpu: 1}}")),
    Case(
      "two containers of one name", line: 7, "two containers", head + "  containers:\n  - {name: c}\n  - {name: c}\n"),
    Case("port out of range", line: 4, "outside", pod("a", container: "ports: [{containerPort: 99999}]")),
    Case("unknown protocol", line: 4, "'HTTP'", pod("a", container: "ports: [{hostPort: 80, protocol: HTTP}]")),
    Case(
      "unknown toleration operator", line: 7, "'Equals'",
      one + "  tolerations:\n  - {key: a, operator: Equals}\n"),
    Case("toleration without key", line: 7, "needs the operator Exists", one + "  tolerations:\n  - {value: b}\n"),
    Case("unknown effect", line: 7, "'Never'", one + "  tolerations:\n  - {key: a, effect: Never}\n"),
    Case("skew of zero", line: 7, "outside", spread("maxSkew: 0, topologyKey: z, whenUnsatisfiable: DoNotSchedule")),
    Case(
      "domains of a soft rule", line: 7, "DoNotSchedule only",
      spread("maxSkew: 1, minDomains: 2, topologyKey: z, whenUnsatisfiable: ScheduleAnyway")),
    Case(
      "unknown action", line: 7, "'Maybe'", spread("maxSkew: 1, topologyKey: z, whenUnsatisfiable: Maybe")),
    Case(
      "keys without selector", line: 7, "needs a labelSelector",
      spread("maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a]")),
    Case("unknown operator", line: 11, "'Is'", affinity("key: a, operator: Is, values: [b]")),
    Case("comparison with a word", line: 11, "one whole number", affinity("key: a, operator: Gt, values: [b]")),
    Case("In without values", line: 11, "needs values", affinity("key: a, operator: In")),
    Case("Exists with values", line: 11, "takes no values", affinity("key: a, operator: Exists, values: [b]")),
    Case("negative replicas", line: 5, "outside", deployment + "  replicas: -1\n" + template),
    Case("too many replicas", line: 5, "outside", deployment + "  replicas: 1000001\n" + template),
    Case("replicas as text", line: 5, "whole number", deployment + "  replicas: \"3\"\n" + template),
    Case(
      "selector of other pods", line: 5, "does not match",
      deployment + "  selector: {matchLabels: {a: c}}\n" + template),
    Case("duplicate", line: 6, "twice", pod("a") + "---\n" + pod("a")),
    Case(
      "user priority too high", line: 4, "outside",
      "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: p}\nvalue: 2000000000\n"),
    Case(
      "taint without effect", line: 4, "'effect' is missing",
      "apiVersion: v1\nkind: Node\nmetadata: {name: n}\nspec: {taints: [{key: a}]}\n"),
    Case(
      "pool without count", line: 1, "neither",
      "apiVersion: bayplan/v1\nkind: NodePool\nname: p\n"
        + "capacity: {cpu: 1, memory: 1Gi}\n"),
    Case(
      "pool without memory", line: 5, "nothing of memory",
      "apiVersion: bayplan/v1\nkind: NodePool\nname: p\ncount: 1\ncapacity: {cpu: 1}\n"),
    Case(
      "reserved too much", line: 5, "more cpu is reserved",
      "apiVersion: bayplan/v1\nkind: NodePool\nname: p\ncount: 1\nreserved: {cpu: 2}\n"
        + "capacity: {cpu: 1, memory: 1Gi}\n"),
    Case(
      "price is a word", line: 5, "'price'",
      "apiVersion: bayplan/v1\nkind: NodePool\nname: p\ncount: 1\nprice: cheap\n"
        + "capacity: {cpu: 1, memory: 1Gi}\n"),
  ]

  @Test(arguments: cases) func isRefusedAtItsLine(_ example: Case) throws {
    let found = problems(example.text)
    let problem = try #require(found.first { $0.message.contains(example.message) }, "\(found)")
    #expect(problem.location?.line == example.line, "\(problem)")
    #expect(problem.location?.file == "bad.yaml")
  }

  @Test func allProblemsAreReportedTogether() {
    var reader = ManifestReader()
    reader.read(pod("a", container: "resources: {requests: {cpu: 1K, memory: 2KB}}"), name: "one.yaml")
    reader.read(pod("b", spec: "tolerations: [{key: x, operator: Is}]"), name: "two.yaml")
    #expect(throws: InputError.self) { try reader.cluster() }
    do throws(InputError) {
      _ = try reader.cluster()
    } catch {
      #expect(error.problems.count == 3)
      #expect(error.problems.map(\.object) == ["Pod default/a", "Pod default/a", "Pod default/b"])
      #expect(error.problems.allSatisfy { $0.fix != nil })
    }
  }

  @Test(arguments: ["a.yaml", "compose.yaml", "Dockerfile", "a.json"]) func badBytesNameTheirLine(_ name: String) throws
  {
    let heads = ["a.json": "{\"a\":\n\"é\",\n\"b\": \""]
    let head = Array((heads[name] ?? "# é\n#\n# ").utf8)
    for bytes: [UInt8] in [[0], [0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xC3, 0x0A, 0xFF]] {
      var reader = ManifestReader()
      reader.read(.init(head + bytes + Array("\"}\n#\n".utf8)), name: name)
      let error = try #require(throws: InputError.self) { try reader.cluster() }
      #expect(error.problems.first?.location?.line == 3, "\(name) \(bytes): \(error)")
    }
  }

  @Test func emptyUnreadableCompressedAndBinaryInput() {
    #expect(problems("# nothing\n").map(\.code) == [.empty])
    #expect(problems("a: \0").map(\.code) == [.syntax])
    var reader = ManifestReader()
    reader.read(path: "/no/such/file.yaml")
    do throws(InputError) {
      _ = try reader.cluster()
      Issue.record("a missing file was taken")
    } catch {
      #expect(error.problems.map(\.code) == [.unreadable])
    }
    var packed = ManifestReader()
    packed.read(.init([0x1f, 0x8b, 8, 0]), name: "a.json.gz")
    do throws(InputError) {
      _ = try packed.cluster()
      Issue.record("a compressed file was taken")
    } catch {
      #expect(error.problems.first?.fix?.contains("gunzip") == true)
    }
  }
}
