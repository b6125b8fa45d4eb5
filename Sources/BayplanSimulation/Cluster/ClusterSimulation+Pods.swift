import BayplanModel
import BayplanScheduling

/// The life of a pod: made, bound, started, ready, asked to stop, gone.
extension ClusterSimulation {
  func template(of number: Int32) -> PodTemplate { state.templates[Int(state.pods[number].template)] }

  func namespace(of number: Int32) -> String { template(of: number).pod.id.namespace }

  /// The pod as the scheduler and the auditor know it.
  func modelPod(_ number: Int32) -> Pod {
    let entry = state.pods[number]
    var pod = state.templates[Int(entry.template)].pod
    pod.id.name = entry.name
    pod.isTerminating = entry.phase == .stopping
    if entry.boundAt >= 0 { pod.startSeconds = scenario.startSeconds + entry.boundAt / 1000 }
    if entry.phase == .pending, entry.nominated >= 0 {
      pod.nominatedNodeName = state.nodes[Int(entry.nominated)].node.name
    }
    if isDaemonPod(number) {
      pod.spec = pod.spec.restricted(to: state.nodes[Int(entry.ordinal)].node.name)
    }
    return pod
  }

  /// - Returns: the number of the new pod, which waits for a node.
  @discardableResult
  mutating func createPod(
    _ name: String, template: Int32, workload: Int32, ordinal: Int32 = 0, runs: Millis = -1
  ) -> Int32 {
    var pod = SimulatedPod(name: name, template: template, workload: workload, at: state.now)
    pod.ordinal = ordinal
    pod.runs = runs
    if let target = state.intents[template]?.popLast(), state.nodes[Int(target)].isRegistered {
      pod.nominated = target
    }
    let number = state.pods.add(pod)
    state.templateCounts[Int(template)].pods += 1
    if workload >= 0 {
      state.workloads[Int(workload)].pods.append(number)
      // Jobs are no scale that budgets could refer to.
      if state.workloads[Int(workload)].isLasting { state.templateCounts[Int(template)].owners.insert(workload) }
    }
    state.metrics.created += 1
    state.metrics.pending += 1
    state.active.append(state.pods.reference(number))
    return number
  }

  mutating func bind(_ number: Int32, to node: Int32) {
    state.metrics.pending -= 1
    state.metrics.bound += 1
    state.metrics.pendingTimes.add(state.now - state.pods[number].createdAt)
    if isChecked { trail.bound.insert(modelPod(number).id) }
    put(number, on: node)
    logPod(
      "Scheduled", number, by: "default-scheduler",
      "Successfully assigned \(namespace(of: number))/\(state.pods[number].name) to \(state.nodes[Int(node)].node.name)"
    )
    let pull = pullImages(number, on: node)
    state.pods[number].phase = .starting
    if state.nodes[Int(node)].answers { setDue(.ready, number, in: pull + startup(of: number)) }
  }

  /// A pod that ran on a node before the simulation began.
  mutating func start(_ number: Int32, on node: Int32, isTerminating: Bool) {
    state.metrics.pending -= 1
    put(number, on: node)
    invalidateScheduler()
    state.nodes[Int(node)].images.formUnion(template(of: number).pod.spec.images)
    state.pods[number].phase = .starting
    becomeReady(number, isQuiet: true)
    if isTerminating { stop(number) }
  }

  /// On the node, in the books.
  private mutating func put(_ number: Int32, on node: Int32) {
    state.pods[number].node = node
    state.pods[number].nominated = -1
    state.pods[number].boundAt = state.now
    state.nodes[Int(node)].pods.append(number)
    state.metrics.allocate(template(of: number).pod.spec, times: 1)
    addToScheduler(number)
  }

  func startup(of number: Int32) -> Millis { template(of: number).lifecycle.startupMillis ?? scenario.timings.startup }

  /// How long the node pulls images that it has not got. From now on it has them.
  private mutating func pullImages(_ number: Int32, on node: Int32) -> Millis {
    let speed = scenario.timings.pullBytesPerSecond
    var bytes: Int64 = 0
    for image in template(of: number).pod.spec.images where !state.nodes[Int(node)].images.contains(image) {
      state.nodes[Int(node)].images.insert(image)
      bytes += imageSizes[image] ?? scenario.timings.imageBytes
    }
    if bytes == 0 || speed == 0 { return 0 }
    let time = bytes * 1000 / speed
    logPod(
      "Pulling", number, by: "kubelet", "Pulling \(bytes >> 20) MiB of images, which takes \(time.durationText)")
    return time
  }

