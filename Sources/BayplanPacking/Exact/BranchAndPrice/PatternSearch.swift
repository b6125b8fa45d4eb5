import BayplanLP

/// Pricing: the patterns of greatest worth, by dynamic programming and a search through its tables.
///
///     maximize    sum of gain_r over the parts taken, r the row of each
///     subject to  weights within the capacity in each dimension; at most demand_r copies of a row;
///                 no two rows in conflict; room left over at most `slack` where that is given
///     less        the price of each subset-row cut as often as the parts use it
///
/// The search decides on the last item of `CompletionBound` first and keeps to what still promises enough. Rows in
/// conflict or in cuts come last there, so that they are decided first and the tables bound the rest. Exact unless the
/// node limit is hit; the answer is then an upper bound.
/// Complexity: that of the tables; the search visits items × patterns nodes where a table is exact.
/// Source: completion bounds and diversified patterns as described by da Silva and Schouery 2025
/// (doi 10.1287/ijoc.2023.0399).
struct PatternSearch {
  typealias Question = PatternPricing.Question

  struct Outcome {
    /// No pattern is worth more.
    var worth: Int64 = 0
    /// What a unit of room is worth in each dimension, times 2¹⁶; empty in one dimension.
    var roomPrices: [Int64]
    var patterns: [(worth: Int64, pattern: Pattern)] = []
    /// Whether a pattern was found, or proven that there is none.
    var isSettled = true
  }

  private(set) var nodes = 0
  var tableCells: Int { bound.tableCells }

  private var bound = CompletionBound()

  /// The bin type that everything below is about.
  private(set) var prepared: Int?
  // The items of one search, in table order.
  private var items: [Int] = []
  private var rows: [Int] = []
  private var dimensions = 0
  private var slack: [Int64]?
  private var conflicts: [[Int]] = []
  private var blocked: [Int] = []
  private var taken: [Int] = []
  private var rowTaken: [Int] = []
  private var demand: [Int] = []
  private var hasConflicts = false
  private var hasIncarnations = false

  private var cuts = PricedCuts()

  /// States that have been searched through: what is left to decide depends on the room alone once the special items
  /// are decided, so that coming back with no more worth is of no use.
  private var visited = VisitedStates()
  private var plainCount = 0

  private var threshold: Int32 = 0
  private var isRaising = false
  private var limit = 0
  private var abandoned: Int32 = 0
  private var wanted = 0
  private var quota = 0
  private var used: [Int] = []
  private var found: [(worth: Int32, taken: [(Int, Int)])] = []

  /// The best and other good patterns of a bin type.
  /// - Parameter usesGrid: whether to bound by a table over two dimensions too, which takes longer.
  mutating func price(_ question: Question, nodeLimit: Int, usesGrid: Bool) -> Outcome {
    var outcome = Outcome(roomPrices: bound.unitPrices)
    guard let bin = prepared, !items.isEmpty else { return outcome }
    let floor = Int32(clamping: question.floors[bin])
    // Each dimension alone is a weak guide; two together cost a larger table.
    if usesGrid && dimensions >= 2 && !bound.hasGrid { bound.addGrid(slack: slack) }
    outcome.worth = Int64(max(0, bound.most(items.count)))
    if outcome.worth <= Int64(floor) { return outcome }
    // The best first: what it proves is the bound.
    search(threshold: floor, isRaising: true, wanted: .max, quota: .max, nodeLimit: nodeLimit)
    outcome.worth = Int64(max(threshold, abandoned))
    guard let best = found.last else {
      outcome.isSettled = nodes <= limit
      return outcome
    }
    var patterns = found.suffix(2)
    if question.wanted > 1 {
      // Rather good ones, each item in few of them; then whatever improves.
      for share in [0.5, 0.0] where patterns.count < question.wanted {
        let bar = floor + Int32(share * Double(best.worth - floor))
        search(
          threshold: bar, isRaising: false, wanted: question.wanted - patterns.count, quota: question.quota,
          nodeLimit: question.nodeLimit)
        patterns += found
      }
    }
    outcome.patterns = patterns.map { one in
      (Int64(one.worth), Pattern(one.taken.map { (items[$0.0], $0.1) }.sorted { $0.0 < $1.0 }))
    }
    return outcome
  }

  // MARK: Preparation

  /// What was prepared belongs to an earlier question.
  mutating func forget() { prepared = nil }

