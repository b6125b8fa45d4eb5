import BayplanLP
import BayplanModel
import BayplanPacking
import Foundation
import PackingTestSupport
import Testing

/// Every strategy of the list against exhaustive search. `BAYPLAN_LONG_TESTS=1` takes thousands of seeds.
@Suite struct ConformanceTests {
  static let isLong = ProcessInfo.processInfo.environment["BAYPLAN_LONG_TESTS"] != nil
  /// 1303 has a spread that compares no bin at all.
  static let seeds = Array(0..<UInt64(isLong ? 4000 : 150)) + [1303]

  @Test(arguments: Strategies.standard.all.map(\.name))
  func agreesWithExhaustiveSearch(name: String) throws {
    let strategy = try #require(Strategies.standard[name])
    for seed in Self.seeds {
      var generator = InstanceGenerator(seed: seed)
      let instance = generator.next()
      if !instance.primitives.subtracting(strategy.supports).isEmpty { continue }
      let oracle = BruteForce(instance)
      let optimum = oracle.optimum()
      var search = Search(instance, limits: Limits(seconds: 30), seed: seed)
      search.offer(Assignment(), of: instance)
      try strategy.solve(instance, &search)
      let held = (search.incumbent, search.incumbentScore)
      let incumbent = try #require(held.0)
      let score = try #require(held.1)
      #expect(oracle.isFeasible(incumbent), "seed \(seed): the oracle refuses what \(name) found")
      #expect(instance.violation(of: incumbent) == nil, "seed \(seed)")
      #expect(!(score < optimum), "seed \(seed): \(score.values) beats \(optimum.values)")
      let (bounds, status) = (search.bounds, search.status)
      for (criterion, bound) in bounds.enumerated() {
        guard let bound else { continue }
        let least = oracle.minimum(of: criterion, limits: score)
        #expect(bound <= least, "seed \(seed): bound \(bound) of criterion \(criterion) exceeds \(least)")
      }
      if status == .optimal { #expect(score == optimum, "seed \(seed)") }
      if strategy.isExact { #expect(score == optimum, "seed \(seed): \(score.values), optimum \(optimum.values)") }
    }
  }

  @Test(arguments: Strategies.standard.all.map(\.name))
  func equalSeedsGiveEqualResultsOnAnyNumberOfThreads(name: String) throws {
    let strategy = try #require(Strategies.standard[name])
    for seed in 0..<UInt64(12) {
      var generator = InstanceGenerator(seed: 900 + seed)
      let instance = generator.next()
      if !instance.primitives.subtracting(strategy.supports).isEmpty { continue }
      let runs = try [1, 3].map { threads in
        var search = Search(instance, limits: Limits(threads: threads), seed: seed)
        search.offer(Assignment(), of: instance)
        try strategy.solve(instance, &search)
        return (search.incumbent, search.bounds)
      }
      #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1, "seed \(seed)")
    }
  }

  @Test func everyPrimitiveOccursAndBinds() {
    let names: [(String, Primitives)] = [
      ("dimension", .dimension), ("device", .device), ("eligibility", .eligibility), ("conflict", .conflict),
      ("groupBound", .groupBound), ("requires", .requires), ("allOrNothing", .allOrNothing),
    ]
    let count = Self.isLong ? 3000 : 400
    for (name, primitive) in names {
      var occurs = 0
      var binds = 0
      for seed in 0..<UInt64(count) {
        var generator = InstanceGenerator(seed: seed)
        let instance = generator.next()
        guard instance.primitives.contains(primitive) else { continue }
        occurs += 1
        if BruteForce(instance).optimum() != BruteForce(instance.removing(primitive)).optimum() { binds += 1 }
      }
      print("\(name): occurs in \(occurs * 100 / count) %, binds in \(binds * 100 / count) % of \(count) seeds")
      #expect(occurs * 10 >= count, "\(name) occurs too rarely")
      #expect(binds * 100 >= 3 * count, "\(name) binds too rarely")
    }
  }

  @Test func checkersAgreeOnBrokenAssignments() {
    var random = SplitMix64(seed: 5)
    var refused = 0
    for seed in 0..<UInt64(200) {
      var generator = InstanceGenerator(seed: seed)
      let instance = generator.next()
      let oracle = BruteForce(instance)
      for _ in 0..<10 {
        var loads: [BinLoad] = []
        for bin in oracle.bins {
          let items = instance.itemTypes.indices.compactMap { item -> (Int, Int)? in
            let count = Int(random.next() % 3)
            return count > 0 && random.next() % 3 == 0 ? (item, count) : nil
          }
          if !items.isEmpty { loads.append(BinLoad(binType: bin.type, copy: bin.copy, pattern: Pattern(items))) }
        }
        let assignment = Assignment(loads: loads)
        let isFeasible = oracle.isFeasible(assignment)
        if !isFeasible { refused += 1 }
        let violation = instance.violation(of: assignment)
        #expect(isFeasible == (violation == nil), "seed \(seed): \(violation ?? "feasible") \(loads)")
      }
    }
    #expect(refused > 200)
  }
}
