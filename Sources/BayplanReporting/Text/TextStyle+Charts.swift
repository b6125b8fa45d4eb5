import BayplanBench

// Pictures of one line.
extension TextStyle {
  /// One character for each share of the height, 0 to 1.
  func columns(_ shares: [Double]) -> String {
    let levels = Array(isUnicode ? "▁▂▃▄▅▆▇█" : "_.-=+*#@")
    return String(shares.map { levels[Int((min(max($0, 0), 1) * Double(levels.count - 1)).rounded())] })
  }

  /// A box plot between two values, `width` characters wide: whiskers, quartiles, the median, and what lies beyond.
  func box(_ plot: BoxPlot, low: Double, high: Double, width: Int) -> String {
    let look = Array(isUnicode ? "├─┤▒┃·" : "|-|=I.")
    var line = [Character](repeating: " ", count: width)
    func place(_ value: Double) -> Int {
      let share = high > low ? (value - low) / (high - low) : 0
      return min(width - 1, max(0, Int((share * Double(width - 1)).rounded())))
    }
    for value in plot.outliers { line[place(value)] = look[5] }
    let (first, last) = (place(plot.lowerWhisker), place(plot.upperWhisker))
    for column in first...last { line[column] = look[1] }
    line[first] = look[0]
    line[last] = look[2]
    for column in place(plot.lowerQuartile)...place(plot.upperQuartile) { line[column] = look[3] }
    line[place(plot.median)] = look[4]
    return String(line)
  }
}
