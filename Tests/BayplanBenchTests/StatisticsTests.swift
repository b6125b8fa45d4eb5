import Foundation
import Testing

@testable import BayplanBench

/// Expected numbers are from NumPy 2.4.6, SciPy 1.17.1, statsmodels 0.15.0 and Matplotlib 3.11.2 unless the sum is on
/// the page.
@Suite struct StatisticsTests {
  let sample = [2.5, 3.75, 0.5, 8, 13, 4.25, 1]

  // MARK: Averages

  @Test func averages() {
    #expect(isClose(Averages.mean(sample), 4.714285714285714))
    #expect(Averages.median(sample) == 3.75)
    #expect(Averages.median([4, 1, 3, 2]) == 2.5)
    #expect(isClose(Averages.geometricMean(sample), 2.976913540303539))
    #expect(isClose(Averages.shiftedGeometricMean(sample, shift: 10), 4.212109903467898))
    #expect(isClose(Averages.shiftedGeometricMean([0, 3], shift: 1), 1))
  }

  @Test(arguments: [(0, 0.5), (0.1, 0.8), (0.25, 1.75), (0.33, 2.47), (0.5, 3.75), (0.9, 10), (1, 13)])
  func quantile(share: Double, value: Double) {
    #expect(isClose(Averages.quantile(sample, at: share), value))
    #expect(isClose(Averages.quantile(sample.map { -$0 }, at: 1 - share), -value))
  }

  @Test func averagesOfOneValue() {
    #expect(Averages.mean([7]) == 7 && Averages.median([7]) == 7 && Averages.quantile([7], at: 0.3) == 7)
    #expect(isClose(Averages.geometricMean([7]), 7))
  }

  @Test func nonsenseIsRefused() async {
    await #expect(processExitsWith: .failure) { _ = Averages.mean([]) }
    await #expect(processExitsWith: .failure) { _ = Averages.geometricMean([1, 0]) }
    await #expect(processExitsWith: .failure) { _ = WilcoxonTest([1, .nan]) }
    await #expect(processExitsWith: .failure) { _ = PairedComparison([(1, .infinity)], lessIsBetter: true) }
  }

  // MARK: Box plots

  @Test func boxPlotWithOutliers() throws {
    let plot = try #require(BoxPlot([2.5, 3.75, 0.5, 8, 13, 4.25, 1, 30, -20]))
    #expect(plot.lowerWhisker == 0.5 && plot.lowerQuartile == 1 && plot.median == 3.75)
    #expect(plot.upperQuartile == 8 && plot.upperWhisker == 13)
    #expect(plot.outliers == [-20, 30])
  }

  @Test func boxPlotWithoutOutliers() throws {
    let plot = try #require(BoxPlot([0.1, 0.4, 2.5, -3, 7, 8, 9, -1.25]))
    #expect(plot.lowerWhisker == -3 && plot.upperWhisker == 9 && plot.outliers == [])
    #expect(isClose(plot.lowerQuartile, -0.2375) && isClose(plot.median, 1.45) && isClose(plot.upperQuartile, 7.25))
  }

  /// A quartile between a value and an outlier: the whisker does not end inside the box.
  @Test func whiskersReachTheBox() throws {
    let plot = try #require(BoxPlot([1, 2, 2, 50]))
    #expect(plot.upperQuartile == 14 && plot.upperWhisker == 14 && plot.outliers == [50])
    let narrow = try #require(BoxPlot([0, 1, 1, 1, 1, 1, 1.5, 9]))
    #expect(narrow.lowerWhisker == 1 && narrow.upperWhisker == 1.125 && narrow.outliers == [0, 1.5, 9])
  }

