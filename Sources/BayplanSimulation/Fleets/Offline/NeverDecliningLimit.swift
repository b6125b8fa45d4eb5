import BayplanLP

extension ArrivalExperiment {
  /// Thousandths of devices that no policy exceeds that never declines a pod that fits, whatever it knows beforehand.
  ///
  /// Such a policy cannot choose among pods: it has to take the shares that waste devices as long as it takes whole
  /// devices' pods that ask for more. `AcceptanceOrder` says what it must take together, `FleetRelaxation` what room that
  /// needs; both are relaxed, and the bound of prices is evaluated in integers. What is in use only grows, so that the
  /// limit holds for means over arrivals as well.
  /// - Throws: a failure of the solver; `unavailable` in a build without one.
  public func neverDecliningLimit(rounds: Int = 200) throws(SolverFailure) -> Int64 {
    let relaxation = FleetRelaxation(fleet, arrivals: arrivals)
    let order = AcceptanceOrder(relaxation)
    return try onSolverThread { () throws(SolverFailure) -> Int64 in
      var master = RelaxationMaster(relaxation, .undeclined(order), solver: try StandardSolver(.maximize))
      try master.build()
      return min(fleet.capacityMilli, try master.solve(rounds: rounds))
    }
  }
}
