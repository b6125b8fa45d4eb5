import BayplanModel

/// How a strategy has done in an experiment.
public struct StrategySummary: Sendable {
  public var name: String
  public var planned: Int
  public var counts: [RunStatus: Int]
  /// Means over units that have an answer, by measure; see `ExperimentAnalysis.units`.
  public var means: [String: Double]
  /// Units that have an answer, by measure.
  public var answered: [String: Int]
  /// Runs with the best value that anybody found or knew.
  public var atBest: Int
  /// (value − bound) / max(1, |value|), the bound being the best that anybody proved.
  public var gaps: [Double]
  /// (value − best) / max(1, |best|), the best being what anybody found or knew.
  public var excesses: [Double]
  /// CPU seconds of all runs that came to an end or had to be ended: what a crash took says nothing.
  public var cpuSeconds: [Double]
  /// Messages of runs that failed, were ended or skipped; of equal ones the first and their number.
  public var troubles: [Trouble]

  public struct Trouble: Hashable, Sendable {
    public var status: RunStatus
    public var instance: String
    public var message: String
    public var count: Int
  }

  public func count(_ status: RunStatus) -> Int { counts[status] ?? 0 }

  /// Runs with an answer.
  public var solved: Int { count(.optimal) + count(.claimed) + count(.solved) }
  public var missing: Int { planned - counts.values.reduce(0, +) }
}
