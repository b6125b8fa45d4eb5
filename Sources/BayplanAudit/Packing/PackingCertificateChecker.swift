import BayplanModel

/// Proves the bound of a packing certificate anew, as stated at `PackingCertificate`.
struct PackingCertificateChecker {
  let problem: PackingProblem
  let workLimit: Int

  /// Room beyond a multiple of what all weights of a dimension share cannot be used: it is no room.
  init(_ problem: PackingProblem, workLimit: Int) {
    self.workLimit = workLimit
    var units = Array(repeating: Int128(0), count: problem.dimensions)
    for row in problem.rows where row.demand > 0 {
      for weights in row.incarnations where problem.firstBinType(thatFits: weights) != nil {
        for dimension in units.indices {
          units[dimension] = greatestCommonDivisor(units[dimension], Int128(weights[dimension]))
        }
      }
    }
    var problem = problem
    for type in problem.binTypes.indices {
      for (dimension, unit) in units.enumerated() where unit > 1 {
        problem.binTypes[type].capacity[dimension] -= problem.binTypes[type].capacity[dimension] % Int64(unit)
      }
    }
    self.problem = problem
  }

  /// - Returns: the verdict on `bound`, and what is proven in any case.
  func check(_ certificate: PackingCertificate?, bound: Int64) -> (CertificateCheck.Verdict, Int64?) {
    // Bins cost nothing or something.
    if bound <= 0 { return (.holds(bound: 0), 0) }
    guard let certificate else { return (.notIndependentlyChecked("no certificate for the bound \(bound)"), 0) }
    guard certificate.duals.count == problem.rows.count, certificate.denominator > 0,
      certificate.duals.allSatisfy({ $0 >= 0 })
    else { return (.fails("the certificate needs a positive denominator and a dual >= 0 for each row"), 0) }
    do {
      var budget = workLimit
      if let leaves = certificate.leaves, !leaves.isEmpty {
        if let fault = try fault(leaves, bound: bound, budget: &budget) { return (fault, 0) }
        return (.holds(bound: bound), bound)
      }
      // Where a search has proven more, the duals still prove something.
      let aim = certificate.unchecked == nil ? bound : min(bound, certificate.bound)
      let root = PackingGroup.rows(of: problem)
      guard
        let proven = try provenBound(
          Inequality(
            groups: root, counts: PackingPath.counts(problem), duals: certificate.duals,
            denominator: certificate.denominator),
          limitsWaste: certificate.limitsWaste, aim: aim, budget: &budget)
      else { return (.notIndependentlyChecked("pricing takes more than \(workLimit) steps or too large a table"), 0) }
      if proven >= bound { return (.holds(bound: bound), proven) }
      if let unchecked = certificate.unchecked {
        return (.notIndependentlyChecked("the certificate proves \(proven); \(bound) is \(unchecked)"), proven)
      }
      return (.fails("the certificate proves \(proven), not \(bound)"), proven)
    } catch {
      return (.fails("the numbers of the certificate exceed 128 bits"), 0)
    }
  }

  /// What is wrong with a tree: leaves that leave something out, or one that does not reach the bound.
  private func fault(
    _ leaves: [PackingCertificate.Leaf], bound: Int64, budget: inout Int
  ) throws(NumbersTooLarge) -> CertificateCheck.Verdict? {
    guard covers(leaves, depth: 0) else { return .fails("the leaves do not cover all cases") }
    for (number, leaf) in leaves.enumerated() {
      var path = PackingPath(problem)
      for decision in leaf.decisions where !path.apply(decision) {
        return .fails("leaf \(number): \(decision) is no decision there")
      }
      // A copy that fits nowhere: the leaf is empty.
      if path.groups.contains(where: { group in
        group.demand > 0 && group.incarnations.allSatisfy { problem.firstBinType(thatFits: $0) == nil }
      }) {
        continue
      }
      let duals = leaf.duals.isEmpty ? path.groups.map { _ in 0 } : leaf.duals
      guard duals.count == path.groups.count, leaf.denominator > 0, duals.allSatisfy({ $0 >= 0 }) else {
        return .fails("leaf \(number) needs a positive denominator and a dual >= 0 for each group")
      }
      let limits = leaf.cuts.compactMap(path.limit)
      guard limits.count == leaf.cuts.count else {
        return .fails("leaf \(number): a cut needs different groups of the problem and a price >= 0")
      }
      let inequality = Inequality(
        groups: path.groups, counts: path.counts, duals: duals, denominator: leaf.denominator, cuts: leaf.cuts,
        limits: limits)
      guard let proven = try provenBound(inequality, limitsWaste: leaf.limitsWaste, aim: bound, budget: &budget) else {
        return .notIndependentlyChecked(
          "pricing leaf \(number) of \(leaves.count) exceeds \(workLimit) steps or takes too large a table")
      }
      if proven < bound { return .fails("leaf \(number) of \(leaves.count) proves \(proven), not \(bound)") }
    }
    return nil
  }

