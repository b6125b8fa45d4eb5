import BayplanModel

extension Relaxation {
  /// One bin per node, and one per node type and zone.
  mutating func makeBins() {
    for (index, node) in cluster.nodes.enumerated() {
      var bin = Bin(node: node, index: index)
      let others = board.podsOnNode[index].map { board.pods[$0] }.filter { $0.origin != .new }
      bin.isInUse = others.contains { $0.origin == .bound && !$0.pod.isDaemonPod }
      bin.shelves = board.shelvesWithBoundPods(ofNode: index).shelves
      for placed in others where placed.origin == .daemon {
        guard let request = placed.pod.spec.devices,
          let shelf = bin.shelves.firstIndex(where: { $0.kind == request.kind }),
          bin.shelves[shelf].fault(of: placed.devices, for: request) == nil
        else { continue }
        bin.shelves[shelf].take(placed.devices, for: request)
      }
      bin.ports = others.flatMap(\.pod.spec.hostPorts)
      for case let workload? in others.map(\.pod.workload) { bin.workloads[workload, default: 0] += 1 }
      setRoom(of: &bin, beside: others.map(\.pod.spec))
      bins.append(bin)
    }
    for (index, type) in cluster.nodeTypes.enumerated() {
      let zones: [String?] = type.zones.isEmpty ? [nil] : type.zones.map { $0 }
      for zone in zones {
        var bin = Bin(node: type.makeNode(zone: zone, ordinal: 0), index: nil, type: index)
        bin.shelves = DeviceShelf.shelves(of: type.devices)
        setRoom(of: &bin, beside: certainDaemons(on: bin.node))
        bins.append(bin)
      }
    }
    let limited = Set(shapes.compactMap(\.workload))
    for index in bins.indices { bins[index].workloads = bins[index].workloads.filter { limited.contains($0.key) } }
  }

  private func setRoom(of bin: inout Bin, beside others: [PodSpec]) {
    bin.free = resources.map { resource in
      var free = Int128(bin.node.allocatable[resource])
      for spec in others { free -= resource == .pods ? 1 : Int128(spec.requests[resource]) }
      return Int64(clamping: max(0, free))
    }
    bin.free += kinds.map { kind in
      bin.shelves.filter { $0.kind == kind }.flatMap(\.used).reduce(0) { $0 + max(0, 1000 - $1) }
    }
  }

  /// The daemons that run on every new node of a type, whatever its name and neighbours; none if they do not all fit.
  /// A daemon that some pod's anti-affinity may keep out is not certain.
  private func certainDaemons(on node: Node) -> [PodSpec] {
    let owners = (classes.map(\.spec) + board.classes.map(\.spec)).filter { !$0.podAntiAffinity.isEmpty }
    let welcome = cluster.daemons.filter { daemon in
      let pod = Pod(id: daemon.id, spec: daemon.spec)
      return !owners.contains { spec in
        spec.podAntiAffinity.contains { $0.matches(pod, namespaceLabels: cluster.namespaces) }
      }
    }
    let specs = welcome.map(\.spec).filter { spec in
      let question = NodeQuestion(spec)
      return !question.mentionsName && question.admits(node) && spec.devices == nil && spec.podAffinity.isEmpty
        && spec.podAntiAffinity.isEmpty && !spec.topologySpread.contains(where: \.isHard) && spec.hostPorts.isEmpty
    }
    var sums: [Resource: Int128] = [.pods: Int128(specs.count)]
    for spec in specs {
      for (resource, amount) in spec.requests.amounts where resource != .pods {
        sums[resource, default: 0] += Int128(amount)
      }
    }
    return sums.allSatisfy { $1 <= Int128(node.allocatable[$0]) } ? specs : []
  }

  mutating func markEligible() {
    let words = (shapes.count + 63) / 64
    var questionIndex: [NodeQuestion: Int] = [:]
    let questionOfShape = shapes.map { shape in
      let index = questionIndex[shape.node] ?? questionIndex.count
      questionIndex[shape.node] = index
      return index
    }
    let questions = questionIndex.sorted { $0.value < $1.value }.map(\.key)
    let names = Set(cluster.nodes.map(\.name))
    for index in bins.indices {
      let bin = bins[index]
      let answers = questions.map { question in
        bin.type == nil ? question.admits(bin.node) : question.mayAdmit(newNode: bin.node, besides: names)
      }
      var eligible = Array(repeating: UInt64(0), count: words)
      for shape in shapes.indices where answers[questionOfShape[shape]] && isOpen(bin, to: shapes[shape]) {
        eligible[shape >> 6] |= 1 << UInt64(shape & 63)
      }
      bins[index].eligible = eligible
    }
  }

  private func isOpen(_ bin: Bin, to shape: Shape) -> Bool {
    let labels = bin.node.labels
    if shape.neededKeys.contains(where: { labels[$0] == nil }) { return false }
    // The host name of a node that is yet to come is not known.
    let isKnown = { (key: String) in bin.type == nil || key != NodeType.hostnameLabel }
    if shape.closedDomains.contains(where: { isKnown($0.key) && labels[$0.key] == $0.name }) { return false }
    let isFar = shape.requirements.contains { requirement in
      isKnown(requirement.key) && !(labels[requirement.key].map(requirement.domains.contains) ?? false)
    }
    if isFar { return false }
    for port in shape.hostPorts where bin.ports.contains(where: { $0.collides(with: port) }) { return false }
    guard let request = shape.devices else { return true }
    guard let shelf = bin.shelves.first(where: { $0.kind == request.kind }) else { return false }
    let acceptable = shelf.used.indices.filter {
      shelf.isAcceptable($0, for: request) && shelf.used[$0] + Int64(request.milliPerDevice) <= 1000
    }
    return acceptable.count >= Int(request.count)
  }
}
