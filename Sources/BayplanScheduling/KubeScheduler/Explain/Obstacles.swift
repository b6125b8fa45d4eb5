import BayplanModel

/// Something that keeps a pod off a node.
struct Obstacle: Hashable {
  /// What would remove it, each by itself: alternatives of one or more changes. Empty where no single node or pod can be
  /// changed so that it goes.
  var alternatives: [[Remedy]]
  /// Whether it can go as a side effect of a remedy for something else: what counts for topology spread, and where
  /// affinity finds its pods, depends on other rules of the pod.
  var isEntangled = false

  static let insurmountable = Obstacle(alternatives: [])

  /// Equal for obstacles that differ in amounts only.
  var shapes: [[Remedy]] { alternatives.map { $0.map(\.shape) } }
}

/// Finds everything that keeps a pod off nodes, where the filters stop at the first.
struct ObstacleFinder {
  private let context: PodContext
  private let spread: PodTopologySpreadFilter
  private let affinity: InterPodAffinityFilter
  /// Filters for whose rejections nothing is known to do.
  private let opaque: [any FilterPlugin]

  init(_ context: PodContext) {
    self.context = context
    spread = PodTopologySpreadFilter(context)
    affinity = InterPodAffinityFilter(context)
    opaque = [VolumeBinding.self as any FilterPlugin.Type, VolumeZone.self].filter { Self.asks($0, context) }
      .map { $0.init(context) }
  }

  private static func asks(_ plugin: any FilterPlugin.Type, _ context: PodContext) -> Bool {
    !context.profile.disabledFilters.contains(plugin.name)
  }

  /// The pods nominated to the node count as if they were there.
  func obstacles(on node: Int) -> [Obstacle] {
    let alone = ownObstacles(on: node)
    let guests = context.snapshot.guests(on: node, for: context.pod)
    if guests.isEmpty { return alone }
    var crowded = context.snapshot
    for guest in guests { crowded.add(guest, to: node) }
    let finder = ObstacleFinder(PodContext(pod: context.pod, snapshot: crowded, profile: context.profile))
    let all = finder.ownObstacles(on: node)
    return all + alone.filter { obstacle in !all.contains { $0.shapes == obstacle.shapes } }
  }

  private func ownObstacles(on node: Int) -> [Obstacle] {
    let state = context.nodes[node]
    func asks(_ plugin: any FilterPlugin.Type) -> Bool { Self.asks(plugin, context) }
    var result: [Obstacle] = []
    if asks(NodeUnschedulable.self) || asks(TaintTolerationFilter.self) { result += taints(state.node) }
    if asks(NodeName.self), let name = context.pod.nodeName, name != state.node.name {
      result.append(Obstacle(alternatives: [[.dropNodeName]]))
    }
    if asks(NodeAffinityFilter.self) { result += nodeAffinity(state.node) }
    if asks(NodePorts.self) { result += ports(state) }
    if asks(NodeResourcesFit.self) { result += resources(state) }
    result += volumes(state)
    if asks(PodTopologySpreadFilter.self) { result += spread(state) }
    if asks(InterPodAffinityFilter.self) { result += podAffinity(state) }
    return result
  }

  private func taints(_ node: Node) -> [Obstacle] {
    let spec = context.pod.spec
    let checksMark = Self.asks(NodeUnschedulable.self, context)
    let checksTaints = Self.asks(TaintTolerationFilter.self, context)
    var result: [Obstacle] = []
    let isMarked = checksMark && node.isUnschedulable
    if (isMarked || checksTaints && node.taints.contains(.unschedulable)) && !spec.tolerates(.unschedulable) {
      result.append(Obstacle(alternatives: [[.uncordon(node: node.name)], [.tolerate(.unschedulable)]]))
    }
    if !checksTaints { return result }
    for taint in node.taints where taint.isHard && taint != .unschedulable && !spec.tolerates(taint) {
      result.append(Obstacle(alternatives: [[.removeTaint(taint, node: node.name)], [.tolerate(taint)]]))
    }
    return result
  }

  private func nodeAffinity(_ node: Node) -> [Obstacle] {
    let spec = context.pod.spec
    var result: [Obstacle] = []
    for (key, value) in spec.nodeSelector.sorted(by: { $0.key < $1.key }) where node.labels[key] != value {
      result.append(
        Obstacle(alternatives: [
          [.dropNodeSelector(key: key, value: value)], [.label(node: node.name, key: key, value: value)],
        ]))
    }
    if let affinity = spec.nodeAffinity, !affinity.matches(name: node.name, labels: node.labels) {
      result.append(Obstacle(alternatives: [[.dropNodeAffinity]] + labels(for: affinity, on: node)))
    }
    if let added = context.profile.addedAffinity, !added.matches(name: node.name, labels: node.labels) {
      result.append(Obstacle(alternatives: labels(for: added, on: node)))
    }
    return result
  }

