import BayplanModel

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
  /// mu per bin type and dimension, over denominator × 2^`Certificate.surrogateShift`.
  public var prices: [Int64]
  /// Per bin type: U where it was found by exact pricing.
  public var worths: [Int64?]
  public var rows: [GroupRow]
  /// How many bins of each type may be filled in the case that they speak about; empty for all cases.
  public var counts: [ClosedRange<Int>] = []
  /// Only patterns that waste no more than a packing within the bound can afford are charged for.
  public var limitsWaste = false

  public init(
    criterion: Int, denominator: Int64, items: [Int64], prior: [Int64], prices: [Int64], worths: [Int64?],
    rows: [GroupRow]
  ) {
    self.criterion = criterion
    self.denominator = denominator
    self.items = items
    self.prior = prior
    self.prices = prices
    self.worths = worths
    self.rows = rows
  }

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
  let shift = Int128(Certificate.surrogateShift)
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
  ///   - counts: how many bins of each type may be filled, for a bound that holds in that case only.
  func evaluate(
    criterion: Int, items: [Double], prior: [Double], prices: [Double], rows: [Multipliers.GroupRow],
    rowDuals: [Double], limits: Score?, exactPricing: Bool, counts: [ClosedRange<Int>] = []
  ) -> Outcome {
    let scale = denominator(criterion)
    let real = Double(scale)
    var multipliers = Multipliers(
      criterion: criterion, denominator: scale, items: items.map { Self.integer($0 * real) },
      prior: prior.map { Self.integer($0 * real) },
      prices: prices.map { Self.integer($0 * real * Double(1 << Certificate.surrogateShift), most: 0x1p60) },
      worths: Array(repeating: nil, count: instance.binTypes.count), rows: [])
    for (row, dual) in zip(rows, rowDuals) where Self.integer(dual * real) > 0 {
      var row = row
      row.multiplier = Self.integer(dual * real)
      multipliers.rows.append(row)
    }
    multipliers.counts = counts

    var work = 0
    var worths = Array(repeating: Int64(0), count: instance.binTypes.count)
    for (index, bin) in instance.binTypes.enumerated() {
      let open = cost(bin.openingScore, multipliers)
      let gains = gains(multipliers, bin: index)
      let ceiling = surrogateBound(bin: index, gains: gains, prices: multipliers.prices)
      worths[index] = ceiling
      if exactPricing && (ceiling > open || (counts.isEmpty ? 0 : counts[index].lowerBound) > 0) {
        let result = pricer.price(
          bin: index, gains: gains, limits: instance.itemTypes.map(\.demand), nodeLimit: nodeLimit)
        work += result.nodes
        if result.upperBound < ceiling {
          worths[index] = result.upperBound
          multipliers.worths[index] = result.upperBound
          // The checker's table has to charge what this one did.
          for (dimension, charge) in (result.charges ?? []).enumerated() {
            multipliers.prices[index * instance.dimensionCount + dimension] = Self.integer(
              charge * Double(1 << Certificate.surrogateShift), most: 0x1p60)
          }
        }
      }
    }
    var bound = total(multipliers, worths, limits)
    if let scaled = scaledDown(multipliers, worths) {
      // Scaled worths are recomputed from the scaled multipliers: rounding must not creep in.
      let other = total(scaled.multipliers, scaled.worths, limits)
      if other > bound { (bound, multipliers) = (other, scaled.multipliers) }
    }
    return Outcome(bound: bound, multipliers: multipliers, work: work)
  }

  /// The right-hand side of the inequality at `Certificate`, rounded up.
  func total(_ multipliers: Multipliers, _ worths: [Int64], _ limits: Score?) -> Int64 {
    var total: Int128 = 0
    for (index, item) in instance.itemTypes.enumerated() {
      let out = cost(item.omissionScore, multipliers)
      total += Int128(min(multipliers.items[index], out)) * Int128(item.demand)
    }
    for (index, bin) in instance.binTypes.enumerated() {
      let open = cost(bin.openingScore, multipliers)
      let excess = Int128(open) - Int128(worths[index])
      let counts = multipliers.counts.isEmpty ? 0...min(bin.copies, instance.totalDemand) : multipliers.counts[index]
      total += excess * Int128(excess < 0 ? counts.upperBound : counts.lowerBound)
    }
    for (index, tau) in multipliers.prior.enumerated() {
      total -= Int128(tau) * Int128((limits?[index] ?? 0) - instance.baseScore[index])
    }
    for row in multipliers.rows { total -= Int128(row.multiplier) * Int128(row.limit) }
    // Rounded up: criteria are integers.
    let scale = Int128(multipliers.denominator)
    let quotient = total / scale
    let rounded = quotient * scale < total ? quotient + 1 : quotient
    return Int64(clamping: rounded + Int128(instance.baseScore[multipliers.criterion]))
  }

  /// Multipliers made small enough that no bin that costs something is worth more than it costs (Farley 1990): better
  /// than paying the excess once per copy where copies are plenty.
  private func scaledDown(
    _ multipliers: Multipliers, _ worths: [Int64]
  ) -> (multipliers: Multipliers, worths: [Int64])? {
    var factor = 1.0
    for (index, bin) in instance.binTypes.enumerated() {
      let open = cost(bin.openingScore, multipliers)
      if open > 0 && worths[index] > open { factor = min(factor, Double(open) / Double(worths[index])) }
    }
    guard factor < 1 else { return nil }
    factor *= 1 - 1e-9
    var scaled = multipliers
    scaled.items = multipliers.items.map { Int64((Double($0) * factor).rounded(.down)) }
    // Prices a hair higher keep dominating the rounded multipliers.
    scaled.prices = multipliers.prices.map { Int64((Double($0) * factor).rounded(.up)) }
    for index in scaled.rows.indices {
      scaled.rows[index].multiplier = Int64((Double(multipliers.rows[index].multiplier) * factor).rounded())
    }
    // A worth is linear in the multipliers but for rounding: at most one unit per pod and row.
    let slack = Int64(multipliers.rows.count + 1) * Int64(instance.totalDemand)
    let scaledWorths = worths.map { worth in
      let value = Int64((Double(worth) * factor).rounded(.up))
      return multipliers.rows.isEmpty ? value : value + slack
    }
    for index in worths.indices where multipliers.worths[index] != nil { scaled.worths[index] = scaledWorths[index] }
    return (scaled, scaledWorths)
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

  /// Cut where it exceeds 64 bits: a lower cost only weakens a bound.
  func cost(_ score: Score, _ multipliers: Multipliers) -> Int64 {
    var total = Int128(score[multipliers.criterion]) * Int128(multipliers.denominator)
    for (index, tau) in multipliers.prior.enumerated() { total += Int128(tau) * Int128(score[index]) }
    return Int64(clamping: total)
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
      let excess = (Int128(gains[item]) << shift) - paid
      if excess <= 0 { continue }
      let rest = Int64(clamping: (excess >> shift) + 1)
      let most = pricer.mostCopies(item, bin: bin, limit: instance.itemTypes[item].demand)
      if most == 0 { continue }
      if let device = instance.itemTypes[item].device {
        // A multi-device item charges each device its share, rounded up.
        let perDevice = (rest + Int64(device.count) - 1) / Int64(device.count)
        shares.append((Int(device.milli), perDevice, min(most * device.count, 1000 / max(1, Int(device.milli)))))
      } else {
        linear += Int128(rest) * (Int128(most) << shift)
      }
    }
    var total = Int64(clamping: (linear >> shift) + 1)
    if !shares.isEmpty {
      let best = Self.deviceKnapsack(shares)
      total = Int64(clamping: Int128(total) + Int128(best) * Int128(instance.binTypes[bin].devices.count))
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

  /// Rounded to the nearest, negative noise to zero; a dual too large to be true is cut, such that a thousand still sum.
  static func integer(_ value: Double, most: Double = 0x1p52) -> Int64 {
    value > 0 && value.isFinite ? Int64(min(value.rounded(), most)) : 0
  }
}

extension Instance {
  /// Multipliers of the criteria before one such that leaving a copy out costs at least what it is worth.
  /// - Parameter gains: worth of a copy per item type, not negative.
  func omissionMultipliers(gains: [Int64], before criterion: Int) -> [Int64] {
    (0..<criterion).map { prior in
      zip(gains, itemTypes).reduce(Int64(0)) { most, entry in
        let (gain, omission) = (entry.0, entry.1.omissionScore[prior])
        return omission > 0 && gain > 0 ? max(most, (gain - 1) / omission + 1) : most
      }
    }
  }
}

extension UInt64 {
  var clamped: Int64 { Int64(clamping: self) }
}
