import BayplanModel

/// Tries every way to place the pending pods of a tiny cluster, judged by the auditor's own rules.
///
/// Depth-first over the pending pods, each on every existing node or on none, without any pruning: 100,000 states at
/// most, and no auditing of states that are no better. Clusters with node types, devices or daemons are declined:
/// there the choice is larger than a node per pod.
struct ExhaustiveSearch {
  static let stateLimit = 100_000

  private let cluster: Cluster
  private let criteria: [Criterion]
  private let fixed: [Placement]
  private let pending: [Pod]

  init?(_ plan: Plan, cluster: Cluster) {
    self.cluster = cluster
    criteria = plan.criteria.map(\.criterion)
    pending = cluster.pendingPods
    let isPending = Set(pending.map(\.id))
    fixed = plan.placements.filter { !isPending.contains($0.pod) }
    if !cluster.nodeTypes.isEmpty || !cluster.daemons.isEmpty { return nil }
    if pending.contains(where: { $0.spec.devices != nil }) { return nil }
    var states = 1
    for _ in pending {
      states *= cluster.nodes.count + 1
      if states > Self.stateLimit { return nil }
    }
  }

  /// Whether no valid plan is lexicographically better than these values.
  func provesOptimal(_ values: [Int64]) -> Bool {
    var placements = fixed
    return !existsBetter(than: values, from: 0, &placements)
  }

  private func existsBetter(than values: [Int64], from index: Int, _ placements: inout [Placement]) -> Bool {
    if index == pending.count {
      let board = Board(cluster: cluster, placements: placements, openedNodes: [])
      guard isBetter(board, than: values) else { return false }
      return Auditor(cluster: cluster).findings(on: board, unplaced: []).violations.isEmpty
    }
    for node in cluster.nodes {
      placements.append(Placement(pod: pending[index].id, node: node.name))
      let found = existsBetter(than: values, from: index + 1, &placements)
      placements.removeLast()
      if found { return true }
    }
    return existsBetter(than: values, from: index + 1, &placements)
  }

  private func isBetter(_ board: Board, than values: [Int64]) -> Bool {
    for (criterion, old) in zip(criteria, values) {
      let new = criterionValue(criterion, board: board)
      if new != old { return criterion.isMaximized ? new > old : new < old }
    }
    return false
  }
}
