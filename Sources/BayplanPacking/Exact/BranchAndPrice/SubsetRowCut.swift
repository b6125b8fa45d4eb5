/// A subset-row inequality: bins that hold two of a few copies are limited by how often the copies make two.
///
///     sum over patterns p of  floor(count_p / 2) x_p  <=  floor(demand / 2)
///
/// where count_p is how many copies of the rows a pattern holds, and demand how many there are of them in all. Half the
/// sum of the rows' equations, rounded down: valid for every packing that holds each copy once. Only sets with an odd
/// demand cut anything off. Rows are those that the problem came with; a merged copy counts for all it is made of.
/// Source: Jepsen, Petersen, Spoorendonk, Pisinger 2008 (doi 10.1287/opre.1070.0449).
struct SubsetRowCut: Hashable {
  /// In ascending order.
  let rows: [Int]
  let limit: Int

  init(rows: [Int], demands: [Int]) {
    self.rows = rows
    limit = rows.reduce(0) { $0 + demands[$1] } / 2
  }

  /// What of the inequality a pattern uses up.
  func coefficient(_ pattern: Pattern, _ parts: borrowing PackingParts) -> Int {
    var count = 0
    for entry in pattern.items {
      for row in parts.origins[Int(entry.item)] where rows.contains(row) { count += Int(entry.count) }
    }
    return count / 2
  }
}

/// Finds the sets of up to three rows whose inequality a fractional packing violates most.
struct CutSeparator {
  /// Violations below are noise.
  var leastViolation = 0.02

  /// - Parameter packing: patterns and how often each is used.
  /// - Returns: the most violated first, no row in more than a few of them.
  /// Complexity: O(triangles of the graph of rows that share a pattern × patterns of a row).
  func separate(
    _ packing: [(pattern: Pattern, value: Double)], _ parts: borrowing PackingParts, atMost limit: Int,
    known: Set<SubsetRowCut>
  ) -> [SubsetRowCut] {
    let demands = parts.demands
    // Copies per pattern and row of origin; patterns per row.
    var contents: [[(row: Int, count: Int)]] = []
    var uses: [Int: [(pattern: Int, count: Int)]] = [:]
    var neighbours: [Int: Set<Int>] = [:]
    for (number, entry) in packing.enumerated() {
      var counts: [Int: Int] = [:]
      for item in entry.pattern.items {
        for row in parts.origins[Int(item.item)] { counts[row, default: 0] += Int(item.count) }
      }
      contents.append(counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      for (row, count) in contents[number] {
        uses[row, default: []].append((number, count))
        for (other, _) in contents[number] where other > row { neighbours[row, default: []].insert(other) }
      }
    }
    var found: [(violation: Double, cut: SubsetRowCut)] = []
    var counts = Array(repeating: 0, count: packing.count)
    func consider(_ rows: [Int]) {
      let demand = rows.reduce(0) { $0 + demands[$1] }
      guard demand % 2 == 1, demand > 1 else { return }
      var total = 0.0
      for row in rows {
        for (pattern, count) in uses[row]! {
          // Each pattern adds what the row's copies make of the count so far.
          total += Double((counts[pattern] + count) / 2 - counts[pattern] / 2) * packing[pattern].value
          counts[pattern] += count
        }
      }
      for row in rows { for (pattern, _) in uses[row]! { counts[pattern] = 0 } }
      let violation = total - Double(demand / 2)
      guard violation > leastViolation else { return }
      let cut = SubsetRowCut(rows: rows, demands: demands)
      if !known.contains(cut) { found.append((violation, cut)) }
    }
    for row in uses.keys.sorted() {
      consider([row])
      let near = (neighbours[row] ?? []).sorted()
      for (index, second) in near.enumerated() {
        consider([row, second])
        guard let shared = neighbours[second] else { continue }
        for third in near[(index + 1)...] where shared.contains(third) { consider([row, second, third]) }
      }
    }
    found.sort { ($0.violation, $1.cut.rows) > ($1.violation, $0.cut.rows) }
    var result: [SubsetRowCut] = []
    var use: [Int: Int] = [:]
    for (_, cut) in found {
      if result.count >= limit { break }
      if cut.rows.contains(where: { use[$0, default: 0] >= 5 }) { continue }
      for row in cut.rows { use[row, default: 0] += 1 }
      result.append(cut)
    }
    return result
  }
}

private func > (_ one: (Double, [Int]), _ other: (Double, [Int])) -> Bool {
  one.0 != other.0 ? one.0 > other.0 : other.1.lexicographicallyPrecedes(one.1)
}
