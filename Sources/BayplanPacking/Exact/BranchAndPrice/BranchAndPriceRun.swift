import BayplanLP
import BayplanModel

/// One run of branch and price on one criterion.
struct BranchAndPriceRun: ~Copyable {
  /// A problem of the tree: what is left to pack, under the decisions made so far.
  struct Node {
    /// Copies left per row; rows that came later have none.
    var demand: [Int]
    /// Per row the rows that may not share its bin.
    var conflicts: [[Int]]
    /// How many bins of each type there may be, those decided already among them.
    var counts: [ClosedRange<Int>]
    /// Bins decided already, and their cost.
    var fixed: [(bin: Int, pattern: Pattern)] = []
    var cost: Int64 = 0
    /// Proven for everything below.
    var bound: Int64 = 0
    var depth = 0
    var decisions: [Decision] = []
    /// The evidence for `bound`.
    var proof: NodeProof?

    /// The same problem a step further down.
    func child() -> Node {
      var child = self
      child.depth += 1
      return child
    }

    /// Whether no pair has been decided on.
    var decidesOnCounts: Bool {
      decisions.allSatisfy { if case .pair = $0 { false } else { true } }
    }
  }

  enum Decision {
    /// With the row that a pair was merged into; without, it is kept apart.
    case pair(PackingParts.RowPair, row: Int?)
    case atMost(Int, bin: Int)
    case atLeast(Int, bin: Int)
  }

  enum Outcome { case pruned, solved, stopped }

  let instance: Instance
  let criterion: Int
  let options: BranchAndPrice.Options
  var parts: PackingParts
  var master: CoveringMaster
  var pricer: PatternPricing
  /// The cost to be beaten, and the step between costs.
  var best: Int64
  let step: Int64
  /// Of duals in proofs.
  let boundShift: Int
  let isUniform: Bool
  let isAbstract: Bool
  /// Patterns that were taken out of the master.
  var pool: [(bin: Int, pattern: Pattern)] = []
  var loadedDemand: [Int] = []
  /// How often merging a pair came to nothing, less how often it did not.
  var history: [PackingParts.RowPair: Int] = [:]
  /// The closed nodes of the tree; nil once there are too many to write down.
  var leaves: [PackingCertificate.Leaf]? = []
  var leafSize = 0
  var nodeCount = 0
  var rootBound: Int64 = 0
  /// The packing with the least cost that the present dives came to without an improvement.
  var nearMiss: ResidualFiller?
  /// What dives keep to, while they do.
  var neighbourhood: Neighbourhood?
  /// Units of work when the run began, and what dives took since.
  let workAtStart: Int
  var diveWork = 0

  init(
    _ instance: Instance, criterion: Int, options: BranchAndPrice.Options, search: borrowing Search
  ) throws(SolverFailure) {
    self.instance = instance
    self.criterion = criterion
    self.options = options
    parts = PackingParts(instance, criterion: criterion)
    // Only a packing of everything is one to beat.
    let isComplete = (0..<criterion).allSatisfy { search.incumbentScore?[$0] == instance.baseScore[$0] }
    best = isComplete ? search.incumbentScore![criterion] - instance.baseScore[criterion] : .max
    step = commonDivisor(parts.costs)
    boundShift = min(20, Int64.bitWidth - (parts.costs.max() ?? 1).leadingZeroBitCount - 1)
    let parts = self.parts
    workAtStart = search.workDone
    isAbstract = instance.criteria == CompiledPacking.criteria
    isUniform =
      Set(parts.costs).count == 1 && parts.costs[0] > 0
      && (0..<parts.binCount).allSatisfy { bin in
        (0..<parts.dimensions).allSatisfy { parts.capacity(bin, $0) == parts.capacity(0, $0) }
      }
    master = try CoveringMaster(parts)
    pricer = PatternPricing(threads: min(search.limits.threads, parts.binCount))
  }

