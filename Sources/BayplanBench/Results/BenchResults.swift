import BayplanModel

/// Everything that a bench has come to: what was to be run, and what came of it. A store gives the same value each time
/// it is read, and all figures are functions of it.
public struct BenchResults: Sendable {
  public var suite: BenchSuite
  /// Which build of the strategies it was.
  public var engine: Engine
  /// Of the machine that ran them: processor, cores, system.
  public var machine: String
  public private(set) var experiments: [ExperimentResults]

  /// Claims count for what they are worth, see `ExperimentResults.withClaimsJudged`.
  public init(suite: BenchSuite, engine: Engine, machine: String, experiments: [ExperimentResults]) {
    self.suite = suite
    self.engine = engine
    self.machine = machine
    self.experiments = experiments.map { $0.experiment.task == .pack ? $0.withClaimsJudged : $0 }
  }

  public struct Engine: Hashable, Sendable {
    /// What people call it: a version, a commit, `base`.
    public var label: String
    /// Of the executable.
    public var digest: String

    public init(label: String, digest: String) {
      self.label = label
      self.digest = digest
    }
  }

  public var runCount: Int { experiments.reduce(0) { $0 + $1.runs.count } }
  public var finishedCount: Int { experiments.reduce(0) { $0 + $1.runs.count { $0.record != nil } } }
}

/// The runs of one experiment, in the order of instances, strategies, seeds.
public struct ExperimentResults: Sendable {
  public var experiment: BenchSuite.Experiment
  public var instances: [BenchInstance]
  public var runs: [PlannedRun]

  public init(_ experiment: BenchSuite.Experiment, instances: [BenchInstance], runs: [PlannedRun]) {
    self.experiment = experiment
    self.instances = instances
    self.runs = runs
  }
}

/// Something that strategies are put to.
public struct BenchInstance: Hashable, Sendable, Codable {
  public var name: String
  /// SHA-256 of its content.
  public var digest: String
  /// Items, pods or arrivals.
  public var size: Int
  /// The generator or data set that it is of.
  public var family: String?
  /// What is known of it from elsewhere.
  public var knownValue: Int64?
  public var knownBound: Int64?

  public init(
    name: String, digest: String, size: Int, family: String? = nil, knownValue: Int64? = nil, knownBound: Int64? = nil
  ) {
    self.name = name
    self.digest = digest
    self.size = size
    self.family = family
    self.knownValue = knownValue
    self.knownBound = knownBound
  }
}

/// A run that was asked for, and its record once it is there.
public struct PlannedRun: Sendable {
  /// Positions in the experiment.
  public var instance: Int
  public var strategy: Int
  public var seed: UInt64
  /// SHA-256 of all that its outcome depends on.
  public var key: String
  public var record: RunRecord?

  public init(instance: Int, strategy: Int, seed: UInt64, key: String, record: RunRecord? = nil) {
    self.instance = instance
    self.strategy = strategy
    self.seed = seed
    self.key = key
    self.record = record
  }
}

/// What came of a run.
public struct RunRecord: Sendable, Codable {
  public var status: RunStatus
  /// Why it failed or was skipped; what was degraded.
  public var message: String?
  /// By name, see `Measure`.
  public var measures: [String: Double]
  /// Of the process and those it waited for.
  public var cpuSeconds: Double
  public var wallSeconds: Double

  public init(
    _ status: RunStatus, message: String? = nil, measures: [String: Double] = [:], cpuSeconds: Double = 0,
    wallSeconds: Double = 0
  ) {
    self.status = status
    self.message = message
    self.measures = measures
    self.cpuSeconds = cpuSeconds
    self.wallSeconds = wallSeconds
  }

  /// Nil where there is none: what a run used before it crashed says nothing of its strategy. One that had to be ended has
  /// used at least that much.
  public subscript(measure: Measure) -> Double? {
    if measure == .cpu && status == .timedOut { return cpuSeconds }
    if status.isVoid { return nil }
    return measure == .cpu ? cpuSeconds : measures[measure.name]
  }
}
