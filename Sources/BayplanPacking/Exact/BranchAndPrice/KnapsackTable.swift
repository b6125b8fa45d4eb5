/// The table of a bounded one-dimensional knapsack, one row per item, for pricing by dynamic programming.
///
///     cell (t, w)  the largest total gain of the first t items with room w left to fill
///
/// Row 0 is zero where the room left over is at most `slack` and `unreachable` elsewhere, so that a reachable cell has
/// a filling that wastes no more than that. Cells are 32 bits wide and stop at `ceiling`: what fits a bin has to be
/// worth less than half of it, but where a table relaxes a dimension much more seems to fit.
/// Complexity: O(items × width × log copies) time, O(items × width) space.
/// Source: Gilmore and Gomory 1966; copies in powers of two, Martello and Toth 1990.
final class KnapsackTable {
  /// Far enough below zero that no filling brings a cell back above it.
  static let unreachable = Int32.min / 2
  /// More than any filling is worth, and far enough below the largest number to add a filling.
  static let ceiling = Int32.max / 2

  struct Item {
    var size: Int
    var gain: Int32
    var copies: Int
  }

  private(set) var width = 0
  private(set) var cells: UnsafeMutablePointer<Int32>
  private var capacity: Int
  /// Cells computed so far, over all builds: a deterministic measure of the work done.
  private(set) var work = 0

  init() {
    capacity = 1024
    cells = .allocate(capacity: capacity)
  }

  deinit { cells.deallocate() }

  var stride: Int { width + 1 }

  /// - Parameters:
  ///   - width: the room of the empty bin.
  ///   - slack: how much of it may be left over.
  func build(_ items: [Item], width: Int, slack: Int) {
    self.width = width
    let stride = width + 1
    reserve(rows: items.count + 2)
    let reachable = min(slack, width) + 1
    cells.initialize(repeating: 0, count: reachable)
    (cells + reachable).initialize(repeating: Self.unreachable, count: stride - reachable)
    let scratch = cells + (items.count + 1) * stride
    for (position, item) in items.enumerated() {
      let previous = cells + position * stride
      let row = previous + stride
      let most = item.size == 0 ? item.copies : min(item.copies, width / item.size)
      if most <= 0 {
        row.update(from: previous, count: stride)
        continue
      }
      if item.size == 0 {
        let gain = Int32(min(Int64(Self.ceiling), Int64(item.gain) * Int64(most)))
        for cell in 0..<stride {
          row[cell] = previous[cell] < 0 ? previous[cell] : min(Self.ceiling, previous[cell] &+ gain)
        }
        work += stride
        continue
      }
      var left = most
      var bundle = 1
      while left > 0 {
        // With 1, 2, 4, … and the rest any number up to their sum can be taken.
        let copies = min(bundle, left)
        if bundle > 1 { scratch.update(from: row, count: stride) }
        let old = bundle > 1 ? UnsafePointer(scratch) : UnsafePointer(previous)
        Self.take(
          old, or: old, into: row, stride, size: item.size * copies,
          gain: item.gain &* Int32(copies))
        work += stride
        left -= copies
        bundle *= 2
      }
    }
  }

  /// One row more than items and the first, as scratch.
  private func reserve(rows: Int) {
    let needed = rows * (width + 1)
    if needed > capacity {
      cells.deallocate()
      capacity = needed
      cells = .allocate(capacity: needed)
    }
  }

  /// row[w] = max(previous[w], min(ceiling, other[w − size] + gain)).
  @inline(__always)
  private static func take(
    _ previous: UnsafePointer<Int32>, or other: UnsafePointer<Int32>, into row: UnsafeMutablePointer<Int32>,
    _ count: Int, size: Int, gain: Int32
  ) {
    if size >= count {
      row.update(from: previous, count: count)
      return
    }
    row.update(from: previous, count: size)
    let (old, other) = (UnsafeRawPointer(previous), UnsafeRawPointer(other))
    let new = UnsafeMutableRawPointer(row)
    let gains = SIMD8<Int32>(repeating: gain)
    let ceilings = SIMD8<Int32>(repeating: ceiling)
    var cell = size
    while cell + 8 <= count {
      let kept = old.loadUnaligned(fromByteOffset: cell * 4, as: SIMD8<Int32>.self)
      let taken = other.loadUnaligned(fromByteOffset: (cell - size) * 4, as: SIMD8<Int32>.self) &+ gains
      new.storeBytes(
        of: pointwiseMax(kept, pointwiseMin(taken, ceilings)), toByteOffset: cell * 4, as: SIMD8<Int32>.self)
      cell += 8
    }
    while cell < count {
      let taken = other.load(fromByteOffset: (cell - size) * 4, as: Int32.self) &+ gain
      row[cell] = max(previous[cell], min(ceiling, taken))
      cell += 1
    }
  }

  /// The same over two dimensions: cell (t, a, b) is at `a × (columns + 1) + b` of row t.
  ///
  /// - Parameter slack: how many cells may be left over in each dimension.
  func build(_ items: [GridItem], rows: Int, columns: Int, slack: (Int, Int)) {
    let (line, lines) = (columns + 1, rows + 1)
    width = line * lines - 1
    reserve(rows: items.count + 2)
    let stride = width + 1
    for row in 0..<lines {
      let reachable = row <= slack.0 ? min(slack.1, columns) + 1 : 0
      let start = cells + row * line
      start.initialize(repeating: 0, count: reachable)
      (start + reachable).initialize(repeating: Self.unreachable, count: line - reachable)
    }
    let scratch = cells + (items.count + 1) * stride
    for (position, item) in items.enumerated() {
      let previous = cells + position * stride
      let current = previous + stride
      var left = item.copies
      if item.rows > 0 { left = min(left, rows / item.rows) }
      if item.columns > 0 { left = min(left, columns / item.columns) }
      if left <= 0 { current.update(from: previous, count: stride) }
      var bundle = 1
      while left > 0 {
        let copies = min(bundle, left)
        if bundle > 1 { scratch.update(from: current, count: stride) }
        let old = bundle > 1 ? UnsafePointer(scratch) : UnsafePointer(previous)
        let (down, across) = (item.rows * copies, item.columns * copies)
        let gain = item.gain &* Int32(copies)
        for row in 0..<lines {
          if row < down {
            (current + row * line).update(from: old + row * line, count: line)
          } else {
            Self.take(
              old + row * line, or: old + (row - down) * line, into: current + row * line, line, size: across,
              gain: gain)
          }
        }
        work += stride
        left -= copies
        bundle *= 2
      }
    }
  }

  struct GridItem {
    var rows: Int
    var columns: Int
    var gain: Int32
    var copies: Int
  }
}
