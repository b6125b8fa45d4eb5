// The scores of the OpenB experiment (Weng et al., USENIX ATC 2023), whole numbers, the higher the better.

/// The least room left, by its largest node: 128 cores and 8 devices.
public struct BestFitScore: FleetPolicy {
  public init() {}
  public var name: String { "BestFit" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let cpu = Double(node.cpu - shape.cpu) / 128_000
    let milli = Double(node.milli - shape.totalMilli) / 8000
    return (Int32(100 * (1 - 0.5 * cpu - 0.5 * milli)), shape.tightestDevice(free, node.devices))
  }
}

/// The least alignment of demand and room.
public struct DotProductScore: FleetPolicy {
  public init() {}
  public var name: String { "DotProd" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    let cpu = Double(node.cpu) / 128_000 * (Double(shape.cpu) / 128_000)
    let milli = Double(node.milli) / 8000 * (Double(shape.totalMilli) / 8000)
    return (Int32(100 * (1 - (cpu + milli) / 2)), shape.tightestDevice(free, node.devices))
  }
}

/// Devices in use before idle ones, idle ones of nodes in use before idle nodes.
public struct GPUPackingScore: FleetPolicy {
  public init() {}
  public var name: String { "GpuPacking" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    if shape.devices == 0 { return (0, 0) }
    let device = shape.tightestDevice(free, node.devices)
    if node.milli == 1000 * Int64(node.devices) { return (max(33 - node.devices, node.devices), device) }
    if !shape.isShare || free[device] == 1000 { return (max(50 - shape.devices, 33), device) }
    return (max(100 - free[device] / 100, 50), device)
  }
}

/// Pods of one kind together.
public struct GPUClusteringScore: FleetPolicy {
  public init() {}
  public var name: String { "GpuClustering" }

  public func rate(
    _ shape: PodShape, _ node: Fleet.NodeState, _ free: UnsafePointer<Int32>
  ) -> (score: Int32, device: Int) {
    if shape.devices == 0 { return (0, 0) }
    let base = Int32(25 * (8000 - node.milli) / 8000)
    let own = node.kinds[Fleet.kind(of: shape)]
    let all = node.kinds.wrappedSum()
    let bonus: Int32 = all == 0 ? 25 : own == all ? 75 : own > 0 ? 50 : 0
    return (base + bonus, shape.tightestDevice(free, node.devices))
  }
}
