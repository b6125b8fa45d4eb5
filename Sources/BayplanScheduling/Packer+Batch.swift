import BayplanLP
import BayplanModel
import Synchronization

extension Packer {
  /// Packs several problems, as many at once as the limits allow threads; one alone gets all of them. Results come in
  /// the order of the problems and do not depend on the number of threads unless the clock ends a run.
  /// - Parameter onProgress: called from several threads.
  /// - Throws: what `pack` throws for the first problem, in their order, for which it does.
  public func pack(
    _ problems: [PackingProblem], onProgress: (@Sendable (Planner.Progress) -> Void)? = nil
  ) throws(PlanningError) -> [PackingResult] {
    let threads = min(options.limits.threads, max(1, problems.count))
    var packer = self
    packer.options.limits.threads = options.limits.threads / threads
    let outcomes = Mutex([Result<PackingResult, PlanningError>?](repeating: nil, count: problems.count))
    let hasFailed = Atomic(false)
    onSolverThreads(threads, sharing: problems.count, stackSize: 256 << 20) { [packer] _, index in
      if hasFailed.load(ordering: .relaxed) { return }
      let outcome = Result { () throws(PlanningError) in try packer.pack(problems[index], onProgress: onProgress) }
      if case .failure = outcome { hasFailed.store(true, ordering: .relaxed) }
      outcomes.withLock { $0[index] = outcome }
    }
    // Problems are begun in order, so that before the first failure there is a result for each.
    var results: [PackingResult] = []
    for outcome in outcomes.withLock({ $0 }) {
      guard let outcome else { break }
      results.append(try outcome.get())
    }
    return results
  }
}
