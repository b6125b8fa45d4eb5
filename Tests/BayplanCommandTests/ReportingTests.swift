import Bayplan
import Testing

/// The pure functions behind the output.
@Suite struct ReportingTests {
  @Test func jsonSurvivesHostileStrings() throws {
    let texts = ["", "a\"b\\c", "\u{0}\u{1F}\n\t\r", "\u{7F}é日本🚢", "\u{2028}"]
    let value = DataValue.array(texts.map(DataValue.string) + [.integer(.min), .integer(.max), .null, .bool(true)])
    #expect(try JSONReader.read(Array(JSONWriter.text(value).utf8), file: "x") == value)
    #expect(try JSONReader.read(Array(JSONWriter.compact(value).utf8), file: "x") == value)
  }

  @Test(arguments: ["", "{", "[1,]", "{\"a\":1,\"a\":2}", "nul", "1 2", "\"\\x\"", "\"", "{\"a\" 1}", "-", "1e999"])
  func badJSONIsRefused(_ text: String) {
    #expect(throws: InputError.self) { try JSONReader.read(Array(text.utf8), file: "x") }
  }

  @Test func deepJSONIsRefused() {
    let text = String(repeating: "[", count: 100_000)
    #expect(throws: InputError.self) { try JSONReader.read(Array(text.utf8), file: "x") }
  }

  @Test func formulasInCSVAreDisarmed() {
    let text = CSVWriter.text(
      header: ["a"], rows: [[.text("=1+1")], [.text("a,\"b\"")], [.integer(-3)], [.text("-x")]])
    #expect(text == "a\n\"'=1+1\"\n\"a,\"\"b\"\"\"\n-3\n\"'-x\"\n")
  }

  @Test func controlCharactersAreSpelledOut() {
    #expect(TextStyle.neutralized("a\u{1B}[31mb\u{202E}c\u{200B}") == "a\\u{1B}[31mb\\u{202E}c\\u{200B}")
    #expect(TextStyle.neutralized("Müller 日本") == "Müller 日本")
  }

  @Test func largeClustersAreFolded() throws {
    var cluster = Cluster()
    var placements: [Placement] = []
    for index in 0..<5000 {
      cluster.nodes.append(Node(name: "node-\(index)", allocatable: [.cpu: 16_000, .memory: 64 << 30, .pods: 110]))
      let id = PodID(namespace: "load", name: "pod-\(index)")
      cluster.pods.append(Pod(id: id, spec: PodSpec(requests: [.cpu: Int64(index + 1), .memory: 1 << 30])))
      placements.append(Placement(pod: id, node: "node-\(index)"))
    }
    let plan = Plan(
      status: .feasible, termination: .timeLimit, criteria: [CriterionValue(.nodes, value: 5000, bound: 100)],
      strategy: "s", engine: "e", placements: placements, openedNodes: [], unplaced: [], certificates: [], notices: [],
      solveSeconds: 1)
    let text = PlanReport(plan, cluster: cluster, style: TextStyle(width: 100)).text()
    #expect(text.split(separator: "\n").count < 40)
    #expect(text.contains("… 4,982 more"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func documentsReadBack() throws {
    var cluster = Cluster()
    cluster.nodes = [Node(name: "n", labels: ["a": "b"], allocatable: [.cpu: 1000, .pods: 3], price: 5, type: "t")]
    cluster.nodeTypes = [NodeType(name: "t", allocatable: [.cpu: 1000], price: 7, zones: ["z"], maxCount: 2)]
    var spec = PodSpec(requests: [.cpu: 100], labels: ["app": "x"])
    spec.hostPorts = [HostPort(port: 80)]
    spec.podAntiAffinity = [PodAffinityTerm(selector: LabelSelector(), namespaces: ["s"], topologyKey: "k")]
    for index in 0..<3 { cluster.pods.append(Pod(id: PodID(namespace: "s", name: "p-\(index)"), spec: spec)) }
    cluster.daemons = [DaemonWorkload(id: PodID(namespace: "s", name: "d"), spec: PodSpec())]
    cluster.disruptionBudgets = [
      DisruptionBudget(namespace: "s", name: "b", selector: nil, minAvailable: .percent(50))
    ]
    let plan = try Planner().plan(cluster)
    let value = PlanDocument.value(plan, cluster: cluster)
    let (read, embedded) = try PlanDocument.plan(from: JSONReader.read(Array(JSONWriter.text(value).utf8), file: "p"))
    #expect(PlanDocument.value(read, cluster: embedded) == value)
    #expect(embedded.pods == cluster.pods && embedded.nodes == cluster.nodes && embedded.daemons == cluster.daemons)
    #expect(embedded.nodeTypes == cluster.nodeTypes && embedded.disruptionBudgets == cluster.disruptionBudgets)
    #expect(read.certificates == plan.certificates && read.placements == plan.placements)
  }
}
