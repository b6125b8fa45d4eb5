import BayplanModel
import Foundation
import Testing

@testable import BayplanBench

@Suite struct ComparisonTests {
  let sample = [2.5, 3.75, 0.5, 8, 13, 4.25, 1, 30, 7, 2, 5.5, 9]

  // MARK: Bootstrap

  /// SciPy 1.17.1's percentile bootstrap with 400,000 samples at the expanded level; here 40,000 of other draws.
  @Test func expandedPercentiles() throws {
    #expect(isClose(Bootstrap.tail(level: 0.95, count: 12), 0.010756614916552488))
    let bootstrap = Bootstrap(resamples: 40_000)
    let mean = try #require(bootstrap.meanInterval(sample))
    #expect(isClose(mean, 3.25...13.166666666666664, relative: 0.02))
    #expect(bootstrap.interval(sample, statistic: Averages.mean) == mean)
    let geometric = try #require(bootstrap.geometricMeanInterval(ofRatios: sample))
    #expect(isClose(geometric, 2.08969315...8.64260929, relative: 0.02))
    #expect(Bootstrap(resamples: 4000).interval(sample, statistic: Averages.median) == 2...9)
  }

  /// SciPy 1.17.1, from more values than are resampled.
  @Test func studentsIntervalOfManyValues() {
    let interval = Bootstrap().meanInterval(wholeNumbers(seed: 4, count: 20_000, in: -1000...1050))
    #expect(isClose(interval, 12.622239103964509...29.00616089603549, relative: 1e-9))
  }

  @Test func intervalsMeetWhereTheMethodChanges() throws {
    let values = wholeNumbers(seed: 8, count: Bootstrap.mostResampled + 1, in: 0...1000)
    let resampled = try #require(Bootstrap(resamples: 300).meanInterval(Array(values.dropLast())))
    let student = try #require(Bootstrap().meanInterval(values))
    #expect(resampled != student)
    // A tenth of the width of the interval, about 11.
    #expect(abs(resampled.lowerBound - student.lowerBound) < 1.1)
    #expect(abs(resampled.upperBound - student.upperBound) < 1.1)
  }

  @Test func seedFixesTheInterval() {
    #expect(Bootstrap().meanInterval(sample) == Bootstrap().meanInterval(sample))
    #expect(Bootstrap(seed: 2).meanInterval(sample) != Bootstrap().meanInterval(sample))
  }

  @Test func intervalsOfFewOrEqualValues() {
    #expect(Bootstrap().meanInterval([]) == nil && Bootstrap().meanInterval([3]) == nil)
    #expect(Bootstrap().geometricMeanInterval(ofRatios: [2]) == nil)
    #expect(Bootstrap().meanInterval([0.1, 0.1, 0.1]).map { $0.upperBound - $0.lowerBound } == 0)
    #expect(Bootstrap().meanInterval([1, 3]) == 1...3)
  }

