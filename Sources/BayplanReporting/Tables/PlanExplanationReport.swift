import BayplanModel
import BayplanScheduling

/// Why a pod fits or does not, node by node.
public struct PlanExplanationReport: Sendable {
  public static let schema = "bayplan/explanation/v1"

  public let explanation: Explanation
  public let pod: Pod
  /// Where the plan puts it, if it does.
  public let node: String?
  public let style: TextStyle

  public init(_ explanation: Explanation, pod: Pod, node: String?, style: TextStyle) {
    self.explanation = explanation
    self.pod = pod
    self.node = node
    self.style = style
  }

  public static func value(_ explanation: Explanation, node: String?) -> DataValue {
    .object([
      .init("schema", .string(schema)),
      .init("pod", .string("\(explanation.pod)")),
      .init("node", .optional(node)),
      .init("fits", .bool(explanation.nodes.contains { $0.constraint == nil })),
      .init("reasons", .array(explanation.histogram.map(PlanDocument.reason))),
      .init("suggestion", .optional(explanation.suggestion)),
      .init(
        "nodes",
        .array(
          explanation.nodes.map { verdict in
            .object([
              .init("node", .string(verdict.node)), .init("constraint", .optional(verdict.constraint)),
              .init("reason", .optional(verdict.reason)),
            ])
          })),
    ])
  }

  public static func csv(_ explanation: Explanation) -> String {
    CSVWriter.text(
      header: ["pod", "node", "constraint", "reason"],
      rows: explanation.nodes.map {
        [.text("\(explanation.pod)"), .text($0.node), .text($0.constraint ?? ""), .text($0.reason ?? "")]
      })
  }

  public func text() -> String {
    let total = explanation.nodes.count
    let fitting = explanation.nodes.filter { $0.constraint == nil }
    let name = style.paint(TextStyle.neutralized("\(pod.id)"), .bold)
    var lines: [String]
    if let node {
      let others = fitting.count { $0.node != node }
      let also = others > 0 ? "; it fits \(HumanUnits.count(others)) other\(others == 1 ? "" : "s") too" : ""
      lines = ["\(name)  \(style.paint(style.arrow, .green)) \(style.name(node))\(also)"]
    } else if !fitting.isEmpty {
      lines = ["\(name)  fits \(HumanUnits.count(fitting.count)) of \(HumanUnits.count(total, "node"))"]
    } else {
      lines = ["\(name)  \(style.paint("fits none", .red)) of \(HumanUnits.count(total, "node"))"]
    }
    lines.append("  " + style.paint(asks(pod.spec, devices: pod.spec.devices), .dim))
    lines.append("")
    lines.append(style.paint("WHY", .bold) + "  first blocking constraint per node")
    var counts = explanation.histogram
    let blocked = counts.reduce(0) { $0 + $1.nodes }
    if blocked < total { counts.append(.init(reason: "fits", nodes: total - blocked)) }
    lines += style.histogram(counts.map { ($0.nodes, $0.reason) }, total: total, width: 70)
    lines.append("")
    lines.append(style.paint("NODES", .bold))
    lines += nodeLines()
    if let suggestion = explanation.suggestion {
      lines += ["", style.paint("TO MAKE IT FIT", .bold), "  \(TextStyle.neutralized(suggestion))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Nodes by verdict: the fitting ones first; equal verdicts of a large cluster are folded.
  private func nodeLines() -> [String] {
    let limit = style.isComplete ? Int.max : 20
    let verdicts = explanation.nodes
    let width = min(40, verdicts.prefix(limit).map { style.name($0.node, width: 40).count }.max() ?? 0)
    var lines: [String] = []
    for verdict in verdicts.prefix(limit) {
      let name = style.name(verdict.node, width: 40).padded(to: width)
      if verdict.constraint == nil {
        lines.append("  \(style.paint(style.check.padded(to: 2), .green)) \(name)  fits")
      } else {
        let reason = verdict.reason ?? verdict.constraint ?? ""
        lines.append(
          "  \(style.paint(style.cross.padded(to: 2), .red)) \(name)  \(style.name(reason, width: max(30, style.width - width - 8)))"
        )
      }
    }
    if verdicts.count > limit {
      lines.append(style.more(verdicts.count - limit))
    }
    return lines
  }
}
