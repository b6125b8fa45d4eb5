/// Points, each with a name; such as values against their bounds. Marks of later kinds are smaller, so that points at one
/// place are seen inside each other.
public struct ScatterChart: Sendable {
  public struct Point: Sendable {
    public var name: String
    public var x: Double
    public var y: Double
    /// Of several kinds, into `kinds`.
    public var kind: Int
    /// Sentences for who points at it.
    public var details: [String] = []

    public init(_ name: String, x: Double, y: Double, kind: Int = 0, details: [String] = []) {
      self.details = details
      self.name = name
      self.x = x
      self.y = y
      self.kind = kind
    }
  }

  public var title: String
  public var description: String
  public var x: ChartAxis
  public var y: ChartAxis
  public var xTitle: String
  public var kinds: [String]
  public var points: [Point]
  /// Draws the line where both are equal.
  public var hasDiagonal = false

  public init(
    _ title: String, description: String, x: ChartAxis, y: ChartAxis, xTitle: String, kinds: [String], points: [Point]
  ) {
    self.title = title
    self.description = description
    self.x = x
    self.y = y
    self.xTitle = xTitle
    self.kinds = kinds
    self.points = points
  }

  public func write(into page: inout HTMLWriter) {
    let frame = ChartFrame(title: title, description: description, x: x, y: y, height: 300, xTitle: xTitle)
    frame.write(into: &page) { key in
      for (index, kind) in kinds.enumerated() { key.markKey("m\(index % ChartStyle.lines)", kind) }
    } plot: { svg in
      if hasDiagonal {
        let ends = (max(x.low, y.low), min(x.high, y.high))
        let path = "M\(frame.point(ends.0, ends.0))L\(frame.point(ends.1, ends.1))"
        svg.empty("path", .class("diagonal"), .init("d", path))
      }
      for kind in kinds.indices {
        for point in points where point.kind == kind && point.x.isFinite && point.y.isFinite {
          svg.mark(
            "m\(kind % ChartStyle.lines)", at: frame.point(point.x, point.y),
            tip: [point.name, kinds[kind]] + point.details)
        }
      }
    }
  }
}
