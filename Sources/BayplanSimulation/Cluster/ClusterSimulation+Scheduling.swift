import BayplanModel
import BayplanScheduling

/// The scheduling queue, with back-off and preemption as kube-scheduler has them.
/// Source: kubernetes pkg/scheduler/backend/queue, as of 1.34. Any event that may make room lets pods be tried again; of
/// equal pods that wait only one, because the others would fare the same.
extension ClusterSimulation {
  // MARK: The scheduler's picture

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

  /// What pods of the scenario ask for, and how many there are of each.
  private var expected: [(spec: PodSpec, count: Int)] {
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

  /// Pods that have been tried in vain, in the order in which they came.
  var waitingPods: [Int32] {
    state.waiting.values.flatMap(\.references).filter { state.pods.has($0) }.map(\.number).sorted {
      (state.pods[$0].createdAt, $0) < (state.pods[$1].createdAt, $1)
    }
  }

  // MARK: The queue

  /// Something has happened that may make room: one pod of each kind is tried again, as soon as its back-off is over.
  mutating func relieve() {
    state.isRelieved = false
    for key in state.waiting.keys { state.waiting[key]!.isRelieved = true }
    wakeGroups()
  }

  mutating func wake() {
    state.nextWake = -1
    wakeGroups()
  }

  private mutating func wakeGroups() {
    var next = Millis.max
    for key in state.waiting.keys.sorted() {
      if let time = probe(key) { next = min(next, time) }
    }
    if next < .max { wake(at: next) }
  }

  /// Lets the next pod of a group be tried if it is time.
  /// - Returns: when it will be time otherwise.
  @discardableResult
  private mutating func probe(_ key: WaitingGroup.Key) -> Millis? {
    while let reference = state.waiting[key]?.first, !state.pods.has(reference) { state.waiting[key]!.removeFirst() }
    guard let group = state.waiting[key], let reference = group.first else {
      state.waiting[key] = nil
      return nil
    }
    let pod = state.pods[reference.number]
    let flush = group.probedAt + scenario.scheduling.flushAfter
    let time = group.isRelieved ? min(pod.triedAt + backoff(pod.attempts), flush) : flush
    if time > state.now { return time }
    state.waiting[key]!.removeFirst()
    state.active.append(reference)
    return nil
  }

  private func backoff(_ attempts: Int32) -> Millis {
    let scheduling = scenario.scheduling
    return min(scheduling.maxBackoff, scheduling.initialBackoff << Int64(min(20, max(0, attempts - 1))))
  }

  private mutating func wake(at time: Millis) {
    if state.nextWake >= 0 && state.nextWake <= time { return }
    state.nextWake = time
    state.queue.schedule(Event(.wake), at: time)
  }

  /// Pods for which a scheduler would find the same: those of one template, unless something is special about them.
  private func group(of number: Int32) -> WaitingGroup.Key {
    let pod = state.pods[number]
    let isSpecial =
      pod.nominated >= 0 || pod.workload >= 0 && state.workloads[Int(pod.workload)].workload.kind == .daemonSet
    return isSpecial ? .init(template: -1, pod: number) : .init(template: pod.template, pod: -1)
  }

  private mutating func wait(_ reference: PodReference) {
    let key = group(of: reference.number)
    state.waiting[key, default: WaitingGroup()].append(reference)
    state.waiting[key]!.probedAt = state.now
    state.waiting[key]!.isRelieved = false
    wake(at: state.now + scenario.scheduling.flushAfter)
  }

  /// Tries every pod whose turn it is, the most important first, of equal ones the one that came first. When a pod that
  /// has waited finds room, the next one of its kind is tried, too.
  mutating func schedulePods() {
    // The next one is last.
    var batch: [(priority: Int32, reference: PodReference)] = []
    while true {
      for reference in state.active where state.pods.has(reference) {
        let priority = priority(of: reference.number)
        // Behind those as important, which is before them in the list.
        var (low, high) = (0, batch.count)
        while low < high {
          let middle = (low + high) / 2
          if batch[middle].priority < priority { low = middle + 1 } else { high = middle }
        }
        batch.insert((priority, reference), at: low)
      }
      state.active.removeAll(keepingCapacity: true)
      guard let (_, reference) = batch.popLast() else { return }
      guard state.pods.has(reference), state.pods[reference.number].phase == .pending else { continue }
      refreshScheduler()
      refreshBudgets()
      let key = group(of: reference.number)
      schedule(reference)
      if state.pods[reference.number].phase != .pending, var group = state.waiting[key] {
        group.isRelieved = true
        state.waiting[key] = group
        if let time = probe(key) { wake(at: time) }
      }
    }
  }

  func priority(of number: Int32) -> Int32 { state.templates[Int(state.pods[number].template)].pod.spec.priority }

  private mutating func schedule(_ reference: PodReference) {
    if policy != nil { return place(reference) }
    let number = reference.number
    let pod = modelPod(number)
    let decision = scheduler.decide(pod, mayPreempt: !waitsForVictims(number))
    state.metrics.decisions += 1
    state.pods[number].attempts += 1
    state.pods[number].triedAt = state.now
    switch decision.outcome {
    case .scheduled: bind(number, to: nodeOrder[decision.node!])
    case .scheduledAfterPreemption:
      preempt(decision, for: number, pod)
      wait(reference)
    case .unschedulable:
      state.metrics.failedDecisions += 1
      logFailure(decision, number)
      if pod.nominatedNodeName != nil && !waitsForVictims(number) {
        state.pods[number].nominated = -1
        scheduler.withdrawNomination(of: pod.id)
      }
      wait(reference)
    case .gated, .ignored:
      logPod("FailedScheduling", number, by: "default-scheduler", isWarning: true, decision.wasLeftOut ?? "")
    }
  }

  /// Has a policy decide.
  private mutating func place(_ reference: PodReference) {
    let number = reference.number
    let template = template(of: number)
    state.metrics.decisions += 1
    state.pods[number].attempts += 1
    state.pods[number].triedAt = state.now
    if template.pod.spec.isGated { return }
    let spec = template.pod.spec
    let kind = state.pods[number].template
    // Taken out for the time being: one is asked while the other is at work.
    var taken = policy!
    policy = nil
    var random = state.placementRandom
    var placement: Fleet.Placement?
    if state.pods[number].nominated >= 0 {
      let pod = modelPod(number)
      let position = Int(nodePosition[Int(state.pods[number].nominated)])
      placement = taken.place(kind, spec, &random) { $0 == position && (isRuleFree || scheduler.fits(pod, on: $0)) }
    }
    if placement != nil {
    } else if isRuleFree {
      placement = taken.place(kind, spec, &random)
    } else {
      let pod = modelPod(number)
      placement = taken.place(kind, spec, &random) { scheduler.fits(pod, on: $0) }
    }
    policy = taken
    state.placementRandom = random
    if let placement {
      state.pods[number].devices = placement.devices
      bind(number, to: nodeOrder[Int(placement.node)])
      return
    }
    state.metrics.failedDecisions += 1
    if state.pods[number].attempts == 1 {
      logPod("FailedScheduling", number, by: scenario.scheduling.strategy, isWarning: true, "no node has room for it")
    }
    wait(reference)
  }

  private func logFailure(_ decision: SchedulingDecision, _ number: Int32) {
    // Once per reason would be ideal; the first attempt says what matters, later ones would drown it.
    if onEvent == nil || state.pods[number].attempts > 1 { return }
    logPod(
      "FailedScheduling", number, by: "default-scheduler", isWarning: true,
      decision.evaluation?.message(nodes: nodeOrder.count) ?? "no node fits")
  }

  // MARK: Preemption

  /// Room has been made on a node, and those who had to go are still going.
  private func waitsForVictims(_ number: Int32) -> Bool {
    let node = state.pods[number].nominated
    if node < 0 { return false }
    let priority = priority(of: number)
    return state.nodes[Int(node)].pods.contains {
      state.pods[$0].phase == .stopping && self.priority(of: $0) < priority
    }
  }

  private mutating func preempt(_ decision: SchedulingDecision, for number: Int32, _ pod: Pod) {
    let node = nodeOrder[decision.node!]
    for victim in decision.victims {
      let namespace = victim.id.namespace
      guard
        let found = state.nodes[Int(node)].pods.first(where: {
          state.pods[$0].name == victim.id.name && self.namespace(of: $0) == namespace
        })
      else { preconditionFailure("a victim is not where the scheduler saw it") }
      logPod(
        "Preempted", found, by: "default-scheduler",
        "Preempted by \(pod.id) on node \(state.nodes[Int(node)].node.name)")
      evict(found, .preemption)
    }
    state.pods[number].nominated = node
    scheduler.nominate(modelPod(number), to: decision.node!)
    state.isBudgetDirty = true
  }

  /// A pod has to go, whatever its budget.
  mutating func evict(_ number: Int32, _ cause: EvictionCause) {
    state.metrics.evictions[cause.rawValue, default: 0] += 1
    state.pods[number].hasFailed = true
    stop(number)
  }
}

/// Pods that wait for the same thing, the one that was tried last at the end.
struct WaitingGroup: Sendable, Codable {
  struct Key: Hashable, Comparable, Sendable, Codable {
    /// -1 for a pod by itself.
    var template: Int32
    /// -1 for all pods of a template.
    var pod: Int32

    static func < (left: Key, right: Key) -> Bool { (left.template, left.pod) < (right.template, right.pod) }
  }

  private var queue: [PodReference] = []
  private var start = 0
  /// Something has happened since the last attempt that may make room.
  var isRelieved = false
  var probedAt: Millis = 0

  var first: PodReference? { start < queue.count ? queue[start] : nil }
  var references: ArraySlice<PodReference> { queue[start...] }

  mutating func append(_ reference: PodReference) { queue.append(reference) }

  mutating func removeFirst() {
    start += 1
    if start > 64 && start * 2 > queue.count {
      queue.removeFirst(start)
      start = 0
    }
  }
}

/// Why a pod that ran had to go.
public enum EvictionCause: String, Sendable, Codable, CaseIterable {
  case preemption, drain, lostNode, removedNode, scaleDown, rebalancing
}
