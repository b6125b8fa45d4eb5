import BayplanLP

/// Packings from the relaxation.
extension ColumnGenerationRun {
  /// Fixes patterns step by step, largest fraction first, re-pricing for what is left; then realizes them.
  ///
  /// Patterns that hold more than is left are closed and replaced by what is left of them, so that the relaxation of
  /// the remainder does not live on bins half of whose content is needed no more ("proper columns", Sadykov et al.).
  /// The bits of `number` say at which choices to take the second best: limited discrepancy search.
  func dive(
    _ master: inout PatternMaster, number: Int, criterion: Int, search: inout Search
  ) throws(SolverFailure) {
    var fixed: [Int: Int] = [:]
    var closed = Set<Int>()
    var rest = demands
    let known = master.columns.count
    var choices = 0
    let patience = 2 * instance.totalDemand
    for _ in 0..<patience {
      guard try reprice(&master, limits: rest, criterion: criterion, search: &search) else { break }
      var fixedAny = false
      var candidates: [(column: Int, appeal: Double)] = []
      let values = master.values
      for (column, value) in values.enumerated() where !closed.contains(column) {
        let whole = Int((value + 1e-6).rounded(.down))
        let extra = min(whole - fixed[column, default: 0], Self.copies(of: master.columns[column].pattern, in: rest))
        if extra > 0 {
          take(column, extra, master.columns[column].pattern, &fixed, &rest)
          try master.setBounds(column, lower: fixed[column]!)
          fixedAny = true
        }
        let fraction = value - Double(fixed[column, default: 0])
        if fraction > 1e-6 { candidates.append((column, fraction)) }
      }
      if !fixedAny {
        if candidates.isEmpty { break }
        let column = try probe(&master, candidates, fixed, skipsBest: number >> choices & 1 == 1, &search)
        choices += 1
        take(column, 1, master.columns[column].pattern, &fixed, &rest)
        try master.setBounds(column, lower: fixed[column]!)
      }
      if rest.allSatisfy({ $0 == 0 }) { break }
      for column in master.columns.indices where !closed.contains(column) {
        let (bin, pattern) = master.columns[column]
        guard Self.copies(of: pattern, in: rest) == 0 else { continue }
        closed.insert(column)
        try master.setBounds(column, lower: fixed[column, default: 0], upper: fixed[column, default: 0])
        if values[column] > Double(fixed[column, default: 0]) + 1e-6 {
          try master.addPattern(bin: bin, pattern.limited(to: rest))
        }
      }
    }
    var bins: [(bin: Int, pattern: Pattern, count: Int)] = []
    for column in fixed.keys.sorted() {
      bins.append((master.columns[column].bin, master.columns[column].pattern, fixed[column]!))
    }
    for column in closed.union(fixed.keys) { try master.setBounds(column, lower: 0) }
    // Packings mix well; what else the dive needed would only slow down the next.
    try master.removePatterns(from: known, keeping: Set(fixed.keys))
    realize(bins, search: &search)
  }

  /// Solves and prices by turns until nothing improves or patience ends. False if there is no relaxation, or time is up.
  func reprice(
    _ master: inout PatternMaster, limits: [Int], criterion: Int, search: inout Search
  ) throws(SolverFailure) -> Bool {
    guard try master.solve(search.solveLimits()) == .optimal, !search.shouldStop() else { return false }
    for _ in 0..<options.pricingsPerStep {
      guard try price(&master, criterion: criterion, limits: limits, search: &search) else { break }
      guard try master.solve(search.solveLimits()) == .optimal else { return false }
    }
    // A pricing that was cut short leaves columns without a value.
    return !search.shouldStop()
  }

  /// How often a pattern can be taken from what is left.
  private static func copies(of pattern: Pattern, in rest: [Int]) -> Int {
    pattern.items.reduce(Int.max) { min($0, rest[Int($1.item)] / Int($1.count)) }
  }

  /// Of the most appealing columns the one whose rounding up costs the relaxation least (strong diving).
  private func probe(
    _ master: inout PatternMaster, _ candidates: [(column: Int, appeal: Double)], _ fixed: [Int: Int],
    skipsBest: Bool, _ search: inout Search
  ) throws(SolverFailure) -> Int {
    let sorted = candidates.sorted { ($0.appeal, $1.column) > ($1.appeal, $0.column) }
    var outcomes: [(column: Int, objective: Double)] = []
    for (column, _) in sorted.prefix(options.probes) {
      let lower = fixed[column, default: 0]
      try master.setBounds(column, lower: lower + 1)
      let status = try master.solve(search.solveLimits())
      outcomes.append((column, status == .optimal ? master.objective : .infinity))
      try master.setBounds(column, lower: lower)
      search.spend(1)
      if search.shouldStop() { break }
    }
    let order = outcomes.indices.sorted { (outcomes[$0].objective, $0) < (outcomes[$1].objective, $1) }
    return outcomes[order[skipsBest && order.count > 1 ? 1 : 0]].column
  }

  private func take(
    _ column: Int, _ count: Int, _ pattern: Pattern, _ fixed: inout [Int: Int], _ rest: inout [Int]
  ) {
    fixed[column, default: 0] += count
    for entry in pattern.items { rest[Int(entry.item)] -= Int(entry.count) * count }
  }

  /// Puts chosen patterns into a state, most filling first, completes greedily, and drops bins that became needless.
  private func realize(_ bins: [(bin: Int, pattern: Pattern, count: Int)], search: inout Search) {
    for policy in 0..<2 {
      var state = PackingState(instance, rules: rules)
      for (bin, pattern, count) in bins {
        for _ in 0..<count {
          guard pattern.items.contains(where: { state.remaining[Int($0.item)] > 0 }),
            let index = state.freshBin(ofType: bin)
          else { break }
          for entry in pattern.items {
            for _ in 0..<entry.count
            where state.remaining[Int(entry.item)] > 0 && state.fits(Int(entry.item), index) {
              state.place(Int(entry.item), index)
            }
          }
        }
      }
      var filler = GreedyFiller(state: state)
      if policy == 0 {
        filler.run(ItemOrder.sum.sequence(instance), policy: BestFit(), search: &search)
      } else {
        filler.run(ItemOrder.largest.sequence(instance), policy: FirstFit(), search: &search)
      }
      search.offer(filler.state.assignment, of: instance)
    }
  }

  /// Branch and cut over the patterns found so far.
  func restrictedMaster(criterion: Int, search: inout Search) throws(SolverFailure) {
    guard let score = search.incumbentScore, pool.count <= 3_000 else { return }
    var master = PatternMaster(instance, solver: try StandardSolver(.minimize))
    try master.build(criterion: criterion, limits: score, isInteger: true)
    for (bin, pattern) in pool { try master.addPattern(bin: bin, pattern, isInteger: true) }
    var mip = MIPOptions()
    mip.limits = search.solveLimits(iterations: options.masterIterations)
    mip.cutoff = Double(score[criterion] - instance.baseScore[criterion]) - 0.5
    let status = try master.solveInteger(mip)
    search.spend(master.iterations / Search.iterationsPerWork)
    guard status == .optimal || status == .feasible else { return }
    var bins: [(bin: Int, pattern: Pattern, count: Int)] = []
    for (index, value) in master.values.enumerated() where value > 0.5 {
      bins.append((master.columns[index].bin, master.columns[index].pattern, Int(value.rounded())))
    }
    realize(bins, search: &search)
  }
}
