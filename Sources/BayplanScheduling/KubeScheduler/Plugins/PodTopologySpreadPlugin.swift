import BayplanModel

extension PodContext {
  /// Whether a node counts for a constraint at all.
  func includes(_ node: Node, in constraint: TopologySpreadConstraint) -> Bool {
    if constraint.honorsNodeAffinity && !pod.spec.selects(node) { return false }
    return !constraint.honorsNodeTaints || node.taints.allSatisfy { !$0.isHard || pod.spec.tolerates($0) }
  }

  /// The pod's own constraints, or those that the profile has for pods without any.
  var spread: [TopologySpreadConstraint] {
    if !pod.spec.topologySpread.isEmpty { return pod.spec.topologySpread }
    guard let selector = pod.spec.defaultSpreadSelector else { return [] }
    let defaults =
      profile.defaultSpread
      ?? [(NodeType.hostnameLabel, 3), (NodeType.zoneLabel, 5)].map {
        TopologySpreadConstraint(maxSkew: $1, topologyKey: $0, isHard: false, selector: nil)
      }
    return defaults.map { constraint in
      var constraint = constraint
      constraint.selector = selector
      return constraint
    }
  }

  /// Pods that a constraint counts on a node. A selector without requirements counts nothing.
  fileprivate func count(_ node: SchedulerSnapshot.NodeState, _ constraint: TopologySpreadConstraint) -> Int {
    guard let selector = constraint.selector, !selector.requirements.isEmpty else { return 0 }
    var count = 0
    // By index: pods are large, and iterating copies them.
    for index in node.pods.indices where !node.pods[index].isTerminating {
      if node.pods[index].id.namespace == pod.id.namespace && selector.matches(node.pods[index].spec.labels) {
        count += 1
      }
    }
    return count
  }
}

/// Topology spread that must hold.
/// Source: kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go.
struct PodTopologySpreadFilter: FilterPlugin {
  static let name = "PodTopologySpread"

  private struct Rule {
    var constraint: TopologySpreadConstraint
    var counts: [String: Int] = [:]
    var matchesItself: Bool

    /// Without a domain there is no minimum to be above.
    var minimum: Int {
      counts.count < Int(constraint.minDomains ?? 1) ? 0 : counts.values.min() ?? Int(Int32.max)
    }
  }

  private var rules: [Rule]

  init(_ context: PodContext) {
    rules = context.spread.filter(\.isHard).map {
      Rule(constraint: $0, matchesItself: $0.selector?.matches(context.pod.spec.labels) ?? false)
    }
    if rules.isEmpty { return }
    for state in context.nodes {
      let labels = state.node.labels
      guard rules.allSatisfy({ labels[$0.constraint.topologyKey] != nil }) else { continue }
      for index in rules.indices where context.includes(state.node, in: rules[index].constraint) {
        let value = labels[rules[index].constraint.topologyKey]!
        rules[index].counts[value, default: 0] += context.count(state, rules[index].constraint)
      }
    }
    followTrials(context)
  }

  /// On trial the scheduler does not count anew but adds and subtracts, and there it forgets two exceptions: pods that
  /// are being deleted, and selectors without requirements (`updateWithPod` beside `countPodsMatchSelector`).
  private mutating func followTrials(_ context: PodContext) {
    for (pod, index, change) in context.snapshot.trials ?? [] where pod.id.namespace == context.pod.id.namespace {
      let node = context.nodes[index].node
      guard rules.allSatisfy({ node.labels[$0.constraint.topologyKey] != nil }) else { continue }
      for rule in rules.indices {
        let constraint = rules[rule].constraint
        guard let selector = constraint.selector, selector.matches(pod.spec.labels),
          pod.isTerminating || selector.requirements.isEmpty, context.includes(node, in: constraint)
        else { continue }
        rules[rule].counts[node.labels[constraint.topologyKey]!, default: 0] += change
      }
    }
  }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    guard let first = excesses(node).first else { return nil }
    if first.skew == nil {
      return reject(
        "node(s) didn't match pod topology spread constraints (missing required label)", isResolvable: false)
    }
    return reject("node(s) didn't match pod topology spread constraints", isResolvable: true)
  }

  /// The constraints that the pod would violate on the node, with the skew that there would be; nil for a node without
  /// the label.
  func excesses(
    _ node: SchedulerSnapshot.NodeState
  ) -> [(constraint: TopologySpreadConstraint, skew: Int32?)] {
    rules.compactMap { rule in
      guard let value = node.node.labels[rule.constraint.topologyKey] else { return (rule.constraint, nil) }
      let skew = rule.counts[value, default: 0] + (rule.matchesItself ? 1 : 0) - rule.minimum
      return skew > Int(rule.constraint.maxSkew) ? (rule.constraint, Int32(clamping: skew)) : nil
    }
  }
}

