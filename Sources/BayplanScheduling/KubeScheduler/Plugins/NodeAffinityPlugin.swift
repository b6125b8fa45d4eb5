import BayplanModel

/// Node selector and required node affinity.
/// Source: kubernetes pkg/scheduler/framework/plugins/nodeaffinity.
struct NodeAffinityFilter: FilterPlugin {
  static let name = "NodeAffinity"
  static let looksAtPods = false
  private let context: PodContext
  let onlyNodes: Set<String>?
  let refusal: NodeRejection?

  init(_ context: PodContext) {
    self.context = context
    onlyNodes = Self.namedNodes(context.pod.spec.nodeAffinity)
    refusal =
      onlyNodes?.isEmpty == true
      ? NodeRejection(plugin: Self.name, reasons: ["pod affinity terms conflict"], isResolvable: false) : nil
  }

  var isIdle: Bool {
    context.profile.addedAffinity == nil && context.pod.spec.nodeAffinity == nil
      && context.pod.spec.nodeSelector.isEmpty
  }

  /// The nodes that every term names; nil where some term names none, as terms are alternatives.
  private static func namedNodes(_ affinity: NodeSelector?) -> Set<String>? {
    guard let affinity else { return nil }
    var named = Set<String>()
    for term in affinity.terms {
      let lists = term.matchFields.filter { $0.operator == .in }.map { Set($0.values) }
      guard let first = lists.first else { return nil }
      named.formUnion(lists.dropFirst().reduce(first) { $0.intersection($1) })
    }
    return named
  }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    if context.profile.addedAffinity?.matches(name: node.node.name, labels: node.node.labels) == false {
      return reject("node(s) didn't match scheduler-enforced node affinity", isResolvable: false)
    }
    if context.pod.spec.selects(node.node) { return nil }
    return reject("node(s) didn't match Pod's node affinity/selector", isResolvable: false)
  }
}

/// The weights of the preferred terms that match.
struct NodeAffinityScore: ScorePlugin {
  static let name = "NodeAffinity"
  static let looksAtPods = false
  private let terms: [WeightedNodeTerm]

  init?(_ context: PodContext, feasible: [Int]) {
    terms = context.profile.addedPreferences + context.pod.spec.preferredNodeAffinity
    if terms.isEmpty { return nil }
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    terms.reduce(0) {
      $1.term.matches(name: node.node.name, labels: node.node.labels) ? $0 + Int64($1.weight) : $0
    }
  }

  func normalize(_ scores: inout [Int64], of feasible: [Int]) { normalizeByMaximum(&scores, isReversed: false) }
}
