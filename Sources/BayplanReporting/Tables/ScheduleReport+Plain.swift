import BayplanModel

extension ScheduleReport {
  /// Tables for a pull request or an issue.
  public func markdown() -> String {
    let total = result.decisions.count
    let evicted = result.evicted.isEmpty ? "" : ", \(HumanUnits.count(result.evicted.count, "pod")) evicted"
    var lines = [
      "**\(placed == total ? "scheduled" : "unschedulable")** \(style.dash) "
        + "\(HumanUnits.count(placed)) of \(HumanUnits.count(total, "pending pod")) placed\(evicted), "
        + "\(HumanUnits.count(result.nodesInUse)) of \(HumanUnits.count(result.nodes, "node")) in use"
    ]
    let failed = result.decisions.filter { $0.node == nil }
    let limit = style.isComplete ? Int.max : 50
    lines += MarkdownTable.lines(
      ["pod without a node", "why", "preemption"], numbers: nil,
      failed.prefix(limit).map { ["\($0.pod)", $0.obstacle ?? "", $0.preemption ?? ""] })
    let done = result.decisions.filter { $0.node != nil }
    lines += MarkdownTable.lines(
      ["pod", "node", "score", "evicts"], numbers: 2...2,
      done.prefix(limit).map {
        ["\($0.pod)", $0.node ?? "", $0.score.map(String.init) ?? "", $0.victims.joined(separator: ", ")]
      })
    let rest = max(0, failed.count - limit) + max(0, done.count - limit)
    if rest > 0 { lines.append("\n\(HumanUnits.count(rest)) more pods.") }
    if let plan = result.comparison {
      lines += MarkdownTable.lines(
        ["", "placed", "nodes in use", "status"], numbers: 1...2,
        [
          ["kube-scheduler", HumanUnits.count(placed), HumanUnits.count(result.nodesInUse), ""],
          [
            "plan", HumanUnits.count(total - plan.unplaced), plan.nodes.map { HumanUnits.count(Int($0)) } ?? "",
            plan.status.rawValue,
          ],
        ])
    }
    return (lines + MarkdownTable.notices(result.notices)).joined(separator: "\n") + "\n"
  }
}
