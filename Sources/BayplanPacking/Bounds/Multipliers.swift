/// Lagrangian multipliers of one criterion, in integers over a common denominator: the evidence behind a bound.
/// The program they belong to is written down at `BayplanModel.Certificate`.
public struct Multipliers: Sendable {
  /// What found them: `glpk`, or `dynamic-programming` for the solver-free ascent.
  public var engine = "dynamic-programming"
  public var criterion: Int
  public var denominator: Int64
  /// pi, per item type and copy.
  public var items: [Int64]
  /// tau, for each criterion before this one.
  public var prior: [Int64]
  /// mu per bin type and dimension, over denominator × 2^40.
  public var prices: [Int64]
  /// Bin types whose U was found by exact pricing.
  public var exact: [Bool]
  public var rows: [GroupRow]

  /// A linear consequence of a conflict or a spread: sum of counts in `domain` (minus those in `other`) <= limit.
  public struct GroupRow: Sendable, Hashable {
    public var scope: Int
    public var domain: Int
    /// -1 for an anti-affinity row.
    public var other: Int
    public var members: [Bool]
    public var limit: Int64
    public var multiplier: Int64
    /// The conflict or spread it follows from.
    public var source: Source

    public enum Source: Sendable, Hashable {
      case conflict(Int)
      case spread(Int)
    }
  }
}

/// Turns duals into safe bounds: whatever the multipliers, weak duality makes the result a bound, and everything is
/// computed in exact integers.
struct LagrangianBound {
  let instance: Instance
  let pricer: PatternPricer
  /// Nodes per exact pricing.
  var nodeLimit = 200_000

  struct Outcome {
    var bound: Int64
    var multipliers: Multipliers
    var work: Int
  }

  /// - Parameters:
  ///   - items, prior, prices, rowMultipliers: real duals; `prices` is per bin type and dimension.
  ///   - limits: values of the criteria before `criterion`.
  ///   - exactPricing: whether to price every bin type exactly where the surrogate leaves room.
  func evaluate(
    criterion: Int, items: [Double], prior: [Double], prices: [Double], rows: [Multipliers.GroupRow],
    rowDuals: [Double], limits: Score?, exactPricing: Bool
  ) -> Outcome {
    let scale = denominator(criterion)
    let real = Double(scale)
    var multipliers = Multipliers(
      criterion: criterion, denominator: scale, items: items.map { Self.integer($0 * real) },
      prior: prior.map { Self.integer($0 * real) },
      prices: prices.map { Self.integer($0 * real * 0x1p40) },
      exact: Array(repeating: false, count: instance.binTypes.count), rows: [])
    for (row, dual) in zip(rows, rowDuals) where Self.integer(dual * real) > 0 {
      var row = row
      row.multiplier = Self.integer(dual * real)
      multipliers.rows.append(row)
    }

    var total: Int128 = 0
    for (index, item) in instance.itemTypes.enumerated() {
      let out = cost(item.omissionScore, multipliers)
      total += Int128(min(multipliers.items[index], out)) * Int128(item.demand)
    }
    var work = 0
    for (index, bin) in instance.binTypes.enumerated() {
      let open = cost(bin.openingScore, multipliers)
      let gains = gains(multipliers, bin: index)
      let ceiling = surrogateBound(bin: index, gains: gains, prices: multipliers.prices)
      var upper = ceiling
      if exactPricing && ceiling > open {
        let result = pricer.price(
          bin: index, gains: gains, limits: instance.itemTypes.map(\.demand), nodeLimit: nodeLimit)
        work += result.nodes
        if result.upperBound < ceiling {
          upper = result.upperBound
          multipliers.exact[index] = true
        }
      }
      total +=
        Int128(min(0, open.subtractingReportingOverflow(upper).partialValue))
        * Int128(min(bin.copies, instance.totalDemand))
    }
    for (index, tau) in multipliers.prior.enumerated() {
      total -= Int128(tau) * Int128((limits?[index] ?? 0) - instance.baseScore[index])
    }
    for row in multipliers.rows { total -= Int128(row.multiplier) * Int128(row.limit) }
    // Rounded up: criteria are integers.
    let quotient = total / Int128(scale)
    let rounded = quotient * Int128(scale) < total ? quotient + 1 : quotient
    let bound = Int64(clamping: rounded + Int128(instance.baseScore[criterion]))
    return Outcome(bound: bound, multipliers: multipliers, work: work)
  }

