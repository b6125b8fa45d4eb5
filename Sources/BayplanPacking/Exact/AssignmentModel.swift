import BayplanLP

/// The assignment MIP on GLPK, item types against single bins:
///
///     variables   x_tb  copies of item type t in bin b, integer;  y_b  bin b in use, binary
///                 u_t   copies left out;  s_tbj  shares of t on device j of b;  h_bj  device j taken whole
///     minimize    criterion i, with criteria before i fixed at their optimum (one solve per criterion)
///     subject to  sum_b x_tb + u_t = d_t                       for each item type
///                 sum_t w_td x_tb <= c_bd y_b                  for each bin and dimension
///                 x_tb <= cap_tb y_b
///                 rules as written at each `add…` below
///
/// Bins of one type are ordered by use to break symmetry. Refuses instances past its size limit.
/// Guarantee: optimal when GLPK finishes; the result is validated in integers before it is offered.
/// Source: textbook (Martello and Toth 1990), rules as big-M rows on group counts.
public struct AssignmentModel: Strategy {
  public struct Options: Sendable {
    public var columnLimit = 4_000
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "assignment-model" }
  public var isExact: Bool { true }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    var bins: [(type: Int, copy: Int)] = []
    for (index, type) in instance.binTypes.enumerated() {
      let copies = min(type.copies, instance.totalDemand)
      let kept = type.isElastic ? copies : type.copies
      if (bins.count + kept) * instance.itemTypes.count > options.columnLimit { return }
      bins += (0..<kept).map { (index, $0) }
    }
    var program = AssignmentProgram(instance, bins: bins, solver: try StandardSolver(.minimize))
    try program.build()
    for criterion in instance.criteria.indices {
      if search.shouldStop() { return }
      var mip = MIPOptions()
      mip.limits = search.solveLimits()
      let status = try program.solve(criterion: criterion, options: mip)
      search.spend(program.iterations / Search.iterationsPerWork)
      switch status {
      case .optimal:
        guard let assignment = program.assignment(), instance.violation(of: assignment) == nil else {
          throw SolverFailure(.numerical, "the rounded MIP solution breaks a rule")
        }
        let value = assignment.score(instance)[criterion]
        search.offer(assignment, of: instance)
        // The bound holds given the optimum of the criteria before, which the incumbent has or meets.
        if (0..<criterion).allSatisfy({ search.incumbentScore?[$0] == search.bounds[$0] }) {
          search.raiseBound(ofCriterion: criterion, to: value, proof: .search("GLPK branch and cut"))
        }
        try program.fix(criterion: criterion, at: value - instance.baseScore[criterion])
      case .feasible:
        if let assignment = program.assignment(), instance.violation(of: assignment) == nil {
          search.offer(assignment, of: instance)
        }
        return
      case .infeasible, .unbounded:
        throw SolverFailure(.numerical, "the MIP came out \(status), though leaving everything out is feasible")
      case .unknown:
        return
      }
    }
  }
}

/// The rows and columns of one instance, in a solver.
private struct AssignmentProgram: ~Copyable {
  let instance: Instance
  let rules: ItemRules
  let bins: [(type: Int, copy: Int)]
  var solver: StandardSolver
  var items: [[Int]] = []  // x, per item type and bin; -1 where ineligible
  var uses: [Int] = []
  var omissions: [Int] = []
  private var lastValues: [Double]?

  init(_ instance: Instance, bins: [(type: Int, copy: Int)], solver: consuming StandardSolver) {
    self.instance = instance
    self.bins = bins
    self.solver = solver
    rules = ItemRules(instance)
  }

  mutating func build() throws(SolverFailure) {
    try addAssignment()
    try addCapacity()
    try addDevices()
    try addConflicts()
    try addMaxima()
    try addSpreads()
    try addRequirements()
    try addGangs()
  }

  private mutating func column(
    lower: Double = 0, upper: Double?, isInteger: Bool = true
  ) throws(SolverFailure) -> Int {
    try solver.addColumn(cost: 0, lower: lower, upper: upper, isInteger: isInteger, rows: [], coefficients: [])
  }

