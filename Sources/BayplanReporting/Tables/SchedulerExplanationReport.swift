import BayplanModel
import BayplanScheduling

/// Why kube-scheduler places a pod where it does, or nowhere.
public struct SchedulerExplanationReport: Sendable {
  public let explanation: SchedulerExplanation
  public let style: TextStyle

  public init(_ explanation: SchedulerExplanation, style: TextStyle) {
    self.explanation = explanation
    self.style = style
  }

  private var evaluation: PodEvaluation { explanation.evaluation }
  private var nodes: [String] { explanation.nodeNames }

  public func text() -> String {
    sectioned([headline(), reasons(), nodeLines(), unblocking(), preemption(), fragmentation()])
  }

  // MARK: The answer

  private func headline() -> [String] {
    let name = style.paint(TextStyle.neutralized("\(explanation.pod.id)"), .bold)
    let total = HumanUnits.count(nodes.count, "node")
    let fits = HumanUnits.count(evaluation.feasible.count)
    let verdict: String
    if let current = explanation.currentNode {
      verdict = "runs on \(style.name(current)); it fits \(fits) of \(total)"
    } else if let first = evaluation.best.first {
      let others = evaluation.best.count > 1 ? " or \(evaluation.best.count - 1) as good" : ""
      verdict = "fits \(fits) of \(total), best \(style.name(nodes[first]))\(others)"
    } else {
      verdict = "\(style.paint("fits none", .red)) of \(total)"
    }
    var lines = ["\(name)  \(verdict)", "  " + style.paint(asks(explanation.pod.spec), .dim)]
    var context = "as kube-scheduler 1.34 would, profile \(style.name(explanation.profile.schedulerName))"
    if explanation.placedBefore > 0 {
      context += ", after \(HumanUnits.count(explanation.placedBefore, "pending pod")) before it in the queue"
    }
    lines.append("  " + style.paint(context, .dim))
    if explanation.pod.spec.isGated {
      lines.append("  it waits for its scheduling gates; what follows holds once they are gone")
    }
    return lines
  }

  private func reasons() -> [String] {
    let counts = explanation.reasons.map { reason in
      (nodes: reason.nodes, text: reason.plugin.map { "\($0): \(reason.text)" } ?? reason.text)
    }
    let digits = style.digits(of: counts.map(\.nodes))
    return [style.paint("WHY", .bold) + "  the first plugin that rejects each node"]
      + style.histogram(counts, total: nodes.count, width: max(40, style.width - digits - 18))
  }

  // MARK: Nodes

  private func nodeLines() -> [String] {
    let limit = style.isComplete ? Int.max : 20
    // The best first; then as in the cluster.
    let order = evaluation.feasible.indices.sorted {
      (-(evaluation.total(at: $0) ?? 0), $0) < (-(evaluation.total(at: $1) ?? 0), $1)
    }
    let width = min(40, nodes.map { style.name($0, width: 40).count }.max() ?? 0)
    var lines = order.prefix(limit).map { index in
      let name = style.name(nodes[evaluation.feasible[index]], width: 40).padded(to: width)
      return "  \(style.paint(style.check.padded(to: 2), .green)) \(name)  \(scores(at: index))"
    }
    if order.count > limit { lines.append(style.more(order.count - limit)) }
    // Nodes with one verdict share a line.
    var verdicts: [String] = []
    var members: [String: [Int]] = [:]
    for (node, rejection) in evaluation.rejections.sorted(by: { $0.key < $1.key }) {
      let also = rejection.also.isEmpty ? "" : " (also \(rejection.also.keys.sorted().joined(separator: ", ")))"
      let text = "\(rejection.plugin): \(rejection.reasons.joined(separator: ", "))\(also)"
      if members[text] == nil { verdicts.append(text) }
      members[text, default: []].append(node)
    }
    for text in verdicts.prefix(limit) {
      let names = members[text]!.map { style.name(nodes[$0], width: 40) }
      let lead = names.count > 1 ? "\(HumanUnits.count(names.count)) nodes: " : ""
      lines.append("  \(style.paint(style.cross.padded(to: 2), .red)) \(TextStyle.neutralized(text))")
      let all =
        style.isComplete ? names.joined(separator: ", ") : style.list(names, width: style.width - lead.count - 5)
      lines.append("     " + style.paint(lead + all, .dim))
    }
    if verdicts.count > limit { lines.append(style.more(verdicts.count - limit)) }
    return lines.isEmpty ? [] : [style.paint("NODES", .bold)] + lines
  }

