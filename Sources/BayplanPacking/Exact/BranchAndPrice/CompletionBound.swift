/// The most that the first items of a knapsack can add in the room that is left, as the least of several relaxations:
///
/// - a table per combination of dimensions (in one dimension: the dimension itself), which relaxes everything else;
/// - in several dimensions the continuous knapsack at fixed prices of room;
/// - where that was asked for, a table over the two scarcest dimensions, with a price on the others.
///
/// Complexity: O(items × width) for a table, O(tables + dimensions) for a bound.
struct CompletionBound {
  /// Items in the order in which they enter the tables.
  struct Items {
    var gains: [Int32] = []
    /// Copies that an empty bin takes.
    var caps: [Int] = []
    /// `items × dimensions`.
    var weights: [Int64] = []
  }

  /// Cells that a table may have; a coarser unit keeps to it.
  private static let cellLimit = 1 << 25
  /// Cells of the grid for one item.
  private static let gridCellLimit = 1 << 20
  /// Cells computed so far.
  var tableCells: Int { grid.work + tables.reduce(0) { $0 + $1.work } }

  private(set) var dimensions = 0
  private(set) var items = Items()
  /// What is left per dimension.
  private(set) var room: [Int64] = []
  /// Whether it counts only what leaves no more room than it may.
  private(set) var isSlackExact = false
  private(set) var hasGrid = false
  /// What a unit of room is worth in each dimension, times 2¹⁶; empty in one dimension.
  private(set) var unitPrices: [Int64] = []

  private var tables: [KnapsackTable] = []
  private var tableCount = 0
  /// Per table: how far to shift a surrogate room right to get a cell.
  private var shifts: [Int64] = []
  /// Where the cells of the tables are, and how many to a row.
  private var bases: [UnsafeMutablePointer<Int32>] = []
  private var strides: [Int] = []
  /// `items × tables`.
  private var sizes: [Int64] = []
  private var surrogateRoom: [Int64] = []

  /// Per number of items the most that they can be worth beyond the room they take, times 2¹⁶.
  private var surplus: [Int64] = []

  /// Two dimensions at once, in cells of `gridShifts`.
  private let grid = KnapsackTable()
  private var gridDimensions = (0, 1)
  private var gridShifts: (Int64, Int64) = (0, 0)
  private var gridLine = 0
  private var gridBase = UnsafeMutablePointer<Int32>(bitPattern: 4)!
  private var gridStride = 0
  /// The grid relaxes at their price what it does not have, or only coarsely.
  private var pricedDimensions: [Int] = []

