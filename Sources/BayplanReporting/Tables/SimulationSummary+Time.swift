import BayplanModel
import BayplanSimulation

// The time series as lines of block characters.
extension SimulationSummary {
  func overTime() -> [String] {
    guard let history, history.samples.count > 1 else { return [] }
    let series = TimeSeries(history.samples)
    let lines = series.groups.flatMap { group in group.lines.map { (group.unit, $0.name, $0.values) } }
      .filter { Set($0.2).count > 1 }
    if lines.isEmpty { return [] }
    let nameWidth = lines.map { TextStyle.neutralized($0.1).count }.max() ?? 0
    let width = max(20, min(60, style.width - nameWidth - 34))
    let end = series.times.last?.durationText ?? ""
    return [style.paint("OVER TIME", .bold) + "  from 0s to \(end); the highest value of each stretch"]
      + lines.map { unit, name, values in
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let line = style.paint(sparkline(values, low: low, high: high, width: width), .cyan)
        return "  \(TextStyle.neutralized(name).padded(to: nameWidth))  \(line)  "
          + "\(unit.text(low)) to \(unit.text(high))"
      }
  }

  /// One character for each of `width` stretches of time: its highest value.
  private func sparkline(_ values: [Int64], low: Int64, high: Int64, width: Int) -> String {
    let width = min(width, values.count)
    return style.columns(
      (0..<width).map { column in
        let (first, last) = (column * values.count / width, (column + 1) * values.count / width)
        let value = values[first..<last].max() ?? low
        return Double(value.subtractingSaturated(low)) / Double(max(1, high.subtractingSaturated(low)))
      })
  }
}
