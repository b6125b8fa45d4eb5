extension Instance {
  /// Linear consequences of rules over domains, for relaxations and certificates: at most one of a self-excluding
  /// group per domain, and bounded differences between the domains of a spread.
  ///
  /// Every feasible assignment obeys them: a domain without new copies satisfies each row trivially, because limits
  /// are never negative.
  func groupRows(domainLimit: Int = 12) -> [Multipliers.GroupRow] {
    var rows: [Multipliers.GroupRow] = []
    for (index, conflict) in conflicts.enumerated() where conflict.first == conflict.second {
      let counter = counters[conflict.first]
      guard counter.scope != 0 else { continue }
      for (domain, fixed) in counter.fixed.enumerated() {
        rows.append(
          .init(
            scope: counter.scope, domain: domain, other: -1, members: counter.members, limit: fixed > 0 ? 0 : 1,
            multiplier: 0, source: .conflict(index)))
      }
    }
    for (index, spread) in spreads.enumerated() {
      let counter = counters[spread.counter]
      // Only where every new copy that counts carries the rule does each count obey it.
      guard counter.scope != 0, !spread.minimumIsZero, counter.members == counters[spread.owners].members,
        counter.members.contains(true)
      else { continue }
      let domains = counter.fixed.indices.filter { domain in
        spread.eligibleDomains[domain]
          && binTypes.contains { !$0.isElastic && Int($0.domains[counter.scope]) == domain }
      }
      guard domains.count <= domainLimit else { continue }
      for domain in counter.fixed.indices {
        for other in domains where other != domain {
          let limit = Int64(spread.maxSkew) - Int64(counter.fixed[domain]) + Int64(counter.fixed[other])
          rows.append(
            .init(
              scope: counter.scope, domain: domain, other: other, members: counter.members, limit: max(0, limit),
              multiplier: 0, source: .spread(index)))
        }
      }
    }
    return rows
  }
}
