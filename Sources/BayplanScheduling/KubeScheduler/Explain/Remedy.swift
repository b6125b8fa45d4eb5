import BayplanModel

/// One change, to a pod or to what surrounds it, after which something no longer keeps the pod off a node.
public enum Remedy: Hashable, Sendable {
  // Of the pod.
  case tolerate(Taint)
  case dropNodeName
  case dropNodeSelector(key: String, value: String)
  case dropNodeAffinity
  case dropHostPort(HostPort)
  case request(Resource, atMost: Int64)
  case raiseMaxSkew(TopologySpreadConstraint, to: Int32)
  case dropSpread(TopologySpreadConstraint)
  case dropPodAffinity(PodAffinityTerm)
  case dropPodAntiAffinity(PodAffinityTerm)
  case removeGates

  // Of a node.
  case uncordon(node: String)
  case removeTaint(Taint, node: String)
  case label(node: String, key: String, value: String)
  case add(Resource, Int64, node: String)
  case raiseAttachLimit(driver: String, to: Int32, node: String)

  // Of others.
  /// A term that pods of a workload, or a pod of its own, have against this one.
  case dropAntiAffinity(PodAffinityTerm, of: String)
  /// The claim is for one pod at a time.
  case shareClaim(PodID)

  /// The node that is changed.
  public var node: String? {
    switch self {
    case .uncordon(let node), .removeTaint(_, let node), .label(let node, _, _), .add(_, _, let node),
      .raiseAttachLimit(_, _, let node):
      node
    default: nil
    }
  }

  /// The same on whatever node.
  var nameless: Remedy {
    switch self {
    case .uncordon: .uncordon(node: "")
    case .removeTaint(let taint, _): .removeTaint(taint, node: "")
    case .label(_, let key, let value): .label(node: "", key: key, value: value)
    case .add(let resource, let amount, _): .add(resource, amount, node: "")
    case .raiseAttachLimit(let driver, let limit, _): .raiseAttachLimit(driver: driver, to: limit, node: "")
    default: self
    }
  }

  /// The same on whatever node and for whatever amount: remedies of one shape can be compared.
  var shape: Remedy {
    switch nameless {
    case .request(let resource, _): .request(resource, atMost: 0)
    case .raiseMaxSkew(let constraint, _): .raiseMaxSkew(constraint, to: 0)
    case .add(let resource, _, let node): .add(resource, 0, node: node)
    case .raiseAttachLimit(let driver, _, let node): .raiseAttachLimit(driver: driver, to: 0, node: node)
    case let remedy: remedy
    }
  }

  /// How far it goes, among remedies of its shape.
  var severity: Int64 {
    switch self {
    case .request(_, let most): -most
    case .raiseMaxSkew(_, let skew): Int64(skew)
    case .add(_, let amount, _): amount
    case .raiseAttachLimit(_, let limit, _): Int64(limit)
    default: 0
    }
  }
}

// MARK: Making the change

extension Remedy {
  func change(_ pod: inout Pod) {
    switch self {
    case .tolerate(let taint):
      pod.spec.tolerations.append(Toleration(key: taint.key, value: taint.value, effect: taint.effect))
    case .dropNodeName: pod.nodeName = nil
    case .dropNodeSelector(let key, _): pod.spec.nodeSelector[key] = nil
    case .dropNodeAffinity: pod.spec.nodeAffinity = nil
    case .dropHostPort(let port): pod.spec.hostPorts.removeAll { $0 == port }
    case .request(let resource, let most): pod.spec.requests[resource] = min(most, pod.spec.requests[resource])
    case .raiseMaxSkew(let constraint, let skew):
      for index in pod.spec.topologySpread.indices where pod.spec.topologySpread[index] == constraint {
        pod.spec.topologySpread[index].maxSkew = skew
      }
    case .dropSpread(let constraint): pod.spec.topologySpread.removeAll { $0 == constraint }
    case .dropPodAffinity(let term): pod.spec.podAffinity.removeAll { $0 == term }
    case .dropPodAntiAffinity(let term): pod.spec.podAntiAffinity.removeAll { $0 == term }
    case .removeGates: pod.spec.isGated = false
    default: break
    }
  }

  func change(_ node: inout Node) {
    guard self.node == node.name else { return }
    switch self {
    case .uncordon:
      node.isUnschedulable = false
      // Kubernetes puts a taint beside the mark, and takes it away with it.
      node.taints.removeAll { $0 == .unschedulable }
    case .removeTaint(let taint, _): node.taints.removeAll { $0 == taint }
    case .label(_, let key, let value): node.labels[key] = value
    case .add(let resource, let amount, _):
      node.allocatable[resource] = node.allocatable[resource].addingSaturated(amount)
    default: break
    }
  }

