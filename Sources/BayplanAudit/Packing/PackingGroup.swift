import BayplanModel

/// Copies that are alike: rows with equal incarnations, or copies that a decision put together.
struct PackingGroup {
  var demand: Int
  var incarnations: [[Int64]]
  /// Groups that may not share its bin; itself for one copy at most.
  var conflicts: Set<Int> = []
  /// The groups of the problem that a copy is made of.
  var origins: [Int] = []

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
        result.append(PackingGroup(demand: row.demand, incarnations: row.incarnations, origins: [result.count]))
      }
    }
    return result
  }
}

/// What a path of decisions leaves, as stated at `PackingCertificate.Leaf`.
struct PackingPath {
  private(set) var groups: [PackingGroup]
  /// How many bins of each type there are.
  private(set) var counts: [ClosedRange<Int>]
  /// Of a merged group, the two it was made of.
  private var halves: [[Int]?]
  /// Copies of the problem's groups.
  private let demands: [Int]

  init(_ problem: PackingProblem) {
    groups = PackingGroup.all(of: problem)
    counts = Self.counts(problem)
    halves = groups.map { _ in nil }
    demands = groups.map(\.demand)
  }

  /// More bins than copies are of no use.
  static func counts(_ problem: PackingProblem) -> [ClosedRange<Int>] {
    problem.binTypes.map { 0...min($0.copies ?? .max, problem.totalDemand) }
  }

  /// False if the decision is not one.
  mutating func apply(_ decision: PackingCertificate.Leaf.Decision) -> Bool {
    switch decision {
    case .apart(let first, let second):
      guard groups.indices.contains(first), groups.indices.contains(second) else { return false }
      groups[first].conflicts.insert(second)
      groups[second].conflicts.insert(first)
    case .together(let first, let second, let merged):
      guard groups.indices.contains(first), groups.indices.contains(second) else { return false }
      return merge(first, second, into: merged)
    case .atMost(let count, let type):
      guard counts.indices.contains(type), count >= counts[type].lowerBound else { return false }
      counts[type] = counts[type].lowerBound...min(count, counts[type].upperBound)
    case .atLeast(let count, let type):
      guard counts.indices.contains(type), count <= counts[type].upperBound else { return false }
      counts[type] = max(count, counts[type].lowerBound)...counts[type].upperBound
    }
    return true
  }

  /// Incarnations that two copies together may have; the engine does not divide such pairs.
  static let incarnationLimit = 10_000

  /// Half the demand of a cut's groups, rounded down; nil if it is no cut.
  func limit(of cut: PackingCertificate.Leaf.Cut) -> Int? {
    guard cut.price >= 0, Set(cut.groups).count == cut.groups.count, cut.groups.allSatisfy(demands.indices.contains)
    else { return nil }
    return cut.groups.reduce(0) { $0 + demands[$1] } / 2
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
      guard merged >= 0, halves[merged] == origin, groups[merged].conflicts == conflicts else { return false }
      groups[merged].demand += 1
      return true
    }
    guard merged == groups.count,
      groups[first].incarnations.count * groups[second].incarnations.count <= Self.incarnationLimit
    else { return false }
    var incarnations: [[Int64]] = []
    for (index, one) in groups[first].incarnations.enumerated() {
      let partners = groups[second].incarnations
      for other in first == second ? partners[index...] : partners[...] { incarnations.append(zip(one, other).map(+)) }
    }
    groups.append(
      PackingGroup(
        demand: 1, incarnations: incarnations, conflicts: conflicts,
        origins: groups[first].origins + groups[second].origins))
    halves.append(origin)
    for other in conflicts where other != merged { groups[other].conflicts.insert(merged) }
    return true
  }
}
