import BayplanModel

/// What a pod asks of a node's resources and how a profile rates the result: the numbers of the plugins
/// `NodeResourcesFit` and `NodeResourcesBalancedAllocation`, at hand for tight loops.
struct ResourceDemand: Sendable {
  struct Key: Hashable {
    var profile: Int
    var requests: Resources
    var scored: ScoredRequests?
  }

  private struct Need {
    /// Of the allocatable amount.
    var cell: Int
    var amount: Int64
  }

  private struct Part {
    var cell: Int
    /// Of the amount in use, as this score counts it.
    var takenCell: Int
    var asked: Int64
    var weight: Int64
  }

  private let checksFit: Bool
  private let needs: [Need]
  private let allocation: [Part]
  private let balance: [Part]
  private let strategy: SchedulerProfile.ScoringStrategy
  private let allocationWeight: Int64
  private let balanceWeight: Int64

  init(_ spec: PodSpec, _ profile: SchedulerProfile, _ rows: inout NodeRows) {
    checksFit = !profile.disabledFilters.contains(NodeResourcesFit.name)
    needs = NodeResourcesFit.checked(spec, profile).amounts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
      .map { Need(cell: rows.offset(of: $0.key), amount: $0.value) }
    strategy = profile.scoringStrategy
    let basic: Set<Resource> = [.cpu, .memory, .ephemeralStorage]
    let scored = spec.requests.scored(spec.scoredRequests?.arriving)
    var allocation: [Part] = []
    for weighted in profile.scoredResources where basic.contains(weighted.resource) || scored[weighted.resource] != 0 {
      let cell = rows.offset(of: weighted.resource)
      let taken =
        weighted.resource == .cpu
        ? NodeRows.scoredCPU : weighted.resource == .memory ? NodeRows.scoredMemory : cell + 1
      allocation.append(
        Part(cell: cell, takenCell: taken, asked: scored[weighted.resource], weight: weighted.weight))
    }
    self.allocation = allocation
    allocationWeight = profile.weights[ResourceAllocation.name] ?? 0
    var balance: [Part] = []
    for resource in profile.balancedResources where basic.contains(resource) || spec.requests[resource] != 0 {
      let cell = rows.offset(of: resource)
      balance.append(Part(cell: cell, takenCell: cell + 1, asked: spec.requests[resource], weight: 1))
    }
    self.balance = balance
    let skipsBalance = profile.balancedResources.allSatisfy { spec.requests[$0] == 0 }
    balanceWeight = skipsBalance ? 0 : profile.weights[BalancedAllocation.name] ?? 0
  }

  /// Weighted points of both plugins, or -1 where the pod does not fit.
  @inline(__always)
  func points(_ row: UnsafePointer<Int64>) -> Int32 {
    if checksFit {
      if row[NodeRows.podCount] + 1 > row[NodeRows.podLimit] { return -1 }
      for need in needs where need.amount > row[need.cell].subtractingSaturated(row[need.cell + 1]) { return -1 }
    }
    return Int32(truncatingIfNeeded: allocationWeight * allocated(row) + balanceWeight * balanced(row))
  }

  @inline(__always)
  private func allocated(_ row: UnsafePointer<Int64>) -> Int64 {
    if allocationWeight == 0 { return 0 }
    var total: Int64 = 0
    var weights: Int64 = 0
    for part in allocation where row[part.cell] != 0 {
      let used = row[part.takenCell].addingSaturated(part.asked)
      guard let points = strategy.points(used: used, of: row[part.cell]) else { continue }
      total += points * part.weight
      weights += part.weight
    }
    return weights == 0 ? 0 : strategy.mean(total, weights)
  }

  @inline(__always)
  private func balanced(_ row: UnsafePointer<Int64>) -> Int64 {
    if balanceWeight == 0 { return 0 }
    func share(_ part: Part) -> Double {
      min(1, Double(row[part.takenCell].addingSaturated(part.asked)) / Double(row[part.cell]))
    }
    if balance.count == 2 && row[balance[0].cell] != 0 && row[balance[1].cell] != 0 {
      let (first, second) = (share(balance[0]), share(balance[1]))
      return BalancedAllocation.points(2) { $0 == 0 ? first : second }
    }
    let shares = balance.filter { row[$0.cell] != 0 }.map(share)
    return BalancedAllocation.points(shares.count) { shares[$0] }
  }
}
