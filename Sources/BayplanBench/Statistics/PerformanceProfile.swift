import Foundation

/// For every strategy the share of instances that it solves within a factor of the best cost of any strategy there.
/// Instances that nobody solved count as unsolved by all.
/// Complexity: O(strategies × instances × log instances).
/// Source: Dolan and Moré, Benchmarking Optimization Software with Performance Profiles (2002). Mind that which of two
/// strategies seems better may depend on a third (Gould and Scott 2016).
public struct PerformanceProfile: Sendable, Hashable {
  public let instanceCount: Int
  /// Per strategy the ratios to the best cost where it solved the instance, ascending.
  private let ratios: [[Double]]

  /// - Parameter costs: by strategy, then by instance; nil for what a strategy did not solve. Where the best cost is 0,
  ///   only those at 0 are within any factor of it.
  /// - Precondition: every strategy has an entry for every instance; costs are finite and not negative.
  public init(costs: [[Double?]]) {
    instanceCount = costs.first?.count ?? 0
    var best = [Double](repeating: .infinity, count: instanceCount)
    for row in costs {
      precondition(row.count == best.count, "every strategy needs an entry for every instance")
      for (instance, cost) in row.enumerated() {
        guard let cost else { continue }
        precondition(cost.isFinite && cost >= 0, "a cost is finite and not negative, not \(cost)")
        best[instance] = min(best[instance], cost)
      }
    }
    ratios = costs.map { row in
      zip(row, best).compactMap { cost, best in
        cost.map { $0 == best ? 1 : $0 / best }.flatMap { $0.isFinite ? $0 : nil }
      }.sorted()
    }
  }

  public var strategyCount: Int { ratios.count }

  /// The steps of a strategy's curve, ascending: from each ratio on the share holds, before the first it is 0. The last
  /// share is what the strategy solves at all.
  public func points(of strategy: Int) -> [(ratio: Double, share: Double)] {
    let ratios = ratios[strategy]
    return ratios.indices.lazy.filter { $0 + 1 == ratios.count || ratios[$0] < ratios[$0 + 1] }.map {
      (ratio: ratios[$0], share: Double($0 + 1) / Double(instanceCount))
    }
  }

  /// The share of instances that a strategy solves within a factor of the best; within 1, where it is the best. 0
  /// without instances.
  public func share(of strategy: Int, within ratio: Double) -> Double {
    instanceCount == 0 ? 0 : Double(ratios[strategy].count { $0 <= ratio }) / Double(instanceCount)
  }

  /// One number for a curve: its mean height over a logarithmic axis from 1 up to a ratio above 1. 1 is best everywhere;
  /// 0 is never within the ratio.
  public func score(of strategy: Int, upTo ratio: Double) -> Double {
    precondition(ratio > 1 && ratio.isFinite, "a profile is scored up to a ratio above 1, not \(ratio)")
    if instanceCount == 0 { return 0 }
    let heights = ratios[strategy].map { max(0, 1 - log($0) / log(ratio)) }
    return heights.reduce(0, +) / Double(instanceCount)
  }
}
