import BayplanModel
import BayplanPacking

extension Cluster {
  /// The cluster as kube-scheduler knows it, and the pods that wait for it, daemons' first.
  ///
  /// Named devices become counts of their kind, pods of DaemonSets pods that name their node. Rules that Kubernetes does
  /// not have are left out; `notices` says which.
  public func schedulerView() -> (cluster: Cluster, pending: [Pod]) {
    var seen = self
    seen.notices.removeSchedulerRules()
    for index in seen.nodes.indices { seen.nodes[index] = seen.nodes[index].countingDevices }
    for index in seen.pods.indices { seen.translate(index) }
    if !nodeTypes.isEmpty {
      seen.notices.note(
        .notHonoured, Notice.nodeTypesLeftOut, count: nodeTypes.count, example: nodeTypes[0].name)
    }
    let names = Set(seen.nodes.map(\.name))
    let strays = seen.pods.filter { $0.nodeName.map { !names.contains($0) } ?? false }
    if let first = strays.first {
      seen.notices.note(
        .warning, "Pods on nodes that are not in the input are left out.", count: strays.count,
        example: first.id.description)
    }
    var pending = seen.daemonPods()
    pending += seen.pods.filter { $0.nodeName == nil }
    return (seen, pending)
  }

  /// Where kube-scheduler, default profile, puts the pods that wait, if it evicts none; the first of equal nodes.
  func schedulerPlacements() -> [Placement] {
    let (seen, pending) = schedulerView()
    var profile = SchedulerProfile.standard
    profile.preempts = false
    var pass = SchedulingPass(SchedulerSnapshot(seen), profiles: [profile])
    pass.schedule(pending)
    return pass.placements
  }

  private mutating func translate(_ index: Int) {
    let pod = pods[index]
    func note(_ applies: Bool, _ what: String) {
      if applies { notices.note(.notHonoured, "kube-scheduler knows no \(what).", example: pod.id.description) }
    }
    pods[index].spec = pod.spec.countingDevices
    if let request = pod.spec.devices {
      note(request.milliPerDevice < 1000, "shares of devices: a whole one is taken")
      note(!request.models.isEmpty, "models of devices")
    }
    note(pod.spec.colocation != nil, "containers that share a node's network by name")
    note(pod.spec.maxPerNode != nil, "most pods of a workload per node")
    note(pod.spec.podGroup != nil && pod.nodeName == nil, "pod groups: their pods are placed one by one")
  }

  /// The pods that the DaemonSet controller would make for the nodes that have none yet.
  private func daemonPods() -> [Pod] {
    var result: [Pod] = []
    for daemon in daemons {
      for node in nodesWithout(daemon).map({ nodes[$0] }) {
        let spec = daemon.spec.restricted(to: node.name)
        result.append(Pod(id: daemon.podID(on: node), workload: daemon.workload, spec: spec))
      }
    }
    return result
  }
}

extension PodSpec {
  /// The same for one node only, as the DaemonSet controller has it.
  public func restricted(to node: String) -> PodSpec {
    let name = LabelRequirement(key: "metadata.name", operator: .in, values: [node])
    let terms = nodeAffinity?.terms ?? [NodeSelectorTerm()]
    var copy = self
    copy.nodeAffinity = NodeSelector(
      terms: terms.map { NodeSelectorTerm(matchExpressions: $0.matchExpressions, matchFields: [name]) })
    return copy
  }

  /// Named devices as counts of their kind: all that kube-scheduler knows.
  public var countingDevices: PodSpec {
    guard let devices else { return self }
    var copy = self
    copy.requests[devices.kind] += Int64(devices.count)
    return copy
  }
}

extension Node {
  /// Named devices as counts of their kind: all that kube-scheduler knows.
  public var countingDevices: Node {
    var copy = self
    for group in devices { copy.allocatable[group.kind] += Int64(group.count) }
    return copy
  }
}
