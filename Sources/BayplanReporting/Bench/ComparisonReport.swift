import BayplanBench
import BayplanModel

/// Whether one build or store does better than another, as text and data.
public struct ComparisonReport: Sendable {
  public static let schema = "bayplan/bench-comparison/v1"

  private let comparison: BenchComparison
  private let base: String
  private let new: String
  private let style: TextStyle

  /// - Parameters:
  ///   - base: what to call the first, as `FILE@LABEL`.
  ///   - new: what to call the second.
  public init(_ comparison: BenchComparison, base: String, new: String, style: TextStyle) {
    self.comparison = comparison
    self.base = base
    self.new = new
    self.style = style
  }

  private var sentence: String {
    switch comparison.verdict {
    case .better: "better: \(new) does better than \(base)"
    case .worse: "worse: \(new) does worse than \(base)"
    case .mixed: "mixed: \(new) is better in one thing and worse in another than \(base)"
    case .equal: "no difference between \(base) and \(new)"
    case .undecided: "no difference found between \(base) and \(new); with more instances there might be one"
    }
  }

  private var head: String {
    var parts = ["\(HumanUnits.count(comparison.paired)) runs paired"]
    if comparison.onlyBase > 0 { parts.append("\(HumanUnits.count(comparison.onlyBase)) only in the first") }
    if comparison.onlyNew > 0 { parts.append("\(HumanUnits.count(comparison.onlyNew)) only in the second") }
    return parts.joined(separator: ", ")
  }

  private var table: ReportTable {
    ReportTable(
      "Differences",
      columns: [
        .init("experiment", isText: true), .init("strategy", isText: true), .init("measure", isText: true),
        .init("pairs"), .init("better"), .init("equal"), .init("worse"), .init("new/base (95 %)"), .init("p"),
        .init("verdict", isText: true),
      ],
      rows: comparison.rows.map { row in
        let counts = row.comparison.winTieLoss
        return [
          row.experiment, row.strategy, BenchTables.title(row.measure), "\(row.comparison.count)", "\(counts.wins)",
          "\(counts.ties)", "\(counts.losses)", BenchTables.ratio(row.comparison), BenchTables.pValue(row.pValue),
          row.verdict.rawValue,
        ]
      },
      notes: [
        "Ratio of geometric means, or the mean difference where a value is 0, with a 95 % bootstrap interval; p by "
          + "Wilcoxon's signed-rank test, adjusted after Holm. Where work ends the runs, any difference in an answer counts.",
        comparison.comparesTimes
          ? "CPU times count as different only where the interval lies outside of 0.95…1.05."
          : "CPU times are not compared: the runs are from different machines, or it was not asked for.",
      ])
  }

  private func losses(_ losses: [BenchComparison.Loss], _ what: String) -> [String] {
    losses.prefix(10).map {
      "\(what): \($0.strategy) on \($0.instance) (\($0.experiment)): \($0.base.rawValue), now \($0.new.rawValue)"
    } + (losses.count > 10 ? ["\(what): \(losses.count - 10) more"] : [])
  }

  public func text() -> String {
    let lines =
      [style.paint(TextStyle.neutralized(sentence), .bold), style.paint(head, .dim), ""] + table.lines(style)
      + (losses(comparison.lost, "lost") + losses(comparison.gained, "gained")).map(TextStyle.neutralized)
    return lines.joined(separator: "\n") + "\n"
  }

