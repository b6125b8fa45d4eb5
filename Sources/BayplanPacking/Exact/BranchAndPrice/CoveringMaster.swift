import BayplanLP

/// The restricted master program of branch and price, for one node after the other:
///
///     variables   x_p  bins filled by pattern p, open where p fits the node;  e_r  copies covered at a price
///     minimize    sum_p cost_p x_p + sum_r price_r e_r
///     subject to  sum_p a_rp x_p + e_r >= demand_r        (pi_r)
///                 least_k <= sum over bins of type k of x_p <= most_k    (sigma_k), where bins are counted
///                 sum_p floor(count_cp / 2) x_p <= limit_c      (mu_c), the subset-row cuts
///                 sum over kept patterns of x_p + f >= least    (lambda), while the search is near a packing
///
/// Rows are covering, so that duals are not negative. The priced slacks e_r cap each dual and keep every node feasible;
/// they only weaken the relaxation.
struct CoveringMaster: ~Copyable {
  struct Column {
    var bin: Int
    var pattern: Pattern
    fileprivate(set) var index: Int
    fileprivate(set) var isOpen = true
  }

  private(set) var columns: [Column] = []
  private var solver: StandardSolver
  private var rowIndices: [Int] = []
  private var slackColumns: [Int] = []
  private var slackPrices: [Double] = []
  private var binRows: [Int?] = []
  private var known = Set<Key>()
  private(set) var cuts: [SubsetRowCut] = []
  private var cutRows: [Int] = []
  /// The row of the neighbourhood, and the column of its slack `f`.
  private var neighbourhood: (row: Int, slack: Int)?

  struct Key: Hashable {
    var bin: Int
    var pattern: Pattern
  }

  init(_ parts: PackingParts) throws(SolverFailure) {
    var solver = try StandardSolver(.minimize)
    for bin in 0..<parts.binCount {
      binRows.append(parts.countsBins ? try solver.addRow(lower: 0, upper: Double(parts.copies[bin])) : nil)
    }
    self.solver = solver
  }

  /// Adds the rows that branching has made, with a slack at the price each.
  mutating func addRows(_ prices: [Double]) throws(SolverFailure) {
    for price in prices {
      let row = try solver.addRow(lower: 0, upper: nil)
      rowIndices.append(row)
      slackPrices.append(price)
      slackColumns.append(
        try solver.addColumn(cost: price, lower: 0, upper: nil, isInteger: false, rows: [Int32(row)], coefficients: [1])
      )
    }
  }

  var rowCount: Int { rowIndices.count }

  /// False if the column is there already; then it is opened.
  @discardableResult
  mutating func add(_ pattern: Pattern, bin: Int, cost: Int64, _ parts: borrowing PackingParts) throws(SolverFailure)
    -> Bool
  {
    guard known.insert(Key(bin: bin, pattern: pattern)).inserted else { return false }
    var entries: [(Int32, Double)] = pattern.items.map {
      (Int32(rowIndices[parts.rowOfPart[Int($0.item)]]), Double($0.count))
    }
    if let row = binRows[bin] { entries.append((Int32(row), 1)) }
    for (number, cut) in cuts.enumerated() {
      let coefficient = cut.coefficient(pattern, parts)
      if coefficient > 0 { entries.append((Int32(cutRows[number]), Double(coefficient))) }
    }
    let index = try solver.addColumn(
      cost: Double(cost), lower: 0, upper: nil, isInteger: false, rows: entries.map(\.0), coefficients: entries.map(\.1)
    )
    columns.append(Column(bin: bin, pattern: pattern, index: index))
    return true
  }

  mutating func add(_ cut: SubsetRowCut, _ parts: borrowing PackingParts) throws(SolverFailure) {
    var entries: [(Int32, Double)] = []
    for column in columns {
      let coefficient = cut.coefficient(column.pattern, parts)
      if coefficient > 0 { entries.append((Int32(column.index), Double(coefficient))) }
    }
    cutRows.append(
      try solver.addRow(
        lower: nil, upper: Double(cut.limit), columns: entries.map(\.0), coefficients: entries.map(\.1)))
    cuts.append(cut)
  }

  mutating func setLimit(_ limit: Int, ofCut cut: Int) throws(SolverFailure) {
    try solver.setBounds(ofRow: cutRows[cut], lower: nil, upper: Double(limit))
  }

