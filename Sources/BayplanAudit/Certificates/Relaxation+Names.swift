import BayplanModel

extension NodeQuestion {
  /// Whether the answer depends on the name of the node.
  var mentionsName: Bool {
    if nodeSelector[NodeType.hostnameLabel] != nil { return true }
    return nodeAffinity?.terms.contains { term in
      !term.matchFields.isEmpty || term.matchExpressions.contains { $0.key == NodeType.hostnameLabel }
    } ?? false
  }

  /// Whether some node that differs from `node` in its name only may be admitted: never false if one is.
  func mayAdmit(newNode node: Node, besides names: Set<String>) -> Bool {
    if untoleratedTaint(of: node) != nil { return false }
    for (key, value) in nodeSelector {
      let isMet = key == NodeType.hostnameLabel ? !names.contains(value) : node.labels[key] == value
      if !isMet { return false }
    }
    guard let nodeAffinity else { return true }
    let mayHold = { (requirement: LabelRequirement) in
      switch requirement.operator {
      case .in: requirement.values.contains { !names.contains($0) }
      case .doesNotExist: false
      case .notIn, .exists, .greaterThan, .lessThan: true
      }
    }
    return nodeAffinity.terms.contains { term in
      if term.matchExpressions.isEmpty && term.matchFields.isEmpty { return false }
      return term.matchFields.allSatisfy(mayHold)
        && term.matchExpressions.allSatisfy {
          $0.key == NodeType.hostnameLabel ? mayHold($0) : $0.matches(node.labels)
        }
    }
  }
}

/// Finds the domains that required anti-affinity with bound pods closes to a pod, in either direction.
struct DomainCloser {
  private let board: Board
  private let domainsOfTerm: [PodAffinityTerm: Set<Relaxation.Domain>]
  private var domainsMatching: [PodAffinityTerm: Set<Relaxation.Domain>] = [:]

  init(board: Board) {
    self.board = board
    var domainsOfTerm: [PodAffinityTerm: Set<Relaxation.Domain>] = [:]
    for placed in board.pods where placed.origin == .bound {
      for term in placed.pod.spec.podAntiAffinity {
        guard let name = board.domain(term.topologyKey, ofNode: placed.node) else { continue }
        domainsOfTerm[term, default: []].insert(.init(key: term.topologyKey, name: name))
      }
    }
    self.domainsOfTerm = domainsOfTerm
  }

  mutating func closedDomains(for pod: Pod) -> Set<Relaxation.Domain> {
    var result: Set<Relaxation.Domain> = []
    let namespaces = board.cluster.namespaces
    for (term, domains) in domainsOfTerm where term.matches(pod, namespaceLabels: namespaces) {
      result.formUnion(domains)
    }
    for term in pod.spec.podAntiAffinity {
      let domains = domainsMatching[term] ?? domainsOfBoundPods(matching: term)
      domainsMatching[term] = domains
      result.formUnion(domains)
    }
    return result
  }

  private func domainsOfBoundPods(matching term: PodAffinityTerm) -> Set<Relaxation.Domain> {
    var result: Set<Relaxation.Domain> = []
    for index in board.classes(matching: term) {
      for other in board.podsOfClass[index] where board.pods[other].origin == .bound {
        guard let name = board.domain(term.topologyKey, ofNode: board.pods[other].node) else { continue }
        result.insert(.init(key: term.topologyKey, name: name))
      }
    }
    return result
  }
}
