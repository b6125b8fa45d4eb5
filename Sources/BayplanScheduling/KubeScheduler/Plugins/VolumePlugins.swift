import BayplanModel

/// Claims that only one pod may use at a time, and claims that are not there.
/// Source: kubernetes pkg/scheduler/framework/plugins/volumerestrictions.
struct VolumeRestrictions: FilterPlugin {
  static let name = "VolumeRestrictions"
  let refusal: NodeRejection?
  private let isInUse: Bool

  init(_ context: PodContext) {
    let pod = context.pod
    let storage = context.snapshot.storage
    refusal = pod.claimIDs.first { storage.claim($0) == nil }.map {
      NodeRejection(
        plugin: Self.name, reasons: ["persistentvolumeclaim \"\($0.name)\" not found"], isResolvable: false)
    }
    let exclusive = Set(Self.exclusiveClaims(of: pod, storage).map(\.name))
    isInUse =
      !exclusive.isEmpty
      && context.nodes.contains { node in
        node.pods.contains { $0.id.namespace == pod.id.namespace && !exclusive.isDisjoint(with: $0.volumeClaims) }
      }
  }

  static func exclusiveClaims(of pod: Pod, _ storage: VolumeIndex) -> [PodID] {
    storage.claims(of: pod).filter(\.isExclusive).map(\.id)
  }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    guard isInUse else { return nil }
    return reject(
      "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
      isResolvable: true)
  }
}

/// How many volumes of a driver a node can attach.
/// Source: nodevolumelimits/csi.go in the same folder.
struct NodeVolumeLimits: FilterPlugin {
  static let name = "NodeVolumeLimits"
  private let storage: VolumeIndex
  /// Driver by volume.
  private let wanted: [String: String]

  init(_ context: PodContext) {
    storage = context.snapshot.storage
    wanted = Self.attachments(of: context.pod, storage)
  }

  /// Driver by volume.
  static func attachments(of pod: Pod, _ storage: VolumeIndex) -> [String: String] {
    let attachments = storage.claims(of: pod).compactMap(storage.attachment).map { ($0.volume, $0.driver) }
    return Dictionary(attachments, uniquingKeysWith: { first, _ in first })
  }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    excess(on: node).isEmpty ? nil : reject("node(s) exceed max volume count", isResolvable: true)
  }

  /// Drivers of which the node cannot attach enough, and how many volumes it would have to.
  func excess(on node: SchedulerSnapshot.NodeState) -> [String: Int32] {
    guard !wanted.isEmpty, let limits = storage.catalogue.attachLimits[node.node.name] else { return [:] }
    var attached: [String: String] = [:]
    for pod in node.pods { attached.merge(Self.attachments(of: pod, storage)) { first, _ in first } }
    var new: [String: Int] = [:]
    for (volume, driver) in wanted where attached[volume] == nil { new[driver, default: 0] += 1 }
    var result: [String: Int32] = [:]
    for (driver, count) in new {
      let total = attached.values.count(where: { $0 == driver }) + count
      if let limit = limits[driver], total > Int(limit) { result[driver] = Int32(clamping: total) }
    }
    return result
  }
}

/// Whether the volumes of bound claims can be reached, and volumes can be found or made for the others.
/// Source: volumebinding in the same folder, without storage capacity tracking.
struct VolumeBinding: FilterPlugin {
  static let name = "VolumeBinding"
  static let looksAtPods = false
  let refusal: NodeRejection?
  private let storage: VolumeIndex
  private var bound: [PersistentVolumeClaim] = []
  private var waiting: [PersistentVolumeClaim] = []

  init(_ context: PodContext) {
    storage = context.snapshot.storage
    var hasImmediate = false
    for claim in storage.claims(of: context.pod) {
      if claim.isBound {
        bound.append(claim)
      } else if claim.volumeName == nil && storage.storageClass(of: claim)?.waitsForConsumer == true {
        waiting.append(claim)
      } else {
        hasImmediate = true
      }
    }
    refusal =
      hasImmediate
      ? NodeRejection(
        plugin: Self.name, reasons: ["pod has unbound immediate PersistentVolumeClaims"], isResolvable: false) : nil
  }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    let volumes = bound.map(storage.volume)
    if volumes.contains(nil) {
      return reject(
        "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", isResolvable: false)
    }
    var reasons: [String] = []
    if !canBind(on: node.node) { reasons.append("node(s) didn't find available persistent volumes to bind") }
    if volumes.contains(where: { !$0!.isReachable(from: node.node) }) {
      reasons.append("node(s) didn't match PersistentVolume's node affinity")
    }
    return reasons.isEmpty ? nil : NodeRejection(plugin: Self.name, reasons: reasons, isResolvable: false)
  }

  var isIdle: Bool { bound.isEmpty && waiting.isEmpty }

  /// The small claims choose first, each the smallest volume that will do.
  private func canBind(on node: Node) -> Bool {
    if waiting.contains(where: { $0.selectedNode != nil && $0.selectedNode != node.name }) { return false }
    var chosen = Set<String>()
    for claim in waiting.sorted(by: { $0.bytes < $1.bytes }) {
      if claim.selectedNode == nil, let volume = volume(for: claim, on: node, except: chosen) {
        chosen.insert(volume.name)
      } else if !canProvision(claim, on: node) {
        return false
      }
    }
    return true
  }

  private func volume(
    for claim: PersistentVolumeClaim, on node: Node, except chosen: Set<String>
  ) -> PersistentVolume? {
    let candidates = storage.candidates(for: claim).filter { !chosen.contains($0.name) }
    if let reserved = candidates.first(where: { $0.claim == claim.id }) {
      return reserved.isReachable(from: node) ? reserved : nil
    }
    return candidates.filter { $0.isReachable(from: node) }.min { $0.bytes < $1.bytes }
  }

  private func canProvision(_ claim: PersistentVolumeClaim, on node: Node) -> Bool {
    guard let storageClass = storage.storageClass(of: claim), !storageClass.provisioner.isEmpty,
      storageClass.provisioner != StorageClass.noProvisioner
    else { return false }
    let terms = storageClass.allowedTopologies
    return terms.isEmpty || terms.contains { term in term.allSatisfy { $0.matches(node.labels) } }
  }
}

/// The zone labels that old volumes carry.
/// Source: volumezone in the same folder.
struct VolumeZone: FilterPlugin {
  static let name = "VolumeZone"
  static let looksAtPods = false
  private var wanted: [(key: String, values: Set<String>)] = []

  /// Old names of the labels, and their present ones.
  private static let keys = [
    "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region": "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  ]

  init(_ context: PodContext) {
    for claim in context.snapshot.storage.claims(of: context.pod) {
      guard let volume = context.snapshot.storage.volume(of: claim) else { continue }
      for key in Self.keys.keys.sorted() {
        if let zones = volume.zones(key) { wanted.append((key, Set(zones))) }
      }
    }
  }

  var isIdle: Bool { wanted.isEmpty }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    let labels = node.node.labels
    // A node without any of the labels is in no zone that could be wrong.
    guard !wanted.isEmpty, Self.keys.keys.contains(where: { labels[$0] != nil }) else { return nil }
    let fits = wanted.allSatisfy { key, values in
      (labels[key] ?? labels[Self.keys[key]!]).map(values.contains) ?? false
    }
    return fits ? nil : reject("node(s) had no available volume zone", isResolvable: false)
  }
}
