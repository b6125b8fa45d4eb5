import BayplanModel

/// Nodes that are emptied, as `kubectl drain` does it: cordon, then evict everything but daemons, again every five seconds
/// where a budget does not allow it.
extension ClusterSimulation {
  private static let retry: Millis = 5000

  mutating func cordon(_ number: Int32, _ isUnschedulable: Bool) {
    if state.nodes[Int(number)].node.isUnschedulable == isUnschedulable { return }
    state.nodes[Int(number)].node.isUnschedulable = isUnschedulable
    let status = isUnschedulable ? "NodeNotSchedulable" : "NodeSchedulable"
    logNode(status, number, by: "kubelet", "Node status is now: \(status)")
    invalidateScheduler()
  }

  mutating func beginDrain(_ drain: Drain) {
    // The last word about when the node takes pods again is the last drain's.
    for earlier in state.drains.indices where state.drains[earlier].node == drain.node {
      state.drains[earlier].isOver = true
      state.drains[earlier].restores = nil
    }
    state.drains.append(drain)
    cordon(drain.node, true)
    self.drain(Int32(state.drains.count - 1))
  }

  /// One round.
  mutating func drain(_ number: Int32) {
    let drain = state.drains[Int(number)]
    if drain.isOver || state.nodes[Int(drain.node)].condition == .gone { return }
    var isDone = true
    for pod in state.nodes[Int(drain.node)].pods where !isDaemonPod(pod) {
      isDone = false
      if state.pods[pod].phase == .stopping { continue }
      if let budget = requestEviction(pod, drain.isScaleDown ? .scaleDown : .drain) {
        guard state.drains[Int(number)].kept.insert(state.pods.reference(pod)).inserted else { continue }
        logPod(
          "EvictionBlocked", pod, by: "eviction-api", isWarning: true,
          "Cannot evict pod as it would violate the disruption budget \(budget.name)")
      } else {
        logPod("Evicted", pod, by: "eviction-api", "Evicted to drain node \(state.nodes[Int(drain.node)].node.name)")
      }
    }
    if isDone { finish(number) } else { state.queue.schedule(Event(.drain, number), at: state.now + Self.retry) }
  }

  func isDaemonPod(_ number: Int32) -> Bool {
    let workload = state.pods[number].workload
    return workload >= 0 && state.workloads[Int(workload)].workload.kind == .daemonSet
  }

  private mutating func finish(_ number: Int32) {
    let drain = state.drains[Int(number)]
    logNode("Drained", drain.node, by: "eviction-api", "All pods but daemons are gone")
    if drain.removes { removeNode(drain.node, drain.isScaleDown ? .scaleDown : .removedNode) }
    state.drains[Int(number)].isOver = true
    state.drains[Int(number)].kept = []
    if let time = drain.restores, !drain.removes {
      state.queue.schedule(Event(.drainOver, number), at: state.now + time)
    }
  }

  mutating func endDrain(_ number: Int32) {
    let node = state.drains[Int(number)].node
    if state.drains[Int(number)].restores == nil { return }
    if state.nodes[Int(node)].condition != .gone { cordon(node, false) }
  }
}
