import BayplanModel

/// The part of filters and scores that no pod on any node changes: asked of the plugins once.
struct StaticFit: Sendable {
  struct Key: Hashable {
    var profile: Int
    var nodeSelector: [String: String]
    var nodeAffinity: NodeSelector?
    var preferences: [WeightedNodeTerm]
    var tolerations: [Toleration]
    var images: [String]
    /// Of a pod with volume claims, with its namespace.
    var claims: [PodID]
  }

  /// Raw points that count in relation to the most of any node that is left.
  struct Relative: Sendable {
    var raw: [Int64]
    var weight: Int64
    var isReversed: Bool
  }

  /// Nodes that the pod names; empty for all nodes. What follows is by position here.
  private(set) var candidates: [Int32] = []
  /// Whether the pod names its nodes.
  let isBound: Bool
  /// Weighted points, or -1 for a node that is out.
  private(set) var points: [Int32] = []
  private(set) var relatives: [Relative] = []

  /// - Parameter context: of a snapshot without pods.
  init(_ context: PodContext) {
    // Of those that look at pods only VolumeRestrictions refuses, for claims that are not there.
    let types = context.profile.filters.filter { !$0.looksAtPods || $0.name == VolumeRestrictions.name }
    let all = types.map { $0.init(context) }
    let isRefused = all.contains { $0.refusal != nil }
    let filters = all.filter { !type(of: $0).looksAtPods }
    let named = filters.compactMap(\.onlyNodes)
    isBound = !named.isEmpty
    if let first = named.first {
      candidates = first.compactMap { context.snapshot.nodeIndex[$0].map(Int32.init) }.sorted()
    }
    let asked = filters.filter { !$0.isIdle }
    let states = named.isEmpty ? context.nodes : candidates.map { context.nodes[Int($0)] }
    points = states.map { state in isRefused || asked.contains { $0.rejection(state) != nil } ? -1 : 0 }
    if isRefused { return }
    for plugin in SchedulerProfile.allScores where !plugin.looksAtPods {
      guard let weight = context.profile.weights[plugin.name], weight != 0 else { continue }
      // Without pods whose images some node holds there is nothing to ask node by node.
      if plugin.name == ImageLocality.name && context.snapshot.images.isEmpty { continue }
      guard let plugin = plugin.init(context, feasible: []) else { continue }
      add(plugin, weight, states)
    }
  }

  /// Where a node stands in `points`; nil for one that the pod does not name.
  func position(of node: Int) -> Int? { isBound ? candidates.firstIndex(of: Int32(node)) : node }

  /// Points that are the same for all nodes, or need no comparison, are settled here.
  private mutating func add(_ plugin: any ScorePlugin, _ weight: Int64, _ states: [SchedulerSnapshot.NodeState]) {
    let raw = zip(states, points).map { state, points in points < 0 ? 0 : plugin.score(state) }
    if plugin is ImageLocality {
      for (index, points) in raw.enumerated() where self.points[index] >= 0 {
        self.points[index] += Int32(truncatingIfNeeded: weight * points)
      }
      return
    }
    let isReversed = plugin is TaintTolerationScore
    if raw.contains(where: { $0 != 0 }) {
      relatives.append(Relative(raw: raw, weight: weight, isReversed: isReversed))
    } else if isReversed {
      for index in points.indices where points[index] >= 0 {
        points[index] += Int32(truncatingIfNeeded: weight * 100)
      }
    }
  }
}

/// Per node what a static fit and a demand come to, kept up to date as nodes change, with the most in each block of nodes.
struct BaseScores: Sendable {
  /// The most of a block of nodes, and how many of them have it.
  private struct Block {
    var most: Int32
    var count: Int32
  }

  private static let blockSize = 64

  let fit: Int
  let demand: Int
  /// -1 for a node that is out.
  private(set) var totals: [Int32] = []
  private var blocks: [Block] = []
  /// How many nodes are left.
  private(set) var feasible = 0
  private var version = 0

