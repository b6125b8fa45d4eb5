import BayplanLP

/// A lower bound for instances of any size: bins of one kind melted into one big bin, items divisible, devices still
/// filled by patterns.
///
///     variables   x_tK  copies of item t in bin group K;  u_t  copies left out;  y_k  bins of type k in use
///                 z_Kq  devices of group K filled by device pattern q
///     minimize    criterion i
///     subject to  sum_K x_tK + u_t >= d_t                                    (pi_t)
///                 sum_t w_td x_tK <= sum_{k in K} c_kd y_k                    (mu_Kd)
///                 sum_{t of size s} count_t x_tK <= sum_q a_sq z_Kq           (delta_Ks)
///                 sum_q z_Kq <= sum_{k in K} devices_k y_k
///                 criterion j <= v_j                     for each j before i  (tau_j)
///                 group rows
///
/// The duals go through `LagrangianBound`, so that the bound is safe in integers. Device patterns are priced by a
/// knapsack over 1000 thousandths. Complexity: one LP of items × groups columns per criterion.
/// Guarantee: never above the optimum. Source: Dantzig–Wolfe with surrogate capacity; Gilmore and Gomory 1961 for
/// the device patterns.
public struct AggregatedRelaxation: Strategy {
  public struct Options: Sendable {
    public var groupLimit = 48
    public var columnLimit = 60_000
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "aggregated-relaxation" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard !instance.itemTypes.isEmpty, !instance.binTypes.isEmpty, let score = search.incumbentScore else { return }
    let rules = ItemRules(instance)
    let groups = BinGroups(instance, limit: options.groupLimit)
    guard groups.members.count * instance.itemTypes.count <= options.columnLimit else { return }
    for criterion in instance.criteria.indices {
      if search.shouldStop() { return }
      if search.bounds[criterion] == score[criterion] { continue }
      var program = AggregatedProgram(instance, groups: groups, solver: try StandardSolver(.minimize))
      try program.build(rules)
      try program.setObjective(criterion, limits: score)
      guard try program.optimize(search: &search) else { continue }
      let bound = LagrangianBound(instance: instance, pricer: PatternPricer(instance, rules: rules))
      var outcome = bound.evaluate(
        criterion: criterion, items: program.itemDuals, prior: program.priorDuals, prices: program.prices,
        rows: program.rows, rowDuals: program.rowDuals, limits: score, exactPricing: false)
      outcome.multipliers.engine = "glpk"
      search.raiseBound(ofCriterion: criterion, to: outcome.bound, proof: .multipliers(outcome.multipliers))
      if search.bounds[criterion] != search.incumbentScore?[criterion] {
        fill(instance, rules, groups, quotas: program.quotas, search: &search)
      }
    }
  }

  /// Rounds the relaxation: each bin group takes its whole share of each item type, then the rest goes anywhere.
  private func fill(
    _ instance: Instance, _ rules: ItemRules, _ groups: BinGroups, quotas: [[Int]], search: inout Search
  ) {
    for order in [ItemOrder.devices, .sum] {
      for policy in 0..<3 {
        if search.shouldStop() { return }
        let sequence = order.sequence(instance)
        var filler = GreedyFiller(instance, rules: rules)
        for (number, group) in groups.members.enumerated() {
          filler.allow(group)
          filler.quotas = quotas[number]
          run(&filler, sequence, policy, &search)
        }
        filler.allow(nil)
        filler.quotas = nil
        run(&filler, sequence, policy, &search)
        search.offer(filler.state.assignment, of: instance)
      }
    }
  }

  private func run(_ filler: inout GreedyFiller, _ sequence: [Int], _ policy: Int, _ search: inout Search) {
    switch policy {
    case 0: filler.run(sequence, policy: BestFit(), search: &search)
    case 1: filler.run(sequence, policy: DotProduct(), search: &search)
    default: filler.run(sequence, policy: CosineSimilarity(), search: &search)
    }
  }
}

/// Bin types that a relaxation may melt together.
struct BinGroups {
  var members: [[Int]] = []
  /// Whether bins of a group agree on their domains, so that group rows can be stated.
  var agreeOnDomains: Bool

  init(_ instance: Instance, limit: Int) {
    func split(_ key: (Int) -> [Int32]) -> [[Int]] {
      var index: [[Int32]: Int] = [:]
      var result: [[Int]] = []
      for bin in instance.binTypes.indices {
        let key = key(bin)
        if let known = index[key] {
          result[known].append(bin)
        } else {
          index[key] = result.count
          result.append([bin])
        }
      }
      return result
    }
    func eligible(_ bin: Int) -> [Int32] {
      instance.itemTypes.indices.filter { instance.isEligible($0, bin) }.map(Int32.init)
    }
    func domains(_ bin: Int) -> [Int32] { Array(instance.binTypes[bin].domains.dropFirst()) }
    agreeOnDomains = true
    members = split { [Int32($0)] }
    if members.count > limit { members = split { domains($0) + [-2] + eligible($0) } }
    if members.count > limit {
      agreeOnDomains = false
      members = split(eligible)
    }
    if members.count > limit { members = [Array(instance.binTypes.indices)] }
  }
}

