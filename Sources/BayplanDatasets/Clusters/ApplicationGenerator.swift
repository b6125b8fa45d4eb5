import BayplanModel

/// A cluster as teams use it: applications of a few to many replicas, a third of which say how they are to be spread or
/// kept apart, some that need a kind of disk; a tenth of the nodes are tainted for infrastructure.
struct ApplicationGenerator {
  let seed: UInt64
  let nodes: Int
  let pods: Int
  let zones: Int

  func cluster() -> Cluster {
    var random = SeededGenerator(seed)
    var cluster = Cluster()
    cluster.nodes = (0..<nodes).map { node($0, &random) }
    var application = 0
    while cluster.pods.count < pods {
      add(application, to: &cluster, &random)
      application += 1
    }
    return cluster
  }

  private func node(_ index: Int, _ random: inout SeededGenerator) -> Node {
    let name = "node-\(index)"
    // Two sizes, the larger one with more memory for each core.
    let isLarge = random.integer(in: 0...3) == 0
    return Node(
      name: name,
      labels: [
        NodeType.hostnameLabel: name, NodeType.zoneLabel: "zone-\(index % zones)",
        "disk": random.integer(in: 0...2) == 0 ? "ssd" : "hdd",
      ],
      taints: index % 10 == 9 ? [Taint(key: "dedicated", value: "infra", effect: .noSchedule)] : [],
      allocatable: [
        .cpu: isLarge ? 31_800 : 15_800, .memory: (isLarge ? 250 : 60) << 30, .pods: 110,
      ])
  }

  private func add(_ index: Int, to cluster: inout Cluster, _ random: inout SeededGenerator) {
    let name = "app-\(index)"
    let gibibyte: Int64 = 1 << 30
    var spec = PodSpec(
      requests: [
        .cpu: [100, 250, 500, 1000, 2000, 4000][Int(random.integer(in: 0...5))],
        .memory: gibibyte / 4 << random.integer(in: 0...6),
      ], labels: ["app": name])
    let selector = LabelSelector(matchLabels: ["app": name])
    // Few applications have many replicas.
    let replicas = max(1, 40 / random.integer(in: 1...40))
    switch random.integer(in: 0...11) {
    case 0:
      spec.topologySpread = [.init(maxSkew: 1, topologyKey: NodeType.zoneLabel, selector: selector)]
    case 1:
      spec.podAntiAffinity = [
        PodAffinityTerm(selector: selector, namespaces: ["default"], topologyKey: NodeType.hostnameLabel)
      ]
    case 2:
      spec.preferredPodAffinity = [
        .init(
          weight: -100,
          term: PodAffinityTerm(selector: selector, namespaces: ["default"], topologyKey: NodeType.hostnameLabel))
      ]
    case 3:
      let requirement = LabelRequirement(key: "disk", operator: .in, values: ["ssd"])
      spec.nodeAffinity = NodeSelector(terms: [NodeSelectorTerm(matchExpressions: [requirement])])
    case 4: spec.tolerations = [Toleration(key: "dedicated", operator: .exists)]
    default: break
    }
    for replica in 0..<min(Int(replicas), pods - cluster.pods.count) {
      cluster.pods.append(
        Pod(
          id: PodID(namespace: "default", name: "\(name)-\(replica)"), workload: "Deployment/default/\(name)",
          spec: spec))
    }
  }
}
