import BayplanModel

/// What is counted of the pods on nodes.
enum CountedPods: Hashable, Sendable {
  /// Pods of a namespace that a spread constraint counts.
  case spread(namespace: String, selector: LabelSelector)
  /// Pods that a term asks for, or all of several terms.
  case wanted([PodAffinityTerm])
  /// Pods that have the term themselves, as required anti-affinity, required affinity, or by the sum of its weights as
  /// a preference.
  case repelling(PodAffinityTerm)
  case attracted(PodAffinityTerm)
  case preferring(PodAffinityTerm)
  /// Pods whose ports of the host collide with one of these.
  case holding([HostPort])

  func amount(of pod: Pod, _ namespaceLabels: [String: [String: String]]) -> Int64 {
    switch self {
    case .spread(let namespace, let selector):
      // A selector without requirements counts nothing.
      !pod.isTerminating && !selector.requirements.isEmpty && pod.id.namespace == namespace
        && selector.matches(pod.spec.labels) ? 1 : 0
    case .wanted(let terms): terms.allSatisfy { $0.matches(pod, namespaceLabels: namespaceLabels) } ? 1 : 0
    case .repelling(let term): Int64(pod.spec.podAntiAffinity.count { $0 == term })
    case .attracted(let term): Int64(pod.spec.podAffinity.count { $0 == term })
    case .preferring(let term):
      pod.spec.preferredPodAffinity.reduce(0) { $1.term == term ? $0 + Int64($1.weight) : $0 }
    case .holding(let ports):
      pod.spec.hostPorts.contains { held in ports.contains { $0.collides(with: held) } } ? 1 : 0
    }
  }
}

/// A count of pods per domain of a label, kept as pods come and go.
struct PodCounter: Sendable {
  struct Key: Hashable {
    var pods: CountedPods
    /// Number of a label column.
    var column: Int
    var nodes: NodeSet?
  }

  /// The nodes that a spread constraint counts on.
  struct NodeSet: Hashable {
    /// Labels that they have.
    var keys: [String]
    var nodeSelector: [String: String]
    var nodeAffinity: NodeSelector?
    /// Nil where taints do not matter.
    var tolerations: [Toleration]?
  }

  let pods: CountedPods
  let column: Int
  /// Nil for all nodes.
  let isIncluded: [Bool]?
  /// By domain, with one more for nodes without the label.
  private(set) var counts: [Int64]
  /// Domains with a node that is included.
  let domains: [Int32]
  /// Pods counted in domains, whatever each amounts to.
  private(set) var counted = 0

  init(_ pods: CountedPods, column number: Int, _ column: LabelColumn, isIncluded: [Bool]?) {
    self.pods = pods
    self.column = number
    self.isIncluded = isIncluded
    counts = [Int64](repeating: 0, count: column.valueCount + 1)
    var isPresent = [Bool](repeating: isIncluded == nil, count: column.valueCount + 1)
    if let isIncluded {
      for (node, value) in column.values.enumerated() where isIncluded[node] { isPresent[Int(value)] = true }
    }
    domains = (0..<column.missing).filter { isPresent[Int($0)] }
  }

  /// Of the least filled domain, as a spread constraint sees it.
  func minimum(minDomains: Int) -> Int64 {
    if domains.count < minDomains { return 0 }
    if domains.isEmpty { return Int64(Int32.max) }
    var minimum = Int64.max
    counts.withUnsafeBufferPointer { counts in
      for domain in domains { minimum = min(minimum, counts[Int(domain)]) }
    }
    return minimum
  }

  @inline(__always)
  mutating func add(_ amount: Int64, times: Int64, node: Int, _ column: LabelColumn) {
    if let isIncluded, !isIncluded[node] { return }
    let value = column.values[node]
    counts[Int(value)] += amount * times
    if value != column.missing { counted += Int(times) }
  }
}
