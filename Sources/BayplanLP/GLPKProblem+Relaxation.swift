#if GLPK
  internal import CGLPK

  /// The attempts a stalled or failing simplex run goes through. GLPK's simplex stalls about once in a hundred to a
  /// thousand solves of bin-packing masters, whichever method runs, and changing the method from the basis reached is
  /// the cure in nearly all cases.
  private enum Attempt: Int, CaseIterable {
    case first, swapped, restarted, restartedAndSwapped, fromSlacks

    /// Iterations before the next attempt, as a multiple of the usual cap. It grows: a large problem may just need more.
    var patience: Int {
      switch self {
      case .first, .swapped: 1
      case .restarted, .restartedAndSwapped: 6
      case .fromSlacks: 40
      }
    }

    var next: Attempt? { Attempt(rawValue: rawValue + 1) }
  }

  extension GLPKProblem {
    public mutating func solveRelaxation(_ limits: SolveLimits = SolveLimits()) throws(SolverFailure) -> SolveStatus {
      forgetSolution()
      if try succumbsToFault() { return .unknown }
      var budget = Budget(limits)
      return try withLog { (problem) throws(SolverFailure) in
        let status = try problem.relax(&budget)
        if status == .optimal || status == .feasible { try problem.copyBasicSolution(withDuals: status == .optimal) }
        return status
      }
    }

    /// Solves the relaxation and sets `objective` and `bestBound`. Ends on a basis whose values come from a fresh
    /// factorization if the status is `optimal`.
    mutating func relax(_ budget: inout Budget) throws(SolverFailure) -> SolveStatus {
      let cap = usualIterations ?? 1500 + 3 * rowCount
      var usesDual = try prepare()
      var attempt = Attempt.first
      var left = cap
      var tightening = 0
      while true {
        if budget.isSpent { return try stopped() }
        let (code, state) = try runSimplex(
          usesDual: usesDual, iterations: min(left, budget.iterations, budget.slice), budget: &budget,
          tightening: tightening)
        left -= state.spent
        var isStuck = false
        switch (Int(code), Int(state.status)) {
        case (CGLPK_CROSSED_BOUNDS, _), (CGLPK_OK, CGLPK_NO_FEASIBLE):
          bestBound = infeasibleBound
          return .infeasible
        case (CGLPK_OK, CGLPK_UNBOUNDED): return .unbounded
        case (CGLPK_OK, CGLPK_OPTIMAL):
          switch try verify(isLastTry: tightening == 3) {
          case .good: return .optimal
          // The method that keeps what is right and mends the other.
          case .primalBroken: usesDual = true
          case .dualBroken: usesDual = false
          case .singular: isStuck = true
          }
          tightening += 1
        case (CGLPK_OK, _):
          // The dual method found no dual feasible point: infeasible or unbounded, and the primal method knows which.
          if usesDual { usesDual = false } else { isStuck = true }
          left = max(left, cap)
          tightening += 1
        case (CGLPK_ITERATION_LIMIT, _): isStuck = left <= 0
        case (CGLPK_TIME_LIMIT, _): return try stopped()
        case (CGLPK_BAD_BASIS, _), (CGLPK_SINGULAR, _), (CGLPK_ILL_CONDITIONED, _), (CGLPK_SOLVER_FAILED, _):
          isStuck = true
        default: try check(code, "solving the relaxation")
        }
        if isStuck || tightening > 6 {
          guard let next = attempt.next else {
            throw SolverFailure(.numerical, "solving the relaxation: no method came to an end (GLPK code \(code))")
          }
          attempt = next
          tightening = min(tightening, 2)
          left = cap * attempt.patience
          switch attempt {
          case .first: break
          case .swapped, .restartedAndSwapped: usesDual.toggle()
          case .restarted:
            try check(cglpk_set_basis(handle, Int32(CGLPK_ADVANCED_BASIS)), "restarting")
            usesDual = try prepare()
          case .fromSlacks:
            try check(cglpk_set_basis(handle, Int32(CGLPK_SLACK_BASIS)), "restarting")
            usesDual = try prepare()
          }
        }
      }
    }

    /// Makes sure of a basis that can be factorized and says which method suits it: the dual one if the basis is dual
    /// feasible but not primal feasible (rows, right-hand sides or bounds changed), else the primal one (columns or
    /// costs changed).
    private mutating func prepare() throws(SolverFailure) -> Bool {
      var violations = cglpk_violations()
      for basis in [nil, CGLPK_ADVANCED_BASIS, CGLPK_SLACK_BASIS] {
        if let basis { try check(cglpk_set_basis(handle, Int32(basis)), "choosing a basis") }
        let code = cglpk_refresh(handle, 0, &violations)
        if code < 0 { try check(code, "preparing a solve") }
        if code == 0 { break }
      }
      return violations.primal > Tolerances.acceptedPrimal && violations.dual <= Tolerances.acceptedDual
    }

    private struct SimplexState {
      var status: Int32
      var spent: Int
    }

    private mutating func runSimplex(
      usesDual: Bool, iterations limit: Int, budget: inout Budget, tightening: Int
    ) throws(SolverFailure) -> (Int32, SimplexState) {
      // Each repeat asks for a tenth of the violation, down to what doubles can hold.
      let factor = [1, 0.1, 0.01][min(tightening, 2)]
      var options = cglpk_simplex_options(
        uses_dual: usesDual ? 1 : 0, iterations: Int32(saturating: limit), milliseconds: budget.milliseconds,
        primal_tolerance: Tolerances.primal, dual_tolerance: Tolerances.dual * factor)
      let code = cglpk_simplex(handle, &options)
      if code < 0 { try check(code, "solving the relaxation") }
      var state = cglpk_state()
      try check(cglpk_get_state(handle, &state), "reading the state")
      let spent = max(0, Int(state.iterations) - iterations)
      iterations = Int(state.iterations)
      budget.spend(spent)
      return (code, SimplexState(status: state.status, spent: spent))
    }

    private enum Verdict { case good, primalBroken, dualBroken, singular }

    /// Recomputes the optimal basis' values from a fresh factorization: those the simplex method carried along can be
    /// off by more than a pricing problem forgives.
    private mutating func verify(isLastTry: Bool) throws(SolverFailure) -> Verdict {
      var violations = cglpk_violations()
      let code = cglpk_refresh(handle, 1, &violations)
      if code < 0 { try check(code, "verifying the relaxation") }
      guard code == 0 else { return .singular }
      let noise = Tolerances.dualNoise * violations.largest_cost
      if !isLastTry {
        if violations.primal > Tolerances.acceptedPrimal { return .primalBroken }
        if violations.dual > Tolerances.acceptedDual + noise { return .dualBroken }
      } else if violations.primal > Tolerances.hopeless
        || violations.dual > Tolerances.hopeless * (1 + violations.largest_cost)
      {
        return .singular
      }
      dualViolation = violations.dual
      objective = try state().objective
      bestBound = objective
      return .good
    }

    /// What holds when a limit ends the solve: a dual feasible basis still gives a bound, a primal feasible one a point.
    private mutating func stopped() throws(SolverFailure) -> SolveStatus {
      var violations = cglpk_violations()
      let code = cglpk_refresh(handle, 1, &violations)
      if code < 0 { try check(code, "reading the state") }
      guard code == 0 else { return .unknown }
      let value = try state().objective
      if violations.dual <= Tolerances.acceptedDual { bestBound = value }
      guard violations.primal <= Tolerances.acceptedPrimal else { return .unknown }
      objective = value
      return .feasible
    }

    func state() throws(SolverFailure) -> cglpk_state {
      var state = cglpk_state()
      try check(cglpk_get_state(handle, &state), "reading the state")
      return state
    }

    /// Copies the values, and the duals where they mean something.
    mutating func copyBasicSolution(withDuals: Bool = false) throws(SolverFailure) {
      // An extra row of `solveInteger` is not counted in `rowCount`.
      var rows: Int32 = 0
      var columns: Int32 = 0
      try check(cglpk_size(handle, &rows, &columns), "reading the solution")
      values = Array(repeating: 0, count: Int(columns))
      reducedCosts = Array(repeating: 0, count: Int(columns))
      duals = Array(repeating: 0, count: Int(rows))
      try check(
        cglpk_get_basic_solution(handle, columns, rows, &values, &reducedCosts, &duals), "reading the solution")
      if !withDuals {
        reducedCosts = []
        duals = []
      }
    }
  }
#endif
