import BayplanModel
import BayplanScheduling

/// What kube-scheduler would do, pod by pod.
public struct ScheduleReport: Sendable {
  public let result: ScheduleResult
  public let style: TextStyle

  public init(_ result: ScheduleResult, style: TextStyle) {
    self.result = result
    self.style = style
  }

  public init(_ pass: SchedulingPass, notices: [Notice], plan: Plan?, style: TextStyle) {
    self.init(ScheduleResult(pass, notices: notices, plan: plan), style: style)
  }

  public static func csv(_ pass: SchedulingPass) -> String {
    let nodes = pass.nodeNames
    return CSVWriter.text(
      header: ["pod", "result", "node", "score", "feasible", "victims", "message"],
      rows: pass.decisions.map { decision in
        [
          .text("\(decision.pod)"), .text(decision.outcome.rawValue), .text(decision.node.map { nodes[$0] } ?? ""),
          .text(decision.total.map(String.init) ?? ""), .text("\(decision.feasible)"),
          .text(decision.victims.map { "\($0.id)" }.joined(separator: " ")),
          .text(decision.evaluation.map { $0.feasible.isEmpty ? $0.message(nodes: nodes.count) : "" } ?? ""),
        ]
      })
  }

  public func text() -> String {
    sectioned([
      headline(), pods(), result.comparison.map(comparison) ?? [], noticeLines(result.notices, style: style),
    ])
  }

  private var profileNames: String {
    (result.profiles.count == 1 ? "profile " : "profiles ")
      + result.profiles.map { style.name($0) }.joined(separator: ", ")
  }

  var placed: Int { result.decisions.count { $0.node != nil } }

  private func headline() -> [String] {
    let total = result.decisions.count
    let isComplete = placed == total
    let status = style.paint(isComplete ? "SCHEDULED" : "UNSCHEDULABLE", isComplete ? .green : .red)
    let victims = result.evicted.isEmpty ? "" : ", \(HumanUnits.count(result.evicted.count, "pod")) evicted"
    return [
      "\(status)  \(HumanUnits.count(placed)) of \(HumanUnits.count(total, "pending pod")) placed\(victims)",
      "  "
        + style.paint(
          "\(HumanUnits.count(result.nodesInUse)) of \(HumanUnits.count(result.nodes, "node")) in use \(style.dot) as kube-scheduler 1.34 would, \(profileNames)",
          .dim),
    ]
  }

  private func pods() -> [String] {
    if result.decisions.isEmpty { return [] }
    let limit = style.isComplete ? Int.max : 40
    // What went wrong is what is looked for.
    let shown = result.decisions.filter { $0.node == nil } + result.decisions.filter { $0.node != nil }
    let width = min(48, shown.prefix(limit).map { style.name("\($0.pod)").count }.max() ?? 0)
    var lines = [style.paint("PODS", .bold) + "  in the order of the queue, those without a node first"]
    for decision in shown.prefix(limit) { lines += self.lines(decision, width) }
    if shown.count > limit {
      lines.append(style.more(shown.count - limit))
    }
    return lines
  }

  private func lines(_ decision: ScheduleResult.Decision, _ width: Int) -> [String] {
    let name = style.name("\(decision.pod)").padded(to: width)
    guard let node = decision.node else {
      var lines = [
        "  \(style.paint(style.cross.padded(to: 2), .red)) \(name)  \(TextStyle.neutralized(decision.obstacle ?? ""))"
      ]
      if let preemption = decision.preemption {
        let line = style.paint("preemption: \(TextStyle.neutralized(preemption))", .dim)
        lines.append("     \("".padded(to: width))  \(line)")
      }
      return lines
    }
    var details: [String] = []
    if let score = decision.score {
      let feasible = decision.feasible.map { ", \(HumanUnits.count($0)) feasible" } ?? ""
      details.append("score \(score)\(feasible)")
      if let equals = decision.equals, equals > 1 { details.append("\(equals) equal") }
    }
    if !decision.victims.isEmpty {
      let names = decision.victims.map { style.name($0) }.joined(separator: ", ")
      details.append("evicts \(names)")
    }
    let tail = style.paint(details.joined(separator: " \(style.dot) "), .dim)
    return [
      "  \(style.paint(style.check.padded(to: 2), .green)) \(name)  \(style.arrow) \(style.name(node))  \(tail)"
    ]
  }

  /// What a plan of everything at once makes of the same pods.
  private func comparison(_ plan: ScheduleResult.Comparison) -> [String] {
    var lines = [style.paint("THE PLAN", .bold) + "  all pods at once, nothing evicted"]
    let pending = result.decisions.count { $0.outcome != .ignored }
    let inUse = plan.nodes.map { ", \(HumanUnits.count(Int($0), "node")) in use" }
    let proof = plan.status == .optimal ? "proven optimal" : plan.status.rawValue
    lines.append(
      "  kube-scheduler  \(HumanUnits.count(placed)) of \(HumanUnits.count(pending)) placed, \(HumanUnits.count(result.nodesInUse, "node")) in use"
    )
    lines.append(
      "  plan            \(HumanUnits.count(pending - plan.unplaced)) of \(HumanUnits.count(pending)) placed\(inUse ?? ""), \(proof)"
    )
    return lines + differences(plan)
  }

  /// Pods that only one of the two places, and nodes that only one of them uses.
  private func differences(_ plan: ScheduleResult.Comparison) -> [String] {
    let scheduled = Dictionary(result.placements.map { ($0.pod, $0.node) }, uniquingKeysWith: { $1 })
    let pending = Set(result.decisions.map(\.pod))
    let planned = Dictionary(
      plan.placements.filter { pending.contains($0.pod) }.map { ($0.pod, $0.node) }, uniquingKeysWith: { $1 })
    let limit = style.isComplete ? Int.max : 10
    func list(_ title: String, _ pods: [(PodID, String)]) -> [String] {
      if pods.isEmpty { return [] }
      let shown = pods.prefix(limit).map { "    \(style.name("\($0.0)")) \(style.arrow) \(style.name($0.1))" }
      let more = pods.count > limit ? ["  " + style.more(pods.count - limit)] : []
      return ["  \(title)"] + shown + more
    }
    let ids = result.decisions.map(\.pod)
    var lines = list(
      "placed by the plan alone:", ids.filter { scheduled[$0] == nil }.compactMap { id in planned[id].map { (id, $0) } }
    )
    lines += list(
      "placed by kube-scheduler alone:",
      ids.filter { planned[$0] == nil }.compactMap { id in scheduled[id].map { (id, $0) } })
    let (ours, theirs) = (Set(planned.values), Set(scheduled.values))
    let saved = theirs.subtracting(ours).sorted()
    let added = ours.subtracting(theirs).sorted()
    func nodes(_ title: String, _ names: [String]) -> [String] {
      names.isEmpty ? [] : ["  \(title): \(style.list(names, width: style.width - title.count - 4))"]
    }
    lines += nodes("of the pending pods kube-scheduler puts some on, the plan none", saved)
    lines += nodes("the plan puts some on, kube-scheduler none", added)
    let moved = ids.count { id in scheduled[id] != nil && planned[id] != nil && scheduled[id] != planned[id] }
    if moved > 0 { lines.append("  \(HumanUnits.count(moved, "pod")) on another node than kube-scheduler chooses") }
    return lines
  }
}
