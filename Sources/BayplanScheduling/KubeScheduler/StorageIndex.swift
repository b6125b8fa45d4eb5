import BayplanModel

/// The volumes of a cluster by name.
struct StorageIndex: Sendable {
  let catalogue: VolumeCatalogue
  private let claims: [PodID: PersistentVolumeClaim]
  private let volumes: [String: PersistentVolume]
  private let classes: [String: StorageClass]

  init(_ catalogue: VolumeCatalogue) {
    self.catalogue = catalogue
    claims = Dictionary(catalogue.claims.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    volumes = Dictionary(catalogue.volumes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    classes = Dictionary(catalogue.classes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func claim(_ name: String, of pod: Pod) -> PersistentVolumeClaim? {
    claims[PodID(namespace: pod.id.namespace, name: name)]
  }

  func claims(of pod: Pod) -> [PersistentVolumeClaim] { pod.volumeClaims.compactMap { claim($0, of: pod) } }

  func volume(of claim: PersistentVolumeClaim) -> PersistentVolume? { claim.volumeName.flatMap { volumes[$0] } }

  func storageClass(of claim: PersistentVolumeClaim) -> StorageClass? { claim.storageClass.flatMap { classes[$0] } }

  /// The driver that attaches the claim's volume, and a name for the volume that pods sharing it have in common.
  func attachment(of claim: PersistentVolumeClaim) -> (driver: String, volume: String)? {
    if let volume = volume(of: claim) { return volume.driver.map { ($0, "\($0)/\(volume.handle)") } }
    // A volume still to be made counts for the driver that is going to make it.
    return storageClass(of: claim).map { ($0.provisioner, "\($0.provisioner)/claim \(claim.id)") }
  }
}

extension PersistentVolume {
  func isReachable(from node: Node) -> Bool {
    nodeAffinity?.matches(name: node.name, labels: node.labels) ?? true
  }
}
