import BayplanBench

/// Lines over a common axis: time series, and performance profiles.
public struct LineChart: Sendable {
  public struct Line: Sendable {
    public var name: String
    public var points: [(x: Double, y: Double)]

    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  public var title: String
  public var description: String
  public var x: ChartAxis
  public var y: ChartAxis
  public var lines: [Line]
  /// A value holds until the next one.
  public var isStepped = false
  public var xTitle = ""
  public var isTimeline = false

  public init(_ title: String, description: String, x: ChartAxis, y: ChartAxis, lines: [Line]) {
    self.title = title
    self.description = description
    self.x = x
    self.y = y
    self.lines = lines
  }

  public func write(into page: inout HTMLWriter) {
    let frame = ChartFrame(
      title: title, description: description, x: x, y: y, xTitle: xTitle, isTimeline: isTimeline)
    frame.write(into: &page) { key in
      for (index, line) in lines.enumerated() { key.lineKey(index, line.name) }
    } plot: { svg in
      // The first line on top: it is the one that matters most.
      for (index, line) in lines.enumerated().reversed() where !line.points.isEmpty {
        svg.empty("path", .class("line s\(index % ChartStyle.lines)"), .init("d", path(line, frame)))
      }
    }
  }

  /// Points that lie on one level are left out: a plateau has two ends.
  private func path(_ line: Line, _ frame: ChartFrame) -> String {
    var path = ""
    for (index, point) in line.points.enumerated() {
      let isInside = index > 0 && index < line.points.count - 1
      if isInside && line.points[index - 1].y == point.y && line.points[index + 1].y == point.y { continue }
      if index == 0 {
        path = "M" + frame.point(point.x, point.y)
      } else if isStepped {
        let x = ChartFrame.number(frame.x.position(point.x) * ChartFrame.side)
        path += "H\(x)V\(ChartFrame.number((1 - frame.y.position(point.y)) * ChartFrame.side))"
      } else {
        path += "L" + frame.point(point.x, point.y)
      }
    }
    return path
  }
}

extension LineChart {
  /// For each strategy the share of instances on which it is within a factor of the best one, over the factor.
  /// - Parameter names: of those to be drawn, by their position in the profile.
  public static func performanceProfile(
    _ title: String, _ profile: PerformanceProfile, names: [(strategy: Int, name: String)], xTitle: String
  ) -> LineChart {
    let steps = names.map { profile.points(of: $0.strategy).filter { $0.ratio.isFinite } }
    let axis = ChartAxis(ratiosUpTo: steps.compactMap { $0.last?.ratio }.max() ?? 2)
    let lines = zip(names, steps).map { entry, steps in
      // From nothing at the left edge; the last step holds from there on.
      Line(
        entry.name,
        [(x: 1, y: 0)] + steps.map { (x: $0.ratio, y: $0.share) } + [(x: axis.high, y: steps.last?.share ?? 0)])
    }
    let best = names.map { "\($0.name) \(HumanUnits.percent(profile.share(of: $0.strategy, within: 1)))" }
    var chart = LineChart(
      title,
      description: "Performance profile. Share of instances on which each is best: \(best.joined(separator: ", "))",
      x: axis, y: ChartAxis(0...1) { HumanUnits.percent($0) }, lines: lines)
    chart.isStepped = true
    chart.xTitle = xTitle
    return chart
  }
}
