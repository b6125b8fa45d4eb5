/// Scores of one shape on every node, with maxima of blocks of 64, maxima of blocks of those, and so on: the best node is
/// found by looking at one block per level, and a changed score touches one block per level at most.
public struct KeptScores: Sendable {
  private static let width = 64

  /// Level by level, each filled up with -1 to whole blocks; the last level is one block. -1 where there is no room.
  private var cells: [Int32]
  /// Where each level begins.
  private let starts: [Int]
  /// What a share takes on each node.
  private var devices: [Int8]
  /// Changes of the fleet that are in the scores; -1 before the first time.
  private var seen = -1

  init(nodes: Int) {
    var starts = [0]
    var size = nodes
    var total = 0
    while true {
      let blocks = (size + Self.width - 1) / Self.width
      total += max(1, blocks) * Self.width
      if blocks <= 1 { break }
      starts.append(total)
      size = blocks
    }
    self.starts = starts
    cells = Array(repeating: -1, count: total)
    devices = Array(repeating: 0, count: nodes)
  }

  /// The earliest node of the highest score, nil where none has room. Complexity: O(log nodes).
  func best() -> (node: Int, device: Int)? {
    let node = cells.withUnsafeBufferPointer { cells -> Int in
      var block = 0
      for start in starts.reversed() {
        let first = cells.baseAddress! + start + block * Self.width
        let most = Self.maximum(first)
        if most < 0 { return -1 }
        var place = 0
        while first[place] != most { place += 1 }
        block = block * Self.width + place
      }
      return block
    }
    return node < 0 ? nil : (node, Int(devices[node]))
  }

  func hasRoom(_ node: Int) -> Bool { cells[node] >= 0 }
  /// -1 where there is no room.
  func score(of node: Int) -> Int32 { cells[node] }
  func device(on node: Int) -> Int { Int(devices[node]) }

  @inline(__always)
  private static func maximum(_ block: UnsafePointer<Int32>) -> Int32 {
    var most = block[0]
    for place in 1..<width { most = max(most, block[place]) }
    return most
  }

  /// Rates the nodes that changed since the last time, or all.
  @inline(__always)
  mutating func refresh(_ shape: PodShape, _ fleet: Fleet, _ policy: some FleetPolicy) {
    let since = seen
    seen = fleet.changes
    let starts = starts
    cells.withUnsafeMutableBufferPointer { cells in
      devices.withUnsafeMutableBufferPointer { devices in
        fleet.free.withUnsafeBufferPointer { free in
          fleet.nodes.withUnsafeBufferPointer { nodes in
            starts.withUnsafeBufferPointer { starts in
              let cell = cells.baseAddress!
              @inline(__always) func score(_ index: Int) -> Int32 {
                let node = nodes[index]
                let first = free.baseAddress! + Int(node.offset)
                if !fleet.fits(shape, node, first) { return -1 }
                let (score, device) = policy.rate(shape, node, first)
                devices[index] = Int8(truncatingIfNeeded: device)
                return score
              }
              let isKnown = fleet.forEachChange(since: since) { Self.update(cell, starts, $0, score($0)) }
              if isKnown { return }
              for index in nodes.indices { cell[index] = score(index) }
              Self.summarize(cell, starts)
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func update(
    _ cells: UnsafeMutablePointer<Int32>, _ starts: UnsafeBufferPointer<Int>, _ index: Int, _ score: Int32
  ) {
    var (index, value) = (index, score)
    for level in 0..<starts.count {
      let cell = cells + starts[level] + index
      let old = cell.pointee
      if old == value { return }
      cell.pointee = value
      if level + 1 == starts.count { return }
      let block = index / width
      let most = cells[starts[level + 1] + block]
      if value <= most {
        // Only where the maximum itself went down does the block have to be searched.
        if old < most { return }
        value = maximum(cells + starts[level] + block * width)
      }
      index = block
    }
  }

  /// All maxima anew.
  private static func summarize(_ cells: UnsafeMutablePointer<Int32>, _ starts: UnsafeBufferPointer<Int>) {
    for level in 1..<max(1, starts.count) {
      let blocks = (starts[level] - starts[level - 1]) / width
      for block in 0..<blocks {
        cells[starts[level] + block] = maximum(cells + starts[level - 1] + block * width)
      }
    }
  }
}
