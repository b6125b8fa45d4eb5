import BayplanLP

/// The tree.
extension BranchAndPriceRun {
  /// Explores everything below the root, the least bound first and of equal ones mostly the deepest last made, and
  /// raises the bound to the least that is left.
  mutating func branch(_ root: Node, _ search: inout Search) throws(SolverFailure) {
    var open = [root]
    // Nodes that neither pairs nor counts can divide.
    var stuck: [Node] = []
    // What decisions on counts alone have come to: together they leave nothing out.
    var cases: [Node] = []
    while var node = takeNext(&open) {
      if node.bound < best, try explore(&node, &search) == .stopped {
        open.append(node)
        break
      }
      if node.bound < best, let (bin, count) = chooseBin() {
        open += children(of: node, bin, count)
        continue
      }
      if node.decidesOnCounts {
        if node.bound < best, parts.binCount > 1, !(try diveIntoWholeCounts(of: &node, &search)) {
          open.append(node)
          break
        }
        cases.append(node)
      }
      if node.bound >= best {
        close(node)
      } else if let pair = choosePair(node) {
        let (together, apart) = try children(of: node, pair)
        open.append(apart)
        open.append(together)
      } else {
        stuck.append(node)
      }
      if nodeCount % 16 == 0, let bound = (open + stuck).map(\.bound).min(), bound > rootBound {
        raise(min(bound, best), proof: .search("branch and price over \(nodeCount) nodes"), &search)
      }
    }
    if !isAbstract { raise(cases: cases + open.filter(\.decidesOnCounts), &search) }
    let left = open + stuck
    let bound = min(best, left.map(\.bound).min() ?? best)
    guard bound > rootBound || left.isEmpty else { return }
    for node in left { close(node) }
    let sentence =
      left.isEmpty ? "branch and price exhausted \(nodeCount) nodes" : "branch and price over \(nodeCount) nodes"
    raise(bound, proof: leaves.map { .branches($0, sentence) } ?? .search(sentence), &search)
  }

  /// Writes down what decisions on counts prove by multipliers, which certificates of every kind can hold.
  private mutating func raise(cases: [Node], _ search: inout Search) {
    let bound = min(best, cases.map(\.bound).min() ?? best)
    guard bound > rootBound, cases.count > 1, cases.allSatisfy({ $0.proof?.cuts.isEmpty == true }) else { return }
    raise(bound, proof: .cases(cases.map { multipliers($0.proof!, counts: $0.counts) }), &search)
  }

  /// While every node is one to dive from, every other one is the first made of the best: dives from the deepest alone
  /// would all keep to a first decision that may be wrong.
  private func takeNext(_ open: inout [Node]) -> Node? {
    let takesFirst = nodeCount < options.divingNodes && nodeCount % 2 == 1
    var choice: Int?
    for index in open.indices {
      if let choice, open[index].bound > open[choice].bound { continue }
      if let choice, open[index].bound == open[choice].bound, takesFirst { continue }
      choice = index
    }
    return choice.map { open.remove(at: $0) }
  }

  /// Converges at a node, tightens it, rounds and dives; its bound tells the outcome.
  private mutating func explore(_ node: inout Node, _ search: inout Search) throws(SolverFailure) -> Outcome {
    nodeCount += 1
    search.counters.treeNodes += 1
    let outcome = try converge(&node, &search)
    if node.depth == 0 { rootBound = node.bound }
    if case .pair(let pair, _?) = node.decisions.last, outcome != .stopped {
      history[pair, default: 0] += outcome == .pruned ? 1 : -1
    }
    if outcome != .solved { return outcome }
    try round(node, &search)
    let tightened = try cut(&node, &search)
    if node.depth == 0 { rootBound = node.bound }
    if tightened != .solved { return tightened }
    // Where a packing is hard to find dives find it, and where a proof is hard to find they are in vain.
    let treeWork = search.workDone - workAtStart - diveWork
    if node.bound < best && (nodeCount <= options.divingNodes || diveWork <= options.diveShare * treeWork) {
      guard try dive(from: node, &search) else { return .stopped }
      if node.bound < best { return try reconverge(&node, &search) }
    }
    return .solved
  }

