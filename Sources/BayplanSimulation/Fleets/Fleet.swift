import BayplanModel

/// What decides where a pod may go on a fleet: resources and devices, no rules about other pods.
public struct PodShape: Hashable, Sendable {
  /// Millicores.
  public var cpu: Int64
  /// Bytes.
  public var memory: Int64
  /// How many devices, each of `milli` thousandths; a share has one.
  public var devices: Int32
  public var milli: Int32
  /// Bits of acceptable device models; zero accepts any.
  public var models: UInt64

  public init(cpu: Int64, memory: Int64, devices: Int32 = 0, milli: Int32 = 0, models: UInt64 = 0) {
    self.cpu = cpu
    self.memory = memory
    self.devices = devices
    self.milli = devices == 0 ? 0 : milli
    self.models = devices == 0 ? 0 : models
  }

  public var isShare: Bool { devices == 1 && milli < 1000 }
  public var totalMilli: Int64 { Int64(devices) * Int64(milli) }
}

/// Nodes with devices of one kind, in the order in which ties are broken, and what is left on them.
public struct Fleet: Sendable {
  /// A node at one moment.
  public struct NodeState: Sendable {
    public var cpu: Int64
    public var memory: Int64
    public var pods: Int32
    public let model: UInt64
    /// What it had when it was empty.
    public let cpuCapacity: Int64
    public let memoryCapacity: Int64
    public let podCapacity: Int32
    /// Number among the groups of the fleet: nodes of one group have as many devices of one model.
    public let group: Int32
    /// First of its devices in `Fleet.free`, and their number.
    let offset: Int32
    public let devices: Int32
    /// Thousandths left over all devices.
    public var milli: Int64
    /// Pods with devices by kind: shares, one, two, four, eight devices, and others.
    public var kinds: SIMD8<Int32> = .zero
  }

  /// What a pod took on a node, to be given back when it leaves.
  public struct Placement: Hashable, Sendable {
    public let node: Int32
    /// Bits of its devices that were taken.
    public let devices: UInt64
  }

  /// More devices than this a node cannot have.
  public static let deviceLimit: Int32 = 64

  public let names: [String]
  public private(set) var nodes: [NodeState]
  /// Thousandths left per device.
  public private(set) var free: [Int32] = []
  public let capacityMilli: Int64
  /// Thousandths left over all devices of the fleet.
  public private(set) var idleMilli: Int64
  public let groupCount: Int
  private var modelBits: [String: UInt64] = [:]
  /// The last nodes that changed, as many as there are nodes at least, by the number of the change: who missed more looks
  /// at all nodes, so that memory does not grow with time.
  private var log: [Int32]
  /// Changes so far.
  private(set) var changes = 0

  /// - Throws: `InputError` for more than 63 models of devices, or more than 64 devices on a node.
  public init(_ nodes: [Node]) throws(InputError) {
    names = nodes.map(\.name)
    var states: [NodeState] = []
    var capacity: Int64 = 0
    var groups: [[UInt64]: Int32] = [:]
    for node in nodes {
      let devices = node.devices.first
      let count = devices?.count ?? 0
      let model = devices?.model ?? ""
      if modelBits[model] == nil {
        if modelBits.count == 63 {
          throw InputError(.limit, object: node.name, "there are more than 63 models of devices")
        }
        modelBits[model] = 1 << UInt64(modelBits.count)
      }
      if count > Self.deviceLimit {
        throw InputError(.limit, object: node.name, "the node has \(count) devices, more than \(Self.deviceLimit)")
      }
      let group = groups[[modelBits[model]!, UInt64(count)], default: Int32(groups.count)]
      groups[[modelBits[model]!, UInt64(count)]] = group
      let (cpu, memory) = (node.allocatable[.cpu], node.allocatable[.memory])
      let pods = Int32(clamping: node.allocatable[.pods])
      states.append(
        NodeState(
          cpu: cpu, memory: memory, pods: pods, model: modelBits[model]!, cpuCapacity: cpu, memoryCapacity: memory,
          podCapacity: pods, group: group, offset: Int32(free.count), devices: count, milli: 1000 * Int64(count)))
      free += Array(repeating: 1000, count: Int(count))
      capacity += 1000 * Int64(count)
    }
    self.nodes = states
    capacityMilli = capacity
    var room = 1
    while room < states.count { room *= 2 }
    log = Array(repeating: 0, count: room)
    idleMilli = capacity
    groupCount = groups.count
  }

