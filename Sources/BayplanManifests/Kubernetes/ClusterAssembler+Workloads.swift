import BayplanModel

extension ClusterAssembler {
  /// The controllers that make pods, for the simulator; where another format names none, by the pods that are there.
  func addWorkloads(to cluster: inout Cluster) {
    // What there is to say about templates has been said where their pods were made.
    let quiet = PodResolver(objects: objects, defaults: resolver.defaults, diagnostics: Diagnostics())
    for (position, controller) in objects.controllers.enumerated() {
      let meta = controller.meta
      guard roots[position].generator == position, let template = controller.template else { continue }
      // A Job of a CronJob that is there is a run of it, and a workload of its own.
      guard let kind = Workload.Kind(rawValue: meta.kind == "ReplicationController" ? "ReplicaSet" : meta.kind) else {
        continue
      }
      var spec = quiet.resolve(template, of: meta, isAdmitted: false, count: 1)
      if kind == .daemonSet {
        spec.tolerations += Self.daemonTolerations(hasHostNetwork: template.hasHostNetwork)
          .filter { !spec.tolerations.contains($0) }
      }
      fillSpreadSelector(of: &spec, namespace: meta.namespace, position)
      var workload = Workload(
        kind: kind, id: meta.id, template: Self.pod(meta.id, of: meta.reference, spec, from: template),
        replicas: controller.replicas)
      workload.lifecycle = template.lifecycle
      workload.lifecycle.minReadyMillis = controller.minReadyMillis
      workload.rollout = controller.rollout
      workload.job = controller.job
      workload.firstOrdinal = controller.firstOrdinal
      workload.isOrdered = controller.isOrdered
      workload.isSuspended = controller.isSuspended
      cluster.workloads.append(workload)
    }
    addExternalWorkloads(to: &cluster)
  }

  private func addExternalWorkloads(to cluster: inout Cluster) {
    var numbers: [String: Int] = [:]
    cluster.workloads += objects.externalWorkloads
    let known = Set(objects.externalWorkloads.compactMap(\.template.workload))
    for pod in objects.externalPods {
      guard let reference = pod.workload, !known.contains(reference) else { continue }
      if let number = numbers[reference] {
        cluster.workloads[number].replicas += 1
        continue
      }
      numbers[reference] = cluster.workloads.count
      var template = pod
      let name = reference.split(separator: "/").last.map(String.init) ?? pod.id.name
      template.id = PodID(namespace: pod.id.namespace, name: name)
      // Pods share a node by ordinal, which new pods do not have.
      template.spec.colocation = nil
      template.nodeName = nil
      cluster.workloads.append(Workload(kind: .service, id: template.id, template: template, replicas: 1))
    }
  }
}
