#if GLPK
  import BayplanLP
  import Testing

  /// What every `LinearSolver` must do with a relaxation. Written against the protocol; a new backend joins by calling
  /// the functions with its type.
  @Suite struct RelaxationTests {
    typealias Solver = StandardSolver

    /// The cutting-stock master of width 10 for lengths 3, 4 and 5.
    static let master = TinyModel(
      rows: [.init(lower: 4, upper: nil), .init(lower: 2, upper: nil), .init(lower: 1, upper: nil)],
      columns: [
        .init(cost: 1, lower: 0, upper: nil, rows: [0], coefficients: [3]),
        .init(cost: 1, lower: 0, upper: nil, rows: [1], coefficients: [2]),
        .init(cost: 1, lower: 0, upper: nil, rows: [2], coefficients: [2]),
      ])

    @Test func solvesAMaster() throws {
      var solver = try Self.master.build(Solver.self)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      #expect(abs(solver.objective - (4.0 / 3 + 1 + 0.5)) < 1e-9)
      #expect(solver.bestBound == solver.objective)
      #expect(abs(solver.dual(of: 0) - 1.0 / 3) < 1e-9)
      #expect(abs(solver.dual(of: 1) - 0.5) < 1e-9)
      expectOptimal(solver, Self.master)
    }

    @Test func reoptimizesAfterColumns() throws {
      var model = Self.master
      var solver = try model.build(Solver.self)
      _ = try solver.solveRelaxation(SolveLimits())
      let before = solver.dual(of: 0)
      model.columns.append(.init(cost: 1, lower: 0, upper: nil, rows: [0, 1], coefficients: [2, 1]))
      try model.add(model.columns.last!, to: &solver)
      #expect(solver.dual(of: 0) == before, "prices stay readable while columns come in")
      #expect(solver.value(of: 3).isNaN)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      expectOptimal(solver, model)
    }

    @Test func saysInfeasible() throws {
      var solver = try TinyModel(
        rows: [.init(lower: 3, upper: nil)],
        columns: [.init(cost: 1, lower: 0, upper: 1, rows: [0], coefficients: [2])]
      ).build(Solver.self)
      #expect(try solver.solveRelaxation(SolveLimits()) == .infeasible)
      #expect(solver.bestBound == .infinity)
      #expect(solver.objective.isNaN && solver.value(of: 0).isNaN && solver.dual(of: 0).isNaN)
      try solver.setBounds(ofRow: 0, lower: 1, upper: nil)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      #expect(solver.objective == 0.5)
    }

    @Test func saysUnbounded() throws {
      for rowCount in 0...2 {
        var solver = try TinyModel(
          sense: .maximize, rows: .init(repeating: .init(lower: 1, upper: nil), count: rowCount),
          columns: [
            .init(
              cost: 1, lower: 0, upper: nil, rows: (0..<Int32(rowCount)).map { $0 },
              coefficients: .init(repeating: 1, count: rowCount))
          ]
        ).build(Solver.self)
        #expect(try solver.solveRelaxation(SolveLimits()) == .unbounded)
        #expect(solver.bestBound == .infinity)
      }
    }

    @Test func crossedBoundsAreInfeasible() throws {
      var solver = try Self.master.build(Solver.self)
      try solver.setBounds(ofColumn: 1, lower: 2, upper: 1)
      #expect(try solver.solveRelaxation(SolveLimits()) == .infeasible)
      #expect(try solver.solveInteger(MIPOptions()) == .infeasible)
      try solver.setBounds(ofColumn: 1, lower: 0, upper: nil)
      try solver.setBounds(ofRow: 0, lower: 5, upper: 4)
      #expect(try solver.solveRelaxation(SolveLimits()) == .infeasible)
      try solver.setBounds(ofRow: 0, lower: 4, upper: nil)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
    }

    @Test func emptyProblems() throws {
      for (rows, columns) in [(0, 0), (0, 2), (2, 0)] {
        var solver = try TinyModel(
          rows: .init(repeating: .init(lower: nil, upper: 3), count: rows),
          columns: .init(repeating: .init(cost: 2, lower: 1, upper: 4), count: columns)
        ).build(Solver.self)
        #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
        #expect(solver.objective == 2 * Double(columns))
        #expect(try solver.solveInteger(MIPOptions()) == .optimal)
        #expect(solver.objective == 2 * Double(columns))
      }
      var impossible = try TinyModel(rows: [.init(lower: 1, upper: nil)]).build(Solver.self)
      #expect(try impossible.solveRelaxation(SolveLimits()) == .infeasible)
      #expect(try impossible.solveInteger(MIPOptions()) == .infeasible)
    }

    @Test func degenerateAssignment() throws {
      // An assignment polytope: every vertex is degenerate.
      let size = 6
      var model = TinyModel(rows: .init(repeating: .init(lower: 1, upper: 1), count: 2 * size))
      for i in 0..<size {
        for j in 0..<size {
          model.columns.append(
            .init(
              cost: Double((i * 7 + j * 3) % 5), lower: 0, upper: nil, rows: [Int32(i), Int32(size + j)],
              coefficients: [1, 1]))
        }
      }
      var solver = try model.build(Solver.self)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      expectOptimal(solver, model)
    }

    @Test func agreesWithVertexEnumeration() throws {
      for seed in 0..<300 * thoroughness {
        var random = SplitMix64(seed: seed)
        let model = TinyModel.random(&random, columns: 1...3, rows: 0...4, isInteger: false)
        var solver = try model.build(Solver.self)
        let status = try solver.solveRelaxation(SolveLimits())
        if let best = model.bestVertex() {
          #expect(status == .optimal, "seed \(seed): \(model)")
          #expect(abs(solver.objective - best) < 1e-6, "seed \(seed): \(model)")
          expectOptimal(solver, model, "seed \(seed)")
        } else {
          #expect(status == .infeasible, "seed \(seed): \(model)")
        }
      }
    }

    @Test func limitsStopTheSolve() throws {
      var solver = try Self.master.build(Solver.self)
      #expect(try solver.solveRelaxation(SolveLimits(iterations: 0)) == .unknown)
      #expect(solver.bestBound == 0, "the slack basis is dual feasible: zero bounds from below")
      #expect(try solver.solveRelaxation(SolveLimits(seconds: 0)) == .unknown)
      #expect(try solver.solveRelaxation(SolveLimits(isCancelled: { true })) == .unknown)
      #expect(
        try solver.solveRelaxation(SolveLimits(seconds: 1e30, iterations: .max, isCancelled: { false })) == .optimal)
    }
  }

  /// Primal feasibility, dual feasibility, complementary slackness and strong duality, from the model's own data.
  func expectOptimal<Solver: LinearSolver & ~Copyable>(
    _ solver: borrowing Solver, _ model: TinyModel, _ note: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let point = model.columns.indices.map { solver.value(of: $0) }
    let duals = model.rows.indices.map { solver.dual(of: $0) }
    let direction = model.sense == .minimize ? 1.0 : -1.0
    let objective = solver.objective
    #expect(model.isFeasible(point), "\(note) \(model)", sourceLocation: sourceLocation)
    #expect(abs(model.cost(point) - objective) < 1e-7, "\(note)", sourceLocation: sourceLocation)
    var dualObjective = 0.0
    func price(_ price: Double, _ value: Double, _ lower: Double?, _ upper: Double?) {
      // A price pulls its activity to one bound: it must be there, and pay that bound.
      if abs(price) < 1e-8 { return }
      guard let bound = direction * price > 0 ? lower : upper else {
        Issue.record("\(note) price \(price) has no bound to pay, \(model)", sourceLocation: sourceLocation)
        return
      }
      #expect(abs(value - bound) < 1e-7, "\(note) slack and price", sourceLocation: sourceLocation)
      dualObjective += price * bound
    }
    for (index, row) in model.rows.enumerated() {
      let activity = zip(point, model.columns).reduce(0) { $0 + $1.0 * $1.1.coefficient(index) }
      price(duals[index], activity, row.lower, row.upper)
    }
    for (index, column) in model.columns.enumerated() {
      let reduced = model.rows.indices.reduce(column.cost) { $0 - duals[$1] * column.coefficient($1) }
      let reported = solver.reducedCost(of: index)
      #expect(abs(reduced - reported) < 1e-8, "\(note)", sourceLocation: sourceLocation)
      price(reduced, point[index], column.lower, column.upper)
    }
    #expect(abs(dualObjective - objective) < 1e-6, "\(note) strong duality", sourceLocation: sourceLocation)
  }
#endif
