/// The pricing problem of one node: the most valuable set of pods that fits.
///
///     maximize    sum of gain_i x_i
///     subject to  sum of use_id x_i <= capacity_d    for every dimension d
///                 0 <= x_i <= copies_i, integer
///
/// Depth-first branch and bound. The bound is the smallest of several fractional knapsacks, each over one non-negative
/// combination of the dimensions (Dantzig 1957), so any combination is safe. A run that exceeds its work limit says so
/// and leaves the root bound: the answer is the maximum or above it, never below.
struct NodeKnapsack {
  struct Use: Hashable {
    var dimension: Int
    var amount: Int64
  }

  struct Item {
    var gain: Int128
    var copies: Int64
    var uses: [Use]
  }

  /// One combination of dimensions: total weight and the items from the most to the least gain per weight.
  private struct Weighting {
    var weights: [Int128]
    var remaining: Int128
    var order: [Int] = []
  }

  private let items: [Item]
  private var capacity: [Int64]
  private var weightings: [Weighting] = []
  private var best: Int128 = 0
  private var isExhausted = false
  private(set) var work = 0
  private let workLimit: Int
  /// What tables may still cost.
  private(set) var tableSteps: Int
  /// Per dimension: what `PlaneBound` charges for a unit, in 2^`Certificate.surrogateShift`ths of a gain.
  private let prices: [Int128]

  /// - Parameters:
  ///   - prices: any non-negative ones; empty for none.
  ///   - combinations: non-negative multipliers per dimension, beyond each dimension alone.
  ///   - bounding: the dimensions worth a bound of their own.
  init(
    items: [Item], capacity: [Int64], combinations: [[Int128]], bounding: [Int], prices: [Int128] = [], workLimit: Int,
    tableSteps: Int
  ) {
    self.capacity = capacity
    self.workLimit = workLimit
    self.tableSteps = tableSteps
    self.prices = prices
    var usable: [Item] = []
    for var item in items where item.gain > 0 && item.copies > 0 {
      item.copies = Self.copies(of: item, within: capacity)
      if item.copies > 0 { usable.append(item) }
    }
    self.items = usable
    let rows = combinations + bounding.map { dimension in capacity.indices.map { $0 == dimension ? 1 : 0 } }
    weightings = rows.compactMap { weighting($0) }
    if let first = weightings.first {
      // Branch in the order of the first combination: its greedy solution comes first.
      reorder(first.order)
    }
  }

  private static func copies(of item: Item, within capacity: [Int64]) -> Int64 {
    var result = item.copies
    for use in item.uses where use.amount > 0 {
      result = min(result, max(0, capacity[use.dimension]) / use.amount)
    }
    return result
  }

  /// Weights of at most 62 bits, rounded down against a capacity rounded up; nil if nothing weighs anything.
  private func weighting(_ multipliers: [Int128]) -> Weighting? {
    var total: Int128 = 0
    for (multiplier, amount) in zip(multipliers, capacity) where multiplier > 0 && amount > 0 {
      guard let part = try? product(multiplier, Int128(amount)), let next = try? sum(total, part) else { return nil }
      total = next
    }
    var shift: Int128 = 0
    while total >> shift >= Int128(1) << 62 { shift += 1 }
    var weights: [Int128] = []
    for item in items {
      // Not above `total`, since a single copy of each item fits.
      let weight = item.uses.reduce(Int128(0)) { $0 + multipliers[$1.dimension] * Int128($1.amount) }
      weights.append(weight >> shift)
    }
    if weights.allSatisfy({ $0 == 0 }) { return nil }
    let remaining = (total >> shift) + (shift > 0 ? 1 : 0)
    var result = Weighting(weights: weights, remaining: remaining)
    result.order = Self.order(items, weights)
    return result
  }

  private static func order(_ items: [Item], _ weights: [Int128]) -> [Int] {
    items.indices.sorted { left, right in
      let first = items[left].gain.multipliedFullWidth(by: weights[right])
      let second = items[right].gain.multipliedFullWidth(by: weights[left])
      if first.high != second.high { return first.high > second.high }
      if first.low != second.low { return first.low > second.low }
      return left < right
    }
  }

  private mutating func reorder(_ order: [Int]) {
    let old = weightings
    let items = order.map { self.items[$0] }
    for index in weightings.indices {
      weightings[index].weights = order.map { old[index].weights[$0] }
      weightings[index].order = Self.order(items, weightings[index].weights)
    }
    self = NodeKnapsack(ordered: items, self)
  }

  private init(ordered items: [Item], _ other: NodeKnapsack) {
    self.items = items
    capacity = other.capacity
    weightings = other.weightings
    workLimit = other.workLimit
    tableSteps = other.tableSteps
    prices = other.prices
  }

  /// An upper bound without search.
  mutating func rootBound() -> Int128 { bound(from: 0, value: 0, target: -1) }

  /// The maximum, or `target` if that is more; an upper bound if the work limit ends the search.
  mutating func solve(target: Int128 = 0) -> (bound: Int128, isExact: Bool) {
    let root = rootBound()
    if items.count > 2_000 { return (root, false) }
    best = max(0, target)
    descend(0, value: 0)
    if !isExhausted { return (best, true) }
    var plane = PlaneBound(items: items, capacity: capacity, prices: prices, stepsLeft: tableSteps)
    let value = try? plane.value(target: target)
    tableSteps = max(0, plane.stepsLeft)
    return (min(root, (value ?? nil) ?? root), false)
  }

  /// Upper bound on the value of any completion that only adds items from `start` on. Stops early at or below `target`.
  private mutating func bound(from start: Int, value: Int128, target: Int128) -> Int128 {
    var result = value
    for index in start..<items.count { result += items[index].gain * Int128(items[index].copies) }
    work += items.count - start
    for weighting in weightings {
      if result <= target { return result }
      var total = value
      var room = weighting.remaining
      for index in weighting.order where index >= start {
        work += 1
        let weight = weighting.weights[index]
        let copies = Int128(items[index].copies)
        if weight == 0 || weight * copies <= room {
          total += items[index].gain * copies
          room -= weight * copies
          continue
        }
        let (scaled, overflow) = items[index].gain.multipliedReportingOverflow(by: max(0, room))
        total += overflow ? items[index].gain * copies : scaled / weight
        break
      }
      result = min(result, total)
    }
    return result
  }

  /// Fixes the copies of item after item, the most copies first.
  private mutating func descend(_ start: Int, value: Int128) {
    best = max(best, value)
    var index = start
    while index < items.count {
      work += 1
      if work > workLimit { isExhausted = true }
      if isExhausted { return }
      let item = items[index]
      let most = Self.copies(of: item, within: capacity)
      if most > 0 {
        if bound(from: index, value: value, target: best) <= best { return }
        var copies = most
        while copies > 0 {
          work += 1
          move(index, by: copies)
          descend(index + 1, value: value + item.gain * Int128(copies))
          move(index, by: -copies)
          if isExhausted { return }
          copies -= 1
        }
      }
      index += 1
    }
  }

  private mutating func move(_ index: Int, by copies: Int64) {
    for use in items[index].uses { capacity[use.dimension] -= use.amount * copies }
    for weighting in weightings.indices {
      weightings[weighting].remaining -= weightings[weighting].weights[index] * Int128(copies)
    }
  }
}
