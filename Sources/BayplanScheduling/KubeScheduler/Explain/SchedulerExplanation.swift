import BayplanModel

/// Why kube-scheduler places a pod where it does, or nowhere, and what would change that.
public struct SchedulerExplanation: Sendable {
  /// A resource that the pod asks for, as it is spread over the nodes.
  public struct Fragmentation: Sendable {
    public var resource: Resource
    public var requested: Int64
    /// Over all nodes.
    public var free: Int64
    /// The most that is free on one node, and that node.
    public var largest: Int64
    public var node: Int?
    /// Nodes with enough of it.
    public var nodes: Int
  }

  public var pod: Pod
  public var profile: SchedulerProfile
  public var nodeNames: [String]
  /// As if its gates were gone, where there are gates.
  public var evaluation: PodEvaluation
  /// For a pod that fits nowhere.
  public var preemption: Preemption?
  public var unblocking: Unblocking?
  public var fragmentation: [Fragmentation]
  /// Pending pods that came first and were placed.
  public var placedBefore: Int
  /// The node that it runs on, from which it was lifted to be asked about.
  public var currentNode: String?

  /// Explains a pod as the pass over the pending pods would meet it: those before it in the queue are placed already.
  /// - Parameters:
  ///   - id: of a pod of the cluster, pending or bound.
  ///   - profiles: each pod is placed by the one that it asks for.
  /// - Returns: nil if the cluster has no such pod, or none of the profiles is its own.
  public init?(
    _ id: PodID, in cluster: Cluster, profiles: [SchedulerProfile] = [.standard], tieBreak: TieBreak = .first
  ) {
    let (seen, pending) = cluster.schedulerView()
    guard var pod = pending.first(where: { $0.id == id }) ?? seen.pods.first(where: { $0.id == id }) else { return nil }
    var snapshot = SchedulerSnapshot(seen)
    guard var profile = profiles.index(for: pod).map({ profiles[$0] }) else { return nil }
    profile.percentageOfNodesToScore = nil
    var placedBefore = 0
    let currentNode = pod.nodeName.flatMap { snapshot.nodeIndex[$0] == nil ? nil : $0 }
    if let node = currentNode.flatMap({ snapshot.nodeIndex[$0] }) {
      snapshot.remove(id, from: node)
      pod.nodeName = nil
    } else if let position = pending.firstIndex(where: { $0.id == id }) {
      let before = pending.indices.filter {
        (-Int(pending[$0].spec.priority), $0) < (-Int(pod.spec.priority), position)
      }
      var pass = SchedulingPass(snapshot, profiles: profiles, tieBreak: tieBreak)
      pass.schedule(before.map { pending[$0] })
      placedBefore = pass.decisions.count { $0.node != nil }
      snapshot = pass.snapshot
    }
    self.init(pod, on: snapshot, profile, placedBefore: placedBefore, currentNode: currentNode)
  }

  init(
    _ pod: Pod, on snapshot: SchedulerSnapshot, _ profile: SchedulerProfile, placedBefore: Int = 0,
    currentNode: String? = nil
  ) {
    self.pod = pod
    self.profile = profile
    self.placedBefore = placedBefore
    self.currentNode = currentNode
    nodeNames = snapshot.nodes.map(\.node.name)
    var open = pod
    open.spec.isGated = false
    evaluation = snapshot.evaluate(open, profile: profile)
    fragmentation = Self.fragmentation(pod, snapshot, profile)
    if evaluation.feasible.isEmpty {
      preemption = Preemption(for: open, evaluation, on: snapshot, profile: profile)
      unblocking = UnblockingSearch.run(for: open, on: snapshot, profile)
    }
    if pod.spec.isGated {
      var sets = unblocking ?? Unblocking(size: 0, sets: [])
      if sets.sets.isEmpty, sets.size == 0 {
        sets.sets = [.init(remedies: [], node: evaluation.best[0], nodes: evaluation.feasible.count)]
      }
      sets.size = sets.size.map { $0 + 1 }
      for index in sets.sets.indices { sets.sets[index].remedies.insert(.removeGates, at: 0) }
      unblocking = sets
    }
  }

  /// What rejects nodes first, with how many it rejects; they sum to the number of nodes.
  public var reasons: [(plugin: String?, text: String, nodes: Int)] {
    if let refusal = evaluation.refusal {
      return [(refusal.plugin, refusal.reasons.joined(separator: ", "), nodeNames.count)]
    }
    var counts: [[String]: Int] = [:]
    for rejection in evaluation.rejections.values {
      counts[[rejection.plugin, rejection.reasons.joined(separator: ", ")], default: 0] += 1
    }
    var result: [(plugin: String?, text: String, nodes: Int)] = counts.map { ($0.key[0], $0.key[1], $0.value) }
    result.sort { ($1.nodes, $0.plugin!, $0.text) < ($0.nodes, $1.plugin!, $1.text) }
    let left = nodeNames.count - result.reduce(0) { $0 + $1.nodes }
    if !evaluation.feasible.isEmpty { result.append((nil, "fits", evaluation.feasible.count)) }
    if left > evaluation.feasible.count { result.append((nil, "not looked at", left - evaluation.feasible.count)) }
    return result
  }

  private static func fragmentation(
    _ pod: Pod, _ snapshot: SchedulerSnapshot, _ profile: SchedulerProfile
  ) -> [Fragmentation] {
    let requests = NodeResourcesFit.checked(pod.spec, profile)
    return requests.names.filter { requests[$0] > 0 }.map { resource in
      let free = snapshot.nodes.map { state in
        let kept = snapshot.guests(on: state.index, for: pod).reduce(Int64(0)) {
          $0.addingSaturated($1.spec.requests[resource])
        }
        let used = state.requested[resource].addingSaturated(kept)
        return max(0, state.node.allocatable[resource].subtractingSaturated(used))
      }
      let largest = free.max() ?? 0
      return Fragmentation(
        resource: resource, requested: requests[resource], free: free.reduce(0) { $0.addingSaturated($1) },
        largest: largest, node: free.firstIndex(of: largest), nodes: free.count { $0 >= requests[resource] })
    }
  }
}
