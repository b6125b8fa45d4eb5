import BayplanAudit
import BayplanModel
import BayplanPacking
import BayplanScheduling
import Testing

/// Small clusters with known answers, planned, audited and verified.
@Suite struct PlannerTests {
  private let hostname = NodeType.hostnameLabel
  private let zone = NodeType.zoneLabel

  private func node(_ name: String, cpu: Int64 = 4000, zone: String? = nil, price: Int64 = 0) -> Node {
    var labels = [hostname: name]
    labels[self.zone] = zone
    return Node(name: name, labels: labels, allocatable: [.cpu: cpu, .memory: 16 << 30, .pods: 10], price: price)
  }

  private func pod(_ name: String, cpu: Int64 = 1000, app: String = "a", edit: (inout PodSpec) -> Void = { _ in })
    -> Pod
  {
    var spec = PodSpec(requests: [.cpu: cpu, .memory: 1 << 30], labels: ["app": app])
    edit(&spec)
    return Pod(id: PodID(namespace: "default", name: name), workload: "Deployment/default/\(app)", spec: spec)
  }

  private func selector(_ app: String) -> LabelSelector { LabelSelector(matchLabels: ["app": app]) }

  private func plan(
    _ nodes: [Node], _ pods: [Pod], limits: Limits? = nil, edit: (inout Cluster) -> Void = { _ in }
  ) throws -> (plan: Plan, cluster: Cluster) {
    var cluster = Cluster()
    cluster.nodes = nodes
    cluster.pods = pods
    edit(&cluster)
    var options = Planner.Options()
    // Enough for every proof expected here; without it an open gap would be worked on for long.
    options.limits = limits ?? Limits(seconds: 4)
    let plan = try Planner(options: options).plan(cluster)
    let verification = verify(plan, cluster: cluster)
    #expect(verification.outcome != .fails, "\(verification.reasons)")
    return (plan, cluster)
  }

  private func value(_ criterion: Criterion, _ plan: Plan) -> Int64? {
    plan.criteria.first { $0.criterion == criterion }?.value
  }

  @Test func placesOnTheFewestNodes() throws {
    let (plan, _) = try plan(
      [node("a"), node("b"), node("c")], (0..<6).map { pod("p\($0)", cpu: $0 < 2 ? 3000 : 500) })
    #expect(plan.status == .optimal)
    #expect(value(.nodes, plan) == 2)
    #expect(plan.unplaced.isEmpty)
  }

  @Test func placesHigherPrioritiesFirst() throws {
    let (plan, _) = try plan(
      [node("a")], [pod("low", cpu: 3000), pod("high", cpu: 2000, app: "h") { $0.priority = 100 }])
    #expect(plan.unplaced.map(\.pod.name) == ["low"])
    #expect(plan.unplaced[0].reasons.reduce(0) { $0 + $1.nodes } == 1)
    #expect(plan.unplaced[0].reasons[0].reason == "insufficient cpu")
  }

  @Test func antiAffinityKeepsReplicasApart() throws {
    let pods = (0..<3).map { index in
      pod("p\(index)") {
        $0.podAntiAffinity = [
          PodAffinityTerm(selector: selector("a"), namespaces: ["default"], topologyKey: hostname)
        ]
      }
    }
    let (plan, _) = try plan([node("a"), node("b")], pods)
    #expect(plan.unplaced.count == 1)
    #expect(Set(plan.placements.map(\.node)).count == 2)
  }

  @Test func spreadBalancesZones() throws {
    let pods = (0..<6).map { index in
      pod("p\(index)", cpu: 500) {
        $0.topologySpread = [TopologySpreadConstraint(maxSkew: 1, topologyKey: zone, selector: selector("a"))]
      }
    }
    let (plan, cluster) = try plan([node("a", zone: "x"), node("b", zone: "y"), node("c", zone: "y")], pods)
    let byZone = Dictionary(
      grouping: plan.placements,
      by: { placement in
        cluster.nodes.first { $0.name == placement.node }!.labels[zone]!
      })
    #expect(plan.status == .optimal)
    #expect(byZone.mapValues(\.count) == ["x": 3, "y": 3])
  }

  @Test func affinityFollowsItsAnchor() throws {
    let near = pod("near", app: "near") {
      $0.podAffinity = [PodAffinityTerm(selector: selector("db"), namespaces: ["default"], topologyKey: hostname)]
    }
    let (plan, _) = try plan(
      [node("a", cpu: 1500), node("b", cpu: 4000)], [near, pod("db", cpu: 2000, app: "db")])
    #expect(Set(plan.placements.map(\.node)) == ["b"])
    let (alone, _) = try self.plan([node("a")], [near])
    #expect(alone.unplaced.map(\.pod.name) == ["near"])
  }

  @Test func gangsAreAllOrNothing() throws {
    let pods = (0..<3).map { index in pod("g\(index)", cpu: 2000) { $0.podGroup = "train" } } + [pod("x", cpu: 500)]
    let (plan, _) = try plan([node("a")], pods) {
      $0.podGroups = [PodGroup(namespace: "default", name: "train", minMember: 3)]
    }
    #expect(plan.placements.map(\.pod.name) == ["x"])
    #expect(plan.unplaced.count == 3)
  }

