/// Nodes that something happens to.
public struct NodeTarget: Hashable, Sendable, Codable, CustomStringConvertible {
  /// By name; empty for any.
  public var names: [String] = []
  /// Labels that they have.
  public var labels: [String: String] = [:]

  public init(names: [String] = [], labels: [String: String] = [:]) {
    self.names = names
    self.labels = labels
  }

  public func matches(_ node: Node) -> Bool {
    (names.isEmpty || names.contains(node.name)) && labels.allSatisfy { node.labels[$0.key] == $0.value }
  }

  public var description: String {
    (names + labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: ",")
  }
}

/// Something that happens at a time.
public struct ScriptedEvent: Hashable, Sendable, Codable {
  public enum Action: Hashable, Sendable, Codable {
    /// The nodes stop; after so long they are back.
    case fail(NodeTarget, for: Millis?)
    /// Pods are evicted as budgets allow. Then the node takes pods again after so long, or is gone.
    case drain(NodeTarget, for: Millis?, removes: Bool)
    case cordon(NodeTarget)
    case uncordon(NodeTarget)
    /// Nodes are gone at once with all pods on them.
    case remove(NodeTarget)
    /// Nodes of an elastic type, ready at once.
    case add(type: String, count: Int)
    case scale(workload: String, replicas: Int)
    /// A new template: other requests, images or labels.
    case update(workload: String, TemplateChange)
    /// Containers end; they are started again on the node.
    case crash(workload: String, count: Int)
  }

  public var at: Millis
  /// Repeated after so long; nil: once.
  public var every: Millis?
  public var action: Action

  public init(at: Millis, every: Millis? = nil, _ action: Action) {
    self.at = at
    self.every = every
    self.action = action
  }
}

/// What a new revision of a workload has that the old one had not.
public struct TemplateChange: Hashable, Sendable, Codable {
  public var requests: Resources?
  public var images: [String]?
  public var startup: Millis?

  public init() {}
}

/// Nodes or pods that fail by chance, one by one, with exponential times.
public struct RandomFault: Hashable, Sendable, Codable {
  public enum Kind: Hashable, Sendable, Codable {
    /// Each of the nodes by itself.
    case nodes(NodeTarget)
    /// All nodes with the same value of a label together: `topology.kubernetes.io/zone`.
    case domains(key: String)
    /// Containers of each pod of a workload; of all pods where it is empty.
    case pods(workload: String)
  }

  public var kind: Kind
  /// Between two failures of the same thing, on average.
  public var meanTimeBetween: Millis
  /// Until it is back, on average.
  public var meanTimeToRepair: Millis

  public init(_ kind: Kind, meanTimeBetween: Millis, meanTimeToRepair: Millis) {
    self.kind = kind
    self.meanTimeBetween = meanTimeBetween
    self.meanTimeToRepair = meanTimeToRepair
  }
}

/// Requests that users send to a service over time.
public struct ServiceLoad: Hashable, Sendable, Codable {
  /// `shop/web`; its pods are those that the Service selects.
  public var service: PodID
  public var selector: [String: String]
  /// Thousandths of a request per second.
  public var curve: LoadCurve
  /// Thousandths of a request per second with which a pod uses its whole CPU request.
  public var perPod: Int64
  /// Percent of its CPU request that a pod can use.
  public var burstPercent: Int64 = 200
  /// Clients prefer pods of their own zone; there are as many in each.
  public var prefersSameZone = false

  public init(service: PodID, selector: [String: String], curve: LoadCurve, perPod: Int64) {
    self.service = service
    self.selector = selector
    self.curve = curve
    self.perPod = perPod
  }

  public func selects(_ pod: Pod) -> Bool {
    service.namespace == pod.id.namespace && !selector.isEmpty
      && selector.allSatisfy { pod.spec.labels[$0.key] == $0.value }
  }
}

/// A quantity over time: points with straight lines between them, repeated after a period.
public struct LoadCurve: Hashable, Sendable, Codable {
  public struct Point: Hashable, Sendable, Codable {
    public var at: Millis
    public var value: Int64

    public init(at: Millis, value: Int64) {
      self.at = at
      self.value = value
    }
  }

  /// By time, from zero on; at least one.
  public var points: [Point]
  public var period: Millis?
  /// The value of the last point, instead of a straight line to the next.
  public var isStepwise = false

  public init(points: [Point], period: Millis? = nil) {
    self.points = points
    self.period = period
  }

  /// Complexity: O(log points).
  public func value(at time: Millis) -> Int64 {
    let time = period.map { time % $0 } ?? time
    var low = 0
    var high = points.count
    while low < high {
      let middle = (low + high) / 2
      if points[middle].at <= time { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return points[0].value }
    let before = points[low - 1]
    if isStepwise { return before.value }
    let after: Point
    if low < points.count {
      after = points[low]
    } else if let period {
      after = Point(at: period + points[0].at, value: points[0].value)
    } else {
      return before.value
    }
    if after.at == before.at { return before.value }
    let part = Int128(after.value - before.value) * Int128(time - before.at) / Int128(after.at - before.at)
    return before.value + Int64(part)
  }
}
