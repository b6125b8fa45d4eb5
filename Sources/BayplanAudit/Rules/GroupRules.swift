import BayplanModel

private struct GroupName: Hashable {
  var namespace: String
  var name: String
}

/// Of a pod group none is placed, or at least `minMember` have a node (bound ones included).
@Sendable func podGroupViolations(_ board: Board) -> Findings {
  var findings = Findings()
  var members: [GroupName: (total: Int, new: Int)] = [:]
  for placed in board.pods {
    guard let group = placed.pod.spec.podGroup, placed.origin != .daemon else { continue }
    let name = GroupName(namespace: placed.pod.id.namespace, name: group)
    members[name, default: (0, 0)].total += 1
    if placed.isNew { members[name, default: (0, 0)].new += 1 }
  }
  for group in board.cluster.podGroups {
    guard let count = members[GroupName(namespace: group.namespace, name: group.name)], count.new > 0 else { continue }
    if count.total < Int(group.minMember) {
      findings.add(
        "podGroup",
        "\(count.total) pods of group \(group.namespace)/\(group.name) have a node, it needs \(group.minMember)")
    }
  }
  return findings
}

/// Pods of one namespace with the same colocation key share a node: all of them are placed there, or none.
///
/// Bound members fix the node; gated ones are not asked for.
@Sendable func colocationViolations(_ board: Board) -> Findings {
  var findings = Findings()
  var bound: [GroupName: Set<Int>] = [:]
  var new: [GroupName: [Board.PlacedPod]] = [:]
  for placed in board.pods {
    guard let key = placed.pod.spec.colocation, placed.origin != .daemon else { continue }
    let name = GroupName(namespace: placed.pod.id.namespace, name: key)
    if placed.isNew { new[name, default: []].append(placed) } else { bound[name, default: []].insert(placed.node) }
  }
  for (name, members) in new {
    let home = bound[name] ?? [members[0].node]
    for placed in members where !home.contains(placed.node) {
      findings.add(
        "colocation", pod: placed.pod.id, node: board.nodes[placed.node].name,
        "other pods of \(name.namespace)/\(name.name) are on another node")
    }
  }
  for pod in board.cluster.pendingPods {
    guard let key = pod.spec.colocation, !board.placedPending.contains(pod.id) else { continue }
    if new[GroupName(namespace: pod.id.namespace, name: key)] != nil {
      findings.add("colocation", pod: pod.id, "the pod is left out while others of \(key) are placed")
    }
  }
  return findings
}

/// Every eligible node, there or opened, carries one pod of each daemon, or the plan names that pod as unplaced.
///
/// A pod that the daemon runs on the node already counts. A pod named as unplaced must really not fit beside the bound
/// and daemon pods; this is checked where only requests and host ports can keep it out.
func daemonViolations(_ board: Board, unplaced: Set<PodID>) -> Findings {
  var findings = Findings()
  for daemon in board.cluster.daemons {
    let question = NodeQuestion(daemon.spec)
    let workload = daemon.workload
    let mayBeExcluded = mayBeExcluded(daemon, on: board)
    for (index, node) in board.nodes.enumerated() {
      let own = board.podsOnNode[index].filter { board.pods[$0].pod.workload == workload }
      let new = own.filter { board.pods[$0].isNew }
      let id = PodID(namespace: daemon.id.namespace, name: "\(daemon.id.name)-\(node.name)")
      // A pod of the input may have the name of the daemon's pod; it stands for it.
      let isPlaced = !own.isEmpty || board.podsOnNode[index].contains { board.pods[$0].pod.id == id }
      let isEligible = question.admits(node)
      for pod in new where !isEligible || own.count > new.count {
        findings.add(
          "daemon", pod: board.pods[pod].pod.id, node: node.name,
          isEligible ? "the node carries a pod of the daemon already" : "the daemon is not eligible for the node")
      }
      if !isEligible || isPlaced { continue }
      if !unplaced.contains(id) {
        findings.add("daemon", pod: id, node: node.name, "the daemon's pod is neither placed nor named as unplaced")
      } else if !mayBeExcluded && wouldFit(daemon, on: index, of: board) {
        findings.add("daemon", pod: id, node: node.name, "the daemon's pod is left out although it fits")
      }
    }
  }
  return findings
}

/// Whether more than requests and host ports may keep the daemon's pod out.
private func mayBeExcluded(_ daemon: DaemonWorkload, on board: Board) -> Bool {
  let spec = daemon.spec
  if spec.devices != nil || !spec.podAffinity.isEmpty || !spec.podAntiAffinity.isEmpty { return true }
  if spec.topologySpread.contains(where: \.isHard) { return true }
  let pod = Pod(id: daemon.id, spec: spec)
  return board.classes.contains {
    $0.spec.podAntiAffinity.contains { $0.matches(pod, namespaceLabels: board.cluster.namespaces) }
  }
}

private func wouldFit(_ daemon: DaemonWorkload, on node: Int, of board: Board) -> Bool {
  let spec = daemon.spec
  let others = board.podsOnNode[node].map { board.pods[$0] }.filter { $0.origin != .new }
  if Int128(others.count) + 1 > Int128(board.nodes[node].allocatable[.pods]) { return false }
  for (resource, amount) in spec.requests.amounts where amount > 0 && resource != .pods {
    let sum = others.reduce(Int128(amount)) { $0 + Int128($1.pod.spec.requests[resource]) }
    if sum > Int128(board.nodes[node].allocatable[resource]) { return false }
  }
  for port in spec.hostPorts {
    for other in others where other.pod.spec.hostPorts.contains(where: { $0.collides(with: port) }) { return false }
  }
  return true
}
