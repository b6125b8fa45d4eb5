import BayplanBench
import BayplanModel

/// What a bench has come to, as text. The same results give the same bytes.
public struct BenchReport: Sendable {
  private let results: BenchResults
  private let style: TextStyle

  public init(_ results: BenchResults, style: TextStyle) {
    self.results = results
    self.style = style
  }

  private var head: String {
    let runs = "\(HumanUnits.count(results.finishedCount)) of \(HumanUnits.count(results.runCount)) runs"
    let idle = results.experiments.reduce(0) { $0 + $1.runs.count { $0.record?.status == .skipped } }
    let skipped = idle == 0 ? [] : ["\(HumanUnits.count(idle)) of them skipped"]
    return (["bayplan \(results.engine.label)", results.machine, runs] + skipped).map(TextStyle.neutralized)
      .joined(separator: " \(style.dot) ")
  }

  public func text() -> String {
    var lines = [style.paint(TextStyle.neutralized(results.suite.name), .bold)]
    if !results.suite.summary.isEmpty { lines.append(TextStyle.neutralized(results.suite.summary)) }
    lines.append(style.paint(head, .dim))
    for part in results.experiments {
      let analysis = ExperimentAnalysis(part)
      let tables = BenchTables(analysis: analysis)
      lines += [
        "", style.paint(TextStyle.neutralized(part.experiment.name), .bold) + "  " + Self.subtitle(part, style),
      ]
      for (index, table) in tables.all.enumerated() {
        if index > 0 { lines += ["", TextStyle.neutralized(table.title)] }
        lines += table.lines(style).map { "  \($0)" }
        // As on the page: pictures of the answers between their summary and the comparison.
        if index == 0 { lines += BenchTextCharts(analysis: analysis, style: style).lines() }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public func markdown() -> String {
    var lines = ["# \(MarkdownTable.cell(results.suite.name))", ""]
    if !results.suite.summary.isEmpty { lines += [MarkdownTable.cell(results.suite.summary), ""] }
    lines.append(MarkdownTable.cell(head))
    for part in results.experiments {
      let tables = BenchTables(analysis: ExperimentAnalysis(part))
      lines += [
        "", "## \(MarkdownTable.cell(part.experiment.name))", "", MarkdownTable.cell(Self.subtitle(part, style)),
      ]
      for table in tables.all { lines += ["", "**\(MarkdownTable.cell(table.title))**", ""] + table.markdown() }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func subtitle(_ part: ExperimentResults, _ style: TextStyle) -> String {
    let limits = part.experiment.limits
    var parts = part.experiment.summary.isEmpty ? [] : [TextStyle.neutralized(part.experiment.summary)]
    parts.append(HumanUnits.count(part.instances.count, "instance"))
    if part.experiment.seeds.count > 1 { parts.append(HumanUnits.count(part.experiment.seeds.count, "seed")) }
    if [.pack, .plan].contains(part.experiment.task) {
      parts.append(limits.work.map { "\(HumanUnits.count($0)) units of work" } ?? limits.timeMillis.durationText)
      parts.append(HumanUnits.count(limits.threads, "thread"))
    }
    return parts.joined(separator: " \(style.dot) ")
  }

  // MARK: Data

  /// A line per run.
  public func csv() -> String {
    let measures = Set(
      results.experiments.flatMap { $0.runs.flatMap { $0.record.map { Array($0.measures.keys) } ?? [] } }
    )
    .sorted()
    var rows: [[CSVWriter.Cell]] = []
    for part in results.experiments {
      for run in part.runs {
        let instance = part.instances[run.instance]
        var row: [CSVWriter.Cell] = [
          .text(results.engine.label), .text(results.suite.name), .text(part.experiment.name), .text(instance.name),
          .integer(Int64(instance.size)), .text(part.experiment.strategies[run.strategy].name),
          .text(String(run.seed)), .text(run.record?.status.rawValue ?? "missing"),
          run.record.map { .number($0.cpuSeconds) } ?? .empty, run.record.map { .number($0.wallSeconds) } ?? .empty,
          .text(instance.digest), instance.knownValue.map { .integer($0) } ?? .empty,
          instance.knownBound.map { .integer($0) } ?? .empty,
        ]
        row += measures.map {
          run.record?.measures[$0].map {
            $0 == $0.rounded() && abs($0) < 1e15
              ? .integer(Int64($0)) : .number($0)
          } ?? .empty
        }
        rows.append(row + [.text(run.record?.message ?? "")])
      }
    }
    return CSVWriter.text(
      header: [
        "engine", "suite", "experiment", "instance", "size", "strategy", "seed", "status", "cpu_seconds",
        "wall_seconds", "digest", "known_value", "known_bound",
      ] + measures + ["message"], rows: rows)
  }
}
