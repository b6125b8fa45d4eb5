import BayplanModel

/// What decides for the pods of a class under a profile, as numbers of fits, demands and counters.
struct ClassRules: Sendable {
  /// Keeps nodes out.
  enum Gate: Sendable {
    case spread(counter: Int, own: Int64, maxSkew: Int64, minDomains: Int)
    /// All counters, or none anywhere if the pod may be the first.
    case near([Int], mayBeFirst: Bool)
    /// Domains where something is counted are closed.
    case apart(Int)
    /// Claims that one pod at a time may use.
    case exclusive([PodID])
    case attachments([String: String])
  }

  struct SoftSpread: Sendable {
    var counter: Int
    var column: Int
    var maxSkew: Int32
    var isHost: Bool
  }

  let fit: Int
  let demand: Int
  /// Nil for pods that name their nodes.
  let base: Int?
  var gates: [Gate] = []
  var softSpread: [SoftSpread] = []
  /// The nodes that `softSpread` rates; nil for all.
  var isRated: [Bool]?
  var spreadWeight: Int64 = 0
  /// What each pod counted in a counter is worth.
  var points: [(counter: Int, weight: Int64)] = []
  var pointsWeight: Int64 = 0

  // Pods on nodes may have terms that concern this class; new ones turn up.
  var minds: (repelling: Bool, attracted: Int64, preferring: Bool) = (false, 0, false)
  var termsSeen = 0

  init(fit: Int, demand: Int, base: Int?) {
    self.fit = fit
    self.demand = demand
    self.base = base
  }
}

extension IncrementalScheduler {
  mutating func makeRules(_ pod: Pod, _ number: Int) -> ClassRules {
    let profile = profiles[number]
    let context = PodContext(pod: pod, snapshot: bare, profile: profile)
    let fit = self.fit(for: context, number)
    let demand = self.demand(for: pod.spec, number)
    var rules = ClassRules(fit: fit, demand: demand, base: fits[fit].isBound ? nil : base(fit, demand))
    func asks(_ plugin: any FilterPlugin.Type) -> Bool { !profile.disabledFilters.contains(plugin.name) }
    if asks(NodePorts.self) && !pod.spec.hostPorts.isEmpty {
      rules.gates.append(.apart(counter(.holding(pod.spec.hostPorts), LabelColumns.eachNode)))
    }
    if asks(VolumeRestrictions.self) {
      let exclusive = VolumeRestrictions.exclusiveClaims(of: pod, bare.storage)
      if !exclusive.isEmpty { rules.gates.append(.exclusive(exclusive)) }
    }
    if asks(NodeVolumeLimits.self) {
      let wanted = NodeVolumeLimits.attachments(of: pod, bare.storage)
      if !wanted.isEmpty { rules.gates.append(.attachments(wanted)) }
    }
    if asks(PodTopologySpreadFilter.self) { addHardSpread(context, &rules) }
    if asks(InterPodAffinityFilter.self) { addAffinity(context, &rules) }
    if let weight = profile.weights[PodTopologySpreadScore.name], weight != 0 {
      addSoftSpread(context, weight, &rules)
    }
    if let weight = profile.weights[InterPodAffinityScore.name], weight != 0 {
      addPreferences(context, weight, &rules)
    }
    return rules
  }

  private mutating func addHardSpread(_ context: PodContext, _ rules: inout ClassRules) {
    let constraints = context.spread.filter(\.isHard)
    let keys = constraints.map(\.topologyKey)
    for constraint in constraints {
      let counter = spreadCounter(context, constraint, keys: keys)
      let own: Int64 = constraint.selector?.matches(context.pod.spec.labels) ?? false ? 1 : 0
      rules.gates.append(
        .spread(
          counter: counter, own: own, maxSkew: Int64(constraint.maxSkew), minDomains: Int(constraint.minDomains ?? 1)))
    }
  }

