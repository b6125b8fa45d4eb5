import Bayplan
import Foundation
import Testing

/// What a page calls stranded, on nodes small enough to see it.
@Suite struct StrandedTests {
  /// The cells of the column `stranded`, by node.
  private func stranded(_ nodes: [Node], _ pods: [(Resources, node: String?)]) throws -> [String: String] {
    var cluster = Cluster()
    cluster.nodes = nodes
    var placements: [Placement] = []
    var unplaced: [Unplaced] = []
    for (index, (requests, node)) in pods.enumerated() {
      let id = PodID(namespace: "n", name: "p\(index)")
      cluster.pods.append(Pod(id: id, spec: PodSpec(requests: requests)))
      if let node {
        placements.append(Placement(pod: id, node: node))
      } else {
        unplaced.append(Unplaced(pod: id, reasons: []))
      }
    }
    let plan = Plan(
      status: .feasible, termination: .exhausted, criteria: [CriterionValue(.nodes, value: 1, bound: 1)], strategy: "s",
      engine: "e", placements: placements, openedNodes: [], unplaced: unplaced, certificates: [], notices: [],
      solveSeconds: 0)
    let page = PlanPage(plan, cluster: cluster).html()
    let table = try #require(page.components(separatedBy: "<section id=\"nodes\"").dropFirst().first)
    var cells: [String: String] = [:]
    for node in nodes {
      let row = try #require(
        table.components(separatedBy: "<th scope=\"row\" class=\"t\">\(node.name)</th>").dropFirst().first)
      let line = try #require(row.components(separatedBy: "</tr>").first)
      let last = try #require(line.components(separatedBy: "<td class=\"t\"").last)
      cells[node.name] = last.replacing(/^[^>]*>/, with: "").replacing(/<[^>]*>/, with: " ")
        .trimmingCharacters(in: .whitespaces)
    }
    return cells
  }

  private func node(_ name: String, cpu: Int64, memory: Int64, pods: Int64 = 10) -> Node {
    Node(name: name, allocatable: [.cpu: cpu, .memory: memory << 30, .pods: pods])
  }

  @Test func memoryWithoutCPUIsStranded() throws {
    let pod: Resources = [.cpu: 1000, .memory: 1 << 30]
    let cells = try stranded(
      [node("full", cpu: 2000, memory: 8), node("free", cpu: 3000, memory: 8)],
      [(pod, "full"), (pod, "full"), (pod, "free")])
    #expect(cells == ["full": "memory 6 GiB short of cpu", "free": "–"])
  }

  @Test func whatIsTooLittleForAnyPodIsFreeNotStranded() throws {
    let cells = try stranded(
      [node("a", cpu: 1000, memory: 5)],
      [([.cpu: 1000, .memory: 4 << 30], "a"), ([.cpu: 500, .memory: 2 << 30], nil)])
    #expect(cells == ["a": "–"])
  }

  @Test func aPodThatNeedsNoCPUKeepsMemoryOfUse() throws {
    let nodes = [node("a", cpu: 1000, memory: 5)]
    #expect(
      try stranded(nodes, [([.cpu: 1000, .memory: 1 << 30], "a"), ([.memory: 1 << 30], nil)]) == ["a": "–"])
  }

  @Test func podSlotsCount() throws {
    let pod: Resources = [.cpu: 100, .memory: 1 << 30]
    let cells = try stranded([node("a", cpu: 1000, memory: 4, pods: 1)], [(pod, "a"), (pod, nil)])
    #expect(cells == ["a": "cpu 0.9 cores, memory 3 GiB short of pod slots"])
  }
}
