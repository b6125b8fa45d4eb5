/// The look of charts.
enum ChartStyle {
  static let rules: StaticString = """
    .chart { margin: 0 0 14px; }
    .chart svg { display: block; width: 100%; height: auto; overflow: visible; }

    """
}
