import BayplanModel

/// The final state that a plan claims: every node and every pod on it.
///
/// Bound pods are taken from the cluster, whatever the placements say of them: a plan cannot wish them away.
struct Board {
  enum Origin {
    case bound, daemon, new
  }

  struct PlacedPod {
    var pod: Pod
    /// Index into `classes`.
    var podClass: Int
    /// Index into `nodes`.
    var node: Int
    var origin: Origin
    var devices: [Int32]

    var isNew: Bool { origin != .bound }
  }

  /// Pods that no rule can tell apart, but for the workload's name and termination.
  struct PodClass: Hashable {
    var namespace: String
    var spec: PodSpec
  }

  let cluster: Cluster
  /// Those of the cluster, then the opened ones. Of equal names the first counts.
  let nodes: [Node]
  let nodeIndex: [String: Int]
  private(set) var pods: [PlacedPod] = []
  private(set) var podsOnNode: [[Int]]
  private(set) var classes: [PodClass] = []
  private(set) var podsOfClass: [[Int]] = []
  /// Pods that were pending and have a node now.
  private(set) var placedPending: Set<PodID> = []
  /// What is wrong with the list of placements itself.
  private(set) var findings = Findings()
  private var classIndex: [PodClass: Int] = [:]
  /// Classes that no selector of the cluster can tell apart.
  private var lookalikes: [[Int]] = []

  init(cluster: Cluster, placements: [Placement], openedNodes: [Node]) {
    self.cluster = cluster
    nodes = cluster.nodes + openedNodes
    nodeIndex = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    podsOnNode = Array(repeating: [], count: nodes.count)

    let podIndex = Dictionary(
      cluster.pods.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var placementOfPod = Array<Placement?>(repeating: nil, count: cluster.pods.count)
    var others: [Placement] = []
    var seen: Set<PodID> = []
    for placement in placements {
      guard seen.insert(placement.pod).inserted else {
        findings.add("duplicate", pod: placement.pod, node: placement.node, "the pod is placed more than once")
        continue
      }
      if let index = podIndex[placement.pod] {
        placementOfPod[index] = placement
      } else {
        others.append(placement)
      }
    }
    for (index, pod) in cluster.pods.enumerated() {
      if podIndex[pod.id] != index {
        findings.add("duplicate", pod: pod.id, isBaseline: true, "two pods of the input have this name")
      }
      if pod.nodeName != nil {
        placeBound(pod, placementOfPod[index], isFirst: podIndex[pod.id] == index)
      } else if let placement = placementOfPod[index] {
        placeNew(pod, placement)
      }
    }
    placeDaemons(others)
    groupLookalikes()
  }

  private mutating func placeBound(_ pod: Pod, _ placement: Placement?, isFirst: Bool) {
    let name = pod.nodeName ?? ""
    if let placement, placement.node != name {
      findings.add("nodeName", pod: pod.id, node: placement.node, "the pod is bound to \(name)")
    }
    guard let node = nodeIndex[name], node < cluster.nodes.count else {
      findings.add("unknownNode", pod: pod.id, node: name, isBaseline: true, "the pod is bound to an unknown node")
      return
    }
    if placement == nil && isFirst {
      findings.add("nodeName", pod: pod.id, node: name, "the bound pod has no placement")
    }
    add(pod, node: node, origin: .bound, devices: placement?.devices ?? [])
  }

  private mutating func placeNew(_ pod: Pod, _ placement: Placement) {
    placedPending.insert(pod.id)
    if pod.spec.isGated {
      findings.add("gated", pod: pod.id, node: placement.node, "the pod waits for its scheduling gates")
    }
    guard let node = nodeIndex[placement.node] else {
      findings.add("unknownNode", pod: pod.id, node: placement.node, "no node has this name")
      return
    }
    add(pod, node: node, origin: .new, devices: placement.devices)
  }

  /// A daemon's pod is `namespace/name-<node>`, on that node.
  private mutating func placeDaemons(_ placements: [Placement]) {
    let daemons = Dictionary(cluster.daemons.map { ($0.id, $0.spec) }, uniquingKeysWith: { first, _ in first })
    for placement in placements {
      let suffix = "-" + placement.node
      var daemon: PodID?
      if placement.pod.name.hasSuffix(suffix) {
        daemon = PodID(
          namespace: placement.pod.namespace, name: String(placement.pod.name.dropLast(suffix.count)))
      }
      guard let daemon, let spec = daemons[daemon] else {
        findings.add("unknownPod", pod: placement.pod, node: placement.node, "no pod has this name")
        continue
      }
      guard let node = nodeIndex[placement.node] else {
        findings.add("unknownNode", pod: placement.pod, node: placement.node, "no node has this name")
        continue
      }
      let pod = Pod(id: placement.pod, workload: DaemonWorkload.workload(of: daemon), spec: spec)
      add(pod, node: node, origin: .daemon, devices: placement.devices)
    }
  }

  private mutating func add(_ pod: Pod, node: Int, origin: Origin, devices: [Int32]) {
    let key = PodClass(namespace: pod.id.namespace, spec: pod.spec)
    let index: Int
    if let known = classIndex[key] {
      index = known
    } else {
      index = classes.count
      classIndex[key] = index
      classes.append(key)
      podsOfClass.append([])
    }
    podsOfClass[index].append(pods.count)
    podsOnNode[node].append(pods.count)
    pods.append(PlacedPod(pod: pod, podClass: index, node: node, origin: origin, devices: devices))
  }

  /// A selector sees the labels that it names and no others, so pods that differ in another label (the ordinal of a
  /// StatefulSet's pod, say) get one answer.
  private mutating func groupLookalikes() {
    struct Look: Hashable {
      var namespace: String
      var labels: [String: String]
    }
    var keys: Set<String> = []
    for spec in cluster.pods.map(\.spec) + cluster.daemons.map(\.spec) {
      for term in spec.podAffinity { keys.formUnion(term.selector?.requirements.map(\.key) ?? []) }
      for term in spec.podAntiAffinity { keys.formUnion(term.selector?.requirements.map(\.key) ?? []) }
      for term in spec.topologySpread { keys.formUnion(term.selector?.requirements.map(\.key) ?? []) }
    }
    var index: [Look: Int] = [:]
    for (number, podClass) in classes.enumerated() {
      let labels = podClass.spec.labels.filter { keys.contains($0.key) }
      let look = Look(namespace: podClass.namespace, labels: labels)
      if let known = index[look] {
        lookalikes[known].append(number)
      } else {
        index[look] = lookalikes.count
        lookalikes.append([number])
      }
    }
  }

  /// The classes whose namespace and labels fulfil a condition that only selectors of the cluster make up.
  func classes(where isMatch: (Pod) -> Bool) -> [Int] {
    lookalikes.filter { isMatch(samplePod(ofClass: $0[0])) }.flatMap { $0 }
  }

  /// Value of a topology key on a node: the name of its domain.
  func domain(_ key: String, ofNode node: Int) -> String? { nodes[node].labels[key] }

  /// Pods of a class with the labels and namespace that selectors look at.
  func samplePod(ofClass index: Int) -> Pod { pods[podsOfClass[index][0]].pod }
}

extension Cluster {
  /// The pods to be placed, in input order: without a node and not held back by a scheduling gate.
  var pendingPods: [Pod] { pods.filter { $0.nodeName == nil && !$0.spec.isGated } }
}
