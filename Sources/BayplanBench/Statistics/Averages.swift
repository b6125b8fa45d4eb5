import Foundation

/// Averages of a sample. Every function asks for at least one value, and for finite ones: both are the caller's to see to.
public enum Averages {
  /// The arithmetic mean. O(n).
  public static func mean(_ values: [Double]) -> Double {
    requireSample(values)
    return values.reduce(0, +) / Double(values.count)
  }

  /// The value in the middle, or halfway between the two in the middle. O(n log n).
  public static func median(_ values: [Double]) -> Double { quantile(values, at: 0.5) }

  /// The exponential of the mean logarithm, of positive values. O(n).
  public static func geometricMean(_ values: [Double]) -> Double { shiftedGeometricMean(values, shift: 0) }

  /// The geometric mean of the values plus a shift, less the shift, which keeps values near 0 from ruling the average:
  /// usual for seconds (shift 1 or 10) and nodes (shift 100) of solvers. O(n).
  /// Source: Achterberg, Constraint Integer Programming (2007), appendix A.3.
  /// - Precondition: every value plus the shift is positive.
  public static func shiftedGeometricMean(_ values: [Double], shift: Double) -> Double {
    requireSample(values)
    precondition(values.allSatisfy { $0 + shift > 0 }, "a geometric mean is of positive values")
    return exp(mean(values.map { log($0 + shift) })) - shift
  }

  /// The value below which a share of the sample lies, linear between its order statistics. O(n log n).
  /// Source: Hyndman and Fan, Sample Quantiles in Statistical Packages (1996), type 7.
  public static func quantile(_ values: [Double], at share: Double) -> Double {
    requireSample(values)
    return quantile(sorted: values.sorted(), at: share)
  }

  static func quantile(sorted values: [Double], at share: Double) -> Double {
    precondition((0...1).contains(share), "a quantile is at a share from 0 to 1, not \(share)")
    let position = share * Double(values.count - 1)
    let index = Int(position)
    guard index + 1 < values.count else { return values[index] }
    let (lower, upper) = (values[index], values[index + 1])
    // Rounding must not lead past the upper value: quantiles ascend with the share.
    return min(upper, lower + (position - Double(index)) * (upper - lower))
  }

  static func requireSample(_ values: [Double]) {
    precondition(!values.isEmpty, "an average needs a value")
    requireFinite(values)
  }
}

/// Statistics of what is not a number say nothing. Runs without a result have to be left out by those who know why.
func requireFinite(_ values: [Double]) {
  precondition(values.allSatisfy(\.isFinite), "statistics are of finite values")
}