  public func shape(of pod: Pod) -> PodShape { shape(of: pod.spec) }

  public func shape(of spec: PodSpec) -> PodShape {
    let request = spec.devices
    // A model that no node has fits nowhere: the topmost bit is no node's.
    let models = request?.models.map { modelBits[$0] ?? 1 << 63 }.reduce(0, |) ?? 0
    return PodShape(
      cpu: spec.requests[.cpu], memory: spec.requests[.memory], devices: request?.count ?? 0,
      milli: request?.milliPerDevice ?? 0, models: models)
  }

  static func kind(of shape: PodShape) -> Int {
    if shape.isShare { return 0 }
    switch shape.devices {
    case 1: return 1
    case 2: return 2
    case 4: return 3
    case 8: return 4
    default: return 5
    }
  }

  /// Whether a node has room. Complexity: O(devices of the node).
  @inline(__always)
  func fits(_ shape: PodShape, _ node: NodeState, _ free: UnsafePointer<Int32>) -> Bool {
    if shape.cpu > node.cpu || shape.memory > node.memory || node.pods < 1 { return false }
    if shape.devices == 0 { return true }
    if shape.totalMilli > node.milli || (shape.models != 0 && shape.models & node.model == 0) { return false }
    return PodShape.fittingDevices(for: shape.milli, free, Int(node.devices)) >= shape.devices
  }

  /// - Parameter device: which one a share takes; several devices are taken lowest first.
  /// - Returns: what it takes to remove the pod again.
  @discardableResult
  public mutating func place(_ shape: PodShape, on index: Int, device: Int = 0) -> Placement {
    var taken: UInt64 = 0
    if shape.isShare {
      free[Int(nodes[index].offset) + device] -= shape.milli
      taken = 1 << UInt64(device)
    } else if shape.devices > 0 {
      let (offset, count) = (Int(nodes[index].offset), Int(nodes[index].devices))
      free.withUnsafeMutableBufferPointer {
        taken = PodShape.take(shape.devices, of: shape.milli, from: $0.baseAddress! + offset, count)
      }
    }
    book(shape, on: index, sign: 1)
    return Placement(node: Int32(index), devices: taken)
  }

  /// Takes what a pod of the shape has taken already, on a fleet made anew.
  mutating func restore(_ shape: PodShape, _ placement: Placement) {
    changeDevices(placement, by: -shape.milli)
    book(shape, on: Int(placement.node), sign: 1)
  }

  /// Gives back what a pod of the shape took. Each placement must be given back at most once.
  public mutating func remove(_ shape: PodShape, _ placement: Placement) {
    let index = Int(placement.node)
    assert(nodes[index].pods < nodes[index].podCapacity, "nothing is left to give back on this node")
    changeDevices(placement, by: shape.milli)
    book(shape, on: index, sign: -1)
  }

  private mutating func changeDevices(_ placement: Placement, by milli: Int32) {
    let offset = Int(nodes[Int(placement.node)].offset)
    var left = placement.devices
    while left != 0 {
      free[offset + left.trailingZeroBitCount] += milli
      left &= left - 1
    }
  }

  /// Everything but the single devices.
  @inline(__always)
  private mutating func book(_ shape: PodShape, on index: Int, sign: Int32) {
    nodes[index].cpu -= Int64(sign) * shape.cpu
    nodes[index].memory -= Int64(sign) * shape.memory
    nodes[index].pods -= sign
    if shape.devices > 0 {
      nodes[index].milli -= Int64(sign) * shape.totalMilli
      idleMilli -= Int64(sign) * shape.totalMilli
      nodes[index].kinds[Self.kind(of: shape)] += sign
    }
    note(index)
  }

  private mutating func note(_ index: Int) {
    log[changes & (log.count - 1)] = Int32(truncatingIfNeeded: index)
    changes += 1
  }

  /// Calls the body with each node that changed since, repetitions included; false if that is not known any more.
  @inline(__always)
  func forEachChange(since seen: Int, _ body: (Int) -> Void) -> Bool {
    if seen < 0 || changes - seen > nodes.count { return false }
    log.withUnsafeBufferPointer { log in
      for change in seen..<changes { body(Int(log[change & (log.count - 1)])) }
    }
    return true
  }
}
