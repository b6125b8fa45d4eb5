/// Pods by the moment they leave.
typealias DepartureQueue = Heap<Departure>

/// 24 bytes; there may be millions.
struct Departure: HeapOrdered, Sendable {
  let atMillis: Int64
  private let devices: UInt64
  private let node: Int32
  /// Number of the shape at the scheduler.
  let shape: Int32

  init(atMillis: Int64, shape: Int, placement: Fleet.Placement) {
    self.atMillis = atMillis
    devices = placement.devices
    node = placement.node
    self.shape = Int32(truncatingIfNeeded: shape)
  }

  var placement: Fleet.Placement { Fleet.Placement(node: node, devices: devices) }

  @inline(__always)
  func isBefore(_ other: Departure) -> Bool { atMillis < other.atMillis }
}
