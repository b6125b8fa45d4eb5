import BayplanModel
import BayplanScheduling

/// What the cluster autoscaler remembers.
struct NodeScaler: Sendable, Codable {
  var lastAdded: Millis = -1
}

/// Nodes for pods that fit nowhere, and no nodes where hardly anything runs.
/// Source: kubernetes/autoscaler cluster-autoscaler, FAQ and core/scaleup, core/scaledown; the cheapest pool per unit of
/// what is asked for takes the part of the expander.
extension ClusterSimulation {
  mutating func scaleNodes() {
    guard let scaling = scenario.nodeAutoscaling else { return }
    state.queue.schedule(Event(.scaleNodes), at: state.now + scaling.scanEvery)
    refreshScheduler()
    replaceLostNodes(scaling)
    let isAdding = addNodes(scaling)
    if !isAdding { removeNodes(scaling) }
  }

  private mutating func replaceLostNodes(_ scaling: Scenario.NodeAutoscaling) {
    for index in state.nodes.indices where state.nodes[index].pool >= 0 && state.nodes[index].condition == .lost {
      if state.now - state.nodes[index].lostSince >= scaling.unreadyAfter {
        removeNode(Int32(index), .lostNode)
        state.metrics.nodesRemoved += 1
      }
    }
    refreshScheduler()
  }

  // MARK: Up

  /// Pods that wait and fit neither on nodes that are there nor on those on their way.
  private mutating func addNodes(_ scaling: Scenario.NodeAutoscaling) -> Bool {
    // Daemons bring no nodes.
    let pending = waitingPods.filter { state.pods[$0].nominated < 0 && !isDaemonPod($0) }
    if pending.isEmpty { return false }
    var trial = trial(of: visibleCluster())
    for node in state.nodes where node.condition == .provisioning { trial.add(node.node) }
    var left: [(template: Int32, pod: Pod)] = []
    // Equal pods fare alike: where one finds no room, the next does not.
    var hopeless = Set<Int32>()
    for number in pending {
      let (template, pod) = (state.pods[number].template, modelPod(number))
      if !hopeless.contains(template) && trial.place(pod) { continue }
      hopeless.insert(template)
      left.append((template, pod))
    }
    if left.isEmpty { return true }
    var best: (type: Int, nodes: [Node], placed: Set<PodID>, cost: MicroCost)?
    for type in scenario.cluster.nodeTypes.indices {
      guard let option = option(type, for: left, on: trial) else { continue }
      let isBetter =
        best.map { best in
          // Most pods first, then least money per pod.
          let (mine, theirs) = (option.placed.count, best.placed.count)
          if mine != theirs { return mine > theirs }
          return option.cost < best.cost
        } ?? true
      if isBetter { best = (type, option.nodes, option.placed, option.cost) }
    }
    guard let best else { return false }
    let name = scenario.cluster.nodeTypes[best.type].name
    let first = left.first { best.placed.contains($0.pod.id) }!.pod
    log(
      "TriggeredScaleUp", "Pod", namespace: first.id.namespace, first.id.name, by: "cluster-autoscaler",
      "Pool \(name): \(best.nodes.count) node(s) ordered for \(best.placed.count) pod(s)")
    for node in best.nodes {
      let made = makeNode(of: name, zone: node.labels[NodeType.zoneLabel])
      let number = addNode(made, .provisioning, pool: Int32(best.type))
      state.queue.schedule(
        Event(.nodeUp, number, stamp: state.nodes[Int(number)].stamp), at: state.now + scaling.provisioning)
      state.metrics.nodesAdded += 1
    }
    state.nodeScaler.lastAdded = state.now
    return true
  }

  /// How many nodes of a type it takes, the zones by turns, and which pods fit on them then.
  private func option(
    _ type: Int, for pods: [(template: Int32, pod: Pod)], on trial: NodeTrial
  ) -> (nodes: [Node], placed: Set<PodID>, cost: MicroCost)? {
    let entry = scenario.cluster.nodeTypes[type]
    let there = count(of: entry.name)
    let most = entry.maxCount.map { Int($0) - there } ?? 1000
    var trial = trial
    var nodes: [Node] = []
    var placed = Set<PodID>()
    let zones: [String?] = entry.zones.isEmpty ? [nil] : entry.zones
    var turn = zones.indices.min {
      count(of: entry.name, in: zones[$0]) < count(of: entry.name, in: zones[$1])
    }!
    var hopeless = Set<Int32>()
    for (template, pod) in pods where !hopeless.contains(template) {
      if trial.place(pod, from: trial.firstAdded) {
        placed.insert(pod.id)
        continue
      }
      hopeless.insert(template)
      if nodes.count >= most { continue }
      // A pod may be choosy about zones.
      for attempt in zones.indices {
        let zone = zones[(turn + attempt) % zones.count]
        var grown = trial
        let node = entry.makeNode(zone: zone, ordinal: 100_000 + nodes.count)
        grown.add(asSeen(node))
        guard grown.place(pod, from: grown.count - 1) else { continue }
        trial = grown
        nodes.append(node)
        placed.insert(pod.id)
        turn = (turn + attempt + 1) % zones.count
        hopeless.remove(template)
        break
      }
    }
    if placed.isEmpty || nodes.isEmpty { return nil }
    return (nodes, placed, nodes.reduce(0) { $0 + $1.price })
  }

