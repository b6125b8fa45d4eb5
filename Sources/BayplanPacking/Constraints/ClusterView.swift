import BayplanModel

/// A cluster laid out for lowering: pods of equal standing grouped into classes, every place a pod could go as a site.
/// Constraints read this; nothing here knows any rule.
public struct ClusterView: Sendable {
  /// Pods that no rule tells apart: equal namespace and spec (and workload, where a rule speaks of it).
  public struct PodClass: Sendable {
    public var namespace: String
    public var spec: PodSpec
    public var workload: String?
    /// Indices into `Cluster.pods` of pods to place.
    public var pending: [Int] = []
    /// Sites of pods that are there already; -1 for a node that is not in the input.
    public var bound: [Int] = []
    /// Those of `bound` that are being deleted.
    public var terminating: [Int] = []
    /// A pod to ask selectors about.
    public var sample: Pod
  }

  /// A node, or a node type in one zone.
  public struct Site: Sendable {
    public var node: Node
    /// Index into `Cluster.nodes`; nil for a type.
    public var nodeIndex: Int?
    public var nodeType: Int?
    public var zone: String?
    /// Most nodes of this site.
    public var copies: Int
    /// What is left for pending pods.
    public var free: Resources
    public var deviceFree: [[Int32]]
    /// Carries a pod other than a daemon's.
    public var isInUse: Bool
    public var isElastic: Bool { nodeIndex == nil }

    /// The value of a topology key; a node to come has a hostname nobody knows yet.
    public func value(of key: String) -> String? { node.labels[key] }
    public func carries(_ key: String) -> Bool {
      node.labels[key] != nil || (isElastic && key == NodeType.hostnameLabel)
    }
  }

  public let cluster: Cluster
  public private(set) var classes: [PodClass] = []
  public private(set) var sites: [Site] = []
  /// Indices of pending pods in input order, gated ones left out.
  public private(set) var pending: [Int] = []
  public private(set) var daemonPlacements: [Placement] = []
  /// Daemons that do not fit on a node they are meant for.
  public private(set) var daemonRejections: [(pod: PodID, reason: String)] = []
  /// Devices taken by bound pods.
  public private(set) var boundDevices: [Int: [Int32]] = [:]

  public init(_ cluster: Cluster) {
    self.cluster = cluster
    buildSites()
    var index = Dictionary(uniqueKeysWithValues: cluster.nodes.enumerated().map { ($1.name, $0) })
    groupPods(nodeIndex: &index)
    placeDaemons()
    addNodeTypes()
  }

  private mutating func buildSites() {
    for (index, node) in cluster.nodes.enumerated() {
      sites.append(
        Site(
          node: node, nodeIndex: index, nodeType: nil, zone: node.labels[NodeType.zoneLabel], copies: 1,
          free: node.allocatable,
          deviceFree: node.devices.map { Array(repeating: 1000, count: Int(max(0, $0.count))) }, isInUse: false))
    }
  }

  private struct ClassKey: Hashable {
    var namespace: String
    var spec: PodSpec
    var workload: String?
  }

  private mutating func groupPods(nodeIndex: inout [String: Int]) {
    var known: [ClassKey: Int] = [:]
    for (index, pod) in cluster.pods.enumerated() {
      if pod.nodeName == nil && pod.spec.isGated { continue }
      let key = ClassKey(
        namespace: pod.id.namespace, spec: pod.spec, workload: pod.spec.maxPerNode == nil ? nil : pod.workload)
      let number = known[key] ?? classes.count
      if number == classes.count {
        known[key] = number
        classes.append(PodClass(namespace: pod.id.namespace, spec: pod.spec, workload: key.workload, sample: pod))
      }
      guard let nodeName = pod.nodeName else {
        classes[number].pending.append(index)
        pending.append(index)
        continue
      }
      let site = nodeIndex[nodeName] ?? -1
      if pod.isTerminating { classes[number].terminating.append(site) }
      classes[number].bound.append(site)
      if site >= 0 { occupy(site, by: pod, index: index) }
    }
  }

  private mutating func occupy(_ site: Int, by pod: Pod, index: Int?) {
    sites[site].free -= pod.spec.requests
    sites[site].free -= [.pods: 1]
    if !pod.isDaemonPod && index != nil { sites[site].isInUse = true }
    if let request = pod.spec.devices, let taken = takeDevices(site, request), let index {
      boundDevices[index] = taken
    }
  }

