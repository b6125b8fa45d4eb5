import BayplanModel
import BayplanScheduling

/// What a cluster can still bear.
public struct HeadroomReport: Sendable {
  public static let schema = "bayplan/headroom/v1"

  public let headroom: Headroom
  public let style: TextStyle

  public init(_ headroom: Headroom, style: TextStyle) {
    self.headroom = headroom
    self.style = style
  }

  public func text() -> String {
    sectioned([headline(), failures(), growth(), noticeLines(headroom.notices, style: style)])
  }

  private func headline() -> [String] {
    let failures = headroom.nodeFailures + headroom.domainFailures
    let broken = failures.count { !$0.holds }
    var verdict: String
    if broken > 0 {
      verdict =
        "\(style.paint("BREAKS", .red))  \(HumanUnits.count(broken)) of \(HumanUnits.count(failures.count, "failure")) leave pods without a node"
    } else {
      verdict = "\(style.paint("HOLDS", .green))  every pod finds another node, whichever of the failures happens"
    }
    if failures.isEmpty { verdict = style.paint("HEADROOM", .bold) }
    var lines = [
      verdict,
      "  "
        + style.paint(
          "\(HumanUnits.count(headroom.podCount, "pod")) on \(HumanUnits.count(headroom.nodeCount, "node")) \(style.dot) as kube-scheduler 1.34 would, nothing evicted",
          .dim),
    ]
    if !headroom.unplaced.isEmpty {
      lines.append(
        "  \(HumanUnits.count(headroom.unplaced.count, "pending pod")) without a node as it is: \(names(headroom.unplaced))"
      )
    }
    return lines
  }

  private func names(_ pods: [PodID]) -> String {
    let shown = pods.prefix(3).map { style.name("\($0)", width: 40) }.joined(separator: ", ")
    return pods.count > 3 ? "\(shown), \(style.ellipsis) \(pods.count - 3) more" : shown
  }

  // MARK: Failures

  private func failures() -> [String] {
    var lines: [String] = []
    if let size = headroom.nodeFailures.first?.nodes.count {
      lines += summary("any \(HumanUnits.count(size, "node"))", headroom.nodeFailures) {
        $0.nodes.map { style.name($0, width: 40) }.joined(separator: " + ")
      }
    }
    if let key = headroom.domainFailures.first?.domain?.split(separator: "=").first {
      let isZone = key == NodeType.zoneLabel
      lines += summary("any \(isZone ? "zone" : style.name(String(key)))", headroom.domainFailures) { failure in
        let domain = failure.domain ?? ""
        return style.name(isZone ? "zone\(domain.dropFirst(NodeType.zoneLabel.count))" : domain)
      }
    }
    if let key = headroom.domainKey, headroom.domainFailures.isEmpty {
      lines.append("  no node has the label \(style.name(key)): nothing fails by it")
    }
    if lines.isEmpty { return [] }
    return [style.paint("FAILURES", .bold) + "  do the pods of what fails find a node?"] + lines
  }

  private func summary(
    _ what: String, _ failures: [Headroom.Failure], _ name: (Headroom.Failure) -> String
  ) -> [String] {
    let broken = failures.filter { !$0.holds }
    let mark = broken.isEmpty ? style.paint(style.check, .green) : style.paint(style.cross, .red)
    var lines = [
      "  \(mark) \(what): \(HumanUnits.count(failures.count - broken.count)) of \(HumanUnits.count(failures.count)) hold"
    ]
    let lost = failures.filter { !$0.lost.isEmpty }
    if let first = lost.first {
      lines.append(
        "      \(HumanUnits.count(lost.count)) of them lose\(lost.count == 1 ? "s" : "") pods without a controller, first \(names(first.lost))"
      )
    }
    let limit = style.isComplete ? Int.max : 10
    // The worst first.
    let shown = broken.enumerated().sorted {
      ($1.element.unplaced.count, $0.offset) < ($0.element.unplaced.count, $1.offset)
    }
    for failure in shown.prefix(limit).map(\.element) {
      lines.append(
        "      \(name(failure)): \(HumanUnits.count(failure.unplaced.count)) of \(HumanUnits.count(failure.displaced, "pod")) find no node: \(names(failure.unplaced))"
      )
      if !failure.reasons.isEmpty {
        lines.append("        " + style.paint(style.list(failure.reasons, width: style.width - 10), .dim))
      }
    }
    if broken.count > limit { lines.append("    " + style.more(broken.count - limit)) }
    return lines
  }

