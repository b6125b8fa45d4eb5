import BayplanModel

extension ComposeProject {
  /// Adds its pods `service.1`, `service.2`, … and its global services.
  func append(to cluster: inout Cluster) {
    let colocation = colocationKeys()
    for service in services {
      if service.isGlobal {
        cluster.daemons.append(
          DaemonWorkload(id: PodID(namespace: namespace, name: service.name), spec: service.spec))
        continue
      }
      for ordinal in 0..<service.replicas {
        let name = "\(service.name).\(ordinal + 1)"
        var pod = Pod(
          id: PodID(namespace: namespace, name: name), workload: "Service/\(namespace)/\(service.name)",
          spec: service.spec)
        pod.spec.colocation = colocation[name]
        cluster.pods.append(pod)
      }
    }
    for service in services where !service.isGlobal { cluster.workloads.append(workload(service)) }
    for notice in notices {
      cluster.notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
    }
  }

  /// The service as a controller, for the simulator: what was started is kept running. Ready after the start period of its
  /// health check, stopped within ten seconds.
  private func workload(_ service: ComposeService) -> Workload {
    let id = PodID(namespace: namespace, name: service.name)
    let template = Pod(id: id, workload: "Service/\(namespace)/\(service.name)", spec: service.spec)
    var workload = Workload(kind: .service, id: id, template: template, replicas: service.replicas)
    workload.lifecycle.startupMillis = service.healthcheck?.startPeriod
    workload.lifecycle.graceMillis = 10_000
    return workload
  }

  /// For each pod that shares a network, a process space or volumes: a name common to all pods it shares with.
  ///
  /// Replicas are paired by ordinal; where the other service has fewer, its last one is shared.
  private func colocationKeys() -> [String: String] {
    let replicas = Dictionary(services.map { ($0.name, $0.replicas) }) { $1 }
    var parent: [String: String] = [:]
    func root(of name: String) -> String {
      var name = name
      while let next = parent[name], next != name {
        parent[name] = parent[next] ?? next
        name = next
      }
      return name
    }
    for service in services where !service.isGlobal {
      for companion in service.companions {
        guard let count = replicas[companion.service], count > 0 else { continue }
        for ordinal in 1...max(service.replicas, 1) where ordinal <= service.replicas {
          let left = root(of: "\(service.name).\(ordinal)")
          let right = root(of: "\(companion.service).\(min(ordinal, count))")
          parent[left] = right
          parent[right] = right
        }
      }
    }
    return Dictionary(uniqueKeysWithValues: parent.keys.sorted().map { ($0, root(of: $0)) })
  }
}

extension ComposeReader {
  func append(_ project: ComposeProject, to cluster: inout Cluster) { project.append(to: &cluster) }
}
