#if GLPK
  internal import CGLPK

  extension GLPKProblem {
    /// Branch and cut from an optimal basis of the relaxation.
    ///
    /// `infeasible` under a cutoff means "nothing better than the cutoff". Duals and reduced costs are NaN afterwards.
    /// Callbacks run inside GLPK: a callback that uses any problem of this thread gets `misuse`. `isCancelled` and
    /// the iteration limit are looked at between nodes; a single node's relaxation ends by the time limit only.
    public mutating func solveInteger(_ options: MIPOptions = MIPOptions()) throws(SolverFailure) -> SolveStatus {
      forgetSolution()
      if try succumbsToFault() { return .unknown }
      guard options.relativeGap >= 0, options.cutoff?.isNaN != true else {
        throw SolverFailure(
          .misuse, "gap \(options.relativeGap) or cutoff \(options.cutoff ?? 0) is not a number that makes sense")
      }
      let extra = try addExtraRow(options.cutoff)
      do {
        let status = try withLog { (problem) throws(SolverFailure) in
          try problem.branchAndCut(options, extra)
        }
        if extra.isThere { try removeExtraRow() }
        return status
      } catch {
        if extra.isThere { try? removeExtraRow() }
        throw error
      }
    }

    /// What a row added for the search says.
    fileprivate struct ExtraRow {
      var isThere = true
      /// What is proven if no point satisfies the row.
      var bound: Double
      /// The largest `direction * objective` of a point that is better than the cutoff.
      var limit = Double.infinity
      let direction: Double

      func admits(_ objective: Double) -> Bool { direction * objective <= limit }
    }

    /// Adds the row "better than the cutoff", or a free one to a problem without rows, which GLPK's search does not
    /// take.
    private mutating func addExtraRow(_ cutoff: Double?) throws(SolverFailure) -> ExtraRow {
      var row = ExtraRow(bound: infeasibleBound, direction: sense == .minimize ? 1 : -1)
      var limit = Double.infinity
      if let cutoff, cutoff.isFinite {
        var step = 0.0
        try check(cglpk_objective_step(handle, &step), "reading the costs")
        let worst = row.direction * cutoff
        if step > 0 {
          // All objective values are multiples of the step: the last one before the cutoff.
          let quotient = worst / step
          limit = ((quotient - Tolerances.quotient * max(1, quotient.magnitude)).rounded(.up) - 1) * step
          row.bound = row.direction * (limit + step)
          row.limit = limit + step / 2
        } else {
          let tolerance = Tolerances.cutoff * max(1, worst.magnitude)
          limit = worst - tolerance
          row.bound = row.direction * limit
          row.limit = worst - tolerance / 2
        }
      } else if rowCount > 0 {
        row.isThere = false
        return row
      }
      let isMinimized = row.direction > 0
      let status = cglpk_add_objective_row(
        handle, isMinimized ? -.infinity : -limit, isMinimized ? limit : .infinity)
      try check(status, "adding the cutoff")
      return row
    }

    private func removeExtraRow() throws(SolverFailure) {
      let row = [Int32(rowCount)]
      try check(cglpk_delete_rows(handle, 1, row), "removing the cutoff")
    }

    private mutating func branchAndCut(
      _ options: MIPOptions, _ extra: ExtraRow
    ) throws(SolverFailure) -> SolveStatus {
      var budget = Budget(options.limits)
      let relaxation = try relax(&budget)
      objective = .nan
      switch relaxation {
      case .optimal: break
      case .infeasible:
        bestBound = extra.bound
        return .infeasible
      case .unbounded: return .unbounded
      case .feasible, .unknown:
        bestBound = weaker(bestBound, extra.bound)
        return .unknown
      }
      let rootBound = weaker(bestBound, extra.bound)
      options.onBound?(rootBound)
      var integerCount: Int32 = 0
      try check(cglpk_integer_column_count(handle, &integerCount), "counting integer columns")
      if integerCount == 0 {
        // The relaxation is the problem. GLPK's search would abort on a problem without columns.
        try copyBasicSolution()
        objective = bestBound
        if !extra.admits(objective) {
          forgetSolution()
          bestBound = extra.bound
          return .infeasible
        }
        options.onIncumbent?(objective, values)
        return .optimal
      }
      var (code, result) = try search(options, extra, budget)
      if code == Int32(CGLPK_SOLVER_FAILED), options.usesCuts {
        // Cuts are the usual reason for a node that cannot be solved.
        var plain = options
        plain.usesCuts = false
        if try relax(&budget) == .optimal { (code, result) = try search(plain, extra, budget) }
        objective = .nan
      }
      return try conclude(code, result, extra, rootBound: rootBound)
    }

    private mutating func conclude(
      _ code: Int32, _ result: cglpk_integer_result, _ extra: ExtraRow, rootBound: Double
    ) throws(SolverFailure) -> SolveStatus {
      var isFound = result.status == Int32(CGLPK_FEASIBLE) || result.status == Int32(CGLPK_OPTIMAL)
      bestBound = weaker(stronger(result.bound, rootBound), extra.bound)
      if isFound, !extra.admits(result.objective) {
        // The cutoff row of a large objective may be broken by more than a unit. The search has not lost anything
        // better by that.
        if code == Int32(CGLPK_OK), result.status == Int32(CGLPK_OPTIMAL) {
          bestBound = extra.bound
          return .infeasible
        }
        isFound = false
      }
      if isFound {
        values = Array(repeating: 0, count: columnCount)
        try check(cglpk_get_integer_solution(handle, Int32(columnCount), &values), "reading the solution")
        objective = result.objective
        bestBound = weaker(bestBound, objective)
      }
      switch (Int(code), Int(result.status)) {
      case (CGLPK_OK, CGLPK_OPTIMAL):
        bestBound = objective
        return .optimal
      case (CGLPK_OK, CGLPK_NO_FEASIBLE), (CGLPK_CROSSED_BOUNDS, _):
        bestBound = extra.bound
        return .infeasible
      case (CGLPK_GAP_REACHED, _) where isFound: return .optimal
      case (CGLPK_OK, _), (CGLPK_TIME_LIMIT, _), (CGLPK_STOPPED, _), (CGLPK_GAP_REACHED, _):
        return isFound ? .feasible : .unknown
      default:
        if isFound { return .feasible }
        try check(code, "branch and cut")
        return .unknown
      }
    }

    private mutating func search(
      _ options: MIPOptions, _ extra: ExtraRow, _ budget: Budget
    ) throws(SolverFailure) -> (Int32, cglpk_integer_result) {
      let callbacks = Callbacks(options, extra)
      var control = cglpk_integer_options()
      control.relative_gap = min(options.relativeGap, 1e9)
      control.milliseconds = budget.milliseconds
      control.iterations = Int32(saturating: budget.iterations)
      control.uses_cuts = options.usesCuts ? 1 : 0
      control.integrality = Tolerances.integrality
      control.objective_tolerance = Tolerances.objective
      control.context = Unmanaged.passUnretained(callbacks).toOpaque()
      if options.limits.isCancelled != nil {
        control.is_cancelled = { Callbacks.from($0).options.limits.isCancelled!() ? 1 : 0 }
      }
      if options.onIncumbent != nil {
        control.on_incumbent = { context, objective, values, count in
          let callbacks = Callbacks.from(context)
          guard callbacks.extra.admits(objective) else { return }
          callbacks.options.onIncumbent!(objective, Array(UnsafeBufferPointer(start: values, count: Int(count))))
        }
      }
      if options.onBound != nil {
        control.on_bound = { context, bound in Callbacks.from(context).options.onBound!(bound) }
      }
      var result = cglpk_integer_result()
      let code = withExtendedLifetime(callbacks) { cglpk_solve_integer(handle, &control, &result) }
      if code < 0 { try check(code, "branch and cut") }
      iterations = try Int(state().iterations)
      return (code, result)
    }

    /// The bound that claims less, and the one that claims more.
    private func weaker(_ a: Double, _ b: Double) -> Double { sense == .minimize ? min(a, b) : max(a, b) }
    private func stronger(_ a: Double, _ b: Double) -> Double { sense == .minimize ? max(a, b) : min(a, b) }
  }

  /// Carries closures through a C context pointer.
  private final class Callbacks {
    let options: MIPOptions
    let extra: GLPKProblem.ExtraRow
    init(_ options: MIPOptions, _ extra: GLPKProblem.ExtraRow) {
      self.options = options
      self.extra = extra
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Callbacks {
      Unmanaged<Callbacks>.fromOpaque(context!).takeUnretainedValue()
    }
  }
#endif