/// The linear program, in a solver.
private struct AggregatedProgram: ~Copyable {
  let instance: Instance
  let groups: BinGroups
  let rows: [Multipliers.GroupRow]
  private var solver: StandardSolver
  private var itemRows: [Int] = []
  private var capacityRows: [[Int]] = []
  private var groupRowIndices: [Int] = []
  private var priorRows: [Int] = []
  private var omissions: [Int] = []
  private var uses: [Int] = []
  private let scales: [Double]
  /// Per group: device sizes with their link rows, and the row that counts devices.
  private var deviceSizes: [[(milli: Int32, row: Int)]] = []
  private var deviceRows: [Int] = []

  init(_ instance: Instance, groups: BinGroups, solver: consuming StandardSolver) {
    self.instance = instance
    self.groups = groups
    rows = groups.agreeOnDomains ? instance.groupRows() : []
    self.solver = solver
    let dimensions = instance.dimensionCount
    scales = (0..<dimensions).map { dimension in
      Double(max(1, instance.binTypes.indices.map { instance.capacity($0, dimension) }.max() ?? 1))
    }
  }

  mutating func build(_ rules: ItemRules) throws(SolverFailure) {
    try addRows()
    try addColumns(rules)
  }

  private mutating func addRows() throws(SolverFailure) {
    for item in instance.itemTypes {
      itemRows.append(try solver.addRow(lower: Double(item.demand), upper: nil))
    }
    for _ in groups.members {
      var rows: [Int] = []
      for _ in 0..<instance.dimensionCount { rows.append(try solver.addRow(lower: nil, upper: 0)) }
      capacityRows.append(rows)
    }
    for row in rows { groupRowIndices.append(try solver.addRow(lower: nil, upper: Double(row.limit))) }
    let sizes = Set(instance.itemTypes.compactMap(\.device?.milli)).sorted()
    for group in groups.members {
      let hasDevices = group.contains { !instance.binTypes[$0].devices.isEmpty }
      guard hasDevices && !sizes.isEmpty else {
        deviceSizes.append([])
        deviceRows.append(-1)
        continue
      }
      var links: [(milli: Int32, row: Int)] = []
      for size in sizes { links.append((size, try solver.addRow(lower: nil, upper: 0))) }
      deviceSizes.append(links)
      deviceRows.append(try solver.addRow(lower: nil, upper: 0))
    }
  }

  private mutating func addColumns(_ rules: ItemRules) throws(SolverFailure) {
    let pricer = PatternPricer(instance, rules: rules)
    for (item, type) in instance.itemTypes.enumerated() {
      omissions.append(
        try solver.addColumn(
          cost: 0, lower: 0, upper: Double(type.demand), isInteger: false, rows: [Int32(itemRows[item])],
          coefficients: [1]))
      for (number, group) in groups.members.enumerated() {
        var most = 0.0
        for bin in group where instance.isEligible(item, bin) {
          let copies = pricer.mostCopies(item, bin: bin, limit: type.demand)
          most += Double(copies) * Double(instance.binTypes[bin].copies)
        }
        if most == 0 { continue }
        var entries: [(Int, Double)] = [(itemRows[item], 1)]
        for dimension in 0..<instance.dimensionCount where instance.weight(item, dimension) > 0 {
          entries.append(
            (capacityRows[number][dimension], Double(instance.weight(item, dimension)) / scales[dimension]))
        }
        for (index, row) in rows.enumerated() where row.members[item] {
          let domain = Int(instance.binTypes[group[0]].domains[row.scope])
          if domain == row.domain && domain >= 0 { entries.append((groupRowIndices[index], 1)) }
          if domain == row.other && domain >= 0 { entries.append((groupRowIndices[index], -1)) }
        }
        if let device = type.device, let link = deviceSizes[number].first(where: { $0.milli == device.milli }) {
          entries.append((link.row, Double(device.count)))
        }
        assignments.append((item, number, try add(entries, upper: most < Double(type.demand) ? most : nil)))
      }
    }
    for (number, group) in groups.members.enumerated() {
      for bin in group {
        var entries: [(Int, Double)] = []
        for dimension in 0..<instance.dimensionCount where instance.capacity(bin, dimension) > 0 {
          entries.append(
            (capacityRows[number][dimension], -Double(instance.capacity(bin, dimension)) / scales[dimension]))
        }
        if deviceRows[number] >= 0 && !instance.binTypes[bin].devices.isEmpty {
          entries.append((deviceRows[number], -Double(instance.binTypes[bin].devices.count)))
        }
        uses.append(try add(entries, upper: Double(min(instance.binTypes[bin].copies, instance.totalDemand))))
      }
    }
    usesOrder = groups.members.flatMap { $0 }
  }

