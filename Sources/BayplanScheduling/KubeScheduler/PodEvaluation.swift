import BayplanModel

/// What the scheduler makes of one pod on a cluster that stands still.
public struct PodEvaluation: Sendable {
  /// A plugin that refuses the pod whatever the node; then no node is looked at.
  public var refusal: NodeRejection?
  /// By index into the snapshot's nodes.
  public var rejections: [Int: NodeRejection] = [:]
  /// Indices of the nodes that are left, ascending.
  public var feasible: [Int] = []
  /// Of the plugins that have something to say, aligned with `feasible`.
  public var scores: [PluginScores] = []
  /// Weighted sums, aligned with `feasible`.
  public var totals: [Int64] = []
  /// The nodes with the highest total: the scheduler takes any of them.
  public var best: [Int] = []
  /// The pod fits the node that preemption has made room on: other nodes are not looked at.
  public var takesNominatedNode = false
}

extension SchedulerSnapshot {
  /// Asks every plugin about every node.
  ///
  /// Slow and plain on purpose: faster paths are checked against it.
  /// Complexity: O(nodes + pods) times the number of rules, per pod.
  public func evaluate(_ pod: Pod, profile: SchedulerProfile = .standard) -> PodEvaluation {
    var profile = profile
    profile.percentageOfNodesToScore = nil
    var sampling = NodeSampling([])
    return evaluate(pod, profile: profile, &sampling)
  }

  func evaluate(_ pod: Pod, profile: SchedulerProfile, _ sampling: inout NodeSampling) -> PodEvaluation {
    var evaluation = PodEvaluation()
    let question = FilterQuestion(PodContext(pod: pod, snapshot: self, profile: profile))
    if let refusal = question.refusal {
      evaluation.refusal = refusal
      return evaluation
    }
    if let node = pod.nominatedNodeName.flatMap({ nodeIndex[$0] }),
      rejection(of: pod, on: node, profile, question) == nil
    {
      evaluation.takesNominatedNode = true
      evaluation.feasible = [node]
      evaluation.best = [node]
      return evaluation
    }
    let limit = question.isRestricted ? nil : NodeSampling.limit(profile, nodes: nodes.count)
    for index in nodes.indices {
      let node = limit == nil ? index : Int(sampling.order[(sampling.start + index) % nodes.count])
      if let rejection = rejection(of: pod, on: node, profile, question) {
        evaluation.rejections[node] = rejection
      } else if evaluation.feasible.count == limit {
        break
      } else {
        evaluation.feasible.append(node)
      }
    }
    if limit != nil {
      sampling.advance(by: evaluation.feasible.count + evaluation.rejections.count)
      evaluation.feasible.sort()
    }
    evaluation.rate(pod, on: self, profile)
    return evaluation
  }

  /// What was found of a pod that fits nowhere, with a few nodes asked again. Right as long as nothing but these nodes
  /// has changed for it.
  func reevaluate(_ pod: Pod, _ old: PodEvaluation, on changed: Set<Int>, _ profile: SchedulerProfile) -> PodEvaluation
  {
    var evaluation = old
    let question = FilterQuestion(PodContext(pod: pod, snapshot: self, profile: profile))
    for node in changed { evaluation.rejections[node] = rejection(of: pod, on: node, profile, question) }
    return evaluation
  }

  /// Pods nominated to a node that are as important as a pod: room is kept for them.
  func guests(on node: Int, for pod: Pod) -> [Pod] {
    nominated.lazy.filter { $0.node == node && $0.pod.id != pod.id && $0.pod.spec.priority >= pod.spec.priority }
      .map(\.pod)
  }

  /// With the pods nominated to the node that are as important, and then without them: they may not come.
  /// Source: `RunFilterPluginsWithNominatedPods` of kubernetes pkg/scheduler/framework/runtime.
  func rejection(
    of pod: Pod, on node: Int, _ profile: SchedulerProfile, _ question: FilterQuestion? = nil
  ) -> NodeRejection? {
    let question = question ?? FilterQuestion(PodContext(pod: pod, snapshot: self, profile: profile))
    if let refusal = question.refusal { return refusal }
    let guests = guests(on: node, for: pod)
    let alone = question.rejections(nodes[node])
    var first = alone.first
    if !guests.isEmpty {
      var crowded = onTrial()
      for guest in guests { crowded.add(guest, to: node) }
      let context = PodContext(pod: pod, snapshot: crowded, profile: profile)
      first = FilterQuestion(context, like: question).rejections(crowded.nodes[node]).first ?? first
    }
    for other in alone where other.plugin != first?.plugin { first?.also[other.plugin] = other.reasons }
    return first
  }
}

