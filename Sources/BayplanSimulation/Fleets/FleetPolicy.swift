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

  /// Called before each arrival, for a policy whose prices move with the fleet. Scores must not.
  mutating func observe(_ fleet: Fleet)
  /// What a loss counts on the groups of nodes; the least wins, and the loss is what the score is short of
  /// `FleetScore.lossless`. Empty where scores decide as they are.
  var prices: [Int32] { get }
  /// What its choices depend on besides the fleet, to go on elsewhere.
  var memory: [Int64] { get set }
}

extension FleetPolicy {
  public func refresh(_ scores: inout KeptScores, of shape: PodShape, on fleet: Fleet) {
    scores.refresh(shape, fleet, self)
  }

  public mutating func observe(_ fleet: Fleet) {}
  public var prices: [Int32] { [] }
  public var memory: [Int64] {
    get { [] }
    set {}
  }
}

public enum FleetScore {
  /// The score of a placement that loses nothing, for policies whose scores are losses.
  public static let lossless: Int32 = 1 << 20
}

/// Places pods on a fleet one by one and removes them, keeping scores per shape for nodes that did not change since the
/// last pod of it. Memory: 5 bytes per node and shape kept; it does not grow with time.
public struct FleetScheduler: Sendable {
  public private(set) var fleet: Fleet
  public private(set) var policy: any FleetPolicy
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
    policy.observe(fleet)
    let prices = policy.prices
    if !prices.isEmpty { return admit(number, prices) { _ in true } }
    guard let (node, device) = scores[number]!.best() else { return nil }
    return fleet.place(shapes[number], on: node, device: device)
  }

  /// The same among nodes that something else allows as well; asked of few.
  /// Complexity: O(nodes).
  mutating func admit(_ number: Int, where isAllowed: (Int) -> Bool) -> Fleet.Placement? {
    refresh(number)
    policy.observe(fleet)
    return admit(number, policy.prices, where: isAllowed)
  }

  /// The least loss at the prices; without prices the highest score.
  private mutating func admit(
    _ number: Int, _ prices: [Int32], where isAllowed: (Int) -> Bool
  ) -> Fleet.Placement? {
    let kept = scores[number]!
    var best: Int?
    var least = Int64.max
    fleet.nodes.withUnsafeBufferPointer { nodes in
      for node in nodes.indices {
        let score = kept.score(of: node)
        if score < 0 { continue }
        let price = prices.isEmpty ? 1 : Int64(prices[Int(nodes[node].group)])
        let loss = Int64(FleetScore.lossless - score) * price
        if loss < least && isAllowed(node) { (least, best) = (loss, node) }
      }
    }
    guard let best else { return nil }
    return fleet.place(shapes[number], on: best, device: kept.device(on: best))
  }

  /// What choices depend on besides the fleet.
  var memory: [Int64] {
    get { policy.memory }
    set { policy.memory = newValue }
  }

  mutating func restore(_ number: Int, _ placement: Fleet.Placement) { fleet.restore(shapes[number], placement) }

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
    admitAnywhere(number(of: shape), &random) { _ in true }.map { Int($0.node) }
  }

  mutating func admitAnywhere(
    _ number: Int, _ random: inout some RandomNumberGenerator, where isAllowed: (Int) -> Bool
  ) -> Fleet.Placement? {
    let shape = shapes[number]
    refresh(number)
    let open = fleet.nodes.indices.filter { scores[number]!.hasRoom($0) && isAllowed($0) }
    guard let node = open.randomElement(using: &random) else { return nil }
    var device = 0
    if shape.isShare {
      let first = Int(fleet.nodes[node].offset)
      let fitting = (0..<Int(fleet.nodes[node].devices)).filter { fleet.free[first + $0] >= shape.milli }
      device = fitting.randomElement(using: &random)!
    }
    return fleet.place(shape, on: node, device: device)
  }
}
