import BayplanLP

/// What a run grants to one solve of the linear solver.
extension Search {
  /// Simplex iterations that count as one unit of work.
  static let iterationsPerWork = 2

  /// What is left of the run, at most so many simplex iterations; the work left counts in them too. The clock only ends
  /// a solve where the run has a time limit.
  func solveLimits(iterations: Int = .max) -> SolveLimits {
    let (granted, overflow) = workLeft.multipliedReportingOverflow(by: Self.iterationsPerWork)
    return SolveLimits(
      seconds: limits.seconds.map { _ in max(0.05, secondsLeft) },
      iterations: min(iterations, overflow ? .max : max(1, granted)), isCancelled: limits.isCancelled)
  }
}
