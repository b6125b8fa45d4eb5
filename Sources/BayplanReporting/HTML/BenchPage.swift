import BayplanBench
import BayplanModel

/// A bench as a page: tables, and how the strategies' answers and times are spread.
public struct BenchPage {
  private let results: BenchResults

  public static let kind = "Bench"

  public init(_ results: BenchResults) { self.results = results }

  public func html() -> String {
    let parts = results.experiments.map { ExperimentAnalysis($0) }
    var sections = [HTMLPage.Section("contents", "Experiments") { writeContents(parts, into: &$0) }]
    if parts.count == 1 { sections = [] }
    for analysis in parts {
      sections.append(
        .init(numbered: sections.count, analysis.experiment.name) { page in
          page.caption(BenchReport.subtitle(analysis.results, TextStyle()))
          let tables = BenchTables(analysis: analysis)
          tables.summary.html(into: &page)
          BenchCharts(analysis: analysis).write(into: &page)
          for table in tables.all.dropFirst() { table.html(into: &page) }
          page.element("details") { details in
            details.element("summary", text: HumanUnits.count(analysis.results.runs.count, "run"))
            runs(of: analysis).html(into: &details)
          }
        })
    }
    return HTMLPage(
      title: results.suite.name, kind: Self.kind,
      details: [
        results.suite.summary, "bayplan \(results.engine.label)", results.machine,
        "\(HumanUnits.count(results.finishedCount)) of \(HumanUnits.count(results.runCount)) runs",
      ], lead: { writeLead(parts, into: &$0) }, sections: sections
    ).html()
  }

  private func writeLead(_ parts: [ExperimentAnalysis], into page: inout HTMLWriter) {
    let all = parts.flatMap(\.strategies)
    func count(_ status: RunStatus) -> Int { all.reduce(0) { $0 + $1.count(status) } }
    let failed = count(.failed) + count(.timedOut)
    page.tiles(
      [
        .init(
          label: "runs", value: HumanUnits.count(results.finishedCount),
          note: results.finishedCount == results.runCount
            ? "all that were asked for" : "of \(HumanUnits.count(results.runCount))",
          tone: results.finishedCount == results.runCount ? .good : .warn),
        .init(
          label: "proved optimal", value: HumanUnits.count(count(.optimal)),
          note: count(.claimed) == 0 ? "" : "and \(HumanUnits.count(count(.claimed))) that nothing confirms"),
        .init(label: "answered", value: HumanUnits.count(all.reduce(0) { $0 + $1.solved } - count(.optimal))),
        .init(
          label: "failed or timed out", value: HumanUnits.count(failed), tone: failed == 0 ? .good : .bad),
      ]
        + (count(.skipped) == 0
          ? [] : [.init(label: "skipped", value: HumanUnits.count(count(.skipped)), tone: .warn)]))
  }

  private func writeContents(_ parts: [ExperimentAnalysis], into page: inout HTMLWriter) {
    ReportTable(
      "Experiments",
      columns: [
        .init("experiment", isText: true), .init("task", isText: true), .init("instances"), .init("strategies"),
        .init("runs"),
      ],
      rows: parts.map { part in
        [
          part.experiment.name, part.experiment.task.rawValue, HumanUnits.count(part.results.instances.count),
          HumanUnits.count(part.strategies.count), HumanUnits.count(part.results.runs.count),
        ]
      }
    ).html(into: &page)
  }

  /// Beyond this many a page gets slow: the store has all.
  private static let mostRuns = 3000

  private func runs(of analysis: ExperimentAnalysis) -> ReportTable {
    let part = analysis.results
    let measures = analysis.measures
    let shown = part.runs.prefix(Self.mostRuns)
    return ReportTable(
      "Runs",
      columns: [
        .init("instance", isText: true), .init("size"), .init("strategy", isText: true), .init("seed"),
        .init("status", isText: true),
      ] + measures.map { .init(BenchTables.title($0)) },
      rows: shown.map { run in
        let instance = part.instances[run.instance]
        return [
          instance.name, "\(instance.size)", part.experiment.strategies[run.strategy].name, "\(run.seed)",
          run.record?.status.rawValue ?? "missing",
        ]
          + measures.map { measure in
            run.record?[measure].map { HumanUnits.fixed($0, digits: measure.digits) } ?? "–"
          }
      },
      notes: shown.count < part.runs.count
        ? ["\(HumanUnits.count(part.runs.count - shown.count)) more runs: bayplan bench export gives all."] : [])
  }
}