  private mutating func row(
    _ terms: [(Int, Double)], lower: Double? = nil, upper: Double? = nil
  ) throws(SolverFailure) {
    var merged: [Int: Double] = [:]
    for (column, coefficient) in terms { merged[column, default: 0] += coefficient }
    let columns = merged.keys.sorted().filter { merged[$0] != 0 }
    _ = try solver.addRow(
      lower: lower, upper: upper, columns: columns.map(Int32.init), coefficients: columns.map { merged[$0]! })
  }

  private mutating func addAssignment() throws(SolverFailure) {
    let pricer = PatternPricer(instance, rules: rules)
    for _ in bins { uses.append(try column(upper: 1)) }
    for (item, type) in instance.itemTypes.enumerated() {
      omissions.append(try column(upper: Double(type.demand)))
      var columns: [Int] = []
      var terms = [(omissions[item], 1.0)]
      for bin in bins {
        let cap = pricer.mostCopies(item, bin: bin.type, limit: type.demand)
        if cap == 0 {
          columns.append(-1)
        } else {
          columns.append(try column(upper: Double(cap)))
          terms.append((columns[columns.count - 1], 1))
        }
      }
      items.append(columns)
      try row(terms, lower: Double(type.demand), upper: Double(type.demand))
      for (index, column) in columns.enumerated() where column >= 0 {
        let cap = pricer.mostCopies(item, bin: bins[index].type, limit: type.demand)
        try row([(column, 1), (uses[index], -Double(cap))], upper: 0)
      }
    }
    for index in bins.indices.dropFirst() where bins[index].type == bins[index - 1].type {
      try row([(uses[index], 1), (uses[index - 1], -1)], upper: 0)
    }
  }

  private mutating func addCapacity() throws(SolverFailure) {
    for (index, bin) in bins.enumerated() {
      for dimension in 0..<instance.dimensionCount {
        // Scaled to the capacity, so that bytes and millicores look alike to the simplex method.
        let capacity = instance.capacity(bin.type, dimension)
        if capacity == 0 { continue }
        var terms = [(uses[index], -1.0)]
        for item in instance.itemTypes.indices where items[item][index] >= 0 {
          let weight = instance.weight(item, dimension)
          if weight > 0 { terms.append((items[item][index], Double(weight) / Double(capacity))) }
        }
        if terms.count > 1 { try row(terms, upper: 0) }
      }
    }
  }

  /// Shares: sum_j s_tbj = x_tb, sum_t milli_t s_tbj + 1000 h_bj <= free_bj. Whole devices: w_tbj marks device j for
  /// the copies of t, with sum_j w_tbj = count_t x_tb.
  private mutating func addDevices() throws(SolverFailure) {
    for (index, bin) in bins.enumerated() {
      let slots = instance.binTypes[bin.type].devices
      var load = slots.map { _ in [(Int, Double)]() }
      for item in instance.itemTypes.indices where items[item][index] >= 0 {
        guard let demand = instance.itemTypes[item].device else { continue }
        var terms = [(items[item][index], -Double(demand.count))]
        for (slot, device) in slots.enumerated() where demand.acceptedClasses & (1 << device.deviceClass) != 0 {
          let most = device.free / max(1, demand.milli)
          if most == 0 { continue }
          // A multi-device item takes distinct devices, which whole devices are anyway.
          let share = try column(upper: Double(demand.count > 1 ? 1 : most))
          load[slot].append((share, Double(demand.milli)))
          terms.append((share, 1))
        }
        try row(terms, lower: 0, upper: 0)
      }
      for (slot, device) in slots.enumerated() where !load[slot].isEmpty {
        try row(load[slot], upper: Double(device.free))
      }
    }
  }

