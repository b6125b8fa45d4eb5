/// What room is worth in each dimension of a bin: multipliers that make the continuous knapsack's bound small. Any are
/// valid.
///
/// Subgradient steps on the surrogate dual give a start, Polyak's steps on the Lagrangian dual the rest: cheaper than
/// the golden sections of `SurrogatePrices`, for it is asked at every pricing. O(rounds × items × (dimensions + log
/// items)).
struct RoomPrices {
  /// Weight of each dimension in the combination of relative loads; they sum to 1.
  private(set) var shares: [Double] = []
  /// What a unit of combined relative load is worth.
  private(set) var density = 0.0

  init() {}

  /// - Parameters:
  ///   - gains, copies: per item, the worth of a copy and how many there are.
  ///   - loads: `items × dimensions`, the part of the bin's room that a copy takes.
  ///   - goal: what a pattern has to be worth to be of interest.
  init(gains: [Double], copies: [Double], loads: [Double], dimensions: Int, goal: Double) {
    let start = Self.surrogatePrices(gains, copies, loads, dimensions)
    let prices = Self.lagrangianPrices(from: start, gains, copies, loads, goal: goal)
    density = max(1e-9, prices.reduce(0, +))
    shares = prices.map { [density] in $0 / density }
  }

  /// Prices from the combination of dimensions whose fractional knapsack is worth least.
  private static func surrogatePrices(
    _ gains: [Double], _ copies: [Double], _ loads: [Double], _ dimensions: Int
  ) -> [Double] {
    var shares = Array(repeating: 1.0 / Double(dimensions), count: dimensions)
    var best = (bound: Double.infinity, prices: shares)
    for round in 0..<12 {
      var entries: [(density: Double, size: Double, index: Int)] = []
      for index in gains.indices where gains[index] > 0 {
        let size = (0..<dimensions).reduce(0.0) { $0 + shares[$1] * loads[index * dimensions + $1] }
        entries.append((gains[index] / max(size, 1e-12), size, index))
      }
      entries.sort { ($0.density, $1.index) > ($1.density, $0.index) }
      var left = 1.0
      var bound = 0.0
      var density = 0.0
      var load = Array(repeating: 0.0, count: dimensions)
      for entry in entries {
        let taken = min(copies[entry.index], left / max(entry.size, 1e-12))
        bound += taken * entry.size * entry.density
        for dimension in 0..<dimensions { load[dimension] += taken * loads[entry.index * dimensions + dimension] }
        left -= taken * entry.size
        if left <= 1e-12 {
          density = entry.density
          break
        }
      }
      if bound < best.bound { best = (bound, shares.map { $0 * density }) }
      let step = 0.5 / Double(round + 2)
      for dimension in 0..<dimensions {
        shares[dimension] = max(1e-3, shares[dimension] + step * (load[dimension] - 1))
      }
      let sum = shares.reduce(0, +)
      for dimension in 0..<dimensions { shares[dimension] /= sum }
    }
    return best.prices
  }

  /// Prices that minimize the Lagrangian bound, by Polyak's steps towards the goal.
  private static func lagrangianPrices(
    from start: [Double], _ gains: [Double], _ copies: [Double], _ loads: [Double], goal: Double
  ) -> [Double] {
    let dimensions = start.count
    // No more copies than fit.
    let most = copies.indices.map { index in
      loads[index * dimensions..<(index + 1) * dimensions].reduce(copies[index]) { most, load in
        load > 0 ? min(most, (1 / load).rounded(.down)) : most
      }
    }
    var prices = start
    var best = (bound: Double.infinity, prices: start)
    var scale = 1.0
    var slope = Array(repeating: 0.0, count: dimensions)
    for round in 0..<80 {
      var bound = prices.reduce(0, +)
      for dimension in 0..<dimensions { slope[dimension] = 1 }
      for index in gains.indices {
        var value = gains[index]
        for dimension in 0..<dimensions { value -= prices[dimension] * loads[index * dimensions + dimension] }
        if value <= 0 { continue }
        bound += value * most[index]
        for dimension in 0..<dimensions { slope[dimension] -= most[index] * loads[index * dimensions + dimension] }
      }
      if bound < best.bound {
        best = (bound, prices)
      } else if round % 8 == 7 {
        scale /= 2
        prices = best.prices
      }
      let norm = slope.reduce(0.0) { $0 + $1 * $1 }
      let target = min(goal, best.bound * 0.999)
      if norm < 1e-12 { break }
      let step = scale * (bound - target) / norm
      for dimension in 0..<dimensions { prices[dimension] = max(0, prices[dimension] - step * slope[dimension]) }
    }
    return best.prices
  }
}
