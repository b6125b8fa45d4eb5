import BayplanModel

// A plan for spreadsheets and for issue trackers.
extension PlanReport {
  /// One row per pod, raw numbers: cpu in millicores, memory in bytes; `node` is empty for an unplaced pod.
  public static func csv(_ plan: Plan, cluster: Cluster) -> String {
    let nodes = Dictionary(
      (cluster.nodes + plan.openedNodes).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let pods = Dictionary(
      cluster.pods.indices.map { (cluster.pods[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
    func row(_ id: PodID, node: String?, reasons: [Unplaced.Reason]) -> [CSVWriter.Cell] {
      let pod = pods[id].map { cluster.pods[$0] }
      let type = node.flatMap { nodes[$0]?.type }
      return [
        .text(id.namespace), .text(id.name), .text(pod?.workload ?? ""), .text(node ?? ""), .text(type ?? ""),
        pod.map { .integer($0.spec.requests[.cpu]) } ?? .empty,
        pod.map { .integer($0.spec.requests[.memory]) } ?? .empty,
        pod.map { .integer(Int64($0.spec.priority)) } ?? .empty,
        .text(reasons.map { "\($0.reason) (\($0.nodes))" }.joined(separator: "; ")),
      ]
    }
    return CSVWriter.text(
      header: [
        "namespace", "pod", "workload", "node", "node_type", "cpu_milli", "memory_bytes", "priority", "reasons",
      ],
      rows: plan.placements.map { row($0.pod, node: $0.node, reasons: []) }
        + plan.unplaced.map { row($0.pod, node: nil, reasons: $0.reasons) })
  }

  /// Tables for a pull request or an issue.
  public func markdown() -> String {
    var lines = [
      "**\(plan.status.rawValue)** \(style.dash) \(proofSentence)", "", "| criterion | value | bound | gap |",
    ]
    lines.append("|---|--:|--:|--:|")
    for value in plan.criteria {
      let bound = value.bound.map { figure(value.criterion, $0) } ?? "none"
      let title = Self.title(value.criterion, among: plan.criteria)
      let gap = value.gap.map(Self.gapText) ?? ""
      lines.append("| \(MarkdownTable.cell(title)) | \(phrase(value)) | \(bound) | \(gap) |")
    }
    let used = usages.filter { $0.workloadPods > 0 }
    let shown = style.isComplete ? used[...] : used.prefix(50)
    if !shown.isEmpty {
      let titles = resources.map { MarkdownTable.cell(HumanUnits.shortName($0)) }
      lines += ["", "| node | type | pods | \(titles.joined(separator: " | ")) |"]
      lines.append("|---|---|--:|\(resources.map { _ in "--:|" }.joined())")
      for usage in shown {
        let shares = resources.map { resource -> String in
          let (used, available) = usage.amounts(resource)
          return available > 0 ? HumanUnits.percent(Double(used) / Double(available)) : style.dash
        }
        let name = MarkdownTable.cell(usage.node.name) + (usage.isOpened ? " (new)" : "")
        lines.append(
          "| \(name) | \(MarkdownTable.cell(usage.node.type ?? "")) | \(usage.pods) | \(shares.joined(separator: " | ")) |"
        )
      }
      if shown.count < used.count { lines.append("\n\(HumanUnits.count(used.count - shown.count)) more nodes.") }
    }
    if !plan.unplaced.isEmpty {
      lines += ["", "| unplaced pod | reasons (nodes) |", "|---|---|"]
      let rows = style.isComplete ? plan.unplaced[...] : plan.unplaced.prefix(50)
      for unplaced in rows {
        let reasons = unplaced.reasons.map { "\($0.reason) (\($0.nodes))" }.joined(separator: ", ")
        lines.append("| \(MarkdownTable.cell("\(unplaced.pod)")) | \(MarkdownTable.cell(reasons)) |")
      }
      if rows.count < plan.unplaced.count {
        lines.append("\n\(HumanUnits.count(plan.unplaced.count - rows.count)) more pods.")
      }
    }
    if !plan.notices.isEmpty {
      lines.append("")
      for notice in plan.notices {
        lines.append("- \(notice.kind.rawValue): \(MarkdownTable.cell(notice.message)) (\(notice.count))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