  /// Whether at each step all leaves decide on the same question, and their answers leave nothing out.
  private func covers(_ leaves: [PackingCertificate.Leaf], depth: Int) -> Bool {
    guard let first = leaves.first else { return false }
    if leaves.count == 1 && first.decisions.count == depth { return true }
    guard leaves.allSatisfy({ $0.decisions.count > depth }) else { return false }
    let decision = first.decisions[depth]
    let agreeing = leaves.filter { $0.decisions[depth] == decision }
    let opposed = leaves.filter { $0.decisions[depth] != decision }
    guard let other = opposed.first?.decisions[depth], opposed.allSatisfy({ $0.decisions[depth] == other }) else {
      return false
    }
    guard leavesNothingOut(decision, other) || leavesNothingOut(other, decision) else { return false }
    return covers(agreeing, depth: depth + 1) && covers(opposed, depth: depth + 1)
  }

  private func leavesNothingOut(
    _ one: PackingCertificate.Leaf.Decision, _ other: PackingCertificate.Leaf.Decision
  ) -> Bool {
    switch (one, other) {
    case (.apart(let first, let second), .together(let third, let fourth, _)): (first, second) == (third, fourth)
    case (.atMost(let most, let type), .atLeast(let least, let otherType)):
      type == otherType && least >= 0 && least - 1 <= most
    default: false
    }
  }

  /// What weak duality is asked of.
  private struct Inequality {
    var groups: [PackingGroup]
    var counts: [ClosedRange<Int>]
    var duals: [Int64]
    var denominator: Int64
    var cuts: [PackingCertificate.Leaf.Cut] = []
    var limits: [Int] = []
  }

  /// Nil where pricing exceeds the budget. A proof that limits waste proves `aim` or, tried again without, less.
  private func provenBound(
    _ inequality: Inequality, limitsWaste: Bool, aim: Int64, budget: inout Int
  ) throws(NumbersTooLarge) -> Int64? {
    if limitsWaste, let slack = slack(of: inequality.groups, below: aim) {
      // Not even room for everything: that is a proof by itself.
      if slack.contains(where: { $0 < 0 }) { return aim }
      guard let proven = try bound(inequality, slack: slack, budget: &budget) else { return nil }
      if proven >= aim { return aim }
    }
    return try bound(inequality, slack: nil, budget: &budget)
  }

  private func bound(
    _ inequality: Inequality, slack: [Int64]?, budget: inout Int
  ) throws(NumbersTooLarge) -> Int64? {
    var total: Int128 = 0
    for (group, dual) in zip(inequality.groups, inequality.duals) {
      total = try sum(total, product(Int128(dual), Int128(group.demand)))
    }
    for (cut, limit) in zip(inequality.cuts, inequality.limits) {
      total = try difference(total, product(Int128(cut.price), Int128(limit)))
    }
    let denominator = inequality.denominator
    for (type, counts) in zip(problem.binTypes, inequality.counts) {
      let price = try product(Int128(type.cost), Int128(denominator))
      // Where bins have to be there, it counts by how much they are worth less than they cost.
      let worth = PatternWorth(
        inequality.groups, capacity: type.capacity, duals: inequality.duals, slack: slack, cuts: inequality.cuts)
      guard let worth = try worth.largest(above: counts.lowerBound > 0 ? 0 : price, budget: &budget) else { return nil }
      let excess = worth - price
      let copies = excess > 0 ? counts.upperBound : counts.lowerBound
      total = try difference(total, product(excess, Int128(copies)))
    }
    // Every packing costs a multiple of what all costs share.
    let step = problem.binTypes.reduce(Int128(0)) { greatestCommonDivisor($0, Int128($1.cost)) }
    let bound = max(0, ceilingQuotient(total, Int128(denominator)))
    return Int64(clamping: step > 0 ? ceilingQuotient(bound, step) * step : bound)
  }

  /// Per dimension the room that a packing costing less than `bound` has to spare; nil where bins differ.
  private func slack(of groups: [PackingGroup], below bound: Int64) -> [Int64]? {
    guard let type = problem.binTypes.first, type.cost > 0,
      problem.binTypes.allSatisfy({ $0.capacity == type.capacity && $0.cost == type.cost })
    else { return nil }
    let bins = Int128((bound - 1) / type.cost)
    return (0..<problem.dimensions).map { dimension in
      var total: Int128 = 0
      for group in groups where group.demand > 0 {
        // Each copy is packed in an incarnation that fits.
        let usable = group.incarnations.filter { problem.firstBinType(thatFits: $0) != nil }
        total += Int128(usable.map { $0[dimension] }.min() ?? 0) * Int128(group.demand)
      }
      return Int64(clamping: bins * Int128(type.capacity[dimension]) - total)
    }
  }
}
