import Testing

@testable import BayplanLP

/// Without a solver too: the switch and the answer "there is none" are part of the interface.
@Suite struct FaultTests {
  @Test func wordsOfTheEnvironment() {
    #expect(SolverFault.parse("glpk-error") == .libraryError)
    #expect(SolverFault.parse("glpk-numerical") == .numerical)
    #expect(SolverFault.parse("other,glpk-timeout") == .timeout)
    #expect(SolverFault.parse("glpk-typo") == .injected, "a misspelt fault must not pass for none")
    #expect(SolverFault.parse("other") == nil)
    #expect(SolverFault.parse("") == nil)
  }

  @Test func failuresDescribeThemselves() {
    #expect(SolverFailure(.numerical, "why").description == "numerical: why")
  }

  #if GLPK
    @Test func availability() {
      #expect(LinearSolverAvailability.isAvailable)
      #expect(LinearSolverAvailability.version?.hasPrefix("GLPK ") == true)
    }

    @Test(arguments: SolverFault.allCases)
    func solvesSuccumb(_ fault: SolverFault) throws {
      try onSolverThread {
        var solver = try RelaxationTests.master.build(StandardSolver.self)
        try SolverFault.$current.withValue(fault) { () throws in
          // The fault follows to the solver's own thread.
          onSolverThread { #expect(SolverFault.current == fault) }
          switch fault {
          case .timeout:
            #expect(try solver.solveRelaxation() == .unknown)
            #expect(try solver.solveInteger() == .unknown)
            #expect(solver.bestBound == -.infinity)
          case .numerical:
            expectFailure(.numerical) { () throws(SolverFailure) in _ = try solver.solveRelaxation() }
            expectFailure(.numerical) { () throws(SolverFailure) in _ = try solver.solveInteger() }
          case .injected:
            expectFailure(.injected) { () throws(SolverFailure) in _ = try solver.solveRelaxation() }
          case .libraryError:
            expectFailure(.libraryError) { () throws(SolverFailure) in _ = try solver.solveRelaxation() }
          }
        }
        try SolverFault.$current.withValue(nil) {
          if fault == .libraryError { solver = try RelaxationTests.master.build(StandardSolver.self) }
          #expect(try solver.solveRelaxation() == .optimal)
        }
      }
    }
  #else
    @Test func thereIsNoSolver() {
      #expect(!LinearSolverAvailability.isAvailable)
      #expect(LinearSolverAvailability.version == nil)
      LinearSolverAvailability.freeEnvironment()
      do throws(SolverFailure) {
        _ = try StandardSolver(.minimize)
        Issue.record("a solver out of nothing")
      } catch {
        #expect(error.code == .unavailable)
      }
      #expect(onSolverThread { 42 } == 42)
    }
  #endif
}
