/// Axes around a plot. The plot is stretched to the width of the page, its lines keep their widths; labels are text beside it, so
/// that they stay legible on a phone.
struct ChartFrame {
  var title: String
  /// What a screen reader says instead of the drawing.
  var description: String
  var x: ChartAxis
  var y: ChartAxis
  var height = 170
  var xTitle = ""
  /// Follows the scrubber of the page.
  var isTimeline = false

  /// Coordinates of the plot are in thousandths of its sides.
  static let side = 1000.0

  func point(_ x: Double, _ y: Double) -> String {
    Self.number(self.x.position(x) * Self.side) + " " + Self.number((1 - self.y.position(y)) * Self.side)
  }

  static func number(_ value: Double) -> String { HumanUnits.decimal(value, digits: 1) }

  func write(
    into page: inout HTMLWriter, key: ((inout HTMLWriter) -> Void)? = nil, plot: (inout HTMLWriter) -> Void
  ) {
    page.element("figure", .class(isTimeline ? "chart timeline" : "chart")) { figure in
      figure.element("figcaption", text: title)
      if let key { figure.element("ul", .class("key"), body: key) }
      figure.element("div", .class("plot"), .init("style", "height:\(height)px")) { box in
        for tick in y.ticks {
          box.element(
            "span", .class("y"), .init("style", "bottom:\(Self.number(y.position(tick.value) * 100))%"), .hidden,
            text: tick.label)
        }
        box.element(
          "svg", .init("viewBox", "0 0 1000 1000"), .init("preserveAspectRatio", "none"), .init("role", "img"),
          .label(description)
        ) { svg in
          for tick in y.ticks {
            let at = Self.number((1 - y.position(tick.value)) * Self.side)
            svg.empty("path", .class("grid"), .init("d", "M0 \(at)H1000"))
          }
          plot(&svg)
        }
      }
      figure.element("div", .class("xs"), .hidden) { box in
        for tick in x.ticks {
          box.element(
            "span", .init("style", "left:\(Self.number(x.position(tick.value) * 100))%"), text: tick.label)
        }
      }
      if !xTitle.isEmpty { figure.element("p", .class("x-title"), text: xTitle) }
    }
    page.markup("\n")
  }
}

extension HTMLWriter {
  /// What a line of a chart looks like, and its name.
  mutating func lineKey(_ index: Int, _ name: String) {
    element("li") { item in
      item.element("svg", .init("width", "28"), .init("height", "10"), .hidden) { svg in
        svg.empty("path", .class("line s\(index % ChartStyle.lines)"), .init("d", "M0 5H28"))
      }
      item.text(name)
    }
  }

  /// What a mark of a chart looks like, and what it stands for.
  mutating func markKey(_ look: String, _ name: String) {
    element("li") { item in
      item.element("svg", .init("width", "20"), .init("height", "20"), .hidden) { svg in
        svg.mark(look, at: "10 10", tip: [])
      }
      item.text(name)
    }
  }

  /// A round mark that keeps its shape however the plot is stretched.
  mutating func mark(_ look: String, at point: String, tip: [String]) {
    empty(
      "path", .class("mark \(look)"), .init("d", "M\(point)h0"),
      tip.isEmpty ? nil : .init("data-tip", lines: tip))
  }
}