  /// A power of two that keeps 20 bits below the criterion's unit where its values are small.
  func denominator(_ criterion: Int) -> Int64 {
    var largest: Int64 = 1
    for item in instance.itemTypes { largest = max(largest, item.omissionScore[criterion].magnitude.clamped) }
    for bin in instance.binTypes { largest = max(largest, bin.openingScore[criterion].magnitude.clamped) }
    var shift: Int64 = 24
    while shift > 4 && largest > (1 << (44 - shift)) { shift -= 1 }
    return 1 << shift
  }

  func cost(_ score: Score, _ multipliers: Multipliers) -> Int64 {
    var total = score[multipliers.criterion] * multipliers.denominator
    for (index, tau) in multipliers.prior.enumerated() { total += tau * score[index] }
    return total
  }

  /// pi minus what the group rows charge, per item type on a bin type.
  func gains(_ multipliers: Multipliers, bin: Int) -> [Int64] {
    var result = multipliers.items
    let domains = instance.binTypes[bin].domains
    for row in multipliers.rows {
      let domain = Int(domains[row.scope])
      let sign: Int64 = domain < 0 ? 0 : (domain == row.domain ? -1 : (domain == row.other ? 1 : 0))
      if sign == 0 { continue }
      for item in result.indices where row.members[item] { result[item] += sign * row.multiplier }
    }
    return result
  }

  /// The linear bound of `Certificate.NodeProof` on the worth of a pattern.
  func surrogateBound(bin: Int, gains: [Int64], prices: [Int64]) -> Int64 {
    let dimensions = instance.dimensionCount
    var linear: Int128 = 0
    for dimension in 0..<dimensions {
      linear += Int128(prices[bin * dimensions + dimension]) * Int128(instance.capacity(bin, dimension))
    }
    var shares: [(size: Int, worth: Int64, most: Int)] = []
    for item in instance.itemTypes.indices where gains[item] > 0 && instance.isEligible(item, bin) {
      var paid: Int128 = 0
      for dimension in 0..<dimensions {
        paid += Int128(prices[bin * dimensions + dimension]) * Int128(instance.weight(item, dimension))
      }
      let excess = (Int128(gains[item]) << 40) - paid
      if excess <= 0 { continue }
      let rest = Int64(clamping: (excess >> 40) + 1)
      let most = pricer.mostCopies(item, bin: bin, limit: instance.itemTypes[item].demand)
      if most == 0 { continue }
      if let device = instance.itemTypes[item].device {
        // A multi-device item charges each device its share, rounded up.
        let perDevice = (rest + Int64(device.count) - 1) / Int64(device.count)
        shares.append((Int(device.milli), perDevice, min(most * device.count, 1000 / max(1, Int(device.milli)))))
      } else {
        linear += Int128(rest) * Int128(most) << 40
      }
    }
    var total = Int64(clamping: (linear >> 40) + 1)
    if !shares.isEmpty {
      let best = Self.deviceKnapsack(shares)
      total = total.addingReportingOverflow(best * Int64(instance.binTypes[bin].devices.count)).partialValue
    }
    return total
  }

  /// The most valuable filling of one device of 1000 thousandths. O(1000 × shares).
  static func deviceKnapsack(_ shares: [(size: Int, worth: Int64, most: Int)]) -> Int64 {
    var table = [Int64](repeating: 0, count: 1001)
    for share in shares where share.size > 0 {
      for _ in 0..<max(1, min(share.most, 1000 / share.size)) {
        var cell = 1000
        while cell >= share.size {
          table[cell] = max(table[cell], table[cell - share.size] + share.worth)
          cell -= 1
        }
      }
    }
    return table[1000]
  }

  /// Rounded to the nearest, negative noise to zero; a dual too large to be true is cut.
  static func integer(_ value: Double) -> Int64 {
    value > 0 && value.isFinite ? Int64(min(value.rounded(), 0x1p60)) : 0
  }
}

extension UInt64 {
  var clamped: Int64 { Int64(clamping: self) }
}
