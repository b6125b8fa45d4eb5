import BayplanLP
import BayplanPacking

/// What could have been allocated by someone who knew all arrivals and might take whichever they want: a plan, and a
/// proven bound that no plan exceeds.
public struct OfflineOptimum: Sendable {
  /// Where a pod goes.
  public struct Placement: Hashable, Sendable {
    public var node: Int
    /// As many as the pod asks for.
    public var devices: [Int]
  }

  /// One per arrival; nil for a pod that is left out.
  public var placements: [Placement?]
  /// Thousandths of devices that the plan allocates.
  public var allocatedMilli: Int64
  /// Thousandths that no plan exceeds, see `FleetRelaxation`.
  public var boundMilli: Int64
}

extension ArrivalExperiment {
  /// The bound by column generation, and a plan that follows the relaxation's solution and is then repaired for so many
  /// rounds. Deterministic. The fleet must be empty.
  /// - Throws: a failure of the solver; `unavailable` in a build without one.
  public func offlineOptimum(repairs: Int = 100_000, seed: UInt64 = 1) throws(SolverFailure) -> OfflineOptimum {
    let relaxation = FleetRelaxation(fleet, arrivals: arrivals)
    let (bound, quotas) = try onSolverThread { () throws(SolverFailure) -> (Int64, [[Double]]) in
      var master = RelaxationMaster(relaxation, .any, solver: try StandardSolver(.maximize))
      try master.build()
      let bound = try master.solve(rounds: 500)
      return (bound, try master.quotas())
    }
    var plan = OfflinePlan(relaxation, fleet)
    plan.follow(quotas)
    plan.fill()
    plan.repair(rounds: repairs, seed: seed)
    return OfflineOptimum(
      placements: plan.placements, allocatedMilli: plan.allocatedMilli, boundMilli: min(bound, fleet.capacityMilli))
  }
}
