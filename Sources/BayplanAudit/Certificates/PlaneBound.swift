import BayplanModel

/// An upper bound on the best set of pods for a node from two dimensions alone, by a table of all pairs of amounts.
///
/// The other dimensions are left out, or what they hold is sold at its price, rounded against the bound (Lagrangian
/// relaxation), so that any non-negative prices are safe. Amounts are counted in units that divide them, or are rounded
/// down to larger ones where the table would pass 4 million cells.
/// O(cells × items × log copies), at most 10^9 steps for each table and `stepsLeft` for all of them.
struct PlaneBound {
  let items: [NodeKnapsack.Item]
  let capacity: [Int64]
  /// Per dimension and unit, in 2^`Certificate.surrogateShift`ths of a gain; missing ones are zero.
  let prices: [Int128]
  var stepsLeft: Int

  private static let shift = Int128(Certificate.surrogateShift)

  /// Pairs of the three dimensions that weigh most are tried until the bound is at most `target`. Nil where every table
  /// would be too large or no two dimensions bind.
  mutating func value(target: Int128) throws(NumbersTooLarge) -> Int128? {
    let ranked = try ranking().prefix(3)
    guard ranked.count >= 2 else { return nil }
    var least: Int128?
    for (first, second) in [(0, 1), (0, 2), (1, 2)] where second < ranked.count {
      let plane = plane(ranked[first], ranked[second])
      let charged = capacity.indices.filter {
        $0 != plane.first && $0 != plane.second && $0 < prices.count && prices[$0] > 0
      }
      for charges in charged.isEmpty ? [[]] : [charged, []] {
        if let value = try value(plane, charging: charges) { least = min(least ?? value, value) }
        if let least, least <= target { return least }
      }
    }
    return least
  }

  /// By what the whole room is worth at the prices, then by the fractional bound of each dimension alone.
  private func ranking() throws(NumbersTooLarge) -> [Int] {
    var keys: [(worth: Int128, alone: Double, dimension: Int)] = []
    for dimension in capacity.indices where capacity[dimension] > 0 {
      let price = dimension < prices.count ? prices[dimension] : 0
      keys.append((try product(price, Int128(capacity[dimension])), fractional(dimension), dimension))
    }
    return keys.sorted { (-$0.worth, $0.alone, $0.dimension) < (-$1.worth, $1.alone, $1.dimension) }.map(\.dimension)
  }

  private struct Plane {
    var first: Int
    var second: Int
    var units: (Int64, Int64)
    var height: Int
    var width: Int
  }

  private func plane(_ first: Int, _ second: Int) -> Plane {
    var unit = (divisor(first), divisor(second))
    while (Int128(capacity[first] / unit.0) + 1) * (Int128(capacity[second] / unit.1) + 1) > 4_000_000 {
      if capacity[first] / unit.0 > capacity[second] / unit.1 { unit.0 *= 2 } else { unit.1 *= 2 }
    }
    return Plane(
      first: first, second: second, units: unit, height: Int(capacity[first] / unit.0) + 1,
      width: Int(capacity[second] / unit.1) + 1)
  }

  private mutating func value(_ plane: Plane, charging charged: [Int]) throws(NumbersTooLarge) -> Int128? {
    let (height, width) = (plane.height, plane.width)
    var gains: [Int128] = []
    var total: Int128 = 0
    for item in items {
      var charge: Int128 = 0
      for dimension in charged {
        charge = try sum(charge, try product(prices[dimension], Int128(amount(item, dimension))))
      }
      gains.append(try difference(item.gain, charge >> Self.shift))
      total = try sum(total, try product(item.gain, Int128(item.copies)))
    }
    guard total < Int128(Int64.max) else { return nil }
    var room: Int128 = 0
    for dimension in charged {
      room = try sum(room, try product(prices[dimension], Int128(max(0, capacity[dimension]))))
    }
    var steps = 0
    var value = [Int64](repeating: 0, count: height * width)
    for (item, itemGain) in zip(items, gains) where itemGain > 0 {
      let (down, right) = (
        Int(amount(item, plane.first) / plane.units.0), Int(amount(item, plane.second) / plane.units.1)
      )
      var rest = item.copies
      var portion: Int64 = 1
      // 1, 2, 4, … copies and a remainder make every number of copies up to the limit.
      while rest > 0 {
        let copies = min(portion, rest)
        rest -= copies
        portion *= 2
        let (y, x) = (down * Int(copies), right * Int(copies))
        if y >= height || x >= width { continue }
        steps += height * width
        stepsLeft -= height * width
        if steps > 1_000_000_000 || stepsLeft < 0 { return nil }
        let gain = Int64(itemGain) * copies
        value.withUnsafeMutableBufferPointer { value in
          for row in stride(from: height - 1, through: y, by: -1) {
            for column in stride(from: width - 1, through: x, by: -1) {
              let other = value[(row - y) * width + column - x] + gain
              if other > value[row * width + column] { value[row * width + column] = other }
            }
          }
        }
      }
    }
    return try sum(Int128(value[height * width - 1]), ceilingQuotient(room, 1 << Self.shift))
  }

  private func amount(_ item: NodeKnapsack.Item, _ dimension: Int) -> Int64 {
    item.uses.reduce(0) { $0 + ($1.dimension == dimension ? $1.amount : 0) }
  }

  private func divisor(_ dimension: Int) -> Int64 {
    max(1, Int64(items.reduce(Int128(0)) { greatestCommonDivisor($0, Int128(amount($1, dimension))) }))
  }

  /// The fractional knapsack over one dimension, only to choose by.
  private func fractional(_ dimension: Int) -> Double {
    let entries = items.map {
      (gain: Double($0.gain), copies: Double($0.copies), weight: Double(amount($0, dimension)))
    }
    var room = Double(capacity[dimension])
    var total = 0.0
    for entry in entries.sorted(by: { $0.gain * $1.weight > $1.gain * $0.weight }) {
      let copies = entry.weight > 0 ? min(entry.copies, room / entry.weight) : entry.copies
      total += copies * entry.gain
      room -= copies * entry.weight
      if room <= 0 { break }
    }
    return total
  }
}
