import BayplanBench
import BayplanModel
import Foundation

/// The main charts of an experiment, for a terminal: how the answers of each strategy are spread, and how many instances
/// it proves within a factor of the fastest.
struct BenchTextCharts {
  let analysis: ExperimentAnalysis
  let style: TextStyle

  private static let nameWidth = 28

  func lines() -> [String] {
    if analysis.strategies.count < 2 { return [] }
    return [spread(), profile()].filter { !$0.isEmpty }.flatMap { lines in
      ["", lines[0]] + lines.dropFirst().map { "  \($0)" }
    }
  }

  // MARK: Spread

  private func spread() -> [String] {
    // Room for one: the first in which strategies differ by more than a few instances.
    let spreads = BenchSpread.all(of: analysis)
    guard let spread = spreads.first(where: \.medianDiffers) ?? spreads.first else { return [] }
    let plots = spread.groups.compactMap { group in BoxPlot(group.values).map { (name: group.name, plot: $0) } }
    let all = spread.groups.flatMap(\.values)
    guard let low = all.min(), let high = all.max(), low < high else { return [] }
    let names = plots.map { style.name($0.name, width: Self.nameWidth) }
    let medians = plots.map { "median \(spread.format($0.plot.median))" }
    let (nameWidth, medianWidth) = (Self.widest(names), Self.widest(medians))
    let width = max(20, min(60, style.width - nameWidth - medianWidth - 8))
    var lines = [spread.title]
    for (index, entry) in plots.enumerated() {
      let box = style.paint(style.box(entry.plot, low: low, high: high, width: width), .cyan)
      lines.append("\(names[index].padded(to: nameWidth))  \(box)  \(medians[index].aligned(to: medianWidth))")
    }
    let ends = (spread.format(low), spread.format(high))
    let scale = ends.0.padded(to: max(ends.0.count + 1, width - ends.1.count)) + ends.1
    lines.append(style.paint(String(repeating: " ", count: nameWidth + 2) + scale, .dim))
    return lines
  }

  // MARK: Performance profile

  private func profile() -> [String] {
    let provers = analysis.provers
    guard analysis.experiment.task == .pack, provers.count > 1 else { return [] }
    let profile = analysis.timeProfile
    let most = provers.compactMap { profile.points(of: $0).last?.ratio }.max() ?? 1
    let doublings = max(1, Int(log2(most).rounded(.up)))
    let names = provers.map { style.name(analysis.strategies[$0].name, width: Self.nameWidth) }
    let nameWidth = Self.widest(names)
    let width = max(20, min(60, style.width - nameWidth - 10))
    var lines = [BenchTables.profileTitle]
    for (name, strategy) in zip(names, provers) {
      let shares = (0..<width).map { column in
        profile.share(of: strategy, within: exp2(Double(doublings) * Double(column) / Double(width - 1)))
      }
      let ever = HumanUnits.percent(profile.share(of: strategy, within: .infinity))
      // Nothing is not the least of something.
      let none = shares.prefix { $0 == 0 }.count
      let line = String(repeating: " ", count: none) + style.columns(Array(shares.dropFirst(none)))
      lines.append("\(name.padded(to: nameWidth))  \(style.paint(line, .cyan))  \(ever)")
    }
    let end = "\(HumanUnits.count(1 << min(doublings, 60)))\(style.times)"
    let scale = "1\(style.times)".padded(to: width - end.count) + end
    lines.append(style.paint(String(repeating: " ", count: nameWidth + 2) + scale, .dim))
    return lines
  }

  private static func widest(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }
}

/// Values of each strategy side by side, as box plots show them.
struct BenchSpread {
  var title: String
  var groups: [(name: String, values: [Double])]
  var format: @Sendable (Double) -> String

  var medianDiffers: Bool { Set(groups.compactMap { BoxPlot($0.values)?.median }).count > 1 }

  /// Of packing the gap to the best bound; elsewhere the measures in which strategies differ, the most important first.
  static func all(of analysis: ExperimentAnalysis) -> [BenchSpread] {
    if analysis.experiment.task == .pack {
      let groups = analysis.strategies.filter { !$0.gaps.isEmpty }.map {
        (name: $0.name, values: $0.gaps.map { 100 * $0 })
      }
      if groups.isEmpty { return [] }
      return [
        BenchSpread(title: "Gap to the best proven bound", groups: groups) {
          "\(HumanUnits.decimal($0, digits: 2)) %"
        }
      ]
    }
    return analysis.measures.filter { $0.role == .quality }.compactMap { measure in
      let groups = analysis.strategies.indices.map { strategy in
        (
          name: analysis.strategies[strategy].name,
          values: analysis.units.indices.compactMap { analysis.value(measure, unit: $0, strategy: strategy) }
        )
      }.filter { !$0.values.isEmpty }
      // What is the same for all needs no picture.
      if Set(groups.flatMap(\.values)).count < 2 { return nil }
      return BenchSpread(title: BenchTables.title(measure), groups: groups) {
        HumanUnits.decimal($0, digits: max(measure.digits, 2))
      }
    }
  }
}
