/// The volumes of a cluster by name.
public struct VolumeIndex: Sendable {
  public let catalogue: VolumeCatalogue
  private let claims: [PodID: PersistentVolumeClaim]
  private let volumes: [String: PersistentVolume]
  private let classes: [String: StorageClass]

  public init(_ catalogue: VolumeCatalogue) {
    self.catalogue = catalogue
    claims = Dictionary(catalogue.claims.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    volumes = Dictionary(catalogue.volumes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    classes = Dictionary(catalogue.classes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func claim(_ id: PodID) -> PersistentVolumeClaim? { claims[id] }

  public func claims(of pod: Pod) -> [PersistentVolumeClaim] { pod.claimIDs.compactMap { claims[$0] } }

  public func volume(of claim: PersistentVolumeClaim) -> PersistentVolume? { claim.volumeName.flatMap { volumes[$0] } }

  public func storageClass(of claim: PersistentVolumeClaim) -> StorageClass? {
    claim.storageClass.flatMap { classes[$0] }
  }

  /// Volumes that are reserved for a claim or that it may take, in the order of the catalogue.
  public func candidates(for claim: PersistentVolumeClaim) -> [PersistentVolume] {
    catalogue.volumes.filter { volume in
      volume.storageClass == claim.storageClass && volume.bytes >= claim.bytes && volume.mode == claim.mode
        && (volume.claim == claim.id
          || volume.claim == nil && volume.isAvailable && claim.selector?.matches(volume.labels) ?? true
            && claim.accessModes.allSatisfy(volume.accessModes.contains))
    }
  }

  /// The driver that attaches the claim's volume, and a name for the volume that pods sharing it have in common.
  public func attachment(of claim: PersistentVolumeClaim) -> (driver: String, volume: String)? {
    if let volume = volume(of: claim) { return volume.driver.map { ($0, "\($0)/\(volume.handle)") } }
    // A volume still to be made counts for the driver that is going to make it.
    return storageClass(of: claim).map { ($0.provisioner, "\($0.provisioner)/claim \(claim.id)") }
  }
}

extension Pod {
  /// The claims that it mounts, in its namespace.
  public var claimIDs: [PodID] { volumeClaims.map { PodID(namespace: id.namespace, name: $0) } }
}

extension PersistentVolumeClaim {
  /// Whether one pod at a time may use it.
  public var isExclusive: Bool { accessModes.contains("ReadWriteOncePod") }
}

extension PersistentVolume {
  public func isReachable(from node: Node) -> Bool {
    nodeAffinity?.matches(name: node.name, labels: node.labels) ?? true
  }

  /// The values of a zone or region label: several are joined by two underscores. Nil without the label.
  public func zones(_ key: String) -> [String]? {
    labels[key].map { $0.split(separator: "__", omittingEmptySubsequences: false).map(String.init) }
  }
}
