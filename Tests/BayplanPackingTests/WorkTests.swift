import BayplanDatasets
import BayplanLP
import BayplanModel
import BayplanPacking
import Testing

#if GLPK
  /// What the kernels of branch and price do on seeded instances, against what they did when this was written: a change
  /// that makes them do more shows here, whatever the machine.
  @Suite struct WorkTests {
    struct Case: CustomStringConvertible {
      var problem: PackingProblem
      /// Objective, table cells, pattern nodes, columns, linear programs, simplex iterations.
      var expected: [Int]
      var description: String { problem.name }
    }

    static let cases = [
      Case(
        problem: PackingGenerator.uniform(items: 150, capacity: 1_000, percent: 15...60, seed: 4),
        expected: [58, 3_193_190, 60_996, 420, 22, 1_212]),
      Case(
        problem: PackingGenerator.hugeCapacity(types: 45, capacity: 200_000, seed: 1),
        expected: [262, 43_400_217, 1_443, 21, 3, 56]),
      Case(
        problem: PackingGenerator.vectors(items: 40, dimensions: 2, seed: 2),
        expected: [10, 6_261_878, 22_628, 151, 48, 562]),
      Case(
        problem: PackingGenerator.variableSized(items: 40, types: 4, dimensions: 2, seed: 3),
        expected: [3_629, 7_459_006, 7_977, 134, 12, 134]),
    ]

    @Test(arguments: cases)
    func kernelsDoNoMoreThanTheyDid(_ entry: Case) throws {
      let instance = CompiledPacking(entry.problem).instance
      var search = Search(instance, limits: Limits())
      search.raiseBound(ofCriterion: 0, to: 0, proof: .trivial)
      try Greedy(policy: BestFit()).solve(instance, &search)
      try BranchAndPrice().solve(instance, &search)
      let isProven = search.isProven
      #expect(isProven)
      let counters = search.counters
      let counts = [
        Int(search.incumbentScore?[1] ?? -1), counters.tableCells, counters.patternNodes, counters.columns,
        counters.solves, counters.iterations,
      ]
      #expect(counts[0] == entry.expected[0])
      let names = ["table cells", "pattern nodes", "columns", "linear programs", "simplex iterations"]
      for (name, (count, expected)) in zip(names, zip(counts, entry.expected).dropFirst()) {
        // Other versions of the solver take other turns.
        #expect(count <= expected + expected / 4 + 20, "\(name): \(count), were \(expected); all: \(counts)")
        if count < expected / 2 { print("\(entry): fewer \(name): \(count), were \(expected); all: \(counts)") }
      }
    }
  }
#endif
