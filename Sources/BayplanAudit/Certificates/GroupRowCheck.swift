import BayplanModel

/// Verifies that a group row follows from the placement rules, whatever the plan.
struct GroupRowCheck {
  private struct ClassPair: Hashable {
    var first: Int
    var second: Int
    var key: String
  }

  private let relaxation: Relaxation
  private var exclusions: [ClassPair: Bool] = [:]
  /// Pending pods that a spread question counts; nil if a daemon's pods count too.
  private var countedPods: [SpreadQuestion: [Int32]?] = [:]
  private var boundCounts: [SpreadQuestion: [String: Int64]] = [:]

  init(_ relaxation: Relaxation) { self.relaxation = relaxation }

  /// Why the row does not follow; nil if it does.
  mutating func fault(of row: Certificate.GroupRow) -> String? {
    if row.multiplier < 0 { return "a group row has a negative multiplier" }
    if row.pods.contains(where: { !relaxation.pending.indices.contains(Int($0)) }) {
      return "a group row names a pod that does not exist"
    }
    if Set(row.pods).count != row.pods.count { return "a group row names a pod twice" }
    if row.pods.isEmpty { return row.limit < 0 ? "an empty group row has a negative limit" : nil }
    switch row.rule {
    case .antiAffinity(let key, let domain): return antiAffinityFault(row, key, domain)
    case .spread(let key, let domain, let other): return spreadFault(row, key, domain, other)
    }
  }

  private mutating func antiAffinityFault(
    _ row: Certificate.GroupRow, _ key: String, _ domain: String
  ) -> String? {
    if row.limit < 0 { return "the limit of an anti-affinity row is negative" }
    var count: [Int: Int] = [:]
    for pod in row.pods { count[relaxation.classOfPending[Int(pod)], default: 0] += 1 }
    let classes = count.keys.sorted()
    if row.limit == 0 {
      let isClosed = classes.allSatisfy {
        relaxation.closedDomainsOfClass[$0].contains(.init(key: key, name: domain))
      }
      return isClosed ? nil : "no bound pod keeps all pods of the row out of \(key)=\(domain)"
    }
    if row.pods.count <= row.limit { return nil }
    for (position, first) in classes.enumerated() {
      for second in classes[position...] where first != second || (count[first] ?? 0) > 1 {
        if !excludes(first, second, key) {
          return "\(relaxation.classes[first].id) and \(relaxation.classes[second].id) may share \(key)=\(domain)"
        }
      }
    }
    return nil
  }

  private mutating func excludes(_ first: Int, _ second: Int, _ key: String) -> Bool {
    let pair = ClassPair(first: first, second: second, key: key)
    if let known = exclusions[pair] { return known }
    let (left, right) = (relaxation.classes[first], relaxation.classes[second])
    let namespaces = relaxation.cluster.namespaces
    let matches = { (owner: Pod, target: Pod) in
      owner.spec.podAntiAffinity.contains {
        $0.topologyKey == key && $0.matches(target, namespaceLabels: namespaces)
      }
    }
    let result = matches(left, right) || matches(right, left)
    exclusions[pair] = result
    return result
  }

  /// All matching pending pods carry the constraint, so one of them in `domain` makes the constraint hold there:
  /// existing[domain] + new[domain] − existing[other] − new[other] <= maxSkew. Without one, new[domain] is 0.
  private mutating func spreadFault(
    _ row: Certificate.GroupRow, _ key: String, _ domain: String, _ other: String
  ) -> String? {
    if domain == other { return "a spread row compares \(key)=\(domain) with itself" }
    let first = relaxation.pending[Int(row.pods[0])]
    var reason = "the pods of a spread row have no common hard constraint on \(key)"
    for constraint in first.spec.topologySpread where constraint.isHard && constraint.topologyKey == key {
      let question = SpreadQuestion(namespace: first.id.namespace, spec: first.spec, constraint: constraint)
      if let fault = fault(of: row, as: question, domain, other) { reason = fault } else { return nil }
    }
    return reason
  }

  private mutating func fault(
    of row: Certificate.GroupRow, as question: SpreadQuestion, _ domain: String, _ other: String
  ) -> String? {
    for podClass in Set(row.pods.map({ relaxation.classOfPending[Int($0)] })) {
      let pod = relaxation.classes[podClass]
      let isSame = pod.spec.topologySpread.contains {
        $0.isHard && SpreadQuestion(namespace: pod.id.namespace, spec: pod.spec, constraint: $0) == question
      }
      if !isSame { return "\(pod.id) does not have the constraint of its spread row" }
    }
    guard let counted = counted(by: question), counted == row.pods.sorted() else {
      return "a spread row must name exactly the pending pods that the constraint counts"
    }
    let key = question.constraint.topologyKey
    // The other domain must be there in every plan. A node that is opened may have any host name that is free.
    let isThere = relaxation.cluster.nodes.contains { node in
      node.labels[key] == other && question.counts(node)
        && (key != NodeType.hostnameLabel || node.name == other || relaxation.cluster.nodeTypes.isEmpty)
    }
    if !isThere { return "no eligible node of the cluster is in \(key)=\(other)" }
    let bound = boundCounts[question] ?? relaxation.board.spreadCounts(question) { $0.origin == .bound }
    boundCounts[question] = bound
    let implied = Int64(question.constraint.maxSkew) - (bound[domain] ?? 0) + (bound[other] ?? 0)
    return row.limit >= max(0, implied)
      ? nil : "the limit of \(key)=\(domain) over \(other) is \(max(0, implied)), not \(row.limit)"
  }

  private mutating func counted(by question: SpreadQuestion) -> [Int32]? {
    if let known = countedPods[question] { return known }
    var result: [Int32]? = []
    let isClassCounted = relaxation.classes.map(question.matches)
    for (index, pod) in relaxation.pending.enumerated() where isClassCounted[relaxation.classOfPending[index]] {
      if !pod.isTerminating { result?.append(Int32(index)) }
    }
    if relaxation.cluster.daemons.contains(where: { question.matches(Pod(id: $0.id, spec: $0.spec)) }) { result = nil }
    countedPods[question] = result
    return result
  }
}
