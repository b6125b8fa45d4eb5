/// The rules of an instance, turned round: for each item type what to check and what to count when it is placed.
struct ItemRules: Sendable {
  /// Counters that must stand at zero in the item's domain.
  var forbidden: [[Int32]]
  /// Counters with a limit that the item counts in.
  var maxima: [[Instance.GroupMaximum]]
  /// Spreads whose count or owners the item belongs to.
  var spreads: [[Int32]]
  /// Requirements the item depends on.
  var requirements: [[Int32]]
  /// Counters the item is a member of.
  var counters: [[Int32]]
  /// Whether some rule of the item reaches beyond its bin, so that a bin that refused it may take it later.
  var hasDomainRules: [Bool]

  init(_ instance: Instance) {
    let count = instance.itemTypes.count
    forbidden = Array(repeating: [], count: count)
    maxima = Array(repeating: [], count: count)
    spreads = Array(repeating: [], count: count)
    requirements = Array(repeating: [], count: count)
    counters = Array(repeating: [], count: count)
    hasDomainRules = Array(repeating: false, count: count)
    for conflict in instance.conflicts {
      let (first, second) = (instance.counters[conflict.first], instance.counters[conflict.second])
      for item in 0..<count {
        if first.members[item] { forbidden[item].append(Int32(conflict.second)) }
        if second.members[item] && conflict.first != conflict.second {
          forbidden[item].append(Int32(conflict.first))
        }
        if (first.members[item] || second.members[item]) && first.scope != 0 { hasDomainRules[item] = true }
      }
    }
    for maximum in instance.maxima {
      let counter = instance.counters[maximum.counter]
      for item in 0..<count where counter.members[item] {
        maxima[item].append(maximum)
        if counter.scope != 0 { hasDomainRules[item] = true }
      }
    }
    for (index, spread) in instance.spreads.enumerated() {
      for item in 0..<count
      where instance.counters[spread.counter].members[item] || instance.counters[spread.owners].members[item] {
        spreads[item].append(Int32(index))
        hasDomainRules[item] = true
      }
    }
    for (index, requirement) in instance.requirements.enumerated() {
      for item in 0..<count where instance.counters[requirement.dependents].members[item] {
        requirements[item].append(Int32(index))
        hasDomainRules[item] = true
      }
    }
    for (index, counter) in instance.counters.enumerated() {
      for item in 0..<count where counter.members[item] { counters[item].append(Int32(index)) }
    }
  }
}
