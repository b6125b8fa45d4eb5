import BayplanLP

/// The program of `FleetRelaxation` by column generation: patterns of devices and, for a policy that declines nothing,
/// closures of accepted pods are added while they earn more than their duals.
///
///     sum_k x_sk <= n_s, or sum_k x_sk = sum_c n_sc y_c with sum_c y_c <= 1   (lambda_s, theta)
///
/// Dantzig and Wolfe 1960. Each round's duals are rounded and give a bound in integers; the least of all counts.
struct RelaxationMaster: ~Copyable {
  private let relaxation: FleetRelaxation
  private let selection: FleetRelaxation.Selection
  private var solver: StandardSolver
  private var cpuRows: [Int] = []
  private var memoryRows: [Int] = []
  private var sizeRows: [[Int]] = []
  private var deviceRows: [Int] = []
  private var demandRows: [Int] = []
  private var convexRow = -1
  private var placements: [(shape: Int, room: Int, column: Int)] = []
  private var patterns = Set<[Int32]>()
  private var closures = Set<[Int64]>()

  private static let unit = 1000.0

  init(
    _ relaxation: FleetRelaxation, _ selection: FleetRelaxation.Selection, solver: consuming StandardSolver
  ) {
    self.relaxation = relaxation
    self.selection = selection
    self.solver = solver
  }

  mutating func build() throws(SolverFailure) {
    for room in relaxation.classes {
      let count = Double(room.nodes.count)
      // In whole nodes, whatever the units, so that no coefficient is tiny.
      cpuRows.append(try solver.addRow(lower: nil, upper: count))
      memoryRows.append(try solver.addRow(lower: nil, upper: count))
      deviceRows.append(try solver.addRow(lower: nil, upper: count * Double(room.devices)))
      var rows: [Int] = []
      for _ in relaxation.sizes { rows.append(try solver.addRow(lower: nil, upper: 0)) }
      sizeRows.append(rows)
    }
    let isFree = if case .any = selection { true } else { false }
    for (shape, request) in relaxation.shapes.enumerated() {
      let row = try solver.addRow(lower: isFree ? nil : 0, upper: isFree ? Double(relaxation.demands[shape]) : 0)
      demandRows.append(row)
      for room in relaxation.fitting[shape] {
        var rows = [Int32(row), Int32(cpuRows[room]), Int32(memoryRows[room])]
        var coefficients = [1, cpu(request, of: room), memory(request, of: room)]
        if let size = relaxation.sizeOfShape[shape] {
          rows.append(Int32(sizeRows[room][size]))
          coefficients.append(Double(request.devices))
        }
        let column = try solver.addColumn(
          cost: Double(request.totalMilli) / Self.unit, lower: 0, upper: nil, isInteger: false, rows: rows,
          coefficients: coefficients)
        placements.append((shape, room, column))
      }
    }
    if !isFree { convexRow = try solver.addRow(lower: nil, upper: 1) }
    for (index, size) in relaxation.sizes.enumerated() where size <= 1000 {
      var pattern = [Int32](repeating: 0, count: relaxation.sizes.count)
      pattern[index] = 1000 / size
      try add(pattern)
    }
  }

  /// Parts of a node.
  private func cpu(_ shape: PodShape, of room: Int) -> Double {
    Double(shape.cpu / relaxation.cpuUnit) / Double(max(1, relaxation.classes[room].cpu))
  }

  private func memory(_ shape: PodShape, of room: Int) -> Double {
    Double(shape.memory / relaxation.memoryUnit) / Double(max(1, relaxation.classes[room].memory))
  }

  /// On every class. False if it is there already.
  @discardableResult
  private mutating func add(_ pattern: [Int32]) throws(SolverFailure) -> Bool {
    guard patterns.insert(pattern).inserted else { return false }
    for room in relaxation.classes.indices where relaxation.classes[room].devices > 0 {
      var rows = [Int32(deviceRows[room])]
      var coefficients = [1.0]
      for (size, count) in pattern.enumerated() where count > 0 {
        rows.append(Int32(sizeRows[room][size]))
        coefficients.append(-Double(count))
      }
      _ = try solver.addColumn(
        cost: 0, lower: 0, upper: nil, isInteger: false, rows: rows, coefficients: coefficients)
    }
    return true
  }

