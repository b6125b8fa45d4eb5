import BayplanModel
import BayplanPacking
import BayplanScheduling

/// What the scenario makes happen: at given times, by chance, and by traces.
extension ClusterSimulation {
  mutating func act(_ number: Int32) {
    let event = scenario.events[Int(number)]
    if let every = event.every { state.queue.schedule(Event(.scripted, number), at: state.now + every) }
    switch event.action {
    case .fail(let target, let time): for node in nodes(target) { fail(node, for: time) }
    case .drain(let target, let time, let removes):
      for node in nodes(target) { beginDrain(Drain(node: node, restores: time, removes: removes)) }
    case .cordon(let target): for node in nodes(target) { cordon(node, true) }
    case .uncordon(let target): for node in nodes(target) { cordon(node, false) }
    case .remove(let target): for node in nodes(target) { removeNode(node, .removedNode) }
    case .add(let type, let count): add(count, of: type)
    case .scale(let name, let replicas):
      if let workload = workload(name) { scale(workload, to: replicas, by: "simulator", "the scenario says so") }
    case .update(let name, let change): if let workload = workload(name) { update(workload, change) }
    case .crash(let name, let count):
      guard let workload = workload(name) else { return }
      let running = state.workloads[Int(workload)].pods.filter { state.pods[$0].phase == .running }
      for pod in running.prefix(count) { crash(pod) }
    }
  }

  /// As many as the pool may have.
  private mutating func add(_ count: Int, of name: String) {
    let pool = scenario.cluster.nodeTypes.firstIndex { $0.name == name }!
    let room = scenario.cluster.nodeTypes[pool].maxCount.map { Int($0) - self.count(of: name) } ?? count
    for _ in 0..<min(count, max(0, room)) {
      let number = addNode(makeNode(of: name), .ready, pool: Int32(pool))
      state.metrics.nodesAdded += 1
      logNode("RegisteredNode", number, by: "node-controller", "Node joined the cluster")
    }
    if room < count {
      log("PoolIsFull", "NodePool", name, by: "simulator", isWarning: true, "\(max(0, room)) of \(count) nodes added")
    }
  }

  /// A further node of an elastic type, in the zone that has the fewest of it.
  mutating func makeNode(of name: String, zone: String? = nil) -> Node {
    let type = scenario.cluster.nodeTypes.first { $0.name == name }!
    let zone = zone ?? type.zones.min { count(of: name, in: $0) < count(of: name, in: $1) }
    let key = "\(name)/\(zone ?? "")"
    var node: Node
    repeat {
      let ordinal = state.nodeOrdinals[key, default: 0]
      state.nodeOrdinals[key] = ordinal + 1
      node = type.makeNode(zone: zone, ordinal: ordinal)
    } while state.nodes.contains { $0.node.name == node.name }
    return asSeen(node)
  }

  /// A policy knows devices by name, kube-scheduler their number.
  func asSeen(_ node: Node) -> Node { policy == nil ? node.countingDevices : node }

  /// Nodes of an elastic type that are there or on their way.
  func count(of type: String, in zone: String? = nil) -> Int {
    state.nodes.count {
      $0.condition != .gone && $0.pool >= 0 && $0.node.type == type
        && (zone == nil || $0.node.labels[NodeType.zoneLabel] == zone)
    }
  }

  func workload(_ reference: String) -> Int32? {
    state.workloads.firstIndex { $0.isThere && !$0.isStopped && $0.workload.reference == reference }.map(Int32.init)
  }

  // MARK: Chance

  /// A clock per thing that can fail; one stream of chance per fault.
  mutating func beginFault(_ number: Int) {
    switch scenario.faults[number].kind {
    case .nodes(let target): for node in nodes(target) { scheduleFault(number, Int(node)) }
    case .domains(let key):
      for domain in domains(key).indices { scheduleFault(number, domain) }
    case .pods: state.queue.schedule(Event(.fault, Int32(number), stamp: Self.onlyLook), at: 0)
    }
  }

  /// Of a node that has come later.
  mutating func beginFaults(of node: Int32) {
    for (number, fault) in scenario.faults.enumerated() {
      if case .nodes(let target) = fault.kind, target.matches(state.nodes[Int(node)].node) {
        scheduleFault(number, Int(node))
      }
    }
  }

  private func domains(_ key: String) -> [String] {
    Set(scenario.cluster.nodes.compactMap { $0.labels[key] }).sorted()
  }

  private mutating func scheduleFault(_ number: Int, _ subject: Int) {
    let time = state.faultRandom[number].exponential(mean: scenario.faults[number].meanTimeBetween)
    state.queue.schedule(Event(.fault, Int32(number), stamp: UInt32(subject)), at: state.now + time)
  }

  mutating func strike(_ number: Int32, _ stamp: UInt32) {
    let fault = scenario.faults[Int(number)]
    func repairTime(_ random: inout SplitMix64) -> Millis { random.exponential(mean: fault.meanTimeToRepair) }
    switch fault.kind {
    case .nodes:
      if state.nodes[Int(stamp)].condition == .gone { return }
      fail(Int32(stamp), for: repairTime(&state.faultRandom[Int(number)]))
    case .domains(let key):
      let domain = domains(key)[Int(stamp)]
      let time = repairTime(&state.faultRandom[Int(number)])
      for node in nodes(NodeTarget(labels: [key: domain])) { fail(node, for: time) }
    case .pods(let name): return strikePods(number, name, stamp)
    }
    scheduleFault(Int(number), Int(stamp))
  }

  private static let onlyLook = UInt32.max

  /// One clock for all pods, which ticks the faster the more there are. Their number changes, so that it looks again after a
  /// while; exponential times have no memory, and nothing is lost by drawing anew.
  private mutating func strikePods(_ number: Int32, _ name: String, _ stamp: UInt32) {
    let running = state.pods.slots.indices.map(Int32.init).filter {
      state.pods[$0].isThere && state.pods[$0].phase == .running
        && (name.isEmpty
          || state.pods[$0].workload >= 0
            && state.workloads[Int(state.pods[$0].workload)].workload.reference == name)
    }
    if stamp != Self.onlyLook, let pod = running.randomElement(using: &state.faultRandom[Int(number)]) { crash(pod) }
    let mean = scenario.faults[Int(number)].meanTimeBetween
    let patience = max(1000, min(3_600_000, mean / 20))
    let time =
      running.isEmpty
      ? Millis.max : state.faultRandom[Int(number)].exponential(mean: max(1, mean / Millis(running.count)))
    let isSoon = time <= patience
    state.queue.schedule(
      Event(.fault, number, stamp: isSoon ? 0 : Self.onlyLook), at: state.now + (isSoon ? time : patience))
  }

  // MARK: Arrivals

  /// Pods that arrive now, from a trace. What never leaves in the trace never leaves here.
  mutating func arrive(_ number: Int32) {
    let source = scenario.arrivals[Int(number)]
    let templates = sourceTemplates[Int(number)]
    var index = Int(state.sources[Int(number)])
    while index < source.trace.arrivals.count, source.at + source.trace.arrivals[index].atMillis <= state.now {
      let arrival = source.trace.arrivals[index]
      createPod(
        source.trace.name(of: index), template: templates + arrival.shape, workload: -1,
        runs: arrival.lifetimeMillis ?? -1)
      index += 1
    }
    state.sources[Int(number)] = Int32(index)
    if index < source.trace.arrivals.count {
      state.queue.schedule(Event(.arrival, number), at: source.at + source.trace.arrivals[index].atMillis)
    }
  }
}