  mutating func solve(_ search: inout Search) throws(SolverFailure) {
    // What fits no bin is left out by every packing.
    for items in parts.partsOfRow
    where !items.contains(where: { item in
      (0..<parts.binCount).contains { parts.doesFit(item, $0) }
    }) { return }
    var root = Node(demand: parts.demands, conflicts: parts.conflicts, counts: parts.copies.map { 0...$0 })
    try load(&root)
    if parts.binCount > 1 {
      // With empty bins, asking for more than are of use is never infeasible: it only costs.
      for bin in 0..<parts.binCount { try add(Pattern([] as [(Int, Int)]), bin: bin) }
    }
    var filler = ResidualFiller(parts)
    if filler.fillRest() {
      if filler.cost < best { offer(filler, &search) }
      // The tight bins of best fit are a good start, for equal bins better than those of most incumbents.
      for (bin, pattern, _) in filler.kinds { try add(pattern, bin: bin) }
    }
    // Bounds are about packings of everything. Where an incumbent leaves something out they would say nothing of it;
    // an abstract problem knows no others, and the tree looks for the first.
    guard isAbstract || best < .max / 4 else { return }
    if parts.binCount > 1, best < .max / 4, let incumbent = search.incumbent {
      for load in incumbent.loads { try add(load.pattern, bin: load.binType) }
    }
    try branch(root, &search)
  }

  mutating func raise(_ bound: Int64, proof: BoundProof, _ search: inout Search) {
    // A tree without a packing says nothing about the cost of one.
    if bound >= .max / 4 { return }
    search.raiseBound(ofCriterion: criterion, to: bound + instance.baseScore[criterion], proof: proof)
  }

  // MARK: One node

  /// Makes the master that of the node.
  mutating func load(_ node: inout Node) throws(SolverFailure) {
    while node.demand.count < parts.rowCount {
      node.demand.append(0)
      node.conflicts.append([])
    }
    if master.rowCount < parts.rowCount {
      var prices: [Double] = []
      for row in master.rowCount..<parts.rowCount { prices.append(slackPrice(row)) }
      try master.addRows(prices)
    }
    while loadedDemand.count < parts.rowCount { loadedDemand.append(0) }
    for row in 0..<parts.rowCount where loadedDemand[row] != node.demand[row] {
      try master.setDemand(node.demand[row], ofRow: row)
      loadedDemand[row] = node.demand[row]
    }
    if parts.countsBins {
      for bin in 0..<parts.binCount { try master.setCounts(countsLeft(bin, node), ofBin: bin) }
    }
    for (number, cut) in master.cuts.enumerated() {
      try master.setLimit(limit(of: cut, node), ofCut: number)
    }
    if let neighbourhood { try master.setNeighbourhood(atLeast: neighbourhood.left(node)) }
    let slack = allowedWaste(node)
    for column in master.columns.indices {
      try master.setOpen(
        fits(master.columns[column].pattern, bin: master.columns[column].bin, node, slack), column: column)
    }
  }

  /// How many bins of a type there may be beside those decided already.
  func countsLeft(_ bin: Int, _ node: borrowing Node) -> ClosedRange<Int> {
    let used = node.fixed.count { $0.bin == bin }
    return max(0, node.counts[bin].lowerBound - used)...max(0, node.counts[bin].upperBound - used)
  }

  /// What the bins decided already leave of a cut's limit.
  func limit(of cut: SubsetRowCut, _ node: borrowing Node) -> Int {
    node.fixed.reduce(cut.limit) { $0 - cut.coefficient($1.pattern, parts) }
  }

  /// What a copy of a row may cost when it is left out of all patterns: about twice its share of a bin.
  private func slackPrice(_ row: Int) -> Double {
    var price = 0.0
    for part in parts.partsOfRow[row] {
      for bin in 0..<parts.binCount where parts.doesFit(part, bin) {
        for dimension in 0..<parts.dimensions where parts.capacity(bin, dimension) > 0 {
          let share = Double(parts.weight(part, dimension)) / Double(parts.capacity(bin, dimension))
          price = max(price, 2 * share * Double(parts.costs[bin]))
        }
      }
    }
    return max(price, Double(parts.costs.max() ?? 1) / 100)
  }

