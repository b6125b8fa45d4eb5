/// What subset-row cuts charge for a pattern while the search puts it together.
struct PricedCuts {
  /// The cuts that a copy of each item counts in: `entries[starts[position]..<starts[position + 1]]`.
  private var starts: [Int] = []
  private var entries: [(cut: Int, count: Int)] = []
  private var prices: [Int64] = []
  /// Copies in the pattern so far, per cut.
  private var copies: [Int] = []

  init() {}

  /// - Parameter items: the parts that the search takes, in its order.
  init(_ cuts: [(cut: SubsetRowCut, price: Int64)], items: [Int], _ parts: PackingParts) {
    if cuts.isEmpty { return }
    prices = cuts.map { min($0.price, 1 << 30) }
    copies = cuts.map { _ in 0 }
    var cutsOfRow: [[Int]] = Array(repeating: [], count: parts.demands.count)
    for (number, entry) in cuts.enumerated() { for row in entry.cut.rows { cutsOfRow[row].append(number) } }
    starts = [0]
    for part in items {
      let start = entries.count
      for row in parts.origins[part] {
        for number in cutsOfRow[row] {
          if let index = entries[start...].firstIndex(where: { $0.cut == number }) {
            entries[index].count += 1
          } else {
            entries.append((number, 1))
          }
        }
      }
      starts.append(entries.count)
    }
  }

  /// What more copies of an item cost, given what is in the pattern.
  @inline(__always)
  func price(_ position: Int, _ more: Int) -> Int32 {
    if prices.isEmpty { return 0 }
    var total: Int64 = 0
    for index in starts[position]..<starts[position + 1] {
      let (cut, count) = entries[index]
      let uses = (copies[cut] + count * more) / 2 - copies[cut] / 2
      total &+= prices[cut] &* Int64(uses)
    }
    // No filling is worth as much, so that more makes no difference.
    return Int32(min(total, 1 << 30))
  }

  /// Puts copies of an item in, or takes them out.
  @inline(__always)
  mutating func use(_ position: Int, _ more: Int) {
    if prices.isEmpty { return }
    for index in starts[position]..<starts[position + 1] { copies[entries[index].cut] += entries[index].count * more }
  }
}
