import BayplanModel

/// The part of a pod that decides which nodes it may go to whatever else is there.
///
/// Pods with equal questions get equal answers, so each question is asked once per node.
struct NodeQuestion: Hashable {
  var nodeSelector: [String: String]
  var nodeAffinity: NodeSelector?
  var tolerations: [Toleration]

  init(_ spec: PodSpec) {
    nodeSelector = spec.nodeSelector
    nodeAffinity = spec.nodeAffinity
    tolerations = spec.tolerations
  }

  /// Node selector and required node affinity: both must hold.
  func isSelected(_ node: Node) -> Bool {
    for (key, value) in nodeSelector where node.labels[key] != value { return false }
    return nodeAffinity?.matches(name: node.name, labels: node.labels) ?? true
  }

  /// The first `NoSchedule` or `NoExecute` taint (being unschedulable included) that no toleration covers.
  func untoleratedTaint(of node: Node) -> Taint? {
    node.hardTaints.first { taint in !tolerations.contains { $0.tolerates(taint) } }
  }

  func admits(_ node: Node) -> Bool { untoleratedTaint(of: node) == nil && isSelected(node) }
}
