import BayplanLP

/// Pricing: the patterns of greatest worth, by dynamic programming and a search through its tables.
///
///     maximize    sum of gain_r over the parts taken, r the row of each
///     subject to  weights within the capacity in each dimension; at most demand_r copies of a row;
///                 no two rows in conflict; room left over at most `slack` where that is given
///     less        the price of each subset-row cut as often as the parts use it
///
/// A table per surrogate dimension (in one dimension: the dimension itself) relaxes everything else; the search walks
/// from its last row to the first and keeps to cells that still promise enough. Rows in conflict or in cuts come last in
/// the tables, so that the search decides them first and the tables bound the rest. Exact unless the node limit is hit;
/// the answer is then an upper bound.
/// Complexity: O(items × width) for a table; the search visits items × patterns nodes where the table is exact.
/// Source: completion bounds and diversified patterns as described by da Silva and Schouery 2025
/// (doi 10.1287/ijoc.2023.0399).
struct PatternSearch {
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
    var patterns: [(bin: Int, worth: Int64, pattern: Pattern)] = []
  }

  /// Cells that a table may have; a coarser unit keeps to it.
  var cellLimit = 1 << 25
  /// Cells of the grid for one item.
  var gridCellLimit = 1 << 20
  private(set) var nodes = 0
  var work: Int { nodes + (grid.work + tables.reduce(0) { $0 + $1.work }) / 64 }

  private var tables: [KnapsackTable] = []
  private var tableCount = 0
  /// Per table: how far to shift a surrogate room right to get a cell.
  private var shifts: [Int64] = []
  /// Where the cells of the tables are, and how many to a row.
  private var bases: [UnsafeMutablePointer<Int32>] = []
  private var strides: [Int] = []

  /// Both dimensions at once, in cells of `gridShifts`; built where the others do not suffice.
  private let grid = KnapsackTable()
  private var gridDimensions = (0, 1)
  private var gridShifts: (Int64, Int64) = (0, 0)
  private var gridLine = 0
  private var hasGrid = false
  /// The grid relaxes at their price what it does not have, or only coarsely.
  private var pricedDimensions: [Int] = []
  /// What room of each dimension is worth, all of it and, times 2¹⁶, a unit of it.
  private var roomPrices = RoomPrices()
  private var unitPrices: [Int64] = []
  /// Per number of items the most that they can be worth beyond the room they take, times 2¹⁶: with the price of the
  /// room left the bound of the continuous knapsack.
  private var surplus: [Int64] = []
  private var gridBase = UnsafeMutablePointer<Int32>(bitPattern: 4)!
  private var gridStride = 0

  /// The bin type that everything below is about.
  private var prepared: Int?
  // The items of one search, in table order.
  private var items: [Int] = []
  private var rows: [Int] = []
  private var caps: [Int] = []
  private var gains: [Int32] = []
  /// `items × dimensions`, `items × tables`.
  private var weights: [Int64] = []
  private var sizes: [Int64] = []
  private var dimensions = 0
  private var room: [Int64] = []
  private var surrogateRoom: [Int64] = []
  private var slack: [Int64]?
  private var isSlackExact = false
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

  /// The best and other good patterns of every bin type. Where no pattern is found although a search was cut short, it
  /// is taken up again with more patience: the bound is then all there is to gain.
  mutating func price(_ question: Question, _ parts: PackingParts) throws(SolverFailure) -> Answer {
    var answer = Answer(worths: Array(repeating: 0, count: parts.binCount))
    var unsettled: [Int] = []
    prepared = nil
    for bin in 0..<parts.binCount {
      // A bin that takes no more than another is worth no more.
      if let known = (0..<bin).first(where: {
        answer.worths[$0] <= question.floors[bin] && parts.takes($0, allThat: bin)
      }) {
        answer.worths[bin] = answer.worths[known]
        continue
      }
      try prepare(question, parts, bin)
      if !price(bin, question, parts, nodeLimit: question.nodeLimit / 8, usesGrid: false, &answer) {
        unsettled.append(bin)
      }
    }
    if question.isQuick { return answer }
    for nodeLimit in [question.nodeLimit, question.nodeLimit * Self.patience] where answer.patterns.isEmpty {
      for bin in unsettled {
        // With one bin left its tables are still there, and the search has left nothing in them.
        if prepared != bin { try prepare(question, parts, bin) }
        if price(bin, question, parts, nodeLimit: nodeLimit, usesGrid: true, &answer) {
          unsettled.removeAll { $0 == bin }
        }
      }
    }
    return answer
  }

  private static let patience = 20

  /// False if neither a pattern was found nor proven that there is none.
  private mutating func price(
    _ bin: Int, _ question: Question, _ parts: PackingParts, nodeLimit: Int, usesGrid: Bool, _ answer: inout Answer
  ) -> Bool {
    guard !items.isEmpty else { return true }
    let floor = Int32(clamping: question.floors[bin])
    // Each dimension alone is a weak guide; two together cost a larger table.
    if usesGrid && dimensions >= 2 && !hasGrid { buildGrid(parts, bin) }
    answer.worths[bin] = Int64(max(0, completion(items.count)))
    if answer.worths[bin] <= Int64(floor) { return true }
    // The best first: what it proves is the bound.
    search(threshold: floor, isRaising: true, wanted: .max, quota: .max, nodeLimit: nodeLimit)
    answer.worths[bin] = Int64(max(threshold, abandoned))
    guard let best = found.last else { return nodes <= limit }
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
    for one in patterns {
      answer.patterns.append(
        (bin, Int64(one.worth), Pattern(one.taken.map { (items[$0.0], $0.1) }.sorted { $0.0 < $1.0 })))
    }
    return true
  }

  // MARK: Preparation

  private mutating func prepare(
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
    if dimensions > 1 { roomPrices = try roomPrices(candidates, question, parts, bin) }
    let surrogates = surrogateWeights(parts, bin)
    // By falling weight, special rows last: the search decides from the last to the first.
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
    gains = rows.map { Int32(question.gains[$0]) }
    weights = items.flatMap { part in (0..<dimensions).map { parts.weight(part, $0) } }
    caps = items.map { mostCopies($0, parts, bin) }
    taken = Array(repeating: 0, count: items.count)
    used = taken
    blocked = Array(repeating: 0, count: parts.rowCount)
    rowTaken = blocked
    room = (0..<dimensions).map { parts.capacity(bin, $0) }
    cuts = PricedCuts(question.cuts, items: items, parts)
    plainCount = items.firstIndex { isSpecial[parts.rowOfPart[$0]] } ?? items.count
    // Several incarnations draw on the same copies.
    if hasIncarnations { plainCount = 0 }
    visited.start(positions: items.count, room: room)
    priceRoom()
    buildTables(surrogates)
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

  private mutating func buildTables(_ surrogates: [[Int64]]) {
    tableCount = items.isEmpty ? 0 : surrogates.count
    while tables.count < tableCount { tables.append(KnapsackTable()) }
    shifts = []
    bases = []
    strides = []
    surrogateRoom = []
    sizes = Array(repeating: 0, count: items.count * tableCount)
    isSlackExact = false
    hasGrid = false
    for number in 0..<tableCount {
      let multipliers = surrogates[number]
      let total = (0..<dimensions).reduce(Int64(0)) { $0 + multipliers[$1] * room[$1] }
      var shift = 0
      // Where it is only a guide it may be coarse.
      let most = dimensions == 1 ? Int64(cellLimit / (items.count + 2)) : Int64(Self.guideWidth)
      while total >> Int64(shift) > most { shift += 1 }
      shifts.append(Int64(shift))
      surrogateRoom.append(total)
      var entries: [KnapsackTable.Item] = []
      for position in items.indices {
        let size = (0..<dimensions).reduce(Int64(0)) { $0 + multipliers[$1] * weights[position * dimensions + $1] }
        sizes[position * tableCount + number] = size
        entries.append(.init(size: Int(size >> shift), gain: gains[position], copies: caps[position]))
      }
      // Rounded sizes leave more room than there is, so that only an exact table can tell waste.
      var allowed = Int(total >> shift)
      if let slack, shift == 0 {
        let most = (0..<dimensions).reduce(Int64(0)) { $0 + multipliers[$1] * min(slack[$1], room[$1]) }
        allowed = Int(most)
        if dimensions == 1 { isSlackExact = true }
      }
      tables[number].build(entries, width: Int(total >> shift), slack: allowed)
      bases.append(tables[number].cells)
      strides.append(tables[number].stride)
    }
  }

  private static let guideWidth = 1 << 13

  private mutating func buildGrid(_ parts: PackingParts, _ bin: Int) {
    // The two that weigh most in the best combination.
    let ranked = (0..<dimensions).sorted { (-roomPrices.prices[$0], $0) < (-roomPrices.prices[$1], $1) }
    gridDimensions = (min(ranked[0], ranked[1]), max(ranked[0], ranked[1]))
    let (one, other) = gridDimensions
    let capacities = (parts.capacity(bin, one), parts.capacity(bin, other))
    // In whole units if that fits, else the finer dimension coarser.
    let limit = min(Int64(gridCellLimit), Int64(2 * cellLimit / (items.count + 2)))
    gridShifts = (0, 0)
    while ((capacities.0 >> gridShifts.0) + 1) * ((capacities.1 >> gridShifts.1) + 1) > limit {
      if capacities.0 >> gridShifts.0 > capacities.1 >> gridShifts.1 { gridShifts.0 += 1 } else { gridShifts.1 += 1 }
    }
    let sides = (Int(capacities.0 >> gridShifts.0), Int(capacities.1 >> gridShifts.1))
    gridLine = sides.1 + 1
    pricedDimensions = (0..<dimensions).filter {
      ($0 != one || gridShifts.0 > 0) && ($0 != other || gridShifts.1 > 0)
    }
    let entries = items.indices.map { position in
      var gain = Int64(gains[position])
      for dimension in pricedDimensions {
        gain -= (unitPrices[dimension] * weights[position * dimensions + dimension]) >> 16
      }
      // Without waste limits what costs more than it brings stays out.
      let copies = gain < 0 && slack == nil ? 0 : caps[position]
      return KnapsackTable.GridItem(
        rows: Int(weights[position * dimensions + one] >> gridShifts.0),
        columns: Int(weights[position * dimensions + other] >> gridShifts.1), gain: Int32(gain), copies: copies)
    }
    // Weights are rounded down: every item may leave one cell more than it should.
    var allowed = sides
    if let slack {
      let most = mostItems()
      let first = Int(min(slack[one], capacities.0) >> gridShifts.0) + (gridShifts.0 == 0 ? 0 : most + 1)
      let second = Int(min(slack[other], capacities.1) >> gridShifts.1) + (gridShifts.1 == 0 ? 0 : most + 1)
      allowed = (min(allowed.0, first), min(allowed.1, second))
    }
    grid.build(entries, rows: sides.0, columns: sides.1, slack: allowed)
    gridBase = grid.cells
    gridStride = grid.stride
    hasGrid = true
  }

  /// How many items fit one bin at most, the lightest first in each dimension.
  private func mostItems() -> Int {
    (0..<dimensions).map { dimension in
      var (left, count) = (room[dimension], 0)
      for position in items.indices.sorted(by: {
        weights[$0 * dimensions + dimension] < weights[$1 * dimensions + dimension]
      }) {
        for _ in 0..<caps[position] where weights[position * dimensions + dimension] <= left {
          left -= weights[position * dimensions + dimension]
          count += 1
        }
      }
      return count
    }.min() ?? 0
  }

  private func roomPrices(
    _ candidates: [Int], _ question: Question, _ parts: PackingParts, _ bin: Int
  ) throws(SolverFailure) -> RoomPrices {
    let capacities = (0..<dimensions).map { Double(max(1, parts.capacity(bin, $0))) }
    return try RoomPrices(
      gains: candidates.map { Double(question.gains[parts.rowOfPart[$0]]) },
      copies: candidates.map { Double(mostCopies($0, parts, bin)) },
      loads: candidates.flatMap { part in (0..<dimensions).map { Double(parts.weight(part, $0)) / capacities[$0] } },
      dimensions: dimensions)
  }

  /// Copies of a part that an empty bin takes.
  private func mostCopies(_ part: Int, _ parts: PackingParts, _ bin: Int) -> Int {
    var most = Int64(demand[parts.rowOfPart[part]])
    for dimension in 0..<dimensions where parts.weight(part, dimension) > 0 {
      most = min(most, parts.capacity(bin, dimension) / parts.weight(part, dimension))
    }
    return Int(most)
  }

  /// The terms of the continuous knapsack's bound. Prices are rounded to whole numbers, which leaves them valid.
  private mutating func priceRoom() {
    unitPrices = []
    surplus = []
    if dimensions == 1 { return }
    unitPrices = (0..<dimensions).map { dimension in
      Int64((roomPrices.prices[dimension] / Double(max(1, room[dimension])) * 65536).rounded())
    }
    surplus = [0]
    for position in items.indices {
      var value = Int64(gains[position]) << 16
      for dimension in 0..<dimensions { value -= unitPrices[dimension] * weights[position * dimensions + dimension] }
      surplus.append(surplus[position] + max(0, value) * Int64(caps[position]))
    }
  }

  /// Multipliers per dimension for each table: in one dimension it is the dimension; else every one alone where there
  /// are few, and the combination whose continuous knapsack bounds best.
  private func surrogateWeights(_ parts: PackingParts, _ bin: Int) -> [[Int64]] {
    if dimensions == 1 { return [[1]] }
    let capacities = (0..<dimensions).map { Double(max(1, parts.capacity(bin, $0))) }
    let shares = roomPrices.shares
    var result: [[Int64]] = []
    if dimensions <= 3 {
      for dimension in 0..<dimensions { result.append((0..<dimensions).map { $0 == dimension ? 1 : 0 }) }
    }
    let resolution = Double(1 << 14) * capacities.max()!
    result.append((0..<dimensions).map { Int64((shares[$0] / capacities[$0] * resolution).rounded()) })
    return result
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

  /// The most that the first `count` items can add in the room left.
  @inline(__always)
  private func completion(_ count: Int) -> Int32 {
    var least = Int32.max
    for table in 0..<tableCount {
      let cell = Int(truncatingIfNeeded: surrogateRoom[table] >> shifts[table])
      least = min(least, bases[table][count &* strides[table] &+ cell])
    }
    if dimensions > 1 {
      var most = surplus[count] &+ 65535
      for dimension in 0..<dimensions { most &+= unitPrices[dimension] &* room[dimension] }
      least = min(least, Int32(clamping: most >> 16))
    }
    if hasGrid {
      let cell =
        Int(room[gridDimensions.0] >> gridShifts.0) &* gridLine
        &+ Int(room[gridDimensions.1] >> gridShifts.1)
      var most = gridBase[count &* gridStride &+ cell]
      for dimension in pricedDimensions {
        most &+= Int32(truncatingIfNeeded: (unitPrices[dimension] &* room[dimension] &+ 65535) >> 16)
      }
      least = min(least, most)
    }
    return least
  }

  private mutating func explore(_ count: Int, _ value: Int32) {
    var count = count
    nodes += 1
    if nodes > limit {
      abandoned = max(abandoned, value &+ completion(count))
      return
    }
    if isRaising && dimensions > 1 && count > 1 && count <= plainCount {
      if !visited.isNew(count, room, value) { return }
    }
    while count > 0 {
      let position = count - 1
      let most = mostCopies(position)
      if most == 0 {
        count = position
        if value &+ completion(count) <= threshold { return }
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
    var most = caps[position]
    if hasIncarnations { most = min(most, demand[row] - rowTaken[row]) }
    for dimension in 0..<dimensions {
      let weight = weights[position * dimensions + dimension]
      if weight > 0 && weight * Int64(most) > room[dimension] { most = Int(room[dimension] / weight) }
    }
    return most
  }

  /// Children by falling bound, so that an exact table leads straight to the best.
  private mutating func branchByBound(_ position: Int, _ value: Int32, _ most: Int) {
    var bounds = Array(repeating: Int32(0), count: most + 1)
    for copies in 0...most {
      bounds[copies] = value &+ gains[position] &* Int32(copies) &- cuts.price(position, copies) &+ completion(position)
      if copies < most { shift(position, by: 1) }
    }
    shift(position, by: -most)
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
    shift(position, by: copies)
    while true {
      if value &+ gains[position] &* Int32(copies) &- cuts.price(position, copies) &+ completion(position) > threshold {
        shift(position, by: -copies)
        descend(position, value, copies)
        if nodes > limit || found.count >= wanted { return }
        // What was found may have used up an item that is in this bin already.
        if isExhausted(above: position) { return }
        if copies > 0 && used[position] >= quota { copies = 1 }
        shift(position, by: copies)
      }
      if copies == 0 { return }
      shift(position, by: -1)
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
    shift(position, by: copies)
    taken[position] = copies
    rowTaken[row] += copies
    if hasConflicts { for other in conflicts[row] where other != row { blocked[other] += 1 } }
    let cost = cuts.price(position, copies)
    cuts.use(position, copies)
    explore(position, value &+ gains[position] &* Int32(copies) &- cost)
    cuts.use(position, -copies)
    if hasConflicts { for other in conflicts[row] where other != row { blocked[other] -= 1 } }
    rowTaken[row] -= copies
    taken[position] = 0
    shift(position, by: -copies)
  }

  /// Takes copies out of the room, or gives them back.
  @inline(__always)
  private mutating func shift(_ position: Int, by copies: Int) {
    if copies == 0 { return }
    let count = Int64(copies)
    for dimension in 0..<dimensions { room[dimension] -= weights[position * dimensions + dimension] * count }
    for table in 0..<tableCount { surrogateRoom[table] -= sizes[position * tableCount + table] * count }
  }

  private mutating func record(_ value: Int32) {
    if let slack, !isSlackExact {
      for dimension in 0..<dimensions where room[dimension] > slack[dimension] { return }
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
