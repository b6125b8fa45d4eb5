import BayplanModel
import BayplanPacking

/// A small cluster with something of everything that kube-scheduler knows, and pods that wait.
struct RandomCluster {
  private(set) var cluster = Cluster()
  private(set) var profiles: [SchedulerProfile] = []
  private var random: SplitMix64
  private var hasNominations = false

  /// - Parameter nodes: how many, at most.
  init(seed: UInt64, nodes: Int = 14, bound: Int = 30, pending: Int = 40) {
    random = SplitMix64(seed: seed)
    cluster.namespaces = ["a": ["team": "red"], "b": ["team": "blue"]]
    hasNominations = chance(15)
    let count = chance(30) ? nodes : number(1...nodes)
    for index in 0..<count { addNode(index) }
    addStorage()
    for index in 0..<number(0...bound) { addPod("bound-\(index)", isBound: true) }
    for index in 0..<pending { addPod("new-\(index)", isBound: false) }
    for index in 0..<number(0...3) { addBudget(index) }
    profiles = [profile(named: "default-scheduler"), profile(named: "second")]
  }

  // MARK: Chance

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func one<Element>(of elements: [Element]) -> Element { elements.randomElement(using: &random)! }

  private mutating func some<Element>(of elements: [Element], percent: Int) -> [Element] {
    elements.filter { _ in chance(percent) }
  }

  // MARK: Nodes

  private static let zone = NodeType.zoneLabel
  private static let host = NodeType.hostnameLabel
  private static let taints = [
    Taint(key: "dedicated", value: "db", effect: .noSchedule),
    Taint(key: "dedicated", value: "web", effect: .noExecute),
    Taint(key: "old", effect: .preferNoSchedule), Taint(key: "slow", value: "3", effect: .preferNoSchedule),
  ]
  private static let gpu = Resource("nvidia.com/gpu")
  private static let images = ["web:1", "web:2", "db:latest", "registry/tool:7"]

  private mutating func addNode(_ index: Int) {
    let name = "node-\(index)"
    var labels = [Self.host: name]
    if chance(90) { labels[Self.zone] = one(of: ["z1", "z2", "z3"]) }
    if chance(70) { labels["topology.kubernetes.io/region"] = one(of: ["r1", "r2"]) }
    if chance(70) { labels["disk"] = one(of: ["ssd", "hdd"]) }
    if chance(50) { labels["cores"] = one(of: ["4", "8", "many"]) }
    if chance(5) { labels[Self.host] = nil }
    var allocatable = Resources([
      .cpu: Int64(one(of: [2000, 4000, 4000, 8000])), .memory: Int64(one(of: [2, 4, 8])) << 30,
      .ephemeralStorage: Int64(one(of: [0, 20])) << 30, .pods: Int64(one(of: [3, 10, 110])),
    ])
    if chance(25) { allocatable[Self.gpu] = Int64(number(1...4)) }
    var node = Node(
      name: name, labels: labels, taints: some(of: Self.taints, percent: 12), isUnschedulable: chance(6),
      allocatable: allocatable)
    for image in some(of: Self.images, percent: 30) {
      node.images.append(NodeImage(names: [image, image + "@sha"], bytes: Int64(number(10...900)) << 20))
    }
    cluster.nodes.append(node)
  }

  private mutating func addStorage() {
    cluster.storage.classes = [
      StorageClass(name: "fast", provisioner: "csi", waitsForConsumer: true),
      StorageClass(
        name: "zonal", provisioner: "csi", waitsForConsumer: true,
        allowedTopologies: [[LabelRequirement(key: Self.zone, operator: .in, values: ["z1", "z2"])]]),
      StorageClass(name: "now", provisioner: "csi"),
      StorageClass(name: "hand", provisioner: StorageClass.noProvisioner, waitsForConsumer: true),
    ]
    for index in 0..<6 {
      let zone = one(of: ["z1", "z2", "z3"])
      let term = NodeSelectorTerm(matchExpressions: [.init(key: Self.zone, operator: .in, values: [zone])])
      cluster.storage.volumes.append(
        PersistentVolume(
          name: "pv-\(index)", labels: chance(40) ? [Self.zone: one(of: ["z1", "z2__z3"])] : [:],
          bytes: Int64(number(1...4)) << 30, accessModes: ["ReadWriteOnce"],
          storageClass: index < 3 ? "hand" : "fast",
          claim: index < 3 ? nil : PodID(namespace: "a", name: "claim-\(index)"),
          nodeAffinity: chance(50) ? NodeSelector(terms: [term]) : nil, driver: "csi", handle: "\(index)",
          isAvailable: index < 3))
    }
    for index in 0..<9 {
      let isBound = (3..<6).contains(index)
      var claim = PersistentVolumeClaim(
        id: PodID(namespace: "a", name: "claim-\(index)"), bytes: Int64(number(1...3)) << 30,
        accessModes: [chance(30) ? "ReadWriteOncePod" : "ReadWriteOnce"],
        storageClass: isBound ? "fast" : one(of: ["fast", "zonal", "hand", "hand"]), isBound: isBound)
      if isBound { claim.volumeName = "pv-\(index)" }
      if index == 8 && chance(30) { claim.storageClass = "now" }
      cluster.storage.claims.append(claim)
    }
    for node in cluster.nodes where chance(40) {
      cluster.storage.attachLimits[node.name] = ["csi": Int32(number(1...2))]
    }
  }

