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
    let provers = analysis.strategies.indices.filter { analysis.strategies[$0].count(.optimal) > 0 }
    if provers.count < 2 { return }
    LineChart.performanceProfile(
      "Proved optimal within a factor of the least CPU time", analysis.timeProfile,
      names: provers.map { (strategy: $0, name: names[$0]) }, xTitle: "times the least CPU time"
    ).write(into: &page)
  }

  // MARK: Spread

  /// How far answers are from the best known, or the measure that matters most.
  private func writeSpread(into page: inout HTMLWriter) {
    if analysis.experiment.task == .pack {
      let groups = analysis.strategies.filter { !$0.gaps.isEmpty }.map {
        (name: $0.name, values: $0.gaps.map { 100 * $0 })
      }
      if groups.isEmpty { return }
      BoxChart("Gap to the best proven bound", groups: groups, format: Self.percent).write(into: &page)
      return
    }
    for measure in analysis.measures where measure.role == .quality {
      let groups = analysis.strategies.indices.map { strategy in
        (
          name: names[strategy],
          values: analysis.units.indices.compactMap { unit in
            analysis.value(measure, unit: unit, strategy: strategy)
          }
        )
      }.filter { !$0.values.isEmpty }
      // What is the same for all needs no picture.
      if Set(groups.flatMap(\.values)).count < 2 { continue }
      BoxChart(BenchTables.title(measure), groups: groups) { value in
        HumanUnits.decimal(value, digits: max(measure.digits, 2))
      }.write(into: &page)
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
          kind: run.strategy))
    }
    guard let least = points.map(\.x).min(), let most = points.map(\.x).max(), let worst = points.map(\.y).max()
    else { return }
    ScatterChart(
      "Value above the best proven bound", description: "Each run by the bound of its instance.",
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
