/// Rates the nodes of a fleet for one pod: the highest score wins, the earliest node on ties. Scores depend on nothing but
/// the node and the pod, so that they are kept until the node changes.
public protocol FleetPolicy: Sendable {
  var name: String { get }
  /// - Parameters:
  ///   - node: has room for the shape.
  ///   - free: thousandths left per device of the node.
  /// - Returns: the score, at least zero, and for a share the device to take.
  func rate(_ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>) -> (score: Int32, device: Int)
  /// Brings kept scores up to date. There is a default; it is a requirement so that the loop over nodes is compiled for
  /// each policy, though a scheduler does not know which one it has.
  func refresh(_ scores: inout KeptScores, of shape: PodShape, on fleet: Fleet)
}

extension FleetPolicy {
  public func refresh(_ scores: inout KeptScores, of shape: PodShape, on fleet: Fleet) {
    scores.refresh(shape, fleet, self)
  }
}

/// Places pods on a fleet one by one and removes them, keeping scores per shape for nodes that did not change since the
/// last pod of it. Memory: 5 bytes per node and shape kept; it does not grow with time.
public struct FleetScheduler: Sendable {
  public private(set) var fleet: Fleet
  public let policy: any FleetPolicy
  /// Shapes seen so far, and at the same places their scores and when these were used last.
  private var shapes: [PodShape] = []
  private var scores: [KeptScores?] = []
  private var uses: [Int] = []
  private var numbers: [PodShape: Int] = [:]
  private let keptLimit: Int
  private var kept = 0
  private var clock = 0

  /// - Parameter shapesKept: of how many shapes scores are kept, those used last; nil for what takes about 300 MiB.
  public init(_ fleet: Fleet, policy: any FleetPolicy, shapesKept: Int? = nil) {
    self.fleet = fleet
    self.policy = policy
    keptLimit = max(1, shapesKept ?? max(64, (1 << 26) / max(1, fleet.nodes.count)))
  }

  /// The number of a shape, which spares looking it up with every pod.
  public mutating func number(of shape: PodShape) -> Int {
    if let number = numbers[shape] { return number }
    numbers[shape] = shapes.count
    shapes.append(shape)
    scores.append(nil)
    uses.append(0)
    return shapes.count - 1
  }

  func shape(_ number: Int) -> PodShape { shapes[number] }

  /// The node taken, or nil where none has room.
  public mutating func place(_ shape: PodShape) -> Int? {
    let number = number(of: shape)
    return admit(number).map { Int($0.node) }
  }

  /// What a pod of a numbered shape takes, or nil where no node has room.
  /// Complexity: O(log nodes), and a rating per node that changed since the shape's last pod.
  public mutating func admit(_ number: Int) -> Fleet.Placement? {
    refresh(number)
    guard let (node, device) = scores[number]!.best() else { return nil }
    return fleet.place(shapes[number], on: node, device: device)
  }

  private mutating func refresh(_ number: Int) {
    clock += 1
    uses[number] = clock
    if scores[number] == nil {
      if kept == keptLimit, let oldest = scores.indices.filter({ scores[$0] != nil }).min(by: { uses[$0] < uses[$1] }) {
        scores[oldest] = nil
        kept -= 1
      }
      scores[number] = KeptScores(nodes: fleet.nodes.count)
      kept += 1
    }
    policy.refresh(&scores[number]!, of: shapes[number], on: fleet)
  }

  /// Gives back what a pod of a numbered shape took.
  public mutating func release(_ number: Int, _ placement: Fleet.Placement) {
    fleet.remove(shapes[number], placement)
  }

  /// Any node with room, and for a share any device of it, whatever the scores.
  mutating func placeAnywhere(_ shape: PodShape, _ random: inout some RandomNumberGenerator) -> Int? {
    let number = number(of: shape)
    refresh(number)
    let open = fleet.nodes.indices.filter { scores[number]!.hasRoom($0) }
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
}
