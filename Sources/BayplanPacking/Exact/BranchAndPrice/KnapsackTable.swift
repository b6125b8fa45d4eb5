/// The table of a bounded one-dimensional knapsack, one row per item, for pricing by dynamic programming.
///
///     cell (t, w)  the largest total gain of the first t items with room w left to fill
///
/// Row 0 is zero where the room left over is at most `slack` and `unreachable` elsewhere, so that a reachable cell has
/// a filling that wastes no more than that. Cells are 32 bits wide: gains have to sum to less than 2³⁰ over any filling.
/// Complexity: O(items × width × log copies) time, O(items × width) space.
/// Source: Gilmore and Gomory 1966; copies in powers of two, Martello and Toth 1990.
final class KnapsackTable {
  /// Far enough below zero that no filling brings a cell back above it.
  static let unreachable = Int32.min / 2

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

  @inline(__always)
  func worth(_ items: Int, _ room: Int) -> Int32 { cells[items &* (width &+ 1) &+ room] }

  /// - Parameters:
  ///   - width: the room of the empty bin.
  ///   - slack: how much of it may be left over.
  func build(_ items: [Item], width: Int, slack: Int) {
    self.width = width
    let stride = width + 1
    // One row more as scratch.
    let needed = (items.count + 2) * stride
    if needed > capacity || needed < capacity / 8 {
      cells.deallocate()
      capacity = needed
      cells = .allocate(capacity: needed)
    }
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
        for cell in 0..<stride { row[cell] = previous[cell] &+ item.gain &* Int32(most) }
        work += stride
        continue
      }
      var left = most
      var bundle = 1
      while left > 0 {
        // With 1, 2, 4, … and the rest any number up to their sum can be taken.
        let copies = min(bundle, left)
        if bundle > 1 { scratch.update(from: row, count: stride) }
        Self.take(
          bundle > 1 ? scratch : previous, into: row, stride, size: item.size * copies,
          gain: item.gain &* Int32(copies))
        work += stride
        left -= copies
        bundle *= 2
      }
    }
  }

  /// row[w] = max(previous[w], previous[w − size] + gain).
  @inline(__always)
  private static func take(
    _ previous: UnsafePointer<Int32>, into row: UnsafeMutablePointer<Int32>, _ count: Int, size: Int, gain: Int32
  ) {
    if size >= count {
      row.update(from: previous, count: count)
      return
    }
    row.update(from: previous, count: size)
    let (old, new) = (UnsafeRawPointer(previous), UnsafeMutableRawPointer(row))
    let gains = SIMD8<Int32>(repeating: gain)
    var cell = size
    while cell + 8 <= count {
      let kept = old.loadUnaligned(fromByteOffset: cell * 4, as: SIMD8<Int32>.self)
      let taken = old.loadUnaligned(fromByteOffset: (cell - size) * 4, as: SIMD8<Int32>.self) &+ gains
      new.storeBytes(
        of: kept.replacing(with: taken, where: taken .> kept), toByteOffset: cell * 4, as: SIMD8<Int32>.self)
      cell += 8
    }
    while cell < count {
      row[cell] = max(previous[cell], previous[cell - size] &+ gain)
      cell += 1
    }
  }
}
