import BayplanModel

/// What nodes have and what pods use of it: one row of numbers per node, which the tight loops read.
struct NodeRows: Sendable {
  static let podLimit = 0
  static let podCount = 1
  /// As scores count them.
  static let scoredCPU = 2
  static let scoredMemory = 3

  /// Where the allocatable amount of a resource stands in a row; the requested amount follows.
  private(set) var offsets: [Resource: Int] = [:]
  private(set) var stride: Int
  private(set) var cells: [Int64]
  let count: Int
  private var log: [Int32] = []
  private var forgotten = 0

  /// Without pods.
  init(_ nodes: [Node]) {
    count = nodes.count
    for resource in Set(nodes.flatMap(\.allocatable.amounts.keys)).union([.cpu, .memory]).sorted() {
      offsets[resource] = 4 + 2 * offsets.count
    }
    stride = 4 + 2 * offsets.count
    cells = [Int64](repeating: 0, count: stride * nodes.count)
    for (index, node) in nodes.enumerated() {
      cells[index * stride + Self.podLimit] = node.allocatable[.pods]
      for (resource, amount) in node.allocatable.amounts { cells[index * stride + offsets[resource]!] = amount }
    }
  }

  /// Where a resource stands, which is made room for if no node has it.
  mutating func offset(of resource: Resource) -> Int {
    if let offset = offsets[resource] { return offset }
    var wider = [Int64](repeating: 0, count: (stride + 2) * count)
    for node in 0..<count {
      for cell in 0..<stride { wider[node * (stride + 2) + cell] = cells[node * stride + cell] }
    }
    offsets[resource] = stride
    cells = wider
    stride += 2
    return stride - 2
  }

  // MARK: Changes

  /// Adds a pod's use to a node, or takes it off.
  mutating func change(_ node: Int, by use: PodUse, isAdded: Bool) {
    let row = node * stride
    cells.withUnsafeMutableBufferPointer { cells in
      cells[row + Self.podCount] += isAdded ? 1 : -1
      for (cell, amount) in use.cells {
        let old = cells[row + cell]
        cells[row + cell] = isAdded ? old.addingSaturated(amount) : old.subtractingSaturated(amount)
      }
    }
    if log.count > max(4096, 2 * count) {
      log.removeFirst(log.count / 2)
      forgotten = version - log.count
    }
    log.append(Int32(node))
    version += 1
  }

  /// Grows with every change.
  private(set) var version = 0

  /// The nodes that changed since a version, with repetitions; nil if it would be as much work to look at all.
  func changes(since version: Int) -> ArraySlice<Int32>? {
    if version < forgotten || self.version - version > count { return nil }
    return log[(version - forgotten)...]
  }
}

/// What a pod on a node uses: cells of the row and amounts.
struct PodUse: Sendable {
  var cells: [(cell: Int, amount: Int64)] = []

  init(_ spec: PodSpec, _ rows: inout NodeRows) {
    for (resource, amount) in spec.requests.amounts { cells.append((rows.offset(of: resource) + 1, amount)) }
    let scored = spec.scoredRequests?.running ?? spec.requests
    for (resource, cell) in [(Resource.cpu, NodeRows.scoredCPU), (.memory, NodeRows.scoredMemory)] {
      if scored[resource] != 0 { cells.append((cell, scored[resource])) }
    }
  }
}
