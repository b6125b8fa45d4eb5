import BayplanModel

/// A change to a cluster, to see what would come of it.
public enum WhatIf: Hashable, Sendable {
  /// Nodes of a type of the input, or like a node of it.
  case add(Int, of: String)
  /// Replicas of a workload: `deploy/cart`, `sts/shop/db`, or its name alone.
  case scale(String, replicas: Int)
  case cordon(String)
  /// Pods leave the node as `kubectl drain` would have them leave.
  case drain(String)
  /// A node is gone, or all nodes with a label: `zone=a`, `key=value`.
  case fail(String)
}

extension Cluster {
  /// Makes the changes one after the other. Pods that lose their node and have a controller are pending then.
  ///
  /// - Throws: `InputError` for names that mean nothing, with those that come closest.
  public mutating func apply(_ changes: [WhatIf]) throws(InputError) {
    var displaced = Set<PodID>()
    for change in changes {
      switch change {
      case .add(let count, let type): try add(count, type)
      case .scale(let workload, let replicas): try scale(workload, to: replicas)
      case .cordon(let name): nodes[try index(of: name, for: "--cordon")].isUnschedulable = true
      case .drain(let name): try drain(name, &displaced)
      case .fail(let what): try fail(what)
      }
    }
  }

  private func index(of node: String, for option: String) throws(InputError) -> Int {
    if let index = nodes.firstIndex(where: { $0.name == node }) { return index }
    throw missing("\(option) \(node)", "there is no such node", among: nodes.map(\.name), like: node)
  }

  private func missing(_ object: String, _ message: String, among names: [String], like name: String) -> InputError {
    let near = names.filter { $0.contains(name) || name.contains($0) }
    return InputError(.missing, object: object, message, fix: InputError.perhaps(near.isEmpty ? names : near))
  }

  // MARK: More

  private mutating func add(_ count: Int, _ type: String) throws(InputError) {
    var taken = Set(nodes.map(\.name))
    var ordinal = 0
    func unused(_ name: (Int) -> String) -> Int {
      while taken.contains(name(ordinal)) { ordinal += 1 }
      return ordinal
    }
    if let type = nodeTypes.first(where: { $0.name == type }) {
      for number in 0..<count {
        let zone = type.zones.isEmpty ? nil : type.zones[number % type.zones.count]
        let node = type.makeNode(zone: zone, ordinal: unused { type.makeNode(zone: zone, ordinal: $0).name })
        taken.insert(node.name)
        nodes.append(node)
      }
    } else if let model = nodes.first(where: { $0.name == type || $0.type == type }) {
      for _ in 0..<count {
        var node = model
        node.name = "\(type)-added-\(unused { "\(type)-added-\($0)" })"
        node.labels[NodeType.hostnameLabel] = node.name
        node.isUnschedulable = false
        storage.attachLimits[node.name] = storage.attachLimits[model.name]
        taken.insert(node.name)
        nodes.append(node)
      }
    } else {
      let names = nodeTypes.map(\.name) + nodes.map(\.name)
      throw missing(
        "--add \(count)x\(type)", "there is no such node type, nor a node of that name", among: names, like: type)
    }
  }

  private static let shortKinds = [
    "deploy": "Deployment", "deployment": "Deployment", "sts": "StatefulSet", "statefulset": "StatefulSet",
    "rs": "ReplicaSet", "replicaset": "ReplicaSet", "rc": "ReplicationController", "job": "Job",
  ]

  /// The workload that `deploy/cart`, `sts/shop/db` or a name alone stands for, as in `Pod.workload`.
  ///
  /// - Throws: `InputError` if there is none, or more than one.
  public func workload(named name: String, for option: String) throws(InputError) -> String {
    let parts = name.split(separator: "/").map(String.init)
    let kind = parts.count > 1 ? Self.shortKinds[parts[0].lowercased()] ?? parts[0] : nil
    let workloads = Set(pods.compactMap(\.workload)).sorted()
    let matches = workloads.filter { workload in
      let own = workload.split(separator: "/").map(String.init)
      return own.count == 3 && own[2] == parts.last && (kind == nil || own[0] == kind)
        && (parts.count < 3 || own[1] == parts[1])
    }
    if matches.count == 1 { return matches[0] }
    if matches.isEmpty {
      throw missing(option, "no pod belongs to such a workload", among: workloads, like: parts.last ?? "")
    }
    throw InputError(
      .duplicate, object: option, "\(matches.count) workloads have this name", fix: InputError.sayWhich(matches))
  }