  private func trial(of cluster: Cluster) -> NodeTrial {
    NodeTrial(cluster, profiles: scenario.scheduling.profiles, countsDevices: policy != nil)
  }

  // MARK: Down

  /// A node that has been hardly used for long enough, and whose pods fit elsewhere, is drained and given back: empty ones
  /// all at once, others one at a time.
  private mutating func removeNodes(_ scaling: Scenario.NodeAutoscaling) {
    let mayRemove =
      state.nodeScaler.lastAdded < 0 || state.now - state.nodeScaler.lastAdded >= scaling.scaleDownDelayAfterAdd
    var isBusy = state.drains.contains { $0.isScaleDown && !$0.isOver }
    for index in state.nodes.indices where state.nodes[index].pool >= 0 && state.nodes[index].condition == .ready {
      let node = Int32(index)
      if state.nodes[index].node.isUnschedulable { continue }
      if utilization(of: node) >= scaling.utilizationPercent || !canMoveAway(node) {
        state.nodes[index].unneededSince = -1
        continue
      }
      if state.nodes[index].unneededSince < 0 { state.nodes[index].unneededSince = state.now }
      guard mayRemove, state.now - state.nodes[index].unneededSince >= scaling.scaleDownAfter else { continue }
      let isEmpty = movablePods(node).isEmpty
      if isBusy && !isEmpty { continue }
      if !isEmpty { isBusy = true }
      logNode("ScaleDown", node, by: "cluster-autoscaler", "Node is not needed, removing it")
      state.metrics.nodesRemoved += 1
      beginDrain(Drain(node: node, restores: nil, removes: true, isScaleDown: true))
    }
  }

  private func movablePods(_ node: Int32) -> [Int32] {
    state.nodes[Int(node)].pods.filter { state.pods[$0].phase != .stopping && !isDaemonPod($0) }
  }

  /// The larger of the shares of CPU and memory that are requested, daemons left out.
  private func utilization(of node: Int32) -> Int64 {
    var requested = Resources()
    for pod in movablePods(node) { requested += template(of: pod).pod.spec.requests }
    let allocatable = state.nodes[Int(node)].node.allocatable
    return [Resource.cpu, .memory].map { requested[$0] * 100 / max(1, allocatable[$0]) }.max()!
  }

  /// Every pod has a controller, may be evicted, and fits on another node that is not to go itself.
  private mutating func canMoveAway(_ node: Int32) -> Bool {
    let pods = movablePods(node)
    if pods.isEmpty { return true }
    for pod in pods {
      if state.pods[pod].workload < 0 { return false }
      for budget in scenario.cluster.disruptionBudgets where isCovered(pod, by: budget) {
        if status(of: budget).allowed == 0 { return false }
      }
    }
    refreshScheduler()
    var cluster = visibleCluster()
    let name = state.nodes[Int(node)].node.name
    let leaving = Set(
      state.nodes.indices.filter { state.nodes[$0].unneededSince >= 0 }.map { state.nodes[$0].node.name } + [name])
    for index in cluster.nodes.indices where leaving.contains(cluster.nodes[index].name) {
      cluster.nodes[index].isUnschedulable = true
    }
    let moved = Set(pods.map { modelPod($0).id })
    cluster.pods.removeAll { $0.nodeName == name && moved.contains($0.id) }
    var trial = trial(of: cluster)
    return pods.allSatisfy { trial.place(modelPod($0)) }
  }
}

/// A copy of the cluster to try out where pods would fit, first fit. Devices are whole here: an autoscaler knows their
/// number only, as kube-scheduler does, so that a pod with a share is counted for a device of its own.
struct NodeTrial {
  private var cluster: Cluster
  private let profiles: [SchedulerProfile]
  /// Nodes and pods still have named devices.
  private let countsDevices: Bool
  private var scheduler: LiveScheduler
  /// Position of the first node that was added.
  let firstAdded: Int

  init(_ cluster: Cluster, profiles: [SchedulerProfile], countsDevices: Bool) {
    var cluster = cluster
    if countsDevices {
      for index in cluster.nodes.indices { cluster.nodes[index] = cluster.nodes[index].countingDevices }
      for index in cluster.pods.indices { cluster.pods[index].spec = cluster.pods[index].spec.countingDevices }
    }
    self.cluster = cluster
    self.countsDevices = countsDevices
    self.profiles = profiles
    firstAdded = cluster.nodes.count
    scheduler = LiveScheduler(SchedulerSnapshot(cluster), profiles: profiles)
  }

  var count: Int { cluster.nodes.count }

  /// Complexity: O(nodes + pods): the tables are made anew.
  mutating func add(_ node: Node) {
    cluster.nodes.append(countsDevices ? node.countingDevices : node)
    scheduler = LiveScheduler(SchedulerSnapshot(cluster), profiles: profiles)
  }

  mutating func place(_ pod: Pod, from first: Int = 0) -> Bool {
    var pod = pod
    pod.nominatedNodeName = nil
    if countsDevices { pod.spec = pod.spec.countingDevices }
    for node in first..<max(first, count) where scheduler.fits(pod, on: node) {
      scheduler.add(pod, to: node)
      pod.nodeName = cluster.nodes[node].name
      cluster.pods.append(pod)
      return true
    }
    return false
  }
}
