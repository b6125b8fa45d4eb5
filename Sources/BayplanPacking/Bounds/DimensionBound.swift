import BayplanLP

/// The bound that needs no solver: total demand in one dimension against what bins offer there for their price.
///
///     pi_t = weight_td * r_d,   r_d = min over bin types k of open_k / capacity_kd
///
/// makes every bin worth at most what it costs, so that sum_t d_t min(pi_t, out_t) bounds the criterion; the best
/// dimension, and the best mix of two, counts. Items of no eligible bin are worth their omission.
/// Complexity: O(dimensions² × (items + bins)). Guarantee: never above the optimum.
/// Source: the L1 bound of Martello and Toth 1990, per dimension, in Lagrangian form.
public struct DimensionBound: Strategy {
  public init() {}

  public var name: String { "dimension-bound" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    raise(&search, of: instance) { $0.shouldStop() }
  }

  /// The same, for who has ended already.
  public func raise(
    _ search: inout Search, of instance: Instance, unless shouldStop: (inout Search) -> Bool = { _ in false }
  ) {
    guard let score = search.incumbentScore else { return }
    let bound = LagrangianBound(
      instance: instance, pricer: PatternPricer(instance, rules: ItemRules(instance)))
    for criterion in instance.criteria.indices where search.bounds[criterion] != score[criterion] {
      for mix in mixes(instance.dimensionCount) {
        if shouldStop(&search) { return }
        let outcome = evaluate(bound, criterion: criterion, mix: mix, limits: score)
        search.raiseBound(ofCriterion: criterion, to: outcome.bound, proof: .multipliers(outcome.multipliers))
      }
    }
  }

  /// Single dimensions and even mixes of two.
  private func mixes(_ dimensions: Int) -> [[Int]] {
    (0..<dimensions).map { [$0] } + (0..<dimensions).flatMap { a in (0..<a).map { [$0, a] } }
  }

  private func evaluate(
    _ bound: LagrangianBound, criterion: Int, mix: [Int], limits: Score
  ) -> LagrangianBound.Outcome {
    let instance = bound.instance
    // Leaving out more than the incumbent does is as good as forbidden: a multiplier beyond any gain.
    let most = instance.binTypes.reduce(1.0) { max($0, Double($1.openingScore[criterion])) }
    let prior = (0..<criterion).map { index in
      instance.itemTypes.contains { $0.omissionScore[index] > 0 } ? most : 0
    }
    let rates = mix.map { dimension in
      let offers = instance.binTypes.indices.filter { instance.capacity($0, dimension) > 0 }
        .map { Double(instance.binTypes[$0].openingScore[criterion]) / Double(instance.capacity($0, dimension)) }
      return (offers.min() ?? 0) / Double(mix.count)
    }
    let items = instance.itemTypes.indices.map { item -> Double in
      if !instance.binTypes.indices.contains(where: { instance.isEligible(item, $0) }) {
        return most + Double(instance.itemTypes[item].omissionScore[criterion])
      }
      return zip(mix, rates).reduce(0.0) { $0 + Double(instance.weight(item, $1.0)) * $1.1 }
    }
    var prices = Array(repeating: 0.0, count: instance.binTypes.count * instance.dimensionCount)
    for bin in instance.binTypes.indices {
      for (dimension, rate) in zip(mix, rates) { prices[bin * instance.dimensionCount + dimension] = rate }
    }
    var outcome = bound.evaluate(
      criterion: criterion, items: items, prior: prior, prices: prices, rows: [], rowDuals: [], limits: limits,
      exactPricing: false)
    outcome.multipliers.engine = "combinatorial"
    return outcome
  }
}
