/// How often the first of two was better, as good, or worse.
public struct WinTieLoss: Sendable, Hashable {
  public let wins: Int
  public let ties: Int
  public let losses: Int

  /// - Parameter tolerance: how far apart two values may be, in their unit, and still tie.
  /// - Precondition: all values are finite; the tolerance is not negative.
  public init(pairs: [(Double, Double)], lessIsBetter: Bool, tolerance: Double = 0) {
    requireFinite(pairs.flatMap { [$0.0, $0.1] })
    precondition(tolerance >= 0, "a tolerance is not negative")
    ties = pairs.count { abs($0.0 - $0.1) <= tolerance }
    let less = pairs.count { $0.1 - $0.0 > tolerance }
    let more = pairs.count - ties - less
    (wins, losses) = lessIsBetter ? (less, more) : (more, less)
  }
}
