import Bayplan
import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Pages: whole, well-formed, safe whatever the input is called, and small for large clusters.
@Suite struct HTMLReportTests {
  /// Names as nobody should give them.
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</script><b>",
    "a&b;&lt;",
    "\u{202E}evil\u{200B}\u{0}\u{1B}[31m", "]]>--><!--", String(repeating: "long-", count: 400), "👩‍🚀🚢 日本",
    "javascript:alert(1)", "{{7*7}}${7*7}`",
  ]

  /// Every name in it is hostile, some pods stay out, some run already, and one node is full.
  static func hostileCase() -> (Plan, Cluster) {
    var cluster = Cluster()
    var placements: [Placement] = []
    var unplaced: [Unplaced] = []
    for (index, name) in hostile.enumerated() {
      let resource = Resource("vendor/\(name)")
      cluster.nodes.append(
        Node(
          name: name, labels: [NodeType.zoneLabel: name],
          allocatable: [.cpu: 4000, .memory: 8 << 30, resource: 3, .pods: 9],
          price: 5, type: name))
      let id = PodID(namespace: name, name: name)
      var spec = PodSpec(requests: [.cpu: 1500, .memory: 1 << 30, resource: 1])
      spec.priority = Int32(index)
      var pod = Pod(id: id, workload: "Deployment/\(name)/\(name)", spec: spec)
      if index % 3 == 0 { pod.nodeName = name }
      cluster.pods.append(pod)
      if index % 4 == 3 {
        unplaced.append(Unplaced(pod: id, reasons: [.init(reason: name, nodes: 3)]))
      } else {
        placements.append(Placement(pod: id, node: name))
      }
    }
    let plan = Plan(
      status: .feasible, termination: .timeLimit,
      criteria: [
        CriterionValue(.unplaced(priority: 0), value: 2, bound: 1),
        CriterionValue(.allocated(Resource(hostile[0])), value: 4, bound: 7),
        CriterionValue(.nodes, value: 3, bound: nil),
      ], strategy: hostile[0], engine: hostile[1], placements: placements, openedNodes: [], unplaced: unplaced,
      certificates: [], notices: [Notice(.warning, hostile[0], count: 2, example: hostile[1])], solveSeconds: 0.5)
    return (plan, cluster)
  }

  static func hostilePages() throws -> [String] {
    let (plan, cluster) = hostileCase()
    var report = SimulationReport(name: hostile[0], seed: 1, strategy: hostile[1], time: 60_000)
    report.workloads = hostile.map { .init(workload: $0, replicas: 1, ready: 1) }
    report.services = [
      .init(
        service: PodID(namespace: hostile[0], name: hostile[2]), offered: 1, unservedMillionths: 1, peakPercent: 1,
        down: 0, endpoints: 1)
    ]
    report.violations = hostile
    report.resources = [.init(resource: Resource(hostile[0]), mean: 10, peak: 20, now: 0)]
    report.notices = plan.notices
    var history = SimulationHistory()
    for step in 0..<3 {
      history.add(
        Sample(
          at: Int64(step) * 20_000, nodes: 1, readyNodes: 1, pods: step, readyPods: 0, pendingPods: 0,
          allocated: [(Resource(hostile[0]), Int64(step) * 100)], fragmentation: 0, price: 0, offered: 0, unserved: 0))
    }
    let (seen, pending) = cluster.schedulerView()
    var pass = SchedulingPass(SchedulerSnapshot(seen))
    pass.schedule(pending)
    let scheduled = ScheduleResult(pass, notices: plan.notices, plan: plan)
    let problem = PackingProblem(
      name: hostile[0], dimensions: 1, binTypes: [.init(capacity: [10])], rows: [.init(demand: 2, weights: [5])])
    let packing = PackingResult(
      status: .optimal, termination: .proof, objective: 1, lowerBound: 1,
      bins: [PackedBin(type: 0, copies: 1, items: [.init(row: 0, count: 2)])], strategy: hostile[0], engine: hostile[1],
      certificate: nil, notices: plan.notices, solveSeconds: 0)
    return [
      PlanPage(plan, cluster: cluster).html(), SimulationPage(report, history: history).html(),
      SchedulePage(scheduled, cluster: seen).html(), PackingPage([(problem, packing)]).html(),
      PackingPage([(problem, packing), (problem, packing)]).html(),
    ]
  }

  /// The browser runs the scripts that the page was made with, and no other.
  @Test func policyNamesEveryScript() throws {
    let (plan, cluster) = Self.hostileCase()
    let day = try BayplanProcess.run(["simulate", "datasets/examples/simulation/day.yaml", "-o", "html"]).output
    for page in [PlanPage(plan, cluster: cluster).html(), day] {
      let scripts = page.components(separatedBy: "<script>").dropFirst().map {
        $0.components(separatedBy: "</script>")[0]
      }
      #expect(scripts.count == 3)
      let policy = try #require(page.split(separator: "\n").first { $0.contains("Content-Security-Policy") })
      for script in scripts {
        let hex = Array(Digest.hex(script))
        let bytes = stride(from: 0, to: hex.count, by: 2).map { UInt8(String(hex[$0...($0 + 1)]), radix: 16)! }
        let digest = Data(bytes).base64EncodedString()
        #expect(policy.contains("&#39;sha256-\(digest)&#39;"), "the digest of \(script.prefix(60))… is \(digest)")
      }
      #expect(!policy.contains("script-src &#39;unsafe"))
    }
  }

  @Test func hostileNamesStayText() throws {
    for page in try Self.hostilePages() {
      let outside = try Self.withoutScripts(page)
      #expect(!outside.lowercased().contains("<script>alert") && !outside.contains("<img") && !outside.contains("<b>]"))
      for scalar in ["\u{202E}", "\u{200B}", "\u{0}", "\u{1B}"] { #expect(!page.contains(scalar)) }
      let elements = try Parsed(outside).elements
      // Handlers, addresses and resources come from nowhere.
      for element in elements {
        for (name, value) in element.attributes {
          #expect(!name.hasPrefix("on"), "\(element.name) \(name)")
          if ["href", "src"].contains(name) { #expect(value.hasPrefix("#") || value == "data:,", "\(value)") }
        }
      }
      let forbidden: Set = ["script", "img", "iframe", "object", "embed", "form", "base"]
      #expect(elements.allSatisfy { !forbidden.contains($0.name) })
    }
  }

  @Test func islandsHoldTheDataAndEndNowhereElse() throws {
    let pages = try Self.hostilePages()
    var islands = 0
    for page in pages {
      for part in page.components(separatedBy: "<script type=\"application/json\" id=\"").dropFirst() {
        let body = try #require(part.range(of: "\">")).upperBound
        let end = try #require(part.range(of: "</script>")).lowerBound
        let json = String(part[body..<end])
        #expect(!json.contains("<") && !json.contains(">") && !json.contains("&"))
        let value = try JSONReader.read(Array(json.utf8), file: "island")
        #expect(JSONWriter.compact(value).contains("script>"))
        islands += 1
      }
    }
    #expect(islands == 3)
  }

  @Test func pagesNeedNoNetworkAndSaySo() throws {
    for page in try Self.hostilePages() {
      #expect(page.contains("default-src &#39;none&#39;"))
      #expect(!page.contains("http://www.w3.org/1999") && !page.contains("https://") && !page.contains("url(http"))
      #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && page.hasSuffix("</html>\n"))
    }
  }

  @Test func landmarksHeadingsAndNamesAreThere() throws {
    let (plan, cluster) = Self.hostileCase()
    let elements = try Parsed(Self.withoutScripts(PlanPage(plan, cluster: cluster).html())).elements
    for landmark in ["header", "main", "nav", "footer", "h1", "h2", "caption"] {
      #expect(elements.contains { $0.name == landmark }, "\(landmark)")
    }
    let ids = elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count, "every id is there once")
    for element in elements {
      if let target = element.attributes["aria-labelledby"] { #expect(ids.contains(target)) }
      if let link = element.attributes["href"], link.hasPrefix("#") { #expect(ids.contains(String(link.dropFirst()))) }
      // What takes the focus says what it is.
      if element.attributes["tabindex"] == "0" { #expect(element.attributes["aria-label"]?.isEmpty == false) }
      if element.name == "svg" {
        #expect(element.attributes["aria-hidden"] == "true" || element.attributes["aria-label"]?.isEmpty == false)
      }
      if element.name == "th" { #expect(element.attributes["scope"] != nil) }
    }
    let bays = elements.filter { $0.name == "figure" && $0.attributes["data-b"] != nil }
    #expect(bays.count == cluster.nodes.count)
  }

  @Test func theSameResultMakesTheSamePage() throws {
    #expect(try Self.hostilePages() == Self.hostilePages())
  }

  @Test func thousandNodesAndTwentyThousandPodsStaySmall() throws {
    var cluster = Cluster()
    var placements: [Placement] = []
    for node in 0..<1000 {
      cluster.nodes.append(
        Node(
          name: "pool-general-node-\(node)", labels: [NodeType.zoneLabel: "zone-\(node % 3)"],
          allocatable: [.cpu: 16_000, .memory: 64 << 30, .pods: 110], price: 704_000, type: "large"))
    }
    for index in 0..<20_000 {
      let id = PodID(namespace: "team-\(index % 17)", name: "service-\(index / 40)-7d9c8b6f5-\(index)")
      let spec = PodSpec(requests: [.cpu: Int64(100 + index % 700), .memory: Int64(1 + index % 5) << 28])
      cluster.pods.append(Pod(id: id, workload: "Deployment/team-\(index % 17)/service-\(index / 40)", spec: spec))
      placements.append(Placement(pod: id, node: cluster.nodes[index % 1000].name))
    }
    let plan = Plan(
      status: .feasible, termination: .timeLimit, criteria: [CriterionValue(.nodes, value: 1000, bound: 500)],
      strategy: "s", engine: "e", placements: placements, openedNodes: [], unplaced: [], certificates: [], notices: [],
      solveSeconds: 1)
    let page = PlanPage(plan, cluster: cluster).html()
    #expect(page.utf8.count < 3_000_000, "\(page.utf8.count) bytes")
    let text = try Self.withoutScripts(page)
    // Without scripts the table of nodes is there.
    #expect(text.components(separatedBy: "pool-general-node-").count > 1000)
    #expect(page.contains("service-499-7d9c8b6f5-19999"))
  }

  // MARK: Reading pages

  /// The page with empty scripts and styles: what is left is XML.
  static func withoutScripts(_ page: String) throws -> String {
    var text = page
    for tag in ["script", "style"] {
      while let start = text.range(of: "<\(tag)") {
        let end = try #require(text.range(of: "</\(tag)>", range: start.upperBound..<text.endIndex))
        text.removeSubrange(start.lowerBound..<end.upperBound)
      }
    }
    return text
  }

  /// All elements of a page, in order; fails where the page is not well-formed.
  final class Parsed: NSObject, XMLParserDelegate {
    struct Element {
      var name: String
      var attributes: [String: String]
    }

    private(set) var elements: [Element] = []

    init(_ text: String) throws {
      super.init()
      let parser = XMLParser(data: Data(text.dropFirst("<!DOCTYPE html>".count).utf8))
      parser.delegate = self
      let isWhole = parser.parse()
      #expect(isWhole, "line \(parser.lineNumber): \(parser.parserError.map(String.init(describing:)) ?? "")")
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) { elements.append(Element(name: name, attributes: attributes)) }
  }
}