  /// The copies a counter gains per domain: terms by domain key (bin index for scope 0), with the domain's fixed part.
  private func groups(_ counter: Int) -> [(terms: [(Int, Double)], fixed: Double, bins: [Int], domain: Int)] {
    let definition = instance.counters[counter]
    var byDomain: [Int: [Int]] = [:]
    for (index, bin) in bins.enumerated() {
      let domain = instance.binTypes[bin.type].domains[definition.scope]
      if domain >= 0 { byDomain[definition.scope == 0 ? index : Int(domain), default: []].append(index) }
    }
    return byDomain.keys.sorted().map { key in
      let members = byDomain[key]!
      var terms: [(Int, Double)] = []
      for index in members where definition.countedBinTypes.isEmpty || definition.countedBinTypes[bins[index].type] {
        for item in instance.itemTypes.indices where definition.members[item] && items[item][index] >= 0 {
          terms.append((items[item][index], 1))
        }
      }
      let fixed = definition.fixed[definition.scope == 0 ? bins[key].type : key]
      return (terms, Double(fixed), members, key)
    }
  }

  private func mostCopies(_ counter: Int) -> Double {
    Double(
      instance.itemTypes.indices.reduce(0) {
        $0 + (instance.counters[counter].members[$1] ? instance.itemTypes[$1].demand : 0)
      })
  }

  /// With z_v marking that domain v holds a copy of the group: count_A <= M z_v and count_B <= M (1 - z_v); a fixed
  /// copy on one side forbids the other. A group against itself: count <= 1 - fixed.
  private mutating func addConflicts() throws(SolverFailure) {
    for conflict in instance.conflicts {
      let first = groups(conflict.first)
      if conflict.first == conflict.second {
        for group in first where !group.terms.isEmpty { try row(group.terms, upper: max(0, 1 - group.fixed)) }
        continue
      }
      let second = groups(conflict.second)
      let (firstMost, secondMost) = (mostCopies(conflict.first), mostCopies(conflict.second))
      for (a, b) in zip(first, second) {
        if b.fixed > 0 && !a.terms.isEmpty { try row(a.terms, upper: 0) }
        if a.fixed > 0 && !b.terms.isEmpty { try row(b.terms, upper: 0) }
        if a.terms.isEmpty || b.terms.isEmpty { continue }
        let marker = try column(upper: 1)
        try row(a.terms + [(marker, -firstMost)], upper: 0)
        try row(b.terms + [(marker, secondMost)], upper: secondMost)
      }
    }
  }

  private mutating func addMaxima() throws(SolverFailure) {
    for maximum in instance.maxima {
      for group in groups(maximum.counter) where !group.terms.isEmpty {
        try row(group.terms, upper: max(0, Double(maximum.limit) - group.fixed))
      }
    }
  }

  /// With m the least count over eligible domains (m <= count_v + fixed_v for each), and z_v marking an owner in v:
  /// owners_v <= M z_v and count_v + fixed_v - m <= maxSkew + M (1 - z_v).
  private mutating func addSpreads() throws(SolverFailure) {
    for spread in instance.spreads {
      let counted = groups(spread.counter)
      let owners = groups(spread.owners)
      let most = mostCopies(spread.counter) + (counted.map(\.fixed).max() ?? 0)
      let scope = instance.counters[spread.counter].scope
      // Without a domain that counts the least count is zero.
      let hasDomains = spread.eligibleDomains.indices.contains { index in
        spread.eligibleDomains[index] && !(scope == 0 && instance.binTypes[index].isElastic)
      }
      let minimum = try column(upper: spread.minimumIsZero || !hasDomains ? 0 : most)
      for group in counted {
        let type = bins[group.bins[0]].type
        let isDomain =
          scope == 0
          ? spread.eligibleDomains[type] && !instance.binTypes[type].isElastic : spread.eligibleDomains[group.domain]
        if isDomain { try row([(minimum, 1)] + group.terms.map { ($0.0, -$0.1) }, upper: group.fixed) }
      }
      if scope != 0 {
        // Domains without any bin of this instance still count.
        let seen = Set(counted.map(\.domain))
        for domain in spread.eligibleDomains.indices where spread.eligibleDomains[domain] && !seen.contains(domain) {
          try row([(minimum, 1)], upper: Double(instance.counters[spread.counter].fixed[domain]))
        }
      }
      for (group, owner) in zip(counted, owners) where !owner.terms.isEmpty {
        let marker = try column(upper: 1)
        try row(owner.terms + [(marker, -mostCopies(spread.owners))], upper: 0)
        let slack = most + 1
        try row(
          group.terms + [(minimum, -1), (marker, slack)], upper: Double(spread.maxSkew) + slack - group.fixed)
      }
      try forbidWithoutDomain(spread.owners)
    }
  }

