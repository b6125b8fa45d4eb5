/// Named amounts as bars, the longest as wide as the page.
public struct BarChart: Sendable {
  public var title: String
  public var bars: [(name: String, value: Double)]
  public var format: @Sendable (Double) -> String

  public init(
    _ title: String, bars: [(name: String, value: Double)], format: @escaping @Sendable (Double) -> String
  ) {
    self.title = title
    self.bars = bars
    self.format = format
  }

  public func write(into page: inout HTMLWriter) {
    let most = bars.map(\.value).max() ?? 0
    page.element("figure", .class("chart")) { figure in
      figure.element("figcaption", text: title)
      figure.element("dl", .class("bars")) { list in
        for bar in bars {
          list.element("div", .class("chart-row")) { row in
            row.element("dt", text: bar.name)
            row.element("dd") { value in
              value.meter(most > 0 ? bar.value / most : 0)
              value.text(format(bar.value))
            }
          }
        }
      }
    }
    page.markup("\n")
  }
}
