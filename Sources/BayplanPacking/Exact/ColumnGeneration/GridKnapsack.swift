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

  /// The largest total gain, or an upper bound on it, and the copies per item that reach it in the table; nil where
  /// the table would be too large.
  func solve(_ items: [Item], capacity: (Int64, Int64)) -> (upperBound: Int64, copies: [Int])? {
    var units = (commonDivisor(items.map(\.weights.0)), commonDivisor(items.map(\.weights.1)))
    func sides() -> (Int, Int) { (Int(capacity.0 / units.0) + 1, Int(capacity.1 / units.1) + 1) }
    while Double(sides().0) * Double(sides().1) > Double(cellLimit) {
      if sides().0 > sides().1 { units.0 *= 2 } else { units.1 *= 2 }
    }
    let (rows, columns) = sides()
    // Copies in powers of two, each a 0-1 item.
    var bundles: [(item: Int, copies: Int, row: Int, column: Int, gain: Int64)] = []
    for (index, item) in items.enumerated() where item.gain > 0 {
      let (row, column) = (Int(item.weights.0 / units.0), Int(item.weights.1 / units.1))
      var (left, size) = (item.copies, 1)
      while left > 0 {
        let copies = min(size, left)
        if row * copies < rows && column * copies < columns {
          bundles.append((index, copies, row * copies, column * copies, item.gain * Int64(copies)))
        }
        left -= copies
        size *= 2
      }
    }
    guard rows * columns * bundles.count <= operationLimit else { return nil }
    var table = [Int64](repeating: 0, count: rows * columns)
    // One bit per bundle and cell: whether the bundle was taken there.
    let words = (rows * columns + 63) / 64
    var taken = [UInt64](repeating: 0, count: words * bundles.count)
    table.withUnsafeMutableBufferPointer { table in
      taken.withUnsafeMutableBufferPointer { taken in
        for (number, bundle) in bundles.enumerated() {
          let offset = bundle.row * columns + bundle.column
          let base = number * words
          for row in stride(from: rows - 1, through: bundle.row, by: -1) {
            var cell = (row + 1) * columns - 1
            let last = row * columns + bundle.column
            while cell >= last {
              let other = table[cell - offset] &+ bundle.gain
              if other > table[cell] {
                table[cell] = other
                taken[base + cell >> 6] |= 1 << UInt64(cell & 63)
              }
              cell -= 1
            }
          }
        }
      }
    }
    var copies = items.map { _ in 0 }
    var cell = rows * columns - 1
    for (number, bundle) in bundles.enumerated().reversed()
    where taken[number * words + cell >> 6] & (1 << UInt64(cell & 63)) != 0 {
      copies[bundle.item] += bundle.copies
      cell -= bundle.row * columns + bundle.column
    }
    return (table[rows * columns - 1], copies)
  }
}