  private func scores(at index: Int) -> String {
    guard let total = evaluation.total(at: index) else { return "the node nominated for it" }
    let parts = evaluation.scores.compactMap { scores -> String? in
      let points = scores.normalized[index] * (explanation.profile.weights[scores.plugin] ?? 0)
      return points == 0 ? nil : "\(scores.plugin) \(points)"
    }
    return "score \(total)  " + style.paint(parts.joined(separator: " + "), .dim)
  }

  // MARK: What to do

  private static let numbers = [
    "no change", "one change is", "two changes are", "three changes are", "four changes are",
  ]

  private func unblocking() -> [String] {
    guard let unblocking = explanation.unblocking else { return [] }
    var lines = [style.paint("TO MAKE IT FIT", .bold)]
    guard let size = unblocking.size else {
      if nodes.isEmpty { return lines + ["  there are no nodes"] }
      return lines + ["  no change of the pod's rules or of one node would do"]
    }
    let enough = size < Self.numbers.count ? Self.numbers[size] : "\(size) changes are"
    lines[0] += "  \(enough) enough" + (unblocking.sets.count > 1 ? ", any of" : "")
    let limit = style.isComplete ? Int.max : 12
    for set in unblocking.sets.prefix(limit) {
      let what = set.remedies.map { TextStyle.neutralized($0.description) }.joined(separator: ", and ")
      lines.append("  \(style.dot) \(what)" + style.paint(place(of: set), .dim))
      for command in set.remedies.compactMap(\.command) {
        lines.append("      " + style.paint(TextStyle.neutralized(command), .dim))
      }
    }
    if unblocking.sets.count > limit { lines.append(style.more(unblocking.sets.count - limit)) }
    if !unblocking.isComplete { lines.append("  the search was ended early: fewer changes may do") }
    return lines
  }

  private func place(of set: Unblocking.ChangeSet) -> String {
    let namesNode = set.remedies.contains { $0.node != nil }
    let others = set.nodes - 1
    if namesNode { return others > 0 ? "  (or the like on \(HumanUnits.count(others, "other node")))" : "" }
    return
      "  (fits \(style.name(nodes[set.node]))\(others > 0 ? " and \(HumanUnits.count(others, "other node"))" : ""))"
  }

  private func preemption() -> [String] {
    guard let preemption = explanation.preemption else { return [] }
    var lines = [style.paint("PREEMPTION", .bold)]
    if preemption.best.isEmpty {
      return lines + ["  none: \(TextStyle.neutralized(preemption.obstacle))"]
    }
    lines[0] += "  \(HumanUnits.count(preemption.candidates.count, "node")) could be cleared"
    for candidate in preemption.best.sorted(by: { nodes[$0.node] < nodes[$1.node] }).prefix(5) {
      let victims = candidate.victims.prefix(8).map { style.name("\($0.id)") }.joined(separator: ", ")
      let more = candidate.victims.count > 8 ? " and \(candidate.victims.count - 8) more" : ""
      let budgets =
        candidate.budgetViolations > 0
        ? "; breaks disruption budgets \(candidate.budgetViolations)\(style.times)" : ""
      lines.append("  \(style.name(nodes[candidate.node])): evicts \(victims)\(more)\(budgets)")
    }
    return lines
  }

