/// Whether the objective is made small or large.
public enum Sense: Sendable { case minimize, maximize }

/// What a solve found.
public enum SolveStatus: Sendable, Equatable {
  /// Solved to proven optimality (within the MIP gap, for a MIP).
  case optimal
  /// A feasible point, optimality not proven: stopped by a limit.
  case feasible
  case infeasible
  case unbounded
  /// Stopped by a limit without a feasible point.
  case unknown
}

/// A solver that failed or was refused. Never a result: infeasibility is a `SolveStatus`.
public struct SolverFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The build has no LP solver (package trait `GLPK` is off).
    public static let unavailable = Code(rawValue: "unavailable")
    /// The library reported an error; the problem object is lost.
    public static let libraryError = Code(rawValue: "libraryError")
    /// Singular basis, cycling or loss of precision that repairs did not cure.
    public static let numerical = Code(rawValue: "numerical")
    /// The handle was used on a thread other than its own, or after a failure.
    public static let misuse = Code(rawValue: "misuse")
    /// Made to fail by the fault switch, for tests.
    public static let injected = Code(rawValue: "injected")
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(code.rawValue): \(message)" }
}

/// When to stop.
public struct SolveLimits: Sendable {
  public var seconds: Double?
  public var iterations: Int?
  /// Asked from time to time; true stops the solve.
  public var isCancelled: (@Sendable () -> Bool)?

  public init(seconds: Double? = nil, iterations: Int? = nil, isCancelled: (@Sendable () -> Bool)? = nil) {
    self.seconds = seconds
    self.iterations = iterations
    self.isCancelled = isCancelled
  }
}

/// How to run branch and cut.
public struct MIPOptions: Sendable {
  public var limits = SolveLimits()
  /// Relative gap at which to stop.
  public var relativeGap = 0.0
  /// Only solutions better than this are of interest.
  public var cutoff: Double?
  public var usesCuts = true
  /// Called on each new incumbent with its objective and column values (0-based).
  public var onIncumbent: (@Sendable (_ objective: Double, _ values: [Double]) -> Void)?
  /// Called when the best bound is known anew.
  public var onBound: (@Sendable (Double) -> Void)?

  public init() {}
}

/// The operations column generation and MIP models need. Rows and columns are counted from 0.
///
/// A conformer is not thread-safe and not Sendable: create, use and drop it on one thread, in synchronous code.
/// Nil bounds are infinite.
public protocol LinearSolver: ~Copyable {
  init(_ sense: Sense) throws(SolverFailure)

  var rowCount: Int { get }
  var columnCount: Int { get }
  /// Simplex iterations of all solves so far. Deterministic, so fit for work limits.
  var iterations: Int { get }

  /// Adds a row `lower <= sum <= upper`, empty so far.
  mutating func addRow(lower: Double?, upper: Double?) throws(SolverFailure) -> Int
  /// Adds a column with its coefficients in existing rows; it enters the basis at its lower bound.
  mutating func addColumn(
    cost: Double, lower: Double?, upper: Double?, isInteger: Bool, rows: [Int32], coefficients: [Double]
  ) throws(SolverFailure) -> Int
  /// Adds a row with coefficients in existing columns (a cut).
  mutating func addRow(
    lower: Double?, upper: Double?, columns: [Int32], coefficients: [Double]
  ) throws(SolverFailure) -> Int

  mutating func setCost(_ cost: Double, ofColumn column: Int) throws(SolverFailure)
  mutating func setBounds(ofColumn column: Int, lower: Double?, upper: Double?) throws(SolverFailure)
  mutating func setBounds(ofRow row: Int, lower: Double?, upper: Double?) throws(SolverFailure)
  /// Removes columns and mends the basis; the columns behind move up.
  mutating func deleteColumns(_ columns: [Int]) throws(SolverFailure)
  /// Removes rows and mends the basis; the rows behind move up.
  mutating func deleteRows(_ rows: [Int]) throws(SolverFailure)

  /// Solves the LP relaxation from the current basis.
  mutating func solveRelaxation(_ limits: SolveLimits) throws(SolverFailure) -> SolveStatus
  /// Solves the MIP by branch and cut; afterwards `objective` and `value(of:)` speak of its solution and `bestBound`
  /// of its bound.
  mutating func solveInteger(_ options: MIPOptions) throws(SolverFailure) -> SolveStatus

  var objective: Double { get }
  /// A proven bound on the integer optimum after `solveInteger`, on the relaxation's after `solveRelaxation`.
  var bestBound: Double { get }
  func value(of column: Int) -> Double
  func dual(of row: Int) -> Double
  func reducedCost(of column: Int) -> Double
}
