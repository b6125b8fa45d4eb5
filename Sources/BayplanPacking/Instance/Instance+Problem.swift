import BayplanModel

/// An abstract packing problem as an instance: rows with equal incarnations become item types together.
public struct CompiledPacking: Sendable {
  public let problem: PackingProblem
  public let instance: Instance
  /// Per item type: the rows it stands for, and which of their incarnations.
  public let rows: [[Int]]
  public let incarnations: [Int]

  /// The criteria of every abstract problem: everything packed, then least cost.
  public static let criteria: [Criterion] = [.unplaced(priority: 0), .cost]

  /// Incarnations that fit no bin are left out; a row without any keeps one, which nothing takes.
  public init(_ problem: PackingProblem) {
    self.problem = problem
    var groups: [[[Int64]]: Int] = [:]
    var rowsOfGroup: [[Int]] = []
    for (number, row) in problem.rows.enumerated() where row.demand > 0 {
      if let known = groups[row.incarnations] {
        rowsOfGroup[known].append(number)
      } else {
        groups[row.incarnations] = rowsOfGroup.count
        rowsOfGroup.append([number])
      }
    }
    var rows: [[Int]] = []
    var incarnations: [Int] = []
    var items: [Instance.ItemType] = []
    var weights: [Int64] = []
    var alternatives: [[Int]] = []
    let none = Array(repeating: Int64.max / 4, count: problem.dimensions)
    for members in rowsOfGroup {
      let demand = members.reduce(0) { $0 + problem.rows[$1].demand }
      let all = problem.rows[members[0]].incarnations
      var usable = all.indices.filter { problem.firstBinType(thatFits: all[$0]) != nil }
      if usable.isEmpty { usable = [0] }
      if usable.count > 1 { alternatives.append(Array(rows.count..<rows.count + usable.count)) }
      for incarnation in usable {
        rows.append(members)
        incarnations.append(incarnation)
        items.append(Instance.ItemType(demand: demand, omissionScore: Score([1, 0])))
        weights += all.indices.contains(incarnation) ? all[incarnation] : none
      }
    }
    self.rows = rows
    self.incarnations = incarnations
    let total = problem.totalDemand
    var instance = Instance(
      dimensions: (0..<problem.dimensions).map { Resource("dimension-\($0 + 1)") }, itemTypes: items,
      binTypes: problem.binTypes.map {
        Instance.BinType(copies: $0.copies ?? total, openingScore: Score([0, $0.cost]), isElastic: true)
      },
      weights: weights, capacities: problem.binTypes.flatMap(\.capacity),
      eligibility: Array(repeating: true, count: items.count * problem.binTypes.count), criteria: Self.criteria,
      baseScore: .zero(2))
    instance.alternatives = alternatives
    self.instance = instance
  }

  /// The packing in terms of rows: equal bins together, in the order in which they first occur.
  public func packing(_ assignment: Assignment) -> [PackedBin] {
    var left = problem.rows.map(\.demand)
    var next = Array(repeating: 0, count: rows.count)
    var result: [PackedBin] = []
    var index: [PackedBin: Int] = [:]
    for load in assignment.loads where !load.pattern.isEmpty {
      var items: [PackedBin.Entry] = []
      for entry in load.pattern.items {
        let item = Int(entry.item)
        var count = Int(entry.count)
        while count > 0 {
          let row = rows[item][next[item]]
          let taken = min(count, left[row])
          if taken > 0 { items.append(.init(row: row, count: taken, incarnation: incarnations[item])) }
          left[row] -= taken
          count -= taken
          // Incarnations of one row draw on the same copies, so that each looks for itself where there are some left.
          if left[row] == 0 { next[item] = min(next[item] + 1, rows[item].count - 1) }
        }
      }
      items.sort { ($0.row, $0.incarnation) < ($1.row, $1.incarnation) }
      var bin = PackedBin(type: load.binType, copies: 0, items: items)
      if let known = index[bin] {
        result[known].copies += 1
      } else {
        index[bin] = result.count
        bin.copies = 1
        result.append(bin)
      }
    }
    return result
  }

  /// Values per item type as values per row.
  public func perRow(_ values: [Int64]) -> [Int64] {
    var result = Array(repeating: Int64(0), count: problem.rows.count)
    for (item, members) in rows.enumerated() {
      for row in members { result[row] = max(result[row], values[item]) }
    }
    return result
  }
}
