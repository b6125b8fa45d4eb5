import BayplanModel

/// A node of the simulated cluster, there or on its way.
struct SimulatedNode: Sendable, Codable {
  enum Condition: UInt8, Sendable, Codable {
    /// Ordered, not there yet.
    case provisioning
    case ready
    /// It does not answer, and nobody knows yet.
    case silent
    /// It does not answer, and has the taints that say so.
    case lost
    /// Not there any more.
    case gone
  }

  /// As the scheduler sees it, taints and `unschedulable` included.
  var node: Node
  var condition: Condition
  /// Grows with every change of the condition.
  var stamp: UInt32 = 0
  /// In the order in which they came.
  var pods: [Int32] = []
  /// Number of the elastic type it was made from; -1 for a node of the input.
  var pool: Int32 = -1
  var images: Set<String>
  /// Since when its pods are driven away; -1 while they are not.
  var evictingSince: Millis = -1
  /// When it began to be hardly used; -1 while it is.
  var unneededSince: Millis = -1
  var lostSince: Millis = -1
  /// How many faults keep it down.
  var faults: Int32 = 0

  init(_ node: Node, condition: Condition, pool: Int32 = -1) {
    self.node = node
    self.condition = condition
    self.pool = pool
    images = Set(node.images.flatMap(\.names))
  }

  /// The scheduler knows of it.
  var isRegistered: Bool { condition == .ready || condition == .silent || condition == .lost }
  var answers: Bool { condition == .ready }

  static let unreachable = "node.kubernetes.io/unreachable"
  static let drivingAway = Taint(key: unreachable, effect: .noExecute)
}
