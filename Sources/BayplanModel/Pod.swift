/// The name of a pod: `namespace/name`.
public struct PodID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var namespace: String
  public var name: String

  public init(namespace: String, name: String) {
    self.namespace = namespace
    self.name = name
  }

  public var description: String { "\(namespace)/\(name)" }

  public static func < (left: PodID, right: PodID) -> Bool {
    (left.namespace, left.name) < (right.namespace, right.name)
  }
}

extension PodID: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let slash = text.firstIndex(of: "/") else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not namespace/name")
    }
    self.init(namespace: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// The unit of placement.
public struct Pod: Hashable, Sendable, Codable {
  public var id: PodID
  /// What made it: `Deployment/shop/cart`; nil for a bare pod.
  public var workload: String?
  public var spec: PodSpec
  /// The node it runs on or names; such a pod stays there and uses the node's room.
  public var nodeName: String?
  /// Being deleted: still uses its room, but topology spread no longer counts it.
  public var isTerminating: Bool
  /// The scheduler that is to place it; nil for the default one.
  public var schedulerName: String?
  /// The node that preemption has made room on for it.
  public var nominatedNodeName: String?
  /// Names of the volume claims in its namespace that it mounts.
  public var volumeClaims: [String] = []
  /// When it began to run, in seconds since 1970; nil where unknown, which counts as now.
  public var startSeconds: Int64?

  public init(
    id: PodID, workload: String? = nil, spec: PodSpec, nodeName: String? = nil, isTerminating: Bool = false
  ) {
    self.id = id
    self.workload = workload
    self.spec = spec
    self.nodeName = nodeName
    self.isTerminating = isTerminating
  }
}

extension Pod {
  /// Whether it belongs to a daemon: it does not put its node to use.
  public var isDaemonPod: Bool { workload?.hasPrefix(DaemonWorkload.workloadPrefix) ?? false }
}

/// What decides where a pod may go. Pods of one controller share one value.
public struct PodSpec: Hashable, Sendable, Codable {
  public var labels: [String: String] = [:]
  /// Effective requests of the whole pod (init containers, sidecars, overhead), without the `pods` resource.
  public var requests = Resources()
  /// What scores count instead of `requests`; nil where it is the same.
  public var scoredRequests: ScoredRequests?
  public var devices: DeviceRequest?
  public var priority: Int32 = 0
  public var preemptionPolicyNever = false
  public var isGated = false
  public var nodeSelector: [String: String] = [:]
  public var nodeAffinity: NodeSelector?
  public var preferredNodeAffinity: [WeightedNodeTerm] = []
  public var tolerations: [Toleration] = []
  public var hostPorts: [HostPort] = []
  public var podAffinity: [PodAffinityTerm] = []
  public var podAntiAffinity: [PodAffinityTerm] = []
  public var preferredPodAffinity: [WeightedPodTerm] = []
  public var topologySpread: [TopologySpreadConstraint] = []
  /// The pods that the scheduler's default spread counts: those of the pod's Services and of its controller; nil for a
  /// pod of neither.
  public var defaultSpreadSelector: LabelSelector?
  /// Pods of one namespace with the same key share a node (Compose `network_mode: service:x`).
  public var colocation: String?
  /// Name of the `PodGroup` in the pod's namespace that it belongs to.
  public var podGroup: String?
  /// At most this many pods of the same workload on one node (Compose `max_replicas_per_node`).
  public var maxPerNode: Int?
  public var images: [String] = []

  public init() {}

  public init(requests: Resources, labels: [String: String] = [:]) {
    self.requests = requests
    self.labels = labels
  }
}

extension PodSpec {
  /// Whether the node passes the node selector and the required node affinity.
  public func selects(_ node: Node) -> Bool {
    if !nodeSelector.allSatisfy({ node.labels[$0.key] == $0.value }) { return false }
    return nodeAffinity?.matches(name: node.name, labels: node.labels) ?? true
  }

  public func tolerates(_ taint: Taint) -> Bool { tolerations.contains { $0.tolerates(taint) } }
}

/// CPU and memory as kube-scheduler's scores count them: a container that requests none counts 100m and 200 MiB.
public struct ScoredRequests: Hashable, Sendable, Codable {
  /// While the pod is to be placed; requests of the pod as a whole play no part.
  public var arriving: Resources
  /// Once it is on a node.
  public var running: Resources

  public init(arriving: Resources, running: Resources) {
    self.arriving = arriving
    self.running = running
  }
}

/// A port a pod takes on its node. Two collide on the same port and protocol unless both name different addresses.
public struct HostPort: Hashable, Sendable, Codable {
  public var port: Int32
  /// `TCP`, `UDP` or `SCTP`.
  public var `protocol`: String
  /// Empty means every address.
  public var address: String

  public init(port: Int32, protocol: String = "TCP", address: String = "") {
    self.port = port
    self.protocol = `protocol`
    self.address = address == "0.0.0.0" ? "" : address
  }

  public func collides(with other: HostPort) -> Bool {
    port == other.port && `protocol` == other.protocol
      && (address == other.address || address.isEmpty || other.address.isEmpty)
  }
}

/// Devices of a node that a pod shares or takes whole: a share must fit in one device.
public struct DeviceRequest: Hashable, Sendable, Codable {
  /// Kind of device, as the resource that counts it: `nvidia.com/gpu`.
  public var kind: Resource
  public var count: Int32
  /// Thousandths of each device, 1...1000; less than 1000 only with a count of one.
  public var milliPerDevice: Int32
  /// Acceptable models; empty accepts any.
  public var models: [String]

  public init(kind: Resource, count: Int32, milliPerDevice: Int32 = 1000, models: [String] = []) {
    self.kind = kind
    self.count = count
    self.milliPerDevice = milliPerDevice
    self.models = models
  }

  public var totalMilli: Int64 { Int64(count) * Int64(milliPerDevice) }
}

/// A set of other pods, and the domain in which they must (or must not) be.
public struct PodAffinityTerm: Hashable, Sendable, Codable {
  /// Nil matches no pod. `matchLabelKeys` are already merged in.
  public var selector: LabelSelector?
  /// Namespaces the term looks at, the pod's own already filled in.
  public var namespaces: [String]
  /// Further namespaces, by their labels.
  public var namespaceSelector: LabelSelector?
  public var topologyKey: String

  public init(
    selector: LabelSelector?, namespaces: [String], namespaceSelector: LabelSelector? = nil, topologyKey: String
  ) {
    self.selector = selector
    self.namespaces = namespaces
    self.namespaceSelector = namespaceSelector
    self.topologyKey = topologyKey
  }

  /// - Parameter namespaceLabels: labels of the namespaces of the cluster.
  public func matches(_ pod: Pod, namespaceLabels: [String: [String: String]]) -> Bool {
    guard let selector, selector.matches(pod.spec.labels) else { return false }
    if namespaces.contains(pod.id.namespace) { return true }
    guard let namespaceSelector else { return false }
    return namespaceSelector.matches(namespaceLabels[pod.id.namespace] ?? [:])
  }
}

public struct WeightedNodeTerm: Hashable, Sendable, Codable {
  public var weight: Int32
  public var term: NodeSelectorTerm

  public init(weight: Int32, term: NodeSelectorTerm) {
    self.weight = weight
    self.term = term
  }
}

/// A preferred pod (anti-)affinity term; the weight is negative for anti-affinity.
public struct WeightedPodTerm: Hashable, Sendable, Codable {
  public var weight: Int32
  public var term: PodAffinityTerm

  public init(weight: Int32, term: PodAffinityTerm) {
    self.weight = weight
    self.term = term
  }
}

/// Keeps the number of matching pods per domain within `maxSkew` of the least filled domain.
public struct TopologySpreadConstraint: Hashable, Sendable, Codable {
  public var maxSkew: Int32
  public var topologyKey: String
  /// `DoNotSchedule`; otherwise the constraint only scores.
  public var isHard: Bool
  /// Nil matches no pod. Counts pods of the pod's own namespace; `matchLabelKeys` are already merged in.
  public var selector: LabelSelector?
  /// With fewer eligible domains than this the least filled one counts as empty.
  public var minDomains: Int32?
  /// Whether only nodes that pass the pod's node selector and affinity count (default true).
  public var honorsNodeAffinity: Bool
  /// Whether only nodes whose taints the pod tolerates count (default false).
  public var honorsNodeTaints: Bool

  public init(
    maxSkew: Int32, topologyKey: String, isHard: Bool = true, selector: LabelSelector?, minDomains: Int32? = nil,
    honorsNodeAffinity: Bool = true, honorsNodeTaints: Bool = false
  ) {
    self.maxSkew = maxSkew
    self.topologyKey = topologyKey
    self.isHard = isHard
    self.selector = selector
    self.minDomains = minDomains
    self.honorsNodeAffinity = honorsNodeAffinity
    self.honorsNodeTaints = honorsNodeTaints
  }
}
