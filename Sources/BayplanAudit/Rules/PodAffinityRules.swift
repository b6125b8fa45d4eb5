import BayplanModel

extension Board {
  /// The classes whose pods a term matches.
  func classes(matching term: PodAffinityTerm) -> [Int] {
    classes { term.matches($0, namespaceLabels: cluster.namespaces) }
  }
}

/// Required pod anti-affinity, in both directions: no two pods share a domain if a term of one matches the other.
///
/// A node without the topology key is in no domain. A pair of bound pods is a baseline violation. Each pair is reported
/// once, for the pod that has the term, or for the matching one where only that one is new.
@Sendable func podAntiAffinityViolations(_ board: Board) -> Findings {
  var findings = Findings()
  var ownersOfTerm: [PodAffinityTerm: [Int]] = [:]
  for (index, podClass) in board.classes.enumerated() {
    for term in Set(podClass.spec.podAntiAffinity) { ownersOfTerm[term, default: []] += board.podsOfClass[index] }
  }
  for (term, owners) in ownersOfTerm {
    let key = term.topologyKey
    let targets = board.classes(matching: term).flatMap { board.podsOfClass[$0] }
    var domains: [String: (owners: [Int], targets: [Int])] = [:]
    for pod in owners {
      if let domain = board.domain(key, ofNode: board.pods[pod].node) {
        domains[domain, default: ([], [])].owners.append(pod)
      }
    }
    for pod in targets {
      if let domain = board.domain(key, ofNode: board.pods[pod].node) {
        domains[domain, default: ([], [])].targets.append(pod)
      }
    }
    for (domain, members) in domains where !members.owners.isEmpty && !members.targets.isEmpty {
      let boundOwners = members.owners.filter { !board.pods[$0].isNew }
      let newTargets = members.targets.filter { board.pods[$0].isNew }
      for owner in members.owners {
        let placed = board.pods[owner]
        guard let other = members.targets.first(where: { $0 != owner }) else { continue }
        // The pairs of a bound owner with new pods are reported for these, below.
        if !placed.isNew && !members.targets.contains(where: { $0 != owner && !board.pods[$0].isNew }) { continue }
        findings.add(
          "podAntiAffinity", pod: placed.pod.id, node: board.nodes[placed.node].name, isBaseline: !placed.isNew,
          "the pod excludes \(board.pods[other].pod.id) from \(key)=\(domain)")
      }
      guard let owner = boundOwners.first else { continue }
      for target in newTargets {
        findings.add(
          "podAntiAffinity", pod: board.pods[target].pod.id, node: board.nodes[board.pods[target].node].name,
          "\(board.pods[owner].pod.id) excludes the pod from \(key)=\(domain)")
      }
    }
  }
  return findings
}

/// Required pod affinity of newly placed pods.
///
/// This is the order-free equivalent of the scheduler's rule, which looks at the pods that are there when a pod comes.
/// A pod counts as a match only if it matches *all* terms. Pods with the same requirement set (an equal list of terms;
/// namespaces are filled in) are its dependents, all other matching pods are anchors. A dependent is fine where for
/// every term the node's domain holds an anchor: let the anchors come first. A dependent without an anchor can only
/// have come by the bootstrap rule: nothing matched in the whole cluster, and the first pod matched its own terms. So
/// no bound pod may match, all dependents without an anchor share the domains of all terms (the first one's), and at
/// least one of them matches its own terms. Two different requirement sets that need each other are accepted.
@Sendable func podAffinityViolations(_ board: Board) -> Findings {
  var findings = Findings()
  var dependentsOfTerms: [[PodAffinityTerm]: [Int]] = [:]
  for (index, podClass) in board.classes.enumerated() where !podClass.spec.podAffinity.isEmpty {
    let new = board.podsOfClass[index].filter { board.pods[$0].isNew }
    if !new.isEmpty { dependentsOfTerms[podClass.spec.podAffinity, default: []] += new }
  }
  for (terms, dependents) in dependentsOfTerms {
    let keys = terms.map(\.topologyKey)
    let matching = Set(
      board.classes { pod in
        terms.allSatisfy { $0.matches(pod, namespaceLabels: board.cluster.namespaces) }
      })
    var anchored: [String: Set<String>] = [:]
    var isMatchedByBound = false
    for index in matching {
      for pod in board.podsOfClass[index] {
        let placed = board.pods[pod]
        if placed.isNew && placed.pod.spec.podAffinity == terms { continue }
        for key in keys {
          guard let domain = board.domain(key, ofNode: placed.node) else { continue }
          anchored[key, default: []].insert(domain)
          if !placed.isNew { isMatchedByBound = true }
        }
      }
    }
    var withoutAnchor: [[String]: [Int]] = [:]
    for pod in dependents {
      let placed = board.pods[pod]
      let domains = keys.map { board.domain($0, ofNode: placed.node) }
      if let missing = domains.firstIndex(of: nil) {
        findings.add(
          "podAffinity", pod: placed.pod.id, node: board.nodes[placed.node].name,
          "the node has no label \(keys[missing])")
        continue
      }
      let names = domains.compactMap { $0 }
      if zip(keys, names).allSatisfy({ anchored[$0]?.contains($1) ?? false }) { continue }
      withoutAnchor[names, default: []].append(pod)
    }
    // The domains that a first pod may have opened; of several the fullest is taken for it.
    var bootstrapped: [String]?
    if !isMatchedByBound {
      bootstrapped =
        withoutAnchor.filter { $1.contains { matching.contains(board.pods[$0].podClass) } }
        .max { ($0.value.count, $1.key.joined(separator: "\n")) < ($1.value.count, $0.key.joined(separator: "\n")) }?
        .key
    }
    for (domains, pods) in withoutAnchor where domains != bootstrapped {
      for pod in pods {
        findings.add(
          "podAffinity", pod: board.pods[pod].pod.id, node: board.nodes[board.pods[pod].node].name,
          "no pod that it must be near is in \(zip(keys, domains).map { "\($0)=\($1)" }.joined(separator: ", "))")
      }
    }
  }
  return findings
}
