import BayplanModel
import BayplanScheduling

/// What kube-scheduler would do, as a page: the bay plan after its decisions, and each decision.
public struct SchedulePage {
  private let result: ScheduleResult
  private let report: PlanReport
  private let view: BayPlanView

  /// - Parameter cluster: what the scheduler saw, with all pods that waited.
  public init(_ result: ScheduleResult, cluster: Cluster) {
    self.result = result
    report = PlanReport(result.drawn(in: cluster), cluster: cluster, style: TextStyle())
    view = BayPlanView(
      BayPlan(report.plan, cluster: cluster, resources: report.resources, deviceKinds: report.deviceKinds))
  }

  private var placed: Int { result.decisions.count { $0.node != nil } }

  public func html() -> String {
    let total = HumanUnits.count(result.decisions.count, "pending pod")
    var sections: [HTMLPage.Section] = []
    if let plan = result.comparison {
      sections.append(.init("plan", "Beside a plan of all pods at once") { compare(plan, into: &$0) })
    }
    if !report.plan.unplaced.isEmpty { sections.append(.init("quay", "On the quay", body: view.writeQuay)) }
    if !report.usages.isEmpty {
      sections.append(.init("bays", "Bay plan", body: view.writeBays))
      sections.append(.init("nodes", "Nodes", body: view.writeNodes))
    }
    if !result.decisions.isEmpty { sections.append(.init("decisions", "Decisions", body: writeDecisions)) }
    if !report.plan.placements.isEmpty { sections.append(.init("pods", "Pods", body: view.writePods)) }
    if !result.notices.isEmpty {
      sections.append(.init("notes", "Notes", body: { [result] in $0.notices(result.notices) }))
    }
    return HTMLPage(
      title: "\(HumanUnits.count(placed)) of \(total) placed", kind: "Schedule",
      details: ["as kube-scheduler 1.34 would", "profile \(result.profiles.joined(separator: ", "))"],
      scripts: report.usages.isEmpty ? [] : [BayScript.script], lead: writeLead, sections: sections
    ).html()
  }

  private func writeLead(into page: inout HTMLWriter) {
    let total = result.decisions.count
    var tiles: [HTMLWriter.Tile] = [
      .init(
        label: "placed", value: "\(HumanUnits.count(placed)) of \(HumanUnits.count(total))",
        note: placed == total ? "nothing waits" : "\(HumanUnits.count(total - placed, "pod")) on the quay",
        tone: placed == total ? .good : .bad),
      .init(
        label: "nodes in use", value: "\(HumanUnits.count(result.nodesInUse)) of \(HumanUnits.count(result.nodes))"),
    ]
    if !result.evicted.isEmpty {
      tiles.append(.init(label: "evicted", value: HumanUnits.count(result.evicted.count, "pod"), tone: .warn))
    }
    page.tiles(tiles + view.fillTiles(inUse: { $0.workloadPods > 0 }))
  }

  private func compare(_ plan: ScheduleResult.Comparison, into page: inout HTMLWriter) {
    let pending = result.decisions.count { $0.outcome != .ignored }
    HTMLTable(
      "The same pods, nothing evicted in the plan",
      columns: [.text("who"), .number("placed"), .number("nodes in use"), .text("proof")],
      rows: [
        [.text("kube-scheduler"), .count(placed), .count(result.nodesInUse), .text("–")],
        [
          .text("plan"), .count(pending - plan.unplaced), plan.nodes.map { .count(Int($0)) } ?? .none,
          .text(plan.status == .optimal ? "proven optimal" : plan.status.rawValue),
        ],
      ]
    ).write(into: &page)
  }

  /// More rows would be no page any more; -o csv has all.
  private static let shownDecisions = 2000

  private func writeDecisions(into page: inout HTMLWriter) {
    // What went wrong is what is looked for.
    let order = result.decisions.filter { $0.node == nil } + result.decisions.filter { $0.node != nil }
    HTMLTable(
      "In the order of the queue, those without a node first",
      columns: [
        .text("pod"), .text("node"), .number("score"), .number("feasible"), .text("evicts"), .text("why not"),
      ],
      rows: order.prefix(Self.shownDecisions).map { decision in
        [
          .text("\(decision.pod)"), .text(decision.node ?? "–"),
          decision.score.map { .init("\($0)", key: Double($0)) } ?? .none,
          decision.feasible.map { .count($0) } ?? .none,
          .text(decision.victims.joined(separator: ", ")),
          .init(
            decision.obstacle ?? "", note: decision.preemption.map { "preemption: \($0)" } ?? ""),
        ]
      }
    ).write(into: &page)
    if order.count > Self.shownDecisions {
      page.caption(
        "\(HumanUnits.count(order.count - Self.shownDecisions)) more decisions are not listed: -o csv has all.")
    }
  }
}