  @Test func colocatedPodsShareANode() throws {
    let pods = [pod("app", cpu: 1500) { $0.colocation = "k" }, pod("side", cpu: 1500) { $0.colocation = "k" }]
    let (plan, _) = try plan([node("a", cpu: 2000), node("b", cpu: 3000)], pods)
    #expect(Set(plan.placements.map(\.node)) == ["b"])
  }

  @Test func sharesFitInOneDevice() throws {
    var gpu = node("g")
    gpu.devices = [DeviceGroup(kind: Resource("nvidia.com/gpu"), model: "T4", count: 2)]
    let pods = [600, 600, 500].enumerated().map { index, milli in
      pod("p\(index)", cpu: 100) {
        $0.devices = DeviceRequest(kind: Resource("nvidia.com/gpu"), count: 1, milliPerDevice: Int32(milli))
      }
    }
    let (plan, _) = try plan([gpu], pods)
    #expect(plan.unplaced.count == 1)
  }

  @Test func choosesTheCheapestNodes() throws {
    let small = NodeType(name: "small", allocatable: [.cpu: 2000, .memory: 8 << 30, .pods: 20], price: 100)
    let large = NodeType(name: "large", allocatable: [.cpu: 8000, .memory: 32 << 30, .pods: 40], price: 350)
    let (plan, _) = try plan([], (0..<10).map { pod("p\($0)") }) { $0.nodeTypes = [small, large] }
    #expect(plan.status == .optimal)
    #expect(value(.cost, plan) == 450)
    #expect(plan.openedNodes.count == 2)
  }

  @Test func daemonsComeWithNewNodes() throws {
    let type = NodeType(name: "t", allocatable: [.cpu: 2000, .memory: 8 << 30, .pods: 20], price: 100)
    let (plan, _) = try plan([], (0..<4).map { pod("p\($0)", cpu: 900) }) {
      $0.nodeTypes = [type]
      $0.daemons = [
        DaemonWorkload(id: PodID(namespace: "kube", name: "agent"), spec: PodSpec(requests: [.cpu: 300]))
      ]
    }
    #expect(plan.openedNodes.count == 4)
    #expect(plan.placements.count { $0.pod.namespace == "kube" } == 4)
  }

  @Test func boundPodsStay() throws {
    var bound = pod("bound", cpu: 3500)
    bound.nodeName = "a"
    let (plan, _) = try plan([node("a"), node("b")], [bound, pod("new")])
    #expect(plan.placements.first { $0.pod.name == "new" }?.node == "b")
    #expect(value(.nodes, plan) == 2)
  }

  @Test func gatedPodsWait() throws {
    let (plan, _) = try plan([node("a")], [pod("p") { $0.isGated = true }])
    #expect(plan.unplaced.map { $0.reasons[0].reason } == ["schedulingGates"])
  }

  @Test func equalSeedsGiveEqualPlans() throws {
    let pods = (0..<20).map { pod("p\($0)", cpu: Int64(300 + 137 * ($0 % 7))) }
    let nodes = (0..<6).map { node("n\($0)", price: Int64(100 + $0)) }
    // By work: how far a second takes a run is for the machine to say.
    let (first, _) = try plan(nodes, pods, limits: Limits(work: 2000))
    let (second, _) = try plan(nodes, pods, limits: Limits(work: 2000))
    #expect(first.placements == second.placements)
    #expect(first.criteria == second.criteria)
  }

  @Test func unknownStrategyIsRefused() {
    var options = Planner.Options()
    options.strategy = "magic"
    #expect(throws: PlanningError.self) { try Planner(options: options).plan(Cluster()) }
  }

  @Test func explanationsCountEveryNode() throws {
    var tainted = node("t")
    tainted.taints = [Taint(key: "dedicated", value: "db", effect: .noSchedule)]
    var cluster = Cluster()
    cluster.nodes = [node("a", cpu: 500), tainted, node("full", cpu: 900)]
    cluster.pods = [pod("p")]
    let explanation = try #require(explain(cluster.pods[0].id, in: cluster, placements: []))
    #expect(explanation.nodes.map(\.constraint) == ["resources", "taints", "resources"])
    #expect(explanation.histogram.reduce(0) { $0 + $1.nodes } == 3)
    #expect(explanation.suggestion != nil)
    #expect(explain(PodID(namespace: "x", name: "y"), in: cluster, placements: []) == nil)
  }

  /// The limit of a pool is shared out over its zones, which is stricter than the limit: zone b gets no node, but could.
  @Test func boundsOfANarrowerInstanceAreNotClaimed() throws {
    var cluster = Cluster()
    cluster.nodeTypes = [
      NodeType(
        name: "t", allocatable: [.cpu: 4000, .memory: 64 << 30, .pods: 10], price: 10, zones: ["a", "b"], maxCount: 1)
    ]
    cluster.pods = [pod("p", cpu: 100) { $0.nodeSelector = [NodeType.zoneLabel: "b"] }]
    let plan = try Planner().plan(cluster)
    #expect(plan.criteria[0].bound == 0)
    #expect(plan.status == .feasible || plan.unplaced.isEmpty)
    #expect(verify(plan, cluster: cluster).outcome == .holds)
  }

