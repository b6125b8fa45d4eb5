/// What branch and price packs: rows with a demand, and parts that fill them.
///
/// A row starts as an item type; each of its parts is one incarnation of it. Branching adds rows: a merged row stands
/// for one copy of each of two others in the same bin, and its parts are the pairs of theirs.
struct PackingParts {
  let dimensions: Int
  let binCount: Int
  /// Per dimension what one unit of its weights and capacities here is in the instance.
  let units: [Int64]
  /// `binCount × dimensions`.
  let capacities: [Int64]
  /// What opening a bin costs, how many there are at most, and whether that may be too few.
  let costs: [Int64]
  let copies: [Int]
  let isLimited: [Bool]
  /// Whether bins are counted by type: there may be too few, or they differ.
  var countsBins: Bool { binCount > 1 || isLimited.contains(true) }
  /// Copies to be packed of each of the first rows.
  let demands: [Int]
  /// `parts × dimensions`.
  private(set) var weights: [Int64] = []
  private(set) var rowOfPart: [Int] = []
  private(set) var partsOfRow: [[Int]] = []
  /// The two parts that a merged one stands for.
  private(set) var halves: [(Int, Int)?] = []
  /// The original rows whose copies a part is made of.
  private(set) var origins: [[Int]] = []
  /// `parts × binCount`.
  private(set) var fits: [Bool] = []
  /// Per original row the rows that may not share its bin; itself for one copy at most.
  let conflicts: [[Int]]
  private var merged: [RowPair: [Int]] = [:]
  /// The two rows that a merged one stands for.
  private(set) var rowHalves: [RowPair?]

  /// An unordered pair of rows; of one row twice, two copies of it.
  struct RowPair: Hashable {
    let first: Int
    let second: Int

    init(_ one: Int, _ other: Int) {
      first = min(one, other)
      second = max(one, other)
    }
  }

  /// - Parameter criterion: the criterion whose opening scores are the costs.
  init(_ instance: Instance, criterion: Int) {
    dimensions = instance.dimensionCount
    binCount = instance.binTypes.count
    // In units of what all weights of a dimension share, so that tables are small.
    let units = (0..<dimensions).map { dimension in
      commonDivisor(instance.itemTypes.indices.map { instance.weight($0, dimension) })
    }
    self.units = units
    capacities = instance.capacities.enumerated().map { $1 / units[$0 % units.count] }
    costs = instance.binTypes.map { $0.openingScore[criterion] }
    let rows = instance.demandRows
    demands = rows.map { instance.itemTypes[$0[0]].demand }
    let total = demands.reduce(0, +)
    copies = instance.binTypes.map { min($0.copies, total) }
    isLimited = instance.binTypes.map { $0.copies < total }
    rowOfPart = Array(repeating: 0, count: instance.itemTypes.count)
    halves = Array(repeating: nil, count: instance.itemTypes.count)
    weights = instance.weights.enumerated().map { $1 / units[$0 % units.count] }
    for (row, items) in rows.enumerated() {
      partsOfRow.append(items)
      for item in items { rowOfPart[item] = row }
    }
    origins = rowOfPart.map { [$0] }
    rowHalves = rows.map { _ in nil }
    conflicts = Self.conflicts(instance, rowOfPart: rowOfPart, rowCount: rows.count)
    for item in instance.itemTypes.indices {
      fits += (0..<binCount).map { bin in
        instance.isEligible(item, bin)
          && (0..<dimensions).allSatisfy { instance.weight(item, $0) <= instance.capacity(bin, $0) }
      }
    }
  }

  /// Whether every rule of an instance is one between the items of a bin that conflicts can state.
  static func honours(_ instance: Instance) -> Bool {
    guard instance.primitives.isSubset(of: [.dimension, .eligibility, .conflict, .groupBound, .alternatives]),
      instance.spreads.isEmpty
    else { return false }
    var counters = instance.conflicts.flatMap { [$0.first, $0.second] }
    for maximum in instance.maxima {
      if maximum.limit != 1 { return false }
      counters.append(maximum.counter)
    }
    if counters.isEmpty { return true }
    return instance.binTypes.allSatisfy { $0.domains[0] >= 0 }
      && counters.allSatisfy { index in
        let counter = instance.counters[index]
        return counter.scope == 0 && counter.fixed.allSatisfy { $0 == 0 }
          && counter.countedBinTypes.allSatisfy { $0 }
      }
  }