  private mutating func add(closure counts: [Int64]) throws(SolverFailure) -> Bool {
    guard closures.insert(counts).inserted else { return false }
    var rows = [Int32(convexRow)]
    var coefficients = [1.0]
    for (shape, count) in counts.enumerated() where count > 0 {
      rows.append(Int32(demandRows[shape]))
      coefficients.append(-Double(count))
    }
    _ = try solver.addColumn(cost: 0, lower: 0, upper: nil, isInteger: false, rows: rows, coefficients: coefficients)
    return true
  }

  /// The least bound found, in thousandths. Stops when no column earns anything, or after so many rounds.
  mutating func solve(rounds: Int) throws(SolverFailure) -> Int64 {
    var least = Int64.max
    for round in 0..<max(1, rounds) {
      do throws(SolverFailure) { try solveMaster() } catch {
        // Any bound holds; only the next one is lost.
        if round > 0 { break }
        throw error
      }
      let evaluation = relaxation.evaluate(prices)
      let best = relaxation.bestSelection(selection, evaluation.gains)
      least = min(least, (evaluation.room + best.gain) / FleetRelaxation.scale)
      var isNew = false
      for (room, pattern) in evaluation.patterns.enumerated() {
        let earns = Double(evaluation.devices[room]) / Double(FleetRelaxation.scale) / Self.unit
        if earns > solver.dual(of: deviceRows[room]) + 1e-6, try add(pattern) { isNew = true }
      }
      if case .undeclined = selection {
        let gain = Double(best.gain) / Double(FleetRelaxation.scale) / Self.unit
        if gain > solver.dual(of: convexRow) + 1e-3, try add(closure: best.counts) { isNew = true }
      }
      if !isNew || Double(least) <= solver.objective * Self.unit + 1 { break }
    }
    return least
  }

  private mutating func solveMaster() throws(SolverFailure) {
    let status = try solver.solveRelaxation(SolveLimits())
    if status != .optimal {
      throw SolverFailure(.numerical, "the relaxation of the fleet was not solved but is \(status)")
    }
  }

  /// Duals as prices: whatever they are, the bound holds.
  private var prices: FleetRelaxation.Prices {
    let scale = Double(FleetRelaxation.scale) * Self.unit
    func price(_ row: Int, perNode units: Int64 = 1) -> Int64 {
      let dual = solver.dual(of: row)
      // Sums of a million nodes stay within 64 bits.
      return dual.isFinite ? Int64((max(0, min(dual, 1000)) * scale / Double(max(1, units))).rounded()) : 0
    }
    let classes = relaxation.classes
    return FleetRelaxation.Prices(
      cpu: classes.indices.map { price(cpuRows[$0], perNode: classes[$0].cpu) },
      memory: classes.indices.map { price(memoryRows[$0], perNode: classes[$0].memory) },
      sizes: sizeRows.map { rows in rows.map { price($0) } })
  }

  /// How many pods of each shape go to each class in a solution worth the same that asks for few cores and little memory.
  mutating func quotas() throws(SolverFailure) -> [[Double]] {
    var result = relaxation.shapes.map { _ in [Double](repeating: 0, count: relaxation.classes.count) }
    let cores = Double(max(1, relaxation.classes.map(\.cpu).max() ?? 1))
    let most = Double(max(1, relaxation.classes.map(\.memory).max() ?? 1))
    for (shape, _, column) in placements {
      let request = relaxation.shapes[shape]
      // The largest node's cores are worth less than a hundredth of a device: solutions hardly lose, nodes gain room.
      let spent =
        Double(request.cpu / relaxation.cpuUnit) / cores + Double(request.memory / relaxation.memoryUnit) / most
      try solver.setCost(Double(request.totalMilli) / Self.unit - 4e-3 * spent, ofColumn: column)
    }
    guard try solver.solveRelaxation(SolveLimits()) == .optimal else { return result }
    for (shape, room, column) in placements { result[shape][room] = max(0, solver.value(of: column)) }
    return result
  }
}