  /// Bin type of each column in `uses`.
  private var usesOrder: [Int] = []
  private var assignments: [(item: Int, group: Int, column: Int)] = []

  /// Whole copies of each item type per bin group in the last solution.
  var quotas: [[Int]] {
    var result = groups.members.map { _ in instance.itemTypes.map { _ in 0 } }
    for (item, group, column) in assignments {
      result[group][item] = Int((solver.value(of: column) + 1e-6).rounded(.down))
    }
    return result
  }

  private mutating func add(_ entries: [(Int, Double)], upper: Double?) throws(SolverFailure) -> Int {
    try solver.addColumn(
      cost: 0, lower: 0, upper: upper, isInteger: false, rows: entries.map { Int32($0.0) },
      coefficients: entries.map(\.1))
  }

  mutating func setObjective(_ criterion: Int, limits: Score) throws(SolverFailure) {
    for (item, type) in instance.itemTypes.enumerated() {
      try solver.setCost(Double(type.omissionScore[criterion]), ofColumn: omissions[item])
    }
    for (column, bin) in zip(uses, usesOrder) {
      try solver.setCost(Double(instance.binTypes[bin].openingScore[criterion]), ofColumn: column)
    }
    for prior in 0..<criterion {
      var columns: [Int32] = []
      var coefficients: [Double] = []
      for (item, type) in instance.itemTypes.enumerated() where type.omissionScore[prior] != 0 {
        columns.append(Int32(omissions[item]))
        coefficients.append(Double(type.omissionScore[prior]))
      }
      for (column, bin) in zip(uses, usesOrder) where instance.binTypes[bin].openingScore[prior] != 0 {
        columns.append(Int32(column))
        coefficients.append(Double(instance.binTypes[bin].openingScore[prior]))
      }
      priorRows.append(
        try solver.addRow(
          lower: nil, upper: Double(limits[prior] - instance.baseScore[prior]), columns: columns,
          coefficients: coefficients))
    }
  }

  /// Solves to the end, adding device patterns. False where the solver stopped without an answer.
  mutating func optimize(search: inout Search) throws(SolverFailure) -> Bool {
    for _ in 0..<200 {
      guard try solver.solveRelaxation(search.solveLimits()) == .optimal else { return false }
      search.spend(1)
      if try !addDevicePatterns() { return true }
      if search.shouldStop() { return true }
    }
    return true
  }

  private mutating func addDevicePatterns() throws(SolverFailure) -> Bool {
    var grew = false
    for (number, sizes) in deviceSizes.enumerated() where !sizes.isEmpty {
      let worth = sizes.map { max(0, -solver.dual(of: $0.row)) }
      let price = max(0, -solver.dual(of: deviceRows[number]))
      let (value, counts) = Self.bestPattern(sizes.map { Int($0.milli) }, worth)
      guard value > price + 1e-7 * max(1, price) else { continue }
      var entries: [(Int, Double)] = [(deviceRows[number], 1)]
      for (index, count) in counts.enumerated() where count > 0 { entries.append((sizes[index].row, -Double(count))) }
      _ = try add(entries, upper: nil)
      grew = true
    }
    return grew
  }

  /// Unbounded knapsack over one device.
  private static func bestPattern(_ sizes: [Int], _ worth: [Double]) -> (value: Double, counts: [Int]) {
    var best = [Double](repeating: 0, count: 1001)
    var choice = [Int](repeating: -1, count: 1001)
    for room in 1...1000 {
      best[room] = best[room - 1]
      choice[room] = -1
      for (index, size) in sizes.enumerated() where size > 0 && size <= room {
        let value = best[room - size] + worth[index]
        if value > best[room] + 1e-12 {
          best[room] = value
          choice[room] = index
        }
      }
    }
    var counts = [Int](repeating: 0, count: sizes.count)
    var room = 1000
    while room > 0 {
      if choice[room] < 0 {
        room -= 1
      } else {
        counts[choice[room]] += 1
        room -= sizes[choice[room]]
      }
    }
    return (best[1000], counts)
  }

  var itemDuals: [Double] { itemRows.map { max(0, solver.dual(of: $0)) } }
  var priorDuals: [Double] { priorRows.map { max(0, -solver.dual(of: $0)) } }
  var rowDuals: [Double] { groupRowIndices.map { max(0, -solver.dual(of: $0)) } }

  /// mu per bin type and dimension.
  var prices: [Double] {
    let dimensions = instance.dimensionCount
    var result = Array(repeating: 0.0, count: instance.binTypes.count * dimensions)
    for (number, group) in groups.members.enumerated() {
      for dimension in 0..<dimensions {
        let price = max(0, -solver.dual(of: capacityRows[number][dimension])) / scales[dimension]
        for bin in group { result[bin * dimensions + dimension] = price }
      }
    }
    return result
  }
}