  /// Whether a pattern is part of the node's problem.
  func fits(_ pattern: Pattern, bin: Int, _ node: borrowing Node, _ slack: [Int64]?) -> Bool {
    for (index, entry) in pattern.items.enumerated() {
      let row = parts.rowOfPart[Int(entry.item)]
      var count = Int(entry.count)
      for other in pattern.items[..<index] where parts.rowOfPart[Int(other.item)] == row { count += Int(other.count) }
      if count > node.demand[row] { return false }
      if !node.conflicts[row].isEmpty {
        if count > 1 && node.conflicts[row].contains(row) { return false }
        for other in pattern.items[..<index] where parts.rowOfPart[Int(other.item)] != row {
          if node.conflicts[row].contains(parts.rowOfPart[Int(other.item)]) { return false }
        }
      }
    }
    if let slack {
      for dimension in slack.indices where parts.waste(pattern, bin: bin, dimension) > slack[dimension] {
        return false
      }
    }
    return true
  }

  /// Per dimension the most room a bin may leave over in a packing better than the best; nil for any. Empty if there
  /// is not even room for everything.
  func allowedWaste(_ node: borrowing Node) -> [Int64]? {
    guard isUniform, best < .max / 4 else { return nil }
    let bins = (best - step - node.cost) / parts.costs[0]
    if bins < 0 { return [] }
    var isLimited = false
    var result: [Int64] = []
    for dimension in 0..<parts.dimensions {
      var total: Int64 = 0
      for (row, demand) in node.demand.enumerated() where demand > 0 {
        guard let least = parts.partsOfRow[row].map({ parts.weight($0, dimension) }).min() else { return [] }
        total += least * Int64(demand)
      }
      let waste = bins * parts.capacity(0, dimension) - total
      if waste < 0 { return [] }
      if waste < parts.capacity(0, dimension) { isLimited = true }
      result.append(waste)
    }
    return isLimited ? result : nil
  }

  @discardableResult
  mutating func add(_ pattern: Pattern, bin: Int) throws(SolverFailure) -> Bool {
    try master.add(pattern, bin: bin, cost: parts.costs[bin], parts)
  }

  /// Column generation at a node, until its bound decides or no pattern improves; without proof until none is found
  /// quickly.
  mutating func converge(
    _ node: inout Node, proves: Bool = true, _ search: inout Search
  ) throws(SolverFailure) -> Outcome {
    let hasNoParts = node.demand.indices.contains { node.demand[$0] > 0 && parts.partsOfRow[$0].isEmpty }
    if hasNoParts || allowedWaste(node)?.isEmpty == true {
      // Nothing better than the best is left, and no duals are needed to see it.
      node.bound = max(node.bound, best)
      node.proof = nil
      return .pruned
    }
    try load(&node)
    try cleanUp()
    let slack = allowedWaste(node)
    while true {
      if search.shouldStop() { return .stopped }
      guard try solveMaster(&search) else { return .stopped }
      let relaxation = master.objective + Double(node.cost)
      let isCovered = master.slackUse < 1e-6
      if isCovered && roundedUp(relaxation) <= node.bound { return .solved }
      let question = question(node, slack, isQuick: !proves)
      if try addFromPool(node, question, slack) { continue }
      let answer = try price(question, &search)
      var proof = NodeProof(question, answer, limitsWaste: slack != nil, shift: boundShift)
      let bound = bound(&proof, binPrices: question.binPrices.map { $0 << boundShift }, node)
      if node.cost + bound > node.bound {
        node.bound = node.cost + bound
        node.proof = proof
        if node.depth == 0 { raise(min(bound, best), root: node, proof, &search) }
      }
      if node.bound >= best { return .pruned }
      if neighbourhood != nil && roundedUp(Double(node.cost) + farleyBound(question, answer)) >= best { return .pruned }
      if isCovered && roundedUp(relaxation) <= node.bound { return .solved }
      var grew = false
      for found in answer.patterns where try add(found.pattern, bin: found.bin) {
        search.counters.columns += 1
        grew = true
      }
      if !grew {
        if neighbourhood != nil && roundedUp(relaxation) >= best { return .pruned }
        // The price of what is not covered may be what keeps the bound down.
        if isCovered { return .solved }
        guard try master.raisePrices(by: 4, atMost: 1000 * Double(parts.costs.max() ?? 1)) else { return .solved }
      }
    }
  }

