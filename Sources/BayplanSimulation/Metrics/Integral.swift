import BayplanModel

/// A level summed up over time, wide enough for bytes over centuries.
struct Integral: Hashable, Sendable {
  private(set) var sum: Int128 = 0

  mutating func add(_ level: Int64, for time: Millis) { sum += Int128(level) * Int128(time) }

  /// The mean over a length of time, or the ratio to another integral, in so many parts; zero of nothing.
  func ratio(to total: Int128, parts: Int64) -> Int64 {
    total == 0 ? 0 : Int64(clamping: sum * Int128(parts) / total)
  }
}

/// As two halves: no encoder knows integers this wide.
extension Integral: Codable {
  init(from decoder: any Decoder) throws {
    var halves = try decoder.unkeyedContainer()
    let high = try halves.decode(Int64.self)
    let low = try halves.decode(UInt64.self)
    sum = Int128(high) << 64 | Int128(low)
  }

  func encode(to encoder: any Encoder) throws {
    var halves = encoder.unkeyedContainer()
    try halves.encode(Int64(sum >> 64))
    try halves.encode(UInt64(truncatingIfNeeded: sum))
  }
}