  /// The next thing that happens to the pod by itself.
  private mutating func setDue(_ kind: Event.Kind, _ number: Int32, in time: Millis) {
    state.pods[number].due = state.now + time
    state.queue.schedule(Event(kind, number, stamp: state.pods[number].stamp), at: state.now + time)
  }

  mutating func handlePod(_ kind: Event.Kind, _ number: Int32) {
    let isDue = state.pods[number].due == state.now
    switch kind {
    case .ready: if isDue && state.pods[number].phase == .starting { becomeReady(number) }
    case .finished: if isDue && state.pods[number].phase == .running { finish(number) }
    case .gone: if isDue && state.pods[number].phase == .stopping { remove(number) }
    case .available:
      let ready = state.pods[number].readyAt
      if state.pods[number].isReady && ready + template(of: number).lifecycle.minReadyMillis == state.now {
        state.pods[number].isAvailable = true
        touch(state.pods[number].workload)
      }
    case .tolerated: evictFromLostNode(number)
    default: break
    }
  }

  private mutating func becomeReady(_ number: Int32, isQuiet: Bool = false) {
    state.pods[number].phase = .running
    state.pods[number].due = -1
    if state.pods[number].runs >= 0 {
      if !isQuiet { logPod("Started", number, by: "kubelet", "Started container") }
      setDue(.finished, number, in: state.pods[number].runs)
      return
    }
    if !isQuiet {
      logPod("Started", number, by: "kubelet", "Started containers, ready after \(startup(of: number).durationText)")
    }
    setReady(number, true)
  }

  /// What the control plane believes of a pod.
  mutating func setReady(_ number: Int32, _ isReady: Bool) {
    if state.pods[number].isReady == isReady { return }
    if isChecked && !isReady { noteLoss(number) }
    state.pods[number].isReady = isReady
    let workload = state.pods[number].workload
    if isReady {
      state.pods[number].readyAt = state.now
      let wait = template(of: number).lifecycle.minReadyMillis
      state.pods[number].isAvailable = wait == 0
      if wait > 0 {
        state.queue.schedule(Event(.available, number, stamp: state.pods[number].stamp), at: state.now + wait)
      }
    } else {
      state.pods[number].isAvailable = false
    }
    countReady(workload, isReady && answers(number) ? 1 : !isReady && state.pods[number].answered ? -1 : 0, number)
    let template = state.pods[number].template
    state.templateCounts[Int(template)].ready += isReady ? 1 : -1
    state.isBudgetDirty = true
    for service in services(of: template) {
      if isReady {
        state.services[service].endpoints.append(number)
      } else if let index = state.services[service].endpoints.firstIndex(of: number) {
        state.services[service].endpoints.remove(at: index)
      }
      state.dirtyServices.insert(service)
    }
    touch(workload)
  }

  /// Whether users get an answer from it.
  func answers(_ number: Int32) -> Bool {
    let pod = state.pods[number]
    return pod.isReady && pod.node >= 0 && state.nodes[Int(pod.node)].answers
  }

  /// Books whether a pod answers.
  private mutating func countReady(_ workload: Int32, _ change: Int, _ number: Int32) {
    if change == 0 { return }
    state.pods[number].answered = change > 0
    if workload >= 0 {
      state.workloads[Int(workload)].count(ready: change, at: state.now)
      state.recounted.append(workload)
    }
    state.metrics.ready += change
  }

  /// After the node's condition has changed.
  mutating func recountReady(_ number: Int32) {
    for service in services(of: state.pods[number].template) { state.dirtyServices.insert(service) }
    let answers = answers(number)
    if answers != state.pods[number].answered { countReady(state.pods[number].workload, answers ? 1 : -1, number) }
  }

  // MARK: Ends

  /// It has done what it was to do, or failed at it.
  private mutating func finish(_ number: Int32) {
    let workload = state.pods[number].workload
    if workload >= 0, jobFails(workload) {
      state.pods[number].hasFailed = true
      logPod("Failed", number, by: "kubelet", isWarning: true, "Container ended with an error")
    } else {
      logPod("Completed", number, by: "kubelet", "Container ended")
      state.metrics.completed += 1
    }
    remove(number, isDone: true)
  }

