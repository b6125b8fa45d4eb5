import BayplanModel

/// Whether a node has room. Resources that the pod does not ask for may be overbooked.
/// Source: kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go.
struct NodeResourcesFit: FilterPlugin {
  static let name = "NodeResourcesFit"
  private let requests: Resources

  init(_ context: PodContext) { requests = Self.checked(context.pod.spec, context.profile) }

  /// The requests that a profile wants to see met.
  static func checked(_ spec: PodSpec, _ profile: SchedulerProfile) -> Resources {
    let ignored = profile.ignoredResources
    return Resources(
      spec.requests.amounts.filter { resource, _ in
        !ignored.contains(resource.rawValue)
          && !ignored.contains { $0.hasSuffix("/") && resource.rawValue.hasPrefix($0) }
      })
  }

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

/// What a node has of a resource, and what of it would be in use with the pod; nil where it does not count.
private func use(
  _ resource: Resource, of node: SchedulerSnapshot.NodeState, asked: Resources, taken: Resources
) -> (used: Int64, of: Int64)? {
  // What a device plugin hands out counts only for pods that ask for it.
  let isScalar = ![.cpu, .memory, .ephemeralStorage].contains(resource)
  let allocatable = node.node.allocatable[resource]
  if allocatable == 0 || (isScalar && asked[resource] == 0) { return nil }
  return (taken[resource].addingSaturated(asked[resource]), allocatable)
}

/// How much of the scored resources is in use, with the pod on the node.
/// Source: resource_allocation.go, least_allocated.go, most_allocated.go and requested_to_capacity_ratio.go in the same
/// folder.
struct ResourceAllocation: ScorePlugin {
  static let name = "NodeResourcesFit"
  private let requests: Resources
  private let profile: SchedulerProfile

  init?(_ context: PodContext, feasible: [Int]) {
    requests = context.pod.spec.requests.scored(context.pod.spec.scoredRequests?.arriving)
    profile = context.profile
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    let taken = node.requested.scored([.cpu: node.scored[.cpu], .memory: node.scored[.memory]])
    var total: Int64 = 0
    var weights: Int64 = 0
    for weighted in profile.scoredResources {
      guard let (used, all) = use(weighted.resource, of: node, asked: requests, taken: taken),
        let points = profile.scoringStrategy.points(used: used, of: all)
      else { continue }
      total += points * weighted.weight
      weights += weighted.weight
    }
    return weights == 0 ? 0 : profile.scoringStrategy.mean(total, weights)
  }
}

extension SchedulerProfile.ScoringStrategy {
  /// For one resource; nil where it is to be left out.
  @inline(__always)
  func points(used: Int64, of all: Int64) -> Int64? {
    switch self {
    case .leastAllocated: return used > all ? 0 : Self.share(all - used, of: all)
    case .mostAllocated: return Self.share(min(used, all), of: all)
    case .requestedToCapacityRatio(let shape):
      let points = Self.value(of: shape, at: used > all ? 100 : Self.share(used, of: all))
      return points == 0 ? nil : points
    }
  }

  /// Over the resources that count.
  @inline(__always)
  func mean(_ total: Int64, _ weights: Int64) -> Int64 {
    if case .requestedToCapacityRatio = self { return Int64((Double(total) / Double(weights)).rounded()) }
    return total / weights
  }

  /// In percent, rounded down.
  @inline(__always)
  private static func share(_ part: Int64, of all: Int64) -> Int64 {
    all < 1 << 56 ? part * 100 / all : Int64(Int128(part) * 100 / Int128(all))
  }

  private static func value(of shape: [SchedulerProfile.ShapePoint], at utilization: Int64) -> Int64 {
    guard let index = shape.firstIndex(where: { utilization <= $0.utilization }) else { return shape.last?.score ?? 0 }
    if index == 0 { return shape[0].score }
    let (low, high) = (shape[index - 1], shape[index])
    return low.score + (high.score - low.score) * (utilization - low.utilization) / (high.utilization - low.utilization)
  }
}

extension Resources {
  /// With CPU and memory as scores count them.
  func scored(_ amounts: Resources?) -> Resources {
    guard let amounts else { return self }
    var result = self
    for resource in [Resource.cpu, .memory] { result[resource] = amounts[resource] }
    return result
  }
}

/// The nearer to each other the shares of resources in use, the better.
/// Source: balanced_allocation.go in the same folder, as of 1.34.
struct BalancedAllocation: ScorePlugin {
  static let name = "NodeResourcesBalancedAllocation"
  private let requests: Resources
  private let resources: [Resource]

  init?(_ context: PodContext, feasible: [Int]) {
    requests = context.pod.spec.requests
    resources = context.profile.balancedResources
    if resources.allSatisfy({ requests[$0] == 0 }) { return nil }
  }

  func score(_ node: SchedulerSnapshot.NodeState) -> Int64 {
    let shares = resources.compactMap { use($0, of: node, asked: requests, taken: node.requested) }
      .map { min(1, Double($0.used) / Double($0.of)) }
    return Self.points(shares.count) { shares[$0] }
  }

  /// - Parameter share: of a resource in use, at most 1.
  @inline(__always)
  static func points(_ count: Int, _ share: (Int) -> Double) -> Int64 {
    var deviation = 0.0
    if count == 2 {
      deviation = abs((share(0) - share(1)) / 2)
    } else if count > 2 {
      var mean = 0.0
      for index in 0..<count { mean += share(index) }
      mean /= Double(count)
      var squares = 0.0
      for index in 0..<count { squares += (share(index) - mean) * (share(index) - mean) }
      deviation = (squares / Double(count)).squareRoot()
    }
    return Int64((1 - deviation) * 100)
  }
}