  /// Makes bins other than those of the given columns, past some number of them, cost something more.
  /// `setNeighbourhood` says how many of the columns are asked for.
  mutating func addNeighbourhood(_ kept: [Int], price: Double) throws(SolverFailure) {
    let row = try solver.addRow(
      lower: 0, upper: nil, columns: kept.map { Int32(columns[$0].index) },
      coefficients: Array(repeating: 1, count: kept.count))
    let slack = try solver.addColumn(
      cost: price, lower: 0, upper: nil, isInteger: false, rows: [Int32(row)], coefficients: [1])
    neighbourhood = (row, slack)
  }

  mutating func setNeighbourhood(atLeast least: Int) throws(SolverFailure) {
    guard let (row, _) = neighbourhood else { return }
    try solver.setBounds(ofRow: row, lower: Double(least), upper: nil)
  }

  mutating func removeNeighbourhood() throws(SolverFailure) {
    guard let (row, slack) = neighbourhood else { return }
    neighbourhood = nil
    try delete([slack])
    try solver.deleteRows([row])
  }

  mutating func setDemand(_ demand: Int, ofRow row: Int) throws(SolverFailure) {
    try solver.setBounds(ofRow: rowIndices[row], lower: Double(demand), upper: nil)
  }

  mutating func setCounts(_ counts: ClosedRange<Int>, ofBin bin: Int) throws(SolverFailure) {
    if let row = binRows[bin] {
      try solver.setBounds(ofRow: row, lower: Double(counts.lowerBound), upper: Double(counts.upperBound))
    }
  }

  mutating func setOpen(_ isOpen: Bool, column: Int) throws(SolverFailure) {
    guard columns[column].isOpen != isOpen else { return }
    columns[column].isOpen = isOpen
    try solver.setBounds(ofColumn: columns[column].index, lower: 0, upper: isOpen ? nil : 0)
  }

  /// Multiplies the price of the slacks that are in use. False if none is.
  mutating func raisePrices(by factor: Double, atMost limit: Double) throws(SolverFailure) -> Bool {
    var isRaised = false
    for row in slackColumns.indices where solver.value(of: slackColumns[row]) > 1e-7 && slackPrices[row] < limit {
      slackPrices[row] *= factor
      try solver.setCost(slackPrices[row], ofColumn: slackColumns[row])
      isRaised = true
    }
    return isRaised
  }

  mutating func remove(_ gone: [Int]) throws(SolverFailure) {
    if gone.isEmpty { return }
    let removed = Set(gone)
    let indices = gone.map { columns[$0].index }.sorted()
    for number in gone { known.remove(Key(bin: columns[number].bin, pattern: columns[number].pattern)) }
    columns = columns.indices.filter { !removed.contains($0) }.map { columns[$0] }
    try delete(indices)
  }

  /// Deletes columns of the solver, given in ascending order, and renumbers those that stay.
  private mutating func delete(_ indices: [Int]) throws(SolverFailure) {
    try solver.deleteColumns(indices)
    func moved(_ index: Int) -> Int {
      // How many of the removed lie below.
      var (low, high) = (0, indices.count)
      while low < high {
        let middle = (low + high) / 2
        if indices[middle] < index { low = middle + 1 } else { high = middle }
      }
      return index - low
    }
    for number in columns.indices { columns[number].index = moved(columns[number].index) }
    for row in slackColumns.indices { slackColumns[row] = moved(slackColumns[row]) }
    if let (row, slack) = neighbourhood { neighbourhood = (row, moved(slack)) }
  }

  mutating func solve(_ limits: SolveLimits) throws(SolverFailure) -> SolveStatus {
    try solver.solveRelaxation(limits)
  }

  var iterations: Int { solver.iterations }
  var objective: Double { solver.objective }
  func value(_ column: Int) -> Double { solver.value(of: columns[column].index) }
  /// The open columns in use, the largest value first.
  func support() -> [(value: Double, column: Int)] {
    var result: [(value: Double, column: Int)] = []
    for column in columns.indices where columns[column].isOpen && value(column) > 1e-6 {
      result.append((value(column), column))
    }
    return result.sorted { ($0.value, $1.column) > ($1.value, $0.column) }
  }

  func reducedCost(_ column: Int) -> Double { solver.reducedCost(of: columns[column].index) }
  func dual(ofRow row: Int) -> Double { max(0, solver.dual(of: rowIndices[row])) }
  /// What one more bin of a type costs beside its own cost: negative where more are asked for than are of use.
  func price(ofBin bin: Int) -> Double { binRows[bin].map { -solver.dual(of: $0) } ?? 0 }
  func dual(ofCut cut: Int) -> Double { max(0, -solver.dual(of: cutRows[cut])) }
  /// Copies covered by slacks.
  var slackUse: Double { slackColumns.reduce(0.0) { $0 + max(0, solver.value(of: $1)) } }
}
