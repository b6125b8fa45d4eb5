import BayplanModel

/// Node selector and required node affinity: eligibility.
public struct NodeSelection: Constraint {
  public init() {}
  public var name: String { "nodeAffinity" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    builder.restrict(name, by: { Key(selector: $0.nodeSelector, affinity: $0.nodeAffinity) }) {
      view.selectionAllows($0, $1)
    }
  }

  private struct Key: Hashable {
    var selector: [String: String]
    var affinity: NodeSelector?
  }
}

/// Taints that are not tolerated, `unschedulable` included: eligibility.
public struct TaintToleration: Constraint {
  public init() {}
  public var name: String { "taints" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    builder.restrict(name, by: \.tolerations) { view.taintsAllow($0, $1) }
  }
}

/// Host ports: a conflict inside the node for each port that some pending pod takes.
public struct HostPorts: Constraint {
  public init() {}
  public var name: String { "hostPorts" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    var ports: [HostPort] = []
    var seen = Set<HostPort>()
    for podClass in view.classes where !podClass.pending.isEmpty {
      for port in podClass.spec.hostPorts where seen.insert(port).inserted { ports.append(port) }
    }
    for port in ports {
      let takers = view.classes.indices.filter { view.classes[$0].spec.hostPorts.contains(port) }
      let colliders = view.classes.indices.filter {
        view.classes[$0].spec.hostPorts.contains { $0.collides(with: port) }
      }
      builder.addConflict(takers, colliders, scope: 0)
    }
  }
}

/// At most so many pods of a workload per node: a group maximum.
public struct MaxPerNode: Constraint {
  public init() {}
  public var name: String { "maxPerNode" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    var limits: [String: (limit: Int, classes: [Int])] = [:]
    for (index, podClass) in view.classes.enumerated() {
      guard let limit = podClass.spec.maxPerNode, let workload = podClass.workload else { continue }
      limits[workload, default: (limit, [])].classes.append(index)
      limits[workload]!.limit = min(limit, limits[workload]!.limit)
    }
    for workload in limits.keys.sorted() {
      let (limit, classes) = limits[workload]!
      builder.addMaximum(classes, limit: Int32(clamping: limit), scope: 0)
    }
  }
}
