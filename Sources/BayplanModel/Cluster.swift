/// What the user says: nodes that are there, nodes that can be had, pods, and everything that constrains them.
public struct Cluster: Sendable, Codable {
  public var nodes: [Node] = []
  /// Types to choose further nodes from; empty when only `nodes` may be used.
  public var nodeTypes: [NodeType] = []
  /// Bound pods (`nodeName` set) and pending ones, in the order of the input.
  public var pods: [Pod] = []
  /// One pod of each runs on every node it is eligible for, and on every node that is added.
  public var daemons: [DaemonWorkload] = []
  /// Controllers, for the simulator; `pods` has those they lack already.
  public var workloads: [Workload] = []
  /// Labels of the namespaces that are known.
  public var namespaces: [String: [String: String]] = [:]
  public var podGroups: [PodGroup] = []
  public var disruptionBudgets: [DisruptionBudget] = []
  public var autoscalers: [Autoscaler] = []
  public var services: [Service] = []
  public var storage = VolumeCatalogue()
  /// Everything that was defaulted, skipped or is not honoured.
  public var notices: [Notice] = []

  public init() {}
}

/// A workload that puts one pod on every eligible node.
public struct DaemonWorkload: Hashable, Sendable, Codable {
  /// Namespace and name of the workload; its pods are `namespace/name-<node>`.
  public var id: PodID
  public var spec: PodSpec

  public init(id: PodID, spec: PodSpec) {
    self.id = id
    self.spec = spec
  }

  /// What its pods carry as their workload.
  public var workload: String { Self.workload(of: id) }

  public static func workload(of daemon: PodID) -> String { "\(workloadPrefix)\(daemon.namespace)/\(daemon.name)" }

  static let workloadPrefix = "DaemonSet/"
}

/// Pods that are placed together or not at all (gang).
public struct PodGroup: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  /// Fewer placed members than this are no use: none is placed then.
  public var minMember: Int32

  public init(namespace: String, name: String, minMember: Int32) {
    self.namespace = namespace
    self.name = name
    self.minMember = minMember
  }
}

/// A number, or a percentage of one.
public enum CountOrPercent: Hashable, Sendable, Codable {
  case count(Int32)
  case percent(Int32)
}

public struct DisruptionBudget: Hashable, Sendable, Codable {
  public var namespace: String
  public var name: String
  public var selector: LabelSelector?
  public var minAvailable: CountOrPercent?
  public var maxUnavailable: CountOrPercent?
  /// Pods that may go right now, as the disruption controller says; nil in a budget without status.
  public var disruptionsAllowed: Int32?
  /// Names of pods whose eviction is under way.
  public var disruptedPods: [String] = []

  public init(
    namespace: String, name: String, selector: LabelSelector?, minAvailable: CountOrPercent? = nil,
    maxUnavailable: CountOrPercent? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.selector = selector
    self.minAvailable = minAvailable
    self.maxUnavailable = maxUnavailable
  }
}

extension DisruptionBudget {
  /// An empty selector covers the whole namespace, and none nothing.
  public func covers(_ pod: Pod) -> Bool {
    namespace == pod.id.namespace && selector?.matches(pod.spec.labels) ?? false
  }
}

/// A HorizontalPodAutoscaler, kept for the simulator.
public struct Autoscaler: Hashable, Sendable, Codable {
  public var id: PodID
  /// `Deployment/shop/cart`, as in `Pod.workload`.
  public var target: String
  public var minReplicas: Int32
  public var maxReplicas: Int32
  /// Percent of the CPU request that pods should use on average; nil if it goes by nothing that is known.
  public var cpuPercent: Int32? = 80
  /// Recommendations of so long are remembered before it scales down.
  public var scaleDownWindowMillis: Int64 = 300_000
  public var scaleUpWindowMillis: Int64 = 0

  public init(id: PodID, target: String, minReplicas: Int32, maxReplicas: Int32) {
    self.id = id
    self.target = target
    self.minReplicas = minReplicas
    self.maxReplicas = maxReplicas
  }
}

public struct Service: Hashable, Sendable, Codable {
  public var id: PodID
  public var selector: [String: String]

  public init(id: PodID, selector: [String: String]) {
    self.id = id
    self.selector = selector
  }
}

/// Something the reader of a report must know: nothing is left out silently.
public struct Notice: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A default was filled in.
    case defaulted
    /// Valid input that Bayplan understands but does not take into account.
    case notHonoured
    /// Objects of a kind that Bayplan does not read.
    case skipped
    /// Suspicious input that was taken as it is.
    case warning
    /// The engine fell back, or stopped early.
    case degraded
  }

  public var kind: Kind
  public var message: String
  /// How many objects it concerns.
  public var count: Int
  /// The first of them, as `file:line: Kind namespace/name` or an object's name.
  public var example: String?

  public init(_ kind: Kind, _ message: String, count: Int = 1, example: String? = nil) {
    self.kind = kind
    self.message = message
    self.count = count
    self.example = example
  }
}

extension Notice {
  /// Said to who plans, not to who simulates.
  public static let autoscalersLeftOut = "HorizontalPodAutoscalers play no part in planning yet."
  public static let nodeTypesLeftOut = "Node types are no nodes yet: kube-scheduler adds none."

  /// Rules that kube-scheduler follows and the planner does not: said to who plans, not to who schedules.
  public enum SchedulerRule: String, Sendable, CaseIterable {
    case nodeAffinity = "Preferred node affinity plays no part in planning yet."
    case podAffinity = "Preferred pod affinity and anti-affinity play no part in planning yet."
    case spread = "Topology spread with ScheduleAnyway plays no part in planning yet."
    case preemption = "Preemption plays no part in planning yet: pods stay where they run."
  }
}

extension [Notice] {
  /// Leaves out what only planning does not honour.
  public mutating func removeSchedulerRules() {
    let own = Set(Notice.SchedulerRule.allCases.map(\.rawValue))
    removeAll { own.contains($0.message) }
  }

  /// Adds a notice, or counts it up where the same one stands already.
  public mutating func note(_ kind: Notice.Kind, _ message: String, count: Int = 1, example: String? = nil) {
    if let index = firstIndex(where: { $0.kind == kind && $0.message == message }) {
      self[index].count += count
    } else {
      append(Notice(kind, message, count: count, example: example))
    }
  }
}
