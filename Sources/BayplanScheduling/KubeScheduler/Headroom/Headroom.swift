import BayplanModel

/// What a cluster can still bear: losses of nodes, and more pods, by the rules of kube-scheduler. Nothing is evicted to
/// make room.
public struct Headroom: Sendable {
  /// Nodes that fail together, and what becomes of their pods.
  public struct Failure: Sendable {
    public var nodes: [String]
    /// `topology.kubernetes.io/zone=b` where a domain fails.
    public var domain: String?
    /// Pods of controllers that need another node.
    public var displaced: Int
    /// Those of them that find none.
    public var unplaced: [PodID]
    /// Pods that nothing makes anew.
    public var lost: [PodID]
    /// What keeps the first of them off how many nodes, the most frequent reason first.
    public var reasons: [String] = []

    public var holds: Bool { unplaced.isEmpty }
  }

  /// How far a workload can grow with everything else as it is.
  public struct Growth: Sendable {
    public var workload: String
    public var replicas: Int
    public var more: Int
    /// There may be room for still more than were tried.
    public var isCapped: Bool
    /// What keeps the next one off how many nodes, the most frequent reason first.
    public var reasons: [String] = []
  }

  public struct Options: Sendable {
    /// How many nodes fail at once.
    public var failures = 1
    /// Label whose domains fail as a whole; nil for none.
    public var domainKey: String? = NodeType.zoneLabel
    /// Workloads to grow, as in `Pod.workload`; nil for all.
    public var workloads: [String]?
    public var mostReplicas = 100_000

    public init() {}
  }

  /// More combinations of nodes than this are not tried.
  public static let mostFailures = 50_000

  /// Pending pods that find no node as it is.
  public private(set) var unplaced: [PodID] = []
  public private(set) var nodeCount = 0
  public private(set) var podCount = 0
  /// What of the cluster the scheduler does not take into account.
  public private(set) var notices: [Notice] = []
  /// Label whose domains were tried.
  public private(set) var domainKey: String?
  /// By number of nodes, in the order of the cluster.
  public private(set) var nodeFailures: [Failure] = []
  public private(set) var domainFailures: [Failure] = []
  public private(set) var growth: [Growth] = []

  /// Whether all pods that stand somewhere find another node whatever fails.
  public var holds: Bool { (nodeFailures + domainFailures).allSatisfy(\.holds) }

  /// - Throws: `InputError` if there are too many combinations of nodes.
  /// Complexity: a pass over the displaced pods per failure, each with all pods of the cluster to count.
  public init(_ cluster: Cluster, profiles: [SchedulerProfile] = [.standard], options: Options = Options())
    throws(InputError)
  {
    let profiles = profiles.map {
      var profile = $0
      profile.preempts = false
      return profile
    }
    let (seen, pending) = cluster.schedulerView()
    var pass = SchedulingPass(SchedulerSnapshot(seen), profiles: profiles)
    pass.schedule(pending)
    unplaced = pass.decisions.filter { $0.node == nil }.map(\.pod)
    var standing = seen
    // In the order of the input, which is that of the queue.
    let places = Dictionary(pass.placements.map { ($0.pod, $0.node) }, uniquingKeysWith: { first, _ in first })
    let known = Set(pass.nodeNames)
    standing.pods = (seen.pods + pending.filter(\.isDaemonPod)).compactMap { pod in
      guard let node = pod.nodeName ?? places[pod.id], known.contains(node) else { return nil }
      var pod = pod
      pod.nodeName = node
      return pod
    }
    notices = seen.notices
    nodeCount = seen.nodes.count
    podCount = standing.pods.count
    let losses = NodeLosses(standing, profiles)
    let combinations = try Self.combinations(of: nodeCount, taking: options.failures)
    nodeFailures = combinations.map { losses.failure(of: $0) }
    domainKey = options.domainKey
    if let key = options.domainKey {
      domainFailures = losses.domains(of: key).map { value, nodes in
        var failure = losses.failure(of: nodes)
        failure.domain = "\(key)=\(value)"
        return failure
      }
    }
    growth = Self.growth(seen.pods, pass, options)
  }

  private static func combinations(of count: Int, taking size: Int) throws(InputError) -> [[Int]] {
    if size < 1 || count == 0 { return [] }
    if size > count {
      throw InputError(
        .invalidValue, object: "--failures \(size)", "there are only \(count) nodes", fix: "Let fewer nodes fail.")
    }
    var number = 1
    for index in 0..<size {
      number = number * (count - index) / (index + 1)
      if number > mostFailures {
        throw InputError(
          .limit, object: "--failures \(size)",
          "there are more than \(mostFailures) combinations of \(size) of \(count) nodes", fix: "Let fewer nodes fail.")
      }
    }
    var result: [[Int]] = [[]]
    for _ in 0..<size {
      result = result.flatMap { chosen in ((chosen.last ?? -1) + 1..<count).map { chosen + [$0] } }
    }
    return result
  }

