#if GLPK
  import BayplanLP
  import Synchronization
  import Testing

  /// Branch and cut against looking at every integer point.
  @Suite struct IntegerTests {
    @Test(arguments: [true, false])
    func agreesWithBruteForce(usesCuts: Bool) throws {
      for seed in 0..<150 * thoroughness {
        var random = SplitMix64(seed: seed &+ 9000)
        let model = TinyModel.random(&random, columns: 1...6, rows: 0...5, isInteger: true)
        try check(model, usesCuts: usesCuts, "seed \(seed)")
      }
    }

    @Test func knapsacks() throws {
      for seed in 0..<60 * thoroughness {
        var random = SplitMix64(seed: seed &+ 500)
        var model = TinyModel(sense: .maximize, rows: [.init(lower: nil, upper: 40)])
        for _ in 0..<Int.random(in: 4...12, using: &random) {
          let weight = Double(Int.random(in: 3...19, using: &random))
          model.columns.append(
            .init(
              cost: weight + Double(Int.random(in: 0...3, using: &random)), lower: 0, upper: 1, isInteger: true,
              rows: [0], coefficients: [weight]))
        }
        try check(model, usesCuts: true, "seed \(seed)")
      }
    }

    /// Three items into three bins with conflicts, the shape of a placement model.
    @Test func assignments() throws {
      for seed in 0..<60 * thoroughness {
        var random = SplitMix64(seed: seed &+ 700)
        let items = 4
        let bins = 3
        var model = TinyModel(rows: .init(repeating: .init(lower: 1, upper: 1), count: items))
        model.rows += .init(repeating: .init(lower: nil, upper: 10), count: bins)
        for item in 0..<items {
          let weight = Double(Int.random(in: 2...8, using: &random))
          for bin in 0..<bins {
            let isFixed = Int.random(in: 0..<6, using: &random) == 0
            model.columns.append(
              .init(
                cost: Double(Int.random(in: 1...9, using: &random)), lower: 0, upper: isFixed ? 0 : 1, isInteger: true,
                rows: [Int32(item), Int32(items + bin)], coefficients: [1, weight]))
          }
        }
        try check(model, usesCuts: true, "seed \(seed)")
      }
    }

    private func check(_ model: TinyModel, usesCuts: Bool, _ note: String) throws {
      var solver = try model.build(StandardSolver.self)
      var options = MIPOptions()
      options.usesCuts = usesCuts
      let status = try solver.solveInteger(options)
      guard let best = model.bruteForce() else {
        #expect(status == .infeasible, "\(note) \(model)")
        return
      }
      #expect(status == .optimal, "\(note) \(model)")
      #expect(abs(solver.objective - best) < 1e-6, "\(note) \(model)")
      #expect(solver.bestBound == solver.objective)
      let point = model.columns.indices.map { solver.value(of: $0) }
      #expect(model.isFeasible(point) && point.allSatisfy { $0 == $0.rounded() }, "\(note) \(model)")
      // The optimum is not better than itself; it is better than the next worse value.
      options.cutoff = best
      #expect(try solver.solveInteger(options) == .infeasible, "\(note) \(model)")
      #expect(!model.better(best, solver.bestBound), "\(note) bound under a cutoff")
      options.cutoff = best + (model.sense == .minimize ? 1 : -1)
      #expect(try solver.solveInteger(options) == .optimal, "\(note) \(model)")
      #expect(abs(solver.objective - best) < 1e-6, "\(note) \(model)")
      #expect(solver.rowCount == model.rows.count)
      // The search leaves the problem as it was.
      var fresh = try model.build(StandardSolver.self)
      let relaxation = try fresh.solveRelaxation(SolveLimits())
      #expect(try solver.solveRelaxation(SolveLimits()) == relaxation)
      #expect(abs(solver.objective - fresh.objective) < 1e-7, "\(note)")
    }

    @Test func roundsBoundsOfIntegerColumns() throws {
      var solver = try StandardSolver(.maximize)
      let column = try solver.addColumn(cost: 1, lower: -0.5, upper: 2.7, isInteger: true, rows: [], coefficients: [])
      #expect(try solver.solveInteger() == .optimal)
      #expect(solver.value(of: column) == 2)
      try solver.setBounds(ofColumn: column, lower: 0.3, upper: 2.999_999_999_9)
      #expect(try solver.solveInteger() == .optimal)
      #expect(solver.value(of: column) == 3)
      try solver.setBounds(ofColumn: column, lower: 0.3, upper: 0.7)
      #expect(try solver.solveInteger() == .infeasible)
    }

    @Test func mixedWithContinuousColumns() throws {
      // Facility of size 10 opened in whole units, demand 14 served for 1 each.
      var solver = try TinyModel(
        rows: [.init(lower: 14, upper: nil), .init(lower: nil, upper: 0)],
        columns: [
          .init(cost: 7.5, lower: 0, upper: nil, isInteger: true, rows: [1], coefficients: [-10]),
          .init(cost: 1, lower: 0, upper: nil, rows: [0, 1], coefficients: [1, 1]),
        ]
      ).build(StandardSolver.self)
      #expect(try solver.solveInteger() == .optimal)
      #expect(abs(solver.objective - 29) < 1e-9)
      #expect(solver.dual(of: 0).isNaN, "a MIP has no duals")
    }

    @Test func cutoffsOfLargeAndOfContinuousObjectives() throws {
      for (cost, isInteger) in [(1e9, true), (1e12 + 1, true), (0.37, false), (0, true)] {
        var solver = try TinyModel(
          rows: [.init(lower: 2.5, upper: nil)],
          columns: [
            .init(cost: cost, lower: 0, upper: 9, isInteger: isInteger, rows: [0], coefficients: [1])
          ]
        ).build(StandardSolver.self)
        let best = cost * (isInteger ? 3 : 2.5)
        var options = MIPOptions()
        options.cutoff = best
        #expect(try solver.solveInteger(options) == .infeasible, "\(cost)")
        #expect(solver.bestBound <= best && solver.objective.isNaN && solver.value(of: 0).isNaN)
        options.cutoff = best + 1
        #expect(try solver.solveInteger(options) == .optimal, "\(cost)")
        #expect(abs(solver.objective - best) < 1e-6)
      }
    }

    @Test func reportsUnbounded() throws {
      var solver = try StandardSolver(.maximize)
      _ = try solver.addColumn(cost: 1, lower: 0, upper: nil, isInteger: true, rows: [], coefficients: [])
      #expect(try solver.solveInteger() == .unbounded)
    }

    @Test func incumbentsImproveAndBoundsRise() throws {
      let seen = Mutex<(incumbents: [Double], bounds: [Double])>(([], []))
      let model = market(columns: 14, rows: 2, seed: 5)
      var solver = try model.build(StandardSolver.self)
      var options = MIPOptions()
      options.onIncumbent = { objective, values in
        #expect(values.count == model.columns.count && model.isFeasible(values, tolerance: 1e-5))
        #expect(abs(model.cost(values) - objective) < 1e-6)
        seen.withLock { $0.incumbents.append(objective) }
      }
      options.onBound = { bound in seen.withLock { $0.bounds.append(bound) } }
      #expect(try solver.solveInteger(options) == .optimal)
      let objective = solver.objective
      seen.withLock { seen in
        #expect(seen.incumbents.last == objective)
        #expect(zip(seen.incumbents, seen.incumbents.dropFirst()).allSatisfy { $0 > $1 })
        #expect(zip(seen.bounds, seen.bounds.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(seen.bounds.count > 1 && seen.bounds.allSatisfy { $0 <= objective + 1e-6 })
      }
    }

    @Test func cancellationKeepsAValidBound() throws {
      let model = market(columns: 14, rows: 2, seed: 5)
      var whole = try model.build(StandardSolver.self)
      #expect(try whole.solveInteger() == .optimal)
      for patience in [0, 1, 5, 40, 200] {
        let asked = Atomic(0)
        var solver = try model.build(StandardSolver.self)
        var options = MIPOptions()
        options.limits.isCancelled = { asked.add(1, ordering: .relaxed).newValue > patience }
        let status = try solver.solveInteger(options)
        #expect([.unknown, .feasible, .optimal].contains(status))
        #expect(solver.bestBound <= whole.objective + 1e-6)
        if status == .feasible { #expect(solver.objective >= whole.objective - 1e-6) }
        #expect(solver.objective.isNaN == (status == .unknown))
      }
    }

    @Test func stopsAtTheGap() throws {
      var solver = try market(columns: 14, rows: 2, seed: 5).build(StandardSolver.self)
      var options = MIPOptions()
      options.relativeGap = 10
      #expect(try solver.solveInteger(options) == .optimal)
      #expect(solver.bestBound <= solver.objective)
      options.relativeGap = .nan
      expectFailure(.misuse) { () throws(SolverFailure) in _ = try solver.solveInteger(options) }
    }

    /// A market split problem with slacks: hard for its size, so that the search has something to do.
    private func market(columns: Int, rows: Int, seed: UInt64) -> TinyModel {
      var random = SplitMix64(seed: seed)
      var model = TinyModel()
      for _ in 0..<columns { model.columns.append(.init(cost: 0, lower: 0, upper: 1, isInteger: true)) }
      for row in 0..<rows {
        var sum = 0
        for column in 0..<columns {
          let weight = Int.random(in: 0...99, using: &random)
          sum += weight
          model.columns[column].rows.append(Int32(row))
          model.columns[column].coefficients.append(Double(weight))
        }
        model.rows.append(.init(lower: Double(sum / 2), upper: Double(sum / 2)))
        for sign in [1.0, -1.0] {
          model.columns.append(.init(cost: 1, lower: 0, upper: nil, rows: [Int32(row)], coefficients: [sign]))
        }
      }
      return model
    }
  }
#endif
