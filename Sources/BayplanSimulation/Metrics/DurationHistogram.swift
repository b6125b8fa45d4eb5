import BayplanModel

/// Lengths of time by size: exact for up to 1,024 different ones, then to 1.6 %. Bounded memory, whatever is counted.
/// Source: the idea of HdrHistogram (Tene).
public struct DurationHistogram: Hashable, Sendable, Codable {
  private static let mostExact = 1024
  /// Times below are slots of their own.
  private static let small: Millis = 64
  private static let parts: Millis = 32
  /// By time, or by the largest time of a slot.
  private var counts: [Millis: Int64] = [:]
  private var isExact = true
  public private(set) var count: Int64 = 0
  public private(set) var most: Millis = 0
  private var sum = Integral()

  public init() {}

  /// The largest time that counts as equal to a time.
  private static func rounded(_ time: Millis) -> Millis {
    if time < small { return time }
    let shift = Millis(63 - time.leadingZeroBitCount - 5)
    return ((time >> shift) + 1) << shift - 1
  }

  public mutating func add(_ time: Millis) {
    let time = max(0, time)
    counts[isExact ? time : Self.rounded(time), default: 0] += 1
    if isExact && counts.count > Self.mostExact {
      isExact = false
      counts = Dictionary(counts.map { (Self.rounded($0.key), $0.value) }, uniquingKeysWith: +)
    }
    count += 1
    sum.add(time, for: 1)
    most = max(most, time)
  }

  /// The time within which so many thousandths are; nil for an empty histogram.
  public func percentile(milli: Int64) -> Millis? {
    if count == 0 { return nil }
    let rank = max(1, (count * milli + 999) / 1000)
    var seen: Int64 = 0
    for (time, number) in counts.sorted(by: { $0.key < $1.key }) {
      seen += number
      if seen >= rank { return min(most, time) }
    }
    return most
  }

  public var mean: Millis { sum.ratio(to: Int128(count), parts: 1) }
}
