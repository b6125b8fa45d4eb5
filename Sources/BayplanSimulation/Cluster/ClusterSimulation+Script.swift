import BayplanModel
import BayplanPacking

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
    case .add(let type, let count): for _ in 0..<count { addNode(makeNode(of: type), .ready) }
    case .scale(let name, let replicas):
      if let workload = workload(name) { scale(workload, to: replicas, by: "simulator", "the scenario says so") }
    case .update(let name, let change): if let workload = workload(name) { update(workload, change) }
    case .crash(let name, let count):
      guard let workload = workload(name) else { return }
      let running = state.workloads[Int(workload)].pods.filter { state.pods[$0].phase == .running }
      for pod in running.prefix(count) { crash(pod) }
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
    for group in node.devices { node.allocatable[group.kind] += Int64(group.count) }
    return node
  }

  /// Nodes of an elastic type that are there or on their way.
  func count(of type: String, in zone: String? = nil) -> Int {
    state.nodes.count {
      $0.condition != .gone && $0.pool >= 0 && $0.node.type == type
        && (zone == nil || $0.node.labels[NodeType.zoneLabel] == zone)
    }
  }

  func workload(_ reference: String) -> Int32? {
    state.workloads.firstIndex { $0.isThere && $0.workload.reference == reference }.map(Int32.init)
  }

  // MARK: Chance

  /// A clock per thing that can fail; one stream of chance per fault.
  mutating func beginFault(_ number: Int) {
    let fault = scenario.faults[number]
    switch fault.kind {
    case .nodes(let target): for node in nodes(target) { scheduleFault(number, Int(node)) }
    case .domains(let key):
      for domain in domains(key).indices { scheduleFault(number, domain) }
    case .pods: scheduleFault(number, 0)
    }
  }

  private func domains(_ key: String) -> [String] {
    Set(scenario.cluster.nodes.compactMap { $0.labels[key] }).sorted()
  }

  private mutating func scheduleFault(_ number: Int, _ subject: Int) {
    var mean = scenario.faults[number].meanTimeBetween
    if case .pods = scenario.faults[number].kind { mean = max(1, mean / Millis(max(1, state.pods.count))) }
    let time = state.faultRandom[number].exponential(mean: mean)
    state.queue.schedule(Event(.fault, Int32(number), stamp: UInt32(subject)), at: state.now + time)
  }

  mutating func strike(_ number: Int32, _ subject: Int32) {
    let fault = scenario.faults[Int(number)]
    func repairTime(_ random: inout SplitMix64) -> Millis { random.exponential(mean: fault.meanTimeToRepair) }
    switch fault.kind {
    case .nodes:
      if state.nodes[Int(subject)].condition == .gone { return }
      fail(subject, for: repairTime(&state.faultRandom[Int(number)]))
    case .domains(let key):
      let domain = domains(key)[Int(subject)]
      let time = repairTime(&state.faultRandom[Int(number)])
      for node in nodes(NodeTarget(labels: [key: domain])) { fail(node, for: time) }
    case .pods(let name):
      let running = state.pods.slots.indices.map(Int32.init).filter {
        state.pods[$0].isThere && state.pods[$0].phase == .running
          && (name.isEmpty
            || state.pods[$0].workload >= 0
              && state.workloads[Int(state.pods[$0].workload)].workload.reference == name)
      }
      if let pod = running.randomElement(using: &state.faultRandom[Int(number)]) { crash(pod) }
    }
    scheduleFault(Int(number), Int(subject))
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
