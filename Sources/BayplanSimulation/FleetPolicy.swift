/// Rates the nodes of a fleet for one pod: the highest score wins, the earliest node on ties. Scores depend on nothing but
/// the node and the pod, so that they are kept until the node changes.
public protocol FleetPolicy: Sendable {
  var name: String { get }
  /// - Parameters:
  ///   - node: has room for the shape.
  ///   - free: thousandths left per device of the node.
  /// - Returns: the score, at least zero, and for a share the device to take.
  func rate(_ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>) -> (score: Int32, device: Int)

  /// Called before each arrival, for a policy whose prices move with the fleet. Scores must not.
  mutating func observe(_ fleet: Fleet)
  /// What a loss counts on the groups of nodes; the least wins, and the loss is what the score is short of
  /// `FleetScore.lossless`. Empty where scores decide as they are.
  var prices: [Int32] { get }
}

extension FleetPolicy {
  public mutating func observe(_ fleet: Fleet) {}
  public var prices: [Int32] { [] }
}

public enum FleetScore {
  /// The score of a placement that loses nothing, for policies whose scores are losses.
  public static let lossless: Int32 = 1 << 20
}

/// Places pods on a fleet one by one, keeping scores per shape for nodes that did not change since the last pod of it.
public struct FleetScheduler<Policy: FleetPolicy>: Sendable {
  private struct Column: Sendable {
    /// -1 where there is no room.
    var scores: [Int32]
    var devices: [Int8]
    /// Changes that are in the scores; -1 before the first time.
    var seen = -1

    init(nodes: Int) {
      scores = Array(repeating: -1, count: nodes)
      devices = Array(repeating: 0, count: nodes)
    }
  }

  public private(set) var fleet: Fleet
  public private(set) var policy: Policy
  private var columns: [PodShape: Column] = [:]

  public init(_ fleet: Fleet, policy: Policy) {
    self.fleet = fleet
    self.policy = policy
  }

  /// The node taken, or nil where none has room.
  /// Complexity: O(nodes) comparisons, and a rating per node that changed since the shape's last pod.
  public mutating func place(_ shape: PodShape) -> Int? {
    var column = columns.removeValue(forKey: shape) ?? Column(nodes: fleet.nodes.count)
    refresh(&column, shape)
    policy.observe(fleet)
    let prices = policy.prices
    let best = prices.isEmpty ? Self.highest(column.scores) : cheapest(column.scores, prices)
    if let best { fleet.place(shape, on: best, device: Int(column.devices[best])) }
    columns[shape] = column
    return best
  }

  private static func highest(_ scores: [Int32]) -> Int? {
    scores.withUnsafeBufferPointer { scores in
      var most: Int32 = -1
      for score in scores { most = max(most, score) }
      return most < 0 ? nil : scores.firstIndex(of: most)
    }
  }

  private func cheapest(_ scores: [Int32], _ prices: [Int32]) -> Int? {
    fleet.nodes.withUnsafeBufferPointer { nodes in
      var best: Int?
      var least = Int64.max
      for index in scores.indices where scores[index] >= 0 {
        let loss = Int64(FleetScore.lossless - scores[index]) * Int64(prices[Int(nodes[index].group)])
        if loss < least { (least, best) = (loss, index) }
      }
      return best
    }
  }

  /// Any node with room, and for a share any device of it, whatever the scores.
  mutating func placeAnywhere(_ shape: PodShape, _ random: inout some RandomNumberGenerator) -> Int? {
    var column = columns.removeValue(forKey: shape) ?? Column(nodes: fleet.nodes.count)
    refresh(&column, shape)
    let open = column.scores.indices.filter { column.scores[$0] >= 0 }
    columns[shape] = column
    guard let node = open.randomElement(using: &random) else { return nil }
    var device = 0
    if shape.isShare {
      let first = Int(fleet.nodes[node].offset)
      let fitting = (0..<Int(fleet.nodes[node].devices)).filter { fleet.free[first + $0] >= shape.milli }
      device = fitting.randomElement(using: &random)!
    }
    fleet.place(shape, on: node, device: device)
    return node
  }

  private func refresh(_ column: inout Column, _ shape: PodShape) {
    let (fleet, policy) = (fleet, policy)
    fleet.free.withUnsafeBufferPointer { free in
      fleet.nodes.withUnsafeBufferPointer { nodes in
        func rate(_ index: Int) {
          let node = nodes[index]
          let devices = free.baseAddress! + Int(node.offset)
          if fleet.fits(shape, node, devices) {
            let (score, device) = policy.rate(shape, node, devices)
            column.scores[index] = score
            column.devices[index] = Int8(truncatingIfNeeded: device)
          } else {
            column.scores[index] = -1
          }
        }
        if column.seen < 0 || fleet.log.count - column.seen > nodes.count {
          for index in nodes.indices { rate(index) }
        } else {
          // Without departures a node that has no room stays without.
          for index in fleet.log[column.seen...] { rate(Int(index)) }
        }
      }
    }
    column.seen = fleet.log.count
  }
}
