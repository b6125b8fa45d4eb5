import BayplanPacking

/// Exhaustive search over small instances, written from the definitions at the head of `Instance` and sharing no check
/// with the engine.
public struct BruteForce {
  public let instance: Instance
  /// Bin type and copy of each bin.
  public let bins: [(type: Int, copy: Int)]

  public init(_ instance: Instance) {
    self.instance = instance
    bins = instance.binTypes.enumerated().flatMap { index, type in
      (0..<min(type.copies, instance.totalDemand)).map { (index, $0) }
    }
  }

  /// The lexicographic optimum.
  public func optimum() -> Score {
    best { $0 }
  }

  /// The least value of a criterion among assignments that do not exceed `limits` on the criteria before it.
  public func minimum(of criterion: Int, limits: Score) -> Int64 {
    let score = best { score in
      for index in 0..<criterion where score[index] > limits[index] { return nil }
      return Score([score[criterion]])
    }
    return score[0]
  }

  /// Minimizes a key of the score; nil keys are out of bounds. Leaving everything out is always feasible.
  private func best(_ key: (Score) -> Score?) -> Score {
    var best: Score?
    var counts = Array(repeating: Array(repeating: 0, count: bins.count), count: instance.itemTypes.count)

    func place(_ item: Int, _ bin: Int, _ left: Int) {
      if item == instance.itemTypes.count {
        guard let key = key(score(counts)), best.map({ key < $0 }) ?? true, isFeasible(counts) else { return }
        best = key
        return
      }
      if bin == bins.count {
        let next = item + 1
        place(next, 0, next < instance.itemTypes.count ? instance.itemTypes[next].demand : 0)
        return
      }
      for count in 0...left {
        counts[item][bin] = count
        if count > 0 && !fits(counts, bin) { break }
        place(item, bin + 1, left - count)
      }
      counts[item][bin] = 0
    }
    place(0, 0, instance.itemTypes.first?.demand ?? 0)
    return best!
  }

  public func score(_ counts: [[Int]]) -> Score {
    var score = instance.baseScore
    for (bin, place) in bins.enumerated() where counts.contains(where: { $0[bin] > 0 }) {
      score += instance.binTypes[place.type].openingScore
    }
    for (item, type) in instance.itemTypes.enumerated() {
      score.add(type.omissionScore, times: type.demand - counts[item].reduce(0, +))
    }
    return score
  }

  public func isFeasible(_ assignment: Assignment) -> Bool {
    var counts = Array(repeating: Array(repeating: 0, count: bins.count), count: instance.itemTypes.count)
    for load in assignment.loads {
      guard let bin = bins.firstIndex(where: { $0.type == load.binType && $0.copy == load.copy }) else { return false }
      for entry in load.pattern.items { counts[Int(entry.item)][bin] += Int(entry.count) }
    }
    for (item, type) in instance.itemTypes.enumerated() where counts[item].reduce(0, +) > type.demand { return false }
    return bins.indices.allSatisfy { fits(counts, $0) } && isFeasible(counts)
  }

  /// Eligibility, dimensions and devices of one bin.
  private func fits(_ counts: [[Int]], _ bin: Int) -> Bool {
    let type = bins[bin].type
    for dimension in 0..<instance.dimensionCount {
      let load = counts.indices.reduce(Int64(0)) { $0 + Int64(counts[$1][bin]) * instance.weight($1, dimension) }
      if load > instance.capacity(type, dimension) { return false }
    }
    for item in counts.indices where counts[item][bin] > 0 && !instance.isEligible(item, type) { return false }
    return devicesFit(counts, bin)
  }

  /// Tries every way to hand out devices.
  private func devicesFit(_ counts: [[Int]], _ bin: Int) -> Bool {
    let slots = instance.binTypes[bins[bin].type].devices
    let demands = counts.indices.flatMap { item in
      instance.itemTypes[item].device.map { Array(repeating: $0, count: counts[item][bin]) } ?? []
    }
    func assign(_ index: Int, _ free: [Int32]) -> Bool {
      if index == demands.count { return true }
      func choose(_ from: Int, _ missing: Int, _ free: [Int32]) -> Bool {
        if missing == 0 { return assign(index + 1, free) }
        for slot in from..<max(from, slots.count)
        where free[slot] >= demands[index].milli
          && demands[index].acceptedClasses & (1 << UInt64(slots[slot].deviceClass)) != 0
        {
          var next = free
          next[slot] -= demands[index].milli
          if choose(slot + 1, missing - 1, next) { return true }
        }
        return false
      }
      return choose(0, demands[index].count, free)
    }
    return assign(0, slots.map(\.free))
  }

