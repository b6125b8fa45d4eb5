import BayplanLP

/// Places item types one after the other, largest first, each copy where the policy says; several orders are tried.
///
/// Complexity: O(copies × open bins × dimensions) per order; O(copies + bins) for `first-fit` without domain rules.
/// Guarantee: none. Source: Panigrahy et al. 2011 for the vector variants.
public struct Greedy<P: Policy>: Strategy {
  let policy: P
  let orders: [ItemOrder]

  public init(policy: P, orders: [ItemOrder] = ItemOrder.allCases) {
    self.policy = policy
    self.orders = orders
  }

  public var name: String { policy.name }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    let rules = ItemRules(instance)
    search.currentStrategy = name
    var tried = Set<[Int]>()
    for order in orders {
      if search.shouldStop() { return }
      let sequence = order.sequence(instance)
      guard tried.insert(sequence).inserted else { continue }
      var filler = GreedyFiller(instance, rules: rules)
      filler.run(sequence, policy: policy, search: &search)
      search.offer(filler.state.assignment, of: instance)
    }
  }
}

/// The order in which item types are placed, always within falling importance: what the first criterion counts before
/// what it does not, then by priority.
public enum ItemOrder: String, Sendable, CaseIterable {
  /// Falling sum of weights, each relative to total demand.
  case sum
  /// Falling largest weight relative to the mean capacity.
  case largest
  /// Fewest eligible bins first, then by sum.
  case scarcest
  /// Devices first, many and large before few and small.
  case devices

  public func sequence(_ instance: Instance) -> [Int] {
    let measure = ItemMeasure(instance)
    let scarcity = instance.itemTypes.indices.map { item in
      self == .scarcest ? instance.binTypes.indices.count { instance.isEligible(item, $0) } : 0
    }
    let isBound = ItemRules(instance).requirements.map { !$0.isEmpty }
    func key(_ item: Int) -> Double {
      switch self {
      case .sum, .scarcest: measure.sum[item]
      case .largest: measure.largest[item]
      case .devices:
        instance.itemTypes[item].device.map { 1e6 * Double($0.count) + 1e3 * Double($0.milli) } ?? measure.sum[item]
      }
    }
    let keys = instance.itemTypes.indices.map(key)
    let importance = instance.importance
    return instance.itemTypes.indices.sorted {
      if importance[$0] != importance[$1] { return importance[$0] > importance[$1] }
      // Dependents go after the anchors they need.
      if isBound[$0] != isBound[$1] { return !isBound[$0] }
      if scarcity[$0] != scarcity[$1] { return scarcity[$0] < scarcity[$1] }
      if keys[$0] != keys[$1] { return keys[$0] > keys[$1] }
      return $0 < $1
    }
  }
}

/// Sizes of item types as single numbers.
struct ItemMeasure {
  /// Sum over dimensions of weight / total demand of the dimension.
  var sum: [Double]
  /// Largest weight / mean capacity over dimensions.
  var largest: [Double]

  init(_ instance: Instance) {
    let dimensions = instance.dimensionCount
    var total = Array(repeating: 0.0, count: dimensions)
    var mean = Array(repeating: 0.0, count: dimensions)
    for (item, type) in instance.itemTypes.enumerated() {
      for dimension in 0..<dimensions {
        total[dimension] += Double(instance.weight(item, dimension)) * Double(type.demand)
      }
    }
    for bin in instance.binTypes.indices {
      for dimension in 0..<dimensions { mean[dimension] += Double(instance.capacity(bin, dimension)) }
    }
    for dimension in 0..<dimensions { mean[dimension] /= Double(max(1, instance.binTypes.count)) }
    sum = instance.itemTypes.indices.map { item in
      (0..<dimensions).reduce(0.0) { $0 + Double(instance.weight(item, $1)) / max(1, total[$1]) }
    }
    largest = instance.itemTypes.indices.map { item in
      (0..<dimensions).reduce(0.0) { max($0, Double(instance.weight(item, $1)) / max(1, mean[$1])) }
    }
  }
}

extension Instance {
  /// Per item type how early its omission hurts: larger before smaller. A criterion that counts amounts rather than
  /// copies only separates the items it counts from the others.
  var importance: [Int] {
    itemTypes.map { item in
      let first = item.omissionScore.values.firstIndex { $0 > 0 } ?? item.omissionScore.values.count
      return item.omissionScore.values.count - first
    }
  }
}
