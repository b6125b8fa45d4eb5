import BayplanModel

/// A plan as a page: the bay plan, how good it is proven to be, what stayed on the quay and why.
public struct PlanPage {
  private let report: PlanReport
  private let view: BayPlanView

  private var plan: Plan { report.plan }
  private var usages: [NodeUsage] { report.usages }

  public init(_ plan: Plan, cluster: Cluster) {
    report = PlanReport(plan, cluster: cluster, style: TextStyle())
    view = BayPlanView(
      BayPlan(plan, cluster: cluster, resources: report.resources, deviceKinds: report.deviceKinds))
  }

  public func html() -> String {
    let used = usages.count { $0.workloadPods > 0 }
    let pods = HumanUnits.count(plan.placements.count, "pod")
    var sections: [HTMLPage.Section] = [.init("proof", "How good it is", body: writeProof)]
    if !plan.unplaced.isEmpty { sections.append(.init("quay", "On the quay", body: view.writeQuay)) }
    if !usages.isEmpty {
      sections.append(.init("bays", "Bay plan", body: view.writeBays))
      sections.append(.init("nodes", "Nodes", body: view.writeNodes))
    }
    if !plan.placements.isEmpty || !plan.unplaced.isEmpty {
      sections.append(.init("pods", "Pods", body: view.writePods))
    }
    if !plan.notices.isEmpty {
      sections.append(.init("notes", "Notes", body: { [plan] in $0.notices(plan.notices) }))
    }
    return HTMLPage(
      title: "\(pods) on \(HumanUnits.count(used)) of \(HumanUnits.count(usages.count, "node"))", kind: "Bay plan",
      details: ["engine \(plan.engine)", "strategy \(plan.strategy)", HumanUnits.seconds(plan.solveSeconds)],
      scripts: usages.isEmpty ? [] : [BayScript.script], lead: writeLead, sections: sections
    ).html()
  }

  private func writeLead(into page: inout HTMLWriter) {
    let tone: HTMLWriter.Tone =
      switch plan.status {
      case .optimal: .good
      case .feasible: .warn
      case .infeasible, .unknown: .bad
      }
    let total = plan.placements.count + plan.unplaced.count
    let price = usages.reduce(MicroCost(0)) {
      $0.addingSaturated($1.workloadPods > 0 || $1.isOpened ? $1.node.price : 0)
    }
    let opened = plan.openedNodes.count
    var tiles: [HTMLWriter.Tile] = [
      .init(label: "status", value: plan.status.rawValue, note: report.proofSentence, tone: tone),
      .init(
        label: "placed", value: "\(HumanUnits.count(plan.placements.count)) of \(HumanUnits.count(total))",
        note: plan.unplaced.isEmpty ? "nothing waits" : "\(HumanUnits.count(plan.unplaced.count, "pod")) on the quay",
        tone: plan.unplaced.isEmpty ? .good : .bad),
      .init(
        label: "nodes in use",
        value: "\(HumanUnits.count(usages.count { $0.workloadPods > 0 })) of \(HumanUnits.count(usages.count))",
        note: opened > 0 ? "\(HumanUnits.count(opened)) of them to add" : ""),
    ]
    if price > 0 { tiles.append(.init(label: "price of nodes in use", value: HumanUnits.price(price))) }
    page.tiles(tiles + view.fillTiles(inUse: { $0.workloadPods > 0 }))
  }

  private func writeProof(into page: inout HTMLWriter) {
    for value in plan.criteria {
      let isProven = value.gap == 0
      let bound = value.bound.map {
        "\(value.criterion.isMaximized ? "at most" : "at least") \(report.figure(value.criterion, $0))"
      }
      page.gauge(
        title: PlanReport.title(value.criterion, among: plan.criteria), phrase: report.phrase(value), bound: bound,
        value: Double(value.value), limit: value.bound.map(Double.init),
        verdict: isProven ? "✓ proven" : value.gap.map { "gap \(PlanReport.gapText($0))" } ?? "no bound")
    }
    page.caption(
      "Filled: what is proven to be unavoidable, or reached. Hatched: what lies between the value and its bound, where a better "
        + "plan may or may not exist.")
  }
}

extension BayPlanView {
  /// How full the nodes in use are, per resource, and what is stranded on them.
  func fillTiles(inUse: (NodeUsage) -> Bool) -> [HTMLWriter.Tile] {
    let bays = plan.bays.filter { inUse($0.usage) }
    return plan.measures.indices.prefix(4).compactMap { measure in
      func sum(_ amounts: (BayPlan.Bay) -> Int64) -> Int64 { bays.reduce(0) { $0.addingSaturated(amounts($1)) } }
      let capacity = sum { $0.capacity[measure] }
      if capacity == 0 { return nil }
      let used = sum { $0.used[measure] }
      let stranded = sum { $0.stranded[measure] }
      var note = "\(amount(used, measure)) of \(amount(capacity, measure))"
      if stranded > 0 { note += ", \(HumanUnits.percent(Double(stranded) / Double(capacity))) stranded" }
      let share = Double(used) / Double(capacity)
      return .init(
        label: "\(plan.measures[measure].title) of nodes in use", value: HumanUnits.percent(share), note: note,
        share: share)
    }
  }
}
