import BayplanModel

/// What a plan is worth on one criterion, computed from the placements alone.
///
/// Pending pods are those without a node that no scheduling gate holds back. A node is in use if it carries a pod that
/// is not a daemon's; a bound pod is a daemon's if its workload starts with `DaemonSet/`. Sums saturate.
public func criterionValue(
  _ criterion: Criterion, placements: [Placement], openedNodes: [Node], cluster: Cluster
) -> Int64 {
  criterionValue(criterion, board: Board(cluster: cluster, placements: placements, openedNodes: openedNodes))
}

func criterionValue(_ criterion: Criterion, board: Board) -> Int64 {
  switch criterion {
  case .unplaced, .allocated:
    var sum: Int64 = 0
    for pod in board.cluster.pendingPods where board.placedPending.contains(pod.id) == criterion.isMaximized {
      sum = sum.addingSaturated(criterion.amount(of: pod.spec))
    }
    return sum
  case .cost, .nodes:
    var sum: Int64 = 0
    for (index, node) in board.nodes.enumerated() {
      let isInUse = board.podsOnNode[index].contains {
        board.pods[$0].origin == .new
          || board.pods[$0].origin == .bound && !board.pods[$0].pod.isDaemonPod
      }
      if isInUse { sum = sum.addingSaturated(criterion.amount(of: node)) }
    }
    return sum
  }
}

extension Criterion {
  /// What leaving the pod out adds (for `allocated`: takes away).
  func amount(of spec: PodSpec) -> Int64 {
    switch self {
    case .unplaced(let priority): return spec.priority == priority ? 1 : 0
    case .allocated(let resource):
      if let devices = spec.devices, devices.kind == resource { return devices.totalMilli }
      return resource == .pods ? 1 : spec.requests[resource]
    case .cost, .nodes: return 0
    }
  }

  /// What using the node adds.
  func amount(of node: Node) -> Int64 {
    switch self {
    case .unplaced, .allocated: 0
    case .cost: node.price
    case .nodes: 1
    }
  }

  /// The best value that any plan can have, known without search: everything placed, or no further node in use.
  func idealValue(for cluster: Cluster) -> Int64? {
    switch self {
    case .unplaced: return 0
    case .allocated:
      return cluster.pendingPods.reduce(0) { $0.addingSaturated(max(0, amount(of: $1.spec))) }
    case .cost, .nodes:
      let nodes = cluster.nodes.map { ($0.name, $0.price) } + cluster.nodeTypes.map { ($0.name, $0.price) }
      if nodes.contains(where: { $0.1 < 0 }) { return nil }
      let board = Board(cluster: cluster, placements: [], openedNodes: [])
      return criterionValue(self, board: board)
    }
  }
}
