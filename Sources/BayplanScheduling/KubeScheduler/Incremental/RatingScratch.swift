/// The nodes that are left for a pod, with their totals so far. The arrays are used again from pod to pod.
struct RatingScratch: Sendable {
  /// The first `count` of each array are in use.
  private(set) var count = 0
  private(set) var nodes: [Int32]
  private(set) var totals: [Int32]
  /// Where each node stands among those that the pods of the class name.
  private(set) var positions: [Int32] = []
  /// What a plugin gives, before it is brought to the scale of 100.
  private var raw: [Int64]
  private var least: Int64 = 0
  private var most: Int64 = 0

  init(nodes count: Int) {
    nodes = [Int32](repeating: 0, count: count)
    totals = nodes
    raw = [Int64](repeating: 0, count: count)
  }

  // MARK: Nodes

  /// Takes all nodes that are not out.
  mutating func take(_ base: [Int32]) {
    positions.removeAll(keepingCapacity: true)
    var count = 0
    base.withUnsafeBufferPointer { base in
      nodes.withUnsafeMutableBufferPointer { nodes in
        totals.withUnsafeMutableBufferPointer { totals in
          for node in 0..<base.count {
            nodes[count] = Int32(truncatingIfNeeded: node)
            totals[count] = base[node]
            count &+= base[node] >= 0 ? 1 : 0
          }
        }
      }
    }
    self.count = count
  }

  /// Takes those of some nodes that are not out, in their order.
  mutating func take(_ some: some Sequence<Int32>, _ base: [Int32]) {
    positions.removeAll(keepingCapacity: true)
    count = 0
    for node in some where base[Int(node)] >= 0 {
      nodes[count] = node
      totals[count] = base[Int(node)]
      count += 1
    }
  }

  mutating func takeNone() {
    positions.removeAll(keepingCapacity: true)
    count = 0
  }

  mutating func append(_ node: Int32, total: Int32, position: Int) {
    nodes[count] = node
    totals[count] = total
    positions.append(Int32(position))
    count += 1
  }

  @inline(__always)
  mutating func keep(where allows: (Int) -> Bool) {
    if !positions.isEmpty { positions = positions.indices.filter { allows(Int(nodes[$0])) }.map { positions[$0] } }
    let all = count
    var kept = 0
    nodes.withUnsafeMutableBufferPointer { nodes in
      totals.withUnsafeMutableBufferPointer { totals in
        for index in 0..<all {
          let isKept = allows(Int(nodes[index]))
          nodes[kept] = nodes[index]
          totals[kept] = totals[index]
          kept &+= isKept ? 1 : 0
        }
      }
    }
    count = kept
  }

  /// Keeps nodes in domains that are allowed.
  mutating func keep(_ values: [Int32], in isAllowed: [Bool]) {
    values.withUnsafeBufferPointer { values in
      isAllowed.withUnsafeBufferPointer { isAllowed in
        keep { isAllowed[Int(values[$0])] }
      }
    }
  }

  // MARK: Raw scores

  /// Sets raw scores by position where there are positions, otherwise by node.
  mutating func setRaw(_ scores: [Int64]) {
    if positions.isEmpty {
      scores.withUnsafeBufferPointer { scores in fill { _, node, _ in scores[node] } }
    } else {
      let positions = self.positions
      fill { index, _, _ in scores[Int(positions[index])] }
    }
  }

  /// Sets raw scores by the domain of each node.
  mutating func setRaw(_ scores: [Int64], by values: [Int32]) {
    scores.withUnsafeBufferPointer { scores in
      values.withUnsafeBufferPointer { values in
        fill { _, node, _ in scores[Int(values[node])] }
      }
    }
  }

  mutating func addRaw(_ scores: [Int64], by values: [Int32]) {
    scores.withUnsafeBufferPointer { scores in
      values.withUnsafeBufferPointer { values in
        fill { _, node, raw in raw &+ scores[Int(values[node])] }
      }
    }
  }

  /// - Parameter score: of the node at an index, which may build on the raw score so far; `Int64.min` where it does not
  ///   take part.
  @inline(__always)
  mutating func fill(_ score: (_ index: Int, _ node: Int, _ raw: Int64) -> Int64) {
    var (least, most) = (Int64.max, Int64.min)
    let count = self.count
    nodes.withUnsafeBufferPointer { nodes in
      raw.withUnsafeMutableBufferPointer { raw in
        for index in 0..<count {
          let value = score(index, Int(nodes[index]), raw[index])
          raw[index] = value
          least = min(least, value == .min ? .max : value)
          most = max(most, value)
        }
      }
    }
    (self.least, self.most) = (least, most)
  }

  /// Adds what the raw scores are worth. They are often small and come often: their worth is worked out once then.
  /// - Parameter worth: of a score, given the least and the most.
  @inline(__always)
  mutating func addWorth(weight: Int64, _ worth: (_ raw: Int64, _ least: Int64, _ most: Int64) -> Int64) {
    if count == 0 || least > most { return }
    let (count, least, most) = (self.count, self.least, self.most)
    let (range, overflow) = most.subtractingReportingOverflow(least)
    raw.withUnsafeBufferPointer { raw in
      totals.withUnsafeMutableBufferPointer { totals in
        if overflow || range >= max(16, count / 2) {
          for index in 0..<count where raw[index] != .min {
            totals[index] &+= Int32(truncatingIfNeeded: weight &* worth(raw[index], least, most))
          }
          return
        }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Int(range) + 1) { table in
          for value in 0...Int(range) {
            table[value] = Int32(truncatingIfNeeded: weight &* worth(least + Int64(value), least, most))
          }
          for index in 0..<count where raw[index] != .min { totals[index] &+= table[Int(raw[index] &- least)] }
        }
      }
    }
  }

  // MARK: The best

  /// - Parameter choose: see `IncrementalScheduler.choice`.
  func best(_ choose: (Int) -> Int) -> IncrementalScheduler.Choice {
    let count = self.count
    return totals.withUnsafeBufferPointer { totals in
      let all = UnsafeBufferPointer(rebasing: totals[..<count])
      let most = all.most
      let equals = all.count(ofMost: most)
      var left = choose(equals)
      var start = 0
      while start + 256 < count {
        let equal = UnsafeBufferPointer(rebasing: all[start..<start + 256]).count(ofMost: most)
        if left < equal { break }
        left -= equal
        start += 256
      }
      while totals[start] != most || left > 0 {
        if totals[start] == most { left -= 1 }
        start += 1
      }
      return IncrementalScheduler.Choice(
        node: Int(nodes[start]), total: Int64(most), equals: equals, feasible: count)
    }
  }
}

extension UnsafeBufferPointer<Int32> {
  @inline(__always)
  var most: Int32 {
    var most = Int32.min
    for value in self { most = Swift.max(most, value) }
    return most
  }

  /// How many are the most there are. Written without a branch, so that it becomes vector instructions: the difference
  /// shifted is -1 for what is less, and 0 for what is equal.
  @inline(__always)
  func count(ofMost most: Int32) -> Int {
    var less: Int32 = 0
    for value in self { less &+= (value &- most) >> 31 }
    return count + Int(less)
  }
}