  public func markdown() -> String {
    let lines =
      ["**\(MarkdownTable.cell(sentence))**", "", head, ""] + table.markdown()
      + (losses(comparison.lost, "lost") + losses(comparison.gained, "gained")).map { "- \(MarkdownTable.cell($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line per strategy and measure.
  public func csv() -> String {
    func cells(_ estimate: PairedComparison.Estimate?) -> [CSVWriter.Cell] {
      guard let estimate else { return [.empty, .empty, .empty] }
      return [.number(estimate.value)]
        + (estimate.interval.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? [.empty, .empty])
    }
    return CSVWriter.text(
      header: [
        "experiment", "strategy", "measure", "pairs", "better", "equal", "worse", "ratio", "ratio_low", "ratio_high",
        "difference", "difference_low", "difference_high", "p_value", "sign_p_value", "verdict",
      ],
      rows: comparison.rows.map { row in
        let counts = row.comparison.winTieLoss
        return [.text(row.experiment), .text(row.strategy), .text(row.measure.name)]
          + [row.comparison.count, counts.wins, counts.ties, counts.losses].map { .integer(Int64($0)) }
          + cells(row.comparison.geometricMeanRatio) + cells(row.comparison.meanDifference)
          + [.number(row.pValue), .number(row.comparison.signPValue), .text(row.verdict.rawValue)]
      })
  }

  public func html() -> String {
    HTMLPage(
      title: "\(new) beside \(base)", kind: "Bench comparison", details: [head],
      lead: { page in
        let tone: HTMLWriter.Tone =
          switch comparison.verdict {
          case .better, .equal: .good
          case .worse: .bad
          case .mixed, .undecided: .warn
          }
        page.tiles([
          .init(label: "verdict", value: comparison.verdict.rawValue, note: sentence, tone: tone),
          .init(label: "runs paired", value: HumanUnits.count(comparison.paired)),
          .init(label: "answers or proofs lost", value: HumanUnits.count(comparison.lost.count)),
          .init(label: "answers or proofs gained", value: HumanUnits.count(comparison.gained.count)),
        ])
      },
      sections: [
        .init("differences", "Differences") { table.html(into: &$0) }
      ]
        + (comparison.lost.isEmpty && comparison.gained.isEmpty
          ? [] : [.init("proofs", "Lost and gained") { changes.html(into: &$0) }])
    ).html()
  }

  private var changes: ReportTable {
    ReportTable(
      "Runs with more on one side",
      columns: ["experiment", "instance", "strategy", "base", "new"].map { .init($0, isText: true) },
      rows: (comparison.lost + comparison.gained).map {
        [$0.experiment, $0.instance, $0.strategy, $0.base.rawValue, $0.new.rawValue]
      })
  }

  public func value() -> DataValue {
    func loss(_ loss: BenchComparison.Loss) -> DataValue {
      .object([
        .init("experiment", .string(loss.experiment)), .init("instance", .string(loss.instance)),
        .init("strategy", .string(loss.strategy)), .init("base", .string(loss.base.rawValue)),
        .init("new", .string(loss.new.rawValue)),
      ])
    }
    return .object([
      .init("schema", .string(Self.schema)), .init("base", .string(base)), .init("new", .string(new)),
      .init("verdict", .string(comparison.verdict.rawValue)), .init("paired", .integer(Int64(comparison.paired))),
      .init("onlyBase", .integer(Int64(comparison.onlyBase))), .init("onlyNew", .integer(Int64(comparison.onlyNew))),
      .init("rows", .array(comparison.rows.map(row))),
      .init("lost", .array(comparison.lost.map(loss))), .init("gained", .array(comparison.gained.map(loss))),
    ])
  }

  private func row(_ row: BenchComparison.Row) -> DataValue {
    func estimate(_ estimate: PairedComparison.Estimate?) -> DataValue {
      guard let estimate else { return .null }
      return .object([
        .init("value", .number(estimate.value)),
        .init("interval", estimate.interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null),
      ])
    }
    let counts = row.comparison.winTieLoss
    return .object([
      .init("experiment", .string(row.experiment)), .init("strategy", .string(row.strategy)),
      .init("measure", .string(row.measure.name)), .init("pairs", .integer(Int64(row.comparison.count))),
      .init("better", .integer(Int64(counts.wins))), .init("equal", .integer(Int64(counts.ties))),
      .init("worse", .integer(Int64(counts.losses))), .init("ratio", estimate(row.comparison.geometricMeanRatio)),
      .init("difference", estimate(row.comparison.meanDifference)), .init("pValue", .number(row.pValue)),
      .init("signPValue", .number(row.comparison.signPValue)), .init("exact", .bool(row.isExact)),
      .init("verdict", .string(row.verdict.rawValue)),
    ])
  }
}