  /// The most that the first `count` items can add.
  @inline(__always)
  func most(_ count: Int) -> Int32 {
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

  /// Takes copies out of the room, or gives them back.
  @inline(__always)
  mutating func take(_ position: Int, copies: Int) {
    if copies == 0 { return }
    let count = Int64(copies)
    for dimension in 0..<dimensions { room[dimension] -= items.weights[position * dimensions + dimension] * count }
    for table in 0..<tableCount { surrogateRoom[table] -= sizes[position * tableCount + table] * count }
  }

  // MARK: Preparation

  /// - Parameters:
  ///   - prices: what room is worth; ignored in one dimension.
  ///   - surrogates: multipliers per dimension for each table.
  ///   - slack: per dimension the most room that may be left over; nil for any.
  mutating func prepare(
    _ items: Items, room: [Int64], prices: RoomPrices, surrogates: [[Int64]], slack: [Int64]?
  ) {
    self.items = items
    self.room = room
    dimensions = room.count
    hasGrid = false
    priceRoom(prices)
    buildTables(surrogates, slack)
  }

  /// Multipliers per dimension for each table: in one dimension it is the dimension; else every one alone where there
  /// are few, and last the combination whose continuous knapsack bounds best.
  static func surrogates(room: [Int64], prices: RoomPrices) -> [[Int64]] {
    let dimensions = room.indices
    if dimensions.count == 1 { return [[1]] }
    let capacities = room.map { Double(max(1, $0)) }
    let shares = prices.shares
    var result: [[Int64]] = []
    if dimensions.count <= 3 {
      for dimension in dimensions { result.append(dimensions.map { $0 == dimension ? 1 : 0 }) }
    }
    let resolution = Double(1 << 14) * capacities.max()!
    result.append(dimensions.map { Int64((shares[$0] / capacities[$0] * resolution).rounded()) })
    return result
  }

  /// The terms of the continuous knapsack's bound. Prices are rounded to whole numbers, which leaves them valid.
  private mutating func priceRoom(_ prices: RoomPrices) {
    unitPrices = []
    surplus = []
    if dimensions == 1 { return }
    unitPrices = (0..<dimensions).map { dimension in
      Int64((prices.prices[dimension] / Double(max(1, room[dimension])) * 65536).rounded())
    }
    surplus = [0]
    for position in items.gains.indices {
      var value = Int64(items.gains[position]) << 16
      for dimension in 0..<dimensions {
        value -= unitPrices[dimension] * items.weights[position * dimensions + dimension]
      }
      surplus.append(surplus[position] + max(0, value) * Int64(items.caps[position]))
    }
  }

  private mutating func buildTables(_ surrogates: [[Int64]], _ slack: [Int64]?) {
    let count = items.gains.count
    tableCount = count == 0 ? 0 : surrogates.count
    while tables.count < tableCount { tables.append(KnapsackTable()) }
    shifts = []
    bases = []
    strides = []
    surrogateRoom = []
    sizes = Array(repeating: 0, count: count * tableCount)
    isSlackExact = false
    for number in 0..<tableCount {
      let multipliers = surrogates[number]
      let total = (0..<dimensions).reduce(Int64(0)) { $0 + multipliers[$1] * room[$1] }
      var shift = 0
      // Where it is only a guide it may be coarse.
      let most = dimensions == 1 ? Int64(Self.cellLimit / (count + 2)) : Int64(Self.guideWidth)
      while total >> Int64(shift) > most { shift += 1 }
      shifts.append(Int64(shift))
      surrogateRoom.append(total)
      var entries: [KnapsackTable.Item] = []
      for position in 0..<count {
        let size = (0..<dimensions).reduce(Int64(0)) {
          $0 + multipliers[$1] * items.weights[position * dimensions + $1]
        }
        sizes[position * tableCount + number] = size
        entries.append(.init(size: Int(size >> shift), gain: items.gains[position], copies: items.caps[position]))
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

  /// Adds the table over two dimensions, while all room is there.
  mutating func addGrid(slack: [Int64]?) {
    // The two whose room is worth most.
    let worths = (0..<dimensions).map { unitPrices[$0] * room[$0] }
    let ranked = (0..<dimensions).sorted { (-worths[$0], $0) < (-worths[$1], $1) }
    gridDimensions = (min(ranked[0], ranked[1]), max(ranked[0], ranked[1]))
    let (one, other) = gridDimensions
    let capacities = (room[one], room[other])
    // In whole units if that fits, else the finer dimension coarser.
    let limit = min(Int64(Self.gridCellLimit), Int64(2 * Self.cellLimit / (items.gains.count + 2)))
    gridShifts = (0, 0)
    while ((capacities.0 >> gridShifts.0) + 1) * ((capacities.1 >> gridShifts.1) + 1) > limit {
      if capacities.0 >> gridShifts.0 > capacities.1 >> gridShifts.1 { gridShifts.0 += 1 } else { gridShifts.1 += 1 }
    }
    let sides = (Int(capacities.0 >> gridShifts.0), Int(capacities.1 >> gridShifts.1))
    gridLine = sides.1 + 1
    pricedDimensions = (0..<dimensions).filter {
      ($0 != one || gridShifts.0 > 0) && ($0 != other || gridShifts.1 > 0)
    }
    let entries = items.gains.indices.map { position in
      var gain = Int64(items.gains[position])
      for dimension in pricedDimensions {
        gain -= (unitPrices[dimension] * items.weights[position * dimensions + dimension]) >> 16
      }
      // Without waste limits what costs more than it brings stays out.
      let copies = gain < 0 && slack == nil ? 0 : items.caps[position]
      return KnapsackTable.GridItem(
        rows: Int(items.weights[position * dimensions + one] >> gridShifts.0),
        columns: Int(items.weights[position * dimensions + other] >> gridShifts.1), gain: Int32(gain), copies: copies)
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
      func weight(_ position: Int) -> Int64 { items.weights[position * dimensions + dimension] }
      var (left, count) = (room[dimension], 0)
      for position in items.caps.indices.sorted(by: { weight($0) < weight($1) }) {
        for _ in 0..<items.caps[position] where weight(position) <= left {
          left -= weight(position)
          count += 1
        }
      }
      return count
    }.min() ?? 0
  }
}
