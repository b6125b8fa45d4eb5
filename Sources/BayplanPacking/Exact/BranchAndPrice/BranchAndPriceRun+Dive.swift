import BayplanLP

/// Packings from the relaxation.
extension BranchAndPriceRun {
  /// Fixes bins step by step, pricing anew for what is left; then goes back a part of the way and again.
  /// False if it was stopped.
  mutating func dive(from start: borrowing Node, _ search: inout Search) throws(SolverFailure) -> Bool {
    let before = search.workDone
    defer { diveWork += search.workDone - before }
    var trail: [Node] = []
    var node = start.child()
    let goal = best
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
      guard filler.fillRest(), filler.cost < best else { continue }
      offer(filler, &search)
    }
  }
}
