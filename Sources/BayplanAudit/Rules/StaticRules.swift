import BayplanModel

/// `nodeSelector` and required node affinity.
@Sendable func nodeSelectorViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for placed in board.pods {
    let node = board.nodes[placed.node]
    let spec = placed.pod.spec
    for (key, value) in spec.nodeSelector.sorted(by: { $0.key < $1.key }) where node.labels[key] != value {
      findings.add(
        "nodeSelector", pod: placed.pod.id, node: node.name, isBaseline: !placed.isNew,
        "the node has \(node.labels[key].map { "\(key)=\($0)" } ?? "no label \(key)"), not \(key)=\(value)")
    }
    if let affinity = spec.nodeAffinity, !affinity.matches(name: node.name, labels: node.labels) {
      findings.add(
        "nodeAffinity", pod: placed.pod.id, node: node.name, isBaseline: !placed.isNew,
        "no required node affinity term matches the node")
    }
  }
  return findings
}

/// `NoSchedule` and `NoExecute` taints, and nodes that are unschedulable.
@Sendable func taintViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for placed in board.pods {
    let node = board.nodes[placed.node]
    guard let taint = NodeQuestion(placed.pod.spec).untoleratedTaint(of: node) else { continue }
    findings.add(
      "taints", pod: placed.pod.id, node: node.name, isBaseline: !placed.isNew,
      "the pod does not tolerate \(taint.key)=\(taint.value):\(taint.effect.rawValue)")
  }
  return findings
}

/// Opened nodes are what their type says, no more of them than there may be, and each has a name of its own.
///
/// Labels beyond the type's are those of `NodeType.makeNode` only: a plan may not invent labels that selectors match.
@Sendable func openedNodeViolations(_ board: Board) -> Findings {
  var findings = Findings()
  let types = Dictionary(board.cluster.nodeTypes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  var names: Set<String> = []
  for node in board.cluster.nodes where !names.insert(node.name).inserted {
    findings.add("duplicate", node: node.name, isBaseline: true, "two nodes of the input have this name")
  }
  var count: [String: Int] = [:]
  for node in board.nodes[board.cluster.nodes.count...] {
    if !names.insert(node.name).inserted {
      findings.add("duplicate", node: node.name, "an opened node has the name of another node")
    }
    guard let name = node.type, let type = types[name] else {
      findings.add("unknownNode", node: node.name, "the opened node is of no known type")
      continue
    }
    count[name, default: 0] += 1
    let differences = differences(of: node, from: type)
    if !differences.isEmpty {
      findings.add(
        "unknownNode", node: node.name,
        "the opened node differs from type \(name) in \(differences.joined(separator: ", "))")
    }
  }
  for (name, count) in count {
    if let limit = types[name]?.maxCount, count > limit {
      findings.add("poolLimit", "\(count) nodes of type \(name) are opened, at most \(limit) can be had")
    }
  }
  return findings
}

private func differences(of node: Node, from type: NodeType) -> [String] {
  var result: [String] = []
  if node.allocatable != type.allocatable { result.append("allocatable") }
  if node.taints != type.taints || node.isUnschedulable { result.append("taints") }
  if node.devices != type.devices { result.append("devices") }
  if node.price != type.price { result.append("price") }
  let zone = node.labels[NodeType.zoneLabel]
  let isZoneRight =
    type.zones.isEmpty ? zone == type.labels[NodeType.zoneLabel] : zone.map(type.zones.contains) ?? false
  if !isZoneRight { result.append("zone") }
  let instanceTypeLabel = "node.kubernetes.io/instance-type"
  if node.labels[NodeType.hostnameLabel] != node.name { result.append("label \(NodeType.hostnameLabel)") }
  if node.labels[instanceTypeLabel] != type.labels[instanceTypeLabel] ?? type.name {
    result.append("label \(instanceTypeLabel)")
  }
  let special = [NodeType.zoneLabel, NodeType.hostnameLabel, instanceTypeLabel]
  let keys = Set(node.labels.keys).union(type.labels.keys).subtracting(special)
  for key in keys.sorted() where node.labels[key] != type.labels[key] { result.append("label \(key)") }
  return result
}
