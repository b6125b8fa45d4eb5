#if GLPK
  import Testing

  @testable import BayplanLP

  /// A problem that is changed and solved again and again must answer like one built from scratch.
  @Suite struct WarmStartTests {
    @Test(arguments: 0..<60 * thoroughness)
    func anyChangeAgreesWithAFreshSolve(seed: UInt64) throws {
      var random = SplitMix64(seed: seed &* 77 &+ 1)
      var model = TinyModel.random(&random, columns: 2...12, rows: 1...9, isInteger: false)
      var solver = try model.build(StandardSolver.self)
      for step in 0..<25 {
        try change(&model, &solver, &random)
        #expect(solver.rowCount == model.rows.count && solver.columnCount == model.columns.count)
        // Sometimes several changes before a solve.
        if Int.random(in: 0..<3, using: &random) == 0 { continue }
        let status = try solver.solveRelaxation(SolveLimits())
        var fresh = try model.build(StandardSolver.self)
        let expected = try fresh.solveRelaxation(SolveLimits())
        #expect(status == expected, "seed \(seed) step \(step): \(model)")
        if status == .optimal {
          let difference = abs(solver.objective - fresh.objective)
          #expect(difference < 1e-6, "seed \(seed) step \(step)")
          expectOptimal(solver, model, "seed \(seed) step \(step)")
        }
      }
    }

    private func change(
      _ model: inout TinyModel, _ solver: inout StandardSolver, _ random: inout SplitMix64
    ) throws {
      let small = { (random: inout SplitMix64) in Double(Int.random(in: -3...6, using: &random)) }
      switch Int.random(in: 0..<8, using: &random) {
      case 0, 1:
        model.columns.append(.random(&random, rowCount: model.rows.count, isInteger: false))
        try model.add(model.columns.last!, to: &solver)
      case 2:
        var chosen: [Int32] = []
        var coefficients: [Double] = []
        for column in model.columns.indices where Bool.random(using: &random) {
          let coefficient = small(&random)
          chosen.append(Int32(column))
          coefficients.append(coefficient)
          model.columns[column].rows.append(Int32(model.rows.count))
          model.columns[column].coefficients.append(coefficient)
        }
        let upper = small(&random) + 2
        model.rows.append(.init(lower: nil, upper: upper))
        _ = try solver.addRow(lower: nil, upper: upper, columns: chosen, coefficients: coefficients)
      case 3 where !model.columns.isEmpty:
        let column = Int.random(in: model.columns.indices, using: &random)
        model.columns[column].cost = small(&random)
        try solver.setCost(model.columns[column].cost, ofColumn: column)
      case 4 where !model.columns.isEmpty:
        let column = Int.random(in: model.columns.indices, using: &random)
        let lower = small(&random) - 3
        model.columns[column].lower = lower
        model.columns[column].upper = lower + Double(Int.random(in: 0...4, using: &random))
        try solver.setBounds(ofColumn: column, lower: lower, upper: model.columns[column].upper)
      case 5 where !model.rows.isEmpty:
        let row = Int.random(in: model.rows.indices, using: &random)
        let lower = small(&random) - 4
        model.rows[row] = .init(lower: lower, upper: lower + Double(Int.random(in: 0...6, using: &random)))
        try solver.setBounds(ofRow: row, lower: lower, upper: model.rows[row].upper)
      case 6 where !model.columns.isEmpty:
        let gone = model.columns.indices.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        try solver.deleteColumns(gone + gone.prefix(1))
        for column in gone.reversed() { model.columns.remove(at: column) }
      case 7 where !model.rows.isEmpty:
        let gone = model.rows.indices.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        try solver.deleteRows(gone)
        for row in gone.reversed() { model.removeRow(row) }
      default: break
      }
    }

    /// With a tiny cap every attempt of the stall cure is made: the answer is the same, or an honest failure.
    @Test func stalledRunsChangeTheirMethod() throws {
      var cured = 0
      for seed in 0..<80 as Range<UInt64> {
        var random = SplitMix64(seed: seed &+ 4000)
        let model = TinyModel.random(&random, columns: 10...25, rows: 8...16, isInteger: false)
        var patient = try model.build(GLPKProblem.self)
        let expected = try patient.solveRelaxation()
        var hasty = try model.build(GLPKProblem.self)
        for cap in 1...3 {
          hasty.usualIterations = cap
          do throws(SolverFailure) {
            let status = try hasty.solveRelaxation()
            #expect(status == expected, "seed \(seed) cap \(cap)")
            if status == .optimal { expectOptimal(hasty, model, "seed \(seed) cap \(cap)") }
            if hasty.iterations > cap { cured += 1 }
          } catch {
            #expect(error.code == .numerical, "seed \(seed) cap \(cap): \(error)")
          }
        }
        hasty.usualIterations = nil
        #expect(try hasty.solveRelaxation() == expected, "seed \(seed)")
      }
      #expect(cured > 40)
    }

    @Test func deletingColumnsKeepsTheOthersValues() throws {
      var solver = try RelaxationTests.master.build(StandardSolver.self)
      _ = try solver.solveRelaxation(SolveLimits())
      let last = solver.value(of: 2)
      try solver.deleteColumns([0])
      #expect(solver.value(of: 1) == last)
      #expect(solver.value(of: 2).isNaN)
      #expect(try solver.solveRelaxation(SolveLimits()) == .infeasible)
    }

    /// More deletions than the basis is mended for by pivots.
    @Test func deletingManyBasicColumnsAndActiveRows() throws {
      let size = 80
      var model = TinyModel(rows: .init(repeating: .init(lower: 1, upper: nil), count: size))
      for copy in 0..<2 {
        for row in 0..<size {
          model.columns.append(
            .init(
              cost: Double(1 + copy), lower: 0, upper: nil, rows: [Int32(row), Int32((row + 1) % size)],
              coefficients: [1, 1]))
        }
      }
      var solver = try model.build(StandardSolver.self)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      #expect(abs(solver.objective - 40) < 1e-9)
      try solver.deleteColumns(Array(0..<size))
      model.columns.removeFirst(size)
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      #expect(abs(solver.objective - 80) < 1e-9)
      expectOptimal(solver, model)
      try solver.deleteRows(Array(0..<60))
      for _ in 0..<60 { model.removeRow(0) }
      #expect(try solver.solveRelaxation(SolveLimits()) == .optimal)
      #expect(abs(solver.objective - 20) < 1e-9)
      expectOptimal(solver, model)
    }
  }

  extension TinyModel {
    mutating func removeRow(_ row: Int) {
      rows.remove(at: row)
      for column in columns.indices {
        let kept = columns[column].rows.indices.filter { columns[column].rows[$0] != row }
        columns[column].coefficients = kept.map { columns[column].coefficients[$0] }
        columns[column].rows = kept.map { columns[column].rows[$0] - (columns[column].rows[$0] > row ? 1 : 0) }
      }
    }
  }
#endif
