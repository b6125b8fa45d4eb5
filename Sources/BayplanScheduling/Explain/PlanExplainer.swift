import BayplanModel
import BayplanPacking

/// Judges pods against every node of a cluster whose other pods stand where a plan puts them.
///
/// Asks the lowered constraints themselves, one at a time and in the scheduler's order, so that an explanation cannot
/// disagree with the engine. Pods of one class share their answer.
struct Explainer {
  private let view: ClusterView
  private let builders: [(name: String, builder: InstanceBuilder)]
  private let classOf: [PodID: Int]
  private var known: [Int: [SiteVerdict]] = [:]
  private var histograms: [Int: [Unplaced.Reason]] = [:]
  private let typeCount: Int

  private struct Block {
    var constraint: String
    var reason: String
    /// What would remove it.
    var remedy: String
    /// Not even the empty node would do.
    var isBeyondNode = false
  }

  /// All that keeps a class from a site.
  private struct SiteVerdict {
    var blocks: [Block]
  }

  init(cluster: Cluster, placements: [Placement], openedNodes: [Node], subject: PodID? = nil) {
    var settled = cluster
    settled.nodes += openedNodes
    for node in openedNodes {
      if let index = settled.nodeTypes.firstIndex(where: { $0.name == node.type }),
        let most = settled.nodeTypes[index].maxCount
      {
        settled.nodeTypes[index].maxCount = most - 1
      }
    }
    let places = Dictionary(placements.map { ($0.pod, $0.node) }, uniquingKeysWith: { first, _ in first })
    for index in settled.pods.indices {
      if settled.pods[index].id == subject {
        settled.pods[index].nodeName = nil
        settled.pods[index].spec.isGated = false
      } else if settled.pods[index].nodeName == nil {
        settled.pods[index].nodeName = places[settled.pods[index].id]
      }
    }
    let view = ClusterView(settled)
    self.view = view
    typeCount = settled.nodeTypes.count
    builders = Constraints.standard.all.map { constraint in
      var builder = InstanceBuilder(view)
      constraint.lower(view, into: &builder)
      return (constraint.name, builder)
    }
    var classOf: [PodID: Int] = [:]
    for (index, podClass) in view.classes.enumerated() {
      for pod in podClass.pending { classOf[settled.pods[pod].id] = index }
    }
    self.classOf = classOf
  }

  /// First blocking reasons and how many nodes each rules out; the counts sum to the number of nodes.
  mutating func histogram(of pod: Pod) -> [Unplaced.Reason] {
    guard let number = classOf[pod.id] else { return [] }
    if let histogram = histograms[number] { return histogram }
    let histogram = Self.histogram(merged(verdicts(of: number)))
    histograms[number] = histogram
    known[number] = nil
    return histogram
  }

  private static func histogram(_ verdicts: [SiteVerdict]) -> [Unplaced.Reason] {
    var counts: [String: Int] = [:]
    for verdict in verdicts { counts[verdict.blocks.first.map { short($0) } ?? "fits", default: 0] += 1 }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { Unplaced.Reason(reason: $0.key, nodes: $0.value) }
  }

  /// The reason without the figures of the single node.
  private static func short(_ block: Block) -> String {
    block.reason.split(separator: " (").first.map(String.init) ?? block.constraint
  }

  mutating func explanation(of pod: Pod) -> Explanation? {
    guard let number = classOf[pod.id] else { return nil }
    let all = merged(verdicts(of: number))
    let names = view.sites.filter { !$0.isElastic }.map(\.node.name) + view.cluster.nodeTypes.map { "new \($0.name)" }
    let nodes = zip(names, all).map { name, verdict in
      Explanation.NodeVerdict(
        node: name, constraint: verdict.blocks.first?.constraint, reason: verdict.blocks.first?.reason)
    }
    return Explanation(
      pod: pod.id, nodes: nodes, histogram: Self.histogram(all),
      suggestion: Self.suggestion(zip(names, all).map { ($0, $1.blocks) }))
  }

  /// The node with the fewest obstacles tells what to change; one that could hold the pod comes before one that never
  /// could.
  private static func suggestion(_ nodes: [(name: String, blocks: [Block])]) -> String? {
    func rank(_ blocks: [Block]) -> (Int, Int) { (blocks.count(where: \.isBeyondNode), blocks.count) }
    guard let best = nodes.min(by: { rank($0.blocks) < rank($1.blocks) }), !best.blocks.isEmpty else { return nil }
    let remedies = best.blocks.map(\.remedy)
    let equal = nodes.count { $0.blocks.map(\.remedy) == remedies }
    let place = equal > 1 ? "\(best.name) (or \(equal - 1) more like it)" : best.name
    return "on \(place): \(remedies.joined(separator: "; and "))"
  }

