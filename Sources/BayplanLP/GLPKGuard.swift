#if GLPK
  internal import CGLPK

  /// Throws what a status of the guard means.
  func check(_ status: Int32, _ doing: StaticString) throws(SolverFailure) {
    if status == Int32(CGLPK_OK) { return }
    throw failure(status, doing)
  }

  @inline(never)
  func failure(_ status: Int32, _ doing: StaticString) -> SolverFailure {
    // While a solve is under way the message buffer is its own.
    if status == Int32(CGLPK_BUSY) {
      return SolverFailure(.misuse, "\(doing): the solver is in use. Maybe a callback of a solve calls it.")
    }
    let message = String(cString: cglpk_message()).trimmingNewlines
    switch Int(status) {
    case CGLPK_FAILED: return SolverFailure(.libraryError, "\(doing): GLPK reported an error: \(message)")
    case CGLPK_FOREIGN_THREAD:
      return SolverFailure(.misuse, "\(doing): \(message). Maybe the code that holds it suspends; see onSolverThread.")
    case CGLPK_LOST, CGLPK_INVALID: return SolverFailure(.misuse, "\(doing): \(message)")
    case CGLPK_NO_MEMORY: return SolverFailure(.libraryError, "\(doing): \(message)")
    case CGLPK_BAD_BASIS, CGLPK_SINGULAR, CGLPK_ILL_CONDITIONED:
      return SolverFailure(.numerical, "\(doing): the basis is singular (GLPK code \(status))")
    default: return SolverFailure(.numerical, "\(doing): GLPK failed with code \(status)")
    }
  }

  /// Limits turned into a deadline and what is left of them.
  struct Budget {
    private let deadline: ContinuousClock.Instant?
    private let isCancelled: (@Sendable () -> Bool)?
    private(set) var iterations: Int

    init(_ limits: SolveLimits) {
      // A NaN is no time at all. Above ten years Duration arithmetic might overflow, and nobody waits.
      deadline = limits.seconds.map { ContinuousClock.now + .seconds($0 > 0 ? min($0, 3e8) : 0) }
      isCancelled = limits.isCancelled
      iterations = max(0, limits.iterations ?? .max)
    }

    mutating func spend(_ count: Int) { iterations -= min(iterations, count) }

    var isSpent: Bool { iterations == 0 || milliseconds == 0 || isCancelled?() == true }

    /// What GLPK may take; its "forever" is Int32.max.
    var milliseconds: Int32 {
      guard let deadline else { return .max }
      let left = (deadline - ContinuousClock.now).components
      if left.seconds < 0 || left.attoseconds < 0 { return 0 }
      if left.seconds > 2_000_000 { return .max }
      // Rounded up, so that a sliver of time is not taken for none.
      return Int32(left.seconds) * 1000 + Int32((left.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    /// Simplex iterations between two looks at the clock. GLPK watches the time itself but cannot be cancelled.
    var slice: Int { isCancelled == nil ? .max : 1000 }
  }

  /// Carries a closure through a C context pointer.
  final class LogSink {
    let log: @Sendable (String) -> Void
    init(_ log: @escaping @Sendable (String) -> Void) { self.log = log }
  }

  extension GLPKProblem {
    /// Runs `body` with GLPK's output going to `log`, if there is one.
    mutating func withLog<R>(_ body: (inout GLPKProblem) throws(SolverFailure) -> R) throws(SolverFailure) -> R {
      guard let log else { return try body(&self) }
      let sink = LogSink(log)
      let status = cglpk_set_log(
        handle, { Unmanaged<LogSink>.fromOpaque($0!).takeUnretainedValue().log(String(cString: $1!)) },
        Unmanaged.passUnretained(sink).toOpaque())
      try check(status, "setting the log")
      defer {
        // Refused only if the problem is lost, and then it logs no more.
        _ = cglpk_set_log(handle, nil, nil)
        withExtendedLifetime(sink) {}
      }
      return try body(&self)
    }

    /// Acts out the fault in force. True if the solve is to return `unknown`.
    mutating func succumbsToFault() throws(SolverFailure) -> Bool {
      switch SolverFault.current {
      case nil: return false
      case .timeout: return true
      case .libraryError:
        try check(cglpk_provoke_error(handle), "solving under an injected fault")
        return true
      case .numerical: throw SolverFailure(.numerical, "injected fault")
      case .injected: throw SolverFailure(.injected, "injected fault")
      }
    }
  }

  extension String {
    var trimmingNewlines: String {
      split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }
#endif
