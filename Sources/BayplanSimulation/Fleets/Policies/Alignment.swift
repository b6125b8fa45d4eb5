// Greedy rules for vectors of resources: cpu, memory and devices, each as a share of what the empty node has. Scores are
// whole numbers in steps of a millionth or so, the higher the better; devices of a share are the tightest.

private let unit = 1_048_576.0

extension Fleet.NodeState {
  /// An amount of cpu, memory and devices as shares of the empty node; zero of what it does not have.
  @inline(__always)
  fileprivate func shares(_ cpu: Int64, _ memory: Int64, _ milli: Int64) -> SIMD4<Double> {
    SIMD4(
      cpuCapacity == 0 ? 0 : Double(cpu) / Double(cpuCapacity),
      memoryCapacity == 0 ? 0 : Double(memory) / Double(memoryCapacity),
      devices == 0 ? 0 : Double(milli) / (1000 * Double(devices)), 0)
  }

  @inline(__always)
  fileprivate var free: SIMD4<Double> { shares(cpu, memory, milli) }

  @inline(__always)
  fileprivate func demand(_ shape: PodShape) -> SIMD4<Double> { shares(shape.cpu, shape.memory, shape.totalMilli) }

  /// How many of the three it has.
  @inline(__always)
  fileprivate var dimensions: Double {
    (cpuCapacity == 0 ? 0 : 1) + (memoryCapacity == 0 ? 0 : 1) + (devices == 0 ? 0 : 1)
  }
}

/// The least angle between demand and room: pods go where resources are left in the proportion they are asked for.
/// Source: among the alternatives of Grandl et al., SIGCOMM 2014.
public struct CosineSimilarityScore: FleetPolicy {
  public init() {}
  public var name: String { "CosineSimilarity" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let (room, demand) = (node.free, node.demand(shape))
    let lengths = ((room * room).sum() * (demand * demand).sum()).squareRoot()
    let cosine = lengths == 0 ? 0 : min(1, (room * demand).sum() / lengths)
    return (Int32(unit * cosine), shape.tightestDevice(free, node.devices))
  }
}

/// The least distance between demand and room: the node that the pod fills best, large remainders counting more than
/// small ones. Source: Panigrahy, Talwar, Uyeda, Wieder, "Heuristics for vector bin packing", 2011.
public struct L2NormScore: FleetPolicy {
  public init() {}
  public var name: String { "L2Norm" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let rest = node.free - node.demand(shape)
    return (Int32(unit * max(0, 3 - (rest * rest).sum())), shape.tightestDevice(free, node.devices))
  }
}

/// The greatest product of demand and room. Source: the alignment score of Tetris, Grandl et al., SIGCOMM 2014; its order
/// of the waiting jobs is no matter of nodes.
public struct TetrisScore: FleetPolicy {
  public init() {}
  public var name: String { "Tetris" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    (Int32(unit * (node.free * node.demand(shape)).sum()), shape.tightestDevice(free, node.devices))
  }
}

/// The most room left on average over the resources of the node, like kube-scheduler's `LeastAllocated`.
public struct WorstFitScore: FleetPolicy {
  public init() {}
  public var name: String { "WorstFit" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let rest = (node.free - node.demand(shape)).sum() / max(1, node.dimensions)
    return (Int32(unit * max(0, rest)), shape.tightestDevice(free, node.devices))
  }
}

/// The fewest pods.
public struct SpreadScore: FleetPolicy {
  public init() {}
  public var name: String { "Spread" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    (Int32.max - (node.podCapacity - node.pods), shape.tightestDevice(free, node.devices))
  }
}

/// The earliest node with room.
public struct FirstFitScore: FleetPolicy {
  public init() {}
  public var name: String { "FirstFit" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    (0, shape.tightestDevice(free, node.devices))
  }
}
