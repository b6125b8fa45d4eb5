import BayplanModel

extension PackingReport {
  /// Tables for a pull request or an issue: a line per instance, and of one alone what is in its bins.
  public func markdown() -> String {
    let proved = answers.count { $0.result.status == .optimal }
    var lines = ["**\(HumanUnits.count(proved)) of \(HumanUnits.count(answers.count)) proved optimal**"]
    lines += MarkdownTable.lines(
      ["instance", "items", "value", "bound", "gap", "status", "strategy"], numbers: 1...4,
      answers.map { problem, result in
        [
          problem.name, HumanUnits.count(problem.totalDemand),
          result.objective.map { HumanUnits.count(Int($0)) } ?? "none",
          result.lowerBound.map { HumanUnits.count(Int($0)) } ?? "none", result.gap.map(PlanReport.gapText) ?? "",
          result.status.rawValue, result.strategy,
        ]
      })
    if answers.count == 1, let (problem, result) = answers.first {
      let sorted = order(result)
      let shown = style.isComplete ? sorted[...] : sorted.prefix(50)
      lines += MarkdownTable.lines(
        ["bins", "type", "filled", "rows"], numbers: 0...0,
        shown.map { index in
          let bin = result.bins[index]
          return [
            HumanUnits.count(bin.copies), "\(bin.type)",
            fill(bin, problem).map(HumanUnits.percent).joined(separator: ", "), rows(bin),
          ]
        })
      if shown.count < sorted.count {
        lines.append("\n\(HumanUnits.count(sorted.count - shown.count)) more kinds of bins.")
      }
    }
    let notices = answers.flatMap(\.result.notices)
    return (lines + MarkdownTable.notices(notices)).joined(separator: "\n") + "\n"
  }

  /// Bins by what they hold, the most frequent first.
  func order(_ result: PackingResult) -> [Int] {
    result.bins.indices.sorted {
      (-result.bins[$0].copies, result.bins[$0].type, $0) < (-result.bins[$1].copies, result.bins[$1].type, $1)
    }
  }

  /// `3×0 5`: three items of row 0 and one of row 5.
  func rows(_ bin: PackedBin) -> String {
    bin.items.map { "\($0.count > 1 ? "\($0.count)\(style.times)" : "")\($0.row)" }.joined(separator: " ")
  }
}
