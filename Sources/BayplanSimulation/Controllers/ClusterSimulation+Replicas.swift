import BayplanModel

/// Deployments and ReplicaSets.
/// Source: kubernetes pkg/controller/deployment/rolling.go and pkg/controller/replicaset, as of 1.34.
extension ClusterSimulation {
  mutating func reconcileReplicas(_ number: Int32) {
    let index = Int(number)
    let wanted = state.workloads[index].replicas
    if state.workloads[index].revisions.count == 1 {
      state.workloads[index].revisions[0].replicas = wanted
      state.workloads[index].rolledReplicas = wanted
    } else if state.workloads[index].workload.rollout.way == .recreate {
      recreate(number, wanted)
    } else {
      roll(number, wanted)
    }
    for revision in state.workloads[index].revisions.indices { fill(number, revision) }
    forgetOldRevisions(number)
  }

  private func pods(of number: Int32, _ template: Int32) -> [Int32] {
    state.workloads[Int(number)].pods.filter { state.pods[$0].revision == template && state.pods[$0].isActive }
  }

  /// Makes or deletes pods until a revision has as many as it should.
  private mutating func fill(_ number: Int32, _ revision: Int) {
    let template = state.workloads[Int(number)].revisions[revision].template
    let active = pods(of: number, template)
    let wanted = state.workloads[Int(number)].revisions[revision].replicas
    if active.count < wanted {
      for _ in active.count..<wanted { makePod(of: number, template: template) }
    } else if active.count > wanted {
      for pod in deletionOrder(active).prefix(active.count - wanted) { deletePod(pod, of: number) }
    }
  }

  private mutating func forgetOldRevisions(_ number: Int32) {
    let index = Int(number)
    guard state.workloads[index].revisions.count > 1 else { return }
    let newest = state.workloads[index].current
    let used = Set(state.workloads[index].pods.map { state.pods[$0].revision })
    state.workloads[index].revisions.removeAll {
      $0.template != newest && $0.replicas == 0 && !used.contains($0.template)
    }
    if state.workloads[index].revisions.count == 1 {
      logWorkload("RolloutComplete", number, by: controller(number), "All pods are of the new revision")
    }
  }

  private mutating func recreate(_ number: Int32, _ wanted: Int) {
    let index = Int(number)
    let newest = state.workloads[index].revisions.count - 1
    for old in 0..<newest { state.workloads[index].revisions[old].replicas = 0 }
    let template = state.workloads[index].current
    // Not before the last old pod is gone.
    let hasOld = state.workloads[index].pods.contains { state.pods[$0].revision != template }
    state.workloads[index].revisions[newest].replicas = hasOld ? 0 : wanted
  }

  /// First the new revision grows as far as the surge allows, then old ones shrink as far as availability allows, pods
  /// that are not available first.
  private mutating func roll(_ number: Int32, _ wanted: Int) {
    let index = Int(number)
    let rollout = state.workloads[index].workload.rollout
    let surge = rollout.maxSurge.count(of: wanted, roundsUp: true)
    var unavailable = rollout.maxUnavailable.count(of: wanted, roundsUp: false)
    if surge == 0 && unavailable == 0 { unavailable = 1 }
    scaleProportionally(number, wanted, surge: surge)
    let newest = state.workloads[index].revisions.count - 1
    var total = state.workloads[index].revisions.reduce(0) { $0 + $1.replicas }
    let new = state.workloads[index].revisions[newest].replicas
    let grown = new > wanted ? wanted : min(wanted, new + max(0, wanted + surge - total))
    if grown != new {
      state.workloads[index].revisions[newest].replicas = grown
      total += grown - new
      logWorkload("ScalingReplicaSet", number, by: controller(number), "Scaled new revision from \(new) to \(grown)")
    }

    func available(_ revision: Int) -> Int {
      pods(of: number, state.workloads[index].revisions[revision].template).count { state.pods[$0].isAvailable }
    }
    let minimum = wanted - unavailable
    let newAvailable = available(newest)
    var mayGo = total - minimum - max(0, grown - newAvailable)
    for old in 0..<newest where mayGo > 0 {
      let replicas = state.workloads[index].revisions[old].replicas
      let unhealthy = min(mayGo, max(0, replicas - available(old)))
      shrink(number, old, by: unhealthy)
      mayGo -= unhealthy
    }
    var spare = (0...newest).reduce(0) { $0 + available($1) } - minimum
    for old in 0..<newest where spare > 0 {
      let gone = min(spare, state.workloads[index].revisions[old].replicas)
      shrink(number, old, by: gone)
      spare -= gone
    }
  }