  // MARK: Pods

  private mutating func selector() -> LabelSelector? {
    switch number(0...9) {
    case 0: nil
    case 1: LabelSelector()
    case 2: LabelSelector([.init(key: "tier", operator: one(of: [.exists, .doesNotExist]))])
    case 3: LabelSelector([.init(key: "app", operator: .notIn, values: ["x"])])
    default: LabelSelector(matchLabels: ["app": one(of: ["x", "y", "z"])])
    }
  }

  private mutating func topologyKey() -> String {
    one(of: [Self.zone, Self.zone, Self.host, Self.host, "topology.kubernetes.io/region", "disk"])
  }

  private mutating func term(_ namespace: String) -> PodAffinityTerm {
    let chosen = selector()
    return PodAffinityTerm(
      selector: chosen, namespaces: chance(80) ? [namespace] : [],
      namespaceSelector: chance(20) ? LabelSelector(matchLabels: ["team": one(of: ["red", "blue"])]) : nil,
      topologyKey: topologyKey())
  }

  private mutating func nodeTerm() -> NodeSelectorTerm {
    switch number(0...6) {
    case 0: NodeSelectorTerm(matchExpressions: [.init(key: "cores", operator: .greaterThan, values: ["4"])])
    case 1: NodeSelectorTerm(matchExpressions: [.init(key: "disk", operator: .notIn, values: ["hdd"])])
    case 2: NodeSelectorTerm(matchExpressions: [.init(key: "disk", operator: .exists)])
    case 3:
      NodeSelectorTerm(matchFields: [
        .init(
          key: "metadata.name", operator: one(of: [.in, .notIn]),
          values: ["node-\(number(0...max(0, cluster.nodes.count)))"])
      ])
    case 4: NodeSelectorTerm()
    default: NodeSelectorTerm(matchExpressions: [.init(key: Self.zone, operator: .in, values: ["z1", "z3"])])
    }
  }

  private mutating func spread(_ isHard: Bool) -> TopologySpreadConstraint {
    let chosen = selector()
    return TopologySpreadConstraint(
      maxSkew: Int32(number(1...3)), topologyKey: topologyKey(), isHard: isHard, selector: chosen,
      minDomains: isHard && chance(25) ? Int32(number(1...4)) : nil, honorsNodeAffinity: chance(75),
      honorsNodeTaints: chance(30))
  }

  private mutating func spec(_ namespace: String) -> PodSpec {
    var spec = PodSpec()
    spec.labels = ["app": one(of: ["x", "y", "z"])]
    if chance(40) { spec.labels["tier"] = one(of: ["1", "2"]) }
    if chance(85) { spec.requests[.cpu] = Int64(one(of: [100, 250, 500, 500, 1000, 9000])) }
    if chance(85) { spec.requests[.memory] = Int64(one(of: [64, 256, 512, 1024])) << 20 }
    if chance(10) { spec.requests[.ephemeralStorage] = Int64(number(1...12)) << 30 }
    if chance(8) { spec.requests[Self.gpu] = Int64(number(1...2)) }
    if chance(25) {
      spec.scoredRequests = ScoredRequests(
        arriving: [.cpu: max(100, spec.requests[.cpu]), .memory: max(200 << 20, spec.requests[.memory])],
        running: [.cpu: 100 + spec.requests[.cpu], .memory: (200 << 20) + spec.requests[.memory]])
    }
    spec.priority = Int32(one(of: [0, 0, 0, 5, 10]))
    spec.preemptionPolicyNever = chance(5)
    spec.isGated = chance(2)
    if chance(10) { spec.nodeSelector = ["disk": one(of: ["ssd", "hdd"])] }
    if chance(15) { spec.nodeAffinity = NodeSelector(terms: (0..<number(1...2)).map { _ in nodeTerm() }) }
    if chance(15) {
      spec.preferredNodeAffinity = (0..<number(1...2)).map { _ in
        WeightedNodeTerm(weight: Int32(number(1...100)), term: nodeTerm())
      }
    }
    if chance(30) { spec.tolerations.append(Toleration(key: "dedicated", operator: .exists)) }
    if chance(15) { spec.tolerations.append(Toleration(key: "old", value: "", effect: .preferNoSchedule)) }
    if chance(5) { spec.tolerations.append(Toleration(operator: .exists)) }
    if chance(8) {
      spec.hostPorts = [HostPort(port: Int32(one(of: [80, 443])), address: one(of: ["", "10.0.0.1", "10.0.0.2"]))]
    }
    if chance(12) { spec.podAffinity = (0..<number(1...2)).map { _ in term(namespace) } }
    if chance(15) { spec.podAntiAffinity = (0..<number(1...2)).map { _ in term(namespace) } }
    if chance(20) {
      spec.preferredPodAffinity = (0..<number(1...3)).map { _ in
        WeightedPodTerm(weight: Int32(number(1...100)) * (chance(50) ? 1 : -1), term: term(namespace))
      }
    }
    if chance(25) { spec.topologySpread = (0..<number(1...2)).map { _ in spread(chance(50)) } }
    if chance(40) { spec.defaultSpreadSelector = LabelSelector(matchLabels: ["app": spec.labels["app"]!]) }
    spec.images = some(of: Self.images + ["db", "other"], percent: 20)
    return spec
  }

