import BayplanModel

/// Requests and the number of pods within what the node has to give.
///
/// As in Kubernetes a resource that a pod does not ask for is never checked for it, so an overfull resource counts
/// against a plan where a newly placed pod asks for it; sums are exact.
@Sendable func resourceViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for (index, node) in board.nodes.enumerated() {
    let pods = board.podsOnNode[index].map { board.pods[$0] }
    if pods.isEmpty { continue }
    var sum: [Resource: Int128] = [.pods: Int128(pods.count)]
    var isAskedByNew: Set<Resource> = []
    if pods.contains(where: \.isNew) { isAskedByNew.insert(.pods) }
    for placed in pods {
      for (resource, amount) in placed.pod.spec.requests.amounts where resource != .pods {
        sum[resource, default: 0] += Int128(amount)
        if placed.isNew && amount > 0 { isAskedByNew.insert(resource) }
      }
    }
    for (resource, amount) in sum where amount > Int128(node.allocatable[resource]) {
      findings.add(
        "resources", node: node.name, isBaseline: !isAskedByNew.contains(resource),
        "\(resource.rawValue): \(amount) requested, \(node.allocatable[resource]) allocatable")
    }
  }
  return findings
}

/// Two pods of one node take the same port.
@Sendable func hostPortViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for (index, node) in board.nodes.enumerated() {
    // Bound pods first, so that a collision is reported for the pod that was added.
    let withPorts = board.podsOnNode[index].filter { !board.pods[$0].pod.spec.hostPorts.isEmpty }
    let ordered = withPorts.filter { !board.pods[$0].isNew } + withPorts.filter { board.pods[$0].isNew }
    var taken: [Int32: [(port: HostPort, owner: PodID)]] = [:]
    for pod in ordered {
      let placed = board.pods[pod]
      for port in placed.pod.spec.hostPorts {
        if let other = taken[port.port]?.first(where: { $0.port.collides(with: port) }) {
          findings.add(
            "hostPorts", pod: placed.pod.id, node: node.name, isBaseline: !placed.isNew,
            "port \(port.port)/\(port.protocol) is taken by \(other.owner)")
        }
      }
      for port in placed.pod.spec.hostPorts { taken[port.port, default: []].append((port, placed.pod.id)) }
    }
  }
  return findings
}

/// At most `maxPerNode` pods of one workload on a node.
@Sendable func maxPerNodeViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for (index, node) in board.nodes.enumerated() {
    var count: [String: Int] = [:]
    for pod in board.podsOnNode[index] {
      if let workload = board.pods[pod].pod.workload { count[workload, default: 0] += 1 }
    }
    for pod in board.podsOnNode[index] {
      let placed = board.pods[pod]
      guard let limit = placed.pod.spec.maxPerNode, let workload = placed.pod.workload else { continue }
      if let count = count[workload], count > limit {
        findings.add(
          "maxPerNode", pod: placed.pod.id, node: node.name, isBaseline: !placed.isNew,
          "\(count) pods of \(workload), at most \(limit) may share a node")
      }
    }
  }
  return findings
}