  /// False if it was stopped.
  private mutating func solveMaster(_ search: inout Search) throws(SolverFailure) -> Bool {
    let before = master.iterations
    defer {
      search.spend(1)
      search.counters.solves += 1
      search.counters.iterations += master.iterations - before
    }
    switch try master.solve(search.solveLimits()) {
    case .optimal: return true
    case let status where [.feasible, .unknown].contains(status) && search.limits.work != nil && !search.shouldStop():
      // The iterations that the work left allows ended it.
      search.spend(search.workLeft)
    case let status where !search.shouldStop():
      search.degrade("branch-and-price: the linear program of a node came out \(status)")
    default: break
    }
    return false
  }

  private mutating func price(
    _ question: PatternPricing.Question, _ search: inout Search
  ) throws(SolverFailure) -> PatternPricing.Answer {
    let before = (work: pricer.work, nodes: pricer.nodes, cells: pricer.tableCells)
    let answer = try pricer.price(question, parts)
    search.spend(pricer.work - before.work)
    search.counters.patternNodes += pricer.nodes - before.nodes
    search.counters.tableCells += pricer.tableCells - before.cells
    return answer
  }

  private func roundedUp(_ value: Double) -> Int64 {
    Int64(((value - 1e-6) / Double(step)).rounded(.up)) * step
  }

  /// Patterns made earlier, before a table is computed.
  private mutating func addFromPool(
    _ node: borrowing Node, _ question: PatternPricing.Question, _ slack: [Int64]?
  ) throws(SolverFailure) -> Bool {
    if pool.isEmpty { return false }
    var improving: [(worth: Int64, index: Int)] = []
    for (index, (bin, pattern)) in pool.enumerated() {
      var worth: Int64 = 0
      for entry in pattern.items { worth += question.gains[parts.rowOfPart[Int(entry.item)]] * Int64(entry.count) }
      if worth <= question.floors[bin] { continue }
      for (cut, price) in question.cuts { worth -= price * Int64(cut.coefficient(pattern, parts)) }
      if worth > question.floors[bin] && fits(pattern, bin: bin, node, slack) {
        improving.append((worth - question.floors[bin], index))
      }
    }
    if improving.isEmpty { return false }
    improving.sort { ($0.worth, $1.index) > ($1.worth, $0.index) }
    let chosen = Set(improving.prefix(2 * options.patternsPerPricing).map(\.index))
    for index in chosen.sorted() { try add(pool[index].pattern, bin: pool[index].bin) }
    pool = pool.indices.filter { !chosen.contains($0) }.map { pool[$0] }
    return true
  }

  /// Keeps the master lean: columns that do not belong to the node go to the pool once there are many.
  private mutating func cleanUp() throws(SolverFailure) {
    let limit = 1000 + 4 * parts.rowCount
    guard master.columns.count > limit, neighbourhood == nil else { return }
    let gone = master.columns.indices.filter { column in
      if master.columns[column].pattern.isEmpty { return false }
      return !master.columns[column].isOpen
        || master.reducedCost(column) > 0.1 * Double(parts.costs[master.columns[column].bin])
    }
    for column in gone { pool.append((master.columns[column].bin, master.columns[column].pattern)) }
    try master.remove(gone)
    if pool.count > options.poolLimit { pool.removeFirst(pool.count - options.poolLimit / 2) }
  }
}
