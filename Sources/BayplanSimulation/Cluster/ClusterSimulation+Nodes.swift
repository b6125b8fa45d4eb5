import BayplanModel

/// Nodes that fail, are found out, lose their pods, and come back.
/// Source: kubernetes pkg/controller/nodelifecycle and pkg/controller/tainteviction, as of 1.34.
extension ClusterSimulation {
  func nodes(_ target: NodeTarget) -> [Int32] {
    state.nodes.indices.filter { state.nodes[$0].condition != .gone && target.matches(state.nodes[$0].node) }
      .map(Int32.init)
  }

  @discardableResult
  mutating func addNode(_ node: Node, _ condition: SimulatedNode.Condition, pool: Int32 = -1) -> Int32 {
    state.nodes.append(SimulatedNode(node, condition: condition, pool: pool))
    let number = Int32(state.nodes.count - 1)
    state.metrics.price += node.price
    if condition == .ready { register(number) }
    return number
  }

  /// A node joins the cluster.
  private mutating func register(_ number: Int32) {
    state.metrics.nodes += 1
    state.metrics.readyNodes += 1
    state.metrics.provide(state.nodes[Int(number)].node, times: 1)
    invalidateScheduler()
    touchDaemons()
    if state.hasBegun { beginFaults(of: number) }
  }

  mutating func handleNode(_ kind: Event.Kind, _ number: Int32) {
    switch kind {
    case .nodeUp:
      state.nodes[Int(number)].condition = .ready
      state.nodes[Int(number)].stamp += 1
      register(number)
      logNode("RegisteredNode", number, by: "node-controller", "Node joined the cluster")
    case .nodeSilent: lose(number)
    default: break
    }
  }

  // MARK: Failure and recovery

  /// The node stops answering. Its pods stay where they are, but nobody gets an answer from them.
  mutating func fail(_ number: Int32, for time: Millis?) {
    let index = Int(number)
    guard state.nodes[index].isRegistered else { return }
    state.nodes[index].faults += 1
    if let time { state.queue.schedule(Event(.nodeBack, number), at: state.now + time) }
    guard state.nodes[index].answers else { return }
    state.nodes[index].condition = .silent
    state.nodes[index].stamp += 1
    state.metrics.readyNodes -= 1
    state.metrics.nodeFailures += 1
    logNode("NodeStopped", number, by: "simulator", isWarning: true, "Node stopped answering")
    for pod in state.nodes[index].pods {
      suspend(pod)
      recountReady(pod)
    }
    let stamp = state.nodes[index].stamp
    state.queue.schedule(Event(.nodeSilent, number, stamp: stamp), at: state.now + scenario.timings.nodeGrace)
  }

  /// One of the faults that kept the node down is over.
  mutating func repair(_ number: Int32) {
    let index = Int(number)
    state.nodes[index].faults -= 1
    if state.nodes[index].faults == 0, [.silent, .lost].contains(state.nodes[index].condition) { recover(number) }
  }

  /// The control plane has noticed.
  private mutating func lose(_ number: Int32) {
    let index = Int(number)
    state.nodes[index].condition = .lost
    state.nodes[index].lostSince = state.now
    state.nodes[index].node.taints.append(Taint(key: SimulatedNode.unreachable, effect: .noSchedule))
    logNode("NodeNotReady", number, by: "node-controller", isWarning: true, "Node status is now: NodeNotReady")
    for pod in state.nodes[index].pods { setReady(pod, false) }
    invalidateScheduler()
    let zone = state.nodes[index].node.labels[NodeType.zoneLabel] ?? ""
    let queue = state.evictionQueues.firstIndex { $0.zone == zone } ?? state.evictionQueues.count
    if queue == state.evictionQueues.count { state.evictionQueues.append(EvictionQueue(zone: zone)) }
    state.evictionQueues[queue].nodes.append(number)
    scheduleEviction(queue)
  }

  private mutating func recover(_ number: Int32) {
    let index = Int(number)
    let wasLost = state.nodes[index].condition == .lost
    state.nodes[index].condition = .ready
    state.nodes[index].stamp += 1
    state.nodes[index].evictingSince = -1
    state.nodes[index].lostSince = -1
    state.metrics.readyNodes += 1
    logNode("NodeReady", number, by: "kubelet", "Node status is now: NodeReady")
    if wasLost {
      state.nodes[index].node.taints.removeAll { $0.key == SimulatedNode.unreachable }
      invalidateScheduler()
    }
    for pod in state.nodes[index].pods { resume(pod) }
  }

