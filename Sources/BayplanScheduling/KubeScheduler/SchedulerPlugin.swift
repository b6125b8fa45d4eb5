import BayplanModel

/// What a plugin may look at for one pod.
struct PodContext {
  let pod: Pod
  let snapshot: SchedulerSnapshot
  let profile: SchedulerProfile

  var nodes: [SchedulerSnapshot.NodeState] { snapshot.nodes }

  func matches(_ term: PodAffinityTerm, _ other: Pod) -> Bool {
    term.matches(other, namespaceLabels: snapshot.namespaceLabels)
  }
}

/// Why a node is not for a pod, in kube-scheduler's words.
public struct NodeRejection: Hashable, Sendable {
  public var plugin: String
  /// Sorted.
  public var reasons: [String]
  /// Whether taking pods away from the node could help: code `Unschedulable`; otherwise
  /// `UnschedulableAndUnresolvable`.
  public var isResolvable: Bool
  /// Other plugins that reject the node too, with their reasons.
  public var also: [String: [String]] = [:]
}

/// Keeps pods off nodes. Made for one pod, which is where a plugin looks at the whole cluster (PreFilter).
protocol FilterPlugin {
  static var name: String { get }
  /// Whether its answer depends on the pods that are on nodes already, and may change as others come and go.
  static var looksAtPods: Bool { get }
  init(_ context: PodContext)
  /// A rejection on all nodes at once.
  var refusal: NodeRejection? { get }
  /// Names of the only nodes that come into question; nil for all.
  var onlyNodes: Set<String>? { get }
  /// Whether it has nothing to say about the pod.
  var isIdle: Bool { get }
  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection?
}

extension FilterPlugin {
  static var looksAtPods: Bool { true }
  var refusal: NodeRejection? { nil }
  var onlyNodes: Set<String>? { nil }
  var isIdle: Bool { false }

  func reject(_ reasons: String..., isResolvable: Bool) -> NodeRejection {
    NodeRejection(plugin: Self.name, reasons: reasons, isResolvable: isResolvable)
  }
}

/// Points from 0 to 100 for the nodes that are left.
public struct PluginScores: Hashable, Sendable {
  public var plugin: String
  public var raw: [Int64]
  public var normalized: [Int64]
}

/// Rates the nodes that are left.
protocol ScorePlugin {
  static var name: String { get }
  /// As of `FilterPlugin`.
  static var looksAtPods: Bool { get }
  /// Nil where the plugin skips the pod and adds nothing.
  init?(_ context: PodContext, feasible: [Int])
  func score(_ node: SchedulerSnapshot.NodeState) -> Int64
  func normalize(_ scores: inout [Int64], of feasible: [Int])
}

extension ScorePlugin {
  static var looksAtPods: Bool { true }
  func normalize(_ scores: inout [Int64], of feasible: [Int]) {}

  /// Source: kubernetes pkg/scheduler/framework/plugins/helper/normalize_score.go.
  func normalizeByMaximum(_ scores: inout [Int64], isReversed: Bool) {
    let most = scores.max() ?? 0
    for index in scores.indices {
      if most > 0 { scores[index] = 100 * scores[index] / most }
      if isReversed { scores[index] = 100 - scores[index] }
    }
  }
}
