import BayplanModel

/// Collects what constraints lower to, on pod classes and sites, and compresses it into an `Instance`.
public struct InstanceBuilder {
  let view: ClusterView
  /// Topology key → scope; 0 where every site is a domain of its own.
  private var scopes: [String: Int] = [:]
  private(set) var scopeKeys: [String] = [""]
  /// Per scope from 1 on: value → domain.
  private(set) var domainIDs: [[String: Int]] = [[:]]
  /// Class × site.
  private(set) var eligibility: [Bool]
  private(set) var counters: [SiteCounter] = []
  private var counterIndex: [SiteCounter: Int] = [:]
  private(set) var conflicts: [Instance.Conflict] = []
  private(set) var maxima: [Instance.GroupMaximum] = []
  private(set) var spreads: [SiteSpread] = []
  private(set) var requirements: [Instance.Requirement] = []
  private(set) var narrowings: [String] = []

  /// A counter before compression: members are classes, fixed counts are per site (scope 0) or domain.
  struct SiteCounter: Hashable {
    var scope: Int
    var classes: [Int]
    var fixed: [Int32]
    var countedSites: [Bool]
  }

  struct SiteSpread: Hashable {
    var counter: Int
    var owners: Int
    var maxSkew: Int32
    var minimumIsZero: Bool
    var eligibleSites: [Bool]
  }

  public init(_ view: ClusterView) {
    self.view = view
    eligibility = Array(repeating: true, count: view.classes.count * view.sites.count)
    var keys = Set<String>()
    for podClass in view.classes {
      keys.formUnion(podClass.spec.podAntiAffinity.map(\.topologyKey))
      if podClass.pending.isEmpty { continue }
      keys.formUnion(podClass.spec.podAffinity.map(\.topologyKey))
      keys.formUnion(podClass.spec.topologySpread.filter(\.isHard).map(\.topologyKey))
    }
    for key in keys.sorted() { addScope(key) }
  }

  private mutating func addScope(_ key: String) {
    var values = Set<String>()
    var isOwn = true
    for site in view.sites {
      if site.isElastic {
        if key != NodeType.hostnameLabel { isOwn = false }
      } else if let value = site.value(of: key) {
        if !values.insert(value).inserted { isOwn = false }
      } else {
        isOwn = false
      }
    }
    if isOwn {
      scopes[key] = 0
      return
    }
    scopes[key] = scopeKeys.count
    scopeKeys.append(key)
    var ids: [String: Int] = [:]
    for site in view.sites {
      if let value = site.value(of: key), ids[value] == nil { ids[value] = ids.count }
    }
    domainIDs.append(ids)
  }

  // MARK: What constraints call

  /// The scope of a topology key: 0 where each node is a domain of its own.
  public func scope(of topologyKey: String) -> Int { scopes[topologyKey] ?? 0 }

  /// Rules sites out, asking once per distinct key of the specs.
  public mutating func restrict<Key: Hashable>(
    _ name: String, by key: (PodSpec) -> Key, allows: (PodSpec, ClusterView.Site) -> Bool
  ) {
    var known: [Key: [Bool]] = [:]
    let count = view.sites.count
    for (index, podClass) in view.classes.enumerated() where !podClass.pending.isEmpty {
      let key = key(podClass.spec)
      let row =
        known[key]
        ?? {
          let row = view.sites.map { allows(podClass.spec, $0) }
          known[key] = row
          return row
        }()
      for site in 0..<count where !row[site] { eligibility[index * count + site] = false }
    }
  }

  /// Pods of these classes need a node that carries the topology key.
  public mutating func requireKey(_ key: String, classes: [Int]) {
    for (index, site) in view.sites.enumerated() where !site.carries(key) {
      for podClass in classes { eligibility[podClass * view.sites.count + index] = false }
    }
  }

