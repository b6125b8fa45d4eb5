import BayplanModel

/// Taints that keep pods away.
struct TaintTolerationFilter: FilterPlugin {
  static let name = "TaintToleration"
  static let looksAtPods = false
  private let spec: PodSpec

  init(_ context: PodContext) { spec = context.pod.spec }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    guard let taint = node.node.taints.first(where: { $0.isHard && !spec.tolerates($0) }) else { return nil }
    return reject("node(s) had untolerated taint {\(taint.key): \(taint.value)}", isResolvable: false)
  }
}

/// The fewer taints that would rather not have the pod, the better.
struct TaintTolerationScore: ScorePlugin {
  static let name = "TaintToleration"
  static let looksAtPods = false
  private let tolerations: [Toleration]

  init?(_ context: PodContext, feasible: [Int]) {
    tolerations = context.pod.spec.tolerations.filter { $0.effect == nil || $0.effect == .preferNoSchedule }
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    Int64(
      node.node.taints.count { taint in !taint.isHard && !tolerations.contains { $0.tolerates(taint) } })
  }

  func normalize(_ scores: inout [Int64], of feasible: [Int]) { normalizeByMaximum(&scores, isReversed: true) }
}
