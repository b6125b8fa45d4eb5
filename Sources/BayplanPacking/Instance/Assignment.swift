/// How many copies of each item type lie together in one bin.
public struct Pattern: Sendable, Hashable {
  public var items: [Entry]

  public struct Entry: Sendable, Hashable {
    public var item: Int32
    public var count: Int32

    public init(item: Int, count: Int) {
      self.item = Int32(item)
      self.count = Int32(count)
    }
  }

  public init(_ items: [Entry]) { self.items = items }
  public init(_ items: [(Int, Int)]) { self.items = items.map { Entry(item: $0.0, count: $0.1) } }

  public var isEmpty: Bool { items.isEmpty }

  /// The part of it that does not exceed so many copies per item type.
  func limited(to copies: [Int]) -> Pattern {
    Pattern(
      items.compactMap { entry in
        let count = min(Int(entry.count), copies[Int(entry.item)])
        return count > 0 ? Entry(item: Int(entry.item), count: count) : nil
      })
  }
}

/// A filled bin of some type; several bins may carry equal loads.
public struct BinLoad: Sendable, Hashable {
  public var binType: Int
  /// Which copy of the bin type, from 0.
  public var copy: Int
  public var pattern: Pattern

  public init(binType: Int, copy: Int, pattern: Pattern) {
    self.binType = binType
    self.copy = copy
    self.pattern = pattern
  }
}

/// Where item copies go; what is not mentioned is unassigned.
public struct Assignment: Sendable, Hashable {
  public var loads: [BinLoad]

  public init(loads: [BinLoad] = []) { self.loads = loads }

  /// Placed copies per item type.
  public func placedCounts(_ instance: Instance) -> [Int] {
    var counts = Array(repeating: 0, count: instance.itemTypes.count)
    for load in loads {
      for entry in load.pattern.items { counts[Int(entry.item)] += Int(entry.count) }
    }
    return counts
  }

  /// The assignment judged by the instance's criteria. O(loads + item types).
  public func score(_ instance: Instance) -> Score {
    var score = instance.baseScore
    for load in loads where !load.pattern.isEmpty { score += instance.binTypes[load.binType].openingScore }
    let placed = placedCounts(instance)
    for (index, item) in instance.itemTypes.enumerated() {
      score.add(item.omissionScore, times: item.demand - placed[index])
    }
    // Incarnations ask for one and the same copies.
    for group in instance.alternatives {
      for other in group.dropFirst() {
        score.add(instance.itemTypes[other].omissionScore, times: -instance.itemTypes[other].demand)
      }
    }
    return score
  }
}
