import BayplanModel

/// A cluster at one moment as kube-scheduler sees it: the nodes in order, and the pods on each.
///
/// Pods bound to nodes that are not there are left out: no rule of the scheduler reaches them.
public struct SchedulerSnapshot: Sendable {
  public struct NodeState: Sendable {
    public fileprivate(set) var node: Node
    /// Position among the nodes of the snapshot.
    public let index: Int
    public fileprivate(set) var pods: [Pod] = []
    /// Those of them with terms of affinity or anti-affinity, required or preferred: few, and all others need not be
    /// asked whether they mind a pod.
    fileprivate(set) var podsWithTerms: [Pod] = []
    /// Sums over the pods.
    public fileprivate(set) var requested = Resources()
    public fileprivate(set) var scored = Resources()

    init(_ node: Node, index: Int) {
      self.node = node
      self.index = index
    }
  }

  public private(set) var nodes: [NodeState]
  public private(set) var nodeIndex: [String: Int]
  /// Pending pods for which preemption has made room, with their nodes.
  public var nominated: [(pod: Pod, node: Int)] = []
  /// Pods added and removed on trial, with 1 and -1; nil where changes are for good.
  private(set) var trials: [(pod: Pod, node: Int, change: Int)]?
  let namespaceLabels: [String: [String: String]]
  private(set) var budgets: [DisruptionBudget]
  private(set) var storage: VolumeIndex
  let images: ImageIndex

  /// - Parameter cluster: its bound pods are on their nodes; its pending pods play no part, unless they are nominated.
  public init(_ cluster: Cluster) {
    nodes = cluster.nodes.enumerated().map { NodeState($1, index: $0) }
    nodeIndex = Dictionary(cluster.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    namespaceLabels = cluster.namespaces
    budgets = cluster.disruptionBudgets
    storage = VolumeIndex(cluster.storage)
    images = ImageIndex(cluster.nodes)
    for pod in cluster.pods {
      if let name = pod.nodeName {
        if let node = nodeIndex[name] { add(pod, to: node) }
      } else if let name = pod.nominatedNodeName, let node = nodeIndex[name] {
        nominated.append((pod, node))
      }
    }
  }

  /// The nodes alone.
  func withoutPods() -> SchedulerSnapshot {
    var copy = self
    copy.nodes = nodes.map { NodeState($0.node, index: $0.index) }
    copy.nominated = []
    return copy
  }

  // MARK: What if

  /// The node keeps its name.
  mutating func change(_ node: Int, _ body: (inout Node) -> Void) { body(&nodes[node].node) }

  /// Changes pods on nodes, though not what they request.
  mutating func changePods(_ body: (inout Pod) -> Void) {
    for node in nodes.indices {
      for pod in nodes[node].pods.indices { body(&nodes[node].pods[pod]) }
      nodes[node].podsWithTerms = nodes[node].pods.filter(\.spec.hasPodTerms)
    }
  }

  mutating func changeStorage(_ body: (inout VolumeCatalogue) -> Void) {
    var catalogue = storage.catalogue
    body(&catalogue)
    storage = VolumeIndex(catalogue)
  }

  /// In the order of the budgets.
  mutating func setDisruptionsAllowed(_ allowed: [Int32]) {
    for (index, count) in zip(budgets.indices, allowed) { budgets[index].disruptionsAllowed = count }
  }

  /// A copy to try changes on.
  func onTrial() -> SchedulerSnapshot {
    var copy = self
    copy.trials = trials ?? []
    return copy
  }

  public mutating func add(_ pod: Pod, to node: Int) {
    trials?.append((pod, node, 1))
    nodes[node].pods.append(pod)
    if pod.spec.hasPodTerms { nodes[node].podsWithTerms.append(pod) }
    nodes[node].requested += pod.spec.requests
    nodes[node].scored += pod.spec.scoredRequests?.running ?? pod.spec.requests
  }

  public mutating func remove(_ pod: PodID, from node: Int) {
    guard let index = nodes[node].pods.firstIndex(where: { $0.id == pod }) else { return }
    let removed = nodes[node].pods.remove(at: index)
    if removed.spec.hasPodTerms { nodes[node].podsWithTerms.removeAll { $0.id == pod } }
    trials?.append((removed, node, -1))
    nodes[node].requested -= removed.spec.requests
    nodes[node].scored -= removed.spec.scoredRequests?.running ?? removed.spec.requests
  }
}

extension PodSpec {
  fileprivate var hasPodTerms: Bool {
    !(podAffinity.isEmpty && podAntiAffinity.isEmpty && preferredPodAffinity.isEmpty)
  }
}
