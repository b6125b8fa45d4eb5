import BayplanModel

/// Draws what generated instances are made of: the same on every machine.
struct SeededGenerator {
  private var random: SplitMix64

  let seed: UInt64

  init(_ seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed)
  }

  mutating func bits() -> UInt64 { random.next() }

  mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(bits() % UInt64(range.upperBound - range.lowerBound + 1))
  }
}
