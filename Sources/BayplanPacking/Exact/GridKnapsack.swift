/// Dynamic programming over two dimensions at once: an upper bound on the worth of a pattern where a search gives up.
///
/// Cells count units of the greatest common divisor of the weights, so that the table is exact in its two dimensions
/// while it fits; a coarser unit rounds weights down and keeps it a relaxation. Further dimensions and rules are left
/// out. Complexity: O(cells × items × log copies), bounded by `operationLimit`.
/// Source: Gilmore and Gomory 1966 for the two-dimensional recursion.
struct GridKnapsack {
  var cellLimit = 4_000_000
  var operationLimit = 1_000_000_000

  struct Item {
    var gain: Int64
    var copies: Int
    /// Weights in the two dimensions.
    var weights: (Int64, Int64)
  }

  /// The largest total gain, or an upper bound on it; nil where the table would be too large.
  func upperBound(_ items: [Item], capacity: (Int64, Int64)) -> Int64? {
    var units = (Self.divisor(items.map(\.weights.0)), Self.divisor(items.map(\.weights.1)))
    func sides() -> (Int, Int) { (Int(capacity.0 / units.0) + 1, Int(capacity.1 / units.1) + 1) }
    while Double(sides().0) * Double(sides().1) > Double(cellLimit) {
      if sides().0 > sides().1 { units.0 *= 2 } else { units.1 *= 2 }
    }
    let (rows, columns) = sides()
    // Copies in powers of two, each a 0-1 item.
    var bundles: [(row: Int, column: Int, gain: Int64)] = []
    for item in items {
      let (row, column) = (Int(item.weights.0 / units.0), Int(item.weights.1 / units.1))
      var (left, size) = (item.copies, 1)
      while left > 0 {
        let copies = min(size, left)
        if row * copies < rows && column * copies < columns {
          bundles.append((row * copies, column * copies, item.gain * Int64(copies)))
        }
        left -= copies
        size *= 2
      }
    }
    guard rows * columns * bundles.count <= operationLimit else { return nil }
    var table = [Int64](repeating: 0, count: rows * columns)
    table.withUnsafeMutableBufferPointer { table in
      for bundle in bundles {
        let offset = bundle.row * columns + bundle.column
        for row in stride(from: rows - 1, through: bundle.row, by: -1) {
          let start = row * columns
          var cell = start + columns - 1
          let last = start + bundle.column
          while cell >= last {
            let other = table[cell - offset] &+ bundle.gain
            if other > table[cell] { table[cell] = other }
            cell -= 1
          }
        }
      }
    }
    return table[rows * columns - 1]
  }

  private static func divisor(_ values: [Int64]) -> Int64 {
    var result: Int64 = 0
    for var value in values {
      while value != 0 { (result, value) = (value, result % value) }
    }
    return max(1, result)
  }
}