  /// The node is no more, and its pods are gone with it.
  mutating func removeNode(_ number: Int32, _ cause: EvictionCause) {
    let index = Int(number)
    guard state.nodes[index].condition != .gone else { return }
    let wasRegistered = state.nodes[index].isRegistered
    logNode("RemovingNode", number, by: "node-controller", "Node is removed from the cluster")
    if state.nodes[index].answers { state.metrics.readyNodes -= 1 }
    for pod in state.nodes[index].pods {
      state.pods[pod].hasFailed = true
      if state.pods[pod].phase != .stopping { state.metrics.evictions[cause.rawValue, default: 0] += 1 }
      remove(pod)
    }
    for drain in state.drains.indices where state.drains[drain].node == number { state.drains[drain].isOver = true }
    state.nodes[index].condition = .gone
    state.nodes[index].stamp += 1
    state.metrics.price -= state.nodes[index].node.price
    if wasRegistered {
      state.metrics.nodes -= 1
      state.metrics.provide(state.nodes[index].node, times: -1)
    }
    invalidateScheduler()
    touchDaemons()
  }

  // MARK: Eviction from lost nodes

  /// Zones by how many of their nodes are lost: all, most, or few.
  private enum Disruption { case normal, partial, full }

  private func disruption(of zone: String) -> (degree: Disruption, nodes: Int) {
    var ready = 0
    var lost = 0
    for node in state.nodes where node.isRegistered && (node.node.labels[NodeType.zoneLabel] ?? "") == zone {
      if node.condition == .lost { lost += 1 } else { ready += 1 }
    }
    if ready == 0 && lost > 0 { return (.full, lost) }
    return (lost > 2 && lost * 100 >= 55 * (lost + ready) ? .partial : .normal, lost + ready)
  }

  /// In a zone where most nodes are lost evictions stop (in one of more than 50 nodes they only slow down), and so
  /// they do where all zones are lost: the fault is likely to be the control plane's.
  private func evictionInterval(_ zone: String) -> Millis? {
    let interval = scenario.timings.evictionInterval
    let (degree, nodes) = disruption(of: zone)
    switch degree {
    case .normal: return interval
    case .partial: return nodes > 50 ? 10 * interval : nil
    case .full:
      let zones = Set(state.nodes.filter(\.isRegistered).map { $0.node.labels[NodeType.zoneLabel] ?? "" })
      return zones.allSatisfy { disruption(of: $0).degree == .full } ? nil : interval
    }
  }

  private mutating func scheduleEviction(_ number: Int) {
    let queue = state.evictionQueues[number]
    if queue.isTicking || queue.nodes.isEmpty { return }
    state.evictionQueues[number].isTicking = true
    state.queue.schedule(Event(.evictNext, Int32(number)), at: max(state.now, queue.nextAt))
  }

  /// Gives the next lost node of a zone the taint that drives pods away.
  mutating func evictNext(_ number: Int) {
    state.evictionQueues[number].isTicking = false
    state.evictionQueues[number].nodes.removeAll { state.nodes[Int($0)].condition != .lost }
    guard let node = state.evictionQueues[number].nodes.first else { return }
    guard let interval = evictionInterval(state.evictionQueues[number].zone) else {
      // Looked at again as often as the controller looks at its zones.
      state.evictionQueues[number].nextAt = state.now + 5000
      scheduleEviction(number)
      return
    }
    state.evictionQueues[number].nodes.removeFirst()
    state.evictionQueues[number].nextAt = state.now + interval
    state.nodes[Int(node)].evictingSince = state.now
    let taint = SimulatedNode.drivingAway
    state.nodes[Int(node)].node.taints.append(taint)
    invalidateScheduler()
    for pod in state.nodes[Int(node)].pods where state.pods[pod].phase != .stopping {
      guard let time = toleration(of: pod, taint) else { continue }
      state.queue.schedule(Event(.tolerated, pod, stamp: state.pods[pod].stamp), at: state.now + time)
    }
    scheduleEviction(number)
  }

  /// How long a pod tolerates a `NoExecute` taint; nil for ever. Several tolerations: the shortest.
  private func toleration(of number: Int32, _ taint: Taint) -> Millis? {
    let all = template(of: number).pod.spec.tolerations.filter { $0.tolerates(taint) }
    if all.isEmpty { return taint.key == SimulatedNode.unreachable ? scenario.timings.unreachableToleration : 0 }
    return all.compactMap(\.seconds).min().map { max(0, $0) * 1000 }
  }

  mutating func evictFromLostNode(_ number: Int32) {
    let node = state.pods[number].node
    // The node may have been back in between.
    guard node >= 0, state.pods[number].phase != .stopping, state.nodes[Int(node)].evictingSince >= 0,
      let time = toleration(of: number, SimulatedNode.drivingAway),
      state.nodes[Int(node)].evictingSince + time == state.now
    else { return }
    logPod(
      "TaintManagerEviction", number, by: "taint-eviction-controller",
      "Marking for deletion Pod \(namespace(of: number))/\(state.pods[number].name)")
    evict(number, .lostNode)
  }
}