  private func fragmentation() -> [String] {
    let lacking = Set(
      evaluation.rejections.values.flatMap { rejection in rejection.reasons + rejection.also.values.joined() })
    let parts = explanation.fragmentation.filter { lacking.contains("Insufficient \($0.resource.rawValue)") }
    if parts.isEmpty || !evaluation.feasible.isEmpty { return [] }
    return [style.paint("WHAT IS FREE", .bold)]
      + parts.map { part in
        func amount(_ amount: Int64) -> String { HumanUnits.amount(amount, of: part.resource) }
        let hole = part.node.map { ", the largest hole is \(amount(part.largest)) (\(style.name(nodes[$0])))" } ?? ""
        return
          "  \(TextStyle.neutralized(part.resource.rawValue)): \(amount(part.free)) in all\(hole); \(HumanUnits.count(part.nodes, "node")) with as much as it asks for"
      }
  }
}

// MARK: As data

extension SchedulerExplanationReport {
  public static let schema = "bayplan/scheduler-explanation/v1"

  public static func csv(_ explanation: SchedulerExplanation) -> String {
    let evaluation = explanation.evaluation
    let totals = Dictionary(
      uniqueKeysWithValues: evaluation.feasible.enumerated().map { ($1, evaluation.total(at: $0)) })
    return CSVWriter.text(
      header: ["pod", "node", "fits", "score", "plugin", "reasons", "also"],
      rows: explanation.nodeNames.enumerated().map { node, name in
        let rejection = evaluation.rejections[node] ?? evaluation.refusal
        return [
          .text("\(explanation.pod.id)"), .text(name), .text(totals[node] == nil ? "no" : "yes"),
          .text(totals[node].flatMap { $0 }.map(String.init) ?? ""), .text(rejection?.plugin ?? ""),
          .text(rejection?.reasons.joined(separator: ", ") ?? ""),
          .text(rejection?.also.keys.sorted().joined(separator: " ") ?? ""),
        ]
      })
  }

  public static func value(_ explanation: SchedulerExplanation) -> DataValue {
    let nodes = explanation.nodeNames
    var members: [DataValue.Member] = [
      .init("schema", .string(schema)), .init("pod", .string("\(explanation.pod.id)")),
      .init("profile", .string(explanation.profile.schedulerName)),
      .init("fits", .bool(!explanation.evaluation.feasible.isEmpty)),
      .init("gated", .bool(explanation.pod.spec.isGated)),
      .init("currentNode", .optional(explanation.currentNode)),
      .init("placedBefore", .integer(Int64(explanation.placedBefore))),
      .init("best", .strings(explanation.evaluation.best.map { nodes[$0] })),
      .init(
        "reasons",
        .array(
          explanation.reasons.map {
            .object([
              .init("nodes", .integer(Int64($0.nodes))), .init("plugin", .optional($0.plugin)),
              .init("reason", .string($0.text)),
            ])
          })),
    ]
    members += ScheduleDocument.judged(explanation.evaluation, nodes)
    if let unblocking = explanation.unblocking { members.append(.init("unblocking", value(unblocking, nodes))) }
    if let preemption = explanation.preemption {
      members.append(.init("preemption", ScheduleDocument.preempted(preemption, nodes)))
    }
    members.append(
      .init(
        "free",
        .array(
          explanation.fragmentation.map {
            .object([
              .init("resource", .string($0.resource.rawValue)), .init("requested", .integer($0.requested)),
              .init("free", .integer($0.free)), .init("largest", .integer($0.largest)),
              .init("node", .optional($0.node.map { nodes[$0] })), .init("nodesWithEnough", .integer(Int64($0.nodes))),
            ])
          })))
    return .object(members)
  }

  private static func value(_ unblocking: Unblocking, _ nodes: [String]) -> DataValue {
    .object([
      .init("changes", .optional(unblocking.size.map(Int64.init))), .init("complete", .bool(unblocking.isComplete)),
      .init(
        "sets",
        .array(
          unblocking.sets.map { set in
            .object([
              .init("changes", .strings(set.remedies.map(\.description))),
              .init("commands", .strings(set.remedies.compactMap(\.command))),
              .init("node", .string(nodes[set.node])), .init("nodes", .integer(Int64(set.nodes))),
            ])
          })),
    ])
  }
}