  func changeOther(_ pod: inout Pod) {
    if case .dropAntiAffinity(let term, let owner) = self, pod.owner == owner {
      pod.spec.podAntiAffinity.removeAll { $0 == term }
    }
  }

  func change(_ storage: inout VolumeCatalogue) {
    switch self {
    case .raiseAttachLimit(let driver, let limit, let node): storage.attachLimits[node]?[driver] = limit
    case .shareClaim(let id):
      for index in storage.claims.indices where storage.claims[index].id == id {
        storage.claims[index].accessModes = storage.claims[index].accessModes.map {
          $0 == "ReadWriteOncePod" ? "ReadWriteOnce" : $0
        }
      }
    default: break
    }
  }
}

extension Pod {
  /// Whose specification it follows.
  var owner: String { workload ?? "Pod/\(id)" }
}

extension Cluster {
  /// - Parameter pod: the pod that the remedies are for.
  public mutating func apply(_ remedies: [Remedy], for pod: PodID) {
    for remedy in remedies {
      for index in nodes.indices { remedy.change(&nodes[index]) }
      for index in pods.indices {
        if pods[index].id == pod { remedy.change(&pods[index]) } else { remedy.changeOther(&pods[index]) }
      }
      remedy.change(&storage)
    }
  }
}

extension SchedulerSnapshot {
  mutating func apply(_ remedy: Remedy, to pod: inout Pod) {
    remedy.change(&pod)
    if let node = remedy.node.flatMap({ nodeIndex[$0] }) { change(node) { remedy.change(&$0) } }
    if case .dropAntiAffinity = remedy { changePods { remedy.changeOther(&$0) } }
    switch remedy {
    case .raiseAttachLimit, .shareClaim: changeStorage { remedy.change(&$0) }
    default: break
    }
  }
}

// MARK: In words

extension Remedy: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tolerate(let taint): "tolerate the taint \(taint)"
    case .dropNodeName: "drop spec.nodeName"
    case .dropNodeSelector(let key, let value): "drop \(key)=\(value) from the node selector"
    case .dropNodeAffinity: "drop the required node affinity"
    case .dropHostPort(let port): "drop host port \(port.port)/\(port.protocol)"
    case .request(let resource, 0): "request no \(resource.rawValue)"
    case .request(let resource, let most): "request at most \(Quantity.text(most, of: resource)) \(resource.rawValue)"
    case .raiseMaxSkew(let constraint, let skew): "raise maxSkew over \(constraint.topologyKey) to \(skew)"
    case .dropSpread(let constraint): "drop the topology spread over \(constraint.topologyKey)"
    case .dropPodAffinity(let term): "drop the affinity to \(term.words)"
    case .dropPodAntiAffinity(let term): "drop the anti-affinity to \(term.words)"
    case .removeGates: "remove its scheduling gates"
    case .uncordon(let node): "uncordon \(node)"
    case .removeTaint(let taint, let node): "remove the taint \(taint) from \(node)"
    case .label(let node, let key, let value): "label \(node) \(key)=\(value)"
    case .add(.pods, let amount, let node): "room for \(amount) more pod\(amount == 1 ? "" : "s") on \(node)"
    case .add(let resource, let amount, let node):
      "\(Quantity.text(amount, of: resource)) more \(resource.rawValue) on \(node)"
    case .raiseAttachLimit(let driver, let limit, let node): "let \(node) attach \(limit) volumes of \(driver)"
    case .dropAntiAffinity(let term, let owner): "drop the anti-affinity of \(owner) to \(term.words)"
    case .shareClaim(let claim): "give claim \(claim) the access mode ReadWriteOnce"
    }
  }

  /// Does it, where `kubectl` can.
  public var command: String? {
    switch self {
    case .uncordon(let node): "kubectl uncordon \(node)"
    case .removeTaint(let taint, let node): "kubectl taint nodes \(node) \(taint)-"
    case .label(let node, let key, let value): "kubectl label nodes \(node) \(key)=\(value)"
    default: nil
    }
  }
}

extension PodAffinityTerm {
  fileprivate var words: String {
    let wanted = selector?.requirements.map { requirement in
      switch requirement.operator {
      case .in where requirement.values.count == 1: "\(requirement.key)=\(requirement.values[0])"
      case .exists, .doesNotExist: "\(requirement.key) \(requirement.operator.rawValue)"
      default: "\(requirement.key) \(requirement.operator.rawValue) \(requirement.values.joined(separator: ","))"
      }
    }
    let pods = wanted.map { $0.isEmpty ? "all pods" : $0.joined(separator: ", ") } ?? "no pods"
    return "\(pods) over \(topologyKey)"
  }
}
