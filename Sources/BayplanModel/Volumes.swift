/// Storage as far as it decides where pods may go.
public struct VolumeCatalogue: Hashable, Sendable, Codable {
  public var volumes: [PersistentVolume] = []
  public var claims: [PersistentVolumeClaim] = []
  public var classes: [StorageClass] = []
  /// Per node and driver how many volumes can be attached.
  public var attachLimits: [String: [String: Int32]] = [:]

  public init() {}

  public mutating func add(_ other: VolumeCatalogue) {
    volumes += other.volumes
    claims += other.claims
    classes += other.classes
    attachLimits.merge(other.attachLimits) { $0.merging($1) { $1 } }
  }
}

public struct PersistentVolume: Hashable, Sendable, Codable {
  public var name: String
  public var labels: [String: String]
  public var bytes: Int64
  public var accessModes: [String]
  public var storageClass: String
  /// The claim that it is reserved for or bound to.
  public var claim: PodID?
  /// The nodes that can reach it; nil for all.
  public var nodeAffinity: NodeSelector?
  /// CSI driver and its name for the volume.
  public var driver: String?
  public var handle: String
  /// `Filesystem` or `Block`.
  public var mode: String
  public var isAvailable: Bool

  public init(
    name: String, labels: [String: String] = [:], bytes: Int64, accessModes: [String], storageClass: String = "",
    claim: PodID? = nil, nodeAffinity: NodeSelector? = nil, driver: String? = nil, handle: String = "",
    mode: String = "Filesystem", isAvailable: Bool
  ) {
    self.name = name
    self.labels = labels
    self.bytes = bytes
    self.accessModes = accessModes
    self.storageClass = storageClass
    self.claim = claim
    self.nodeAffinity = nodeAffinity
    self.driver = driver
    self.handle = handle
    self.mode = mode
    self.isAvailable = isAvailable
  }
}

public struct PersistentVolumeClaim: Hashable, Sendable, Codable {
  public var id: PodID
  public var bytes: Int64
  public var accessModes: [String]
  /// Nil where the claim leaves it to a default class.
  public var storageClass: String?
  public var selector: LabelSelector?
  public var mode: String
  /// The volume that it names, bound or not.
  public var volumeName: String?
  public var isBound: Bool
  /// The node that a volume is being made for.
  public var selectedNode: String?

  public init(
    id: PodID, bytes: Int64, accessModes: [String], storageClass: String? = nil, selector: LabelSelector? = nil,
    mode: String = "Filesystem", volumeName: String? = nil, isBound: Bool = false, selectedNode: String? = nil
  ) {
    self.id = id
    self.bytes = bytes
    self.accessModes = accessModes
    self.storageClass = storageClass
    self.selector = selector
    self.mode = mode
    self.volumeName = volumeName
    self.isBound = isBound
    self.selectedNode = selectedNode
  }
}

public struct StorageClass: Hashable, Sendable, Codable {
  public var name: String
  public var provisioner: String
  /// `WaitForFirstConsumer`: a volume is found or made once the pod has a node.
  public var waitsForConsumer: Bool
  /// Alternatives; the requirements of one hold together. Empty for anywhere.
  public var allowedTopologies: [[LabelRequirement]]

  public init(
    name: String, provisioner: String, waitsForConsumer: Bool = false, allowedTopologies: [[LabelRequirement]] = []
  ) {
    self.name = name
    self.provisioner = provisioner
    self.waitsForConsumer = waitsForConsumer
    self.allowedTopologies = allowedTopologies
  }

  /// The provisioner of classes whose volumes somebody makes by hand.
  public static let noProvisioner = "kubernetes.io/no-provisioner"
}
