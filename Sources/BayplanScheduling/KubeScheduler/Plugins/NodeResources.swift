import BayplanModel

/// Whether a node has room. Resources that the pod does not ask for may be overbooked.
/// Source: kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go.
struct NodeResourcesFit: FilterPlugin {
  static let name = "NodeResourcesFit"
  private let requests: Resources

  init(_ context: PodContext) { requests = context.pod.spec.requests }

  func rejection(_ node: SchedulerSnapshot.NodeState) -> NodeRejection? {
    var reasons: [String] = []
    var isResolvable = true
    if Int64(node.pods.count) + 1 > node.node.allocatable[.pods] { reasons.append("Too many pods") }
    for (resource, amount) in requests.amounts where amount > 0 {
      let allocatable = node.node.allocatable[resource]
      if amount <= allocatable.subtractingSaturated(node.requested[resource]) { continue }
      reasons.append("Insufficient \(resource.rawValue)")
      if amount > allocatable { isResolvable = false }
    }
    if reasons.isEmpty { return nil }
    return NodeRejection(plugin: Self.name, reasons: reasons.sorted(), isResolvable: isResolvable)
  }
}

/// The more CPU and memory a node has left, the better.
/// Source: least_allocated.go and resource_allocation.go in the same folder.
struct LeastAllocated: ScorePlugin {
  static let name = "NodeResourcesFit"
  private let requests: Resources

  init?(_ context: PodContext, feasible: [Int]) {
    requests = context.pod.spec.scoredRequests?.arriving ?? context.pod.spec.requests
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    var total: Int64 = 0
    var weights: Int64 = 0
    for resource in [Resource.cpu, .memory] {
      let allocatable = node.node.allocatable[resource]
      if allocatable == 0 { continue }
      weights += 1
      let free = allocatable.subtractingSaturated(node.scored[resource].addingSaturated(requests[resource]))
      if free > 0 { total += Int64(Int128(free) * 100 / Int128(allocatable)) }
    }
    return weights == 0 ? 0 : total / weights
  }
}

/// The nearer to each other the shares of CPU and memory in use, the better.
/// Source: balanced_allocation.go in the same folder, as of 1.34.
struct BalancedAllocation: ScorePlugin {
  static let name = "NodeResourcesBalancedAllocation"
  private let requests: Resources

  init?(_ context: PodContext, feasible: [Int]) {
    requests = context.pod.spec.requests
    if requests[.cpu] == 0 && requests[.memory] == 0 { return nil }
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    var shares: [Double] = []
    for resource in [Resource.cpu, .memory] {
      let allocatable = node.node.allocatable[resource]
      if allocatable == 0 { continue }
      let used = node.requested[resource].addingSaturated(requests[resource])
      shares.append(min(1, Double(used) / Double(allocatable)))
    }
    let deviation = shares.count == 2 ? abs((shares[0] - shares[1]) / 2) : 0
    return Int64((1 - deviation) * 100)
  }
}
