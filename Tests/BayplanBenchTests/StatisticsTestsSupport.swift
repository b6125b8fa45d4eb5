import BayplanModel
import Foundation

@testable import BayplanBench

/// Whole numbers from a range, by the linear congruential generator of ANSI C's example: short enough to be repeated in
/// the language that reference values come from.
func wholeNumbers(seed: Int, count: Int, in range: ClosedRange<Int>) -> [Double] {
  var state = seed
  return (0..<count).map { _ in
    state = (state * 1_103_515_245 + 12345) % (1 << 31)
    return Double(range.lowerBound + (state >> 8) % range.count)
  }
}

func isClose(_ a: Double, _ b: Double, relative: Double = 1e-11, absolute: Double = 0) -> Bool {
  abs(a - b) <= max(absolute, relative * max(abs(a), abs(b)))
}

func isClose(_ a: ClosedRange<Double>?, _ b: ClosedRange<Double>?, relative: Double = 1e-11) -> Bool {
  guard let a, let b else { return (a == nil) == (b == nil) }
  return isClose(a.lowerBound, b.lowerBound, relative: relative)
    && isClose(a.upperBound, b.upperBound, relative: relative)
}

extension SplitMix64 {
  /// A number from (0, 1].
  mutating func uniform() -> Double { Double((next() >> 11) + 1) * 0x1p-53 }

  /// A standard normal variate (Box and Muller 1958).
  mutating func normal() -> Double { (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()) }

  mutating func exponential() -> Double { -log(uniform()) }
}