  /// First fit from device 0, as a device plugin without topology would.
  private mutating func takeDevices(_ site: Int, _ request: DeviceRequest) -> [Int32]? {
    var taken: [Int32] = []
    var offset: Int32 = 0
    var free = sites[site].deviceFree
    for (number, group) in sites[site].node.devices.enumerated() where group.kind == request.kind {
      if request.models.isEmpty || request.models.contains(group.model) {
        for device in free[number].indices
        where taken.count < Int(request.count) && free[number][device] >= request.milliPerDevice {
          free[number][device] -= request.milliPerDevice
          taken.append(offset + Int32(device))
        }
      }
      offset += group.count
    }
    if taken.count < Int(request.count) { return nil }
    sites[site].deviceFree = free
    return taken
  }

  /// Daemons come first: they can go nowhere else, and a node that joins brings its own.
  private mutating func placeDaemons() {
    for daemon in cluster.daemons {
      var placed = PodClass(
        namespace: daemon.id.namespace, spec: daemon.spec, workload: daemon.workload,
        sample: Pod(id: daemon.id, workload: daemon.workload, spec: daemon.spec))
      // So far the sites are the nodes.
      for index in cluster.nodesWithout(daemon) {
        let node = sites[index].node
        let id = daemon.podID(on: node)
        let lacking = (daemon.spec.requests + [.pods: 1]).names.first {
          (daemon.spec.requests + [.pods: 1])[$0] > sites[index].free[$0]
        }
        if let lacking {
          daemonRejections.append((id, "insufficient \(lacking.rawValue)"))
          continue
        }
        var pod = placed.sample
        pod.id = id
        occupy(index, by: pod, index: nil)
        placed.bound.append(index)
        daemonPlacements.append(Placement(pod: id, node: node.name))
      }
      if !placed.bound.isEmpty { classes.append(placed) }
    }
  }

  private mutating func addNodeTypes() {
    for (index, type) in cluster.nodeTypes.enumerated() {
      let zones: [String?] = type.zones.isEmpty ? [nil] : type.zones
      for (position, zone) in zones.enumerated() {
        // A limit over all zones is shared out evenly, as cloud node groups do.
        let share = type.maxCount.map { (Int($0) + zones.count - 1 - position) / zones.count }
        var node = type.makeNode(zone: zone, ordinal: 0)
        node.labels[NodeType.hostnameLabel] = nil
        node.name = ""
        var free = node.allocatable
        for daemon in cluster.daemons where daemon.runs(on: node) {
          free -= daemon.spec.requests
          free -= [.pods: 1]
        }
        sites.append(
          Site(
            node: node, nodeIndex: nil, nodeType: index, zone: zone,
            copies: min(share ?? pending.count, pending.count), free: free,
            deviceFree: node.devices.map { Array(repeating: 1000, count: Int(max(0, $0.count))) }, isInUse: false))
      }
    }
  }

  /// Whether a pod of the class passes node name, selector and required affinity.
  public func selectionAllows(_ spec: PodSpec, _ site: Site) -> Bool {
    spec.selects(site.node)
  }

  public func taintsAllow(_ spec: PodSpec, _ site: Site) -> Bool {
    site.node.hardTaints.allSatisfy(spec.tolerates)
  }

  /// Whether the term selects pods of the class.
  public func matches(_ term: PodAffinityTerm, _ podClass: PodClass) -> Bool {
    term.matches(podClass.sample, namespaceLabels: cluster.namespaces)
  }
}

extension Cluster {
  /// Indices of the nodes that a daemon belongs on and has no pod on yet; of equal names the first.
  public func nodesWithout(_ daemon: DaemonWorkload) -> [Int] {
    var served = Set(pods.filter { $0.workload == daemon.workload }.compactMap(\.nodeName))
    return nodes.indices.filter { daemon.runs(on: nodes[$0]) && served.insert(nodes[$0].name).inserted }
  }
}

extension DaemonWorkload {
  /// Whether a pod of the daemon belongs on the node. The DaemonSet controller tolerates what makes a node unready or
  /// unschedulable.
  public func runs(on node: Node) -> Bool {
    spec.selects(node)
      && node.taints.filter(\.isHard).allSatisfy { taint in
        Self.toleratedByController.contains(taint.key) || spec.tolerates(taint)
      }
  }

  public func podID(on node: Node) -> PodID { PodID(namespace: id.namespace, name: "\(id.name)-\(node.name)") }

  /// Taint keys every daemon tolerates (Kubernetes documentation, "DaemonSet: taints and tolerations").
  static let toleratedByController: Set<String> = [
    "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable", "node.kubernetes.io/disk-pressure",
    "node.kubernetes.io/memory-pressure", "node.kubernetes.io/pid-pressure", "node.kubernetes.io/unschedulable",
  ]
}