  /// Builds what bounds the search of a bin type.
  mutating func prepare(
    _ question: Question, _ parts: PackingParts, _ bin: Int
  ) throws(SolverFailure) {
    prepared = bin
    dimensions = parts.dimensions
    conflicts = question.conflicts
    // A row that excludes itself comes once, in whichever incarnation.
    demand = question.demand
    for row in demand.indices where conflicts[row].contains(row) { demand[row] = min(1, demand[row]) }
    slack = question.slack
    hasConflicts = question.conflicts.indices.contains { row in question.conflicts[row].contains { $0 != row } }
    let isSpecial = specialRows(question, parts)
    var candidates: [Int] = []
    var seen = Set<Int>()
    hasIncarnations = false
    for part in 0..<parts.partCount {
      let row = parts.rowOfPart[part]
      guard question.demand[row] > 0, question.gains[row] > 0 || slack != nil, parts.doesFit(part, bin) else {
        continue
      }
      candidates.append(part)
      if !seen.insert(row).inserted { hasIncarnations = true }
    }
    let copies = candidates.map { mostCopies($0, parts, bin) }
    let room = (0..<dimensions).map { parts.capacity(bin, $0) }
    var prices = RoomPrices()
    if dimensions > 1 {
      let capacities = room.map { Double(max(1, $0)) }
      prices = try RoomPrices(
        gains: candidates.map { Double(question.gains[parts.rowOfPart[$0]]) }, copies: copies.map(Double.init),
        loads: candidates.flatMap { part in (0..<dimensions).map { Double(parts.weight(part, $0)) / capacities[$0] } },
        dimensions: dimensions)
    }
    let surrogates = CompletionBound.surrogates(room: room, prices: prices)
    // By rising weight, special rows last: the search decides from the last to the first.
    let main = surrogates[surrogates.count - 1]
    let keys = candidates.map { part in (0..<dimensions).reduce(Int64(0)) { $0 + main[$1] * parts.weight(part, $1) } }
    let order = candidates.indices.sorted { one, other in
      let (a, b) = (candidates[one], candidates[other])
      let (isOne, isOther) = (isSpecial[parts.rowOfPart[a]], isSpecial[parts.rowOfPart[b]])
      if isOne != isOther { return !isOne }
      if keys[one] != keys[other] { return keys[one] < keys[other] }
      return a < b
    }
    items = order.map { candidates[$0] }
    rows = items.map { parts.rowOfPart[$0] }
    taken = Array(repeating: 0, count: items.count)
    used = taken
    blocked = Array(repeating: 0, count: parts.rowCount)
    rowTaken = blocked
    cuts = PricedCuts(question.cuts, items: items, parts)
    plainCount = items.firstIndex { isSpecial[parts.rowOfPart[$0]] } ?? items.count
    // Several incarnations draw on the same copies.
    if hasIncarnations { plainCount = 0 }
    visited.start(positions: items.count, room: room)
    bound.prepare(
      .init(
        gains: rows.map { Int32(question.gains[$0]) }, caps: order.map { copies[$0] },
        weights: items.flatMap { part in (0..<dimensions).map { parts.weight(part, $0) } }),
      room: room, prices: prices, surrogates: surrogates, slack: slack)
  }

  /// Rows that are in conflict with others or in a cut.
  private func specialRows(_ question: Question, _ parts: PackingParts) -> [Bool] {
    // A conflict with itself alone is a limit of one copy, which tables know.
    var result = question.conflicts.indices.map { row in question.conflicts[row].contains { $0 != row } }
    if question.cuts.isEmpty { return result }
    var isCut = Array(repeating: false, count: parts.demands.count)
    for entry in question.cuts { for row in entry.cut.rows { isCut[row] = true } }
    for part in 0..<parts.partCount where parts.origins[part].contains(where: { isCut[$0] }) {
      result[parts.rowOfPart[part]] = true
    }
    return result
  }

  /// Copies of a part that an empty bin takes.
  private func mostCopies(_ part: Int, _ parts: PackingParts, _ bin: Int) -> Int {
    var most = Int64(demand[parts.rowOfPart[part]])
    for dimension in 0..<dimensions where parts.weight(part, dimension) > 0 {
      most = min(most, parts.capacity(bin, dimension) / parts.weight(part, dimension))
    }
    return Int(most)
  }

  // MARK: Search

  private mutating func search(threshold: Int32, isRaising: Bool, wanted: Int, quota: Int, nodeLimit: Int) {
    self.threshold = threshold
    self.isRaising = isRaising
    self.wanted = wanted
    self.quota = quota
    limit = nodes + nodeLimit
    abandoned = 0
    found = []
    visited.clear()
    explore(items.count, 0)
  }

