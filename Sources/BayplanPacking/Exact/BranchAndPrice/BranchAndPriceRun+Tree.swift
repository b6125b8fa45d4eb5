import BayplanLP

/// The tree.
extension BranchAndPriceRun {
  /// Explores everything below a node, depth first. False if it was stopped.
  mutating func branch(_ start: Node, _ search: inout Search) throws(SolverFailure) -> Bool {
    var open = [start]
    while var node = open.popLast() {
      if node.bound < best {
        nodeCount += 1
        let isMerged = node.decisions.last?.row != nil
        switch try converge(&node, &search) {
        case .stopped: return false
        case .pruned:
          if isMerged { history[node.decisions.last!.pair, default: 0] += 1 }
          close(node)
          continue
        case .solved:
          if isMerged { history[node.decisions.last!.pair, default: 0] -= 1 }
        }
        try round(node, &search)
        if node.bound < best && (nodeCount == 1 || nodeCount % options.diveInterval == 0) {
          guard try dive(from: node, &search) else { return false }
          if node.bound < best, try converge(&node, &search) == .stopped { return false }
        }
      }
      if node.bound >= best {
        close(node)
        continue
      }
      guard let pair = choosePair(node) else {
        // No pair is left to decide on, so that rounding has found what there is, or pairs cannot tell.
        isExhaustive = false
        continue
      }
      let (together, apart) = try children(of: node, pair)
      open.append(apart)
      open.append(together)
    }
    return true
  }

  /// The pair of rows to decide on: fractionally together, and heavy.
  private func choosePair(_ node: borrowing Node) -> PackingParts.RowPair? {
    var affinity: [PackingParts.RowPair: Double] = [:]
    for column in master.columns.indices where master.columns[column].isOpen {
      let value = master.value(column)
      if value < 1e-6 { continue }
      let fraction = value - (value + 1e-6).rounded(.down)
      if fraction < 1e-6 { continue }
      let items = master.columns[column].pattern.items
      for (index, entry) in items.enumerated() {
        let row = parts.rowOfPart[Int(entry.item)]
        if entry.count > 1 { affinity[.init(row, row), default: 0] += value }
        for other in items[..<index] { affinity[.init(row, parts.rowOfPart[Int(other.item)]), default: 0] += value }
      }
    }
    var best: (pair: PackingParts.RowPair, key: (Int, Int, Double))?
    for (pair, value) in affinity {
      if node.conflicts[pair.first].contains(pair.second) { continue }
      let fraction = abs(value - value.rounded())
      let key = (fraction > 0.01 ? 1 : 0, history[pair, default: 0], weight(pair.first) + weight(pair.second))
      if let held = best {
        if key < held.key { continue }
        if key == held.key && (pair.first, pair.second) > (held.pair.first, held.pair.second) { continue }
      }
      best = (pair, key)
    }
    return best?.pair
  }

  /// Size of a row as one number.
  private func weight(_ row: Int) -> Double {
    guard let part = parts.partsOfRow[row].first else { return 0 }
    return (0..<parts.dimensions).reduce(0.0) {
      $0 + Double(parts.weight(part, $1)) / Double(max(1, parts.capacity(0, $1)))
    }
  }

  private mutating func children(
    of node: borrowing Node, _ pair: PackingParts.RowPair
  ) throws(SolverFailure) -> (together: Node, apart: Node) {
    var together = Node(
      demand: node.demand, conflicts: node.conflicts, fixed: node.fixed, cost: node.cost, bound: node.bound,
      depth: node.depth + 1, decisions: node.decisions)
    var apart = together
    apart.conflicts[pair.first].append(pair.second)
    if pair.first != pair.second { apart.conflicts[pair.second].append(pair.first) }
    together.proof = node.proof
    apart.proof = node.proof
    let (first, second) = (pair.first, pair.second)
    // What excludes one of the two excludes both together.
    let excluded = Set(node.conflicts[first] + node.conflicts[second]).sorted()
    // Two that exclude each other make a row of which one copy fits a bin.
    let isSingle = [first, second].contains {
      node.conflicts[$0].contains(first) || node.conflicts[$0].contains(second)
    }
    let conflicts = node.conflicts
    let used = Set(node.decisions.compactMap(\.row))
    // Copies that were merged before other conflicts came up are bound by fewer.
    let row = parts.merge(pair) { row in
      !used.contains(row) || Set(conflicts[row]) == Set(excluded + (isSingle ? [row] : []))
    }
    while together.demand.count < parts.rowCount {
      together.demand.append(0)
      together.conflicts.append([])
    }
    together.demand[first] -= 1
    together.demand[second] -= 1
    if !used.contains(row) {
      for other in excluded {
        together.conflicts[row].append(other)
        together.conflicts[other].append(row)
      }
      if isSingle { together.conflicts[row].append(row) }
    }
    together.demand[row] += 1
    together.decisions.append((pair, row))
    apart.decisions.append((pair, nil))
    try load(&together)
    // Patterns with both become patterns with the merged row.
    if let part = parts.partsOfRow[row].first, parts.partsOfRow[row].count == 1, let (one, other) = parts.halves[part] {
      for column in master.columns.indices.reversed() {
        let (bin, items) = (master.columns[column].bin, master.columns[column].pattern.items)
        var counts: [Int: Int] = [:]
        for entry in items { counts[Int(entry.item)] = Int(entry.count) }
        counts[one, default: 0] -= 1
        counts[other, default: 0] -= 1
        guard counts[one]! >= 0, counts[other]! >= 0 else { continue }
        counts[part, default: 0] += 1
        try add(Pattern(counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }), bin: bin)
      }
    }
    return (together, apart)
  }
}
