import BayplanBench
import BayplanModel

/// The charts of an experiment.
struct BenchCharts {
  let analysis: ExperimentAnalysis

  private var names: [String] { analysis.strategies.map(\.name) }

  func write(into page: inout HTMLWriter) {
    if analysis.experiment.task == .pack { writeProfile(into: &page) }
    writeSpread(into: &page)
    if analysis.experiment.task == .pack { writeScatter(into: &page) }
    writeTimes(into: &page)
  }

  private static func percent(_ value: Double) -> String { "\(HumanUnits.decimal(value, digits: 2)) %" }

  // MARK: Performance profile

  private func writeProfile(into page: inout HTMLWriter) {
    let provers = analysis.provers
    if provers.count < 2 { return }
    LineChart.performanceProfile(
      BenchTables.profileTitle, analysis.timeProfile, names: provers.map { (strategy: $0, name: names[$0]) },
      xTitle: "times the least CPU time"
    ).write(into: &page)
  }

  // MARK: Spread

  private func writeSpread(into page: inout HTMLWriter) {
    for spread in BenchSpread.all(of: analysis) {
      BoxChart(spread.title, groups: spread.groups, format: spread.format).write(into: &page)
    }
  }

  // MARK: Against the bound

  private func writeScatter(into page: inout HTMLWriter) {
    var points: [ScatterChart.Point] = []
    for run in analysis.results.runs {
      guard let value = run.record?.measures[Measure.value.name], let bound = analysis.bounds[run.instance], bound > 0
      else { continue }
      points.append(
        .init(
          analysis.results.instances[run.instance].name, x: Double(bound), y: 100 * (value / Double(bound) - 1),
          kind: run.strategy,
          details: ["value \(HumanUnits.decimal(value, digits: 0)), bound \(HumanUnits.count(Int(clamping: bound)))"]))
    }
    let ranges = names.enumerated().compactMap { kind, name -> String? in
      let values = points.filter { $0.kind == kind }.map(\.y)
      guard let low = values.min(), let high = values.max() else { return nil }
      return "\(name) \(Self.percent(low)) to \(Self.percent(high)) above"
    }
    guard let least = points.map(\.x).min(), let most = points.map(\.x).max(), let worst = points.map(\.y).max()
    else { return }
    ScatterChart(
      "Value above the best proven bound",
      description: "Each run by the bound of its instance. " + ranges.joined(separator: "; "),
      x: ChartAxis(least...most, label: { HumanUnits.decimal($0, digits: 0) }),
      y: ChartAxis(0...max(worst, 0.01), label: Self.percent), xTitle: "best proven bound", kinds: names, points: points
    ).write(into: &page)
  }

  // MARK: Times

  private func writeTimes(into page: inout HTMLWriter) {
    let bars = analysis.strategies.filter { !$0.cpuSeconds.isEmpty }.map {
      (name: $0.name, value: Averages.mean($0.cpuSeconds))
    }
    if bars.count < 2 { return }
    BarChart("Mean CPU time of a run", bars: bars) { BenchTables.seconds($0) }.write(into: &page)
  }
}
