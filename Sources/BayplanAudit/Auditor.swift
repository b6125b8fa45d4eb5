import BayplanModel

/// Checks a plan against every placement rule, on the user-facing types.
///
/// It shares no code with the engine. A plan is judged as a final state, not as a sequence of decisions. What the
/// snapshot breaks already, with no newly placed pod taking part, is a baseline violation and never held against a
/// plan. Complexity: about linear in pods and nodes, times the number of different rules.
public struct Auditor: Sendable {
  public let cluster: Cluster

  public init(cluster: Cluster) { self.cluster = cluster.withVolumesAsRules() }

  /// One rule, one function. Each looks at the whole board and knows nothing of the others.
  static let rules: [@Sendable (Board) -> Findings] = [
    openedNodeViolations, resourceViolations, nodeSelectorViolations, taintViolations, hostPortViolations,
    deviceViolations, podAntiAffinityViolations, podAffinityViolations, topologySpreadViolations,
    podGroupViolations, colocationViolations, maxPerNodeViolations,
  ]

  /// What the plan breaks, in a fixed order.
  ///
  /// - Parameters:
  ///   - placements: every pod that has a node: bound, daemon and newly placed ones.
  ///   - unplaced: pods that the plan names as unplaced; a daemon's pod must be either placed or named.
  public func violations(
    of placements: [Placement], openedNodes: [Node], unplaced: [PodID] = []
  ) -> [Violation] {
    audit(placements, openedNodes: openedNodes, unplaced: unplaced).violations
  }

  /// What the snapshot breaks already.
  public func baselineViolations(of placements: [Placement], openedNodes: [Node]) -> [Violation] {
    audit(placements, openedNodes: openedNodes, unplaced: []).baseline
  }

  public func audit(
    _ placements: [Placement], openedNodes: [Node], unplaced: [PodID]
  ) -> (violations: [Violation], baseline: [Violation]) {
    findings(on: Board(cluster: cluster, placements: placements, openedNodes: openedNodes), unplaced: unplaced)
  }

  func findings(on board: Board, unplaced: [PodID]) -> (violations: [Violation], baseline: [Violation]) {
    var findings = board.findings
    for rule in Self.rules { findings.add(rule(board)) }
    findings.add(daemonViolations(board, unplaced: Set(unplaced)))
    return (findings.new.sorted(by: Violation.isOrdered), findings.baseline.sorted(by: Violation.isOrdered))
  }
}
