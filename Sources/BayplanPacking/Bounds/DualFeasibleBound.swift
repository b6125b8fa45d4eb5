import BayplanLP

/// The bound of dual feasible functions, without a linear program: L2 and its relatives, on each dimension and on even
/// mixes of two.
///
/// Where bins differ, all count as the largest at the price of the cheapest: valid, and weak.
/// Complexity: O(dimensions² × functions × items), functions at most about `functionLimit`.
/// Guarantee: never above the optimum; in one dimension L2 alone is at least two thirds of it for equal bins.
/// Source: see `DualFeasibleFunction`.
public struct DualFeasibleBound: Strategy {
  /// Functions tried per measure, about.
  public var functionLimit = 2_000
  /// Values of whole bins stay below it, so that a thousand of them still sum.
  private let valueLimit: Int64 = 1 << 52

  public init() {}

  public var name: String { "dual-feasible-bound" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard let score = search.incumbentScore else { return }
    let bound = LagrangianBound(instance: instance, pricer: PatternPricer(instance, rules: ItemRules(instance)))
    let items = instance.itemTypes.indices.filter { item in
      instance.binTypes.indices.contains { instance.isEligible(item, $0) }
    }
    for criterion in instance.criteria.indices where search.bounds[criterion] != score[criterion] {
      let cost = instance.binTypes.map { $0.openingScore[criterion] }.min() ?? 0
      if cost <= 0 { continue }
      var best: (bound: Int64, multipliers: Multipliers)?
      for mix in Self.mixes(instance.dimensionCount) {
        if search.shouldStop() { return }
        guard let measure = measure(instance, mix) else { continue }
        let weights = items.map { measure.weights[$0] }
        let functions = DualFeasibleFunction.candidates(
          weights: Set(weights).sorted(), capacity: measure.capacity, limit: functionLimit)
        search.spend(1 + functions.count * items.count / 10_000)
        let demands = items.map { instance.itemTypes[$0].demand }
        guard
          let function = strongest(functions, weights, demands, measure.capacity, valueLimit: valueLimit / cost)
        else { continue }
        guard let multipliers = multipliers(function, instance, items, measure, criterion: criterion, cost: cost) else {
          continue
        }
        let value = bound.total(multipliers, multipliers.worths.map { $0! }, score)
        if value > best?.bound ?? .min { best = (value, multipliers) }
      }
      if let best { search.raiseBound(ofCriterion: criterion, to: best.bound, proof: .multipliers(best.multipliers)) }
    }
  }

  /// One weight per item, and what the largest bin holds of it.
  private struct Measure {
    var weights: [Int64]
    var capacity: Int64
  }

  /// Pairs of dimensions: even mixes of two, and of a dimension with itself.
  private static func mixes(_ dimensions: Int) -> some Sequence<(Int, Int)> {
    (0..<dimensions).lazy.flatMap { one in (0...one).lazy.map { (one, $0) } }
  }

  /// Nil for mixes that hold nothing or exceed 64 bits.
  private func measure(_ instance: Instance, _ mix: (Int, Int)) -> Measure? {
    func capacity(_ dimension: Int) -> Int64 {
      instance.binTypes.indices.map { instance.capacity($0, dimension) }.max() ?? 0
    }
    let (one, other) = mix
    let (a, b) = (capacity(one), capacity(other))
    if a <= 0 || b <= 0 { return nil }
    if one == other {
      return Measure(weights: instance.itemTypes.indices.map { instance.weight($0, one) }, capacity: a)
    }
    let divisor = commonDivisor([a, b])
    let (scaleA, scaleB) = (b / divisor, a / divisor)
    if a > valueLimit / scaleA / 2 { return nil }
    let weights = instance.itemTypes.indices.map { item in
      let (first, second) = (instance.weight(item, one), instance.weight(item, other))
      // What fits nowhere is no part of the bound.
      return first > a || second > b ? 0 : first * scaleA + second * scaleB
    }
    return Measure(weights: weights, capacity: 2 * a * scaleA)
  }

  /// The function under which the demand fills most bins.
  private func strongest(
    _ functions: [DualFeasibleFunction], _ weights: [Int64], _ demands: [Int], _ capacity: Int64, valueLimit: Int64
  ) -> DualFeasibleFunction? {
    var best: (function: DualFeasibleFunction, total: Int128, whole: Int128)?
    for function in functions {
      guard let whole = function.value(capacity, capacity: capacity), whole > 0, whole <= valueLimit else { continue }
      var total: Int128 = 0
      for (weight, demand) in zip(weights, demands) where weight <= capacity {
        total += Int128(function.value(weight, capacity: capacity) ?? 0) * Int128(demand)
      }
      if best.map({ total * $0.whole > $0.total * Int128(whole) }) ?? true { best = (function, total, Int128(whole)) }
    }
    return best?.function
  }

  private func multipliers(
    _ function: DualFeasibleFunction, _ instance: Instance, _ items: [Int], _ measure: Measure, criterion: Int,
    cost: Int64
  ) -> Multipliers? {
    guard let whole = function.value(measure.capacity, capacity: measure.capacity) else { return nil }
    var gains = Array(repeating: Int64(0), count: instance.itemTypes.count)
    for item in items where measure.weights[item] <= measure.capacity {
      gains[item] = (function.value(measure.weights[item], capacity: measure.capacity) ?? 0) * cost
    }
    var multipliers = Multipliers(
      criterion: criterion, denominator: whole, items: gains,
      prior: instance.omissionMultipliers(gains: gains, before: criterion),
      prices: Array(repeating: 0, count: instance.binTypes.count * instance.dimensionCount),
      worths: Array(repeating: whole * cost, count: instance.binTypes.count), rows: [])
    multipliers.engine = "combinatorial"
    return multipliers
  }
}
