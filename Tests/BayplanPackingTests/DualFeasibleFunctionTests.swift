import BayplanLP
import BayplanModel
import Testing

@testable import BayplanPacking

@Suite struct DualFeasibleFunctionTests {
  /// The definition, by dynamic programming over all multisets of weights.
  @Test func nothingThatFitsIsWorthMoreThanABin() throws {
    for capacity in Int64(1)...60 {
      let weights = Array(1...capacity)
      for function in DualFeasibleFunction.candidates(weights: weights, capacity: capacity, limit: .max) {
        let values = try weights.map { try #require(function.value($0, capacity: capacity)) }
        var most = Array(repeating: Int64(0), count: Int(capacity) + 1)
        for room in 1...Int(capacity) {
          most[room] = (1...room).reduce(most[room - 1]) { max($0, most[room - $1] + values[$1 - 1]) }
        }
        let whole = try #require(function.value(capacity, capacity: capacity))
        #expect(most[Int(capacity)] <= whole, "\(function) in \(capacity)")
        #expect(whole > 0)
      }
    }
  }

  @Test func largeWeightsAreRefusedAndNotWrapped() {
    #expect(DualFeasibleFunction.stepped(k: 50).value(.max / 2, capacity: .max) == nil)
    #expect(DualFeasibleFunction.rounded(lambda: 1 << 60).value(.max, capacity: .max) == 14)
  }

  private func bound(_ weights: [[Int64]], demands: [Int], capacity: [Int64], strategy: any Strategy) throws -> Int64 {
    let problem = PackingProblem(
      name: "test", dimensions: capacity.count, binTypes: [.init(capacity: capacity)],
      rows: zip(weights, demands).map { .init(demand: $1, weights: $0) })
    let instance = CompiledPacking(problem).instance
    var search = Search(instance, limits: Limits())
    try Greedy(policy: FirstFit()).solve(instance, &search)
    search.raiseBound(ofCriterion: 0, to: 0, proof: .trivial)
    try strategy.solve(instance, &search)
    return search.bounds[1] ?? 0
  }

  @Test func halvesThirdsAndSumsAreSeen() throws {
    // Two of them never share a bin; the sum of weights says nine.
    #expect(try bound([[6]], demands: [15], capacity: [10], strategy: DimensionBound()) == 9)
    #expect(try bound([[6]], demands: [15], capacity: [10], strategy: DualFeasibleBound()) == 15)
    // Two to a bin, however small the excess over a third.
    #expect(try bound([[34]], demands: [20], capacity: [100], strategy: DualFeasibleBound()) == 10)
    #expect(try bound([[50], [26]], demands: [3, 8], capacity: [100], strategy: DualFeasibleBound()) == 5)
    // Neither dimension alone shows that each needs a bin of its own.
    #expect(try bound([[6, 5], [5, 6]], demands: [4, 4], capacity: [10, 10], strategy: DualFeasibleBound()) == 8)
  }
}