  /// A unit of what is allocated is a byte; what a case must pay beyond it may not overflow.
  @Test func branchingBesideAnAmountInBytes() throws {
    var cluster = Cluster()
    for (name, gigabytes, price): (String, Int64, Int64) in [("s", 20, 200_000), ("l", 50, 450_000)] {
      cluster.nodeTypes.append(
        NodeType(name: name, allocatable: [.memory: gigabytes << 30, .cpu: 64_000, .pods: 50], price: price))
    }
    cluster.pods = (0..<23).map { number in
      pod("p\(number)", cpu: 100) { $0.requests[.memory] = (3 + Int64(number) % 6) << 30 }
    }
    var options = Planner.Options()
    options.allocate = .memory
    options.limits = Limits(work: 300)
    let plan = try Planner(options: options).plan(cluster)
    #expect(plan.unplaced.isEmpty)
    #expect(verify(plan, cluster: cluster).outcome != .fails)
  }

  /// Wherever the limit strikes, in a pricing or between two solves, there is an audited plan.
  @Test(arguments: 0..<12) func endsWithAPlanAtAnyWorkLimit(exponent: Int) throws {
    var cluster = Cluster()
    for size: Int64 in 1...4 {
      let memory: Int64 = (16 * size) << 30
      cluster.nodeTypes.append(
        NodeType(
          name: "t\(size)", allocatable: [.cpu: 4000 * size, .memory: memory, .pods: 20],
          price: 100 * size - 7 * size * size))
    }
    for number: Int64 in 0..<48 {
      let shape = number % 9
      let memory: Int64 = (1 + shape * 5 % 7) << 30
      cluster.pods.append(
        pod("p\(number)", cpu: 300 + 370 * shape, app: "a\(shape)") { $0.requests[.memory] = memory })
    }
    var options = Planner.Options()
    options.limits = Limits(work: 1 << exponent)
    let plan = try Planner(options: options).plan(cluster)
    let outcome = verify(plan, cluster: cluster)
    #expect(outcome.outcome != .fails, "\(outcome.reasons)")
  }
}

/// The scheduler as a strategy, and plans that start from placements.
@Suite struct SchedulerStrategyTests {
  private func plan(_ cluster: Cluster, _ change: (inout Planner.Options) -> Void) throws -> Plan {
    var options = Planner.Options()
    options.limits = Limits(work: 2000)
    change(&options)
    return try Planner(options: options).plan(cluster)
  }

  @Test(arguments: 1...12) func plansAreNotWorseThanTheScheduler(_ seed: UInt64) throws {
    var cluster = RandomCluster(seed: seed, bound: 0, pending: 25).cluster
    for index in cluster.pods.indices {
      cluster.pods[index].volumeClaims = []
      cluster.pods[index].schedulerName = nil
      cluster.pods[index].nominatedNodeName = nil
    }
    let scheduler = try plan(cluster) { $0.strategy = Planner.schedulerStrategy }
    let auto = try plan(cluster) { $0.start = scheduler.placements }
    let values = zip(auto.criteria, scheduler.criteria).map { ($0.value, $1.value) }
    let first = values.first { $0 != $1 }
    #expect(first.map { $0.0 < $0.1 } ?? true, "seed \(seed)")
  }

  @Test func theStrategyPlacesAsTheSchedulerDoes() throws {
    var cluster = Cluster()
    cluster.nodes = (0..<3).map {
      Node(name: "n\($0)", allocatable: [.cpu: 1000 + 1000 * Int64($0), .memory: 4 << 30, .pods: 9])
    }
    cluster.pods = (0..<4).map {
      Pod(id: PodID(namespace: "a", name: "p\($0)"), spec: PodSpec(requests: [.cpu: 500 + 100 * Int64($0)]))
    }
    var pass = SchedulingPass(SchedulerSnapshot(cluster))
    pass.schedule(cluster.pods)
    let plan = try plan(cluster) { $0.strategy = Planner.schedulerStrategy }
    #expect(plan.strategy == Planner.schedulerStrategy)
    #expect(plan.placements.sorted { $0.pod < $1.pod } == pass.placements.sorted { $0.pod < $1.pod })
  }

  /// Placements that break a rule are not used, and the plan says so.
  @Test func badStartsAreNotUsed() throws {
    var cluster = Cluster()
    cluster.nodes = [Node(name: "n", allocatable: [.cpu: 1000, .pods: 9])]
    cluster.pods = (0..<2).map {
      Pod(id: PodID(namespace: "a", name: "p\($0)"), spec: PodSpec(requests: [.cpu: 800]))
    }
    let plan = try plan(cluster) { $0.start = cluster.pods.map { Placement(pod: $0.id, node: "n") } }
    #expect(plan.unplaced.count == 1)
    #expect(plan.notices.contains { $0.kind == .degraded && $0.message.contains("'start' are not used") })
  }
}
