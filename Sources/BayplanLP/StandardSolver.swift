#if GLPK
  internal import CGLPK
#endif

/// Whether this build has an LP solver, and which.
public enum LinearSolverAvailability {
  #if GLPK
    public static let isAvailable = true
    public static var version: String? { "GLPK " + String(cString: cglpk_version()) }
  #else
    public static let isAvailable = false
    public static var version: String? { nil }
  #endif

  /// Frees everything the solver holds for this thread. Problems of this thread are lost: their next use throws
  /// `misuse`. Ended threads have it done for them; a thread that lives on may want its memory back.
  public static func freeEnvironment() {
    #if GLPK
      _ = cglpk_free_environment()
    #endif
  }
}

#if GLPK
  /// The solver that ships with this build.
  public typealias StandardSolver = GLPKProblem
#else
  /// The solver that ships with this build: none.
  public typealias StandardSolver = UnavailableSolver
#endif

/// The solver of a build without one: it cannot be made, so generic code needs no second shape.
public struct UnavailableSolver: LinearSolver, ~Copyable {
  public init(_ sense: Sense) throws(SolverFailure) { throw Self.failure }

  private static var failure: SolverFailure {
    SolverFailure(
      .unavailable,
      "this build has no LP solver. Maybe build with the package trait GLPK, or choose a strategy that needs none.")
  }

  public var rowCount: Int { 0 }
  public var columnCount: Int { 0 }
  public var objective: Double { .nan }
  public var bestBound: Double { .nan }

  public mutating func addRow(lower: Double?, upper: Double?) throws(SolverFailure) -> Int { throw Self.failure }
  public mutating func addRow(
    lower: Double?, upper: Double?, columns: [Int32], coefficients: [Double]
  ) throws(SolverFailure) -> Int { throw Self.failure }
  public mutating func addColumn(
    cost: Double, lower: Double?, upper: Double?, isInteger: Bool, rows: [Int32], coefficients: [Double]
  ) throws(SolverFailure) -> Int { throw Self.failure }
  public mutating func setCost(_ cost: Double, ofColumn column: Int) throws(SolverFailure) { throw Self.failure }
  public mutating func setBounds(ofColumn column: Int, lower: Double?, upper: Double?) throws(SolverFailure) {
    throw Self.failure
  }
  public mutating func setBounds(ofRow row: Int, lower: Double?, upper: Double?) throws(SolverFailure) {
    throw Self.failure
  }
  public mutating func deleteColumns(_ columns: [Int]) throws(SolverFailure) { throw Self.failure }
  public mutating func deleteRows(_ rows: [Int]) throws(SolverFailure) { throw Self.failure }
  public mutating func solveRelaxation(_ limits: SolveLimits) throws(SolverFailure) -> SolveStatus {
    throw Self.failure
  }
  public mutating func solveInteger(_ options: MIPOptions) throws(SolverFailure) -> SolveStatus { throw Self.failure }
  public var iterations: Int { 0 }
  public func value(of column: Int) -> Double { .nan }
  public func dual(of row: Int) -> Double { .nan }
  public func reducedCost(of column: Int) -> Double { .nan }
}
