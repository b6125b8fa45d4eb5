/// Prices per unit of each dimension that make the linear bound on a bin's worth small.
enum SurrogatePrices {
  /// Approximates the dual of the continuous knapsack
  ///
  ///     minimize    sum_d mu_d capacity_d + sum_t most_t max(0, gain_t - sum_d mu_d weight_td)
  ///
  /// by a subgradient descent over directions, with the exact length along each. Any prices are valid; good ones make
  /// the certificate checkable without a search. O(steps × items × dimensions).
  static func minimize(gains: [Double], bin: Int, instance: Instance, pricer: PatternPricer) -> [Double] {
    let dimensions = instance.dimensionCount
    var result = Array(repeating: 0.0, count: dimensions)
    let capacities = (0..<dimensions).map { Double(instance.capacity(bin, $0)) }
    let usable = (0..<dimensions).filter { capacities[$0] > 0 }
    let items = instance.itemTypes.indices.filter { gains[$0] > 0 && instance.isEligible($0, bin) }
    if usable.isEmpty || items.isEmpty { return result }
    let most = items.map { Double(pricer.mostCopies($0, bin: bin, limit: instance.itemTypes[$0].demand)) }
    let share = items.map { item in usable.map { Double(instance.weight(item, $0)) / capacities[$0] } }
    // Along a direction the best length is where the fractional knapsack breaks.
    func bound(_ direction: [Double]) -> (value: Double, length: Double, usage: [Double]) {
      let weight = share.map { row in zip(row, direction).reduce(1e-15) { $0 + $1.0 * $1.1 } }
      let order = items.indices.sorted { gains[items[$0]] / weight[$0] > gains[items[$1]] / weight[$1] }
      var left = 1.0
      var value = 0.0
      var length = 0.0
      var usage = Array(repeating: 0.0, count: usable.count)
      for index in order {
        let copies = min(most[index], left / weight[index])
        left -= copies * weight[index]
        value += copies * gains[items[index]]
        for position in usable.indices { usage[position] += copies * share[index][position] }
        if left <= 1e-12 {
          length = gains[items[index]] / weight[index]
          break
        }
      }
      return (value, length, usage)
    }
    var direction = usable.map { _ in 1.0 / Double(usable.count) }
    var best = Double.infinity
    for step in 0..<40 {
      let outcome = bound(direction)
      if outcome.value < best {
        best = outcome.value
        for (position, dimension) in usable.enumerated() {
          result[dimension] = outcome.length * direction[position] / capacities[dimension]
        }
      }
      var sum = 0.0
      for position in usable.indices {
        direction[position] = max(1e-9, direction[position] * (1 + 0.5 / Double(step + 1) * (outcome.usage[position] - 1)))
        sum += direction[position]
      }
      for position in usable.indices { direction[position] /= sum }
    }
    return result
  }
}
