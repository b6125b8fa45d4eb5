import BayplanLP
import Glibc

/// How many times the usual number of random cases to try: 1, or what the environment variable `BAYPLAN_LONG_TESTS`
/// says.
let thoroughness = UInt64(getenv("BAYPLAN_LONG_TESTS").flatMap { Int(String(cString: $0)) }.map { max(1, $0) } ?? 1)

/// A seeded generator, so that every failure can be repeated from the seed it prints.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A model small enough to be solved by looking at everything.
struct TinyModel: CustomStringConvertible {
  struct Row {
    var lower: Double?
    var upper: Double?
  }
  struct Column {
    var cost: Double
    var lower: Double?
    var upper: Double?
    var isInteger = false
    /// Sparse, may repeat rows.
    var rows: [Int32] = []
    var coefficients: [Double] = []

    func coefficient(_ row: Int) -> Double {
      zip(rows, coefficients).reduce(0) { $1.0 == Int32(row) ? $0 + $1.1 : $0 }
    }
  }

  var sense = Sense.minimize
  var rows: [Row] = []
  var columns: [Column] = []

  var description: String { "\(sense) rows \(rows) columns \(columns)" }

  func build<Solver: LinearSolver & ~Copyable>(_: Solver.Type) throws(SolverFailure) -> Solver {
    var solver = try Solver(sense)
    for row in rows { _ = try solver.addRow(lower: row.lower, upper: row.upper) }
    for column in columns { try add(column, to: &solver) }
    return solver
  }

  func add<Solver: LinearSolver & ~Copyable>(_ column: Column, to solver: inout Solver) throws(SolverFailure) {
    _ = try solver.addColumn(
      cost: column.cost, lower: column.lower, upper: column.upper, isInteger: column.isInteger, rows: column.rows,
      coefficients: column.coefficients)
  }

  func isFeasible(_ point: [Double], tolerance: Double = 1e-7) -> Bool {
    for (value, column) in zip(point, columns) {
      if value < (column.lower ?? -.infinity) - tolerance || value > (column.upper ?? .infinity) + tolerance {
        return false
      }
    }
    for (index, row) in rows.enumerated() {
      let activity = zip(point, columns).reduce(0) { $0 + $1.0 * $1.1.coefficient(index) }
      if activity < (row.lower ?? -.infinity) - tolerance || activity > (row.upper ?? .infinity) + tolerance {
        return false
      }
    }
    return true
  }

  func cost(_ point: [Double]) -> Double { zip(point, columns).reduce(0) { $0 + $1.0 * $1.1.cost } }

  func better(_ a: Double, _ b: Double?) -> Bool {
    guard let b else { return true }
    return sense == .minimize ? a < b : a > b
  }

  /// The best integer point by enumeration; every column must be an integer with finite bounds. Nil if infeasible.
  func bruteForce() -> Double? {
    var best: Double?
    var point = columns.map { $0.lower!.rounded(.up) }
    guard zip(point, columns).allSatisfy({ $0 <= $1.upper!.rounded(.down) }) else { return nil }
    while true {
      if isFeasible(point), better(cost(point), best) { best = cost(point) }
      guard let next = point.indices.first(where: { point[$0] + 1 <= columns[$0].upper! }) else { return best }
      for index in 0..<next { point[index] = columns[index].lower!.rounded(.up) }
      point[next] += 1
    }
  }

  /// The best vertex by trying all sets of active constraints; every column must have finite bounds, so that an
  /// optimum is a vertex. Nil if infeasible.
  func bestVertex() -> Double? {
    var planes: [(normal: [Double], value: Double)] = []
    for (index, column) in columns.enumerated() {
      var normal = [Double](repeating: 0, count: columns.count)
      normal[index] = 1
      planes += [(normal, column.lower!), (normal, column.upper!)]
    }
    for (index, row) in rows.enumerated() {
      let normal = columns.map { $0.coefficient(index) }
      if let lower = row.lower { planes.append((normal, lower)) }
      if let upper = row.upper { planes.append((normal, upper)) }
    }
    var best: Double?
    func choose(_ from: Int, _ chosen: [Int]) {
      if chosen.count == columns.count {
        guard let point = solveDense(chosen.map { planes[$0].normal }, chosen.map { planes[$0].value }) else { return }
        if isFeasible(point, tolerance: 1e-9), better(cost(point), best) { best = cost(point) }
        return
      }
      for next in from..<planes.count where planes.count - next >= columns.count - chosen.count {
        choose(next + 1, chosen + [next])
      }
    }
    choose(0, [])
    return best
  }
}

/// Gaussian elimination; nil if singular.
private func solveDense(_ matrix: [[Double]], _ values: [Double]) -> [Double]? {
  var a = matrix
  var b = values
  for k in a.indices {
    guard let pivot = (k..<a.count).max(by: { abs(a[$0][k]) < abs(a[$1][k]) }), abs(a[pivot][k]) > 1e-9 else {
      return nil
    }
    a.swapAt(k, pivot)
    b.swapAt(k, pivot)
    for i in a.indices where i != k {
      let factor = a[i][k] / a[k][k]
      for j in k..<a.count { a[i][j] -= factor * a[k][j] }
      b[i] -= factor * b[k]
    }
  }
  return a.indices.map { b[$0] / a[$0][$0] }
}

extension TinyModel {
  /// A random model with bounded columns and small integer data: dense enough to be degenerate now and then, with
  /// equalities, fixed columns, empty rows and repeated entries among them.
  static func random(
    _ random: inout SplitMix64, columns: ClosedRange<Int>, rows: ClosedRange<Int>, isInteger: Bool
  ) -> TinyModel {
    var model = TinyModel(sense: Bool.random(using: &random) ? .minimize : .maximize)
    let rowCount = Int.random(in: rows, using: &random)
    for _ in 0..<rowCount {
      let a = Double(Int.random(in: -4...8, using: &random))
      switch Int.random(in: 0..<6, using: &random) {
      case 0: model.rows.append(Row(lower: a, upper: a))
      case 1: model.rows.append(Row(lower: a, upper: nil))
      case 2: model.rows.append(Row(lower: a - 5, upper: a + Double(Int.random(in: 0...3, using: &random))))
      case 3: model.rows.append(Row(lower: nil, upper: nil))
      default: model.rows.append(Row(lower: nil, upper: a))
      }
    }
    for _ in 0..<Int.random(in: columns, using: &random) {
      model.columns.append(.random(&random, rowCount: rowCount, isInteger: isInteger))
    }
    return model
  }
}

extension TinyModel.Column {
  static func random(_ random: inout SplitMix64, rowCount: Int, isInteger: Bool) -> Self {
    let lower = Double(Int.random(in: -2...1, using: &random))
    var column = Self(
      cost: Double(Int.random(in: -6...6, using: &random)), lower: lower,
      upper: lower + Double(Int.random(in: 0...3, using: &random)), isInteger: isInteger)
    guard rowCount > 0 else { return column }
    for row in 0..<rowCount where Int.random(in: 0..<3, using: &random) > 0 {
      column.rows.append(Int32(row))
      column.coefficients.append(Double(Int.random(in: -3...4, using: &random)))
    }
    if Int.random(in: 0..<5, using: &random) == 0 {
      column.rows.append(Int32.random(in: 0..<Int32(rowCount), using: &random))
      column.coefficients.append(2)
    }
    return column
  }
}
