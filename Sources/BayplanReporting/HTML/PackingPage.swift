import BayplanAudit
import BayplanModel

/// Answers to packing problems as a page: each kind of bin with its boxes to scale, one column per dimension.
public struct PackingPage {
  private let answers: [(problem: PackingProblem, result: PackingResult)]
  private let report: PackingReport

  public init(_ answers: [(problem: PackingProblem, result: PackingResult)]) {
    self.answers = answers
    report = PackingReport(answers, style: TextStyle())
  }

  /// Instances whose bins are drawn, and kinds of bins drawn of each.
  private static let drawnInstances = 24
  private static let drawnBins = 120
  /// Columns of a bin; further dimensions are in the table.
  private static let drawnDimensions = 6

  public func html() -> String {
    if let (problem, result) = answers.first, answers.count == 1 { return single(problem, result) }
    let sections: [HTMLPage.Section] = [
      .init("instances", "Instances", body: writeInstances),
      .init("bins", "Bins") { page in
        BayStyle.writePatterns(into: &page)
        for (problem, result) in answers.prefix(Self.drawnInstances) where !result.bins.isEmpty {
          page.element("details") { details in
            details.element("summary", text: "\(problem.name): \(HumanUnits.count(result.bins.count, "kind")) of bins")
            writeBins(problem, result, into: &details)
          }
        }
        if answers.count > Self.drawnInstances {
          page.caption("Drawn are the first \(Self.drawnInstances) instances.")
        }
      },
    ]
    return HTMLPage(
      title: HumanUnits.count(answers.count, "instance"), kind: "Packing", details: [], lead: writeLead,
      sections: sections
    ).html()
  }

  private func single(_ problem: PackingProblem, _ result: PackingResult) -> String {
    var sections: [HTMLPage.Section] = [
      .init("proof", "How good it is") { writeGauge(problem, result, into: &$0) }
    ]
    if !result.bins.isEmpty {
      sections.append(
        .init("bins", "Bins") { page in
          BayStyle.writePatterns(into: &page)
          writeBins(problem, result, into: &page)
        })
      sections.append(.init("patterns", "Patterns") { writePatterns(problem, result, into: &$0) })
    }
    if !result.notices.isEmpty { sections.append(.init("notes", "Notes", body: { $0.notices(result.notices) })) }
    return HTMLPage(
      title: problem.name.isEmpty ? "Packing" : problem.name, kind: "Packing",
      details: [
        "engine \(result.engine)", "strategy \(result.strategy)", HumanUnits.seconds(result.solveSeconds),
      ],
      lead: { $0.tiles(tiles(problem, result)) }, sections: sections
    ).html()
  }

  // MARK: Lead

  private func tiles(_ problem: PackingProblem, _ result: PackingResult) -> [HTMLWriter.Tile] {
    let isCount = problem.binTypes.allSatisfy { $0.cost == 1 }
    var tiles: [HTMLWriter.Tile] = [
      .init(
        label: "status", value: result.status.rawValue, note: report.sentence(problem, result),
        tone: Self.tone(result.status)),
      .init(label: isCount ? "bins" : "cost", value: result.objective.map { HumanUnits.count(Int($0)) } ?? "none"),
      .init(label: "items", value: HumanUnits.count(problem.totalDemand), note: sizes(problem)),
    ]
    for (dimension, share) in meanFill(problem, result).prefix(4).enumerated() {
      let label = problem.dimensions == 1 ? "filled" : "filled, dimension \(dimension)"
      tiles.append(.init(label: label, value: HumanUnits.percent(share), share: share))
    }
    return tiles
  }

  private func sizes(_ problem: PackingProblem) -> String {
    [
      HumanUnits.count(problem.rows.count, "row"), HumanUnits.count(problem.dimensions, "dimension"),
      HumanUnits.count(problem.binTypes.count, "bin type"),
    ].joined(separator: ", ")
  }

  private static func tone(_ status: Status) -> HTMLWriter.Tone {
    switch status {
    case .optimal: .good
    case .feasible: .warn
    case .infeasible, .unknown: .bad
    }
  }

  /// Share in use of all bins together, per dimension.
  private func meanFill(_ problem: PackingProblem, _ result: PackingResult) -> [Double] {
    if result.bins.isEmpty { return [] }
    return (0..<problem.dimensions).map { dimension in
      var (used, room) = (0.0, 0.0)
      for bin in result.bins {
        let capacity = Double(problem.binTypes[bin.type].capacity[dimension])
        for entry in bin.items {
          let weight = problem.rows[entry.row].incarnations[entry.incarnation][dimension]
          used += Double(weight) * Double(entry.count) * Double(bin.copies)
        }
        room += capacity * Double(bin.copies)
      }
      return room > 0 ? used / room : 0
    }
  }

  private func writeLead(into page: inout HTMLWriter) {
    let proved = answers.count { $0.result.status == .optimal }
    let failed = answers.count { $0.result.objective == nil }
    let seconds = answers.reduce(0.0) { $0 + $1.result.solveSeconds }
    page.tiles([
      .init(
        label: "proved optimal", value: "\(HumanUnits.count(proved)) of \(HumanUnits.count(answers.count))",
        tone: proved == answers.count ? .good : .warn, share: Double(proved) / Double(max(1, answers.count))),
      .init(
        label: "without a packing", value: HumanUnits.count(failed), tone: failed == 0 ? .good : .bad),
      .init(label: "mean time", value: HumanUnits.seconds(seconds / Double(max(1, answers.count)))),
    ])
  }