  /// Pods of the first classes and pods of the second exclude each other. Split so that groups are equal or disjoint:
  /// with C in both, A only in the first, B only in the second, the pairs are C–C, C–(A and B), A–B.
  public mutating func addConflict(_ first: [Int], _ second: [Int], scope: Int) {
    let both = first.filter(Set(second).contains)
    let onlyFirst = first.filter { !both.contains($0) }
    let onlySecond = second.filter { !both.contains($0) }
    if !both.isEmpty {
      let counter = counter(both, scope: scope)
      appendConflict(counter, counter)
      let others = (onlyFirst + onlySecond).sorted()
      if !others.isEmpty { appendConflict(counter, self.counter(others, scope: scope)) }
    }
    if !onlyFirst.isEmpty && !onlySecond.isEmpty {
      appendConflict(counter(onlyFirst, scope: scope), counter(onlySecond, scope: scope))
    }
  }

  private mutating func appendConflict(_ first: Int, _ second: Int) {
    let conflict = Instance.Conflict(min(first, second), max(first, second))
    let isIdle = [first, second].allSatisfy { index in
      counters[index].classes.allSatisfy { view.classes[$0].pending.isEmpty }
    }
    if !isIdle && !conflicts.contains(conflict) { conflicts.append(conflict) }
  }

  public mutating func addMaximum(_ classes: [Int], limit: Int32, scope: Int) {
    maxima.append(Instance.GroupMaximum(counter: counter(classes, scope: scope), limit: limit))
  }

  public mutating func addSpread(
    owners: [Int], counted: [Int], maxSkew: Int32, minimumIsZero: Bool, eligibleSites: [Bool], scope: Int
  ) {
    let counter = counter(counted, scope: scope, countedSites: eligibleSites, skipsTerminating: true)
    let owner = self.counter(owners, scope: scope, countsBound: false)
    let spread = SiteSpread(
      counter: counter, owners: owner, maxSkew: maxSkew, minimumIsZero: minimumIsZero, eligibleSites: eligibleSites)
    if !spreads.contains(spread) { spreads.append(spread) }
  }

  /// Says that the instance is narrower than the cluster: what an exhaustive search proves of it is no bound for the
  /// cluster then.
  public mutating func narrow(_ reason: String) {
    if !narrowings.contains(reason) { narrowings.append(reason) }
  }

  public mutating func addRequirement(
    dependents: [Int], anchors: [Int], newAnchorsExcept asking: Set<Int>, allowsBootstrap: Bool, scope: Int
  ) {
    // Bound pods anchor whatever they ask for themselves; pending ones only if they do not depend on this rule.
    let anchor = counter(anchors, scope: scope, pendingExcept: asking)
    let dependent = counter(dependents, scope: scope, countsBound: false)
    requirements.append(
      Instance.Requirement(dependents: dependent, anchors: anchor, allowsBootstrap: allowsBootstrap))
  }

  /// Counters of equal content are one.
  private mutating func counter(
    _ classes: [Int], scope: Int, countedSites: [Bool] = [], skipsTerminating: Bool = false, countsBound: Bool = true,
    pendingExcept: Set<Int> = []
  ) -> Int {
    let isOwn = scope == 0
    var fixed = Array(repeating: Int32(0), count: isOwn ? view.sites.count : domainIDs[scope].count)
    if countsBound {
      for index in classes {
        add(view.classes[index].bound, 1, scope, countedSites, &fixed)
        if skipsTerminating { add(view.classes[index].terminating, -1, scope, countedSites, &fixed) }
      }
    }
    let key = SiteCounter(
      scope: scope, classes: classes.filter { !pendingExcept.contains($0) }, fixed: fixed, countedSites: countedSites)
    if let known = counterIndex[key] { return known }
    counters.append(key)
    counterIndex[key] = counters.count - 1
    return counters.count - 1
  }

  private func add(_ sites: [Int], _ step: Int32, _ scope: Int, _ countedSites: [Bool], _ fixed: inout [Int32]) {
    for site in sites where site >= 0 && (countedSites.isEmpty || countedSites[site]) {
      if let domain = domain(of: site, scope: scope) { fixed[domain] += step }
    }
  }

  /// The domain of a site: itself for scope 0.
  func domain(of site: Int, scope: Int) -> Int? {
    if scope == 0 { return site }
    return view.sites[site].value(of: scopeKeys[scope]).flatMap { domainIDs[scope][$0] }
  }
}
