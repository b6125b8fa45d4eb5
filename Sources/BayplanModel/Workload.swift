/// A controller: what keeps a number of pods alive, scales, heals and updates them.
///
/// Planning sees only the pods that a controller lacks; the simulator runs the controller.
public struct Workload: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case deployment = "Deployment"
    case replicaSet = "ReplicaSet"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case job = "Job"
    case cronJob = "CronJob"
    /// A service of a Compose project: replicas that are kept alive.
    case service = "Service"
  }

  public var kind: Kind
  public var id: PodID
  /// What its pods are made from; its id is the workload's.
  public var template: Pod
  /// Pods wanted; of a job how many at a time.
  public var replicas: Int
  public var lifecycle = PodLifecycle()
  public var rollout = Rollout()
  public var job: JobTerms?
  /// Of a StatefulSet: the number of its first pod.
  public var firstOrdinal = 0
  /// Of a StatefulSet: one pod after the other (`OrderedReady`).
  public var isOrdered = true
  public var isSuspended = false

  public init(kind: Kind, id: PodID, template: Pod, replicas: Int) {
    self.kind = kind
    self.id = id
    self.template = template
    self.replicas = replicas
  }

  /// `Deployment/shop/cart`, as in `Pod.workload`.
  public var reference: String { "\(kind.rawValue)/\(id.namespace)/\(id.name)" }
}

/// How long the phases of a pod take, in milliseconds, as far as the input says.
public struct PodLifecycle: Hashable, Sendable, Codable {
  /// From the start of its containers until it is ready.
  public var startupMillis: Int64?
  /// At most this long from the request to stop until it is gone.
  public var graceMillis: Int64 = 30_000
  /// Containers that end are started again on the node; otherwise the pod has failed (`restartPolicy: Never`).
  public var restarts = true
  /// Ready this long before it counts as available.
  public var minReadyMillis: Int64 = 0

  public init() {}
}

/// How a changed template reaches the pods.
public struct Rollout: Hashable, Sendable, Codable {
  public enum Way: String, Sendable, Codable {
    case rolling = "RollingUpdate"
    case recreate = "Recreate"
    case onDelete = "OnDelete"
  }

  public var way = Way.rolling
  /// Of a Deployment: pods above the wanted number; percentages round up.
  public var maxSurge = CountOrPercent.percent(25)
  /// Pods that may be missing meanwhile; percentages round down.
  public var maxUnavailable = CountOrPercent.percent(25)
  /// Of a StatefulSet: pods below this number keep the old template.
  public var partition = 0

  public init() {}
}

/// What makes a job complete or fail.
public struct JobTerms: Hashable, Sendable, Codable {
  public enum Concurrency: String, Sendable, Codable, CaseIterable {
    case allow = "Allow"
    case forbid = "Forbid"
    case replace = "Replace"
  }

  /// Pods that must succeed; nil: one success is enough, and no pod is started after it.
  public var completions: Int? = 1
  /// Pods that may fail.
  public var backoffLimit = 6
  public var deadlineMillis: Int64?
  /// Of a CronJob.
  public var schedule: CronSchedule?
  public var concurrency = Concurrency.allow
  /// Of a CronJob: a run that cannot begin so soon is left out.
  public var startingDeadlineMillis: Int64?

  public init() {}
}

extension CountOrPercent {
  /// - Parameter total: what a percentage is of.
  public func count(of total: Int, roundsUp: Bool) -> Int {
    switch self {
    case .count(let count): return Int(count)
    case .percent(let percent): return (total * Int(percent) + (roundsUp ? 99 : 0)) / 100
    }
  }
}
