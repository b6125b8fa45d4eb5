/// Completes a partly chosen packing by best fit decreasing.
struct ResidualFiller {
  private let parts: PackingParts
  private var left: [Int]
  private var bins: [(bin: Int, room: [Int64], items: [Int: Int])] = []
  private(set) var cost: Int64 = 0
  private var opened: [Int]

  init(_ parts: PackingParts) {
    self.parts = parts
    left = parts.demands
    opened = Array(repeating: 0, count: parts.binCount)
  }

  /// Opens a bin with as much of a pattern as is still needed.
  mutating func open(_ bin: Int, _ pattern: Pattern) {
    guard opened[bin] < parts.copies[bin] else { return }
    var counts: [Int: Int] = [:]
    for entry in pattern.items { parts.unfold(Int(entry.item), times: Int(entry.count), into: &counts) }
    var items: [Int: Int] = [:]
    var room = (0..<parts.dimensions).map { parts.capacity(bin, $0) }
    for (part, count) in counts.sorted(by: { $0.key < $1.key }) {
      let row = parts.rowOfPart[part]
      let copies = min(count, left[row])
      if copies == 0 { continue }
      items[part] = copies
      left[row] -= copies
      for dimension in room.indices { room[dimension] -= parts.weight(part, dimension) * Int64(copies) }
    }
    if items.isEmpty { return }
    opened[bin] += 1
    cost += parts.costs[bin]
    bins.append((bin, room, items))
  }

  /// Packs what is left, large before small, each copy where it leaves the least room. False if something fits nowhere.
  mutating func fillRest() -> Bool {
    let rows = parts.demands.indices.filter { left[$0] > 0 }
      .sorted { (size(parts.partsOfRow[$0][0], 0), $1) > (size(parts.partsOfRow[$1][0], 0), $0) }
    for row in rows {
      while left[row] > 0 {
        guard place(row) else { return false }
        left[row] -= 1
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
    return !conflicts.isEmpty && bins[index].items.keys.contains { conflicts.contains(parts.rowOfPart[$0]) }
  }

  private mutating func place(_ row: Int) -> Bool {
    var best: (index: Int, part: Int, left: Double)?
    for part in parts.partsOfRow[row] {
      for index in bins.indices where parts.doesFit(part, bins[index].bin) {
        var rest = 0.0
        var fits = true
        for dimension in 0..<parts.dimensions {
          let room = bins[index].room[dimension] - parts.weight(part, dimension)
          if room < 0 {
            fits = false
            break
          }
          rest += Double(room) / Double(max(1, parts.capacity(bins[index].bin, dimension)))
        }
        if fits && rest < best?.left ?? .infinity && isExcluded(row, from: index) { continue }
        if fits && rest < best?.left ?? .infinity { best = (index, part, rest) }
      }
    }
    if let best {
      for dimension in 0..<parts.dimensions {
        bins[best.index].room[dimension] -= parts.weight(best.part, dimension)
      }
      bins[best.index].items[best.part, default: 0] += 1
      return true
    }
    // The bin that is cheapest for its room.
    var choice: (bin: Int, part: Int, price: Double)?
    for part in parts.partsOfRow[row] {
      for bin in 0..<parts.binCount where parts.doesFit(part, bin) && opened[bin] < parts.copies[bin] {
        let price = Double(parts.costs[bin]) * size(part, bin)
        if price < choice?.price ?? .infinity { choice = (bin, part, price) }
      }
    }
    guard let choice else { return false }
    opened[choice.bin] += 1
    cost += parts.costs[choice.bin]
    let room = (0..<parts.dimensions).map { parts.capacity(choice.bin, $0) - parts.weight(choice.part, $0) }
    bins.append((choice.bin, room, [choice.part: 1]))
    return true
  }

  func assignment() -> Assignment {
    var copies = Array(repeating: 0, count: parts.binCount)
    var loads: [BinLoad] = []
    for (bin, _, items) in bins {
      loads.append(
        BinLoad(
          binType: bin, copy: copies[bin],
          pattern: Pattern(items.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })))
      copies[bin] += 1
    }
    return Assignment(loads: loads)
  }
}
