import BayplanAudit
import BayplanModel

/// Answers to packing problems, as text: one in full, or many as a table.
public struct PackingReport: Sendable {
  public let answers: [(problem: PackingProblem, result: PackingResult)]
  public let style: TextStyle

  public init(_ answers: [(problem: PackingProblem, result: PackingResult)], style: TextStyle) {
    self.answers = answers
    self.style = style
  }

  public func text() -> String {
    (answers.count == 1 ? single(answers[0].problem, answers[0].result) : table()).joined(separator: "\n") + "\n"
  }

  /// A line per instance.
  public static func csv(_ answers: [(problem: PackingProblem, result: PackingResult)]) -> String {
    CSVWriter.text(
      header: [
        "instance", "rows", "items", "dimensions", "bin_types", "status", "objective", "lower_bound", "gap", "strategy",
        "engine", "termination", "solve_seconds",
      ],
      rows: answers.map { problem, result in
        [
          .text(problem.name), .integer(Int64(problem.rows.count)), .integer(Int64(problem.totalDemand)),
          .integer(Int64(problem.dimensions)), .integer(Int64(problem.binTypes.count)), .text(result.status.rawValue),
          result.objective.map(CSVWriter.Cell.integer) ?? .empty,
          result.lowerBound.map(CSVWriter.Cell.integer) ?? .empty, result.gap.map(CSVWriter.Cell.number) ?? .empty,
          .text(result.strategy), .text(result.engine), .text(result.termination.rawValue),
          .number(result.solveSeconds),
        ]
      })
  }

  // MARK: One

  private func single(_ problem: PackingProblem, _ result: PackingResult) -> [String] {
    var lines = ["\(status(result))  \(sentence(problem, result))"]
    let isCount = problem.binTypes.allSatisfy { $0.cost == 1 }
    let unit = isCount ? "bins" : "cost"
    if let objective = result.objective {
      let bound = result.lowerBound.map { "at least \(HumanUnits.count(Int($0)))" } ?? "no bound"
      lines.append("  \(unit)   \(HumanUnits.count(Int(objective)))   \(bound)   \(verdict(result))")
    }
    let sizes = [
      HumanUnits.count(problem.totalDemand, "item"), HumanUnits.count(problem.rows.count, "row"),
      HumanUnits.count(problem.dimensions, "dimension"), HumanUnits.count(problem.binTypes.count, "bin type"),
    ]
    lines.append("  " + style.paint(sizes.joined(separator: " \(style.dot) "), .dim))
    let how = ["engine \(result.engine)", "strategy \(result.strategy)", HumanUnits.seconds(result.solveSeconds)]
    lines.append("  " + style.paint(how.map(TextStyle.neutralized).joined(separator: " \(style.dot) "), .dim))
    for notice in result.notices {
      lines.append("  \(style.paint("!", .yellow)) \(TextStyle.neutralized(notice.message))")
    }
    if !result.bins.isEmpty { lines += [""] + bins(problem, result) }
    return lines
  }

  func sentence(_ problem: PackingProblem, _ result: PackingResult) -> String {
    let name = TextStyle.neutralized(problem.name)
    switch result.status {
    case .optimal: return "\(name): proven, no packing costs less"
    case .feasible:
      return "\(name): within \(result.gap.map(PlanReport.gapText) ?? "an unknown distance") of the best possible"
    case .infeasible:
      let rows = problem.rowsThatFitNowhere
      if rows.isEmpty { return "\(name): proven, not everything can be packed" }
      return "\(name): row \(rows[0])\(rows.count > 1 ? " and \(rows.count - 1) more" : "") fits no bin"
    case .unknown: return "\(name): no packing of everything found"
    }
  }

  private func bins(_ problem: PackingProblem, _ result: PackingResult) -> [String] {
    let sorted = order(result)
    let shown = style.isComplete ? sorted[...] : sorted.prefix(12)
    let width = shown.map { String(result.bins[$0].copies).count }.max() ?? 1
    var lines = [style.paint("bins", .bold)]
    for index in shown {
      let bin = result.bins[index]
      let fill = fill(bin, problem)
      let bars = fill.prefix(4).map { "\(style.bar($0, width: 10)) \(HumanUnits.percent($0).aligned(to: 5))" }
      let type = problem.binTypes.count > 1 ? "type \(bin.type)  " : ""
      let text =
        "  \(String(bin.copies).aligned(to: width)) \(style.times)  \(type)\(bars.joined(separator: "  "))  rows "
      lines.append(text + style.name(rows(bin), width: max(20, style.width - text.count)))
    }
    if shown.count < sorted.count {
      lines.append(
        "  \(style.ellipsis) \(HumanUnits.count(sorted.count - shown.count)) more kinds of bins (--all lists them)")
    }
    return lines
  }

  /// Share of each dimension that is used.
  func fill(_ bin: PackedBin, _ problem: PackingProblem) -> [Double] {
    (0..<problem.dimensions).map { dimension in
      let load = bin.items.reduce(Int64(0)) {
        $0 + problem.rows[$1.row].incarnations[$1.incarnation][dimension] * Int64($1.count)
      }
      return Double(load) / Double(max(1, problem.binTypes[bin.type].capacity[dimension]))
    }
  }

  // MARK: Many

  private func table() -> [String] {
    let header = ["instance", "items", "value", "bound", "gap", "status", "strategy", "time"]
    let rows = answers.map { problem, result in
      [
        style.name(problem.name, width: 32), HumanUnits.count(problem.totalDemand),
        result.objective.map { HumanUnits.count(Int($0)) } ?? style.dash,
        result.lowerBound.map { HumanUnits.count(Int($0)) } ?? style.dash,
        result.gap.map { $0 == 0 ? "0" : PlanReport.gapText($0) } ?? style.dash, result.status.rawValue,
        result.strategy,
        HumanUnits.seconds(result.solveSeconds),
      ]
    }
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let isText = column == 0 || column == 5 || column == 6
        text += (isText ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])) + "  "
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    var lines = [style.paint(line(header), .dim)] + rows.map(line)
    let proved = answers.count { $0.result.status == .optimal }
    let seconds = answers.reduce(0.0) { $0 + $1.result.solveSeconds }
    lines.append(
      "\(HumanUnits.count(proved)) of \(HumanUnits.count(answers.count)) proved optimal, mean \(HumanUnits.seconds(seconds / Double(max(1, answers.count))))"
    )
    for (problem, result) in answers {
      lines += result.notices.map { "  \(TextStyle.neutralized("\(problem.name): \($0.message)"))" }
    }
    return lines
  }

  private func verdict(_ result: PackingResult) -> String {
    switch result.gap {
    case 0?: style.paint("\(style.check) proven", .green)
    case let gap?: style.paint("gap \(PlanReport.gapText(gap))", .yellow)
    case nil: style.paint("no bound", .yellow)
    }
  }

  private func status(_ result: PackingResult) -> String {
    let color: TextStyle.Color =
      switch result.status {
      case .optimal: .green
      case .feasible: .yellow
      case .infeasible, .unknown: .red
      }
    return style.paint(result.status.rawValue.uppercased(), color)
  }
}
