import Testing

@testable import BayplanAudit

@Suite struct NodeKnapsackTests {
  private func bruteForce(_ items: [NodeKnapsack.Item], _ capacity: [Int64], from start: Int = 0) -> Int128 {
    guard start < items.count else { return 0 }
    var best: Int128 = 0
    var room = capacity
    for copies in 0...items[start].copies {
      if copies > 0 {
        for use in items[start].uses { room[use.dimension] -= use.amount }
        if room.contains(where: { $0 < 0 }) { break }
      }
      best = max(best, items[start].gain * Int128(copies) + bruteForce(items, room, from: start + 1))
    }
    return best
  }

  @Test(arguments: 0..<60) func `pricing is exact`(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let dimensions = Int.random(in: 1...3, using: &random)
    let capacity = (0..<dimensions).map { _ in Int64.random(in: 0...30, using: &random) }
    let items = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      NodeKnapsack.Item(
        gain: Int128.random(in: -3...20, using: &random), copies: Int64.random(in: 1...3, using: &random),
        uses: (0..<dimensions).map { .init(dimension: $0, amount: Int64.random(in: 0...15, using: &random)) })
    }
    // Prices of any kind are safe.
    let combination = (0..<dimensions).map { _ in Int128.random(in: 0...(1 << 70), using: &random) }
    let make = { limit in
      NodeKnapsack(
        items: items, capacity: capacity, combinations: [combination], bounding: Array(0..<dimensions),
        workLimit: limit, tableSteps: .max)
    }
    let positive = items.filter { $0.gain > 0 }
    let optimum = bruteForce(positive, capacity)
    var knapsack = make(1_000_000)
    let result = knapsack.solve()
    #expect(result.isExact)
    #expect(result.bound == optimum)
    var hasty = make(2)
    #expect(hasty.solve().bound >= optimum)
    var root = make(0)
    #expect(root.rootBound() >= optimum)
  }

  @Test(arguments: 0..<60) func `tables over two dimensions stay above the optimum`(seed: Int) throws {
    var random = SplitMix64(state: UInt64(1000 + seed))
    let dimensions = Int.random(in: 2...4, using: &random)
    let capacity = (0..<dimensions).map { _ in Int64.random(in: 1...30, using: &random) }
    let items = (0..<Int.random(in: 1...6, using: &random)).map { _ in
      NodeKnapsack.Item(
        gain: Int128.random(in: 1...20, using: &random), copies: Int64.random(in: 1...3, using: &random),
        uses: (0..<dimensions).map { .init(dimension: $0, amount: Int64.random(in: 0...15, using: &random)) })
    }
    let optimum = bruteForce(items, capacity)
    let prices = (0..<dimensions).map { _ in Int128.random(in: 0...(3 << 20), using: &random) }
    var plane = PlaneBound(items: items, capacity: capacity, prices: prices, stepsLeft: .max)
    let bound = try #require(try plane.value(target: 0))
    #expect(bound >= optimum)
    if dimensions == 2 { #expect(bound == optimum) }
    let total = items.reduce(Int128(0)) { $0 + $1.gain * Int128($1.copies) }
    #expect(bound <= total)
  }

  @Test func `tables of any size do not trap`() throws {
    let items = [
      NodeKnapsack.Item(gain: 7, copies: .max, uses: [.init(dimension: 0, amount: 3), .init(dimension: 1, amount: 1)])
    ]
    for capacity: [Int64] in [[.max, .max], [.max, 1], [1 << 62, 1 << 40]] {
      var plane = PlaneBound(items: items, capacity: capacity, prices: [1, 1], stepsLeft: 1_000_000)
      let bound = try? plane.value(target: 0)
      #expect((bound ?? nil).map { $0 >= 7 } ?? true)
    }
  }
}
