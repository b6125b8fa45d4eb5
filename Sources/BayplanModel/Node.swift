/// Money per hour in millionths of the catalogue's currency unit.
public typealias MicroCost = Int64

/// A machine pods run on.
public struct Node: Hashable, Sendable, Codable {
  public var name: String
  public var labels: [String: String]
  public var taints: [Taint]
  public var isUnschedulable: Bool
  /// What pods may use, `pods` (their number) included.
  public var allocatable: Resources
  public var devices: [DeviceGroup]
  /// Zero where unknown.
  public var price: MicroCost
  /// The `NodeType` it is an instance of.
  public var type: String?
  /// Container images it holds.
  public var images: [NodeImage] = []

  public init(
    name: String, labels: [String: String] = [:], taints: [Taint] = [], isUnschedulable: Bool = false,
    allocatable: Resources, devices: [DeviceGroup] = [], price: MicroCost = 0, type: String? = nil
  ) {
    self.name = name
    self.labels = labels
    self.taints = taints
    self.isUnschedulable = isUnschedulable
    self.allocatable = allocatable
    self.devices = devices
    self.price = price
    self.type = type
  }

  /// The taints that keep pods away, `spec.unschedulable` included.
  public var hardTaints: [Taint] {
    var result = taints.filter(\.isHard)
    if isUnschedulable && !result.contains(.unschedulable) { result.append(.unschedulable) }
    return result
  }
}

/// A container image on a node.
public struct NodeImage: Hashable, Sendable, Codable {
  public var names: [String]
  public var bytes: Int64

  public init(names: [String], bytes: Int64) {
    self.names = names
    self.bytes = bytes
  }
}

/// Equal devices of a node, each of 1000 thousandths.
public struct DeviceGroup: Hashable, Sendable, Codable {
  public var kind: Resource
  public var model: String
  public var count: Int32

  public init(kind: Resource, model: String = "", count: Int32) {
    self.kind = kind
    self.model = model
    self.count = count
  }
}

/// A kind of node that can be had on demand: an entry of a catalogue or an elastic node pool.
public struct NodeType: Hashable, Sendable, Codable {
  public var name: String
  public var labels: [String: String]
  public var taints: [Taint]
  /// What pods may use on one node, system reservations already taken off, `pods` included.
  public var allocatable: Resources
  public var devices: [DeviceGroup]
  public var price: MicroCost
  /// Zones it can be had in: each node gets the label `topology.kubernetes.io/zone` of one; empty for none.
  public var zones: [String]
  /// At most this many nodes over all zones; nil without limit.
  public var maxCount: Int32?

  public init(
    name: String, labels: [String: String] = [:], taints: [Taint] = [], allocatable: Resources,
    devices: [DeviceGroup] = [], price: MicroCost, zones: [String] = [], maxCount: Int32? = nil
  ) {
    self.name = name
    self.labels = labels
    self.taints = taints
    self.allocatable = allocatable
    self.devices = devices
    self.price = price
    self.zones = zones
    self.maxCount = maxCount
  }

  public static let zoneLabel = "topology.kubernetes.io/zone"
  public static let hostnameLabel = "kubernetes.io/hostname"
  public static let instanceTypeLabel = "node.kubernetes.io/instance-type"

  /// The node number `ordinal` of this type, with the labels a cloud would give it.
  public func makeNode(zone: String?, ordinal: Int) -> Node {
    let place = zone.map { "\(name)-\($0)" } ?? name
    var labels = labels
    let nodeName = "\(place)-\(ordinal)"
    labels[Self.hostnameLabel] = nodeName
    labels[Self.instanceTypeLabel] = labels[Self.instanceTypeLabel] ?? name
    if let zone { labels[Self.zoneLabel] = zone }
    return Node(
      name: nodeName, labels: labels, taints: taints, allocatable: allocatable, devices: devices, price: price,
      type: name)
  }
}
