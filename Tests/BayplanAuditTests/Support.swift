import BayplanModel

@testable import BayplanAudit

func node(
  _ name: String, cpu: Int64 = 1000, zone: String? = nil, pods: Int64 = 10, price: Int64 = 0, gpus: Int32 = 0
) -> Node {
  var labels = ["kubernetes.io/hostname": name]
  if let zone { labels[NodeType.zoneLabel] = zone }
  let devices = gpus > 0 ? [DeviceGroup(kind: "gpu", model: "A", count: gpus)] : []
  return Node(name: name, labels: labels, allocatable: [.cpu: cpu, .pods: pods], devices: devices, price: price)
}

func pod(
  _ name: String, cpu: Int64 = 100, app: String = "web", on node: String? = nil, workload: String? = nil,
  _ change: (inout PodSpec) -> Void = { _ in }
) -> Pod {
  var spec = PodSpec(requests: cpu == 0 ? [:] : [.cpu: cpu], labels: ["app": app])
  change(&spec)
  return Pod(id: id(name), workload: workload, spec: spec, nodeName: node)
}

func id(_ name: String) -> PodID { PodID(namespace: "ns", name: name) }

func term(_ app: String, _ key: String = NodeType.zoneLabel) -> PodAffinityTerm {
  PodAffinityTerm(selector: .init(matchLabels: ["app": app]), namespaces: ["ns"], topologyKey: key)
}

func cluster(_ nodes: [Node], _ pods: [Pod], _ change: (inout Cluster) -> Void = { _ in }) -> Cluster {
  var cluster = Cluster()
  cluster.nodes = nodes
  cluster.pods = pods
  change(&cluster)
  return cluster
}

/// Bound pods where they are, and the given ones.
func placements(_ cluster: Cluster, _ new: [String: String] = [:], devices: [String: [Int32]] = [:]) -> [Placement] {
  var result: [Placement] = []
  for pod in cluster.pods {
    if let node = pod.nodeName { result.append(Placement(pod: pod.id, node: node)) }
  }
  for (name, node) in new.sorted(by: { $0.key < $1.key }) {
    result.append(Placement(pod: id(name), node: node, devices: devices[name] ?? []))
  }
  return result
}

/// `constraint pod node` of each violation.
func found(
  _ cluster: Cluster, _ new: [String: String] = [:], devices: [String: [Int32]] = [:], opened: [Node] = []
) -> [String] {
  summary(
    Auditor(cluster: cluster).violations(of: placements(cluster, new, devices: devices), openedNodes: opened))
}

func baseline(_ cluster: Cluster, _ new: [String: String] = [:]) -> [String] {
  summary(Auditor(cluster: cluster).baselineViolations(of: placements(cluster, new), openedNodes: []))
}

private func summary(_ violations: [Violation]) -> [String] {
  violations.map { [$0.constraint, $0.pod?.name, $0.node].compactMap { $0 }.joined(separator: " ") }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same cases on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

extension Resource {
  static let gpu = Resource("gpu")
}

extension Resource: ExpressibleByStringLiteral {
  public init(stringLiteral value: String) { self.init(value) }
}
