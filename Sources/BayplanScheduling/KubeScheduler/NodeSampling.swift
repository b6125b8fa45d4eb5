import BayplanModel

/// In which order kube-scheduler looks at nodes when it does not look at all of them: the zones by turns, from where it
/// stopped at the last pod. The scheduler looks at 16 nodes at once, so that its samples differ by a few nodes from run
/// to run; here they do not.
/// Source: kubernetes pkg/scheduler/backend/cache/node_tree.go and schedule_one.go, as of 1.34.
struct NodeSampling: Sendable {
  /// Nodes in the order in which they are looked at.
  let order: [Int32]
  /// Where each node stands in it.
  let positions: [Int32]
  /// Position of the node to begin with.
  private(set) var start = 0

  init(_ nodes: [Node]) {
    var zones: [[Int32]] = []
    var numbers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      let zone = Self.zone(of: node)
      if let number = numbers[zone] {
        zones[number].append(Int32(index))
      } else {
        numbers[zone] = zones.count
        zones.append([Int32(index)])
      }
    }
    var order: [Int32] = []
    for turn in 0..<(zones.map(\.count).max() ?? 0) {
      for zone in zones where turn < zone.count { order.append(zone[turn]) }
    }
    self.order = order
    var positions = [Int32](repeating: 0, count: nodes.count)
    for (position, node) in order.enumerated() { positions[Int(node)] = Int32(position) }
    self.positions = positions
  }

  private static func zone(of node: Node) -> String {
    func label(_ name: String) -> String {
      node.labels["topology.kubernetes.io/\(name)"] ?? node.labels["failure-domain.beta.kubernetes.io/\(name)"] ?? ""
    }
    return "\(label("region"))\n\(label("zone"))"
  }

  /// Goes on from where the last pod's sample ended.
  mutating func advance(by looked: Int) { start = order.isEmpty ? 0 : (start + looked) % order.count }

  /// How many nodes that pass the filters are enough; nil if all nodes are to be looked at.
  static func limit(_ profile: SchedulerProfile, nodes: Int) -> Int? {
    guard var percentage = profile.percentageOfNodesToScore, nodes >= 100 else { return nil }
    if percentage == 0 { percentage = max(5, 50 - nodes / 125) }
    return percentage >= 100 ? nil : max(100, nodes * percentage / 100)
  }
}

extension SchedulerProfile {
  /// Whether it may look at some nodes only.
  var samples: Bool { percentageOfNodesToScore.map { $0 < 100 } ?? false }
}