  init(fit: Int, demand: Int) {
    self.fit = fit
    self.demand = demand
  }

  /// Complexity: O(changes since the last time), at most O(nodes).
  mutating func refresh(_ rows: NodeRows, _ fit: StaticFit, _ demand: ResourceDemand) {
    if !totals.isEmpty && version == rows.version { return }
    if !totals.isEmpty, let changes = rows.changes(since: version) {
      update(changes, rows, fit, demand)
    } else {
      computeAll(rows, fit, demand)
    }
    version = rows.version
  }

  private mutating func computeAll(_ rows: NodeRows, _ fit: StaticFit, _ demand: ResourceDemand) {
    if totals.isEmpty { totals = [Int32](repeating: -1, count: rows.count) }
    let width = rows.stride
    rows.cells.withUnsafeBufferPointer { cells in
      totals.withUnsafeMutableBufferPointer { totals in
        fit.points.withUnsafeBufferPointer { fixed in
          guard var row = cells.baseAddress else { return }
          // Neighbours are often alike.
          var last = row
          var points = demand.points(row)
          for node in 0..<totals.count {
            if !Self.isEqual(row, last, width) { points = demand.points(row) }
            totals[node] = fixed[node] < 0 || points < 0 ? -1 : fixed[node] + points
            last = row
            row += width
          }
        }
      }
    }
    feasible = totals.count { $0 >= 0 }
    blocks = totals.withUnsafeMutableBufferPointer { totals in
      (0..<(totals.count + Self.blockSize - 1) / Self.blockSize).map { Self.block($0, totals) }
    }
  }

  @inline(__always)
  private static func isEqual(_ left: UnsafePointer<Int64>, _ right: UnsafePointer<Int64>, _ count: Int) -> Bool {
    for index in 0..<count where left[index] != right[index] { return false }
    return true
  }

  private mutating func update(
    _ changes: ArraySlice<Int32>, _ rows: NodeRows, _ fit: StaticFit, _ demand: ResourceDemand
  ) {
    let stride = rows.stride
    rows.cells.withUnsafeBufferPointer { cells in
      totals.withUnsafeMutableBufferPointer { totals in
        fit.points.withUnsafeBufferPointer { fixed in
          for change in changes {
            let node = Int(change)
            if fixed[node] < 0 { continue }
            let points = demand.points(cells.baseAddress! + node * stride)
            let new = points < 0 ? -1 : fixed[node] + points
            let old = totals[node]
            if new == old { continue }
            totals[node] = new
            feasible += (new < 0 ? 0 : 1) - (old < 0 ? 0 : 1)
            let block = node / Self.blockSize
            if max(old, new) >= blocks[block].most { blocks[block] = Self.block(block, totals) }
          }
        }
      }
    }
  }

  private static func block(_ block: Int, _ totals: UnsafeMutableBufferPointer<Int32>) -> Block {
    let start = block * blockSize
    let nodes = UnsafeBufferPointer(rebasing: totals[start..<min(start + blockSize, totals.count)])
    let most = nodes.most
    return Block(most: most, count: Int32(truncatingIfNeeded: nodes.count(ofMost: most)))
  }

  /// As `IncrementalScheduler.choice`; nil if all nodes are out.
  func best(_ choose: (Int) -> Int) -> IncrementalScheduler.Choice? {
    var most: Int32 = -1
    var equals = 0
    for block in blocks {
      if block.most > most {
        most = block.most
        equals = 0
      }
      if block.most == most { equals += Int(block.count) }
    }
    if most < 0 { return nil }
    var left = choose(equals)
    var number = 0
    while blocks[number].most != most || left >= blocks[number].count {
      if blocks[number].most == most { left -= Int(blocks[number].count) }
      number += 1
    }
    var node = number * Self.blockSize
    while totals[node] != most || left > 0 {
      if totals[node] == most { left -= 1 }
      node += 1
    }
    return .init(node: node, total: Int64(most), equals: equals, feasible: feasible)
  }
}
