/// What a bench is to run: experiments, each of which puts several strategies to the same instances.
public struct BenchSuite: Hashable, Sendable, Codable {
  public var name: String
  public var summary: String
  public var experiments: [Experiment]

  public init(name: String, summary: String = "", experiments: [Experiment] = []) {
    self.name = name
    self.summary = summary
    self.experiments = experiments
  }

  /// What is asked of a strategy, and the command that answers.
  public enum Task: String, Hashable, Sendable, Codable, CaseIterable {
    /// Abstract packing.
    case pack
    /// A plan for a cluster.
    case plan
    /// What kube-scheduler does with the pending pods.
    case schedule
    /// A scenario.
    case simulate
    /// Pods that arrive one by one and stay, until nothing fits (the OpenB experiment).
    case arrivals
  }

  public struct Experiment: Hashable, Sendable, Codable {
    public var name: String
    public var summary = ""
    public var task: Task
    public var instances: [Instances] = []
    public var strategies: [Strategy] = []
    public var seeds: [UInt64] = [1]
    public var limits = Limits()
    /// Name of the strategy that others are compared with; nil for the first.
    public var reference: String?

    public init(name: String, task: Task) {
      self.name = name
      self.task = task
    }
  }

  /// Where instances come from; each kind gives one or more.
  public enum Instances: Hashable, Sendable, Codable {
    /// Instances of their own: files, and folders that are searched.
    case files([String])
    /// Inputs that together are one instance.
    case inputs(name: String, paths: [String])
    /// Of a set of the catalogue: those that are named, or the first so many, evenly spread; all where nothing is said.
    case set(name: String, names: [String], pick: Int?)
    /// One per seed.
    case generated(generator: String, parameters: [String: Int64], seeds: [UInt64])

    /// The generator or data set; nil of what users name themselves.
    public var family: String? {
      switch self {
      case .files, .inputs: nil
      case .set(let name, _, _): name
      case .generated(let generator, _, _): generator
      }
    }
  }

  public struct Strategy: Hashable, Sendable, Codable {
    /// What reports call it.
    public var name: String
    /// What the command calls it.
    public var strategy: String
    /// Instead of the experiment's.
    public var task: Task?
    /// Further words of the command line.
    public var options: [String] = []
    /// It is a program of its own, of this name.
    public var isPeer = false

    public init(_ name: String, strategy: String? = nil) {
      self.name = name
      self.strategy = strategy ?? name
    }
  }

  public struct Limits: Hashable, Sendable, Codable {
    /// Wall-clock seconds that a strategy may take, in thousandths.
    public var timeMillis: Millis = 10_000
    /// Units of work instead: the answer is the same on every machine.
    public var work: Int?
    public var threads = 1
    /// Address space of a run, in bytes; nil for no limit.
    public var memory: Int64?

    public init() {}
  }
}
