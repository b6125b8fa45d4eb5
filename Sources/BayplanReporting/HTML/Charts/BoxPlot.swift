/// Distributions side by side: quartiles as boxes, whiskers to the last values within one and a half times their distance,
/// and each value beyond as a mark. Source: Tukey, Exploratory Data Analysis, 1977.
public struct BoxPlot: Sendable {
  public struct Summary: Sendable, Equatable {
    public var low: Double
    public var firstQuartile: Double
    public var median: Double
    public var thirdQuartile: Double
    public var high: Double
    public var outliers: [Double]

    /// Of finite values; nil where there is none. Quartiles are interpolated linearly between values.
    public init?(_ values: [Double]) {
      let sorted = values.filter(\.isFinite).sorted()
      guard !sorted.isEmpty else { return nil }
      func quantile(_ share: Double) -> Double {
        let position = share * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
      }
      firstQuartile = quantile(0.25)
      median = quantile(0.5)
      thirdQuartile = quantile(0.75)
      let reach = 1.5 * (thirdQuartile - firstQuartile)
      let fence = (firstQuartile - reach)...(thirdQuartile + reach)
      let inside = sorted.filter(fence.contains)
      low = inside.first ?? firstQuartile
      high = inside.last ?? thirdQuartile
      outliers = sorted.filter { !fence.contains($0) }
    }
  }

  public var title: String
  public var groups: [(name: String, summary: Summary)]
  public var format: @Sendable (Double) -> String

  public init(
    _ title: String, groups: [(name: String, values: [Double])], format: @escaping @Sendable (Double) -> String
  ) {
    self.title = title
    self.groups = groups.compactMap { group in Summary(group.values).map { (group.name, $0) } }
    self.format = format
  }

  public func write(into page: inout HTMLWriter) {
    let all = groups.flatMap { [$0.summary.low, $0.summary.high] + $0.summary.outliers }
    guard let low = all.min(), let high = all.max() else { return }
    let axis = ChartAxis(low...high, label: format)
    page.element("figure", .class("chart")) { figure in
      figure.element("figcaption", text: title)
      for (index, group) in groups.enumerated() { write(group.name, group.summary, index, axis, into: &figure) }
      figure.element("div", .class("xs rows"), .hidden) { box in
        for tick in axis.ticks {
          box.element(
            "span", .init("style", "left:\(ChartFrame.number(axis.position(tick.value) * 100))%"), text: tick.label)
        }
      }
    }
    page.markup("\n")
  }

  private func write(
    _ name: String, _ summary: Summary, _ index: Int, _ axis: ChartAxis, into figure: inout HTMLWriter
  ) {
    func at(_ value: Double) -> String { ChartFrame.number(axis.position(value) * ChartFrame.side) }
    let words =
      "median \(format(summary.median)), quartiles \(format(summary.firstQuartile)) and \(format(summary.thirdQuartile)), "
      + "whiskers \(format(summary.low)) and \(format(summary.high)), \(HumanUnits.count(summary.outliers.count, "outlier"))"
    figure.element("div", .class("chart-row")) { row in
      row.element("span", text: name)
      row.element(
        "svg", .init("viewBox", "0 0 1000 100"), .init("preserveAspectRatio", "none"), .init("role", "img"),
        .init("tabindex", "0"), .label("\(name): \(words)"), .init("data-tip", lines: [name, words])
      ) { svg in
        svg.empty("path", .class("whisker"), .init("d", "M\(at(summary.low)) 50H\(at(summary.high))"))
        svg.empty(
          "path", .class("box f\(index % ChartStyle.lines)"),
          .init("d", "M\(at(summary.firstQuartile)) 18H\(at(summary.thirdQuartile))V82H\(at(summary.firstQuartile))Z"))
        svg.empty("path", .class("median"), .init("d", "M\(at(summary.median)) 12V88"))
        for outlier in summary.outliers { svg.mark("soft", at: "\(at(outlier)) 50", tip: []) }
      }
    }
  }
}
