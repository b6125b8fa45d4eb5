import Foundation

/// How a measure grows with size: y = a xᵇ by least squares on logarithms, with equal relative errors assumed at all
/// sizes.
/// Complexity: O(n). Source: ordinary least squares; Draper and Smith, Applied Regression Analysis (1998), chapter 1.
public struct PowerLawFit: Sendable, Hashable {
  /// b: 1 grows in proportion, 2 with the square.
  public let exponent: Double
  /// The 95 % interval of the exponent, by Student's t. It holds for errors that are independent and lognormal.
  public let exponentInterval: ClosedRange<Double>
  /// a: the value at size 1.
  public let coefficient: Double
  /// The share of the variance of the logarithms that the fit explains; 1 if there is none.
  public let rSquared: Double

  /// - Precondition: all sizes and values are finite.
  /// - Returns: nil for fewer than three different sizes, or if a size or a value is not positive and so has no
  ///   logarithm.
  public init?(_ points: [(size: Double, value: Double)]) {
    requireFinite(points.flatMap { [$0.size, $0.value] })
    guard Set(points.map(\.size)).count > 2, points.allSatisfy({ $0.size > 0 && $0.value > 0 }) else { return nil }
    let count = Double(points.count)
    // Relative to the first point, so that equal values come out as no variance at all.
    let x = points.map { log($0.size) - log(points[0].size) }
    let y = points.map { log($0.value) - log(points[0].value) }
    let (meanX, meanY) = (Averages.mean(x), Averages.mean(y))
    let squaresX = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let squaresY = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / squaresX
    let residuals = zip(x, y).reduce(0) {
      let residual = $1.1 - meanY - slope * ($1.0 - meanX)
      return $0 + residual * residual
    }
    let error = (residuals / (count - 2) / squaresX).squareRoot()
    let reach = StudentT(degreesOfFreedom: points.count - 2).centralQuantile(0.95) * error
    exponent = slope
    exponentInterval = slope - reach...slope + reach
    coefficient = exp(meanY + log(points[0].value) - slope * (meanX + log(points[0].size)))
    rSquared = squaresY == 0 ? 1 : 1 - residuals / squaresY
  }

  /// What the fit says of a positive size.
  public func value(atSize size: Double) -> Double { coefficient * pow(size, exponent) }
}
