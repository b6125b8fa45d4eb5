/// A maximum flow in integers, by blocking flows on shortest paths (Dinic 1970).
/// Complexity: O(vertices² × edges), in practice far less.
struct MaximumFlow {
  private var heads: [Int32]
  /// Edges in pairs: each is followed by its reverse.
  private var next: [Int32] = []
  private var target: [Int32] = []
  private var residual: [Int64] = []

  init(vertices: Int) { heads = Array(repeating: -1, count: vertices) }

  /// `Int64.max` is no limit.
  mutating func addEdge(from tail: Int, to head: Int, capacity: Int64) {
    for (tail, head, capacity) in [(tail, head, capacity), (head, tail, 0)] {
      next.append(heads[tail])
      target.append(Int32(head))
      residual.append(capacity)
      heads[tail] = Int32(target.count - 1)
    }
  }

  mutating func maximum(from source: Int, to sink: Int) -> Int64 {
    var flow: Int64 = 0
    while let levels = levels(from: source, to: sink) { flow += augment(levels, source, sink) }
    return flow
  }

  /// After `maximum`: the source side of a minimum cut, the smallest.
  func reachable(from source: Int) -> [Bool] {
    distances(from: source, until: -1).map { $0 >= 0 }
  }

  private func levels(from source: Int, to sink: Int) -> [Int32]? {
    let levels = distances(from: source, until: sink)
    return levels[sink] < 0 ? nil : levels
  }

  private func distances(from source: Int, until sink: Int) -> [Int32] {
    var levels = [Int32](repeating: -1, count: heads.count)
    levels[source] = 0
    var queue = [Int32(source)]
    var front = 0
    while front < queue.count {
      let vertex = Int(queue[front])
      front += 1
      var edge = Int(heads[vertex])
      while edge >= 0 {
        let head = Int(target[edge])
        if residual[edge] > 0, levels[head] < 0 {
          levels[head] = levels[vertex] + 1
          if head == sink { return levels }
          queue.append(Int32(head))
        }
        edge = Int(next[edge])
      }
    }
    return levels
  }

  /// Flow on paths along ascending levels until none is left.
  private mutating func augment(_ levels: [Int32], _ source: Int, _ sink: Int) -> Int64 {
    var current = heads
    var path: [Int] = []
    var total: Int64 = 0
    var vertex = source
    while true {
      if vertex == sink {
        var least = Int64.max
        for edge in path { least = min(least, residual[edge]) }
        total += least
        var keep = path.count
        for (depth, edge) in path.enumerated().reversed() {
          // An edge without limit stays so.
          if residual[edge] != .max { residual[edge] -= least }
          if residual[edge ^ 1] != .max { residual[edge ^ 1] += least }
          if residual[edge] == 0 { keep = depth }
        }
        path.removeLast(path.count - keep)
        vertex = path.last.map { Int(target[$0]) } ?? source
        continue
      }
      var edge = Int(current[vertex])
      while edge >= 0, residual[edge] == 0 || levels[Int(target[edge])] != levels[vertex] + 1 { edge = Int(next[edge]) }
      current[vertex] = Int32(edge)
      if edge >= 0 {
        path.append(edge)
        vertex = Int(target[edge])
      } else if let back = path.popLast() {
        vertex = Int(target[back ^ 1])
        current[vertex] = next[Int(current[vertex])]
      } else {
        return total
      }
    }
  }
}
