#if GLPK
  @testable import BayplanLP
  import Glibc
  import Testing

  @Suite struct ThreadTests {
    @Test func resultsAndErrorsComeBack() throws {
      #expect(onSolverThread { 42 } == 42)
      expectFailure(.numerical) { () throws(SolverFailure) in
        try onSolverThread { () throws(SolverFailure) in throw SolverFailure(.numerical, "thrown there") }
      }
      let here = pthread_self()
      #expect(onSolverThread { pthread_equal(pthread_self(), here) == 0 })
    }

    @Test func theStackIsAsLargeAsAsked() {
      @Sendable func depth(_ level: Int) -> Int {
        // Eight kilobytes of frame and more per level: deep in bytes, few in frames, as the thread sanitizer likes it.
        withUnsafeTemporaryAllocation(byteCount: 8192, alignment: 16) { buffer in
          buffer[0] = UInt8(truncatingIfNeeded: level)
          return level == 0 ? Int(buffer[0]) : depth(level - 1) + 1
        }
      }
      #expect(onSolverThread(stackSize: 256 << 20) { depth(8000) } == 8000)
      // An absurd request falls back to a thread or to this one.
      #expect(onSolverThread(stackSize: 1) { 7 } == 7)
    }

    @Test func manyThreadsGiveTheSameAnswers() async throws {
      func solveAll() throws -> [String] {
        try onSolverThread {
          try (0..<40 as Range<UInt64>).map { seed in
            var random = SplitMix64(seed: seed)
            let model = TinyModel.random(&random, columns: 3...8, rows: 2...6, isInteger: true)
            var solver = try model.build(GLPKProblem.self)
            let relaxation = try solver.solveRelaxation()
            let duals = model.rows.indices.map { solver.dual(of: $0) }
            let iterations = solver.iterations
            let status = try solver.solveInteger()
            let values = model.columns.indices.map { solver.value(of: $0) }
            return "\(relaxation) \(duals) \(iterations) \(status) \(solver.objective) \(values)"
          }
        }
      }
      let expected = try solveAll()
      try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<8 { group.addTask { try solveAll() } }
        for try await answers in group { #expect(answers == expected) }
      }
    }

    /// One thread's errors are its own.
    @Test func errorsStayOnTheirThread() async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<6 {
          group.addTask {
            try onSolverThread {
              var solver = try RelaxationTests.master.build(GLPKProblem.self)
              for _ in 0..<50 {
                if worker.isMultiple(of: 2) {
                  expectFailure(.libraryError) { () throws(SolverFailure) in try solver.provokeError() }
                  solver = try RelaxationTests.master.build(GLPKProblem.self)
                }
                #expect(try solver.solveRelaxation() == .optimal)
              }
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
#endif
