import BayplanModel

/// `spec.unschedulable`, as a taint.
struct NodeUnschedulable: FilterPlugin {
  static let name = "NodeUnschedulable"
  static let looksAtPods = false
  private let isTolerated: Bool

  init(_ context: PodContext) { isTolerated = context.pod.spec.tolerates(.unschedulable) }

  var isIdle: Bool { isTolerated }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    guard node.node.isUnschedulable && !isTolerated else { return nil }
    return reject("node(s) were unschedulable", isResolvable: false)
  }
}

/// A pod that names its node.
struct NodeName: FilterPlugin {
  static let name = "NodeName"
  static let looksAtPods = false
  private let wanted: String?

  init(_ context: PodContext) { wanted = context.pod.nodeName }

  var isIdle: Bool { wanted == nil }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    guard let wanted, wanted != node.node.name else { return nil }
    return reject("node(s) didn't match the requested node name", isResolvable: false)
  }
}

/// Ports of the host that a pod takes.
struct NodePorts: FilterPlugin {
  static let name = "NodePorts"
  private let ports: [HostPort]

  init(_ context: PodContext) { ports = context.pod.spec.hostPorts }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    if ports.isEmpty { return nil }
    let isTaken = node.pods.contains { pod in
      pod.spec.hostPorts.contains { taken in ports.contains { $0.collides(with: taken) } }
    }
    return isTaken ? reject("node(s) didn't have free ports for the requested pod ports", isResolvable: true) : nil
  }
}