  private mutating func addPod(_ name: String, isBound: Bool) {
    let namespace = one(of: ["a", "a", "b"])
    // Controllers make several pods of one kind.
    let like = cluster.pods.randomElement(using: &random)
    let isAlike = chance(60) && like != nil
    var pod = Pod(
      id: PodID(namespace: isAlike ? like!.id.namespace : namespace, name: name),
      spec: isAlike ? like!.spec : spec(namespace))
    if pod.id.namespace == "a" && chance(12) {
      pod.volumeClaims = (0..<number(1...2)).map { _ in "claim-\(number(0...9))" }
    }
    if chance(8) { pod.schedulerName = "second" }
    if isBound {
      pod.nodeName = one(of: cluster.nodes).name
      pod.spec.isGated = false
      pod.isTerminating = chance(6)
      if chance(80) { pod.startSeconds = Int64(number(1...5)) }
      if chance(10) { pod.workload = DaemonWorkload.workload(of: PodID(namespace: namespace, name: "agent")) }
    } else if hasNominations && chance(10) {
      pod.nominatedNodeName = one(of: cluster.nodes).name
    }
    cluster.pods.append(pod)
  }

  private mutating func addBudget(_ index: Int) {
    var budget = DisruptionBudget(
      namespace: one(of: ["a", "b"]), name: "budget-\(index)",
      selector: LabelSelector(matchLabels: ["app": one(of: ["x", "y", "z"])]))
    budget.disruptionsAllowed = Int32(number(0...2))
    cluster.disruptionBudgets.append(budget)
  }

  // MARK: Profiles

  private mutating func profile(named name: String) -> SchedulerProfile {
    var profile = SchedulerProfile.standard
    profile.schedulerName = name
    if chance(20) { profile.percentageOfNodesToScore = one(of: [0, 5, 50, 100]) }
    if chance(60) { return profile }
    for filter in SchedulerProfile.filterNames where chance(4) { profile.disabledFilters.insert(filter) }
    for plugin in SchedulerProfile.standardWeights.keys.sorted() {
      if chance(8) {
        profile.weights[plugin] = nil
      } else if chance(30) {
        profile.weights[plugin] = Int64(number(1...20))
      }
    }
    if chance(40) {
      profile.scoringStrategy = one(of: [
        .mostAllocated,
        .requestedToCapacityRatio([
          .init(utilization: 0, score: 0), .init(utilization: 40, score: 90), .init(utilization: 100, score: 10),
        ]),
      ])
    }
    if chance(30) { profile.scoredResources = [.init(.cpu, weight: 3), .init(.memory), .init(Self.gpu, weight: 5)] }
    if chance(30) { profile.balancedResources = [.cpu, .memory, one(of: [Self.gpu, .ephemeralStorage])] }
    if chance(15) { profile.ignoredResources = ["nvidia.com/"] }
    if chance(30) { profile.hardPodAffinityWeight = Int64(one(of: [0, 7, 100])) }
    if chance(20) { profile.ignoresPreferencesOfExistingPods = true }
    if chance(30) { profile.defaultSpread = [spread(chance(40))].map(Self.withoutSelector) }
    if chance(10) { profile.addedAffinity = NodeSelector(terms: [nodeTerm()]) }
    if chance(15) { profile.addedPreferences = [WeightedNodeTerm(weight: 10, term: nodeTerm())] }
    profile.preempts = chance(85)
    return profile
  }

  private static func withoutSelector(_ constraint: TopologySpreadConstraint) -> TopologySpreadConstraint {
    var constraint = constraint
    constraint.selector = nil
    return constraint
  }
}
