/// Milliseconds of virtual time: a length, or since the start of a simulation.
public typealias Millis = Int64

/// What a simulation is to run: a cluster, what happens to it, and for how long. Together with the seed it decides every
/// byte of the result.
public struct Scenario: Sendable, Codable {
  public var name = "scenario"
  public var seed: UInt64 = 1
  /// What the virtual clock shows at the beginning, in seconds since 1970: decides about CronJobs and time stamps only.
  public var startSeconds: Int64 = Scenario.defaultStart
  public var duration: Millis
  /// How often the time series has a row.
  public var sampleEvery: Millis = 60_000
  /// Nodes, elastic node types, policies, pods that run, and the controllers that are there from the start.
  public var cluster: Cluster
  /// Controllers that come later, and go again.
  public var deployments: [Deployment] = []
  public var scheduling = Scheduling()
  public var timings = Timings()
  public var loads: [ServiceLoad] = []
  public var runs: [JobRun] = []
  public var nodeAutoscaling: NodeAutoscaling?
  public var events: [ScriptedEvent] = []
  public var faults: [RandomFault] = []
  public var arrivals: [ArrivalSource] = []
  public var reoptimization: Reoptimization?

  /// Monday, 5 January 2026, 00:00 UTC.
  public static let defaultStart: Int64 = 1_767_571_200

  public init(duration: Millis, cluster: Cluster) {
    self.duration = duration
    self.cluster = cluster
  }

  /// Workloads that are there for a part of the time.
  public struct Deployment: Hashable, Sendable, Codable {
    public var at: Millis
    public var until: Millis?
    public var workloads: [Workload]
    public var pods: [Pod]

    public init(at: Millis, until: Millis? = nil, workloads: [Workload], pods: [Pod]) {
      self.at = at
      self.until = until
      self.workloads = workloads
      self.pods = pods
    }
  }

  /// Who decides where pods go.
  public struct Scheduling: Hashable, Sendable, Codable {
    /// `kube-scheduler`, or the name of a policy.
    public var strategy = Scheduling.kubeScheduler
    public var profiles: [SchedulerProfile] = [.standard]
    /// One of equal nodes by chance; otherwise the first.
    public var breaksTiesByChance = false
    public var initialBackoff: Millis = 1000
    public var maxBackoff: Millis = 10_000
    /// A pod that fits nowhere is tried again after so long even if nothing has changed.
    public var flushAfter: Millis = 300_000

    public static let kubeScheduler = "kube-scheduler"

    /// A policy from the literature takes kube-scheduler's place.
    public var isPolicy: Bool { strategy != Self.kubeScheduler }

    public init() {}
  }

  /// How long things take where the input does not say.
  public struct Timings: Hashable, Sendable, Codable {
    /// From the start of containers until a pod is ready.
    public var startup: Millis = 5000
    /// From the request to stop until a pod is gone, within its grace period.
    public var shutdown: Millis = 5000
    /// Bytes per second at which a node pulls images; zero: images are there at once.
    public var pullBytesPerSecond: Int64 = 50 << 20
    /// Of images whose size no node of the input tells.
    public var imageBytes: Int64 = 200 << 20
    /// Silence of a node after which it counts as lost (`node-monitor-grace-period`).
    public var nodeGrace: Millis = 50_000
    /// How long pods tolerate a lost node unless they say (`default-unreachable-toleration-seconds`).
    public var unreachableToleration: Millis = 300_000
    /// Between two nodes of a zone whose pods are evicted (`node-eviction-rate` 0.1).
    public var evictionInterval: Millis = 10_000

    public init() {}
  }

  /// How long the pods of a job take.
  public struct JobRun: Hashable, Sendable, Codable {
    /// `Job/shop/report`.
    public var workload: String
    public var takes: Millis
    /// Thousandths of the pods that fail at their end.
    public var failingMilli: Int64

    public init(workload: String, takes: Millis, failingMilli: Int64 = 0) {
      self.workload = workload
      self.takes = takes
      self.failingMilli = failingMilli
    }
  }

  /// Adds nodes for pods that fit nowhere and removes nodes that are hardly used, as the cluster autoscaler does, over
  /// the elastic node types of the cluster.
  public struct NodeAutoscaling: Hashable, Sendable, Codable {
    public var scanEvery: Millis = 10_000
    public var provisioning: Millis = 90_000
    /// Less than this share of its requests, in percent, makes a node a candidate for removal.
    public var utilizationPercent: Int64 = 50
    public var scaleDownAfter: Millis = 600_000
    public var scaleDownDelayAfterAdd: Millis = 600_000
    /// A lost node of a pool is replaced after so long.
    public var unreadyAfter: Millis = 1_200_000

    public init() {}
  }

  /// A planner looks at the whole cluster now and then and moves pods.
  public struct Reoptimization: Hashable, Sendable, Codable {
    public var every: Millis
    public var strategy: String
    /// Pods that may be moved each time.
    public var moves: Int
    /// Work of the planner, so that the result does not depend on the machine.
    public var workLimit: Int

    public init(every: Millis, strategy: String, moves: Int, workLimit: Int) {
      self.every = every
      self.strategy = strategy
      self.moves = moves
      self.workLimit = workLimit
    }
  }

  /// Pods that come and go by a trace.
  public struct ArrivalSource: Hashable, Sendable, Codable {
    /// Their namespace, and the object in messages.
    public var name: String
    public var at: Millis
    public var trace: Trace

    public init(name: String, at: Millis = 0, _ trace: Trace) {
      self.name = name
      self.at = at
      self.trace = trace
    }
  }
}