  @Test func intervalsMoveAndScale() {
    let bootstrap = Bootstrap(resamples: 500)
    let interval = bootstrap.meanInterval(sample)
    #expect(
      isClose(bootstrap.meanInterval(sample.map { 8 * $0 }), interval.map { 8 * $0.lowerBound...8 * $0.upperBound }))
    #expect(
      isClose(
        bootstrap.meanInterval(sample.map { $0 + 100 }), interval.map { $0.lowerBound + 100...$0.upperBound + 100 }))
    #expect(
      isClose(bootstrap.meanInterval(sample.map { -$0 }), interval.map { -$0.upperBound ... -$0.lowerBound }))
    let wider = bootstrap.meanInterval(sample, level: 0.99)
    #expect(wider!.lowerBound < interval!.lowerBound && interval!.upperBound < wider!.upperBound)
  }

  /// A 95 % interval has to hold the truth about 95 times in a hundred: 300 samples of a known mean, each.
  @Test(arguments: [(8, 1), (20, 2), (30, 3)])
  func coverage(count: Int, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var (means, geometricMeans, skewedMeans) = (0, 0, 0)
    for trial in 0..<300 {
      let bootstrap = Bootstrap(seed: UInt64(trial), resamples: 200)
      let errors = (0..<count).map { _ in random.normal() }
      if bootstrap.meanInterval(errors)!.contains(0) { means += 1 }
      let ratios = errors.map { 3 * exp($0 / 2) }
      if bootstrap.geometricMeanInterval(ofRatios: ratios)!.contains(3) { geometricMeans += 1 }
      let times = (0..<count).map { _ in random.exponential() }
      if bootstrap.meanInterval(times)!.contains(1) { skewedMeans += 1 }
    }
    #expect((270...297).contains(means))
    #expect((270...297).contains(geometricMeans))
    #expect(((count < 10 ? 250 : 270)...297).contains(skewedMeans))
  }

  // MARK: Pairs

  @Test func winsTiesLosses() {
    let pairs = [(1.0, 2.0), (2, 2), (5, 3), (4, 4.5), (0, 9)]
    let result = WinTieLoss(pairs: pairs, lessIsBetter: true)
    #expect(result.wins == 3 && result.ties == 1 && result.losses == 1)
    let other = WinTieLoss(pairs: pairs, lessIsBetter: false)
    #expect(other.wins == 1 && other.ties == 1 && other.losses == 3)
    let tolerant = WinTieLoss(pairs: pairs, lessIsBetter: true, tolerance: 0.5)
    #expect(tolerant.wins == 2 && tolerant.ties == 2 && tolerant.losses == 1)
    let none = WinTieLoss(pairs: [], lessIsBetter: true)
    #expect(none.wins == 0 && none.ties == 0 && none.losses == 0)
  }

  @Test func comparisonByParts() throws {
    let pairs = Array(zip(sample, sample.reversed().map { $0 + 1 }))
    let comparison = PairedComparison(pairs, lessIsBetter: true, seed: 5)
    let differences = pairs.map { $0 - $1 }
    let mean = try #require(comparison.meanDifference)
    #expect(comparison.count == 12)
    #expect(isClose(mean.value, -1) && mean.interval == Bootstrap(seed: 5).meanInterval(differences))
    let ratio = try #require(comparison.geometricMeanRatio)
    #expect(isClose(ratio.value, Averages.geometricMean(sample) / Averages.geometricMean(sample.map { $0 + 1 })))
    #expect(isClose(ratio.interval, Bootstrap(seed: 5).geometricMeanInterval(ofRatios: pairs.map { $0 / $1 })))
    // On the scale of the ratio; differences where there is none.
    #expect(comparison.wilcoxon == WilcoxonTest(pairs.map { (log($0 / $1) * 1e9).rounded() }))
    let shifted = pairs.map { ($0 - 1, $1) }
    #expect(PairedComparison(shifted, lessIsBetter: true).wilcoxon == WilcoxonTest(shifted.map { $0 - $1 }))
    // 2 to 1 and 4 to 2 are ties in rank.
    let doubled = [(2.0, 1.0), (4, 2), (6, 3), (14, 7), (22, 11), (1, 3)]
    #expect(PairedComparison(doubled, lessIsBetter: true).wilcoxon == WilcoxonTest([1, 1, 1, 1, 1, -2]))
    #expect(comparison.winTieLoss == WinTieLoss(pairs: pairs, lessIsBetter: true))
    #expect(PairedComparison(pairs, lessIsBetter: true, seed: 5) == comparison)
  }

  @Test(arguments: [true, false])
  func swappedSidesMirror(lessIsBetter: Bool) throws {
    var random = SplitMix64(seed: 9)
    for shift in [-0.5, 0, 0.5] {
      let pairs = (0..<25).map { _ in (exp(random.normal() / 4 + shift), exp(random.normal() / 4)) }
      let comparison = PairedComparison(pairs, lessIsBetter: lessIsBetter)
      let swapped = PairedComparison(pairs.map { ($1, $0) }, lessIsBetter: lessIsBetter)
      #expect(swapped.winTieLoss.wins == comparison.winTieLoss.losses)
      #expect(swapped.winTieLoss.losses == comparison.winTieLoss.wins)
      #expect(swapped.wilcoxon.pValue == comparison.wilcoxon.pValue && swapped.signPValue == comparison.signPValue)
      let (mean, mirroredMean) = try (#require(comparison.meanDifference), #require(swapped.meanDifference))
      #expect(mirroredMean.value == -mean.value)
      #expect(isClose(mirroredMean.interval, mean.interval.map { -$0.upperBound ... -$0.lowerBound }))
      let (ratio, mirroredRatio) = try (#require(comparison.geometricMeanRatio), #require(swapped.geometricMeanRatio))
      #expect(isClose(mirroredRatio.value, 1 / ratio.value))
      #expect(isClose(mirroredRatio.interval, ratio.interval.map { 1 / $0.upperBound...1 / $0.lowerBound }))
      let mirror: [PairedComparison.Verdict: PairedComparison.Verdict] = [
        .firstBetter: .secondBetter, .secondBetter: .firstBetter,
      ]
      #expect(swapped.verdict == mirror[comparison.verdict] ?? comparison.verdict)
      let expected: PairedComparison.Verdict =
        shift == 0 ? .undecided : (shift < 0) == lessIsBetter ? .firstBetter : .secondBetter
      #expect(comparison.verdict == expected)
    }
  }

  @Test func unitsDoNotMatter() throws {
    let pairs = Array(zip(sample, sample.reversed()))
    let comparison = PairedComparison(pairs, lessIsBetter: true)
    let scaled = PairedComparison(pairs.map { ($0 * 1024, $1 * 1024) }, lessIsBetter: true)
    #expect(scaled.wilcoxon == comparison.wilcoxon && scaled.winTieLoss == comparison.winTieLoss)
    #expect(isClose(scaled.geometricMeanRatio!.interval, comparison.geometricMeanRatio!.interval))
    #expect(scaled.verdict == comparison.verdict)
  }

  /// Two stores of the same runs, one of them slower by a tenth: noise alone is not a difference, the tenth is one.
  @Test func injectedSlowdownIsSeen() {
    var random = SplitMix64(seed: 21)
    let seconds = (0..<60).map { _ in exp(3 * random.normal()) }
    func measured(_ factor: Double) -> [Double] { seconds.map { $0 * factor * exp(random.normal() * 0.05) } }
    let (before, again, slower) = (measured(1), measured(1), measured(1.1))
    let same = PairedComparison(Array(zip(before, again)), lessIsBetter: true)
    #expect(same.verdict == .undecided && same.geometricMeanRatio!.interval!.contains(1))
    let slowdown = PairedComparison(Array(zip(before, slower)), lessIsBetter: true)
    #expect(slowdown.verdict == .firstBetter)
    #expect(slowdown.geometricMeanRatio!.interval!.contains(1 / 1.1))
    #expect(!slowdown.geometricMeanRatio!.interval!.contains(1))
    #expect(PairedComparison(Array(zip(before, before)), lessIsBetter: true).verdict == .equal)
    #expect(PairedComparison(Array(zip(before, again)), lessIsBetter: true, relativeTolerance: 0.5).verdict == .equal)
  }

  /// At 5 %, 200 comparisons of nothing but noise should raise some ten alarms: 21 or more come about once in a thousand
  /// times.
  @Test func falseAlarmsAreRare() {
    var random = SplitMix64(seed: 77)
    let alarms = (0..<200).count { _ in
      WilcoxonTest((0..<15).map { _ in random.normal() }).pValue <= 0.05
    }
    #expect((1...20).contains(alarms))
  }

  /// Slightly better on most, far worse on a few: two honest summaries that disagree.
  @Test func mixedVerdict() {
    let pairs: [(Double, Double)] = (0..<100).map { (number: Int) in
      let second = 100 + Double(number) / 100
      return (number % 6 == 0 ? second + 400 : second - 1 - Double(number) / 50, second)
    }
    let comparison = PairedComparison(pairs, lessIsBetter: true)
    #expect(comparison.wilcoxon.pValue < 0.05 && comparison.meanDifference!.interval!.lowerBound > 0)
    #expect(comparison.verdict == .mixed)
  }

  @Test func adjustedPValuesDecide() {
    let comparison = PairedComparison((1...8).map { (Double($0), Double(2 * $0)) }, lessIsBetter: true)
    #expect(comparison.wilcoxon.pValue == 0.0078125 && comparison.verdict == .firstBetter)
    #expect(
      comparison.verdict(pValue: Holm.adjusted([comparison.wilcoxon.pValue] + Array(repeating: 1, count: 9))[0])
        == .undecided)
    #expect(comparison.verdict(pValue: 0.06, significance: 0.1) == .firstBetter)
  }

  @Test func smallComparisons() {
    let none = PairedComparison([], lessIsBetter: true)
    #expect(none.count == 0 && none.meanDifference == nil && none.geometricMeanRatio == nil)
    #expect(none.verdict == .undecided && none.wilcoxon.pValue == 1 && none.signPValue == 1)
    let one = PairedComparison([(1, 2)], lessIsBetter: true)
    #expect(one.meanDifference == .init(value: -1, interval: nil) && one.verdict == .undecided)
    #expect(PairedComparison([(0, 2), (1, 1)], lessIsBetter: true).geometricMeanRatio == nil)
    let five = PairedComparison((1...5).map { (Double($0), 100) }, lessIsBetter: true)
    #expect(five.verdict == .undecided)
  }

  @Test func manyPairs() {
    let first = wholeNumbers(seed: 1, count: 100_000, in: 1...10_000)
    let second = wholeNumbers(seed: 2, count: 100_000, in: 1...10_300)
    let comparison = PairedComparison(Array(zip(first, second)), lessIsBetter: true)
    #expect(comparison.verdict == .firstBetter)
    #expect(comparison.meanDifference!.interval!.contains(comparison.meanDifference!.value))
  }
}
