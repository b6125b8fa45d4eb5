import BayplanModel

/// Checks what a scheduler decided, one pod after the other, against the rules that no later decision can break: room,
/// node selectors and affinity, taints, host ports, required anti-affinity. Devices are counted as resources, as the scheduler does.
///
/// Of the others (affinity, spread) a plan is judged as a final state, and a scheduler only knows the state of the moment:
/// what came later may break them without any decision being wrong. Shares no code with the scheduler.
public struct ScheduleAudit: Sendable {
  /// As the scheduler saw it: pods that run, and those that waited.
  public let cluster: Cluster
  /// Plugins of kube-scheduler that were switched off: nobody looked at what they look at.
  public var disabledFilters: Set<String>
  /// Resources that nobody counted: names, or `group/` for all of a group.
  public var ignoredResources: Set<String>

  public init(_ cluster: Cluster, disabledFilters: Set<String> = [], ignoredResources: Set<String> = []) {
    self.cluster = cluster
    self.disabledFilters = disabledFilters
    self.ignoredResources = ignoredResources
  }

  /// What any of the profiles does without is not judged.
  public init(_ cluster: Cluster, profiles: [SchedulerProfile]) {
    self.init(
      cluster, disabledFilters: profiles.disabledFilters, ignoredResources: profiles.ignoredResources)
  }

  private static let rules: [(filters: Set<String>, rule: @Sendable (Board) -> Findings)] = [
    (["NodeResourcesFit"], resourceViolations),
    // Volumes count as rules for nodes.
    (["NodeAffinity", "VolumeBinding", "VolumeZone"], nodeSelectorViolations),
    // That a node is unschedulable counts as a taint.
    (["TaintToleration", "NodeUnschedulable"], taintViolations), (["NodePorts"], hostPortViolations),
    (["InterPodAffinity"], podAntiAffinityViolations),
  ]

  /// What the decisions break, in a fixed order. Complexity: as of `Auditor.violations`.
  /// - Parameters:
  ///   - placements: of pods that waited.
  ///   - evicted: pods that had to go, in either list; they take no room at the end.
  public func violations(of placements: [Placement], evicted: Set<PodID>) -> [Violation] {
    var left = cluster
    left.pods.removeAll { evicted.contains($0.id) }
    if !ignoredResources.isEmpty {
      for index in left.pods.indices {
        for resource in left.pods[index].spec.requests.amounts.keys where isIgnored(resource) {
          left.pods[index].spec.requests[resource] = 0
        }
      }
    }
    let running = left.pods.compactMap { pod in pod.nodeName.map { Placement(pod: pod.id, node: $0) } }
    let board = Board(
      cluster: Auditor(cluster: left).cluster,
      placements: running + placements.filter { !evicted.contains($0.pod) }, openedNodes: [])
    var findings = board.findings
    for (filters, rule) in Self.rules where filters.isDisjoint(with: disabledFilters) { findings.add(rule(board)) }
    return findings.new.sorted(by: Violation.isOrdered)
  }

  private func isIgnored(_ resource: Resource) -> Bool {
    let group = resource.rawValue.split(separator: "/", maxSplits: 1).first.map { "\($0)/" } ?? ""
    return ignoredResources.contains(resource.rawValue) || ignoredResources.contains(group)
  }
}
