import BayplanBench

/// Distributions side by side: quartiles as boxes, whiskers to the last values within one and a half times their distance,
/// and each value beyond as a mark. Source: Tukey, Exploratory Data Analysis, 1977.
public struct BoxChart: Sendable {
  public var title: String
  public var groups: [(name: String, summary: BoxPlot)]
  public var format: @Sendable (Double) -> String

  public init(
    _ title: String, groups: [(name: String, values: [Double])], format: @escaping @Sendable (Double) -> String
  ) {
    self.title = title
    self.groups = groups.compactMap { group in BoxPlot(group.values.filter(\.isFinite)).map { (group.name, $0) } }
    self.format = format
  }

  public func write(into page: inout HTMLWriter) {
    let all = groups.flatMap { [$0.summary.lowerWhisker, $0.summary.upperWhisker] + $0.summary.outliers }
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
    _ name: String, _ summary: BoxPlot, _ index: Int, _ axis: ChartAxis, into figure: inout HTMLWriter
  ) {
    func at(_ value: Double) -> String { ChartFrame.number(axis.position(value) * ChartFrame.side) }
    let words =
      "median \(format(summary.median)), quartiles \(format(summary.lowerQuartile)) and \(format(summary.upperQuartile)), "
      + "whiskers \(format(summary.lowerWhisker)) and \(format(summary.upperWhisker)), \(HumanUnits.count(summary.outliers.count, "outlier"))"
    figure.element("div", .class("chart-row")) { row in
      row.element("span", text: name)
      row.element(
        "svg", .init("viewBox", "0 0 1000 100"), .init("preserveAspectRatio", "none"), .init("role", "img"),
        .init("tabindex", "0"), .label("\(name): \(words)"), .init("data-tip", lines: [name, words])
      ) { svg in
        svg.empty("path", .class("whisker"), .init("d", "M\(at(summary.lowerWhisker)) 50H\(at(summary.upperWhisker))"))
        svg.empty(
          "path", .class("box f\(index % ChartStyle.lines)"),
          .init("d", "M\(at(summary.lowerQuartile)) 18H\(at(summary.upperQuartile))V82H\(at(summary.lowerQuartile))Z"))
        svg.empty("path", .class("median"), .init("d", "M\(at(summary.median)) 12V88"))
        for outlier in summary.outliers { svg.mark("soft", at: "\(at(outlier)) 50", tip: []) }
      }
    }
  }
}
