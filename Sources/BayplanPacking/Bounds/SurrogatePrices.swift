/// The best way to melt the dimensions of a bin into one: weights on dimensions that make the fractional knapsack
/// bound small.
///
/// The bound is quasi-convex in the weights (Glover 1975), so a golden-section search along each dimension in turn
/// comes close; any weights are valid. O(rounds × dimensions × items × log items).
struct SurrogatePrices {
  /// Weight per dimension, per unit: the whole bin weighs 1.
  var weights: [Double]
  /// Worth of one unit of surrogate room where the fractional knapsack breaks.
  var length: Double
  /// The fractional bound on the worth of a pattern.
  var bound: Double

  init(
    gains: [Double], items: [Int], caps: [Int], bin: Int, instance: Instance, rounds: Int = 3
  ) {
    let dimensions = instance.dimensionCount
    let capacities = (0..<dimensions).map { Double(instance.capacity(bin, $0)) }
    let usable = (0..<dimensions).filter { dimension in
      capacities[dimension] > 0 && items.contains { instance.weight($0, dimension) > 0 }
    }
    weights = Array(repeating: 0, count: dimensions)
    length = 0
    bound = 0
    if usable.isEmpty || items.isEmpty { return }
    let width = usable.count
    let shares = items.flatMap { item in usable.map { Double(instance.weight(item, $0)) / capacities[$0] } }
    let worth = items.map { gains[$0] }
    var order = Array(items.indices)
    var weight = Array(repeating: 0.0, count: items.count)
    var density = weight

    func evaluate(_ direction: [Double]) -> (value: Double, length: Double) {
      for index in weight.indices {
        var sum = 1e-15
        for position in 0..<width { sum += direction[position] * shares[index * width + position] }
        weight[index] = sum
        density[index] = worth[index] / sum
      }
      order.sort { density[$0] > density[$1] }
      var left = 1.0
      var value = 0.0
      for index in order {
        let copies = min(Double(caps[index]), left / weight[index])
        left -= copies * weight[index]
        value += copies * worth[index]
        if left <= 1e-12 { return (value, density[index]) }
      }
      return (value, 0)
    }

    var direction = Array(repeating: 1.0 / Double(width), count: width)
    var best = evaluate(direction)
    let golden = 0.618_033_988_749_895
    for _ in 0..<(width == 1 ? 0 : rounds) {
      let before = best.value
      for position in 0..<width {
        let others = 1 - direction[position]
        func mixed(_ share: Double) -> [Double] {
          direction.indices.map { index in
            if index == position { return share }
            return others > 1e-12 ? direction[index] / others * (1 - share) : (1 - share) / Double(width - 1)
          }
        }
        var (low, high) = (0.0, 1.0)
        var left = high - golden * (high - low)
        var right = low + golden * (high - low)
        var (atLeft, atRight) = (evaluate(mixed(left)), evaluate(mixed(right)))
        for _ in 0..<14 {
          if atLeft.value <= atRight.value {
            (high, right, atRight) = (right, left, atLeft)
            left = high - golden * (high - low)
            atLeft = evaluate(mixed(left))
          } else {
            (low, left, atLeft) = (left, right, atRight)
            right = low + golden * (high - low)
            atRight = evaluate(mixed(right))
          }
        }
        let (share, outcome) = atLeft.value <= atRight.value ? (left, atLeft) : (right, atRight)
        if outcome.value < best.value {
          best = outcome
          direction = mixed(share)
        }
      }
      if best.value > before * (1 - 1e-4) { break }
    }
    for (position, dimension) in usable.enumerated() {
      weights[dimension] = direction[position] / capacities[dimension]
    }
    length = best.length
    bound = best.value
  }

  /// Prices per unit of each dimension, for the linear bound of a certificate.
  var prices: [Double] { weights.map { $0 * length } }
}