/// The filters of a profile, asked about one pod.
struct FilterQuestion {
  private let plugins: [any FilterPlugin]
  private let restricting: [any FilterPlugin]

  /// - Parameter other: the same question about the cluster as it is. A plugin that has nothing to say there is not asked
  ///   again with pods added, even if it would then: the scheduler skips it (PreFilter status Skip).
  init(_ context: PodContext, like other: FilterQuestion? = nil) {
    let skipped = Set((other?.plugins ?? []).filter(\.isIdle).map { type(of: $0).name })
    plugins = context.profile.filters.filter { !skipped.contains($0.name) }.map { $0.init(context) }
    restricting = plugins.filter { $0.onlyNodes != nil }
  }

  /// Whether the pod names its nodes.
  var isRestricted: Bool { !restricting.isEmpty }

  var refusal: NodeRejection? { plugins.lazy.compactMap(\.refusal).first }

  /// Of all plugins that reject the node, in order. On a node that some plugin has ruled out from the start no other
  /// is asked.
  func rejections(_ node: SchedulerSnapshot.NodeState) -> [NodeRejection] {
    if restricting.contains(where: { !$0.onlyNodes!.contains(node.node.name) }) {
      let names = restricting.map { type(of: $0).name }
      return [
        NodeRejection(
          plugin: names[0], reasons: ["node(s) didn't satisfy plugin(s) [\(names.joined(separator: " "))]"],
          isResolvable: false)
      ]
    }
    return plugins.compactMap { $0.rejection(node) }
  }
}

extension PodEvaluation {
  fileprivate mutating func rate(_ pod: Pod, on snapshot: SchedulerSnapshot, _ profile: SchedulerProfile) {
    if feasible.isEmpty { return }
    totals = feasible.map { _ in 0 }
    let context = PodContext(pod: pod, snapshot: snapshot, profile: profile)
    for plugin in SchedulerProfile.allScores {
      guard let weight = profile.weights[plugin.name], let plugin = plugin.init(context, feasible: feasible) else {
        continue
      }
      let raw = feasible.map { plugin.score(snapshot.nodes[$0]) }
      var normalized = raw
      plugin.normalize(&normalized, of: feasible)
      scores.append(PluginScores(plugin: type(of: plugin).name, raw: raw, normalized: normalized))
      for index in totals.indices { totals[index] += weight * normalized[index] }
    }
    let most = totals.max()!
    best = feasible.indices.filter { totals[$0] == most }.map { feasible[$0] }
  }

  /// Of the node at a position of `feasible`; nil where nodes were not rated.
  public func total(at position: Int) -> Int64? { totals.indices.contains(position) ? totals[position] : nil }

  func total(of node: Int) -> Int64? { feasible.firstIndex(of: node).map { totals[$0] } }

  /// Every reason of the first plugins that reject, with the number of nodes it holds for, the most frequent first.
  public var reasonCounts: [(reason: String, nodes: Int)] {
    var counts: [String: Int] = [:]
    for rejection in rejections.values {
      for reason in rejection.reasons { counts[reason, default: 0] += 1 }
    }
    return counts.map { ($0.key, $0.value) }.sorted { ($1.nodes, $0.reason) < ($0.nodes, $1.reason) }
  }

  /// The scheduler's own sentence for a pod that fits nowhere.
  public func message(nodes: Int) -> String {
    if takesNominatedNode { return "fits its status.nominatedNodeName: other nodes are not looked at" }
    if nodes == 0 { return "no nodes available to schedule pods" }
    var text = "0/\(nodes) nodes are available"
    if let refusal { return text + ": " + refusal.reasons.joined(separator: ", ") + "." }
    let parts = reasonCounts.map { "\($0.nodes) \($0.reason)" }.sorted()
    if !parts.isEmpty { text += ": " + parts.joined(separator: ", ") }
    return text + "."
  }
}
