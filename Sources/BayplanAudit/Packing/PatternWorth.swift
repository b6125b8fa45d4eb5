import BayplanModel

/// The largest total dual of a pattern: a bounded knapsack, exactly.
///
/// In one dimension by a table over the room. In several by depth-first search, with the tables of single dimensions
/// as bounds. Each step of either counts against a budget.
struct PatternWorth {
  private let capacity: [Int64]
  private let slack: [Int64]?
  private var items: [Item] = []
  private let demands: [Int]
  private let conflicts: [Set<Int>]
  private let prices: [Int64]

  private struct Item {
    var row: Int
    var dual: Int64
    var weights: [Int64]
    var copies: Int
    /// Whether the row has other incarnations.
    var isChoice: Bool
    /// The cuts that a copy counts in, and how often.
    var cuts: [(index: Int, count: Int)]
  }

  /// - Parameter groups: what there is to pack; a group with conflicts stands for itself.
  init(
    _ groups: [PackingGroup], capacity: [Int64], duals: [Int64], slack: [Int64]?,
    cuts: [PackingCertificate.Leaf.Cut] = []
  ) {
    self.capacity = capacity
    self.slack = slack.flatMap { slack in zip(slack, capacity).allSatisfy { $0 >= $1 } ? nil : slack }
    // A group that excludes itself comes once, in whichever incarnation.
    demands = groups.indices.map { groups[$0].conflicts.contains($0) ? min(1, groups[$0].demand) : groups[$0].demand }
    conflicts = groups.map(\.conflicts)
    prices = cuts.map(\.price)
    let cutsOfGroup = groups.map { group in
      cuts.indices.compactMap { index -> (index: Int, count: Int)? in
        let count = group.origins.count { cuts[index].groups.contains($0) }
        return count > 0 && cuts[index].price > 0 ? (index, count) : nil
      }
    }
    // Equal rows together, so that tables stay small; only single ones where rows have a choice.
    var known: [Key: Int] = [:]
    for (row, content) in groups.enumerated() where content.demand > 0 {
      if duals[row] == 0 && self.slack == nil { continue }
      for weights in content.incarnations {
        var copies = demands[row]
        for (weight, room) in zip(weights, capacity) where weight > 0 { copies = min(copies, Int(room / weight)) }
        if copies == 0 { continue }
        let key = Key(dual: duals[row], weights: weights)
        let isPlain = content.incarnations.count == 1 && content.conflicts.isEmpty && cutsOfGroup[row].isEmpty
        if isPlain, let index = known[key] {
          items[index].copies += copies
        } else {
          if isPlain { known[key] = items.count }
          items.append(
            Item(
              row: row, dual: duals[row], weights: weights, copies: copies, isChoice: content.incarnations.count > 1,
              cuts: cutsOfGroup[row]))
        }
      }
    }
    func isSpecial(_ item: Item) -> Bool { !conflicts[item.row].isEmpty || !item.cuts.isEmpty }
    items = items.filter { !isSpecial($0) } + items.filter(isSpecial)
  }

  /// Cells of all tables at once: 1.2 GB.
  private static let cellLimit = 1.5e8

  private struct Key: Hashable {
    var dual: Int64
    var weights: [Int64]
  }

  /// The largest worth, or `floor` if none is above it; nil if the budget does not suffice.
  func largest(above floor: Int128, budget: inout Int) throws(NumbersTooLarge) -> Int128? {
    var most: Int128 = 0
    for item in items { most = try sum(most, product(Int128(item.dual), Int128(item.copies))) }
    let copies = items.reduce(Int128(0)) { $0 + Int128($1.copies) * Int128(1 + $1.cuts.reduce(0) { $0 + $1.count }) }
    let penalty = try product(prices.reduce(Int128(0)) { $0 + Int128($1) }, copies)
    if most > Int128(Int64.max / 4) || penalty > Int128(Int64.max / 4) { throw NumbersTooLarge() }
    if most <= floor { return floor }
    let floor = Int64(floor)
    // Conflicts and cuts are decided first: they come last in the tables.
    let isPlain = items.allSatisfy { conflicts[$0.row].isEmpty && $0.cuts.isEmpty }
    if capacity.count == 1 && isPlain && !items.contains(where: \.isChoice) {
      guard let table = table(dimension: 0, keepsRows: false, budget: &budget) else { return nil }
      return Int128(max(floor, table[table.count - 1]))
    }
    // A dimension of its own bounds the rest; the most telling first.
    let cells = capacity.reduce(0.0) { $0 + Double($1 + 1) } * Double(items.count + 1)
    if cells > Self.cellLimit { return nil }
    var tables: [[Int64]?] = []
    for dimension in capacity.indices {
      guard let table = table(dimension: dimension, keepsRows: true, budget: &budget) else { return nil }
      if table[table.count - 1] <= floor { return Int128(floor) }
      tables.append(table)
    }
    var search = Search(worth: self, tables: tables.map { $0! }, best: floor, budget: budget)
    search.explore(items.count, 0)
    budget = search.budget
    return budget < 0 ? nil : Int128(search.best)
  }

