import BayplanAudit
import BayplanDatasets
import BayplanModel
import BayplanPacking
import BayplanScheduling
import Testing

/// Abstract packing against exhaustive search, against each other, and against its own checker.
@Suite struct PackerTests {
  private static let strategies = ["auto", "branch-and-price", "arc-flow", "first-fit", "column-generation"]

  private func pack(_ problem: PackingProblem, _ strategy: String, work: Int? = nil) throws -> PackingResult {
    var options = Packer.Options()
    options.strategy = strategy
    options.limits = Limits(seconds: work == nil ? 30 : nil, work: work)
    return try Packer(options: options).pack(problem)
  }

  @Test(arguments: strategies)
  func agreesWithExhaustiveSearch(strategy: String) throws {
    var proved = 0
    for seed in 0..<UInt64(250) {
      let problem = SmallProblem(seed: seed).problem
      let hasChoice = problem.rows.contains { $0.incarnations.count > 1 }
      if hasChoice && !["auto", "branch-and-price", "arc-flow"].contains(strategy) { continue }
      let result = try pack(problem, strategy)
      let optimum = Exhaustive(problem).optimum()
      if let objective = result.objective {
        let best = try #require(optimum, "seed \(seed): packed what cannot be packed")
        #expect(objective >= best, "seed \(seed)")
      }
      if let bound = result.lowerBound, let optimum {
        #expect(bound <= optimum, "seed \(seed): bound \(bound), optimum \(optimum)")
      }
      if result.status == .infeasible { #expect(optimum == nil, "seed \(seed)") }
      if result.status == .optimal {
        proved += 1
        #expect(result.objective == optimum, "seed \(seed)")
      }
      // With any number of bins, whatever fits at all can be packed, and the exact strategies prove how.
      let isUnlimited = problem.binTypes.allSatisfy { $0.copies == nil }
      if strategy != "first-fit" && strategy != "column-generation" && isUnlimited && optimum != nil {
        #expect(result.status == .optimal, "seed \(seed): \(result.status)")
      }
      let verification = verify(result, problem: problem)
      #expect(verification.outcome != .fails, "seed \(seed): \(verification.reasons)")
    }
    if strategy != "first-fit" { #expect(proved > 100) }
  }

  @Test func arcFlowAndBranchAndPriceAgree() throws {
    for seed in 0..<UInt64(25) {
      let problem = SmallProblem(seed: seed, items: 10...15).problem
      let (one, other) = (try pack(problem, "branch-and-price"), try pack(problem, "arc-flow"))
      if one.status == .optimal && other.status == .optimal {
        #expect(one.objective == other.objective, "seed \(seed)")
      }
    }
  }

  @Test func unitsAndOrderDoNotMatter() throws {
    for seed in 0..<UInt64(20) {
      let problem = SmallProblem(seed: 500 + seed, items: 10...16, allowsLimits: false).problem
      let plain = try pack(problem, "auto")
      var scaled = problem
      for type in scaled.binTypes.indices {
        scaled.binTypes[type].capacity = problem.binTypes[type].capacity.map { $0 * 7 }
      }
      for row in scaled.rows.indices {
        scaled.rows[row].incarnations = problem.rows[row].incarnations.map { $0.map { $0 * 7 } }
      }
      scaled.rows.reverse()
      #expect(try pack(scaled, "auto").objective == plain.objective, "seed \(seed)")
      var more = problem
      more.rows[0].demand += 1
      if let objective = plain.objective, let other = try pack(more, "auto").objective {
        #expect(other >= objective, "seed \(seed)")
      }
    }
  }

  @Test func endsAlikeByWork() throws {
    let problem = SmallProblem(seed: 3, items: 60...60, allowsLimits: false).problem
    let runs = try (0..<2).map { _ in try pack(problem, "branch-and-price", work: 40) }
    #expect(runs[0].bins == runs[1].bins)
    #expect(runs[0].lowerBound == runs[1].lowerBound)
    #expect(runs[0].isReproducible)
  }

  // MARK: Cheating

  /// 7 + 7 items of weights 6 and 4 in bins of 10 need seven bins.
  private var problem: PackingProblem {
    PackingProblem(
      name: "pairs", dimensions: 1, binTypes: [.init(capacity: [10])],
      rows: [.init(demand: 7, weights: [6]), .init(demand: 7, weights: [4])])
  }

  @Test func threadsChangeNothing() throws {
    let problems = (0..<4).map { PackingGenerator.variableSized(items: 40, types: 6, dimensions: 2, seed: $0) }
    func results(threads: Int) throws -> [String] {
      var options = Packer.Options()
      options.limits = Limits(work: 150, threads: threads)
      let packer = Packer(options: options)
      // The first alone has all threads to itself.
      let alone = try packer.pack(problems[0])
      return try ([alone] + packer.pack(problems)).map { result in
        var result = result
        result.solveSeconds = 0
        return "\(result)"
      }
    }
    let expected = try results(threads: 1)
    #expect(expected[0] == expected[1])
    #expect(Set(expected).count == problems.count)
    for threads in [2, 3, 8] { #expect(try results(threads: threads) == expected) }
  }

  @Test func aBatchFailsWithItsFirstFailure() throws {
    var options = Packer.Options()
    options.strategy = "nonsense"
    options.limits.threads = 4
    let problem = SmallProblem(seed: 1).problem
    #expect(throws: PlanningError.self) { try Packer(options: options).pack([problem, problem, problem]) }
    #expect(try Packer().pack([PackingProblem]()).isEmpty)
  }

  @Test func verifyRefusesCheats() throws {
    let honest = try pack(problem, "auto")
    #expect(honest.objective == 7)
    #expect(verify(honest, problem: problem).outcome == .holds)

    var crowded = honest
    crowded.bins[0].items[0].count += 1
    #expect(verify(crowded, problem: problem).reasons.contains { $0.contains("in dimension 1, which has 10") })

    var short = honest
    short.bins[0].copies -= 1
    #expect(verify(short, problem: problem).reasons.contains { $0.contains("its demand is 7") })

    var raised = honest
    raised.lowerBound = 8
    raised.certificate?.bound = 8
    #expect(verify(raised, problem: problem).reasons == ["lower bound: the certificate proves 7, not 8"])

    var zeroed = honest
    zeroed.certificate?.duals = [0, 0]
    #expect(verify(zeroed, problem: problem).outcome == .fails)

    var greedy = honest
    greedy.certificate?.duals = honest.certificate!.duals.map { $0 * 2 }
    #expect(verify(greedy, problem: problem).outcome == .fails)

    var negative = honest
    negative.certificate?.denominator = 0
    #expect(verify(negative, problem: problem).outcome == .fails)

    var bare = honest
    bare.certificate = nil
    #expect(verify(bare, problem: problem).outcome == .notIndependentlyChecked)

    var dear = honest
    dear.objective = 6
    #expect(verify(dear, problem: problem).reasons.contains("the bins cost 7, not 6"))
  }

  @Test func wasteProvesMoreThanDualsAlone() {
    // Two bins would have to be full, but no set of items is worth exactly 9.
    let problem = PackingProblem(
      name: "waste", dimensions: 1, binTypes: [.init(capacity: [9])],
      rows: [.init(demand: 3, weights: [5]), .init(demand: 3, weights: [1])])
    let bins = [PackedBin(type: 0, copies: 3, items: [.init(row: 0, count: 1), .init(row: 1, count: 1)])]
    let certificate = PackingCertificate(bound: 3, denominator: 1, duals: [0, 0], limitsWaste: true)
    let result = PackingResult(
      status: .optimal, termination: .proof, objective: 3, lowerBound: 3, bins: bins, strategy: "", engine: "",
      certificate: certificate, notices: [], solveSeconds: 0)
    var proof = result
    // No pattern is left, so that the dual may be anything.
    proof.certificate?.duals = [1_000_000, 0]
    #expect(verify(proof, problem: problem).outcome == .holds)
    #expect(verify(result, problem: problem).outcome == .fails)
    proof.certificate?.limitsWaste = false
    #expect(verify(proof, problem: problem).outcome == .fails)
    proof.certificate?.denominator = 1_000_000
    #expect(verify(proof, problem: problem).outcome == .holds)
    proof.certificate?.duals = [1_000_000, 1_000_000]
    #expect(verify(proof, problem: problem).outcome == .fails)
  }

  /// Non-IRUP: the relaxation says one bin less than there must be, so that the proof needs decisions.
  @Test func treesAreWrittenDownAndChecked() throws {
    var trees = 0
    for seed in 0..<UInt64(400) {
      let problem = SmallProblem(seed: 7000 + seed, items: 6...9, allowsLimits: false).problem
      let result = try pack(problem, "branch-and-price")
      guard let leaves = result.certificate?.leaves, result.status == .optimal else { continue }
      trees += 1
      let bound = try #require(result.lowerBound)
      #expect(verify(result, problem: problem).reasons == [], "seed \(seed)")
      for leaf in leaves.indices {
        var gap = result
        gap.certificate?.leaves?.remove(at: leaf)
        let outcome = verify(gap, problem: problem).outcome
        #expect(leaves.count == 1 || outcome != .holds, "seed \(seed): leaf \(leaf) is not missed")
      }
      var raised = result
      raised.lowerBound = bound + 1
      raised.status = .feasible
      #expect(verify(raised, problem: problem).outcome == .fails, "seed \(seed)")
    }
    #expect(trees >= 10)
  }

  /// Triplets that fill one dimension, of which most weigh nothing in the other: tables over that one see more worth
  /// in a bin than a word holds.
  @Test func weightlessDimensionsProveNothingFalse() throws {
    for (count, scale) in [(5, Int64(1)), (12, 1), (20, 1), (12, 100)] {
      var random = SplitMix64(seed: UInt64(count))
      func pick(_ range: ClosedRange<Int>) -> Int64 {
        Int64(range.lowerBound + Int(random.next() % UInt64(range.count)))
      }
      var rows: [PackingProblem.Row] = []
      for _ in 0..<count {
        let (one, other) = (pick(260...480), pick(260...370))
        for weight in [one, other, 1000 - one - other] {
          let side = scale > 1 ? pick(1...3) * 2 + 1 : pick(0...9) == 0 ? pick(1...300) : 0
          rows.append(.init(weights: [side, weight]))
        }
      }
      let problem = PackingProblem(
        name: "triplets", dimensions: 2, binTypes: [.init(capacity: [1000 * scale, 1000])], rows: rows)
      for strategy in ["auto", "branch-and-price"] {
        let result = try pack(problem, strategy)
        #expect(result.objective == Int64(count))
        #expect(result.status == .optimal)
        #expect(verify(result, problem: problem).outcome == .holds)
      }
    }
  }

  @Test func incarnationsThatFitNowhereDoNotSpoilProofs() throws {
    var optimal = 0
    for seed in 0..<UInt64(60) {
      var problem = SmallProblem(seed: seed).problem
      for row in problem.rows.indices where row % 2 == 0 {
        var giant = problem.rows[row].incarnations[0].map { _ in Int64(1) }
        giant[0] = 1_000_000
        problem.rows[row].incarnations.append(giant)
      }
      let result = try pack(problem, "auto")
      if result.status == .optimal { optimal += 1 }
      let verification = verify(result, problem: problem)
      #expect(verification.outcome != .fails, "seed \(seed): \(verification.reasons)")
      #expect(!result.notices.contains { $0.message.contains("withdrawn") }, "seed \(seed)")
    }
    #expect(optimal > 30)
  }

  @Test func freeAndFewBinsAreFilled() throws {
    let free = PackingProblem(
      name: "free", dimensions: 1,
      binTypes: [.init(capacity: [12], cost: 1), .init(capacity: [4], cost: 0, copies: 2)],
      rows: [.init(demand: 3, incarnations: [[4], [5]]), .init(demand: 2, weights: [3])])
    #expect(try pack(free, "auto").objective == 1)
    #expect(try pack(free, "branch-and-price").status == .optimal)
    let allFree = PackingProblem(
      name: "all free", dimensions: 1, binTypes: [.init(capacity: [8], cost: 0)],
      rows: [.init(demand: 2, incarnations: [[3], [4]])])
    #expect(try pack(allFree, "auto").objective == 0)
    // Best fit spoils it: the first item has to go where the others do not fit.
    let few = PackingProblem(
      name: "few", dimensions: 2,
      binTypes: [.init(capacity: [9, 9], copies: 3), .init(capacity: [4, 10])],
      rows: [.init(demand: 1, weights: [3, 7]), .init(demand: 3, weights: [5, 4])])
    #expect(try pack(few, "branch-and-price").objective == 4)
  }

  @Test(arguments: ["auto", "branch-and-price"])
  func freeBinsCountForNothing(strategy: String) throws {
    var proved = 0
    for seed in 0..<UInt64(250) {
      var problem = SmallProblem(seed: seed).problem
      problem.binTypes[Int(seed) % problem.binTypes.count].cost = 0
      let result = try pack(problem, strategy)
      let optimum = Exhaustive(problem).optimum()
      if let objective = result.objective { #expect(objective >= optimum ?? .max, "seed \(seed)") }
      if let optimum, let bound = result.lowerBound { #expect(bound <= optimum, "seed \(seed)") }
      if result.status == .optimal { proved += 1 }
      #expect(verify(result, problem: problem).outcome != .fails, "seed \(seed)")
      #expect(!result.notices.contains { $0.message.contains("withdrawn") }, "seed \(seed)")
    }
    #expect(proved > 200)
  }

  @Test func manyCopiesAreNoMoreWorkThanFew() throws {
    let problem = PackingProblem(
      name: "many", dimensions: 1, binTypes: [.init(capacity: [10])],
      rows: [.init(demand: 30_000, weights: [5]), .init(demand: 30_000, weights: [3])])
    let result = try pack(problem, "branch-and-price", work: 200)
    #expect(result.objective == 25_000)
    #expect(result.status == .optimal)
  }

  @Test func forgedDecisionsAreRefusedAndDoNotTrap() throws {
    var result = try pack(problem, "auto")
    for (most, least) in [(Int.max, 0), (Int.min, Int.min + 1), (-1, 0), (3, Int.max)] {
      result.certificate?.leaves = [
        .init(decisions: [.atMost(most, binType: 0)], denominator: 1, duals: [], limitsWaste: false),
        .init(decisions: [.atLeast(least, binType: 0)], denominator: 1, duals: [], limitsWaste: false),
      ]
      #expect(verify(result, problem: problem).outcome == .fails)
    }
  }

  @Test func saysWhatFitsNowhere() throws {
    var problem = problem
    problem.rows.append(.init(weights: [11]))
    let result = try pack(problem, "auto")
    #expect(result.status == .infeasible)
    #expect(result.objective == nil)
    #expect(verify(result, problem: problem).statusHolds)
    var claim = result
    claim.status = .infeasible
    #expect(verify(claim, problem: self.problem).outcome != .holds)
  }

  @Test func zeroWeightsAndZeroDemandAreNoTrouble() throws {
    let problem = PackingProblem(
      name: "zeros", dimensions: 2, binTypes: [.init(capacity: [5, 0])],
      rows: [
        .init(demand: 3, weights: [0, 0]), .init(demand: 0, weights: [9, 9]), .init(demand: 2, weights: [5, 0]),
      ])
    let result = try pack(problem, "auto")
    #expect(result.status == .optimal)
    #expect(result.objective == 2)
  }
}

/// Few items, one to three dimensions and bin types, sometimes incarnations and limited bins.
private struct SmallProblem {
  let problem: PackingProblem

  init(seed: UInt64, items: ClosedRange<Int> = 3...7, allowsLimits: Bool = true) {
    var random = SplitMix64(seed: seed)
    func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
    let dimensions = pick(1...3)
    let types = pick(1...3)
    let isUniform = pick(0...1) == 0
    var left = pick(items)
    var rows: [PackingProblem.Row] = []
    while left > 0 {
      let demand = min(left, pick(1...3))
      left -= demand
      let choices = pick(0...4) == 0 ? 2 : 1
      rows.append(
        .init(
          demand: demand, incarnations: (0..<choices).map { _ in (0..<dimensions).map { _ in Int64(pick(1...12)) } }))
    }
    let binTypes = (0..<types).map { type in
      PackingProblem.BinType(
        capacity: (0..<dimensions).map { _ in Int64(type == 0 ? 20 : pick(8...20)) },
        cost: isUniform ? 1 : Int64(pick(3...9)), copies: allowsLimits && pick(0...3) == 0 ? pick(1...4) : nil)
    }
    problem = PackingProblem(name: "small-\(seed)", dimensions: dimensions, binTypes: binTypes, rows: rows)
  }
}

/// The least cost of packing everything, by trying all ways to fill a bin with the first copy left.
private struct Exhaustive {
  let problem: PackingProblem
  private let copies: [Int]

  init(_ problem: PackingProblem) {
    self.problem = problem
    copies = problem.rows.indices.flatMap { row in Array(repeating: row, count: problem.rows[row].demand) }
  }

  func optimum() -> Int64? {
    var memory: [[Int]: Int64?] = [:]
    return best(packed: 0, used: problem.binTypes.map { _ in 0 }, &memory)
  }

  private func best(packed: Int, used: [Int], _ memory: inout [[Int]: Int64?]) -> Int64? {
    if packed == (1 << copies.count) - 1 { return 0 }
    let key = [packed] + used
    if let known = memory[key] { return known }
    let first = copies.indices.first { packed & (1 << $0) == 0 }!
    let others = copies.indices.filter { $0 > first && packed & (1 << $0) == 0 }
    var result: Int64?
    for (type, bin) in problem.binTypes.enumerated() where used[type] < bin.copies ?? .max {
      for choice in 0..<(1 << others.count) {
        let content = [first] + others.indices.filter { choice & (1 << $0) != 0 }.map { others[$0] }
        guard fits(content[...], bin.capacity) else { continue }
        var used = used
        // Only a limited type needs to be counted.
        if bin.copies != nil { used[type] += 1 }
        let mask = content.reduce(packed) { $0 | 1 << $1 }
        if let rest = best(packed: mask, used: used, &memory) { result = min(result ?? .max, rest + bin.cost) }
      }
    }
    memory[key] = .some(result)
    return result
  }

  private func fits(_ content: ArraySlice<Int>, _ room: [Int64]) -> Bool {
    guard let first = content.first else { return true }
    return problem.rows[copies[first]].incarnations.contains { weights in
      let left = zip(room, weights).map(-)
      return left.allSatisfy { $0 >= 0 } && fits(content.dropFirst(), left)
    }
  }
}