  /// Returns to the relaxation of a node after dives. The patterns that they left may make it integral.
  private mutating func reconverge(_ node: inout Node, _ search: inout Search) throws(SolverFailure) -> Outcome {
    let outcome = try converge(&node, &search)
    if outcome == .solved { try round(node, &search) }
    return outcome
  }

  /// Tightens the relaxation of a node by cuts, as long as they raise it. They hold everywhere.
  private mutating func cut(_ node: inout Node, _ search: inout Search) throws(SolverFailure) -> Outcome {
    // Cuts help proofs, and get in the way of dives: they wait until the first dives are over.
    // And they would keep the cases of a plan's certificate from being written down.
    if nodeCount <= options.divingNodes || !isAbstract { return .solved }
    for _ in 0..<options.cutRounds where master.cuts.count < options.cutLimit && node.bound < best {
      let before = master.objective
      let packing = master.support().map { (pattern: master.columns[$0.column].pattern, value: $0.value) }
      let cuts = CutSeparator().separate(packing, parts, atMost: options.cutsPerRound, known: Set(master.cuts))
      if cuts.isEmpty { break }
      for cut in cuts { try master.add(cut, parts) }
      let outcome = try converge(&node, &search)
      guard outcome == .solved else { return outcome }
      try round(node, &search)
      if master.objective < before + 1e-4 * Double(step) { break }
    }
    return node.bound < best ? .solved : .pruned
  }

  /// Tries to fill just the bins that the relaxation takes. False if it was stopped.
  private mutating func diveIntoWholeCounts(of node: inout Node, _ search: inout Search) throws(SolverFailure) -> Bool {
    var start = node
    let filled = binCounts()
    for bin in filled.indices { start.counts[bin] = Int(filled[bin].rounded())...Int(filled[bin].rounded()) }
    guard try dive(from: start, &search) else { return false }
    if node.bound < best { return try reconverge(&node, &search) != .stopped }
    return true
  }

  /// The bin type whose number is farthest from whole, in terms of cost, and that number.
  private func chooseBin() -> (bin: Int, count: Double)? {
    guard parts.binCount > 1 else { return nil }
    let counts = binCounts()
    var best: (bin: Int, weight: Double)?
    for bin in counts.indices {
      let distance = abs(counts[bin] - counts[bin].rounded())
      let weight = distance * Double(parts.costs[bin])
      if distance > 1e-4 && weight > best?.weight ?? 0 { best = (bin, weight) }
    }
    return best.map { ($0.bin, counts[$0.bin]) }
  }

  private func binCounts() -> [Double] {
    var counts = Array(repeating: 0.0, count: parts.binCount)
    for column in master.columns.indices where master.columns[column].isOpen {
      counts[master.columns[column].bin] += master.value(column)
    }
    return counts
  }

  /// Fewer bins of a type than the relaxation takes, or more; the nearer comes last.
  private func children(of node: Node, _ bin: Int, _ count: Double) -> [Node] {
    let (below, above) = (Int(count.rounded(.down)), Int(count.rounded(.up)))
    func child(_ counts: ClosedRange<Int>, _ decision: Decision) -> Node {
      var child = node.child()
      child.counts[bin] = counts
      child.decisions.append(decision)
      return child
    }
    let range = node.counts[bin]
    let fewer = child(range.lowerBound...below, .atMost(below, bin: bin))
    let more = child(above...range.upperBound, .atLeast(above, bin: bin))
    return count - Double(below) < 0.5 ? [more, fewer] : [fewer, more]
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
    var together = node.child()
    var apart = together
    apart.conflicts[pair.first].append(pair.second)
    if pair.first != pair.second { apart.conflicts[pair.second].append(pair.first) }
    let (first, second) = (pair.first, pair.second)
    // What excludes one of the two excludes both together.
    let excluded = Set(node.conflicts[first] + node.conflicts[second]).sorted()
    // Two that exclude each other make a row of which one copy fits a bin.
    let isSingle = [first, second].contains {
      node.conflicts[$0].contains(first) || node.conflicts[$0].contains(second)
    }
    let conflicts = node.conflicts
    var used = Set<Int>()
    for case .pair(_, let row?) in node.decisions { used.insert(row) }
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
    together.decisions.append(.pair(pair, row: row))
    apart.decisions.append(.pair(pair, row: nil))
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
