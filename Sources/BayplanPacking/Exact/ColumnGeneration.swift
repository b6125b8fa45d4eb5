import BayplanLP

/// Column generation over patterns per bin type, with a safe bound at the root, and dives and a restricted MIP for
/// packings.
///
/// Pricing is the exact knapsack of `PatternPricer`; the bound is Lagrangian, in integers. Rules over domains enter
/// as group rows as far as they are linear; packings are realized in a `PackingState`, which honours all of them.
/// Guarantee: bounds never above the optimum; optimality only where bound and packing meet.
/// Source: Gilmore and Gomory 1961, 1963; diving with re-pricing as in Sadykov et al. 2019
/// (doi 10.1287/ijoc.2018.0822).
public struct ColumnGeneration: Strategy {
  public struct Options: Sendable {
    public var binTypeLimit = 150
    public var itemTypeLimit = 400
    public var iterationLimit = 400
    public var pricingNodes = 20_000
    public var boundNodes = 400_000
    /// Whether bounds may take a two-dimensional table where the search gives up.
    public var usesGrid = true
    /// Arranging devices exactly makes nodes dear.
    public var deviceBoundNodes = 2_000
    public var dives = 12
    public var pricingsPerStep = 20
    /// Columns tried for each rounding of a dive.
    public var probes = 8
    /// Rounds of thorough pricing at the end.
    public var strongPricings = 12
    /// Simplex iterations of the restricted MIP.
    public var masterIterations = 10_000
    /// Criteria to work on, from the first.
    public var criterionLimit = Int.max
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "column-generation" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard !instance.itemTypes.isEmpty, !instance.binTypes.isEmpty,
      instance.binTypes.count <= options.binTypeLimit, instance.itemTypes.count <= options.itemTypeLimit
    else { return }
    if search.incumbent == nil { try PatternByPattern().solve(instance, &search) }
    search.currentStrategy = name
    var rootRun = ColumnGenerationRun(instance, options: options, deadline: search.deadline)
    // A criterion that is settled, or cannot be moved any more, hands over to the next.
    var criterion = 0
    while criterion < min(instance.criteria.count, options.criterionLimit), !search.shouldStop() {
      if let score = search.incumbentScore, search.bounds[criterion] != score[criterion] {
        try rootRun.run(criterion: criterion, search: &search)
        // Later criteria only matter once this one is settled.
        if search.bounds[criterion] != search.incumbentScore?[criterion] { return }
      }
      criterion += 1
    }
  }
}

/// One criterion after the other, with patterns kept between them.
private struct ColumnGenerationRun {
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
    pool = master.columns
    if search.incumbentScore?[criterion] != search.bounds[criterion], !search.shouldStop() {
      try restrictedMaster(criterion: criterion, search: &search)
    }
  }

  // MARK: Bound

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
      let outcome = raise(&master, criterion: criterion, score: score, search: &search)
      if !grew || outcome == score[criterion] { break }
    }
    return true
  }

  private func raise(
    _ master: inout PatternMaster, criterion: Int, score: Score, search: inout Search
  ) -> Int64 {
    var outcome = lagrangian.evaluate(
      criterion: criterion, items: master.itemDuals, prior: master.priorDuals,
      prices: surrogatePrices(master.itemDuals), rows: master.rows, rowDuals: master.rowDuals, limits: score,
      exactPricing: true)
    outcome.multipliers.engine = "glpk"
    search.spend(outcome.work / 1000)
    search.raiseBound(ofCriterion: criterion, to: outcome.bound, proof: .multipliers(outcome.multipliers))
    return outcome.bound
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
  private func price(
    _ master: inout PatternMaster, criterion: Int, limits: [Int], isThorough: Bool = false, search: inout Search
  ) throws(SolverFailure) -> Bool {
    let scale = Double(lagrangian.denominator(criterion))
    let binDuals = master.binDuals
    var multipliers = Multipliers(
      criterion: criterion, denominator: Int64(scale),
      items: master.itemDuals.map { LagrangianBound.integer($0 * scale) },
      prior: master.priorDuals.map { LagrangianBound.integer($0 * scale) }, prices: [], exact: [], rows: [])
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
        + LagrangianBound.integer(binDuals[bin] * scale)
      let gains = lagrangian.gains(multipliers, bin: bin)
      // Less than a hair above the price is noise of the LP.
      let result = (isThorough ? lagrangian.pricer : pricer).price(
        bin: bin, gains: gains, limits: limits, floor: price + max(1, Int64(scale) >> 20),
        nodeLimit: isThorough ? 5 * options.pricingNodes : options.pricingNodes)
      search.spend(1 + result.nodes / 1000)
      for found in result.patterns.suffix(4) {
        if try master.addPattern(bin: bin, found.pattern) { grew = true }
      }
    }
    return grew
  }

  // MARK: Packings

  /// Fixes patterns step by step, largest fraction first, re-pricing for what is left; then realizes them.
  ///
  /// Patterns that hold more than is left are closed and replaced by what is left of them, so that the relaxation of
  /// the remainder does not live on bins half of whose content is needed no more ("proper columns", Sadykov et al.).
  /// The bits of `number` say at which choices to take the second best: limited discrepancy search.
  private func dive(
    _ master: inout PatternMaster, number: Int, criterion: Int, search: inout Search
  ) throws(SolverFailure) {
    var fixed: [Int: Int] = [:]
    var closed = Set<Int>()
    var rest = demands
    let known = master.columns.count
    var choices = 0
    let patience = 2 * instance.totalDemand
    for _ in 0..<patience {
      guard try master.solve(search.solveLimits()) == .optimal, !search.shouldStop() else { break }
      for _ in 0..<options.pricingsPerStep {
        guard try price(&master, criterion: criterion, limits: rest, search: &search),
          try master.solve(search.solveLimits()) == .optimal
        else { break }
      }
      // A pricing that was cut short leaves columns without a value.
      if search.shouldStop() { break }
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
  private func restrictedMaster(criterion: Int, search: inout Search) throws(SolverFailure) {
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