  private func writeGauge(_ problem: PackingProblem, _ result: PackingResult, into page: inout HTMLWriter) {
    let isCount = problem.binTypes.allSatisfy { $0.cost == 1 }
    guard let objective = result.objective else {
      page.caption(report.sentence(problem, result))
      return
    }
    page.gauge(
      title: isCount ? "bins" : "cost", phrase: HumanUnits.count(Int(objective)),
      bound: result.lowerBound.map { "at least \(HumanUnits.count(Int($0)))" }, value: Double(objective),
      limit: result.lowerBound.map(Double.init),
      verdict: result.gap == 0 ? "✓ proven" : result.gap.map { "gap \(PlanReport.gapText($0))" } ?? "no bound")
  }

  // MARK: Tables

  private func writeInstances(into page: inout HTMLWriter) {
    func number(_ value: Int64?) -> HTMLTable.Cell {
      value.map { .init(HumanUnits.count(Int($0)), key: Double($0)) } ?? .none
    }
    HTMLTable(
      "A row per instance",
      columns: [
        .text("instance"), .number("items"), .number("dimensions"), .number("value"), .number("bound"), .number("gap"),
        .text("status"), .text("strategy"), .number("time"),
      ],
      rows: answers.map { problem, result in
        [
          .text(problem.name), .count(problem.totalDemand), .count(problem.dimensions), number(result.objective),
          number(result.lowerBound), result.gap.map { .init($0 == 0 ? "0" : PlanReport.gapText($0), key: $0) } ?? .none,
          .text(result.status.rawValue), .text(result.strategy),
          .init(HumanUnits.seconds(result.solveSeconds), key: result.solveSeconds),
        ]
      }
    ).write(into: &page)
  }

  private func writePatterns(_ problem: PackingProblem, _ result: PackingResult, into page: inout HTMLWriter) {
    HTMLTable(
      "What is in which bin: count × row, rows as in the input, from 0",
      columns: [.number("bins"), .number("type")]
        + (0..<problem.dimensions).map { .number(problem.dimensions == 1 ? "filled" : "dimension \($0)") }
        + [.text("rows")],
      rows: report.order(result).prefix(2000).map { index in
        let bin = result.bins[index]
        return [.count(bin.copies), .count(bin.type)] + report.fill(bin, problem).map { .share($0) }
          + [.text(report.rows(bin))]
      }
    ).write(into: &page)
  }

  // MARK: Bins

  /// More items than this in a bin: those of a row are one box.
  private static let drawnItems = 80

  /// What is drawn as a box each.
  private func boxes(_ bin: PackedBin) -> [PackedBin.Entry] {
    let count = bin.items.reduce(0) { $0 + $1.count }
    if count > Self.drawnItems { return bin.items }
    return bin.items.flatMap { entry in
      [PackedBin.Entry](
        repeating: .init(row: entry.row, count: 1, incarnation: entry.incarnation), count: entry.count)
    }
  }

  private func writeBins(_ problem: PackingProblem, _ result: PackingResult, into page: inout HTMLWriter) {
    let order = report.order(result)
    let columns = min(problem.dimensions, Self.drawnDimensions)
    page.caption(
      "Every bay is a kind of bin with its count, every box an item, to scale in each dimension; colours are rows of the "
        + "input." + (columns > 1 ? " One column per dimension, \(columns) of \(problem.dimensions) are drawn." : ""))
    page.element("div", .class("bays")) { area in
      for index in order.prefix(Self.drawnBins) {
        area.element("figure", .class("bay bin")) { writeBin(result.bins[index], problem, columns, into: &$0) }
        area.markup("\n")
      }
    }
    if order.count > Self.drawnBins {
      page.caption("\(HumanUnits.count(order.count - Self.drawnBins, "kind")) of bins more: the table lists them.")
    }
  }

  private func writeBin(
    _ bin: PackedBin, _ problem: PackingProblem, _ columns: Int, into figure: inout HTMLWriter
  ) {
    let height = 120.0
    let column = columns == 1 ? 64.0 : 26.0
    let width = column * Double(columns) + 4 * Double(columns - 1)
    let fills = report.fill(bin, problem).map(HumanUnits.percent).joined(separator: ", ")
    let times = HumanUnits.count(bin.copies)
    figure.element(
      "svg", .at("width", width), .at("height", height), .init("role", "img"), .init("tabindex", "0"),
      .label("\(times) bins of type \(bin.type), filled \(fills), rows \(report.rows(bin))"),
      .init("data-tip", lines: ["\(times) × type \(bin.type)", "filled \(fills)", "rows \(report.rows(bin))"])
    ) { svg in
      let entries = boxes(bin)
      for dimension in 0..<columns {
        let left = Double(dimension) * (column + 4)
        let capacity = problem.binTypes[bin.type].capacity[dimension]
        svg.empty("rect", .class("hull"), .at("x", left), .at("width", column), .at("height", height))
        let amounts = entries.map { entry in
          problem.rows[entry.row].incarnations[entry.incarnation][dimension]
            .multipliedSaturated(by: Int64(entry.count))
        }
        let rectangles = BayLayout.rectangles(amounts, capacity: capacity, width: column, height: height)
        for (index, box) in rectangles.enumerated() {
          guard let box else { continue }
          svg.empty(
            "rect", .class("b c\(entries[index].row % BayStyle.fills) o0"), .at("x", left + box.x), .at("y", box.y),
            .at("width", box.width), .at("height", box.height))
          if columns == 1 && box.width >= 20 && box.height >= 12 {
            svg.element(
              "text", .hidden, .class(BayStyle.label(on: entries[index].row % BayStyle.fills)), .at("x", box.x + 3),
              .at("y", box.y + box.height / 2 + 3.5), text: "\(entries[index].row)")
          }
        }
      }
    }
    figure.element("figcaption") { caption in
      caption.element("b", text: "\(times) ×")
      caption.element("span", text: problem.binTypes.count > 1 ? "type \(bin.type), \(fills)" : fills)
    }
  }
}
