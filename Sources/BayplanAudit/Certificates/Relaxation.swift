import BayplanModel

/// The relaxation that certificates speak about, set up from the cluster alone.
///
/// Each node takes any set of pending pods that may go there by themselves and fit into the room that bound and daemon
/// pods leave. What is used beyond that only rules out what no valid plan can do: ports and domains that bound pods
/// close, domains without the pods that a pod must be near, and pods that can never share a node.
struct Relaxation {
  /// A label that stands for a domain.
  struct Domain: Hashable {
    var key: String
    var name: String
  }

  /// A pod must be near a pod of a kind that only bound pods are of.
  struct Requirement: Hashable {
    var key: String
    var domains: Set<String>
  }

  /// All that the relaxation knows of a pod.
  struct Shape: Hashable {
    var amounts: [Int64]
    var devices: DeviceRequest?
    var node: NodeQuestion
    var hostPorts: [HostPort]
    var neededKeys: Set<String>
    var closedDomains: Set<Domain>
    var requirements: [Requirement]
    /// Indices of anti-affinity terms that the pod has and matches: at most one such pod per domain.
    var cliques: [Int]
    var workload: String?
    var maxPerNode: Int?
  }

  /// A node, or one that could be opened: a node type in one of its zones.
  struct Bin {
    var node: Node
    /// Index into `Cluster.nodes`, or nil.
    var index: Int?
    /// Index into `Cluster.nodeTypes`, or nil.
    var type: Int?
    var isInUse = false
    /// Room per dimension, never negative.
    var free: [Int64] = []
    var shelves: [DeviceShelf] = []
    var ports: [HostPort] = []
    /// Pods per workload, of those with a limit per node.
    var workloads: [String: Int] = [:]
    /// A bit per shape.
    var eligible: [UInt64] = []

    func admits(_ shape: Int) -> Bool { eligible[shape >> 6] & (1 << UInt64(shape & 63)) != 0 }
  }

  let cluster: Cluster
  /// The plan; of its newly placed pods nothing is used here.
  let board: Board
  let pending: [Pod]
  /// Index of the pod's namespace and spec among those of all pending pods.
  private(set) var classOfPending: [Int] = []
  private(set) var classes: [Pod] = []
  /// Domains that bound pods close, per class.
  private(set) var closedDomainsOfClass: [Set<Domain>] = []
  private(set) var shapeOfPending: [Int] = []
  private(set) var shapes: [Shape] = []
  private(set) var cliqueTerms: [PodAffinityTerm] = []
  /// Resources (`pods` first), then kinds of device in thousandths.
  let resources: [Resource]
  let kinds: [Resource]
  var bins: [Bin] = []
  /// Negative amounts make "fits" meaningless.
  private(set) var hasNegativeAmounts = false

  init(cluster: Cluster, board: Board) {
    self.cluster = cluster
    self.board = board
    pending = cluster.pendingPods
    var names: Set<Resource> = []
    for pod in pending { names.formUnion(pod.spec.requests.amounts.keys) }
    resources = [.pods] + names.subtracting([.pods]).sorted()
    kinds = Set((cluster.nodes.flatMap(\.devices) + cluster.nodeTypes.flatMap(\.devices)).map(\.kind)).sorted()
    for pod in cluster.pods where pod.spec.requests.amounts.values.contains(where: { $0 < 0 }) {
      hasNegativeAmounts = true
    }
    for daemon in cluster.daemons where daemon.spec.requests.amounts.values.contains(where: { $0 < 0 }) {
      hasNegativeAmounts = true
    }
    internPending()
    makeBins()
    markEligible()
  }

  private mutating func internPending() {
    var classIndex: [Board.PodClass: Int] = [:]
    for pod in pending {
      let key = Board.PodClass(namespace: pod.id.namespace, spec: pod.spec)
      if classIndex[key] == nil {
        classIndex[key] = classes.count
        classes.append(pod)
      }
      classOfPending.append(classIndex[key] ?? 0)
    }
    var closer = DomainCloser(board: board)
    var cliqueIndex: [PodAffinityTerm: Int] = [:]
    var requirementsOfTerms: [[PodAffinityTerm]: [Requirement]] = [:]
    var shapeIndex: [Shape: Int] = [:]
    var partial: [Shape] = []
    for pod in classes {
      let spec = pod.spec
      closedDomainsOfClass.append(closer.closedDomains(for: pod))
      var cliques: Set<Int> = []
      for term in spec.podAntiAffinity where term.matches(pod, namespaceLabels: cluster.namespaces) {
        if cliqueIndex[term] == nil {
          cliqueIndex[term] = cliqueTerms.count
          cliqueTerms.append(term)
        }
        cliques.insert(cliqueIndex[term] ?? 0)
      }
      var keys = Set(spec.topologySpread.filter(\.isHard).map(\.topologyKey))
      keys.formUnion(spec.podAffinity.map(\.topologyKey))
      let requirements = requirementsOfTerms[spec.podAffinity] ?? requirements(of: spec.podAffinity)
      requirementsOfTerms[spec.podAffinity] = requirements
      partial.append(
        Shape(
          amounts: resources.map { $0 == .pods ? 1 : spec.requests[$0] }
            + kinds.map { $0 == spec.devices?.kind ? spec.devices?.totalMilli ?? 0 : 0 },
          devices: spec.devices.flatMap { $0.count > 0 ? $0 : nil }, node: NodeQuestion(spec),
          hostPorts: spec.hostPorts, neededKeys: keys, closedDomains: closedDomainsOfClass[partial.count],
          requirements: requirements, cliques: cliques.sorted(), workload: nil,
          maxPerNode: spec.maxPerNode))
    }
    for (pod, podClass) in zip(pending, classOfPending) {
      var shape = partial[podClass]
      if shape.maxPerNode != nil { shape.workload = pod.workload }
      if shapeIndex[shape] == nil {
        shapeIndex[shape] = shapes.count
        shapes.append(shape)
      }
      shapeOfPending.append(shapeIndex[shape] ?? 0)
    }
  }

  /// If no pod that is yet to come can be an anchor, the pod must go where bound anchors are.
  private func requirements(of terms: [PodAffinityTerm]) -> [Requirement] {
    if terms.isEmpty { return [] }
    let isAnchor = { (other: Pod) in
      terms.allSatisfy { $0.matches(other, namespaceLabels: cluster.namespaces) }
    }
    let daemons = cluster.daemons.map { Pod(id: $0.id, spec: $0.spec) }
    if classes.contains(where: isAnchor) || daemons.contains(where: isAnchor) { return [] }
    let anchors = board.classes(where: isAnchor)
      .flatMap { board.podsOfClass[$0] }.map { board.pods[$0] }.filter { $0.origin == .bound }
    return terms.map { term in
      Requirement(
        key: term.topologyKey,
        domains: Set(anchors.compactMap { board.domain(term.topologyKey, ofNode: $0.node) }))
    }
  }
}