  private static func conflicts(_ instance: Instance, rowOfPart: [Int], rowCount: Int) -> [[Int]] {
    var result = Array(repeating: Set<Int>(), count: rowCount)
    func exclude(_ first: Instance.Counter, _ second: Instance.Counter) {
      for one in rowOfPart.indices where first.members[one] {
        for other in rowOfPart.indices where second.members[other] {
          result[rowOfPart[one]].insert(rowOfPart[other])
          result[rowOfPart[other]].insert(rowOfPart[one])
        }
      }
    }
    for conflict in instance.conflicts {
      exclude(instance.counters[conflict.first], instance.counters[conflict.second])
    }
    for maximum in instance.maxima {
      exclude(instance.counters[maximum.counter], instance.counters[maximum.counter])
    }
    return result.map { $0.sorted() }
  }

  /// A part of two together; a pair that fits no bin is none.
  private mutating func addPair(_ one: Int, _ other: Int, row: Int) {
    let sum = (0..<dimensions).map { weight(one, $0) + weight(other, $0) }
    let fit = (0..<binCount).map { bin in
      doesFit(one, bin) && doesFit(other, bin) && sum.indices.allSatisfy { sum[$0] <= capacity(bin, $0) }
    }
    guard fit.contains(true) else { return }
    partsOfRow[row].append(rowOfPart.count)
    rowOfPart.append(row)
    weights += sum
    halves.append((one, other))
    origins.append(origins[one] + origins[other])
    fits += fit
  }

  var rowCount: Int { partsOfRow.count }
  var partCount: Int { rowOfPart.count }

  @inline(__always)
  func weight(_ part: Int, _ dimension: Int) -> Int64 { weights[part * dimensions + dimension] }
  @inline(__always)
  func capacity(_ bin: Int, _ dimension: Int) -> Int64 { capacities[bin * dimensions + dimension] }
  @inline(__always)
  func doesFit(_ part: Int, _ bin: Int) -> Bool { fits[part * binCount + bin] }

  /// Whether a bin of one type can take whatever one of another type can.
  func takes(_ one: Int, allThat other: Int) -> Bool {
    (0..<dimensions).allSatisfy { capacity(one, $0) >= capacity(other, $0) }
      && (0..<partCount).allSatisfy { !doesFit($0, other) || doesFit($0, one) }
  }

  /// A row for one copy of each of two rows together: the first made for the pair that is acceptable, else a new one.
  /// It has no parts where they never fit.
  mutating func merge(_ pair: RowPair, where isAcceptable: (Int) -> Bool) -> Int {
    if let row = merged[pair]?.first(where: isAcceptable) { return row }
    let row = rowCount
    merged[pair, default: []].append(row)
    partsOfRow.append([])
    rowHalves.append(pair)
    let (first, second) = (partsOfRow[pair.first], partsOfRow[pair.second])
    for (index, one) in first.enumerated() {
      for other in pair.first == pair.second ? second[index...] : second[...] {
        addPair(one, other, row: row)
      }
    }
    return row
  }

  /// Adds the copies of original parts that a part stands for.
  func unfold(_ part: Int, times: Int, into counts: inout [Int: Int]) {
    if let (one, other) = halves[part] {
      unfold(one, times: times, into: &counts)
      unfold(other, times: times, into: &counts)
    } else {
      counts[part, default: 0] += times
    }
  }

  /// Room that a pattern leaves in a dimension.
  func waste(_ pattern: Pattern, bin: Int, _ dimension: Int) -> Int64 {
    pattern.items.reduce(capacity(bin, dimension)) { $0 - weight(Int($1.item), dimension) * Int64($1.count) }
  }
}