/// Topology spread that is only preferred, and the spread that pods without constraints get.
/// Source: scoring.go in the same folder.
struct PodTopologySpreadScore: ScorePlugin {
  static let name = "PodTopologySpread"

  private let context: PodContext
  private let constraints: [TopologySpreadConstraint]
  /// Per constraint the pods in each domain that some feasible node is in; hosts are counted one by one.
  private let counts: [[String: Int]]
  private let weights: [Double]
  /// Names of nodes without all topology keys.
  private let ignored: Set<String>

  init?(_ context: PodContext, feasible: [Int]) {
    let constraints = context.spread.filter { !$0.isHard }
    if constraints.isEmpty { return nil }
    let keys = constraints.map(\.topologyKey)
    // Pods that get the built-in spread may go where a key is missing.
    let isBuiltIn = context.pod.spec.topologySpread.isEmpty && context.profile.defaultSpread == nil
    func counts(_ node: Node) -> Bool { isBuiltIn || keys.allSatisfy { node.labels[$0] != nil } }
    let (rated, ignored) = feasible.map { context.nodes[$0].node }.reduce(into: ([Node](), Set<String>())) {
      if counts($1) { $0.0.append($1) } else { $0.1.insert($1.name) }
    }
    var pods: [[String: Int]] = keys.map { key in
      if key == NodeType.hostnameLabel { return [:] }
      return Dictionary(rated.map { ($0.labels[key] ?? "", 0) }, uniquingKeysWith: { first, _ in first })
    }
    weights = zip(keys, pods).map { key, pods in
      logarithm((key == NodeType.hostnameLabel ? rated.count : pods.count) + 2)
    }
    for state in context.nodes where counts(state.node) {
      for (number, constraint) in constraints.enumerated() where context.includes(state.node, in: constraint) {
        let value = state.node.labels[constraint.topologyKey] ?? ""
        if pods[number][value] != nil { pods[number][value]! += context.count(state, constraint) }
      }
    }
    self.context = context
    self.constraints = constraints
    self.counts = pods
    self.ignored = ignored
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    if ignored.contains(node.node.name) { return 0 }
    var score = 0.0
    for (number, constraint) in constraints.enumerated() {
      guard let value = node.node.labels[constraint.topologyKey] else { continue }
      let count =
        constraint.topologyKey == NodeType.hostnameLabel
        ? context.count(node, constraint) : counts[number][value, default: 0]
      score += Double(count) * weights[number] + Double(constraint.maxSkew - 1)
    }
    return Int64(score.rounded())
  }

  func normalize(_ scores: inout [Int64], of feasible: [Int]) {
    let isIgnored = feasible.map { ignored.contains(context.nodes[$0].node.name) }
    let counted = zip(scores, isIgnored).filter { !$1 }.map(\.0)
    let (least, most) = (counted.min() ?? 0, counted.max() ?? 0)
    for index in scores.indices {
      scores[index] = isIgnored[index] ? 0 : most == 0 ? 100 : 100 * (most + least - scores[index]) / most
    }
  }
}
