import BayplanModel

/// Required anti-affinity, symmetric as in the scheduler: a conflict between the pods that carry a term and the pods
/// it selects, in the domains of its topology key.
public struct PodAntiAffinity: Constraint {
  public init() {}
  public var name: String { "podAntiAffinity" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    var terms: [PodAffinityTerm] = []
    var seen = Set<PodAffinityTerm>()
    for podClass in view.classes {
      for term in podClass.spec.podAntiAffinity where seen.insert(term).inserted { terms.append(term) }
    }
    for term in terms {
      let carriers = view.classes.indices.filter { view.classes[$0].spec.podAntiAffinity.contains(term) }
      let selected = view.classes.indices.filter { view.matches(term, view.classes[$0]) }
      builder.addConflict(carriers, selected, scope: builder.scope(of: term.topologyKey))
    }
  }
}

/// Required affinity. A pod counts as a match only if it matches all terms of the pod that asks; the node must carry
/// every topology key. Pods with the same terms depend on others that match, their anchors; where no pod matches yet
/// and the dependents match themselves, one domain may go without.
public struct PodAffinity: Constraint {
  public init() {}
  public var name: String { "podAffinity" }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    var seen = Set<[PodAffinityTerm]>()
    for podClass in view.classes where !podClass.pending.isEmpty {
      let terms = podClass.spec.podAffinity
      guard !terms.isEmpty, seen.insert(terms).inserted else { continue }
      let dependents = view.classes.indices.filter {
        view.classes[$0].spec.podAffinity == terms && !view.classes[$0].pending.isEmpty
      }
      let matching = view.classes.indices.filter { index in
        terms.allSatisfy { view.matches($0, view.classes[index]) }
      }
      let asking = Set(dependents)
      let nobodyYet = matching.allSatisfy { view.classes[$0].bound.isEmpty }
      let matchThemselves = dependents.allSatisfy(Set(matching).contains)
      for key in Set(terms.map(\.topologyKey)).sorted() {
        builder.requireKey(key, classes: dependents)
        builder.addRequirement(
          dependents: dependents, anchors: matching, newAnchorsExcept: asking,
          allowsBootstrap: nobodyYet && matchThemselves, scope: builder.scope(of: key))
      }
    }
  }
}

/// Hard topology spread: a group bound over the domains that count for the pods that carry it.
public struct TopologySpread: Constraint {
  public init() {}
  public var name: String { "topologySpread" }

  /// Pods with equal keys judge the same domains by the same counts.
  private struct Key: Hashable {
    var namespace: String
    var constraint: TopologySpreadConstraint
    var topologyKeys: [String]
    var nodeSelector: [String: String]
    var nodeAffinity: NodeSelector?
    var tolerations: [Toleration]
  }

  public func lower(_ view: ClusterView, into builder: inout InstanceBuilder) {
    var owners: [Key: [Int]] = [:]
    var order: [Key] = []
    for (index, podClass) in view.classes.enumerated() where !podClass.pending.isEmpty {
      let hard = podClass.spec.topologySpread.filter(\.isHard)
      for constraint in hard {
        let key = Key(
          namespace: podClass.namespace, constraint: constraint,
          topologyKeys: hard.map(\.topologyKey).sorted(),
          nodeSelector: constraint.honorsNodeAffinity ? podClass.spec.nodeSelector : [:],
          nodeAffinity: constraint.honorsNodeAffinity ? podClass.spec.nodeAffinity : nil,
          tolerations: constraint.honorsNodeTaints ? podClass.spec.tolerations : [])
        if owners[key] == nil { order.append(key) }
        owners[key, default: []].append(index)
      }
    }
    for key in order { lower(key, owners: owners[key]!, view, into: &builder) }
  }

  private func lower(_ key: Key, owners: [Int], _ view: ClusterView, into builder: inout InstanceBuilder) {
    let constraint = key.constraint
    for topologyKey in key.topologyKeys { builder.requireKey(topologyKey, classes: owners) }
    let counted = view.classes.indices.filter { index in
      view.classes[index].namespace == key.namespace
        && constraint.selector?.matches(view.classes[index].spec.labels) ?? false
    }
    let spec = view.classes[owners[0]].spec
    let eligible = view.sites.map { site in
      key.topologyKeys.allSatisfy(site.carries)
        && (!constraint.honorsNodeAffinity || view.selectionAllows(spec, site))
        && (!constraint.honorsNodeTaints || view.taintsAllow(spec, site))
    }
    let scope = builder.scope(of: constraint.topologyKey)
    let mayGrow = view.sites.indices.contains { eligible[$0] && view.sites[$0].isElastic }
    let values = Set(
      view.sites.indices.filter { eligible[$0] }.compactMap { view.sites[$0].value(of: constraint.topologyKey) })
    // A node to come is a new, empty domain of its own. Zones that nodes may come to count from the start: an empty
    // one keeps the least count at zero, which is never too lenient.
    let tooFew = Int(constraint.minDomains ?? 1) > values.count
    if mayGrow {
      builder.narrow("nodes to add count as empty domains of a topology spread until they are filled")
    }
    builder.addSpread(
      owners: owners, counted: counted, maxSkew: constraint.maxSkew,
      minimumIsZero: tooFew || (mayGrow && scope == 0), eligibleSites: eligible, scope: scope)
  }
}