  /// The wanted number has changed in the middle of a rollout: each revision grows or shrinks by its share, the largest
  /// takes what is left over.
  /// Source: kubernetes pkg/controller/deployment/sync.go, `scale`.
  private mutating func scaleProportionally(_ number: Int32, _ wanted: Int, surge: Int) {
    let index = Int(number)
    let before = state.workloads[index].rolledReplicas
    state.workloads[index].rolledReplicas = wanted
    let replicas = state.workloads[index].revisions.map(\.replicas)
    let total = replicas.reduce(0, +)
    if before < 0 || before == wanted || total == 0 { return }
    let oldMost = max(1, before + state.workloads[index].workload.rollout.maxSurge.count(of: before, roundsUp: true))
    var left = wanted + surge - total
    let grows = left > 0
    let order = replicas.indices.filter { replicas[$0] > 0 }.sorted {
      replicas[$0] != replicas[$1] ? replicas[$0] > replicas[$1] : grows ? $0 > $1 : $0 < $1
    }
    for revision in order {
      let share = (2 * replicas[revision] * (wanted + surge) + oldMost) / (2 * oldMost) - replicas[revision]
      let change = grows ? min(max(0, share), left) : max(min(0, share), left, -replicas[revision])
      state.workloads[index].revisions[revision].replicas += change
      left -= change
    }
    for revision in order where left != 0 {
      let change = max(left, -state.workloads[index].revisions[revision].replicas)
      state.workloads[index].revisions[revision].replicas += change
      left -= change
    }
  }

  private mutating func shrink(_ number: Int32, _ revision: Int, by count: Int) {
    if count <= 0 { return }
    let old = state.workloads[Int(number)].revisions[revision].replicas
    state.workloads[Int(number)].revisions[revision].replicas = old - count
    logWorkload(
      "ScalingReplicaSet", number, by: controller(number), "Scaled old revision from \(old) to \(old - count)")
  }

  /// Whose deletion is missed least comes first: without a node, not ready, many of the workload on one node, ready for a
  /// short time, young.
  /// Source: kubernetes pkg/controller/controller_utils.go, `ActivePodsWithRanks`.
  private func deletionOrder(_ pods: [Int32]) -> [Int32] {
    var together: [Int32: Int] = [:]
    for pod in pods where state.pods[pod].node >= 0 { together[state.pods[pod].node, default: 0] += 1 }
    func rank(_ number: Int32) -> [Int64] {
      let pod = state.pods[number]
      let isRunning = pod.phase == .running
      return [
        pod.node < 0 ? 0 : 1, isRunning ? 1 : 0, pod.isReady ? 1 : 0, -Int64(together[pod.node] ?? 0),
        // Times of the same order of magnitude count as equal.
        pod.isReady
          ? Int64((state.now - pod.readyAt + 1).bitWidth - (state.now - pod.readyAt + 1).leadingZeroBitCount) : 0,
        -pod.createdAt,
      ]
    }
    return pods.enumerated().sorted { left, right in
      let (first, second) = (rank(left.element), rank(right.element))
      if first != second { return first.lexicographicallyPrecedes(second) }
      return left.offset > right.offset
    }.map(\.element)
  }
}
