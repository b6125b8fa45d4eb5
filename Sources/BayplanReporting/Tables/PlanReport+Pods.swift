import BayplanModel

// What has to be bought, what stayed out and why, and what the reader must know about the input.
extension PlanReport {
  /// Nodes to add, by type and zone: which, how many, at what cost.
  func openedSection() -> [String] {
    guard !plan.openedNodes.isEmpty else { return [] }
    struct Kind: Hashable {
      var type: String
      var zone: String?
    }
    var counts: [Kind: Int] = [:]
    var order: [Kind] = []
    var prices: [String: MicroCost] = [:]
    for node in plan.openedNodes {
      let kind = Kind(type: node.type ?? node.name, zone: node.labels[NodeType.zoneLabel])
      if counts[kind] == nil { order.append(kind) }
      counts[kind, default: 0] += 1
      prices[kind.type] = node.price
    }
    let total = plan.openedNodes.reduce(MicroCost(0)) { $0.addingSaturated($1.price) }
    var lines = [
      heading("TO ADD", [HumanUnits.count(plan.openedNodes.count, "node"), total > 0 ? HumanUnits.price(total) : ""])
    ]
    var rows: [[String]] = []
    for type in order.map(\.type).uniqued() {
      let kinds = order.filter { $0.type == type }
      let count = kinds.reduce(0) { $0 + counts[$1]! }
      let zones = kinds.compactMap { kind in
        kind.zone.map { kinds.count == 1 ? style.name($0) : "\(counts[kind]!) in \(style.name($0))" }
      }
      let price = prices[type] ?? 0
      rows.append([
        "\(HumanUnits.count(count)) \(style.times)", style.name(type),
        price > 0 ? HumanUnits.price(price.multipliedSaturated(by: Int64(count))) : "",
        price > 0 && count > 1 ? "\(HumanUnits.money(price)) each" : "",
        zones.joined(separator: ", "),
      ])
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      var cells = [row[0].aligned(to: widths[0]), row[1].padded(to: widths[1])]
      if widths[2] > 0 { cells.append(row[2].aligned(to: widths[2])) }
      if widths[3] > 0 { cells.append(row[3].padded(to: widths[3])) }
      cells.append(row[4])
      lines.append("  " + cells.joined(separator: "  ").trimmingEnd())
    }
    return lines
  }

  /// Unplaced pods by workload and reasons, pods without a workload by namespace; the counts of nodes sum to the
  /// number of nodes.
  func unplacedSection() -> [String] {
    guard !plan.unplaced.isEmpty else { return [] }
    struct Group: Hashable {
      var workload: String
      var priority: Int32
      var reasons: [Unplaced.Reason]
    }
    let wanted = Set(plan.unplaced.map(\.pod))
    let pods = Dictionary(
      cluster.pods.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var members: [Group: [PodID]] = [:]
    var order: [Group] = []
    for unplaced in plan.unplaced {
      let pod = pods[unplaced.pod]
      let own = "Pod/\(unplaced.pod)"
      let workload = pod?.workload ?? own
      let group = Group(
        workload: workload == own ? "Pod/\(unplaced.pod.namespace)/*" : workload, priority: pod?.spec.priority ?? 0,
        reasons: unplaced.reasons)
      if members[group] == nil { order.append(group) }
      members[group, default: []].append(unplaced.pod)
    }
    let shown = style.isComplete ? order : Array(order.prefix(12))
    var lines = [heading("UNPLACED", [HumanUnits.count(plan.unplaced.count, "pod")])]
    for group in shown {
      let ids = members[group]!
      let names = ids.prefix(2).map { style.name($0.name) }.joined(separator: ", ")
      let more = ids.count > 2 ? ", \(style.ellipsis)" : ""
      let workload = ids.count == 1 && group.workload.hasSuffix("/*") ? "Pod/\(ids[0])" : group.workload
      let priority = group.priority != 0 ? ", priority \(group.priority)" : ""
      lines.append(
        "  \(style.paint(style.cross, .red)) \(style.name(workload, width: 60))  "
          + style.paint("\(HumanUnits.count(ids.count, "pod"))\(priority): \(names)\(more)", .dim))
      lines += reasonLines(group.reasons, indent: 4)
    }
    if shown.count < order.count {
      let rest = order[shown.count...].reduce(0) { $0 + members[$1]!.count }
      lines.append(
        "  \(style.ellipsis) \(HumanUnits.count(rest, "pod")) more of \(HumanUnits.count(order.count - shown.count)) kinds"
      )
    }
    return lines
  }

  func reasonLines(_ reasons: [Unplaced.Reason], indent: Int) -> [String] {
    let width = reasons.map { HumanUnits.count($0.nodes, "node").count }.max() ?? 0
    return reasons.map { reason in
      let count = HumanUnits.count(reason.nodes, "node").aligned(to: width)
      return String(repeating: " ", count: indent) + "\(count)  \(style.name(reason.reason, width: style.width - 20))"
    }
  }

  func noticeSection() -> [String] { noticeLines(plan.notices, style: style) }
}

/// Sections of lines with an empty line between; empty ones are left out.
func sectioned(_ sections: [[String]]) -> String {
  sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
}

/// What was defaulted, skipped or is not honoured, the gravest first.
func noticeLines(_ notices: [Notice], style: TextStyle) -> [String] {
  guard !notices.isEmpty else { return [] }
  let order: [(Notice.Kind, String, TextStyle.Color)] = [
    (.degraded, "degraded", .yellow), (.warning, "warning", .yellow), (.notHonoured, "not honoured", .yellow),
    (.defaulted, "defaulted", .dim), (.skipped, "skipped", .dim),
  ]
  var lines = [style.paint("NOTES", .bold)]
  for (kind, title, color) in order {
    for notice in notices where notice.kind == kind {
      let count = notice.count > 1 ? " (\(HumanUnits.count(notice.count))\(style.times))" : ""
      lines.append("  \(style.paint(title.padded(to: 12), color))  \(TextStyle.neutralized(notice.message))\(count)")
      if let example = notice.example {
        let label = notice.count > 1 ? "first: " : ""
        lines.append("                " + style.paint("\(label)\(TextStyle.neutralized(example))", .dim))
      }
    }
  }
  return lines
}

extension String {
  func trimmingEnd() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension Sequence where Element: Hashable {
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
