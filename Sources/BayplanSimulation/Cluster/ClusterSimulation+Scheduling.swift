import BayplanModel
import BayplanScheduling

/// The scheduling queue, with back-off and preemption as kube-scheduler has them.
/// Source: kubernetes pkg/scheduler/backend/queue, as of 1.34. Any event that may make room lets pods be tried again; of
/// equal pods that wait only one, because the others would fare the same.
extension ClusterSimulation {
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
    return pod.nominated >= 0 || isDaemonPod(number)
      ? .init(template: -1, pod: number) : .init(template: pod.template, pod: -1)
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

/// Why a pod that ran had to go.
public enum EvictionCause: String, Sendable, Codable, CaseIterable {
  case preemption, drain, lostNode, removedNode, scaleDown, rebalancing
}