  @Test func smallBoxPlots() throws {
    #expect(BoxPlot([]) == nil)
    for values in [[5], [5, 5, 5, 5]] as [[Double]] {
      let plot = try #require(BoxPlot(values))
      #expect(
        [plot.lowerWhisker, plot.lowerQuartile, plot.median, plot.upperQuartile, plot.upperWhisker]
          == Array(repeating: 5, count: 5))
      #expect(plot.outliers.isEmpty)
    }
  }

  // MARK: Performance profiles

  /// Four instances: A best on two, twice as slow on the third; nobody solves the fourth.
  private let profile = PerformanceProfile(costs: [[10, 10, 40, nil], [20, 10, 20, nil], [80, nil, nil, nil]])

  @Test func profileSteps() {
    #expect(profile.instanceCount == 4 && profile.strategyCount == 3)
    #expect(profile.points(of: 0).map(\.ratio) == [1, 2] && profile.points(of: 0).map(\.share) == [0.5, 0.75])
    #expect(profile.points(of: 1).map(\.ratio) == [1, 2] && profile.points(of: 1).map(\.share) == [0.5, 0.75])
    #expect(profile.points(of: 2).map(\.ratio) == [8] && profile.points(of: 2).map(\.share) == [0.25])
  }

  @Test func profileShares() {
    #expect(profile.share(of: 0, within: 1) == 0.5 && profile.share(of: 0, within: 1.999) == 0.5)
    #expect(profile.share(of: 0, within: 2) == 0.75 && profile.share(of: 2, within: 7.9) == 0)
  }

  /// To a ratio of 16, four doublings: A holds one half for one of them, then three quarters for three.
  @Test func profileScores() {
    #expect(isClose(profile.score(of: 0, upTo: 16), (0.5 * 1 + 0.75 * 3) / 4))
    #expect(isClose(profile.score(of: 2, upTo: 16), 0.25 * 1 / 4))
    #expect(profile.score(of: 2, upTo: 4) == 0)
  }

  /// What the curve says by definition, counted instance by instance.
  @Test(arguments: 1...20)
  func profileByDefinition(seed: Int) {
    let numbers = wholeNumbers(seed: seed, count: 60, in: -2...9)
    let costs = (0..<3).map { strategy in (0..<20).map { numbers[strategy * 20 + $0] }.map { $0 < 1 ? nil : $0 } }
    let profile = PerformanceProfile(costs: costs)
    for strategy in 0..<3 {
      var last = 0.0
      for (ratio, share) in profile.points(of: strategy) {
        #expect(ratio >= 1 && ratio > last)
        last = ratio
        let solved = (0..<20).count { instance in
          guard let cost = costs[strategy][instance] else { return false }
          return costs.allSatisfy { row in row[instance].map { cost <= ratio * $0 * (1 + 1e-12) } ?? true }
        }
        #expect(share == Double(solved) / 20)
      }
      #expect(profile.points(of: strategy).last?.share == Double(costs[strategy].count { $0 != nil }) / 20)
      let scaled = PerformanceProfile(costs: costs.map { $0.map { $0.map { $0 * 4 } } })
      #expect(scaled == profile)
    }
  }

  @Test func profileOfZeroCosts() {
    let profile = PerformanceProfile(costs: [[0, 0], [0, 5]])
    #expect(profile.points(of: 0).map(\.share) == [1] && profile.points(of: 1).map(\.share) == [0.5])
  }

  @Test func emptyProfiles() {
    #expect(PerformanceProfile(costs: []).instanceCount == 0)
    let noInstances = PerformanceProfile(costs: [[], []])
    #expect(noInstances.points(of: 1).isEmpty && noInstances.share(of: 1, within: 9) == 0)
    let unsolved = PerformanceProfile(costs: [[nil, nil]])
    #expect(unsolved.points(of: 0).isEmpty && unsolved.score(of: 0, upTo: 2) == 0)
  }

  // MARK: Growth

  @Test func powerLawByLeastSquares() throws {
    let fit = try #require(
      PowerLawFit([(10, 0.012), (10, 0.015), (20, 0.05), (40, 0.21), (80, 0.77), (160, 3.4), (160, 2.9)]))
    #expect(isClose(fit.exponent, 1.9681924825001615))
    #expect(isClose(fit.exponentInterval, 1.8885562205291824...2.047828744471144))
    #expect(isClose(fit.coefficient, 0.00014287493985939433))
    #expect(isClose(fit.rSquared, 0.9987627539682917))
  }

  @Test func powerLawThroughThreePoints() throws {
    let fit = try #require(PowerLawFit([(1, 3), (2, 4), (3, 3.5)]))
    #expect(isClose(fit.exponent, 0.16989678182064036))
    #expect(isClose(fit.exponentInterval, -2.3163670105795906...2.656160574220871))
    #expect(isClose(fit.coefficient, 3.1406145067357434))
    #expect(isClose(fit.rSquared, 0.4298385950750614))
  }

  @Test func powerLawIsFound() throws {
    let fit = try #require(PowerLawFit((1...9).map { (size: Double($0 * 100), value: 3 * pow(Double($0 * 100), 1.5)) }))
    #expect(isClose(fit.exponent, 1.5) && isClose(fit.coefficient, 3) && isClose(fit.rSquared, 1))
    #expect(fit.exponentInterval.upperBound - fit.exponentInterval.lowerBound < 1e-12)
    #expect(isClose(fit.value(atSize: 400), 3 * pow(400, 1.5)))
  }

  @Test func powerLawOfEqualValues() throws {
    let fit = try #require(PowerLawFit([(10, 0.1), (20, 0.1), (40, 0.1)]))
    #expect(fit.exponent == 0 && fit.exponentInterval == 0...0 && fit.rSquared == 1)
    #expect(isClose(fit.coefficient, 0.1))
  }

  @Test func powerLawNeedsThreeSizesAndLogarithms() {
    #expect(PowerLawFit([]) == nil)
    #expect(PowerLawFit([(1, 1), (2, 2), (2, 3), (1, 4)]) == nil)
    #expect(PowerLawFit([(1, 1), (2, 0), (3, 4), (4, 4)]) == nil)
    #expect(PowerLawFit([(0, 1), (2, 1), (3, 4), (4, 4)]) == nil)
  }

  @Test func powerLawInOtherUnits() throws {
    let points = wholeNumbers(seed: 3, count: 12, in: 5...99).enumerated().map {
      (size: Double($0 * 7 + 3), value: $1)
    }
    let fit = try #require(PowerLawFit(points))
    let scaled = try #require(PowerLawFit(points.map { (size: $0.size * 1000, value: $0.value / 60) }))
    #expect(isClose(scaled.exponent, fit.exponent, relative: 1e-9))
    #expect(isClose(scaled.exponentInterval, fit.exponentInterval, relative: 1e-9))
    #expect(isClose(scaled.value(atSize: 20_000), fit.value(atSize: 20) / 60, relative: 1e-9))
  }
}