  /// With b_v marking the one bootstrap domain: dependents_v <= M (anchors_v + fixed_v + b_v), sum_v b_v <= 1.
  private mutating func addRequirements() throws(SolverFailure) {
    for requirement in instance.requirements {
      let anchors = groups(requirement.anchors)
      let dependents = groups(requirement.dependents)
      let most = mostCopies(requirement.dependents)
      var markers: [(Int, Double)] = []
      for (anchor, dependent) in zip(anchors, dependents) where !dependent.terms.isEmpty && anchor.fixed == 0 {
        var terms = dependent.terms + anchor.terms.map { ($0.0, -most) }
        if requirement.allowsBootstrap {
          let marker = try column(upper: 1)
          markers.append((marker, 1))
          terms.append((marker, -most))
        }
        try row(terms, upper: 0)
      }
      if !markers.isEmpty { try row(markers, upper: 1) }
      try forbidWithoutDomain(requirement.dependents)
    }
  }

  /// Owners of a rule may not lie where its scope has no domain.
  private mutating func forbidWithoutDomain(_ counter: Int) throws(SolverFailure) {
    let definition = instance.counters[counter]
    for (index, bin) in bins.enumerated() where instance.binTypes[bin.type].domains[definition.scope] < 0 {
      for item in instance.itemTypes.indices where definition.members[item] && items[item][index] >= 0 {
        try solver.setBounds(ofColumn: items[item][index], lower: 0, upper: 0)
      }
    }
  }

  /// With g marking that the gang runs: minimum g <= placed <= demand g.
  private mutating func addGangs() throws(SolverFailure) {
    for gang in instance.gangs {
      let marker = try column(upper: 1)
      let members = instance.itemTypes.indices.filter { gang.members[$0] }
      let demand = Double(members.reduce(0) { $0 + instance.itemTypes[$1].demand })
      let omitted = members.map { (omissions[$0], 1.0) }
      // placed = demand - omitted
      try row(omitted + [(marker, demand)], lower: demand)
      try row(omitted + [(marker, Double(gang.minimum))], upper: demand)
    }
  }

  private func terms(_ criterion: Int) -> [(Int, Double)] {
    var result: [(Int, Double)] = []
    for (index, bin) in bins.enumerated() {
      let cost = instance.binTypes[bin.type].openingScore[criterion]
      if cost != 0 { result.append((uses[index], Double(cost))) }
    }
    for (item, type) in instance.itemTypes.enumerated() where type.omissionScore[criterion] != 0 {
      result.append((omissions[item], Double(type.omissionScore[criterion])))
    }
    return result
  }

  mutating func solve(criterion: Int, options: MIPOptions) throws(SolverFailure) -> SolveStatus {
    for column in 0..<solver.columnCount { try solver.setCost(0, ofColumn: column) }
    for (column, cost) in terms(criterion) { try solver.setCost(cost, ofColumn: column) }
    lastValues = nil
    let before = solver.iterations
    let status = try solver.solveInteger(options)
    iterations = solver.iterations - before
    if status == .optimal || status == .feasible {
      lastValues = (0..<solver.columnCount).map { solver.value(of: $0) }
    }
    return status
  }

  /// Of the last solve.
  private(set) var iterations = 0

  mutating func fix(criterion: Int, at value: Int64) throws(SolverFailure) {
    let terms = terms(criterion)
    if !terms.isEmpty { try row(terms, upper: Double(value)) }
  }

  /// The last solution, rounded to integers.
  func assignment() -> Assignment? {
    guard let values = lastValues else { return nil }
    var loads: [BinLoad] = []
    for (index, bin) in bins.enumerated() {
      var entries: [Pattern.Entry] = []
      for item in instance.itemTypes.indices where items[item][index] >= 0 {
        let count = Int(values[items[item][index]].rounded())
        if count > 0 { entries.append(Pattern.Entry(item: item, count: count)) }
      }
      if !entries.isEmpty { loads.append(BinLoad(binType: bin.type, copy: bin.copy, pattern: Pattern(entries))) }
    }
    return Assignment(loads: loads)
  }
}
