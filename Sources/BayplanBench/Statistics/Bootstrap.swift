import BayplanModel
import Foundation

/// Confidence intervals by resampling: what a statistic does over samples drawn from the sample, with replacement.
///
/// Expanded percentile intervals: plain percentiles are too narrow for few values, by the factor between the normal
/// distribution with the deviation of the sample and Student's t; the percentiles taken are moved out accordingly.
/// Coverage is not guaranteed. Intervals of means at 95 % held the truth, in 4,000 simulated samples each, for 91, 94 and
/// 95 % of normal samples of 5, 10 and 20 values, and for 86, 90 and 92 % of exponential ones, which are skewed. Below
/// five values they say little: no mean of a resample lies outside the sample.
/// The same seed and values in the same order give the same interval.
/// Source: Efron, Bootstrap Methods (1979); Hesterberg, What Teachers Should Know about the Bootstrap (2014), arXiv
/// 1411.5279, section 3.3.
public struct Bootstrap: Sendable, Hashable {
  /// From more values the interval of a mean is Student's: the central limit theorem then errs by less than the noise
  /// of some thousand samples, and takes n steps instead of n per sample.
  public static let mostResampled = 10_000

  public let seed: UInt64
  public let resamples: Int

  public init(seed: UInt64 = 1, resamples: Int = 2000) {
    precondition(resamples > 0, "a bootstrap needs samples")
    self.seed = seed
    self.resamples = resamples
  }

  /// The interval of any statistic. Calls it once for each sample.
  /// - Precondition: values and statistics are finite, the level lies between 0 and 1.
  /// - Returns: nil for fewer than two values.
  public func interval(
    _ values: [Double], level: Double = 0.95, statistic: ([Double]) -> Double
  ) -> ClosedRange<Double>? {
    requireFinite(values)
    guard values.count > 1 else { return nil }
    let tail = Self.tail(level: level, count: values.count)
    var random = SplitMix64(seed: seed)
    var sample = values
    var statistics = (0..<resamples).map { _ in
      for index in sample.indices { sample[index] = values[random.index(below: values.count)] }
      return statistic(sample)
    }
    requireFinite(statistics)
    statistics.sort()
    return Averages.quantile(sorted: statistics, at: tail)...Averages.quantile(sorted: statistics, at: 1 - tail)
  }

  /// The interval of the mean; Student's above 10,000 values.
  /// - Returns: nil for fewer than two values.
  public func meanInterval(_ values: [Double], level: Double = 0.95) -> ClosedRange<Double>? {
    if values.count <= Self.mostResampled {
      return interval(values, level: level) { $0.reduce(0, +) / Double($0.count) }
    }
    let (count, mean) = (Double(values.count), Averages.mean(values))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / (count - 1) / count).squareRoot()
    let reach = StudentT(degreesOfFreedom: values.count - 1).centralQuantile(level) * error
    return mean - reach...mean + reach
  }

  /// The interval of the geometric mean of positive ratios: the one of their mean logarithm, taken back.
  /// - Returns: nil for fewer than two ratios.
  public func geometricMeanInterval(ofRatios ratios: [Double], level: Double = 0.95) -> ClosedRange<Double>? {
    precondition(ratios.allSatisfy { $0 > 0 }, "a geometric mean is of positive values")
    return meanInterval(ratios.map { log($0) }, level: level).map { exp($0.lowerBound)...exp($0.upperBound) }
  }

  /// The share of statistics to leave out at either end.
  static func tail(level: Double, count: Int) -> Double {
    let t = StudentT(degreesOfFreedom: count - 1).centralQuantile(level)
    return StandardNormal.cumulative(-t * (Double(count) / Double(count - 1)).squareRoot())
  }
}

extension SplitMix64 {
  /// A number from 0 up to a count; some are likelier than others by a share of at most count / 2⁶⁴. Not by the standard
  /// library: how it draws numbers may change, and a store's figures must not.
  mutating func index(below count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }
}
