#if GLPK
  @testable import BayplanLP
  import Glibc
  import Synchronization
  import Testing

  /// Expects exactly this failure.
  func expectFailure(
    _ code: SolverFailure.Code, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws(SolverFailure) -> Void
  ) {
    do {
      try body()
      Issue.record("no failure", sourceLocation: sourceLocation)
    } catch {
      #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
      #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    }
  }

  /// Whatever is done to a problem, the process lives and the caller gets a `SolverFailure`. Every test here runs on a
  /// solver thread: a lost environment must not reach tests that share its thread.
  @Suite struct MisuseTests {
    @Test func badIndicesAndNumbersAreRefused() throws {
      try onSolverThread {
        var solver = try RelaxationTests.master.build(GLPKProblem.self)
        for index in [-1, 3, 1 << 40, .max, .min] {
          expectFailure(.misuse) { () throws(SolverFailure) in try solver.setCost(1, ofColumn: index) }
          expectFailure(.misuse) { () throws(SolverFailure) in
            try solver.setBounds(ofColumn: index, lower: 0, upper: 1)
          }
          expectFailure(.misuse) { () throws(SolverFailure) in try solver.setBounds(ofRow: index, lower: 0, upper: 1) }
          expectFailure(.misuse) { () throws(SolverFailure) in try solver.deleteColumns([0, index]) }
          expectFailure(.misuse) { () throws(SolverFailure) in try solver.deleteRows([index, 0]) }
          #expect(solver.value(of: index).isNaN && solver.dual(of: index).isNaN && solver.reducedCost(of: index).isNaN)
        }
        for rows in [[-1], [3], [0, .max], [.min]] as [[Int32]] {
          let coefficients = [Double](repeating: 1, count: rows.count)
          expectFailure(.misuse) { () throws(SolverFailure) in
            _ = try solver.addColumn(
              cost: 1, lower: 0, upper: 1, isInteger: false, rows: rows, coefficients: coefficients)
          }
          expectFailure(.misuse) { () throws(SolverFailure) in
            _ = try solver.addRow(lower: 0, upper: 1, columns: rows, coefficients: coefficients)
          }
        }
        expectFailure(.misuse) { () throws(SolverFailure) in
          _ = try solver.addRow(lower: 0, upper: 1, columns: [0, 1], coefficients: [1])
        }
        for number in [Double.nan, .infinity, -.infinity] {
          expectFailure(.misuse) { () throws(SolverFailure) in try solver.setCost(number, ofColumn: 0) }
          expectFailure(.misuse) { () throws(SolverFailure) in
            _ = try solver.addColumn(cost: number, lower: 0, upper: 1, isInteger: true, rows: [], coefficients: [])
          }
          expectFailure(.misuse) { () throws(SolverFailure) in
            _ = try solver.addRow(lower: 0, upper: 1, columns: [0], coefficients: [number])
          }
          expectFailure(.misuse) { () throws(SolverFailure) in
            _ = try solver.addRow(lower: 0, upper: number == .infinity ? -number : number.magnitude * .nan)
          }
          expectFailure(.misuse) { () throws(SolverFailure) in
            try solver.setBounds(ofRow: 0, lower: number == -.infinity ? -number : number.magnitude, upper: nil)
          }
        }
        expectFailure(.misuse) { () throws(SolverFailure) in
          _ = try solver.addRow(
            lower: 0, upper: 1, columns: [0, 0],
            coefficients: [.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        }
        // Nothing of all that left a trace.
        #expect(solver.rowCount == 3 && solver.columnCount == 3)
        #expect(try solver.solveRelaxation() == .optimal)
        expectOptimal(solver, RelaxationTests.master)
      }
    }

    @Test func infiniteBoundsOfTheirOwnSideMeanNone() throws {
      try onSolverThread {
        var solver = try GLPKProblem(.minimize)
        let row = try solver.addRow(lower: 2, upper: .infinity)
        let column = try solver.addColumn(
          cost: 1, lower: -.infinity, upper: .infinity, isInteger: false, rows: [Int32(row)], coefficients: [1])
        #expect(try solver.solveRelaxation() == .optimal)
        #expect(solver.value(of: column) == 2)
      }
    }

    @Test func aRealErrorLosesTheThreadsProblemsAndNoMore() throws {
      try onSolverThread {
        var broken = try RelaxationTests.master.build(GLPKProblem.self)
        var neighbour = try RelaxationTests.master.build(GLPKProblem.self)
        #expect(try neighbour.solveRelaxation() == .optimal)
        for _ in 0..<3 {
          var victim = try RelaxationTests.master.build(GLPKProblem.self)
          expectFailure(.libraryError) { () throws(SolverFailure) in try victim.provokeError() }
          expectFailure(.misuse) { () throws(SolverFailure) in try victim.provokeError() }
        }
        expectFailure(.misuse) { () throws(SolverFailure) in _ = try broken.solveRelaxation() }
        expectFailure(.misuse) { () throws(SolverFailure) in _ = try neighbour.solveInteger() }
        expectFailure(.misuse) { () throws(SolverFailure) in try broken.deleteRows([0]) }
        expectFailure(.misuse) { () throws(SolverFailure) in try broken.writeLP(to: "/dev/null") }
        var next = try RelaxationTests.master.build(GLPKProblem.self)
        #expect(try next.solveRelaxation() == .optimal)
        expectOptimal(next, RelaxationTests.master)
      }
    }

    @Test func freeingTheEnvironmentLosesProblems() throws {
      try onSolverThread {
        var solver = try RelaxationTests.master.build(GLPKProblem.self)
        LinearSolverAvailability.freeEnvironment()
        expectFailure(.misuse) { () throws(SolverFailure) in _ = try solver.solveRelaxation() }
        var next = try RelaxationTests.master.build(GLPKProblem.self)
        #expect(try next.solveRelaxation() == .optimal)
      }
    }

    @Test func aForeignThreadIsRefused() throws {
      try onSolverThread {
        let shared = Shared(try RelaxationTests.master.build(GLPKProblem.self))
        try onSolverThread {
          expectFailure(.misuse) { () throws(SolverFailure) in _ = try shared.problem!.solveRelaxation() }
          expectFailure(.misuse) { () throws(SolverFailure) in _ = try shared.problem!.addRow(lower: 0, upper: 1) }
          expectFailure(.misuse) { () throws(SolverFailure) in try shared.problem!.setCost(1, ofColumn: 0) }
          // Its own problems work next to it.
          var own = try RelaxationTests.master.build(GLPKProblem.self)
          #expect(try own.solveRelaxation() == .optimal)
        }
        #expect(try shared.problem!.solveRelaxation() == .optimal)
        // Dropped abroad: leaked until this thread ends, which is now.
        onSolverThread { shared.problem = nil }
        var next = try RelaxationTests.master.build(GLPKProblem.self)
        #expect(try next.solveRelaxation() == .optimal)
      }
    }

    @Test func aProblemMayOutliveItsThread() throws {
      let shared = Shared(nil)
      try onSolverThread { shared.problem = try RelaxationTests.master.build(GLPKProblem.self) }
      for _ in 0..<4 {
        // A later thread may get the same pthread_t.
        try onSolverThread {
          expectFailure(.misuse) { () throws(SolverFailure) in _ = try shared.problem!.solveRelaxation() }
          var own = try GLPKProblem(.minimize)
          #expect(try own.solveRelaxation() == .optimal)
        }
      }
      shared.problem = nil
    }

    @Test func callbacksMayNotUseTheSolver() throws {
      try onSolverThread {
        let refusals = Mutex<[SolverFailure.Code]>([])
        var solver = try TinyModel(
          sense: .maximize, rows: [.init(lower: nil, upper: 7.5)],
          columns: [.init(cost: 1, lower: 0, upper: nil, isInteger: true, rows: [0], coefficients: [2])]
        ).build(GLPKProblem.self)
        let attempt: @Sendable () -> Void = {
          do throws(SolverFailure) {
            _ = try GLPKProblem(.minimize)
          } catch {
            refusals.withLock { $0.append(error.code) }
          }
        }
        let lines = Atomic(0)
        solver.log = { _ in
          lines.add(1, ordering: .relaxed)
          attempt()
        }
        var options = MIPOptions()
        options.onIncumbent = { _, _ in
          attempt()
          LinearSolverAvailability.freeEnvironment()
        }
        #expect(try solver.solveInteger(options) == .optimal)
        #expect(solver.objective == 3)
        #expect(lines.load(ordering: .relaxed) > 0)
        refusals.withLock { #expect($0.count > 1 && $0.allSatisfy { $0 == .misuse }) }
      }
    }
  }

  /// Smuggles a problem to another thread, as code that holds one across `await` would.
  private final class Shared: @unchecked Sendable {
    var problem: GLPKProblem?
    init(_ problem: consuming GLPKProblem?) { self.problem = problem }
  }
#endif
