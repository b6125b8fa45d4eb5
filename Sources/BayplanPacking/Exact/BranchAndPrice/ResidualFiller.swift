/// Completes a partly chosen packing by best fit decreasing.
///
/// Bins of equal content are one entry with a count, and copies are placed as many at a time as would go the same way
/// one by one, so that the work depends on kinds of bins and not on copies.
struct ResidualFiller {
  private struct Entry {
    var bin: Int
    /// Left per dimension.
    var room: [Int64]
    /// Copies per part.
    var items: [Int: Int]
    /// Equal bins.
    var count: Int
  }

  private let parts: PackingParts
  private var left: [Int]
  private var entries: [Entry] = []
  private(set) var cost: Int64 = 0
  private var opened: [Int]

  init(_ parts: PackingParts) {
    self.parts = parts
    left = parts.demands
    opened = Array(repeating: 0, count: parts.binCount)
  }

  /// Opens bins with as much of a pattern as is still needed.
  mutating func open(_ bin: Int, _ pattern: Pattern, copies: Int = 1) {
    var copies = min(copies, parts.copies[bin] - opened[bin])
    var wanted: [Int: Int] = [:]
    for entry in pattern.items { parts.unfold(Int(entry.item), times: Int(entry.count), into: &wanted) }
    while copies > 0 {
      var items: [Int: Int] = [:]
      var perRow: [Int: Int] = [:]
      for (part, count) in wanted.sorted(by: { $0.key < $1.key }) {
        let row = parts.rowOfPart[part]
        let taken = min(count, left[row] - perRow[row, default: 0])
        if taken == 0 { continue }
        items[part] = taken
        perRow[row, default: 0] += taken
      }
      if items.isEmpty { return }
      // As often as there is enough for the same content.
      let times = perRow.reduce(copies) { min($0, left[$1.key] / $1.value) }
      for (row, taken) in perRow { left[row] -= taken * times }
      append(bin, items, count: times)
      copies -= times
    }
  }

  private mutating func append(_ bin: Int, _ items: [Int: Int], count: Int) {
    var room = (0..<parts.dimensions).map { parts.capacity(bin, $0) }
    for (part, copies) in items {
      for dimension in room.indices { room[dimension] -= parts.weight(part, dimension) * Int64(copies) }
    }
    opened[bin] += count
    cost += parts.costs[bin] * Int64(count)
    entries.append(Entry(bin: bin, room: room, items: items, count: count))
  }

  /// Packs what is left, large before small, each copy where it leaves the least room. False if something fits nowhere.
  mutating func fillRest() -> Bool {
    let rows = parts.demands.indices.filter { left[$0] > 0 }
      .sorted { (size(parts.partsOfRow[$0][0], 0), $1) > (size(parts.partsOfRow[$1][0], 0), $0) }
    for row in rows {
      while left[row] > 0 {
        if let (index, part) = tightest(row) {
          place(part, of: row, in: index)
        } else if !open(row) {
          return false
        }
      }
    }
    return true
  }

  private func size(_ part: Int, _ bin: Int) -> Double {
    (0..<parts.dimensions).reduce(0.0) {
      $0 + Double(parts.weight(part, $1)) / Double(max(1, parts.capacity(bin, $1)))
    }
  }

  private func isExcluded(_ row: Int, from index: Int) -> Bool {
    let conflicts = parts.conflicts[row]
    return !conflicts.isEmpty && entries[index].items.keys.contains { conflicts.contains(parts.rowOfPart[$0]) }
  }

  /// The bins and the part of the row that leave the least room.
  private func tightest(_ row: Int) -> (index: Int, part: Int)? {
    var best: (index: Int, part: Int, left: Double)?
    for part in parts.partsOfRow[row] {
      for index in entries.indices where parts.doesFit(part, entries[index].bin) {
        var rest = 0.0
        var fits = true
        for dimension in 0..<parts.dimensions {
          let room = entries[index].room[dimension] - parts.weight(part, dimension)
          if room < 0 {
            fits = false
            break
          }
          rest += Double(room) / Double(max(1, parts.capacity(entries[index].bin, dimension)))
        }
        if fits && rest < best?.left ?? .infinity && !isExcluded(row, from: index) { best = (index, part, rest) }
      }
    }
    return best.map { ($0.index, $0.part) }
  }

  /// As many of the copies left as go into so much room.
  private func copiesPerBin(_ part: Int, of row: Int, room: [Int64]) -> Int {
    var most = Int64(parts.conflicts[row].contains(row) ? 1 : left[row])
    for (dimension, room) in room.enumerated() where parts.weight(part, dimension) > 0 {
      most = min(most, room / parts.weight(part, dimension))
    }
    return Int(most)
  }

  /// Fills bins of one entry up with copies of a part: what was tightest is tighter still with one in it.
  private mutating func place(_ part: Int, of row: Int, in index: Int) {
    let entry = entries[index]
    let perBin = copiesPerBin(part, of: row, room: entry.room)
    let bins = min(entry.count, left[row] / perBin)
    var filled = entry
    filled.count = bins
    filled.items[part, default: 0] += perBin
    for dimension in filled.room.indices { filled.room[dimension] -= parts.weight(part, dimension) * Int64(perBin) }
    entries[index] = filled
    if bins < entry.count {
      entries.append(entry)
      entries[entries.count - 1].count -= bins
    }
    left[row] -= perBin * bins
  }

  /// Opens bins for a row, of the type that is cheapest for its room: as many as its copies fill, or one.
  private mutating func open(_ row: Int) -> Bool {
    var choice: (bin: Int, part: Int, price: Double)?
    for part in parts.partsOfRow[row] {
      for bin in 0..<parts.binCount where parts.doesFit(part, bin) && opened[bin] < parts.copies[bin] {
        let price = Double(parts.costs[bin]) * size(part, bin)
        if price < choice?.price ?? .infinity { choice = (bin, part, price) }
      }
    }
    guard let choice else { return false }
    let room = (0..<parts.dimensions).map { parts.capacity(choice.bin, $0) }
    let perBin = copiesPerBin(choice.part, of: row, room: room)
    let bins = min(left[row] / perBin, parts.copies[choice.bin] - opened[choice.bin])
    append(choice.bin, [choice.part: perBin], count: bins)
    left[row] -= perBin * bins
    return true
  }

  /// The kinds of bins, and how many there are of each.
  var kinds: [(bin: Int, pattern: Pattern, count: Int)] {
    entries.map { entry in
      let items = entry.items.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      return (entry.bin, Pattern(items), entry.count)
    }
  }

  var binCount: Int { opened.reduce(0, +) }

  func assignment() -> Assignment {
    var copies = Array(repeating: 0, count: parts.binCount)
    var loads: [BinLoad] = []
    for (bin, pattern, count) in kinds {
      for _ in 0..<count {
        loads.append(BinLoad(binType: bin, copy: copies[bin], pattern: pattern))
        copies[bin] += 1
      }
    }
    return Assignment(loads: loads)
  }
}
