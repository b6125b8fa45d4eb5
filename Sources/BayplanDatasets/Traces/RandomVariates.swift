#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Variates that are defined in floating point. They depend on the machine's logarithm and cosine: two C libraries may
/// differ in the last bit, and so, very rarely, in a millisecond.
extension SeededGenerator {
  /// Uniform in 0 < x <= 1, so that its logarithm is finite.
  mutating func unit() -> Double { Double((bits() >> 11) + 1) * 0x1p-53 }

  mutating func exponential(mean: Double) -> Double { -mean * log(unit()) }

  /// Box and Muller 1958; one of the two is thrown away, so that nothing is kept between calls.
  mutating func normal() -> Double {
    let radius = (-2 * log(unit())).squareRoot()
    return radius * cos(2 * Double.pi * unit())
  }

  mutating func lognormal(median: Double, sigma: Double) -> Double { median * exp(sigma * normal()) }

  /// Pareto with exponent alpha, cut off at both ends; by inversion.
  mutating func boundedPareto(alpha: Double, least: Double, most: Double) -> Double {
    let ratio = pow(least / most, alpha)
    return min(most, least / pow(1 - unit() * (1 - ratio), 1 / alpha))
  }

  /// 1, 2, 3, … with the mean.
  mutating func geometric(mean: Double) -> Int {
    if mean <= 1 { return 1 }
    return 1 + Int(min(1e9, (log(unit()) / log(1 - 1 / mean)).rounded(.down)))
  }

  /// An index, by weights that are not all zero.
  mutating func index(weights: [Double], sum: Double) -> Int {
    var left = unit() * sum
    for index in weights.indices {
      left -= weights[index]
      if left <= 0 && weights[index] > 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}

/// How often arrivals come at a moment, relative to the mean: a sine over the day.
func diurnalFactor(atSeconds seconds: Double, swing: Double, peakHour: Double) -> Double {
  1 + swing * cos(2 * Double.pi * (seconds / 3600 - peakHour) / 24)
}
