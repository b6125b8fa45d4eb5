import BayplanModel

/// What a hard spread constraint asks, for all pods that ask the same.
struct SpreadQuestion: Hashable {
  var namespace: String
  var constraint: TopologySpreadConstraint
  /// The topology keys of all hard constraints of the pod: only nodes that carry them all count.
  var keys: [String]
  var node: NodeQuestion

  init(namespace: String, spec: PodSpec, constraint: TopologySpreadConstraint) {
    self.namespace = namespace
    self.constraint = constraint
    keys = Set(spec.topologySpread.filter(\.isHard).map(\.topologyKey)).sorted()
    node = NodeQuestion(spec)
  }

  /// Whether a node and its pods count (inclusion policies of KEP-3094).
  func counts(_ candidate: Node) -> Bool {
    if keys.contains(where: { candidate.labels[$0] == nil }) { return false }
    if constraint.honorsNodeAffinity && !node.isSelected(candidate) { return false }
    return !constraint.honorsNodeTaints || node.untoleratedTaint(of: candidate) == nil
  }

  func matches(_ pod: Pod) -> Bool {
    pod.id.namespace == namespace && (constraint.selector?.matches(pod.spec.labels) ?? false)
  }
}

extension Board {
  /// Matching pods per eligible domain; terminating pods do not count.
  func spreadCounts(_ question: SpreadQuestion, _ isCounted: (PlacedPod) -> Bool) -> [String: Int64] {
    let isEligible = nodes.map(question.counts)
    var counts: [String: Int64] = [:]
    for (index, node) in nodes.enumerated() where isEligible[index] {
      if let domain = node.labels[question.constraint.topologyKey] { counts[domain, default: 0] += 0 }
    }
    for index in classes(where: question.matches) {
      for pod in podsOfClass[index] {
        let placed = pods[pod]
        guard isEligible[placed.node], !placed.pod.isTerminating, isCounted(placed) else { continue }
        if let domain = domain(question.constraint.topologyKey, ofNode: placed.node) { counts[domain, default: 0] += 1 }
      }
    }
    return counts
  }
}

/// Hard topology spread: in the domain of a newly placed pod, count − minimum over eligible domains <= `maxSkew`.
///
/// The minimum is 0 with fewer eligible domains than `minDomains`. The pod itself is in the count if it matches its own
/// selector; if it does not, it adds nothing. Bound pods are judged without the new ones, as baseline.
@Sendable func topologySpreadViolations(_ board: Board) -> Findings {
  var findings = Findings()
  var podsOfQuestion: [SpreadQuestion: [Int]] = [:]
  for (index, podClass) in board.classes.enumerated() {
    for constraint in podClass.spec.topologySpread where constraint.isHard {
      let question = SpreadQuestion(namespace: podClass.namespace, spec: podClass.spec, constraint: constraint)
      podsOfQuestion[question, default: []] += board.podsOfClass[index]
    }
  }
  for (question, pods) in podsOfQuestion {
    let constraint = question.constraint
    for isBaseline in [false, true] {
      let judged = pods.filter { board.pods[$0].isNew != isBaseline && !board.pods[$0].pod.isTerminating }
      if judged.isEmpty { continue }
      let counts = board.spreadCounts(question) { !isBaseline || !$0.isNew }
      let isShort = counts.count < Int(constraint.minDomains ?? 1)
      let minimum = isShort ? 0 : counts.values.min() ?? 0
      for pod in judged {
        let placed = board.pods[pod]
        let name = board.nodes[placed.node].name
        guard let domain = board.domain(constraint.topologyKey, ofNode: placed.node) else {
          findings.add(
            "topologySpread", pod: placed.pod.id, node: name, isBaseline: isBaseline,
            "the node has no label \(constraint.topologyKey)")
          continue
        }
        let count = counts[domain] ?? 0
        if count - minimum > Int64(constraint.maxSkew) {
          findings.add(
            "topologySpread", pod: placed.pod.id, node: name, isBaseline: isBaseline,
            "\(constraint.topologyKey)=\(domain) has \(count) matching pods, the least filled domain \(minimum), "
              + "more than a skew of \(constraint.maxSkew)")
        }
      }
    }
  }
  return findings
}
