#if GLPK
  internal import CGLPK

  /// An LP or MIP held by GLPK 5.0, behind a guard that turns its aborts into `SolverFailure`s.
  ///
  /// Bound to the thread that made it: any call from another throws `misuse`, and dropping it there leaks the problem
  /// until its own thread ends. Use it in synchronous code under ``onSolverThread(stackSize:_:)``.
  ///
  /// - A `misuse` (bad index, bad number, wrong thread, use from inside a callback) leaves the problem as it was.
  /// - A `libraryError` loses every problem of the thread: GLPK can only recover by freeing them together. Each throws
  ///   `misuse` from then on; new ones work.
  /// - A `numerical` failure leaves a problem that may be changed and solved again.
  ///
  /// Values, duals and reduced costs are copies from the last solve and stay readable while columns are added; they are
  /// NaN where there are none. Nothing here prints.
  public struct GLPKProblem: LinearSolver, ~Copyable {
    let handle: OpaquePointer
    let sense: Sense

    public private(set) var rowCount = 0
    public private(set) var columnCount = 0
    public internal(set) var objective = Double.nan
    public internal(set) var bestBound: Double

    /// Simplex iterations of all solves so far. Deterministic, so fit for work limits.
    public internal(set) var iterations = 0
    /// Worst violation of the last relaxation's reduced costs, relative to 1 + |cost| / 10, from a fresh factorization.
    public internal(set) var dualViolation = 0.0

    /// Gets GLPK's own progress reports, in pieces of lines, while a solve runs. It must not use the solver.
    public var log: (@Sendable (String) -> Void)?

    /// Iterations after which a simplex run counts as stalled; for tests, which have no problem that stalls.
    var usualIterations: Int?

    var values: [Double] = []
    var reducedCosts: [Double] = []
    var duals: [Double] = []

    public init(_ sense: Sense) throws(SolverFailure) {
      var made: OpaquePointer?
      try check(cglpk_create(sense == .maximize ? 1 : 0, &made), "creating a problem")
      self.init(owning: made!, sense: sense)
    }

    init(owning handle: OpaquePointer, sense: Sense, rowCount: Int = 0, columnCount: Int = 0) {
      self.handle = handle
      self.sense = sense
      self.rowCount = rowCount
      self.columnCount = columnCount
      bestBound = sense == .minimize ? -.infinity : .infinity
    }

    deinit { cglpk_destroy(handle) }

    // MARK: Building

    public mutating func addRow(lower: Double?, upper: Double?) throws(SolverFailure) -> Int {
      try check(cglpk_add_row(handle, lower ?? -.infinity, upper ?? .infinity, 0, nil, nil), "adding a row")
      rowCount += 1
      return rowCount - 1
    }

    /// Adds a row with coefficients in existing columns. Coefficients of a repeated column are summed.
    public mutating func addRow(
      lower: Double?, upper: Double?, columns: [Int32], coefficients: [Double]
    ) throws(SolverFailure) -> Int {
      let count = try count(columns, coefficients)
      let status = cglpk_add_row(handle, lower ?? -.infinity, upper ?? .infinity, count, columns, coefficients)
      try check(status, "adding a row")
      rowCount += 1
      return rowCount - 1
    }

    /// Adds a column with its coefficients in existing rows. Coefficients of a repeated row are summed. Bounds of an
    /// integer column are rounded inwards to integers.
    public mutating func addColumn(
      cost: Double, lower: Double?, upper: Double?, isInteger: Bool, rows: [Int32], coefficients: [Double]
    ) throws(SolverFailure) -> Int {
      let count = try count(rows, coefficients)
      let status = cglpk_add_column(
        handle, cost, lower ?? -.infinity, upper ?? .infinity, isInteger ? 1 : 0, Tolerances.bound, count, rows,
        coefficients)
      try check(status, "adding a column")
      columnCount += 1
      return columnCount - 1
    }

    private func count(_ indices: [Int32], _ coefficients: [Double]) throws(SolverFailure) -> Int32 {
      guard indices.count == coefficients.count, let count = Int32(exactly: indices.count) else {
        throw SolverFailure(.misuse, "\(indices.count) indices do not match \(coefficients.count) coefficients")
      }
      return count
    }

    // MARK: Changing

    public mutating func setCost(_ cost: Double, ofColumn column: Int) throws(SolverFailure) {
      try check(cglpk_set_cost(handle, Int32(saturating: column), cost), "setting a cost")
    }

    /// Crossed bounds are allowed and make the problem infeasible.
    public mutating func setBounds(ofColumn column: Int, lower: Double?, upper: Double?) throws(SolverFailure) {
      let status = cglpk_set_column_bounds(
        handle, Int32(saturating: column), lower ?? -.infinity, upper ?? .infinity, Tolerances.bound)
      try check(status, "setting a column's bounds")
    }

    /// Crossed bounds are allowed and make the problem infeasible.
    public mutating func setBounds(ofRow row: Int, lower: Double?, upper: Double?) throws(SolverFailure) {
      let status = cglpk_set_row_bounds(handle, Int32(saturating: row), lower ?? -.infinity, upper ?? .infinity)
      try check(status, "setting a row's bounds")
    }

    /// Removes columns; repeated numbers count once. Basic ones are pivoted out first, so that the next solve still
    /// starts warm; more than about two dozen of those cost a new starting basis.
    public mutating func deleteColumns(_ columns: [Int]) throws(SolverFailure) {
      guard !columns.isEmpty else { return }
      let indices = columns.map(Int32.init(saturating:))
      try check(cglpk_delete_columns(handle, Int32(saturating: indices.count), indices), "deleting columns")
      let gone = Set(columns)
      columnCount -= gone.count
      values.remove(gone)
      reducedCosts.remove(gone)
    }

    /// Removes rows; repeated numbers count once. As with columns, few active ones keep the basis.
    public mutating func deleteRows(_ rows: [Int]) throws(SolverFailure) {
      guard !rows.isEmpty else { return }
      let indices = rows.map(Int32.init(saturating:))
      try check(cglpk_delete_rows(handle, Int32(saturating: indices.count), indices), "deleting rows")
      let gone = Set(rows)
      rowCount -= gone.count
      duals.remove(gone)
    }

    // MARK: Solutions

    /// NaN for a column that the last solve did not have, or if it found no point.
    public func value(of column: Int) -> Double { values.indices.contains(column) ? values[column] : .nan }

    /// What one unit more on the row's active side adds to the objective. NaN unless the last solve was a relaxation
    /// solved to optimality.
    public func dual(of row: Int) -> Double { duals.indices.contains(row) ? duals[row] : .nan }

    /// Cost minus the duals' worth of the column. NaN like `dual(of:)`.
    public func reducedCost(of column: Int) -> Double {
      reducedCosts.indices.contains(column) ? reducedCosts[column] : .nan
    }

    mutating func forgetSolution() {
      objective = .nan
      bestBound = worstBound
      dualViolation = 0
      values.removeAll(keepingCapacity: true)
      reducedCosts.removeAll(keepingCapacity: true)
      duals.removeAll(keepingCapacity: true)
    }

    /// The bound that says nothing, and the one that says "infeasible".
    var worstBound: Double { sense == .minimize ? -.infinity : .infinity }
    var infeasibleBound: Double { -worstBound }
  }

  extension Int32 {
    /// Indices beyond 32 bits stay out of range instead of trapping: the guard refuses them.
    init(saturating value: Int) { self = Int32(clamping: value) }
  }

  extension [Double] {
    fileprivate mutating func remove(_ gone: Set<Int>) {
      guard !isEmpty else { return }
      self = indices.filter { !gone.contains($0) }.map { self[$0] }
    }
  }
#endif