  private mutating func spreadCounter(
    _ context: PodContext, _ constraint: TopologySpreadConstraint, keys: [String]
  ) -> Int {
    let spec = context.pod.spec
    let nodes = PodCounter.NodeSet(
      keys: Set(keys).sorted(), nodeSelector: constraint.honorsNodeAffinity ? spec.nodeSelector : [:],
      nodeAffinity: constraint.honorsNodeAffinity ? spec.nodeAffinity : nil,
      tolerations: constraint.honorsNodeTaints ? spec.tolerations : nil)
    return counter(
      .spread(namespace: context.pod.id.namespace, selector: constraint.selector ?? LabelSelector()),
      labels.number(of: constraint.topologyKey), nodes)
  }

  private mutating func addSoftSpread(_ context: PodContext, _ weight: Int64, _ rules: inout ClassRules) {
    let constraints = context.spread.filter { !$0.isHard }
    let keys = constraints.map(\.topologyKey)
    // Pods that get the built-in spread may go where a key is missing.
    let isBuiltIn = context.pod.spec.topologySpread.isEmpty && context.profile.defaultSpread == nil
    let columns = isBuiltIn ? [] : keys.map { labels.number(of: $0) }
    let needed = columns.map { labels[$0] }.filter(\.hasMissing)
    if !needed.isEmpty {
      rules.isRated = bare.nodes.indices.map { node in needed.allSatisfy { $0.values[node] != $0.missing } }
    }
    rules.spreadWeight = weight
    for constraint in constraints {
      let isHost = constraint.topologyKey == NodeType.hostnameLabel
      let number =
        isHost
        ? counter(
          .spread(namespace: context.pod.id.namespace, selector: constraint.selector ?? LabelSelector()),
          LabelColumns.eachNode)
        : spreadCounter(context, constraint, keys: isBuiltIn ? [] : keys)
      rules.softSpread.append(
        .init(
          counter: number, column: labels.number(of: constraint.topologyKey), maxSkew: constraint.maxSkew,
          isHost: isHost))
    }
  }

  private mutating func addAffinity(_ context: PodContext, _ rules: inout ClassRules) {
    let spec = context.pod.spec
    rules.minds.repelling = true
    if !spec.podAffinity.isEmpty {
      let counters = spec.podAffinity.map { counter(.wanted(spec.podAffinity), labels.number(of: $0.topologyKey)) }
      rules.gates.append(
        .near(counters, mayBeFirst: spec.podAffinity.allSatisfy { context.matches($0, context.pod) }))
    }
    for term in spec.podAntiAffinity {
      rules.gates.append(.apart(counter(.wanted([term]), labels.number(of: term.topologyKey))))
    }
  }

  private mutating func addPreferences(_ context: PodContext, _ weight: Int64, _ rules: inout ClassRules) {
    let own = context.pod.spec.preferredPodAffinity
    if context.profile.ignoresPreferencesOfExistingPods && own.isEmpty { return }
    rules.pointsWeight = weight
    for preference in own {
      let number = counter(.wanted([preference.term]), labels.number(of: preference.term.topologyKey))
      rules.points.append((number, Int64(preference.weight)))
    }
    rules.minds.attracted = max(0, context.profile.hardPodAffinityWeight)
    rules.minds.preferring = true
  }

  /// Takes notice of terms that pods on nodes have by now.
  mutating func updateTerms(of pod: Pod, _ number: Int) {
    for index in rules[number].termsSeen..<terms.count {
      let counter = terms[index]
      switch counters[counter].pods {
      case .repelling(let term) where rules[number].minds.repelling && matches(term, pod):
        rules[number].gates.append(.apart(counter))
      case .attracted(let term) where rules[number].minds.attracted > 0 && matches(term, pod):
        rules[number].points.append((counter, rules[number].minds.attracted))
      case .preferring(let term) where rules[number].minds.preferring && matches(term, pod):
        rules[number].points.append((counter, 1))
      default: break
      }
    }
    rules[number].termsSeen = terms.count
  }

  private func matches(_ term: PodAffinityTerm, _ pod: Pod) -> Bool {
    term.matches(pod, namespaceLabels: bare.namespaceLabels)
  }
}
