import Bayplan
import Testing

/// The figures that charts are drawn from.
@Suite struct ChartTests {
  @Test func performanceProfilesRiseToWhatIsSolved() {
    let chart = LineChart.performanceProfile(
      "p", PerformanceProfile(costs: [[1, 1, 2, nil], [3, 1, 1, 1]]), names: [(0, "a"), (1, "b")], xTitle: "x")
    #expect(chart.lines[0].points.map(\.x) == [1, 1, 2, 4] && chart.lines[1].points.map(\.x) == [1, 1, 3, 4])
    #expect(chart.lines[0].points.map(\.y) == [0, 0.5, 0.75, 0.75])
    #expect(chart.lines[1].points.map(\.y) == [0, 0.75, 1, 1])
  }

  @Test(arguments: [0.0, 0.3, 1, 7, 999, 12_345_678])
  func axesCoverTheirRangeInRoundSteps(_ high: Double) throws {
    var labels: [Double] = []
    _ = ChartAxis(0...high) { value in
      labels.append(value)
      return "\(value)"
    }
    #expect(labels.first == 0)
    #expect(try #require(labels.last) >= high)
    #expect((2...12).contains(labels.count))
  }

  @Test func chartsWriteWhatTheyAreGiven() throws {
    var page = HTMLWriter()
    let axis = ChartAxis(0...10) { "\(Int($0))" }
    BoxChart("gaps", groups: [("<x>", [1, 2, 3]), ("none", [])]) { "\($0)" }.write(into: &page)
    ScatterChart(
      "s", description: "d", x: axis, y: axis, xTitle: "bound", kinds: ["k"], points: [.init("<p>", x: 5, y: 10)]
    ).write(into: &page)
    BarChart("b", bars: [("one", 1), ("two", 2)]) { "\($0) s" }.write(into: &page)
    let elements = try HTMLReportTests.Parsed("<!DOCTYPE html><div>\(page.html)</div>").elements
    #expect(elements.contains { $0.attributes["data-tip"] == "<p>\nk" && $0.attributes["d"] == "M500 0h0" })
    #expect(elements.count { $0.attributes["class"] == "chart-row" } == 3, "one box without values is left out")
    #expect(elements.contains { $0.attributes["style"] == "width:50%" })
  }
}
