extension Instance {
  /// The first rule the assignment breaks, in words; nil if it is feasible. Recomputes everything from the
  /// definitions at the head of `Instance`, apart from every incremental structure. O(loads × rules).
  public func violation(of assignment: Assignment) -> String? {
    let placed = assignment.placedCounts(self)
    for (index, item) in itemTypes.enumerated() where placed[index] > item.demand {
      return "item \(index) is placed \(placed[index]) times, demand \(item.demand)"
    }
    for group in alternatives {
      let count = group.reduce(0) { $0 + placed[$1] }
      if count > itemTypes[group[0]].demand { return "incarnations \(group) are placed \(count) times" }
    }
    var seen = Set<[Int]>()
    for load in assignment.loads {
      guard binTypes.indices.contains(load.binType), load.copy >= 0, load.copy < binTypes[load.binType].copies else {
        return "no copy \(load.copy) of bin type \(load.binType)"
      }
      guard seen.insert([load.binType, load.copy]).inserted else {
        return "copy \(load.copy) of bin type \(load.binType) is filled twice"
      }
      if let problem = violation(of: load.pattern, inBinType: load.binType) { return problem }
    }
    return domainViolation(of: assignment) ?? gangViolation(placed)
  }

  /// Rules inside one bin: dimensions, devices, eligibility.
  func violation(of pattern: Pattern, inBinType bin: Int) -> String? {
    for entry in pattern.items where !isEligible(Int(entry.item), bin) || entry.count < 0 {
      return "item \(entry.item) may not go into bin type \(bin)"
    }
    for dimension in 0..<dimensionCount {
      let load = pattern.items.reduce(Int64(0)) { $0 + weight(Int($1.item), dimension) * Int64($1.count) }
      if load > capacity(bin, dimension) { return "bin type \(bin) overflows in \(dimensions[dimension].rawValue)" }
    }
    return DevicePacking.pack(pattern, bin: bin, instance: self) == nil ? "devices of bin type \(bin) overflow" : nil
  }

  private func gangViolation(_ placed: [Int]) -> String? {
    for (index, gang) in gangs.enumerated() {
      let count = itemTypes.indices.reduce(0) { $0 + (gang.members[$1] ? placed[$1] : 0) }
      if count > 0 && count < gang.minimum { return "gang \(index) is placed in part" }
    }
    return nil
  }

  private func domainViolation(of assignment: Assignment) -> String? {
    // Per counter: count per domain; scope 0 keys are (bin type, copy).
    var counts = counters.map { counter -> [[Int]: Int] in
      var result: [[Int]: Int] = [:]
      if counter.scope == 0 {
        for (bin, type) in binTypes.enumerated() where !type.isElastic && type.domains[0] >= 0 {
          for copy in 0..<type.copies { result[[bin, copy]] = Int(counter.fixed[bin]) }
        }
      } else {
        for domain in counter.fixed.indices { result[[domain]] = Int(counter.fixed[domain]) }
      }
      return result
    }
    func key(_ load: BinLoad, _ counter: Counter) -> [Int]? {
      let domain = binTypes[load.binType].domains[counter.scope]
      if domain < 0 { return nil }
      return counter.scope == 0 ? [load.binType, load.copy] : [Int(domain)]
    }
    for load in assignment.loads {
      for (index, counter) in counters.enumerated() {
        guard let key = key(load, counter) else { continue }
        if counter.scope == 0 && binTypes[load.binType].isElastic && counts[index][key] == nil {
          counts[index][key] = Int(counter.fixed[load.binType])
        }
        if !counter.countedBinTypes.isEmpty && !counter.countedBinTypes[load.binType] { continue }
        for entry in load.pattern.items where counter.members[Int(entry.item)] {
          counts[index][key, default: 0] += Int(entry.count)
        }
      }
    }
    for load in assignment.loads {
      for entry in load.pattern.items where entry.count > 0 {
        let item = Int(entry.item)
        for conflict in conflicts {
          for (own, other) in [(conflict.first, conflict.second), (conflict.second, conflict.first)]
          where counters[own].members[item] {
            guard let key = key(load, counters[other]) else { continue }
            let itself = counters[other].members[item] ? 1 : 0
            if counts[other][key, default: 0] - itself > 0 { return "conflict \(conflict.first)-\(conflict.second)" }
          }
        }
        for maximum in maxima where counters[maximum.counter].members[item] {
          guard let key = key(load, counters[maximum.counter]) else { continue }
          if counts[maximum.counter][key, default: 0] > Int(maximum.limit) { return "maximum of group exceeded" }
        }
        for (index, spread) in spreads.enumerated() where counters[spread.owners].members[item] {
          guard let key = key(load, counters[spread.counter]) else { return "spread \(index) without a domain" }
          let eligible = counts[spread.counter].filter { domain, _ in
            domain.count == 2
              ? spread.eligibleDomains[domain[0]] && !binTypes[domain[0]].isElastic
              : spread.eligibleDomains[domain[0]]
          }
          let minimum = spread.minimumIsZero ? 0 : (eligible.values.min() ?? 0)
          if counts[spread.counter][key, default: 0] - minimum > Int(spread.maxSkew) { return "spread \(index)" }
        }
      }
    }
    return requirementViolation(of: assignment, counts: counts, key: key)
  }

  private func requirementViolation(
    of assignment: Assignment, counts: [[[Int]: Int]], key: (BinLoad, Counter) -> [Int]?
  ) -> String? {
    for (index, requirement) in requirements.enumerated() {
      var bootstraps = Set<[Int]>()
      for load in assignment.loads
      where load.pattern.items.contains(where: {
        $0.count > 0 && counters[requirement.dependents].members[Int($0.item)]
      }) {
        guard let key = key(load, counters[requirement.anchors]) else { return "requirement \(index) without a domain" }
        if counts[requirement.anchors][key, default: 0] == 0 { bootstraps.insert(key) }
      }
      if bootstraps.count > (requirement.allowsBootstrap ? 1 : 0) { return "requirement \(index)" }
    }
    return nil
  }

  /// The assignment without the members of gangs that are placed in part.
  func withoutBrokenGangs(_ assignment: Assignment) -> Assignment {
    let placed = assignment.placedCounts(self)
    var banned = Array(repeating: false, count: itemTypes.count)
    for gang in gangs {
      let count = itemTypes.indices.reduce(0) { $0 + (gang.members[$1] ? placed[$1] : 0) }
      guard count > 0, count < gang.minimum else { continue }
      for item in itemTypes.indices where gang.members[item] { banned[item] = true }
    }
    guard banned.contains(true) else { return assignment }
    return Assignment(
      loads: assignment.loads.compactMap { load in
        let kept = load.pattern.items.filter { !banned[Int($0.item)] }
        return kept.isEmpty ? nil : BinLoad(binType: load.binType, copy: load.copy, pattern: Pattern(kept))
      })
  }
}
