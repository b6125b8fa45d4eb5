import BayplanModel
import BayplanPacking
import BayplanScheduling

/// What the scheduler, or a policy in its place, knows of the cluster.
extension ClusterSimulation {
  mutating func addToScheduler(_ number: Int32) {
    if isSchedulerStale { return }
    let position = nodePosition[Int(state.pods[number].node)]
    if position >= 0 && !isRuleFree { scheduler.add(modelPod(number), to: Int(position)) }
  }

  mutating func removeFromScheduler(_ number: Int32) {
    if isSchedulerStale { return }
    let position = nodePosition[Int(state.pods[number].node)]
    if position >= 0 && !isRuleFree { scheduler.remove(modelPod(number), from: Int(position)) }
  }

  /// The room that a pod had under a policy is free. One that is asked to stop keeps it until it is gone.
  mutating func releaseRoom(of number: Int32) {
    if isSchedulerStale || policy == nil { return }
    let pod = state.pods[number]
    let placement = Fleet.Placement(node: nodePosition[Int(pod.node)], devices: pod.devices)
    policy!.remove(pod.template, template(of: number).pod.spec, placement)
  }

  /// Nodes have come, gone or changed.
  mutating func invalidateScheduler() {
    keepMemory()
    isSchedulerStale = true
    state.isRelieved = true
  }

  /// Before what the scheduler knows is made anew.
  mutating func keepMemory() {
    if isSchedulerStale { return }
    violations += scheduler.differences
    scheduler.forgetDifferences()
    state.schedulerMemory = scheduler.memory
    if let policy { state.policyMemory = policy.memory }
  }

  mutating func refreshScheduler() {
    if !isSchedulerStale { return }
    nodeOrder = state.nodes.indices.filter { state.nodes[$0].isRegistered }.map(Int32.init)
    nodePosition = Array(repeating: -1, count: state.nodes.count)
    for (position, node) in nodeOrder.enumerated() { nodePosition[Int(node)] = Int32(position) }
    if scenario.scheduling.isPolicy {
      makePolicy()
      if isRuleFree {
        isSchedulerStale = false
        return
      }
    }
    scheduler = LiveScheduler(
      SchedulerSnapshot(visibleCluster()), profiles: scenario.scheduling.profiles,
      tieBreak: scenario.scheduling.breaksTiesByChance ? .seeded(scenario.seed) : .first,
      recording: onEvent == nil ? .nothing : .failures, isChecked: isChecked, memory: state.schedulerMemory)
    isSchedulerStale = false
    disruptionsAllowed = []
    state.isBudgetDirty = true
  }

  /// A policy on the nodes as they are, with what runs on them.
  private mutating func makePolicy() {
    let nodes = nodeOrder.map { state.nodes[Int($0)].node }
    // Names and nodes were good at the beginning, and nodes of the same types are good later.
    guard var made = try? PolicyScheduler(scenario.scheduling.strategy, nodes: nodes, expecting: expected) else {
      preconditionFailure("a policy that could be made cannot be made again")
    }
    for (position, node) in nodeOrder.enumerated() {
      for number in state.nodes[Int(node)].pods {
        let placement = Fleet.Placement(node: Int32(position), devices: state.pods[number].devices)
        made.restore(state.pods[number].template, template(of: number).pod.spec, placement)
      }
    }
    made.memory = state.policyMemory
    policy = made
    isRuleFree =
      state.templates.allSatisfy { $0.pod.spec.hasNoRules && $0.pod.volumeClaims.isEmpty }
      && nodes.allSatisfy { $0.hardTaints.isEmpty }
      && !state.workloads.contains { $0.workload.kind == .daemonSet }
  }

  static func expected(in scenario: Scenario) -> [(spec: PodSpec, count: Int)] {
    var result = scenario.allWorkloads.map { (spec: $0.template.spec, count: max(1, $0.replicas)) }
    result += scenario.cluster.pods.filter { $0.workload == nil }.map { (spec: $0.spec, count: 1) }
    for source in scenario.arrivals {
      var counts = source.trace.shapes.map { _ in 0 }
      for arrival in source.trace.arrivals { counts[Int(arrival.shape)] += 1 }
      result += zip(source.trace.shapes, counts).map { (spec: $0, count: $1) }
    }
    return result
  }

  /// What stands in the API server: registered nodes, pods on them, and pods that room was made for.
  func visibleCluster() -> Cluster {
    var cluster = scenario.cluster
    cluster.nodes = nodeOrder.map { state.nodes[Int($0)].node }
    cluster.pods = []
    cluster.workloads = []
    for node in nodeOrder {
      for number in state.nodes[Int(node)].pods {
        var pod = modelPod(number)
        pod.nodeName = state.nodes[Int(node)].node.name
        cluster.pods.append(pod)
      }
    }
    for number in waitingPods where state.pods[number].nominated >= 0 { cluster.pods.append(modelPod(number)) }
    return cluster
  }
}
