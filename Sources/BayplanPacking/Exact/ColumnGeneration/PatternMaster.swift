import BayplanLP

/// The restricted master program of column generation:
///
///     variables   x_kp  bins of type k filled by pattern p;  u_t  copies left out
///     minimize    criterion i
///     subject to  sum_kp a_tp x_kp + u_t >= d_t                (pi_t)
///                 sum_p x_kp <= copies_k                       (sigma_k)
///                 criterion j <= v_j      for each j before i  (tau_j)
///                 group rows                                   (gamma_g)
///
/// Rows are covering: a bin may be credited with more than is asked for, which keeps duals non-negative.
/// Source: Gilmore and Gomory 1961; Dantzig–Wolfe view in Valério de Carvalho 2002.
struct PatternMaster: ~Copyable {
  let instance: Instance
  let rows: [Multipliers.GroupRow]
  private(set) var columns: [(bin: Int, pattern: Pattern)] = []
  private var known = Set<Key>()
  private var solver: StandardSolver
  private var itemRows: [Int] = []
  private var binRows: [Int] = []
  private var groupRowIndices: [Int] = []
  private var priorRows: [Int] = []
  private var omissionColumns: [Int] = []
  /// One per prior criterion: what exceeds its value; closed unless `allowsExcess`.
  private var excessColumns: [Int] = []
  private var patternColumns: [Int] = []
  private var criterion = 0

  private struct Key: Hashable {
    var bin: Int
    var pattern: Pattern
  }

  init(_ instance: Instance, solver: consuming StandardSolver) {
    self.instance = instance
    self.solver = solver
    rows = instance.groupRows()
  }

  mutating func build(criterion: Int, limits: Score, isInteger: Bool = false) throws(SolverFailure) {
    self.criterion = criterion
    for item in instance.itemTypes { itemRows.append(try solver.addRow(lower: Double(item.demand), upper: nil)) }
    for index in instance.binTypes.indices {
      binRows.append(try solver.addRow(lower: nil, upper: Double(mostBins(index))))
    }
    for row in rows { groupRowIndices.append(try solver.addRow(lower: nil, upper: Double(row.limit))) }
    for prior in 0..<criterion {
      priorRows.append(
        try solver.addRow(lower: nil, upper: Double(limits[prior] - instance.baseScore[prior])))
    }
    for (item, type) in instance.itemTypes.enumerated() {
      var entries: [(Int, Double)] = [(itemRows[item], 1)]
      for (prior, row) in priorRows.enumerated() where type.omissionScore[prior] != 0 {
        entries.append((row, Double(type.omissionScore[prior])))
      }
      omissionColumns.append(
        try add(
          entries, cost: Double(type.omissionScore[criterion]), upper: Double(type.demand), isInteger: isInteger))
    }
    let dearest = instance.binTypes.map { $0.openingScore[criterion] }.max() ?? 0
    for (prior, row) in priorRows.enumerated() {
      // A unit may be a byte: what a whole bin or item counts costs as much as some bins.
      let scores = instance.itemTypes.map(\.omissionScore) + instance.binTypes.map(\.openingScore)
      let unit = scores.map { $0[prior] }.max() ?? 1
      let cost = 4 * Double(max(1, dearest)) / Double(max(1, unit))
      excessColumns.append(try add([(row, -1)], cost: cost, upper: 0, isInteger: isInteger))
    }
  }

  /// Lets prior criteria exceed their values at a price, so that every case of a distinction has duals. Only weakens
  /// the relaxation.
  mutating func allowExcess(_ isAllowed: Bool) throws(SolverFailure) {
    for column in excessColumns { try solver.setBounds(ofColumn: column, lower: 0, upper: isAllowed ? nil : 0) }
  }

