import Bayplan

/// The cluster and pods that the figures of kube-scheduler in `Benchmarks/README.md` were measured on.
struct Workload {
  enum Kind: String {
    /// Small pods without any rule.
    case same
    /// Twenty applications: topology spread, preferred anti-affinity, required node affinity, preferred affinity, none.
    case mixed
  }

  let nodes: Int
  let pods: Int
  let kind: Kind

  func cluster() -> Cluster {
    var cluster = Cluster()
    cluster.nodes = (0..<nodes).map(node)
    cluster.pods = (0..<pods).map(pod)
    return cluster
  }

  private func node(_ index: Int) -> Node {
    let name = "node-\(padded(index, 5))"
    return Node(
      name: name,
      labels: [
        NodeType.hostnameLabel: name, NodeType.zoneLabel: "z\(index % 3)", "topology.kubernetes.io/region": "r1",
        "kubernetes.io/arch": "amd64", "disk": ["ssd", "hdd"][index % 2],
      ],
      taints: index % 10 == 0 ? [Taint(key: "dedicated", value: "infra", effect: .noSchedule)] : [],
      allocatable: [.cpu: 16_000, .memory: 64 << 30, .ephemeralStorage: 200 << 30, .pods: 110])
  }

  private func pod(_ index: Int) -> Pod {
    let group = index % 20
    let app = kind == .same ? "same" : "app\(group)"
    let mebibyte: Int64 = 1 << 20
    var spec = PodSpec(
      requests: kind == .same
        ? [.cpu: 100, .memory: 128 * mebibyte]
        : [.cpu: 50 + 25 * Int64(index % 8), .memory: (64 + 64 * Int64(index % 6)) * mebibyte],
      labels: ["app": app])
    spec.images = ["registry.example.com/app:1"]
    if kind == .mixed { addRules(group % 5, LabelSelector(matchLabels: ["app": app]), &spec) }
    return Pod(id: PodID(namespace: "default", name: "pod-\(padded(index, 6))"), spec: spec)
  }

  private func addRules(_ kind: Int, _ selector: LabelSelector, _ spec: inout PodSpec) {
    func term(_ key: String) -> PodAffinityTerm {
      PodAffinityTerm(selector: selector, namespaces: ["default"], topologyKey: key)
    }
    switch kind {
    case 1:
      spec.topologySpread = [
        .init(maxSkew: 2, topologyKey: NodeType.zoneLabel, selector: selector),
        .init(maxSkew: 1, topologyKey: NodeType.hostnameLabel, isHard: false, selector: selector),
      ]
    case 2: spec.preferredPodAffinity = [.init(weight: -100, term: term(NodeType.hostnameLabel))]
    case 3:
      let requirement = LabelRequirement(key: "disk", operator: .in, values: ["ssd"])
      spec.nodeAffinity = NodeSelector(terms: [NodeSelectorTerm(matchExpressions: [requirement])])
      spec.tolerations = [Toleration(key: "dedicated", operator: .exists)]
    case 4: spec.preferredPodAffinity = [.init(weight: 50, term: term(NodeType.zoneLabel))]
    default: break
    }
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
