import BayplanLP

/// What room is worth in each dimension of a bin: the duals of its continuous knapsack. Any prices are valid, for they
/// bound what a pattern is worth; these make that bound smallest.
///
///     maximize    sum_i gain_i x_i
///     subject to  sum_i load_id x_i <= 1  for each dimension d   (price_d)
///                 0 <= x_i <= copies_i
///
/// One small linear program; O(dimensions² × items) or so in practice.
struct RoomPrices {
  /// Per dimension, what all the room of the bin is worth; not negative.
  private(set) var prices: [Double] = []

  init() {}

  /// - Parameters:
  ///   - gains, copies: per item, the worth of a copy and how many fit the bin.
  ///   - loads: `items × dimensions`, the part of the bin's room that a copy takes.
  init(gains: [Double], copies: [Double], loads: [Double], dimensions: Int) throws(SolverFailure) {
    prices = Array(repeating: 0, count: dimensions)
    if gains.isEmpty { return }
    var solver = try StandardSolver(.maximize)
    for _ in 0..<dimensions { _ = try solver.addRow(lower: nil, upper: 1) }
    // Gains are large numbers, and solvers have absolute tolerances.
    let unit = max(1, gains.max()!)
    for item in gains.indices {
      var rows: [Int32] = []
      var coefficients: [Double] = []
      for dimension in 0..<dimensions where loads[item * dimensions + dimension] > 0 {
        rows.append(Int32(dimension))
        coefficients.append(loads[item * dimensions + dimension])
      }
      _ = try solver.addColumn(
        cost: gains[item] / unit, lower: 0, upper: copies[item], isInteger: false, rows: rows,
        coefficients: coefficients)
    }
    // Without an optimum room stays without a price, which only makes for a weaker guide.
    guard try solver.solveRelaxation(SolveLimits()) == .optimal else { return }
    for dimension in 0..<dimensions { prices[dimension] = max(0, solver.dual(of: dimension)) * unit }
  }

  /// Weight of each dimension in the combination of relative loads; they sum to 1.
  var shares: [Double] {
    let total = prices.reduce(0, +)
    return prices.map { total > 0 ? $0 / total : 1 / Double(prices.count) }
  }
}
