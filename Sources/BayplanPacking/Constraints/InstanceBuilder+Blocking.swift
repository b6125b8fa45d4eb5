extension InstanceBuilder {
  /// Whether what has been lowered so far keeps a pod of the class from the site, given the pods that are bound.
  /// Explanations ask this of one constraint at a time, so that no rule is written a second time for them.
  public func blocks(_ podClass: Int, at site: Int) -> Bool {
    if !eligibility[podClass * view.sites.count + site] { return true }
    func fixed(_ counter: Int) -> Int32? {
      domain(of: site, scope: counters[counter].scope).map { counters[counter].fixed[$0] }
    }
    for conflict in conflicts {
      for (own, other) in [(conflict.first, conflict.second), (conflict.second, conflict.first)]
      where counters[own].classes.contains(podClass) && fixed(other) ?? 0 > 0 { return true }
    }
    for maximum in maxima
    where counters[maximum.counter].classes.contains(podClass) && fixed(maximum.counter) ?? 0 >= maximum.limit {
      return true
    }
    for spread in spreads where counters[spread.owners].classes.contains(podClass) {
      let counter = counters[spread.counter]
      guard let count = fixed(spread.counter) else { return true }
      var minimum: Int32?
      for other in view.sites.indices where spread.eligibleSites[other] && !view.sites[other].isElastic {
        guard let domain = domain(of: other, scope: counter.scope) else { continue }
        minimum = min(minimum ?? .max, counter.fixed[domain])
      }
      let own: Int32 = counter.classes.contains(podClass) ? 1 : 0
      if count + own - (spread.minimumIsZero ? 0 : minimum ?? 0) > spread.maxSkew { return true }
    }
    for requirement in requirements where counters[requirement.dependents].classes.contains(podClass) {
      if fixed(requirement.anchors) ?? 0 == 0 && !requirement.allowsBootstrap { return true }
    }
    return false
  }
}
