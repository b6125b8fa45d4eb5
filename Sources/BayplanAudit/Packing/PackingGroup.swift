import BayplanModel

/// Copies that are alike: rows with equal incarnations, or copies that a decision put together.
struct PackingGroup {
  var demand: Int
  var incarnations: [[Int64]]
  /// Groups that may not share its bin; itself for one copy at most.
  var conflicts: Set<Int> = []

  /// Each row for itself.
  static func rows(of problem: PackingProblem) -> [PackingGroup] {
    problem.rows.map { PackingGroup(demand: $0.demand, incarnations: $0.incarnations) }
  }

  /// The groups of a problem, in order of their first rows.
  static func all(of problem: PackingProblem) -> [PackingGroup] {
    var index: [[[Int64]]: Int] = [:]
    var result: [PackingGroup] = []
    for row in problem.rows where row.demand > 0 {
      if let known = index[row.incarnations] {
        result[known].demand += row.demand
      } else {
        index[row.incarnations] = result.count
        result.append(PackingGroup(demand: row.demand, incarnations: row.incarnations))
      }
    }
    return result
  }
}

/// What a path of decisions leaves, as stated at `PackingCertificate.Leaf`.
struct PackingPath {
  private(set) var groups: [PackingGroup]
  /// Of a merged group, the two it was made of.
  private var origins: [[Int]?]

  init(_ problem: PackingProblem) {
    groups = PackingGroup.all(of: problem)
    origins = groups.map { _ in nil }
  }

  /// False if the decision is not one.
  mutating func apply(_ decision: [Int]) -> Bool {
    guard (2...3).contains(decision.count), groups.indices.contains(decision[0]), groups.indices.contains(decision[1])
    else { return false }
    let (first, second) = (decision[0], decision[1])
    if decision.count == 2 {
      groups[first].conflicts.insert(second)
      groups[second].conflicts.insert(first)
      return true
    }
    return merge(first, second, into: decision[2])
  }

  private mutating func merge(_ first: Int, _ second: Int, into merged: Int) -> Bool {
    groups[first].demand -= 1
    groups[second].demand -= 1
    // Two that are apart already cannot come together, nor can copies that are not there.
    guard groups[first].demand >= 0, groups[second].demand >= 0, !groups[first].conflicts.contains(second) else {
      return false
    }
    var conflicts = groups[first].conflicts.union(groups[second].conflicts)
    if groups[first].conflicts.contains(first) || groups[second].conflicts.contains(second) { conflicts.insert(merged) }
    let origin = [min(first, second), max(first, second)]
    if merged < groups.count {
      guard merged >= 0, origins[merged] == origin, groups[merged].conflicts == conflicts else { return false }
      groups[merged].demand += 1
      return true
    }
    guard merged == groups.count else { return false }
    var incarnations: [[Int64]] = []
    for (index, one) in groups[first].incarnations.enumerated() {
      let partners = groups[second].incarnations
      for other in first == second ? partners[index...] : partners[...] { incarnations.append(zip(one, other).map(+)) }
    }
    groups.append(PackingGroup(demand: 1, incarnations: incarnations, conflicts: conflicts))
    origins.append(origin)
    for other in conflicts where other != merged { groups[other].conflicts.insert(merged) }
    return true
  }
}
