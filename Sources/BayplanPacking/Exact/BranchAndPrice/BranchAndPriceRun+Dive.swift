import BayplanLP

/// Packings from the relaxation.
extension BranchAndPriceRun {
  /// Bins that dives are to keep, all but a few.
  struct Neighbourhood {
    var bins: Set<CoveringMaster.Key>
    var least: Int

    /// How many are still to be kept at a node.
    func left(_ node: borrowing Node) -> Int {
      max(0, least - node.fixed.count { bins.contains(.init(bin: $0.bin, pattern: $0.pattern)) })
    }
  }

  /// Dives, and where that falls just short dives again near the best packing come to. False if it was stopped.
  /// Source of the second: local branching, Fischetti and Lodi 2003, by linear programs as da Silva and Schouery do it.
  mutating func dive(from start: borrowing Node, _ search: inout Search) throws(SolverFailure) -> Bool {
    let before = search.workDone
    defer { diveWork += search.workDone - before }
    let goal = best
    nearMiss = nil
    guard try dive(from: start, goal: goal, &search) else { return false }
    guard best == goal, let packing = nearMiss, packing.cost == goal, packing.binCount > options.distance else {
      return true
    }
    return try dive(from: start, near: packing, &search)
  }

  /// Dives where all but some bins of a packing are kept.
  private mutating func dive(
    from start: borrowing Node, near packing: ResidualFiller, _ search: inout Search
  ) throws(SolverFailure) -> Bool {
    let slack = allowedWaste(start)
    var kept = Neighbourhood(bins: [], least: -options.distance)
    for (bin, pattern, count) in packing.kinds where fits(pattern, bin: bin, start, slack) {
      try add(pattern, bin: bin)
      kept.bins.insert(.init(bin: bin, pattern: pattern))
      kept.least += count
    }
    let columns = master.columns.indices.filter {
      kept.bins.contains(.init(bin: master.columns[$0].bin, pattern: master.columns[$0].pattern))
    }
    try master.addNeighbourhood(columns, price: Double(parts.costs.max() ?? 1))
    neighbourhood = kept
    let isDone = try dive(from: start, goal: packing.cost, &search)
    neighbourhood = nil
    try master.removeNeighbourhood()
    return isDone
  }

  /// About what the relaxation of a neighbourhood can still come down to: for dives, which prove nothing. Its duals over
  /// the greatest excess are feasible. Source: Farley 1990.
  func farleyBound(_ question: PatternPricing.Question, _ answer: PatternPricing.Answer) -> Double {
    if parts.countsBins { return 0 }
    let excess = zip(answer.worths, question.floors).map { Double($0) / Double($1) }
    return master.objective / max(1, excess.max() ?? 1)
  }

  /// Fixes bins step by step, pricing anew for what is left; then goes back a part of the way and again.
  /// False if it was stopped.
  private mutating func dive(
    from start: borrowing Node, goal: Int64, _ search: inout Search
  ) throws(SolverFailure) -> Bool {
    var trail: [Node] = []
    var node = start.child()
    for _ in 0..<options.dives {
      while true {
        switch try converge(&node, proves: false, &search) {
        case .stopped: return false
        case .pruned: break
        case .solved:
          try round(node, &search)
          if best < goal { return true }
          trail.append(node)
          if fix(&node) { continue }
        }
        break
      }
      if trail.count < 4 { return true }
      trail.removeLast(max(1, trail.count / 4))
      node = trail.removeLast()
    }
    return true
  }

  /// Fixes what the relaxation fills at least once; without such patterns the fullest, as many as the gap allows.
  private func fix(_ node: inout Node) -> Bool {
    let values = master.support().filter { !master.columns[$0.column].pattern.isEmpty }
    var isFixed = false
    for (value, column) in values {
      var copies = Int((value + 1e-6).rounded(.down))
      while copies > 0 && take(column, &node) {
        copies -= 1
        isFixed = true
      }
    }
    if isFixed { return true }
    var allowance = Double(best - step) - (master.objective + Double(node.cost))
    for (value, column) in values {
      allowance -= (1 - value) * Double(parts.costs[master.columns[column].bin])
      if isFixed && (allowance < 0 || value < 0.5) { break }
      if take(column, &node) { isFixed = true }
    }
    return isFixed
  }

  private func take(_ column: Int, _ node: inout Node) -> Bool {
    let (bin, pattern) = (master.columns[column].bin, master.columns[column].pattern)
    for entry in pattern.items where Int(entry.count) > node.demand[parts.rowOfPart[Int(entry.item)]] { return false }
    if parts.countsBins && node.fixed.count(where: { $0.bin == bin }) >= node.counts[bin].upperBound { return false }
    for entry in pattern.items { node.demand[parts.rowOfPart[Int(entry.item)]] -= Int(entry.count) }
    node.fixed.append((bin, pattern))
    node.cost += parts.costs[bin]
    return true
  }

  mutating func offer(_ filler: ResidualFiller, _ search: inout Search) {
    search.offer(filler.assignment(), of: instance)
    if let score = search.incumbentScore { best = min(best, score[criterion] - instance.baseScore[criterion]) }
  }

  /// Rounds the relaxation: whole bins, then large fractions, and best fit for the rest.
  mutating func round(_ node: borrowing Node, _ search: inout Search) throws(SolverFailure) {
    let values = master.support()
    for threshold in [0.6, 0.99] {
      var filler = ResidualFiller(parts)
      for (bin, pattern) in node.fixed { filler.open(bin, pattern) }
      for (value, column) in values {
        let copies = Int((value + 1 - threshold).rounded(.down))
        filler.open(master.columns[column].bin, master.columns[column].pattern, copies: copies)
      }
      guard filler.fillRest() else { continue }
      if filler.cost < best {
        offer(filler, &search)
      } else if filler.cost <= nearMiss?.cost ?? .max {
        nearMiss = filler
      }
    }
  }
}