  private mutating func scale(_ name: String, to replicas: Int) throws(InputError) {
    let workload = try workload(named: name, for: "--scale \(name)")
    let members = pods.indices.filter { pods[$0].workload == workload && !pods[$0].isTerminating }
    if replicas < members.count {
      // Those that wait go first, then the youngest.
      let order = members.sorted { left, right in
        let (isLeft, isRight) = (pods[left].nodeName == nil, pods[right].nodeName == nil)
        return isLeft != isRight ? isLeft : left > right
      }
      for index in order.prefix(members.count - replicas).sorted(by: >) { pods.remove(at: index) }
    } else if let last = members.last {
      var taken = Set(pods.map(\.id))
      var pod = pods[last]
      pod.leaveNode()
      var ordinal = members.count
      for _ in members.count..<replicas {
        repeat {
          pod.id.name = "\(name.split(separator: "/").last ?? "pod")-\(ordinal)"
          ordinal += 1
        } while !taken.insert(pod.id).inserted
        pods.append(pod)
      }
    }
  }

  // MARK: Less

  /// - Parameter displaced: pods that left other nodes, and count as running elsewhere by now.
  private mutating func drain(_ name: String, _ displaced: inout Set<PodID>) throws(InputError) {
    let node = try index(of: name, for: "--drain")
    nodes[node].isUnschedulable = true
    for index in pods.indices where pods[index].nodeName == name && !pods[index].isDaemonPod {
      if let budget = disruptionBudgets.first(where: { $0.covers(pods[index]) && allowed($0, displaced) == 0 }) {
        notices.note(
          .warning,
          "The disruption budget \(budget.namespace)/\(budget.name) allows no eviction: its pods stay on \(name).",
          example: pods[index].id.description)
        continue
      }
      if pods[index].workload == nil {
        notices.note(
          .warning, "Pods without a controller do not come back by themselves: kubectl drain needs --force.",
          example: pods[index].id.description)
      }
      pods[index].leaveNode()
      displaced.insert(pods[index].id)
    }
  }

  /// Evictions that a budget allows at a time. Where it allows one, all pods leave sooner or later: the next goes once the
  /// last one's replacement runs.
  private func allowed(_ budget: DisruptionBudget, _ displaced: Set<PodID>) -> Int {
    if let stated = budget.disruptionsAllowed { return Int(stated) }
    let covered = pods.filter { budget.covers($0) && !$0.isTerminating }
    let healthy = covered.count { $0.nodeName != nil || displaced.contains($0.id) }
    func count(_ value: CountOrPercent) -> Int { value.count(of: covered.count, roundsUp: true) }
    if let least = budget.minAvailable { return max(0, healthy - count(least)) }
    if let most = budget.maxUnavailable { return max(0, healthy - (covered.count - count(most))) }
    return healthy
  }

  private mutating func fail(_ what: String) throws(InputError) {
    let failed: Set<String>
    if let equals = what.firstIndex(of: "=") {
      let key = what[..<equals] == "zone" ? NodeType.zoneLabel : String(what[..<equals])
      let value = String(what[what.index(after: equals)...])
      failed = Set(nodes.filter { $0.labels[key] == value }.map(\.name))
      if failed.isEmpty {
        let values = Set(nodes.compactMap { $0.labels[key] }).sorted()
        throw missing(
          "--fail \(what)", "no node has this label", among: values.map { "\(what[..<equals])=\($0)" }, like: what)
      }
    } else {
      failed = [nodes[try index(of: what, for: "--fail")].name]
    }
    nodes.removeAll { failed.contains($0.name) }
    let lost = pods.filter { $0.workload == nil && $0.nodeName.map(failed.contains) == true }
    if let first = lost.first {
      notices.note(
        .warning, "Pods without a controller are lost with their node.", count: lost.count,
        example: first.id.description)
    }
    pods.removeAll { $0.nodeName.map(failed.contains) == true && ($0.workload == nil || $0.isDaemonPod) }
    for index in pods.indices where pods[index].nodeName.map(failed.contains) == true { pods[index].leaveNode() }
  }
}

extension Pod {
  fileprivate mutating func leaveNode() {
    nodeName = nil
    nominatedNodeName = nil
    startSeconds = nil
    isTerminating = false
  }
}
