import BayplanModel
import BayplanPacking

/// Places a pod where it costs the least of what a node could still sell: thousandths of devices that typical pods would
/// take if they came to the node alone until hardly anything is left, on average over a few random rows of them. The rows
/// are drawn once, so that two states of a node are compared on the same arrivals. In a row large pods come first, those
/// that can use fewer of the devices before others as large: what fits elsewhere shall not be what a node is kept for.
///
/// A rollout of the base policy "tightest device" (Bertsekas, Tsitsiklis, Wu 1997, "Rollout algorithms for combinatorial
/// optimization"), per node. It knows what `FragmentationGradient` knows: typical shapes and weights. Pods without devices
/// are left out of the rows: on a fleet there is room for them elsewhere.
public struct ExpectedSales: FleetPolicy {
  private struct Arrival: Sendable {
    var cpu: Int64
    var models: UInt64
    var milli: Int32
    var devices: Int32
  }

  public var name: String { "ExpectedSales" }
  private let rows: [Arrival]
  private let rowCount: Int
  private let length: Int
  /// Less than this is left where no typical pod fits.
  private let least: Int32

  /// - Parameters:
  ///   - fleet: how many devices there are of each model.
  ///   - rows: how many; the time grows with them, and what chance adds shrinks.
  ///   - length: arrivals per row, enough to fill a node.
  public init(_ typical: [TypicalShape], on fleet: Fleet, rows: Int = 8, length: Int = 60, seed: UInt64 = 7) {
    let wanted = typical.filter { $0.shape.devices > 0 && $0.weight > 0 }
    let sum = wanted.reduce(0) { $0 + $1.weight }
    var random = SplitMix64(seed: seed)
    var drawn: [Arrival] = []
    let urgency = Self.urgency(wanted, fleet)
    for _ in 0..<(wanted.isEmpty ? 0 : rows) {
      var row: [(shape: PodShape, urgency: Int64)] = []
      for _ in 0..<length {
        var left = Double.random(in: 0..<sum, using: &random)
        let index = wanted.firstIndex { next in
          left -= next.weight
          return left < 0
        }
        let last = index ?? wanted.count - 1
        row.append((wanted[last].shape, urgency[last]))
      }
      let order = row.indices.sorted { (-row[$0].urgency, $0) < (-row[$1].urgency, $1) }
      drawn += order.map { index in
        let shape = row[index].shape
        return Arrival(cpu: shape.cpu, models: shape.models, milli: shape.milli, devices: shape.devices)
      }
    }
    self.rows = drawn
    rowCount = wanted.isEmpty ? 0 : rows
    self.length = length
    least = wanted.map(\.shape.milli).min() ?? 0
  }

  /// Tenths of the thousandths asked for, times one plus the part of all devices that are of no use.
  private static func urgency(_ typical: [TypicalShape], _ fleet: Fleet) -> [Int64] {
    var devices: [UInt64: Int64] = [:]
    for node in fleet.nodes { devices[node.model, default: 0] += Int64(node.devices) }
    let all = max(1, devices.values.reduce(0, +))
    return typical.map { next in
      let useful =
        next.shape.models == 0 ? all : devices.reduce(0) { $0 + ($1.key & next.shape.models == 0 ? 0 : $1.value) }
      return next.shape.totalMilli * 10 * (2 * all - useful) / all
    }
  }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let count = Int(node.devices)
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count + 1) { scratch in
      let after = scratch.baseAddress!
      let trial = after + count
      let before = sales(node.cpu, node.model, free, count, trial)
      return shape.bestPlacement(free, count, after: after) {
        let loss = before - sales(node.cpu - shape.cpu, node.model, after, count, trial)
        return max(0, FleetScore.lossless - Int32(clamping: loss / Int64(max(1, rowCount))))
      }
    }
  }

  /// Over all rows together.
  @inline(__always)
  private func sales(
    _ cpu: Int64, _ model: UInt64, _ free: UnsafePointer<Int32>, _ count: Int, _ trial: UnsafeMutablePointer<Int32>
  ) -> Int64 {
    var sold: Int64 = 0
    rows.withUnsafeBufferPointer { rows in
      for row in 0..<rowCount {
        var cpu = cpu
        var idle: Int32 = 0
        for device in 0..<count {
          trial[device] = free[device]
          idle += free[device]
        }
        for index in row * length..<(row + 1) * length {
          if idle < least { break }
          let next = rows[index]
          if next.cpu > cpu || (next.models != 0 && next.models & model == 0) { continue }
          guard Self.take(next.milli, next.devices, trial, count) else { continue }
          cpu -= next.cpu
          idle -= next.milli * next.devices
          sold += Int64(next.milli * next.devices)
        }
      }
    }
    return sold
  }

  /// The tightest device for one, any for several.
  @inline(__always)
  private static func take(_ milli: Int32, _ devices: Int32, _ free: UnsafeMutablePointer<Int32>, _ count: Int) -> Bool
  {
    if devices == 1 {
      let device = PodShape.tightestDevice(for: milli, free, count)
      if device < 0 { return false }
      free[device] -= milli
      return true
    }
    if PodShape.fittingDevices(for: milli, free, count) < devices { return false }
    PodShape.take(devices, of: milli, from: free, count)
    return true
  }
}