  /// Asks a pod to stop. One that has no node is gone at once; one on a node that does not answer stays until it is back.
  mutating func stop(_ number: Int32) {
    if state.pods[number].phase == .stopping { return }
    if state.pods[number].phase == .pending {
      remove(number)
      return
    }
    setReady(number, false)
    removeFromScheduler(number)
    let node = Int(state.pods[number].node)
    let index = state.nodes[node].pods.firstIndex(of: number)!
    state.nodes[node].pods.remove(at: index)
    state.pods[number].phase = .stopping
    state.nodes[node].pods.append(number)
    addToScheduler(number)
    state.pods[number].due = -1
    touch(state.pods[number].workload)
    if state.nodes[node].answers {
      logPod("Killing", number, by: "kubelet", "Stopping containers")
      setDue(.gone, number, in: stoppingTime(of: number))
    }
  }

  private func stoppingTime(of number: Int32) -> Millis {
    min(scenario.timings.shutdown, template(of: number).lifecycle.graceMillis)
  }

  /// Takes a pod off the books.
  mutating func remove(_ number: Int32, isDone: Bool = false) {
    setReady(number, false)
    let pod = state.pods[number]
    if pod.phase == .pending {
      state.metrics.pending -= 1
      scheduler.withdrawNomination(of: modelPod(number).id)
    } else {
      removeFromScheduler(number)
      releaseRoom(of: number)
      let node = Int(pod.node)
      state.nodes[node].pods.remove(at: state.nodes[node].pods.firstIndex(of: number)!)
      state.metrics.allocate(template(of: number).pod.spec, times: -1)
      state.isRelieved = true
    }
    if pod.workload >= 0 {
      let workload = Int(pod.workload)
      state.workloads[workload].pods.remove(at: state.workloads[workload].pods.firstIndex(of: number)!)
      noteEnd(of: pod, isDone: isDone)
      touch(pod.workload)
    }
    state.templateCounts[Int(pod.template)].pods -= 1
    state.pods.remove(number)
  }

  /// Containers end and are started again, later each time.
  /// Source: kubelet, CrashLoopBackOff from 10 s to 5 min.
  mutating func crash(_ number: Int32) {
    guard state.pods[number].phase == .running || state.pods[number].phase == .starting,
      state.nodes[Int(state.pods[number].node)].answers
    else { return }
    state.metrics.crashes += 1
    if !template(of: number).lifecycle.restarts {
      logPod("Failed", number, by: "kubelet", isWarning: true, "Containers ended and are not started again")
      state.pods[number].hasFailed = true
      return remove(number)
    }
    // Ten minutes without a crash make up for those before.
    if state.pods[number].isReady && state.now - state.pods[number].readyAt >= 600_000 {
      state.pods[number].restarts = 0
    }
    let restarts = state.pods[number].restarts
    let backoff = restarts == 0 ? 0 : min(300_000, Millis(10_000) << Millis(min(restarts - 1, 5)))
    logPod(
      backoff == 0 ? "Restarting" : "BackOff", number, by: "kubelet", isWarning: true,
      backoff == 0
        ? "Containers ended, started again" : "Back-off restarting failed container, \(backoff.durationText)")
    state.pods[number].restarts += 1
    restart(number, after: backoff)
  }

  /// Starts containers again on the node where they are.
  mutating func restart(_ number: Int32, after wait: Millis) {
    setReady(number, false)
    state.pods[number].phase = .starting
    setDue(.ready, number, in: wait + startup(of: number))
  }

  /// Work on its node has stopped.
  mutating func suspend(_ number: Int32) { state.pods[number].due = -1 }

  /// The node is back: what was asked to stop stops, the others start again.
  mutating func resume(_ number: Int32) {
    if state.pods[number].phase == .stopping {
      setDue(.gone, number, in: stoppingTime(of: number))
    } else if !template(of: number).lifecycle.restarts {
      logPod(
        "Failed", number, by: "kubelet", isWarning: true, "Containers ended with the node and are not started again")
      state.pods[number].hasFailed = true
      remove(number)
    } else {
      restart(number, after: 0)
    }
  }
}