  // MARK: Rules over domains

  /// The bins of each domain of a counter, with what is there already. Elastic bins that stay empty do not exist.
  private func domains(_ counter: Instance.Counter, _ counts: [[Int]]) -> [(bins: [Int], fixed: Int, isDomain: Bool)] {
    if counter.scope == 0 {
      return bins.indices.compactMap { bin in
        let type = instance.binTypes[bins[bin].type]
        let exists = !type.isElastic || counts.contains { $0[bin] > 0 }
        return type.domains[0] >= 0 && exists ? ([bin], Int(counter.fixed[bins[bin].type]), !type.isElastic) : nil
      }
    }
    return counter.fixed.indices.map { domain in
      let members = bins.indices.filter { Int(instance.binTypes[bins[$0].type].domains[counter.scope]) == domain }
      return (members, Int(counter.fixed[domain]), true)
    }
  }

  private func added(_ counter: Instance.Counter, _ members: [Int], _ counts: [[Int]]) -> Int {
    members.reduce(0) { sum, bin in
      guard counter.countedBinTypes.isEmpty || counter.countedBinTypes[bins[bin].type] else { return sum }
      return sum + counts.indices.reduce(0) { $0 + (counter.members[$1] ? counts[$1][bin] : 0) }
    }
  }

  private func isFeasible(_ counts: [[Int]]) -> Bool {
    conflictsHold(counts) && maximaHold(counts) && spreadsHold(counts) && requirementsHold(counts) && gangsHold(counts)
  }

  private func conflictsHold(_ counts: [[Int]]) -> Bool {
    instance.conflicts.allSatisfy { conflict in
      let (first, second) = (instance.counters[conflict.first], instance.counters[conflict.second])
      return zip(domains(first, counts), domains(second, counts)).allSatisfy { a, b in
        let (newA, newB) = (added(first, a.bins, counts), added(second, b.bins, counts))
        if conflict.first == conflict.second { return newA == 0 || newA + a.fixed <= 1 }
        return (newA == 0 || newB + b.fixed == 0) && (newB == 0 || newA + a.fixed == 0)
      }
    }
  }

  private func maximaHold(_ counts: [[Int]]) -> Bool {
    instance.maxima.allSatisfy { maximum in
      let counter = instance.counters[maximum.counter]
      return domains(counter, counts).allSatisfy {
        let new = added(counter, $0.bins, counts)
        return new == 0 || new + $0.fixed <= Int(maximum.limit)
      }
    }
  }

  private func spreadsHold(_ counts: [[Int]]) -> Bool {
    instance.spreads.allSatisfy { spread in
      let (counter, owners) = (instance.counters[spread.counter], instance.counters[spread.owners])
      for bin in bins.indices where instance.binTypes[bins[bin].type].domains[counter.scope] < 0 {
        if counts.indices.contains(where: { owners.members[$0] && counts[$0][bin] > 0 }) { return false }
      }
      let all = domains(counter, counts)
      let eligible = all.enumerated().filter { index, domain in
        domain.isDomain
          && spread.eligibleDomains[counter.scope == 0 ? bins[domain.bins[0]].type : index]
      }
      let minimum =
        spread.minimumIsZero
        ? 0 : eligible.map { $0.element.fixed + added(counter, $0.element.bins, counts) }.min() ?? 0
      return all.allSatisfy { domain in
        added(owners, domain.bins, counts) == 0
          || domain.fixed + added(counter, domain.bins, counts) - minimum <= Int(spread.maxSkew)
      }
    }
  }

  private func requirementsHold(_ counts: [[Int]]) -> Bool {
    instance.requirements.allSatisfy { requirement in
      let (dependents, anchors) = (instance.counters[requirement.dependents], instance.counters[requirement.anchors])
      for bin in bins.indices where instance.binTypes[bins[bin].type].domains[anchors.scope] < 0 {
        if counts.indices.contains(where: { dependents.members[$0] && counts[$0][bin] > 0 }) { return false }
      }
      let alone = domains(anchors, counts).count {
        added(dependents, $0.bins, counts) > 0 && $0.fixed + added(anchors, $0.bins, counts) == 0
      }
      return alone <= (requirement.allowsBootstrap ? 1 : 0)
    }
  }

  private func gangsHold(_ counts: [[Int]]) -> Bool {
    instance.gangs.allSatisfy { gang in
      let placed = counts.indices.reduce(0) { $0 + (gang.members[$1] ? counts[$1].reduce(0, +) : 0) }
      return placed == 0 || placed >= gang.minimum
    }
  }
}
