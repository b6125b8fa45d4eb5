/// Volumes as the rules that planning knows. A volume that is there can be reached from some nodes; one still to be made
/// can be made near some. Both are required node affinity, and are checked and certified as such.
extension Cluster {
  /// The cluster with what the volume claims of pending pods ask of nodes added to their node affinity, and the claims
  /// gone. What cannot be said so is in the notices: claims that are not there, attach limits that could bind, claims for
  /// one pod at a time.
  public func withVolumesAsRules() -> Cluster {
    guard pods.contains(where: { !$0.volumeClaims.isEmpty }) else { return self }
    var result = self
    var rules = VolumeRules(index: VolumeIndex(storage))
    for number in pods.indices where !pods[number].volumeClaims.isEmpty {
      let pod = pods[number]
      result.pods[number].volumeClaims = []
      if pod.nodeName != nil { continue }
      for id in pod.claimIDs {
        guard let selector = rules.selector(for: id) else { continue }
        let own = result.pods[number].spec.nodeAffinity
        guard let own else {
          result.pods[number].spec.nodeAffinity = selector
          continue
        }
        if let both = own.conjunction(with: selector) {
          result.pods[number].spec.nodeAffinity = both
        } else {
          rules.tooManyTerms.append(pod.id)
        }
      }
    }
    for (message, objects) in rules.notices() {
      result.notices.note(.notHonoured, message, count: objects.count, example: objects[0].description)
    }
    result.noteLimits(of: self)
    return result
  }

  private mutating func noteLimits(of cluster: Cluster) {
    let claims = cluster.pods.flatMap(\.claimIDs)
    let least = cluster.storage.attachLimits.values.flatMap(\.values).min()
    if let least, claims.count > Int(least) {
      notices.note(.notHonoured, "How many volumes a node can attach plays no part in planning.", count: claims.count)
    }
    let exclusive = Set(cluster.storage.claims.filter(\.isExclusive).map(\.id))
    let uses = Dictionary(claims.map { ($0, 1) }, uniquingKeysWith: +).filter {
      $0.value > 1 && exclusive.contains($0.key)
    }
    if let example = uses.keys.min() {
      notices.note(
        .notHonoured,
        "Claims for one pod at a time (ReadWriteOncePod) that several pods mount play no part in planning.",
        count: uses.count, example: example.description)
    }
  }
}

private struct VolumeRules {
  private let index: VolumeIndex
  private var missing: [PodID] = []
  private var unbound: [PodID] = []
  var tooManyTerms: [PodID] = []

  init(index: VolumeIndex) { self.index = index }

  /// The nodes that a claim leaves; nil for all.
  mutating func selector(for id: PodID) -> NodeSelector? {
    guard let claim = index.claim(id) else {
      missing.append(id)
      return nil
    }
    if claim.volumeName != nil {
      guard let volume = index.volume(of: claim) else {
        missing.append(id)
        return nil
      }
      return volume.nodes
    }
    guard let storageClass = index.storageClass(of: claim), storageClass.waitsForConsumer else {
      unbound.append(id)
      return nil
    }
    if let node = claim.selectedNode {
      return NodeSelector(terms: [
        NodeSelectorTerm(matchFields: [.init(key: "metadata.name", operator: .in, values: [node])])
      ])
    }
    if storageClass.provisioner == StorageClass.noProvisioner { return nodes(ofVolumesFor: claim) }
    if storageClass.allowedTopologies.isEmpty { return nil }
    return NodeSelector(terms: storageClass.allowedTopologies.map { NodeSelectorTerm(matchExpressions: $0) })
  }

  /// Volumes made by hand: any that would do. That each is for one claim is not looked at.
  private func nodes(ofVolumesFor claim: PersistentVolumeClaim) -> NodeSelector? {
    let candidates = index.candidates(for: claim)
    if candidates.contains(where: { $0.nodeAffinity == nil }) { return nil }
    return NodeSelector(terms: candidates.flatMap { $0.nodeAffinity!.terms })
  }

  func notices() -> [(String, [PodID])] {
    [
      ("Volume claims, or volumes, that are not in the input play no part in planning.", missing),
      ("Claims that wait for a volume whatever the pod play no part in planning.", unbound),
      ("Volumes with too many alternatives play no part in planning.", tooManyTerms),
    ].filter { !$0.1.isEmpty }
  }
}

extension PersistentVolume {
  /// The nodes that reach it, by its node affinity and by the zone labels that old volumes carry; nil for all.
  fileprivate var nodes: NodeSelector? {
    var result = nodeAffinity
    for key in ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
      // A node without the label is in no zone that could be wrong.
      guard let zones = zones(key) else { continue }
      let here = NodeSelector(terms: [
        NodeSelectorTerm(matchExpressions: [.init(key: key, operator: .in, values: zones)]),
        NodeSelectorTerm(matchExpressions: [.init(key: key, operator: .doesNotExist)]),
      ])
      result = result.flatMap { $0.conjunction(with: here) } ?? here
    }
    return result
  }
}

extension NodeSelector {
  /// Both hold: every pair of alternatives is one. Nil for more alternatives than are any use.
  func conjunction(with other: NodeSelector) -> NodeSelector? {
    if terms.count * other.terms.count > 256 { return nil }
    // A term without requirements matches nothing, and must not come to mean something.
    let own = terms.filter { !($0.matchExpressions.isEmpty && $0.matchFields.isEmpty) }
    let others = other.terms.filter { !($0.matchExpressions.isEmpty && $0.matchFields.isEmpty) }
    return NodeSelector(
      terms: own.flatMap { term in
        others.map { other in
          NodeSelectorTerm(
            matchExpressions: term.matchExpressions
              + other.matchExpressions.filter { !term.matchExpressions.contains($0) },
            matchFields: term.matchFields + other.matchFields.filter { !term.matchFields.contains($0) })
        }
      })
  }
}
