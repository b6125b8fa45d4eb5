/// How a run of the bench ended.
public enum RunStatus: String, Sendable, Codable, CaseIterable {
  /// Its answer is proven best.
  case optimal
  /// It says that its answer is best. Another solver's word: neither a bound of ours nor one that is known confirms it.
  case claimed
  /// It has an answer.
  case solved
  /// It proved that there is none, or that something cannot be placed.
  case infeasible
  /// It ended without an answer.
  case unknown
  /// It was ended, far beyond its limit.
  case timedOut
  /// It crashed, or its answer does not hold.
  case failed
  /// It was not begun: the strategy does not take such input, or is not installed.
  case skipped

  /// It went wrong.
  public var isFailure: Bool { self == .failed || self == .timedOut }
  /// Nothing that it printed counts.
  public var isVoid: Bool { isFailure || self == .skipped }
}

extension RunRecord {
  /// Nothing was run: what it needs is not installed.
  public var wasNotBegun: Bool { status == .skipped && wallSeconds == 0 }
}