  /// False if the column is there already.
  @discardableResult
  mutating func addPattern(
    bin: Int, _ pattern: Pattern, isInteger: Bool = false
  ) throws(SolverFailure) -> Bool {
    guard !pattern.isEmpty, known.insert(Key(bin: bin, pattern: pattern)).inserted else { return false }
    let opening = instance.binTypes[bin].openingScore
    var entries: [(Int, Double)] = pattern.items.map { (itemRows[Int($0.item)], Double($0.count)) }
    entries.append((binRows[bin], 1))
    let domains = instance.binTypes[bin].domains
    for (index, row) in rows.enumerated() {
      let domain = Int(domains[row.scope])
      guard domain >= 0, domain == row.domain || domain == row.other else { continue }
      let count = pattern.items.reduce(0) { $0 + (row.members[Int($1.item)] ? Int($1.count) : 0) }
      if count > 0 { entries.append((groupRowIndices[index], domain == row.domain ? Double(count) : -Double(count))) }
    }
    for (prior, row) in priorRows.enumerated() where opening[prior] != 0 {
      entries.append((row, Double(opening[prior])))
    }
    patternColumns.append(
      try add(entries, cost: Double(opening[criterion]), upper: isInteger ? 10_000 : nil, isInteger: isInteger))
    columns.append((bin, pattern))
    return true
  }

  /// Forgets the patterns from `start` on that are not kept, so that solves stay quick.
  mutating func removePatterns(from start: Int, keeping kept: Set<Int>) throws(SolverFailure) {
    let gone = columns.indices.filter { $0 >= start && !kept.contains($0) }
    if gone.isEmpty { return }
    try solver.deleteColumns(gone.map { patternColumns[$0] })
    for index in gone { known.remove(Key(bin: columns[index].bin, pattern: columns[index].pattern)) }
    let left = columns.indices.filter { $0 >= start && kept.contains($0) }.map { columns[$0] }
    let origin = patternColumns[start]
    columns.removeLast(columns.count - start)
    columns += left
    // Patterns are the last columns of the solver, in order.
    patternColumns.removeLast(patternColumns.count - start)
    patternColumns += left.indices.map { origin + $0 }
  }

  private mutating func add(
    _ entries: [(Int, Double)], cost: Double, upper: Double?, isInteger: Bool
  ) throws(SolverFailure) -> Int {
    try solver.addColumn(
      cost: cost, lower: 0, upper: upper, isInteger: isInteger, rows: entries.map { Int32($0.0) },
      coefficients: entries.map(\.1))
  }

  mutating func solve(_ limits: SolveLimits) throws(SolverFailure) -> SolveStatus {
    try solver.solveRelaxation(limits)
  }

  mutating func solveInteger(_ options: MIPOptions) throws(SolverFailure) -> SolveStatus {
    try solver.solveInteger(options)
  }

  var iterations: Int { solver.iterations }
  var objective: Double { solver.objective }
  var itemDuals: [Double] { itemRows.map { max(0, solver.dual(of: $0)) } }
  /// Negative where more bins are forced than the relaxation would take.
  var binDuals: [Double] { binRows.map { -solver.dual(of: $0) } }
  var priorDuals: [Double] { priorRows.map { max(0, -solver.dual(of: $0)) } }
  var rowDuals: [Double] { groupRowIndices.map { max(0, -solver.dual(of: $0)) } }

  /// The value of each pattern column.
  var values: [Double] { patternColumns.map { solver.value(of: $0) } }

  /// Confines how many bins take a pattern, for diving; from 0 without an upper limit takes it back.
  mutating func setBounds(_ column: Int, lower: Int, upper: Int? = nil) throws(SolverFailure) {
    try solver.setBounds(ofColumn: patternColumns[column], lower: Double(lower), upper: upper.map(Double.init))
  }

  /// How many bins of a type there may be at most, with no range confined to it.
  func mostBins(_ bin: Int) -> Int { min(instance.binTypes[bin].copies, instance.totalDemand) }

  /// Confines how many bins of each type there are.
  mutating func setCounts(_ ranges: [ClosedRange<Int>]) throws(SolverFailure) {
    for (bin, range) in ranges.enumerated() {
      let lower = range.lowerBound > 0 ? Double(range.lowerBound) : nil
      try solver.setBounds(ofRow: binRows[bin], lower: lower, upper: Double(range.upperBound))
    }
  }
}
