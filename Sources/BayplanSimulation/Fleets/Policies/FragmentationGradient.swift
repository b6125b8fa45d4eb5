#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A shape that is to be expected, and how often.
public struct TypicalShape: Sendable {
  public var shape: PodShape
  /// The weights of all sum to one.
  public var weight: Double

  public init(_ shape: PodShape, weight: Double) {
    self.shape = shape
    self.weight = weight
  }
}

/// Fragmentation gradient descent: where devices lose the least use for what is to be expected.
/// Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023.
public struct FragmentationGradient: FleetPolicy {
  private struct Typical: Sendable {
    var cpu: Int64
    var milli: Int32
    var devices: Int32
    var models: UInt64
    var weight: Double
    /// Number of the demand per device among the different ones.
    var step: Int
  }

  public var name: String { "FGD" }
  private let typical: [Typical]
  /// Of shapes without devices: all idle devices are lost to them.
  private let hopeless: Double
  /// Demands per device, ascending.
  private let steps: [Int32]

  public init(_ shapes: [TypicalShape]) {
    let steps = Set(shapes.filter { $0.shape.devices > 0 }.map(\.shape.milli)).sorted()
    self.steps = steps
    typical = shapes.filter { $0.shape.devices > 0 }.map {
      Typical(
        cpu: $0.shape.cpu, milli: $0.shape.milli, devices: $0.shape.devices, models: $0.shape.models,
        weight: $0.weight, step: steps.firstIndex(of: $0.shape.milli)!)
    }
    hopeless = shapes.filter { $0.shape.devices == 0 }.reduce(0) { $0 + $1.weight }
  }

  /// Idle thousandths that cannot be used, on average over the typical shapes.
  @inline(__always)
  private func fragmentation(
    cpu: Int64, model: UInt64, _ free: UnsafePointer<Int32>, _ count: Int, _ below: UnsafeMutablePointer<Int32>,
    _ enough: UnsafeMutablePointer<Int32>
  ) -> Double {
    var idle: Int32 = 0
    for device in 0..<count { idle += free[device] }
    for step in steps.indices {
      var lost: Int32 = 0
      var fitting: Int32 = 0
      for device in 0..<count {
        let isEnough = free[device] >= steps[step]
        lost += isEnough ? 0 : free[device]
        fitting += isEnough ? 1 : 0
      }
      below[step] = lost
      enough[step] = fitting
    }
    var sum = hopeless * Double(idle)
    for shape in typical {
      let fits =
        shape.cpu <= cpu && (shape.models == 0 || shape.models & model != 0) && enough[shape.step] >= shape.devices
      sum += shape.weight * Double(fits ? below[shape.step] : idle)
    }
    return sum
  }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let count = Int(node.devices)
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * steps.count + count + 1) { scratch in
      let below = scratch.baseAddress!
      let enough = below + steps.count
      let after = enough + steps.count
      let before = fragmentation(cpu: node.cpu, model: node.model, free, count, below, enough)
      let cpu = node.cpu - shape.cpu
      return shape.bestPlacement(free, count, after: after) {
        Self.score(before - fragmentation(cpu: cpu, model: node.model, after, count, below, enough))
      }
    }
  }

  private static func score(_ gain: Double) -> Int32 { Int32(100 / (1 + exp(-gain / 1000))) }
}
