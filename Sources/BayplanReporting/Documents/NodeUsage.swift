import BayplanModel

/// What stands on each node of a plan: the picture behind every report.
public struct NodeUsage: Sendable {
  public var node: Node
  /// Added by the plan, not there before.
  public var isOpened: Bool
  /// Sum of the requests of all pods on it; `pods` counts them.
  public var used: Resources
  /// Thousandths of devices in use, per kind.
  public var usedDevices: Resources
  /// Pods on it, those of daemons included.
  public var pods: Int
  /// Pods on it that no daemon put there: without any the node counts as empty.
  public var workloadPods: Int

  /// All nodes of the cluster, then the opened ones, each in its own order.
  public static func all(of plan: Plan, cluster: Cluster) -> [NodeUsage] {
    var result = cluster.nodes.map { NodeUsage($0, isOpened: false) }
    result += plan.openedNodes.map { NodeUsage($0, isOpened: true) }
    visit(plan, cluster: cluster) { node, _, source in
      result[node].add(source.spec)
      if case .pod = source { result[node].workloadPods += 1 }
    }
    return result
  }

  /// What a placement comes from.
  enum Source {
    case pod(Pod)
    case daemon(DaemonWorkload)

    var spec: PodSpec {
      switch self {
      case .pod(let pod): pod.spec
      case .daemon(let daemon): daemon.spec
      }
    }
  }

  /// Calls `body` for every placement with the index of its node, among those of the cluster and then the opened ones.
  static func visit(_ plan: Plan, cluster: Cluster, body: (Int, Placement, Source) -> Void) {
    let nodes = cluster.nodes + plan.openedNodes
    let indices = Dictionary(nodes.indices.map { (nodes[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    let pods = Dictionary(
      cluster.pods.indices.map { (cluster.pods[$0].id, $0) }, uniquingKeysWith: { first, _ in first })
    for placement in plan.placements {
      guard let node = indices[placement.node] else { continue }
      if let pod = pods[placement.pod] {
        body(node, placement, .pod(cluster.pods[pod]))
      } else if let daemon = cluster.daemons.first(where: { $0.puts(placement.pod, on: placement.node) }) {
        body(node, placement, .daemon(daemon))
      }
    }
  }

  private init(_ node: Node, isOpened: Bool) {
    self.node = node
    self.isOpened = isOpened
    used = Resources()
    usedDevices = Resources()
    pods = 0
    workloadPods = 0
  }

  private mutating func add(_ spec: PodSpec) {
    used += spec.requests
    used[.pods] += 1
    pods += 1
    if let devices = spec.devices { usedDevices[devices.kind] += devices.totalMilli }
  }

  /// Used and available amount of a resource; devices in thousandths.
  public func amounts(_ resource: Resource) -> (used: Int64, available: Int64) {
    let devices = node.devices.reduce(0) { $1.kind == resource ? $0 + Int64($1.count) * 1000 : $0 }
    if devices > 0 { return (usedDevices[resource], devices) }
    return (used[resource], node.allocatable[resource])
  }

  /// Share in use of the fullest of some resources.
  func fill(_ resources: [Resource]) -> Double {
    resources.map { resource in
      let (used, available) = amounts(resource)
      return available > 0 ? Double(used) / Double(available) : (used > 0 ? 2 : 0)
    }.max() ?? 0
  }
}

extension DaemonWorkload {
  fileprivate func puts(_ pod: PodID, on node: String) -> Bool {
    pod.namespace == id.namespace && pod.name.utf8.count == id.name.utf8.count + 1 + node.utf8.count
      && pod.name.hasPrefix(id.name) && pod.name.hasSuffix(node)
  }
}
