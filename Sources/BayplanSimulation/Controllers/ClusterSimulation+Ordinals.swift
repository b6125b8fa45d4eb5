import BayplanModel

/// StatefulSets and DaemonSets: pods with a place of their own.
/// Source: kubernetes pkg/controller/statefulset/stateful_set_control.go and pkg/controller/daemon, as of 1.34.
extension ClusterSimulation {
  /// One step at a time where pods are ordered: the next pod is made when those before it are ready, and the last one
  /// goes first.
  mutating func reconcileOrdinals(_ number: Int32) {
    let index = Int(number)
    let workload = state.workloads[index].workload
    let wanted = workload.firstOrdinal..<workload.firstOrdinal + state.workloads[index].replicas
    var byOrdinal: [Int: Int32] = [:]
    for pod in state.workloads[index].pods { byOrdinal[Int(state.pods[pod].ordinal)] = pod }
    for ordinal in wanted {
      guard let pod = byOrdinal[ordinal] else {
        makeOrdinal(number, ordinal)
        if workload.isOrdered { return }
        continue
      }
      if workload.isOrdered && !state.pods[pod].isAvailable { return }
    }
    let condemned = byOrdinal.keys.filter { !wanted.contains($0) }.sorted(by: >)
    for ordinal in condemned {
      let pod = byOrdinal[ordinal]!
      if state.pods[pod].isActive { deletePod(pod, of: number) }
      if workload.isOrdered { return }
    }
    if workload.rollout.way == .onDelete { return }
    for ordinal in wanted.reversed() where ordinal >= workload.firstOrdinal + workload.rollout.partition {
      guard let pod = byOrdinal[ordinal] else { return }
      if state.pods[pod].revision != state.workloads[index].current && state.pods[pod].isActive {
        deletePod(pod, of: number)
        return
      }
      if !state.pods[pod].isAvailable { return }
    }
  }

  private mutating func makeOrdinal(_ number: Int32, _ ordinal: Int) {
    let entry = state.workloads[Int(number)]
    let keepsOld = ordinal < entry.workload.firstOrdinal + entry.workload.rollout.partition
    let template = keepsOld ? entry.revisions[0].template : entry.current
    let name = "\(entry.workload.id.name)-\(ordinal)"
    makePod(of: number, named: name, template: template, ordinal: Int32(ordinal))
  }

  /// One pod on each node that the daemon is to run on. Pods of an old template are replaced a few at a time.
  mutating func reconcileDaemon(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    let daemon = DaemonWorkload(id: entry.workload.id, spec: state.templates[Int(entry.current)].pod.spec)
    var byNode: [Int32: Int32] = [:]
    for pod in entry.pods { byNode[state.pods[pod].ordinal] = pod }
    for (node, pod) in byNode.sorted(by: { $0.key < $1.key })
    where !state.nodes[Int(node)].isRegistered && state.pods[pod].isActive {
      deletePod(pod, of: number)
    }
    var wanted = 0
    var available = 0
    for node in state.nodes.indices where state.nodes[node].isRegistered {
      let pod = byNode[Int32(node)]
      guard daemon.runs(on: state.nodes[node].node) else {
        if let pod, state.pods[pod].isActive { deletePod(pod, of: number) }
        continue
      }
      wanted += 1
      if let pod {
        if state.pods[pod].isAvailable { available += 1 }
        continue
      }
      let name = daemon.podID(on: state.nodes[node].node).name
      makePod(of: number, named: name, template: entry.current, ordinal: Int32(node))
    }
    if wanted != entry.replicas {
      state.workloads[Int(number)].want(wanted, at: state.now)
      state.recounted.append(number)
    }
    if entry.workload.rollout.way == .onDelete { return }
    var mayGo = max(1, entry.workload.rollout.maxUnavailable.count(of: wanted, roundsUp: true)) - (wanted - available)
    for pod in entry.pods where state.pods[pod].revision != entry.current && state.pods[pod].isActive {
      if state.pods[pod].isAvailable {
        if mayGo <= 0 { continue }
        mayGo -= 1
      }
      deletePod(pod, of: number)
    }
  }
}
