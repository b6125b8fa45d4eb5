#if GLPK
  @testable import BayplanLP
  import Glibc
  import Testing

  @Suite struct FileTests {
    @Test func filesReadBackToTheSameProblem() throws {
      let path = "/tmp/bayplan-lp-test-\(getpid())"
      defer { unlink(path) }
      for seed in 0..<40 as Range<UInt64> {
        var random = SplitMix64(seed: seed &+ 40)
        var model = TinyModel.random(&random, columns: 2...6, rows: 1...5, isInteger: true)
        // MPS does not carry the sense.
        model.sense = .minimize
        var solver = try model.build(GLPKProblem.self)
        let expected = try solver.solveInteger()
        for format in [GLPKProblem.FileFormat.lp, .mps] {
          if format == .lp { try solver.writeLP(to: path) } else { try solver.writeMPS(to: path) }
          var again = try GLPKProblem(reading: path, as: format, .minimize)
          // The LP format writes a ranged row with a column more.
          if format == .mps { #expect(again.columnCount == model.columns.count, "seed \(seed)") }
          #expect(try again.solveInteger() == expected, "seed \(seed) \(format)")
          if expected == .optimal { #expect(abs(again.objective - solver.objective) < 1e-7, "seed \(seed) \(format)") }
        }
      }
    }

    @Test func unwritableAndUnreadablePathsFail() throws {
      let solver = try RelaxationTests.master.build(GLPKProblem.self)
      expectFailure(.libraryError) { () throws(SolverFailure) in try solver.writeLP(to: "/nowhere/x.lp") }
      expectFailure(.libraryError) { () throws(SolverFailure) in try solver.writeMPS(to: "/nowhere/x.mps") }
      expectFailure(.libraryError) { () throws(SolverFailure) in
        _ = try GLPKProblem(reading: "/nowhere/x.mps", as: .mps, .minimize)
      }
    }
  }
#endif
