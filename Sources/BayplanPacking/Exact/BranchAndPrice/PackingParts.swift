/// What branch and price packs: rows with a demand, and parts that fill them.
///
/// A row starts as an item type; each of its parts is one incarnation of it. Branching adds rows: a merged row stands
/// for one copy of each of two others in the same bin, and its parts are the pairs of theirs.
struct PackingParts {
  let dimensions: Int
  let binCount: Int
  /// `binCount × dimensions`.
  let capacities: [Int64]
  /// What opening a bin costs, how many there are at most, and whether that may be too few.
  let costs: [Int64]
  let copies: [Int]
  let isLimited: [Bool]
  /// Copies to be packed of each of the first rows.
  let demands: [Int]
  /// `parts × dimensions`.
  private(set) var weights: [Int64] = []
  private(set) var rowOfPart: [Int] = []
  private(set) var partsOfRow: [[Int]] = []
  /// The two parts that a merged one stands for.
  private(set) var halves: [(Int, Int)?] = []
  /// `parts × binCount`.
  private(set) var fits: [Bool] = []
  private var merged: [RowPair: Int] = [:]

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
    capacities = instance.capacities
    costs = instance.binTypes.map { $0.openingScore[criterion] }
    let rows = instance.demandRows
    demands = rows.map { instance.itemTypes[$0[0]].demand }
    let total = demands.reduce(0, +)
    copies = instance.binTypes.map { min($0.copies, total) }
    isLimited = instance.binTypes.map { $0.copies < total }
    rowOfPart = Array(repeating: 0, count: instance.itemTypes.count)
    halves = Array(repeating: nil, count: instance.itemTypes.count)
    weights = instance.weights
    for (row, items) in rows.enumerated() {
      partsOfRow.append(items)
      for item in items { rowOfPart[item] = row }
    }
    for item in instance.itemTypes.indices {
      fits += (0..<binCount).map { bin in
        instance.isEligible(item, bin)
          && (0..<dimensions).allSatisfy { instance.weight(item, $0) <= instance.capacity(bin, $0) }
      }
    }
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

  /// The row for one copy of each of two rows together, made at first use. It has no parts where they never fit.
  mutating func merge(_ pair: RowPair) -> Int {
    if let row = merged[pair] { return row }
    let row = rowCount
    merged[pair] = row
    partsOfRow.append([])
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