  /// - Parameter pods: in the order of the input; of pods that differ the last speaks for its workload.
  private static func growth(_ pods: [Pod], _ pass: SchedulingPass, _ options: Options) -> [Growth] {
    var models: [String: (pod: Pod, replicas: Int)] = [:]
    for pod in pods where !pod.isDaemonPod && !pod.isTerminating {
      guard let workload = pod.workload else { continue }
      models[workload] = (pod, (models[workload]?.replicas ?? 0) + 1)
    }
    return (options.workloads ?? models.keys.sorted()).compactMap { workload in
      guard let (pod, replicas) = models[workload] else { return nil }
      return grow(pod, workload, replicas, pass, most: options.mostReplicas)
    }
  }

  private static func grow(_ model: Pod, _ workload: String, _ replicas: Int, _ pass: SchedulingPass, most: Int)
    -> Growth
  {
    var pass = pass
    let before = pass.decisions.count
    var pod = model
    pod.nodeName = nil
    pod.nominatedNodeName = nil
    // Each pod of a StatefulSet has claims of its own, which are still to be made.
    if workload.hasPrefix("StatefulSet/") { pod.volumeClaims = [] }
    var growth = Growth(workload: workload, replicas: replicas, more: 0, isCapped: false)
    while growth.more < most {
      // Equal pods: once one finds no node, none does.
      let batch = (0..<min(256, most - growth.more)).map { number in
        var replica = pod
        replica.id.name = "\(model.id.name)+\(growth.more + number)"
        return replica
      }
      pass.schedule(batch)
      let placed = pass.decisions.suffix(batch.count).count { $0.node != nil }
      growth.more += placed
      if placed < batch.count { break }
    }
    growth.isCapped = growth.more == most
    growth.reasons = pass.decisions[before...].first { $0.node == nil }.map(reasons) ?? []
    return growth
  }
}

/// Tries losses of nodes on a cluster whose pods all stand somewhere.
struct NodeLosses {
  private let cluster: Cluster
  private let profiles: [SchedulerProfile]
  private let nodeIndex: [String: Int]

  init(_ cluster: Cluster, _ profiles: [SchedulerProfile]) {
    self.cluster = cluster
    self.profiles = profiles
    nodeIndex = Dictionary(cluster.nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Nodes by value of a label.
  func domains(of key: String) -> [(String, [Int])] {
    var result: [String: [Int]] = [:]
    for (index, node) in cluster.nodes.enumerated() {
      if let value = node.labels[key] { result[value, default: []].append(index) }
    }
    return result.sorted { $0.key < $1.key }
  }

  func failure(of nodes: [Int]) -> Headroom.Failure {
    let failed = Set(nodes)
    var left = cluster
    left.nodes = cluster.nodes.enumerated().filter { !failed.contains($0.offset) }.map(\.element)
    left.pods = []
    var displaced: [Pod] = []
    var result = Headroom.Failure(
      nodes: nodes.map { cluster.nodes[$0].name }, displaced: 0, unplaced: [], lost: [])
    for pod in cluster.pods {
      guard let node = pod.nodeName.flatMap({ nodeIndex[$0] }), failed.contains(node) else {
        left.pods.append(pod)
        continue
      }
      if pod.isDaemonPod || pod.isTerminating { continue }
      if pod.workload == nil {
        result.lost.append(pod.id)
        continue
      }
      displaced.append(pod)
      displaced[displaced.count - 1].nodeName = nil
    }
    var pass = SchedulingPass(SchedulerSnapshot(left), profiles: profiles)
    pass.schedule(displaced)
    result.displaced = displaced.count
    let failures = pass.decisions.filter { $0.node == nil }
    result.unplaced = failures.map(\.pod)
    result.reasons = failures.first.map(Headroom.reasons) ?? []
    return result
  }
}

extension Headroom {
  /// Why a pod has no node.
  fileprivate static func reasons(_ decision: SchedulingDecision) -> [String] {
    if let reason = decision.wasLeftOut { return [reason] }
    guard let evaluation = decision.evaluation else { return [] }
    if let refusal = evaluation.refusal { return refusal.reasons }
    let counts = evaluation.reasonCounts
    return counts.isEmpty ? ["there are no nodes"] : counts.map { "\($0.nodes) \($0.reason)" }
  }
}
