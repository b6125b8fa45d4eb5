import BayplanModel

/// Durations as people write them: `90`, `12.5` (seconds), `250ms`, `90s`, `5m`, `2h`, `1d`, and `1h30m`.
enum TraceDuration {
  private static let units: [(name: String, millis: Int64)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]
  /// About 30 million years, so that sums stay far from the integer range.
  static let limit: Int64 = 1 << 60

  /// Milliseconds, a rest rounded down; nil for what is no duration, is negative or too long.
  static func millis(_ text: some StringProtocol) -> Int64? {
    var rest = Array(text.utf8)[...]
    if rest.isEmpty { return nil }
    var sum: Int64 = 0
    var isFirst = true
    while !rest.isEmpty {
      let whole = rest.prefix { $0 >= 48 && $0 <= 57 }
      rest = rest.dropFirst(whole.count)
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        fraction = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
        rest = rest.dropFirst(1 + fraction.count)
      }
      let unit = rest.prefix { $0 >= 97 && $0 <= 122 }
      rest = rest.dropFirst(unit.count)
      guard !whole.isEmpty, whole.count < 18 else { return nil }
      // Without a unit seconds are meant, but not after a number with one.
      if unit.isEmpty && !(isFirst && rest.isEmpty) { return nil }
      let name = unit.isEmpty ? "s" : String(decoding: unit, as: UTF8.self)
      guard let scale = units.first(where: { $0.name == name })?.millis else { return nil }
      sum = sum.addingSaturated(Int64(String(decoding: whole, as: UTF8.self))!.multipliedSaturated(by: scale))
      // Nine digits: what follows is less than a millisecond, even of a day.
      var (numerator, denominator): (Int64, Int64) = (0, 1)
      for digit in fraction.prefix(9) {
        numerator = numerator * 10 + Int64(digit) - 48
        denominator *= 10
      }
      sum = sum.addingSaturated(numerator * scale / denominator)
      isFirst = false
    }
    return sum <= limit ? sum : nil
  }
}
