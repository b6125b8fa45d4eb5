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

  /// The terminal's twins of the main charts, in block characters and in ASCII.
  @Test func aBenchHasChartsForTheTerminal() throws {
    var experiment = BenchSuite.Experiment(name: "e", task: .pack)
    experiment.strategies = ["exact", "greedy"].map { BenchSuite.Strategy($0) }
    var runs: [PlannedRun] = []
    for instance in 0..<4 {
      for strategy in 0..<2 {
        // The greedy one proves the first and is above the others by 0 to 30.
        let value = strategy == 0 ? 70.0 : 70 + 10 * Double(instance)
        let isProof = strategy == 0 || instance == 0
        runs.append(
          PlannedRun(
            instance: instance, strategy: strategy, seed: 1, key: "",
            record: RunRecord(
              isProof ? .optimal : .solved, measures: ["value": value, "bound": 70],
              cpuSeconds: strategy == 0 ? 1 : 4)))
      }
    }
    let part = ExperimentResults(
      experiment, instances: (0..<4).map { BenchInstance(name: "i\($0)", digest: "\($0)", size: 5) }, runs: runs)
    let results = BenchResults(
      suite: BenchSuite(name: "s", experiments: [experiment]), engine: .init(label: "l", digest: "d"), machine: "m",
      experiments: [part])
    func lines(_ style: TextStyle) -> [String] {
      BenchReport(results, style: style).text().components(separatedBy: "\n")
    }
    let blocks = lines(TextStyle(width: 80))
    let spread = try #require(blocks.firstIndex(of: "Gap to the best proven bound"))
    #expect(blocks[spread + 1].hasPrefix("  exact   ┃ ") && blocks[spread + 1].hasSuffix("median 0 %"))
    let greedy = blocks[spread + 2]
    #expect(greedy.contains("▒┃▒") && greedy.contains("┤") && greedy.hasSuffix("median 17.36 %"), "\(greedy)")
    #expect(blocks[spread + 3].trimmingCharacters(in: .whitespaces).hasPrefix("0 %"))
    #expect(blocks[spread + 3].hasSuffix("30 %"))
    let profile = try #require(blocks.firstIndex(of: "Proved optimal within a factor of the least CPU time"))
    #expect(blocks[profile + 1].contains("████") && blocks[profile + 1].hasSuffix("100 %"))
    // It proves one of four, and that four times slower.
    #expect(blocks[profile + 2].hasSuffix(" ▃  25 %"), "\(blocks[profile + 2])")
    let plain = lines(TextStyle(isUnicode: false, width: 80))
    let place = try #require(plain.firstIndex(of: "Gap to the best proven bound"))
    #expect(plain[place + 2].contains("=I=") && plain[place + 2].allSatisfy(\.isASCII))
  }
}