  /// Row t, cell w: the most that the first t items are worth in room w of one dimension, waste within the limit.
  private func table(dimension: Int, keepsRows: Bool, budget: inout Int) -> [Int64]? {
    let width = capacity[dimension] + 1
    let steps = items.reduce(Double(width)) {
      $0 + Double(width) * Double(1 + $1.copies.bitWidth - $1.copies.leadingZeroBitCount)
    }
    guard steps <= Double(budget), Double(width) <= Self.cellLimit else { return nil }
    budget -= Int(steps)
    let count = Int(width)
    let allowed = slack?[dimension] ?? .max
    var row = (0..<count).map { Int64($0) <= allowed ? 0 : Int64.min / 4 }
    var all: [Int64] = keepsRows ? row : []
    for item in items {
      let weight = Int(item.weights[dimension])
      if weight == 0 {
        for cell in 0..<count { row[cell] += item.dual * Int64(item.copies) }
      }
      var left = weight == 0 ? 0 : item.copies
      var bundle = 1
      while left > 0 {
        let copies = min(bundle, left)
        let size = weight * copies
        if size < count {
          let dual = item.dual * Int64(copies)
          for cell in stride(from: count - 1, through: size, by: -1) where row[cell - size] + dual > row[cell] {
            row[cell] = row[cell - size] + dual
          }
        }
        left -= copies
        bundle *= 2
      }
      if keepsRows { all += row }
    }
    return keepsRows ? all : row
  }

  private struct Search {
    let worth: PatternWorth
    let tables: [[Int64]]
    var best: Int64
    var budget: Int
    var room: [Int64]
    var taken: [Int]
    /// Copies in the pattern, per cut.
    var cutUse: [Int]

    init(worth: PatternWorth, tables: [[Int64]], best: Int64, budget: Int) {
      self.worth = worth
      self.tables = tables
      self.best = best
      self.budget = budget
      room = worth.capacity
      taken = worth.demands.map { _ in 0 }
      cutUse = worth.prices.map { _ in 0 }
    }

    mutating func explore(_ count: Int, _ value: Int64) {
      budget -= 1
      if budget < 0 { return }
      for (dimension, table) in tables.enumerated() {
        let width = Int(worth.capacity[dimension]) + 1
        if value + table[count * width + Int(room[dimension])] <= best { return }
      }
      if count == 0 {
        if let slack = worth.slack, zip(room, slack).contains(where: { $0 > $1 }) { return }
        best = value
        return
      }
      let item = worth.items[count - 1]
      var copies = item.copies
      if worth.conflicts[item.row].contains(where: { $0 != item.row && taken[$0] > 0 }) { copies = 0 }
      if item.isChoice { copies = min(copies, worth.demands[item.row] - taken[item.row]) }
      for (dimension, weight) in item.weights.enumerated() where weight > 0 {
        copies = min(copies, Int(room[dimension] / weight))
      }
      while true {
        for dimension in room.indices { room[dimension] -= item.weights[dimension] * Int64(copies) }
        taken[item.row] += copies
        var worthNow = value + item.dual * Int64(copies)
        for (index, count) in item.cuts {
          let before = cutUse[index] / 2
          cutUse[index] += count * copies
          worthNow -= worth.prices[index] * Int64(cutUse[index] / 2 - before)
        }
        explore(count - 1, worthNow)
        for (index, count) in item.cuts { cutUse[index] -= count * copies }
        taken[item.row] -= copies
        for dimension in room.indices { room[dimension] += item.weights[dimension] * Int64(copies) }
        if copies == 0 { return }
        copies -= 1
      }
    }
  }
}
