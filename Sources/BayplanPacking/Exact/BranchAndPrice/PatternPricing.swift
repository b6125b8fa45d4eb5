import BayplanLP

/// Prices every bin type by `PatternSearch`, several at once where there are threads for it. The answer and the work do
/// not depend on how many.
struct PatternPricing {
  struct Question {
    /// Worth of a copy per row, not negative.
    var gains: [Int64]
    /// Most copies per row.
    var demand: [Int]
    /// Per row the rows that may not share its bin; itself for one copy at most.
    var conflicts: [[Int]]
    /// Per dimension the most room a pattern may leave; nil for any.
    var slack: [Int64]?
    /// Only patterns of greater worth are of interest, per bin type.
    var floors: [Int64]
    /// Price of a bin beyond its cost, per bin type, where bins are counted.
    var binPrices: [Int64] = []
    /// Cuts with a price.
    var cuts: [(cut: SubsetRowCut, price: Int64)] = []
    var wanted = 1
    var quota = 2
    var nodeLimit = 20_000
    /// Whether to leave it at a quick search where it finds nothing.
    var isQuick = false
  }

  struct Answer {
    /// Per bin type: no pattern is worth more.
    var worths: [Int64]
    /// Per bin type what a unit of room is worth in each dimension, times 2¹⁶; empty in one dimension.
    var roomPrices: [[Int64]]
    var patterns: [(bin: Int, worth: Int64, pattern: Pattern)] = []
  }

  /// Of all questions so far: nodes searched and table cells computed.
  var nodes: Int { lanes.reduce(0) { $0 + $1.nodes } }
  var tableCells: Int { lanes.reduce(0) { $0 + $1.tableCells } }
  /// In tens of thousands of nodes, a node as long as 64 cells.
  var work: Int { (nodes + tableCells / 64) / 10_000 }

  /// One per thread: each has its own tables.
  private var lanes: [PatternSearch]
  /// The bin type prepared last, in the order of one thread.
  private var last: Int?

  init(threads: Int) { lanes = (0..<max(1, threads)).map { _ in PatternSearch() } }

  /// The best and other good patterns of every bin type. Where no pattern is found although a search was cut short, it
  /// is taken up again with more patience: the bound is then all there is to gain.
  mutating func price(_ question: Question, _ parts: PackingParts) throws(SolverFailure) -> Answer {
    var answer = Answer(
      worths: Array(repeating: 0, count: parts.binCount), roomPrices: Array(repeating: [], count: parts.binCount))
    var unsettled: [Int] = []
    for lane in lanes.indices { lanes[lane].forget() }
    last = nil
    var next = 0
    while next < parts.binCount {
      // A bin that takes no more than another is worth no more.
      if let known = (0..<next).first(where: {
        answer.worths[$0] <= question.floors[next] && parts.takes($0, allThat: next)
      }) {
        answer.worths[next] = answer.worths[known]
        answer.roomPrices[next] = answer.roomPrices[known]
        next += 1
        continue
      }
      // What an answer still to come may settle has to wait for it.
      var batch = [next]
      next += 1
      while next < parts.binCount,
        !(0..<next).contains(where: {
          ($0 >= batch[0] || answer.worths[$0] <= question.floors[next]) && parts.takes($0, allThat: next)
        })
      {
        batch.append(next)
        next += 1
      }
      unsettled += try price(batch, question, parts, nodeLimit: question.nodeLimit / 8, usesGrid: false, &answer)
    }
    if question.isQuick { return answer }
    for nodeLimit in [question.nodeLimit, question.nodeLimit * Self.patience] where answer.patterns.isEmpty {
      unsettled = try price(unsettled, question, parts, nodeLimit: nodeLimit, usesGrid: true, &answer)
    }
    return answer
  }

  private static let patience = 20

  /// Prices some bin types and returns those that are not settled.
  private mutating func price(
    _ bins: [Int], _ question: Question, _ parts: PackingParts, nodeLimit: Int, usesGrid: Bool, _ answer: inout Answer
  ) throws(SolverFailure) -> [Int] {
    guard !bins.isEmpty else { return [] }
    // Where one bin is left its tables are still there, and the search has left nothing in them.
    let isReady = bins[0] == last
    assert(!isReady || bins.count == 1)
    if isReady, let lane = lanes.firstIndex(where: { $0.prepared == last }) { lanes.swapAt(0, lane) }
    let outcomes = try inLanes(bins.count) { lane, index throws(SolverFailure) in
      if index > 0 || !isReady { try lane.prepare(question, parts, bins[index]) }
      return lane.price(question, nodeLimit: nodeLimit, usesGrid: usesGrid)
    }
    last = bins.last
    for (bin, outcome) in zip(bins, outcomes) {
      answer.worths[bin] = outcome.worth
      answer.roomPrices[bin] = outcome.roomPrices
      answer.patterns += outcome.patterns.map { (bin, $0.worth, $0.pattern) }
    }
    return zip(bins, outcomes).filter { !$1.isSettled }.map(\.0)
  }

  /// Runs `body` for each index on some lane, lowest index first, and returns what it made of each.
  private mutating func inLanes(
    _ count: Int, _ body: (_ lane: inout PatternSearch, _ index: Int) throws(SolverFailure) -> PatternSearch.Outcome
  ) throws(SolverFailure) -> [PatternSearch.Outcome] {
    let threads = min(lanes.count, count)
    if threads == 1 {
      var outcomes: [PatternSearch.Outcome] = []
      for index in 0..<count { outcomes.append(try body(&lanes[0], index)) }
      return outcomes
    }
    var results = [Result<PatternSearch.Outcome, SolverFailure>?](repeating: nil, count: count)
    lanes.withUnsafeMutableBufferPointer { lanes in
      results.withUnsafeMutableBufferPointer { results in
        withoutActuallyEscaping(body) { body in
          // Each lane belongs to one thread, and each index goes to one lane.
          nonisolated(unsafe) let (lanes, results, body) = (lanes, results, body)
          onSolverThreads(threads, sharing: count) { lane, index in
            results[index] = Result { () throws(SolverFailure) in try body(&lanes[lane], index) }
          }
        }
      }
    }
    var outcomes: [PatternSearch.Outcome] = []
    for result in results { outcomes.append(try result!.get()) }
    return outcomes
  }
}
