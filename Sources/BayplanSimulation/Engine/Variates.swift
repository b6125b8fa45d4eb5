import BayplanModel
import BayplanPacking

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Random variates are defined in floating point: here, and nowhere else in the simulation.
extension SplitMix64 {
  /// An exponentially distributed length of time of at least one millisecond.
  mutating func exponential(mean: Millis) -> Millis {
    let uniform = Double(next() >> 11) * 0x1p-53
    let value = (-Double(mean) * log(1 - uniform)).rounded()
    return value >= 0x1p62 ? 1 << 62 : max(1, Millis(value))
  }

  /// Whether something of a probability in thousandths happens.
  mutating func happens(milli: Int64) -> Bool { milli > 0 && Int64(next() % 1000) < milli }
}
