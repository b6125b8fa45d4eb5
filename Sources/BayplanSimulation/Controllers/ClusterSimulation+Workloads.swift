import BayplanModel
import BayplanScheduling

/// What controllers have in common.
extension ClusterSimulation {
  /// The controller has to look again.
  mutating func touch(_ number: Int32) {
    if number < 0 || state.workloads[Int(number)].isDirty || !state.workloads[Int(number)].isThere { return }
    state.workloads[Int(number)].isDirty = true
    state.dirtyWorkloads.append(number)
  }

  mutating func touchDaemons() {
    for number in state.workloads.indices where state.workloads[number].workload.kind == .daemonSet {
      touch(Int32(number))
    }
  }

  /// - Returns: the number of the workload.
  @discardableResult
  mutating func addWorkload(_ workload: Workload, owner: Int32 = -1, template: Int32? = nil) -> Int32 {
    let template = template ?? addTemplate(workload.template, workload.lifecycle)
    var entry = SimulatedWorkload(workload, template: template, at: state.now)
    entry.owner = owner
    let number: Int32
    if let free = state.freeWorkloads.popLast() {
      number = free
      entry.stamp = state.workloads[Int(number)].stamp + 1
      state.workloads[Int(number)] = entry
    } else {
      number = Int32(state.workloads.count)
      state.workloads.append(entry)
    }
    state.recounted.append(number)
    switch workload.kind {
    case .job: startJob(number)
    case .cronJob: scheduleRun(number)
    default: touch(number)
    }
    return number
  }

  mutating func addTemplate(_ pod: Pod, _ lifecycle: PodLifecycle) -> Int32 {
    var pod = pod
    if policy == nil { pod.spec = pod.spec.countingDevices }
    pod.nodeName = nil
    if isRuleFree && !(pod.spec.hasNoRules && pod.volumeClaims.isEmpty) { invalidateScheduler() }
    state.templates.append(PodTemplate(pod: pod, lifecycle: lifecycle))
    state.templateCounts.append(TemplateCount())
    return Int32(state.templates.count - 1)
  }

  /// The workload is deleted, and its pods with it.
  mutating func endWorkload(_ number: Int32) {
    state.workloads[Int(number)].isStopped = true
    if state.workloads[Int(number)].owner < 0 {
      logWorkload("Deleted", number, by: "simulator", "Deleted with its pods")
    }
    state.workloads[Int(number)].want(0, at: state.now)
    state.recounted.append(number)
    for other in state.workloads.indices where state.workloads[other].isThere && state.workloads[other].owner == number
    {
      endWorkload(Int32(other))
    }
    for pod in state.workloads[Int(number)].pods { stop(pod) }
    touch(number)
  }

  mutating func reconcile(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    if entry.isStopped {
      if entry.pods.isEmpty && entry.workload.kind == .job {
        state.workloads[Int(number)].isThere = false
        state.freeWorkloads.append(number)
      }
      return
    }
    switch entry.workload.kind {
    case .deployment, .replicaSet, .service: reconcileReplicas(number)
    case .statefulSet: reconcileOrdinals(number)
    case .daemonSet: reconcileDaemon(number)
    case .job: reconcileJob(number)
    case .cronJob: break
    }
  }

  /// A pod of the workload with the next name.
  @discardableResult
  mutating func makePod(of number: Int32, template: Int32, runs: Millis = -1) -> Int32 {
    let ordinal = state.workloads[Int(number)].nextOrdinal
    state.workloads[Int(number)].nextOrdinal += 1
    let name = "\(state.workloads[Int(number)].workload.id.name)-\(ordinal)"
    return makePod(of: number, named: name, template: template, runs: runs)
  }

  @discardableResult
  mutating func makePod(
    of number: Int32, named name: String, template: Int32, ordinal: Int32 = 0, runs: Millis = -1
  ) -> Int32 {
    let pod = createPod(name, template: template, workload: number, ordinal: ordinal, runs: runs)
    logWorkload("SuccessfulCreate", number, by: controller(number), "Created pod: \(name)")
    return pod
  }

  mutating func deletePod(_ pod: Int32, of number: Int32) {
    logWorkload("SuccessfulDelete", number, by: controller(number), "Deleted pod: \(state.pods[pod].name)")
    stop(pod)
  }

  func controller(_ number: Int32) -> String {
    "\(state.workloads[Int(number)].workload.kind.rawValue.lowercased())-controller"
  }

  // MARK: Changes by users

  mutating func scale(_ number: Int32, to replicas: Int, by component: String, _ why: String) {
    let old = state.workloads[Int(number)].replicas
    if old == replicas { return }
    state.workloads[Int(number)].want(replicas, at: state.now)
    state.recounted.append(number)
    // Pods that have yet to come for the first time are no loss; what is missing already stays missed.
    if state.workloads[Int(number)].shortSince < 0 { state.workloads[Int(number)].wasWhole = false }
    logWorkload(
      component == "horizontal-pod-autoscaler" ? "SuccessfulRescale" : "Scaled", number, by: component,
      "Scaled from \(old) to \(replicas): \(why)")
    state.isBudgetDirty = true
    touch(number)
  }

  /// A new revision.
  mutating func update(_ number: Int32, _ change: TemplateChange) {
    var template = state.templates[Int(state.workloads[Int(number)].current)]
    if let requests = change.requests {
      for (resource, amount) in requests.amounts { template.pod.spec.requests[resource] = amount }
      template.pod.spec.scoredRequests = nil
    }
    if let images = change.images { template.pod.spec.images = images }
    if let startup = change.startup { template.lifecycle.startupMillis = startup }
    state.templates.append(template)
    state.templateCounts.append(TemplateCount())
    let revision = SimulatedWorkload.Revision(template: Int32(state.templates.count - 1), replicas: 0)
    state.workloads[Int(number)].revisions.append(revision)
    state.workloads[Int(number)].revisionCount += 1
    logWorkload(
      "Updated", number, by: "simulator", "Pod template changed, revision \(state.workloads[Int(number)].revisionCount)"
    )
    touch(number)
  }

  // MARK: Wholeness

  /// Of the workloads whose numbers have changed: which have all the pods they want, and since when others have not.
  mutating func noteWholeness() {
    if state.recounted.isEmpty { return }
    let recounted = Set(state.recounted).sorted()
    state.recounted.removeAll(keepingCapacity: true)
    for index in recounted.map(Int.init) where state.workloads[index].isThere && state.workloads[index].isLasting {
      let isWhole = state.workloads[index].ready >= state.workloads[index].replicas
      if isWhole == (state.workloads[index].shortSince < 0) { continue }
      if isWhole {
        let time = state.now - state.workloads[index].shortSince
        if state.workloads[index].wasWhole && time > 0 {
          state.workloads[index].shortages += 1
          state.workloads[index].shortageMillis += time
          state.workloads[index].longestShortage = max(state.workloads[index].longestShortage, time)
          state.metrics.healingTimes.add(time)
        }
        state.workloads[index].shortSince = -1
        state.workloads[index].wasWhole = true
      } else {
        state.workloads[index].shortSince = state.now
      }
    }
  }
}