  /// Sites of one node type (its zones) count as one: the least blocked speaks for it.
  private func merged(_ verdicts: [SiteVerdict]) -> [SiteVerdict] {
    var result: [SiteVerdict] = []
    var best: [Int: SiteVerdict] = [:]
    for (site, verdict) in zip(view.sites, verdicts) {
      guard let type = site.nodeType else {
        result.append(verdict)
        continue
      }
      if let held = best[type], held.blocks.count <= verdict.blocks.count { continue }
      best[type] = verdict
    }
    return result + (0..<typeCount).map { best[$0]! }
  }

  private mutating func verdicts(of number: Int) -> [SiteVerdict] {
    if let verdicts = known[number] { return verdicts }
    let result = view.sites.indices.map { verdict(number, $0) }
    known[number] = result
    return result
  }

  private func verdict(_ number: Int, _ index: Int) -> SiteVerdict {
    let spec = view.classes[number].spec
    let site = view.sites[index]
    var blocks: [Block] = []
    for (name, builder) in builders where builder.blocks(number, at: index) {
      let reason = reason(name, spec, site)
      blocks.append(Block(constraint: name, reason: reason, remedy: Self.remedy(name, reason)))
    }
    if site.isElastic && site.copies == 0 {
      blocks.append(
        Block(constraint: "poolLimit", reason: "node pool limit reached", remedy: "raise the pool's limit"))
    }
    // Resources stand before the rules about other pods, as in the scheduler.
    let position = blocks.firstIndex { ["topologySpread", "podAntiAffinity", "podAffinity"].contains($0.constraint) }
    blocks.insert(contentsOf: shortages(spec, site), at: position ?? blocks.count)
    return SiteVerdict(blocks: blocks)
  }

  private func shortages(_ spec: PodSpec, _ site: ClusterView.Site) -> [Block] {
    let needs = spec.requests + [.pods: 1]
    var result: [Block] = []
    for resource in needs.names where needs[resource] > max(0, site.free[resource]) {
      let (need, free) = (needs[resource], max(0, site.free[resource]))
      let most = site.isElastic ? free : max(0, site.node.allocatable[resource])
      let name = resource == .pods ? "pods" : resource.rawValue
      let isBeyondNode = need > most
      result.append(
        Block(
          constraint: "resources",
          reason: (resource == .pods ? "too many pods" : "insufficient \(name)")
            + " (needs \(Self.amount(need, resource)), \(Self.amount(free, resource)) free)",
          remedy: isBeyondNode
            ? "ask for at most \(Self.amount(most, resource)) \(name), or add a node with \(Self.amount(need, resource))"
            : "free \(Self.amount(need - free, resource)) \(name)",
          isBeyondNode: isBeyondNode))
    }
    if let request = spec.devices, !hasDevices(request, site) {
      let share = request.milliPerDevice < 1000 ? "\(request.milliPerDevice)/1000 of one" : "\(request.count) whole"
      result.append(
        Block(
          constraint: "devices", reason: "no fitting \(request.kind.rawValue) (needs \(share))",
          remedy: "free \(share) \(request.kind.rawValue) that it accepts, or add a node with it"))
    }
    return result
  }

  private func hasDevices(_ request: DeviceRequest, _ site: ClusterView.Site) -> Bool {
    var found = 0
    for (group, free) in zip(site.node.devices, site.deviceFree)
    where group.kind == request.kind && (request.models.isEmpty || request.models.contains(group.model)) {
      found += free.count { $0 >= request.milliPerDevice }
    }
    return found >= Int(request.count)
  }

  private func reason(_ constraint: String, _ spec: PodSpec, _ site: ClusterView.Site) -> String {
    switch constraint {
    case "taints":
      let taint = site.node.hardTaints.first { !spec.tolerates($0) }
      return taint.map { "untolerated taint \($0)" } ?? "untolerated taint"
    case "nodeAffinity": return "node selector or affinity does not match"
    case "hostPorts": return "host port in use"
    case "podAntiAffinity": return "anti-affinity with a pod there"
    case "podAffinity": return "no pod it must be near"
    case "topologySpread": return "topology spread would be exceeded"
    case "maxPerNode": return "limit of the workload per node reached"
    default: return constraint
    }
  }

  private static func remedy(_ constraint: String, _ reason: String) -> String {
    switch constraint {
    case "taints": "tolerate \(reason.replacingPrefix("untolerated ", with: ""))"
    case "nodeAffinity": "relax its node selector or affinity, or label the node to match"
    case "hostPorts": "free the host port or drop it from the pod"
    case "podAntiAffinity": "relax the anti-affinity or move the pods it excludes"
    case "podAffinity": "place a pod it wants to be near there first"
    case "topologySpread": "raise maxSkew or fill the emptier domains first"
    case "maxPerNode": "raise the limit per node"
    default: "resolve \(constraint)"
    }
  }

  /// An amount in the unit people write.
  private static func amount(_ amount: Int64, _ resource: Resource) -> String {
    switch resource {
    case .cpu: return amount % 1000 == 0 ? "\(amount / 1000)" : "\(amount)m"
    case .memory, .ephemeralStorage: return "\((amount + (1 << 20) - 1) >> 20)Mi"
    default: return "\(amount)"
    }
  }
}

extension String {
  fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
