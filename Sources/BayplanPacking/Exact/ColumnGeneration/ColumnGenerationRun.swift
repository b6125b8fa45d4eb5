import BayplanLP

/// One criterion after the other, with patterns kept between them.
struct ColumnGenerationRun {
  let instance: Instance
  let options: ColumnGeneration.Options
  let rules: ItemRules
  let pricer: PatternPricer
  let lagrangian: LagrangianBound
  let demands: [Int]
  var pool: [(bin: Int, pattern: Pattern)] = []

  init(_ instance: Instance, options: ColumnGeneration.Options, deadline: ContinuousClock.Instant?) {
    self.instance = instance
    self.options = options
    rules = ItemRules(instance)
    var pricer = PatternPricer(instance, rules: rules)
    pricer.deadline = deadline
    let hasDevices = instance.primitives.contains(.device)
    var exact = pricer
    exact.tableWidth = 4096
    exact.surrogateRounds = 4
    exact.usesGrid = options.usesGrid && !hasDevices
    lagrangian = LagrangianBound(
      instance: instance, pricer: exact, nodeLimit: hasDevices ? options.deviceBoundNodes : options.boundNodes)
    // Columns may be found by quick arrangement; only bounds need the exact one.
    pricer.arrangesDevicesExactly = false
    pricer.tableWidth = 1024
    self.pricer = pricer
    demands = instance.itemTypes.map(\.demand)
  }

  mutating func run(criterion: Int, search: inout Search) throws(SolverFailure) {
    guard let score = search.incumbentScore, let incumbent = search.incumbent else { return }
    var master = PatternMaster(instance, solver: try StandardSolver(.minimize))
    try master.build(criterion: criterion, limits: score)
    for load in incumbent.loads { try master.addPattern(bin: load.binType, load.pattern) }
    for (bin, pattern) in pool { try master.addPattern(bin: bin, pattern) }
    guard try converge(&master, criterion: criterion, score: score, search: &search) else { return }
    pool = master.columns
    var dive = 0
    while dive < options.dives, search.incumbentScore?[criterion] != search.bounds[criterion], !search.shouldStop() {
      try self.dive(&master, number: dive, criterion: criterion, search: &search)
      dive += 1
    }
    if search.incumbentScore?[criterion] != search.bounds[criterion] {
      try branchOnCounts(&master, criterion: criterion, search: &search)
    }
    pool = master.columns
    if search.incumbentScore?[criterion] != search.bounds[criterion], !search.shouldStop() {
      try restrictedMaster(criterion: criterion, search: &search)
    }
  }

  /// Prices until no bin type has an improving pattern; raises the bound. False if the solver ran out of time.
  private func converge(
    _ master: inout PatternMaster, criterion: Int, score: Score, search: inout Search
  ) throws(SolverFailure) -> Bool {
    var strongRounds = 0
    // Packings need their share of the time.
    let strongReserve = search.limits.seconds.map { $0 * 0.6 } ?? 0
    for iteration in 0..<options.iterationLimit {
      guard try master.solve(search.solveLimits()) == .optimal else { return false }
      var grew = try price(&master, criterion: criterion, limits: demands, search: &search)
      if search.shouldStop() { break }
      if !grew && strongRounds < options.strongPricings && search.secondsLeft > strongReserve {
        // Quick pricing found nothing; what it overlooked would make the bound pay for it.
        strongRounds += 1
        grew = try price(
          &master, criterion: criterion, limits: demands, isThorough: true, search: &search)
      }
      if grew && iteration % 10 != 9 { continue }
      let outcome = evaluate(master, criterion: criterion, score: score, search: &search)
      search.raiseBound(ofCriterion: criterion, to: outcome.bound, proof: .multipliers(outcome.multipliers))
      if !grew || outcome.bound == score[criterion] { break }
    }
    return true
  }

  /// The safe bound at the duals of the master.
  func evaluate(
    _ master: borrowing PatternMaster, criterion: Int, score: Score, counts: [ClosedRange<Int>] = [],
    search: inout Search
  ) -> LagrangianBound.Outcome {
    var outcome = lagrangian.evaluate(
      criterion: criterion, items: master.itemDuals, prior: master.priorDuals,
      prices: surrogatePrices(master.itemDuals), rows: master.rows, rowDuals: master.rowDuals, limits: score,
      exactPricing: true, counts: counts)
    outcome.multipliers.engine = "glpk"
    search.spend(outcome.work / 1000)
    return outcome
  }

  /// Prices per bin type and dimension for the checker's linear bound: a continuous knapsack's duals.
  private func surrogatePrices(_ duals: [Double]) -> [Double] {
    instance.binTypes.indices.flatMap { bin -> [Double] in
      let items = instance.itemTypes.indices.filter { duals[$0] > 0 && instance.isEligible($0, bin) }
      let caps = items.map { pricer.mostCopies($0, bin: bin, limit: demands[$0]) }
      return SurrogatePrices(gains: duals, items: items, caps: caps, bin: bin, instance: instance).prices
    }
  }

  /// Adds improving patterns of every bin type.
  func price(
    _ master: inout PatternMaster, criterion: Int, limits: [Int], isThorough: Bool = false, search: inout Search
  ) throws(SolverFailure) -> Bool {
    let scale = Double(lagrangian.denominator(criterion))
    let binDuals = master.binDuals
    var multipliers = Multipliers(
      criterion: criterion, denominator: Int64(scale),
      items: master.itemDuals.map { LagrangianBound.integer($0 * scale) },
      prior: master.priorDuals.map { LagrangianBound.integer($0 * scale) }, prices: [], worths: [], rows: [])
    for (row, dual) in zip(master.rows, master.rowDuals) where dual > 0 {
      var row = row
      row.multiplier = LagrangianBound.integer(dual * scale)
      multipliers.rows.append(row)
    }
    var grew = false
    for bin in instance.binTypes.indices {
      if search.shouldStop() { return false }
      let price =
        lagrangian.cost(instance.binTypes[bin].openingScore, multipliers)
        + Int64((binDuals[bin] * scale).rounded().clamped(to: -0x1p52...0x1p52))
      let gains = lagrangian.gains(multipliers, bin: bin)
      // Less than a hair above the price is noise of the LP.
      let result = (isThorough ? lagrangian.pricer : pricer).price(
        bin: bin, gains: gains, limits: limits, floor: max(0, price) + max(1, Int64(scale) >> 20),
        nodeLimit: isThorough ? 5 * options.pricingNodes : options.pricingNodes)
      search.spend(1 + result.nodes / 1000)
      for found in result.patterns.suffix(4) {
        if try master.addPattern(bin: bin, found.pattern) { grew = true }
      }
    }
    return grew
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
