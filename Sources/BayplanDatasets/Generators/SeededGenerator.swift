/// SplitMix64 (Steele, Lea, Flood 2014), with a range: generated instances are the same on every machine.
struct SeededGenerator {
  private var state: UInt64

  let seed: UInt64

  init(_ seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(bits() % UInt64(range.upperBound - range.lowerBound + 1))
  }
}
