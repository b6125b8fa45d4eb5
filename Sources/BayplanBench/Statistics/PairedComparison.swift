import Foundation

/// Two strategies, or two stores, on the same instances by one measure.
///
/// The verdict follows Wilcoxon's test, chosen before the data are seen; everything else is there to judge its size.
/// Pairs are those where both have a value: who compares says what became of the others.
/// Complexity: O(n log n), and 2,000 samples up to 10,000 pairs.
public struct PairedComparison: Sendable, Hashable {
  public struct Estimate: Sendable, Hashable {
    public let value: Double
    /// The 95 % interval by `Bootstrap`; nil for a single pair.
    public let interval: ClosedRange<Double>?
  }

  public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// The first is significantly better.
    case firstBetter
    /// The second is significantly better.
    case secondBetter
    /// One is significantly better on most pairs, and on average the other is: look at the pairs.
    case mixed
    /// Every pair ties.
    case equal
    /// Chance alone may well have made the differences, or there are no pairs. At 5 % it takes six differences to decide.
    case undecided
  }

  public let count: Int
  public let lessIsBetter: Bool
  /// Of the first against the second.
  public let winTieLoss: WinTieLoss
  /// First less second, in the unit of the measure; nil without pairs. Ties within the tolerance count as measured.
  public let meanDifference: Estimate?
  /// The geometric mean of the first over that of the second; nil without pairs, or if a value is not positive.
  public let geometricMeanRatio: Estimate?
  /// Of the logarithm of the ratio where there is a geometric mean, else of first less second; ties as zeros.
  public let wilcoxon: WilcoxonTest
  public let signPValue: Double

  /// - Parameters:
  ///   - pairs: values of the first and the second on the same instance.
  ///   - relativeTolerance: the share of the larger absolute value up to which a difference is a tie.
  /// - Precondition: all values are finite; the tolerance is not negative.
  public init(
    _ pairs: [(Double, Double)], lessIsBetter: Bool, relativeTolerance: Double = 0, seed: UInt64 = 1
  ) {
    requireFinite(pairs.flatMap { [$0.0, $0.1] })
    precondition(relativeTolerance >= 0, "a tolerance is not negative")
    count = pairs.count
    self.lessIsBetter = lessIsBetter
    let differences = pairs.map { $0.0 - $0.1 }
    let isPositive = !pairs.isEmpty && pairs.allSatisfy { $0.0 > 0 && $0.1 > 0 }
    // On the scale of the figure that is shown beside it. Rounded: 2 to 1 and 4 to 2 are one ratio.
    let beyondTolerance = pairs.map { first, second in
      abs(first - second) <= relativeTolerance * max(abs(first), abs(second))
        ? 0 : isPositive ? ((log(first) - log(second)) * 1e9).rounded() : first - second
    }
    winTieLoss = WinTieLoss(pairs: beyondTolerance.map { ($0, 0) }, lessIsBetter: lessIsBetter)
    wilcoxon = WilcoxonTest(beyondTolerance)
    signPValue = SignTest.pValue(positive: wilcoxon.positive, negative: wilcoxon.negative)
    let bootstrap = Bootstrap(seed: seed)
    meanDifference =
      pairs.isEmpty
      ? nil : Estimate(value: Averages.mean(differences), interval: bootstrap.meanInterval(differences))
    if !isPositive {
      geometricMeanRatio = nil
    } else {
      let logarithms = pairs.map { log($0.0) - log($0.1) }
      geometricMeanRatio = Estimate(
        value: exp(Averages.mean(logarithms)),
        interval: bootstrap.meanInterval(logarithms).map { exp($0.lowerBound)...exp($0.upperBound) })
    }
  }

  /// The verdict at 5 %, if this is the only comparison made.
  public var verdict: Verdict { verdict(pValue: wilcoxon.pValue) }

  /// The verdict by Wilcoxon's p-value after it was adjusted for all comparisons made, as by `Holm`.
  public func verdict(pValue: Double, significance: Double = 0.05) -> Verdict {
    if count > 0 && winTieLoss.ties == count { return .equal }
    let correlation = wilcoxon.rankBiserialCorrelation
    if pValue > significance || correlation == 0 { return .undecided }
    // On the scale of the test.
    let (interval, none) =
      geometricMeanRatio.map { ($0.interval, 1.0) } ?? (meanDifference?.interval, 0)
    if let interval, correlation < 0 ? interval.lowerBound > none : interval.upperBound < none { return .mixed }
    return (correlation < 0) == lessIsBetter ? .firstBetter : .secondBetter
  }
}
