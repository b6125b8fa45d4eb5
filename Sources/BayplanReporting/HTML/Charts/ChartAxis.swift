/// One axis of a chart: a range with a few round values marked on it.
public struct ChartAxis: Sendable {
  public struct Tick: Sendable {
    var value: Double
    var label: String
  }

  public enum Scale: Sendable {
    case linear
    /// Positive values only.
    case logarithmic
  }

  let scale: Scale
  let low: Double
  let high: Double
  let ticks: [Tick]

  /// From the round value below `low` to the round value above `high`, with about `count` steps of 1, 2 or 5 times a power
  /// of ten.
  public init(_ range: ClosedRange<Double>, count: Int = 4, label: (Double) -> String) {
    scale = .linear
    var high = range.upperBound
    if high <= range.lowerBound { high = range.lowerBound + 1 }
    let step = Self.roundStep((high - range.lowerBound) / Double(count))
    let first = (range.lowerBound / step).rounded(.down)
    let last = (high / step).rounded(.up)
    low = first * step
    self.high = last * step
    ticks = stride(from: first, through: last, by: 1).map { Tick(value: $0 * step, label: label($0 * step)) }
  }

  /// Of times in milliseconds from zero: steps are what clocks have.
  public init(until end: Int64) {
    let steps: [Int64] = [
      1000, 5000, 15_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000,
      86_400_000,
      172_800_000, 604_800_000, 2_419_200_000, 31_536_000_000,
    ]
    let step = steps.first { $0 * 6 >= end } ?? steps.last!
    scale = .linear
    low = 0
    high = Double(max(1, end))
    ticks = stride(from: Int64(0), through: max(0, end), by: Int64.Stride(max(step, end / 12)))
      .map { Tick(value: Double($0), label: $0.durationText) }
  }

  /// Powers of two from 1 up: for ratios to a best value.
  public init(ratiosUpTo most: Double) {
    scale = .logarithmic
    low = 1
    var top = 2.0
    while top < most && top < 1e12 { top *= 2 }
    high = top
    var ticks = [Tick(value: 1, label: "1")]
    let doublings = Int(Double.log2(top))
    for power in stride(from: 1, through: doublings, by: max(1, doublings / 6)) {
      ticks.append(Tick(value: Double(UInt64(1) << UInt64(power)), label: HumanUnits.count(1 << power)))
    }
    self.ticks = ticks
  }

  /// Of named lanes, the first on top at the highest number.
  init(lanes: [String]) {
    scale = .linear
    low = -0.5
    high = Double(lanes.count) - 0.5
    ticks = lanes.indices.map { Tick(value: Double(lanes.count - 1 - $0), label: lanes[$0]) }
  }

  /// Where a value lies, 0 to 1.
  func position(_ value: Double) -> Double {
    let share: Double =
      switch scale {
      case .linear: (value - low) / (high - low)
      case .logarithmic: Double.log2(max(value, low) / low) / Double.log2(high / low)
      }
    return min(max(share, 0), 1)
  }

  private static func roundStep(_ rough: Double) -> Double {
    var power = 1.0
    while power * 10 <= rough { power *= 10 }
    while power > rough { power /= 10 }
    return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? 10 * power
  }
}

extension Double {
  /// Binary logarithm of a positive number: the exponent, and thirty squarings for the fraction; this module has no
  /// Foundation, and a position in a drawing needs no more digits.
  fileprivate static func log2(_ value: Double) -> Double {
    var result = Double(value.exponent)
    var rest = value.significand
    var bit = 0.5
    for _ in 0..<30 {
      rest *= rest
      if rest >= 2 {
        rest /= 2
        result += bit
      }
      bit /= 2
    }
    return result
  }
}
