import BayplanModel

/// A topology key with a value: a domain.
private struct Domain: Hashable {
  var key: String
  var value: String

  /// Nil for a node outside all domains of the key.
  init?(_ key: String, of node: Node) {
    guard let value = node.labels[key] else { return nil }
    self.key = key
    self.value = value
  }
}

/// Required affinity to pods, required anti-affinity, and the anti-affinity of pods that are there already.
/// Source: kubernetes pkg/scheduler/framework/plugins/interpodaffinity/filtering.go.
struct InterPodAffinityFilter: FilterPlugin {
  static let name = "InterPodAffinity"

  private let affinity: [PodAffinityTerm]
  private let antiAffinity: [PodAffinityTerm]
  /// Whether the pod is one of those that its affinity asks for: it may then be the first.
  private let matchesItself: Bool
  /// Domains with a pod that matches all affinity terms, per anti-affinity term those with a pod that it matches, and
  /// those that the anti-affinity of others closes to the pod.
  private var near: Set<Domain> = []
  private var far: [Set<Domain>]
  private var closed: Set<Domain> = []

  init(_ context: PodContext) {
    affinity = context.pod.spec.podAffinity
    antiAffinity = context.pod.spec.podAntiAffinity
    far = antiAffinity.map { _ in [] }
    let terms = affinity
    matchesItself = terms.allSatisfy { context.matches($0, context.pod) }
    for state in context.nodes {
      for other in state.podsWithTerms {
        for term in other.spec.podAntiAffinity where context.matches(term, context.pod) {
          if let domain = Domain(term.topologyKey, of: state.node) { closed.insert(domain) }
        }
      }
      if affinity.isEmpty && antiAffinity.isEmpty { continue }
      for other in state.pods {
        if !affinity.isEmpty && affinity.allSatisfy({ context.matches($0, other) }) {
          for term in affinity {
            if let domain = Domain(term.topologyKey, of: state.node) { near.insert(domain) }
          }
        }
        for (number, term) in antiAffinity.enumerated() where context.matches(term, other) {
          if let domain = Domain(term.topologyKey, of: state.node) { far[number].insert(domain) }
        }
      }
    }
  }

  var isIdle: Bool { closed.isEmpty && affinity.isEmpty && antiAffinity.isEmpty }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    if !satisfiesAffinity(node.node) {
      return reject("node(s) didn't match pod affinity rules", isResolvable: false)
    }
    if !excluding(node.node).isEmpty {
      return reject("node(s) didn't match pod anti-affinity rules", isResolvable: true)
    }
    if !closed.isEmpty, node.node.labels.keys.contains(where: { closed.contains(Domain($0, of: node.node)!) }) {
      return reject("node(s) didn't satisfy existing pods anti-affinity rules", isResolvable: true)
    }
    return nil
  }

  /// The pod's own anti-affinity terms that match a pod in the node's domains.
  func excluding(_ node: Node) -> [PodAffinityTerm] {
    zip(antiAffinity, far).compactMap { term, domains in
      Domain(term.topologyKey, of: node).map(domains.contains) ?? false ? term : nil
    }
  }

  func satisfiesAffinity(_ node: Node) -> Bool {
    let domains = affinity.map { Domain($0.topologyKey, of: node) }
    if domains.contains(nil) { return false }
    if domains.allSatisfy({ near.contains($0!) }) { return true }
    return near.isEmpty && matchesItself
  }
}

/// Preferred affinity and anti-affinity, of the pod and of those that are there already.
/// Source: scoring.go in the same folder.
struct InterPodAffinityScore: ScorePlugin {
  static let name = "InterPodAffinity"
  private var points: [Domain: Int64] = [:]
  private let keys: Set<String>

  init?(_ context: PodContext, feasible: [Int]) {
    if context.profile.ignoresPreferencesOfExistingPods && context.pod.spec.preferredPodAffinity.isEmpty { return nil }
    var points: [Domain: Int64] = [:]
    func add(_ term: PodAffinityTerm, _ weight: Int64, of pod: Pod, at node: Node) {
      guard let domain = Domain(term.topologyKey, of: node), context.matches(term, pod) else { return }
      points[domain, default: 0] += weight
    }
    for state in context.nodes {
      if !context.pod.spec.preferredPodAffinity.isEmpty {
        for other in state.pods {
          for term in context.pod.spec.preferredPodAffinity {
            add(term.term, Int64(term.weight), of: other, at: state.node)
          }
        }
      }
      for other in state.podsWithTerms {
        if context.profile.hardPodAffinityWeight > 0 {
          for term in other.spec.podAffinity {
            add(term, context.profile.hardPodAffinityWeight, of: context.pod, at: state.node)
          }
        }
        for term in other.spec.preferredPodAffinity {
          add(term.term, Int64(term.weight), of: context.pod, at: state.node)
        }
      }
    }
    if points.isEmpty { return nil }
    self.points = points
    keys = Set(points.keys.map(\.key))
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    keys.reduce(0) { sum, key in sum + (Domain(key, of: node.node).flatMap { points[$0] } ?? 0) }
  }

  func normalize(_ scores: inout [Int64], of feasible: [Int]) {
    guard let least = scores.min(), let most = scores.max() else { return }
    for index in scores.indices {
      scores[index] = most == least ? 0 : Int64(100 * (Double(scores[index] - least) / Double(most - least)))
    }
  }
}