  private mutating func explore(_ count: Int, _ value: Int32) {
    var count = count
    nodes += 1
    if nodes > limit {
      abandoned = max(abandoned, value &+ bound.most(count))
      return
    }
    if isRaising && dimensions > 1 && count > 1 && count <= plainCount {
      if !visited.isNew(count, bound.room, value) { return }
    }
    while count > 0 {
      let position = count - 1
      let most = mostCopies(position)
      if most == 0 {
        count = position
        if value &+ bound.most(count) <= threshold { return }
        continue
      }
      if isRaising {
        branchByBound(position, value, most)
      } else {
        branchByCount(position, value, most)
      }
      return
    }
    if value > threshold { record(value) }
  }

  /// Copies that still fit, in full room, of a row neither used up nor blocked.
  @inline(__always)
  private func mostCopies(_ position: Int) -> Int {
    let row = rows[position]
    if hasConflicts && blocked[row] > 0 { return 0 }
    var most = bound.items.caps[position]
    if hasIncarnations { most = min(most, demand[row] - rowTaken[row]) }
    for dimension in 0..<dimensions {
      let weight = bound.items.weights[position * dimensions + dimension]
      if weight > 0 && weight * Int64(most) > bound.room[dimension] { most = Int(bound.room[dimension] / weight) }
    }
    return most
  }

  /// Children by falling bound, so that an exact table leads straight to the best.
  private mutating func branchByBound(_ position: Int, _ value: Int32, _ most: Int) {
    var bounds = Array(repeating: Int32(0), count: most + 1)
    for copies in 0...most {
      bounds[copies] =
        value &+ bound.items.gains[position] &* Int32(copies) &- cuts.price(position, copies) &+ bound.most(position)
      if copies < most { bound.take(position, copies: 1) }
    }
    bound.take(position, copies: -most)
    while true {
      var best = 0
      for copies in bounds.indices where bounds[copies] >= bounds[best] { best = copies }
      if bounds[best] <= threshold { return }
      bounds[best] = KnapsackTable.unreachable
      descend(position, value, best)
      if nodes > limit {
        for bound in bounds where bound > threshold { abandoned = max(abandoned, bound) }
        return
      }
    }
  }

  /// Children from many copies to none, within the quota of patterns an item may be in.
  private mutating func branchByCount(_ position: Int, _ value: Int32, _ most: Int) {
    var copies = used[position] < quota ? most : 0
    bound.take(position, copies: copies)
    while true {
      if value &+ bound.items.gains[position] &* Int32(copies) &- cuts.price(position, copies) &+ bound.most(position)
        > threshold
      {
        bound.take(position, copies: -copies)
        descend(position, value, copies)
        if nodes > limit || found.count >= wanted { return }
        // What was found may have used up an item that is in this bin already.
        if isExhausted(above: position) { return }
        if copies > 0 && used[position] >= quota { copies = 1 }
        bound.take(position, copies: copies)
      }
      if copies == 0 { return }
      bound.take(position, copies: -1)
      copies -= 1
    }
  }

  private func isExhausted(above position: Int) -> Bool {
    var index = position + 1
    while index < items.count {
      if taken[index] > 0 && used[index] >= quota { return true }
      index += 1
    }
    return false
  }

  private mutating func descend(_ position: Int, _ value: Int32, _ copies: Int) {
    if copies == 0 {
      explore(position, value)
      return
    }
    let row = rows[position]
    bound.take(position, copies: copies)
    taken[position] = copies
    rowTaken[row] += copies
    if hasConflicts { for other in conflicts[row] where other != row { blocked[other] += 1 } }
    let cost = cuts.price(position, copies)
    cuts.use(position, copies)
    explore(position, value &+ bound.items.gains[position] &* Int32(copies) &- cost)
    cuts.use(position, -copies)
    if hasConflicts { for other in conflicts[row] where other != row { blocked[other] -= 1 } }
    rowTaken[row] -= copies
    taken[position] = 0
    bound.take(position, copies: -copies)
  }

  private mutating func record(_ value: Int32) {
    if let slack, !bound.isSlackExact {
      for dimension in 0..<dimensions where bound.room[dimension] > slack[dimension] { return }
    }
    var content: [(Int, Int)] = []
    for position in items.indices where taken[position] > 0 {
      content.append((position, taken[position]))
      used[position] += 1
    }
    found.append((value, content))
    if isRaising { threshold = value }
  }
}