  /// For each term the labels that would make it match, where labels can.
  private func labels(for selector: NodeSelector, on node: Node) -> [[Remedy]] {
    var result: [[Remedy]] = []
    for term in selector.terms where !(term.matchExpressions.isEmpty && term.matchFields.isEmpty) {
      if !term.matchFields.allSatisfy({ $0.matches(value: node.name) }) { continue }
      var wanted: [String: String] = [:]
      for requirement in term.matchExpressions where !requirement.matches(node.labels) {
        switch requirement.operator {
        case .in: wanted[requirement.key] = requirement.values.first ?? ""
        case .exists: wanted[requirement.key] = wanted[requirement.key] ?? "true"
        case .greaterThan:
          let limit = requirement.values.first.flatMap { Int64($0) } ?? 0
          wanted[requirement.key] = "\(limit.addingSaturated(1))"
        case .lessThan:
          let limit = requirement.values.first.flatMap { Int64($0) } ?? 0
          wanted[requirement.key] = "\(limit.subtractingSaturated(1))"
        case .notIn: wanted[requirement.key] = "other"
        case .doesNotExist: break
        }
      }
      let labels = node.labels.merging(wanted) { $1 }
      if term.matches(name: node.name, labels: labels) {
        let remedies = wanted.sorted { $0.key < $1.key }.map {
          Remedy.label(node: node.name, key: $0.key, value: $0.value)
        }
        if !result.contains(remedies) { result.append(remedies) }
      }
    }
    return result
  }

  private func ports(_ state: SchedulerSnapshot.NodeState) -> [Obstacle] {
    var blocked: [HostPort] = []
    for port in context.pod.spec.hostPorts where !blocked.contains(port) {
      if state.pods.contains(where: { $0.spec.hostPorts.contains { $0.collides(with: port) } }) { blocked.append(port) }
    }
    return blocked.map { Obstacle(alternatives: [[.dropHostPort($0)]]) }
  }

  private func resources(_ state: SchedulerSnapshot.NodeState) -> [Obstacle] {
    let node = state.node
    var result: [Obstacle] = []
    let missing = Int64(state.pods.count) + 1 - node.allocatable[.pods]
    if missing > 0 { result.append(Obstacle(alternatives: [[.add(.pods, missing, node: node.name)]])) }
    let requests = NodeResourcesFit.checked(context.pod.spec, context.profile)
    for resource in requests.names where requests[resource] > 0 {
      let free = node.allocatable[resource].subtractingSaturated(state.requested[resource])
      if requests[resource] <= free { continue }
      result.append(
        Obstacle(alternatives: [
          [.add(resource, requests[resource].subtractingSaturated(free), node: node.name)],
          [.request(resource, atMost: max(0, free))],
        ]))
    }
    return result
  }

  private func volumes(_ state: SchedulerSnapshot.NodeState) -> [Obstacle] {
    if context.pod.volumeClaims.isEmpty { return [] }
    let storage = context.snapshot.storage
    var result: [Obstacle] = []
    if opaque.contains(where: { $0.refusal != nil || $0.rejection(state) != nil }) { result.append(.insurmountable) }
    if Self.asks(VolumeRestrictions.self, context) {
      let plugin = VolumeRestrictions(context)
      if plugin.refusal != nil { result.append(.insurmountable) }
      for claim in VolumeRestrictions.exclusiveClaims(of: context.pod, storage) where isMounted(claim) {
        result.append(Obstacle(alternatives: [[.shareClaim(claim)]]))
      }
    }
    if Self.asks(NodeVolumeLimits.self, context) {
      for (driver, count) in NodeVolumeLimits(context).excess(on: state).sorted(by: { $0.key < $1.key }) {
        result.append(
          Obstacle(alternatives: [[.raiseAttachLimit(driver: driver, to: count, node: state.node.name)]]))
      }
    }
    return result
  }

  private func isMounted(_ claim: PodID) -> Bool {
    context.nodes.contains { state in state.pods.contains { $0.claimIDs.contains(claim) } }
  }

  private func spread(_ state: SchedulerSnapshot.NodeState) -> [Obstacle] {
    // The constraints of the profile are not the pod's to change.
    let isOwn = !context.pod.spec.topologySpread.isEmpty
    return spread.excesses(state).map { constraint, skew in
      if !isOwn { return .insurmountable }
      let remedy = skew.map { Remedy.raiseMaxSkew(constraint, to: $0) } ?? .dropSpread(constraint)
      return Obstacle(alternatives: [[remedy]], isEntangled: true)
    }
  }

  private func podAffinity(_ state: SchedulerSnapshot.NodeState) -> [Obstacle] {
    var result: [Obstacle] = []
    if !affinity.satisfiesAffinity(state.node) {
      let terms = context.pod.spec.podAffinity.uniqued().map { [Remedy.dropPodAffinity($0)] }
      result.append(Obstacle(alternatives: terms, isEntangled: true))
    }
    result += affinity.excluding(state.node).map { Obstacle(alternatives: [[.dropPodAntiAffinity($0)]]) }
    result += excluders(of: state.node).map { owner, term in
      Obstacle(alternatives: [[.dropAntiAffinity(term, of: owner)]])
    }
    return result
  }

  /// Who keeps the pod out of the node's domains, and by which term.
  private func excluders(of node: Node) -> [(String, PodAffinityTerm)] {
    var result: [(String, PodAffinityTerm)] = []
    for state in context.nodes {
      for other in state.podsWithTerms {
        for term in other.spec.podAntiAffinity {
          guard let value = node.labels[term.topologyKey], state.node.labels[term.topologyKey] == value,
            context.matches(term, context.pod), !result.contains(where: { $0 == (other.owner, term) })
          else { continue }
          result.append((other.owner, term))
        }
      }
    }
    return result
  }
}

extension Array where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen = Set<Element>()
    return filter { seen.insert($0).inserted }
  }
}