  // MARK: Growth

  private func growth() -> [String] {
    if headroom.growth.isEmpty { return [] }
    let limit = style.isComplete ? Int.max : 40
    let rows = headroom.growth.prefix(limit)
    let width = min(48, rows.map { style.name($0.workload).count }.max() ?? 0)
    var lines = [style.paint("ROOM TO GROW", .bold) + "  more replicas that fit, each workload by itself"]
    for row in rows {
      let more = (row.isCapped ? "at least " : "") + "+\(HumanUnits.count(row.more))"
      let counts = "\(HumanUnits.count(row.replicas)) now  \(more)".padded(to: 16)
      let room = max(30, style.width - width - 24)
      let reasons = row.reasons.isEmpty ? "" : "then " + style.list(row.reasons, width: room - 5)
      lines.append(
        "  \(style.name(row.workload).padded(to: width))  \(counts)  "
          + style.paint(reasons, .dim))
    }
    if headroom.growth.count > limit { lines.append(style.more(headroom.growth.count - limit)) }
    return lines
  }
}

// MARK: As data

extension HeadroomReport {
  public static func csv(_ headroom: Headroom) -> String {
    let failures = (headroom.nodeFailures + headroom.domainFailures).map { failure in
      [
        CSVWriter.Cell.text("failure"), .text(failure.domain ?? failure.nodes.joined(separator: " ")),
        .text(failure.holds ? "holds" : "breaks"), .text("\(failure.displaced)"), .text("\(failure.unplaced.count)"),
        .text(failure.reasons.joined(separator: ", ")),
      ]
    }
    let growth = headroom.growth.map { row in
      [
        CSVWriter.Cell.text("growth"), .text(row.workload), .text(row.isCapped ? "capped" : "limited"),
        .text("\(row.replicas)"), .text("\(row.more)"), .text(row.reasons.joined(separator: ", ")),
      ]
    }
    return CSVWriter.text(header: ["kind", "what", "result", "pods", "count", "reasons"], rows: failures + growth)
  }

  public static func value(_ headroom: Headroom) -> DataValue {
    .object([
      .init("schema", .string(schema)), .init("holds", .bool(headroom.holds)),
      .init("nodes", .integer(Int64(headroom.nodeCount))), .init("pods", .integer(Int64(headroom.podCount))),
      .init("unplaced", .strings(headroom.unplaced.map(\.description))),
      .init("nodeFailures", .array(headroom.nodeFailures.map(value))),
      .init("domainFailures", .array(headroom.domainFailures.map(value))),
      .init(
        "growth",
        .array(
          headroom.growth.map {
            .object([
              .init("workload", .string($0.workload)), .init("replicas", .integer(Int64($0.replicas))),
              .init("more", .integer(Int64($0.more))), .init("capped", .bool($0.isCapped)),
              .init("reasons", .strings($0.reasons)),
            ])
          })),
      .init("notices", .array(headroom.notices.map(PlanDocument.notice))),
    ])
  }

  private static func value(_ failure: Headroom.Failure) -> DataValue {
    .object([
      .init("nodes", .strings(failure.nodes)), .init("domain", .optional(failure.domain)),
      .init("holds", .bool(failure.holds)), .init("displaced", .integer(Int64(failure.displaced))),
      .init("unplaced", .strings(failure.unplaced.map(\.description))),
      .init("lost", .strings(failure.lost.map(\.description))), .init("reasons", .strings(failure.reasons)),
    ])
  }
}
