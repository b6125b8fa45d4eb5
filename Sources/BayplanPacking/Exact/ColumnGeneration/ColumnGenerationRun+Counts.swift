import BayplanLP

/// Bounds and packings from branching on how many bins of each type are filled.
///
/// What is paid for is whole bins: relaxations with whole counts bound what a packing can cost much better than the
/// one at the root, and tell dives where to go. Best first, with pricing at every node. Every node that is not branched
/// on is a case of the proof, with multipliers of its own.
/// Source: branching on the number of vehicles of a type as in Baldacci, Battarra and Vigo 2008; Lagrangian bounds per
/// node, Vanderbeck and Wolsey 1996.
extension ColumnGenerationRun {
  private struct Node {
    var counts: [ClosedRange<Int>]
    /// The safe bound and its proof, the parent's where the node's own is not better.
    var bound: Int64
    var proof: Multipliers
    /// How many bins of each type the relaxation fills.
    var filled: [Double] = []
    /// A case for good: not solved in time, or with nothing left to branch on.
    var isSettled = false
  }

  func branchOnCounts(
    _ master: inout PatternMaster, criterion: Int, search: inout Search
  ) throws(SolverFailure) {
    let prices = instance.binTypes.map { $0.openingScore[criterion] }.filter { $0 > 0 }
    // One kind of bin that costs 1 is rounded up by the bound itself.
    guard prices.max() ?? 1 > 1 || prices.count > 1, instance.binTypes.count <= options.countTypeLimit else { return }
    guard let rootBound = search.bounds[criterion], rootBound == search.writtenBounds[criterion],
      case .multipliers(let proof)? = search.writtenProofs[criterion]
    else { return }
    let all = instance.binTypes.indices.map { 0...master.mostBins($0) }
    var nodes = [Node(counts: all, bound: rootBound, proof: proof)]
    var dives = 0
    // Local search needs its share.
    let secondsKept = search.limits.seconds == nil ? -1 : search.secondsLeft * options.countReserve
    let workKept = Double(search.workLeft) * options.countReserve
    try master.allowExcess(true)
    try solve(&nodes[0], &master, criterion: criterion, search: &search)
    for _ in 0..<options.countNodes {
      if search.shouldStop() || search.secondsLeft <= secondsKept || Double(search.workLeft) <= workKept { break }
      guard let index = nextNode(nodes, below: search.incumbentScore?[criterion]) else { break }
      if let bin = mostFractional(nodes[index], criterion: criterion) {
        var (below, above) = halves(of: nodes[index], bin)
        try solve(&below, &master, criterion: criterion, search: &search)
        try solve(&above, &master, criterion: criterion, search: &search)
        nodes[index] = below
        nodes.append(above)
      } else {
        nodes[index].isSettled = true
        if dives == options.countDives { break }
        dives += 1
        try master.setCounts(wholeCounts(of: nodes[index], criterion: criterion))
        for number in 0..<options.divesPerCount {
          try dive(&master, number: number, criterion: criterion, search: &search)
        }
      }
      raise(nodes, criterion: criterion, search: &search)
    }
    try master.setCounts(all)
    try master.allowExcess(false)
  }

  /// The open node with the least bound, if that may lead to something better than `best`.
  private func nextNode(_ nodes: [Node], below best: Int64?) -> Int? {
    guard let best else { return nil }
    return nodes.indices.filter { !nodes[$0].isSettled && nodes[$0].bound < best }
      .min { (nodes[$0].bound, $0) < (nodes[$1].bound, $1) }
  }

  private func halves(of node: Node, _ bin: Int) -> (below: Node, above: Node) {
    let range = node.counts[bin]
    // The relaxation may miss the range by a hair.
    let last = min(max(Int(node.filled[bin].rounded(.down)), range.lowerBound), range.upperBound - 1)
    var (below, above) = (node, node)
    below.counts[bin] = range.lowerBound...last
    above.counts[bin] = last + 1...range.upperBound
    return (below, above)
  }

  /// Prices a node and takes the better one of its own bound and its parent's.
  private func solve(
    _ node: inout Node, _ master: inout PatternMaster, criterion: Int, search: inout Search
  ) throws(SolverFailure) {
    node.proof.counts = node.counts
    node.isSettled = true
    try master.setCounts(node.counts)
    guard let score = search.incumbentScore,
      try reprice(&master, limits: demands, criterion: criterion, search: &search)
    else { return }
    node.isSettled = false
    node.filled = instance.binTypes.map { _ in 0 }
    for (column, value) in zip(master.columns, master.values) { node.filled[column.bin] += value }
    if master.objective + Double(instance.baseScore[criterion]) <= Double(node.bound) { return }
    let outcome = evaluate(master, criterion: criterion, score: score, counts: node.counts, search: &search)
    if outcome.bound > node.bound { (node.bound, node.proof) = (outcome.bound, outcome.multipliers) }
  }

  private func raise(_ nodes: [Node], criterion: Int, search: inout Search) {
    guard let best = search.incumbentScore?[criterion], let least = nodes.map(\.bound).min() else { return }
    let bound = min(least, best)
    if bound > search.bounds[criterion] ?? .min {
      search.raiseBound(ofCriterion: criterion, to: bound, proof: .cases(nodes.map(\.proof)))
    }
  }

  /// The ranges of a node, with the counts of what costs something fixed where they have come out whole.
  private func wholeCounts(of node: Node, criterion: Int) -> [ClosedRange<Int>] {
    node.counts.enumerated().map { bin, range in
      if instance.binTypes[bin].openingScore[criterion] == 0 { return range }
      let whole = min(max(Int(node.filled[bin].rounded()), range.lowerBound), range.upperBound)
      return whole...whole
    }
  }

  /// The bin type whose count is furthest from whole, of those that cost something and are not settled.
  private func mostFractional(_ node: Node, criterion: Int) -> Int? {
    let distances = node.filled.enumerated().map { bin, filled in
      node.counts[bin].count == 1 || instance.binTypes[bin].openingScore[criterion] == 0
        ? 0 : abs(filled - filled.rounded())
    }
    guard let most = distances.max(), most > 1e-6 else { return nil }
    return distances.firstIndex(of: most)
  }
}
