import BayplanModel
import BayplanPacking

/// Why a pod fits, or does not, node by node.
public struct Explanation: Sendable, Codable {
  public struct NodeVerdict: Sendable, Codable, Hashable {
    public var node: String
    /// The first constraint that blocks, nil if the pod fits.
    public var constraint: String?
    /// In words: `insufficient cpu (needs 500m, 200m free)`.
    public var reason: String?

    public init(node: String, constraint: String?, reason: String?) {
      self.node = node
      self.constraint = constraint
      self.reason = reason
    }
  }

  public var pod: PodID
  /// One entry per node, in the order of the cluster; the blocked and the open ones sum to the number of nodes.
  public var nodes: [NodeVerdict]
  /// Constraint and how many nodes it blocks first, most frequent first.
  public var histogram: [Unplaced.Reason]
  /// The shortest way to make it fit; nil where it fits already or no single change helps.
  public var suggestion: String?

  public init(pod: PodID, nodes: [NodeVerdict], histogram: [Unplaced.Reason], suggestion: String?) {
    self.pod = pod
    self.nodes = nodes
    self.histogram = histogram
    self.suggestion = suggestion
  }
}

/// Explains one pod against a cluster in which other pods may already have been placed.
/// - Parameter placements: where everything else is, as in `Plan.placements`; the pod's own placement is ignored.
/// - Returns: nil if the cluster has no such pod.
public func explain(
  _ pod: PodID, in cluster: Cluster, placements: [Placement], openedNodes: [Node] = []
) -> Explanation? {
  let cluster = cluster.withVolumesAsRules()
  guard let subject = cluster.pods.first(where: { $0.id == pod }) else { return nil }
  var explainer = Explainer(
    cluster: cluster, placements: placements.filter { $0.pod != pod }, openedNodes: openedNodes, subject: pod)
  return explainer.explanation(of: subject)
}
