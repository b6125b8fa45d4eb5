import BayplanLP

/// Runs the strategies in the order in which they pay: trivial bounds and greedy packings first, exact dynamic
/// programming where the instance is small, then linear programming for bound and better packings, then the MIP.
///
/// A solver that fails costs its own part only: the failure is recorded and the rest goes on.
public struct Portfolio: Strategy {
  public init() {}

  public var name: String { "auto" }
  public var supports: Primitives { Primitives.all.union(.alternatives) }
  public var isExact: Bool { true }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    // Leaving everything out is always feasible, so that there is something to improve on.
    search.currentStrategy = "leave-out"
    search.offer(Assignment(), of: instance)
    for criterion in instance.criteria.indices {
      search.raiseBound(ofCriterion: criterion, to: instance.baseScore[criterion], proof: .trivial)
    }
    for stage in stages(instance) {
      if search.shouldStop() { break }
      do {
        try stage.solve(instance, &search)
      } catch {
        search.degrade("\(stage.name): \(error)")
      }
    }
    search.finish()
  }

  private func stages(_ instance: Instance) -> [any Strategy] {
    let copies = instance.totalDemand
    let isLarge = copies > 20_000
    // Incarnations are understood by one engine only.
    if !instance.alternatives.isEmpty { return [BranchAndPrice(), ArcFlow()] }
    let isAbstract = instance.criteria == CompiledPacking.criteria
    var stages: [any Strategy] = []
    // It packs kinds of items and not copies, so that many are no more work than few.
    if isAbstract && isLarge && BranchAndPrice().takes(instance) { stages.append(BranchAndPrice()) }
    stages.append(Greedy(policy: FirstFit(), orders: isLarge ? [.sum] : ItemOrder.allCases))
    if isLarge {
      stages.append(Greedy(policy: BestFit(), orders: [.sum]))
    } else {
      stages += [
        Greedy(policy: BestFit()), Greedy(policy: DotProduct()), Greedy(policy: CosineSimilarity()),
      ]
    }
    stages.append(DimensionBound())
    if isAbstract {
      stages += [DualFeasibleBound(), MinimumBinSlack()]
    } else {
      stages.append(PatternByPattern())
    }
    if BranchAndPrice().takes(instance) && !(isAbstract && isLarge) { stages.append(BranchAndPrice()) }
    stages.append(AggregatedRelaxation())
    if isAbstract { stages.append(PatternByPattern()) }
    stages.append(ColumnGeneration())
    stages.append(DynamicProgramming())
    stages.append(AssignmentModel())
    stages.append(LargeNeighborhoodSearch())
    return stages
  }
}
