import BayplanLP
import BayplanModel
import BayplanPacking

/// Small scenarios in which everything happens to everything.
struct RandomScenario {
  private static let hasSolver = LinearSolverAvailability.isAvailable
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func flip(_ percent: Int = 50) -> Bool { pick(1...100) <= percent }

  mutating func make() -> Scenario {
    var cluster = Cluster()
    for number in 0..<pick(2...7) {
      let name = "n\(number)"
      let labels = [NodeType.zoneLabel: ["a", "b", "c"][number % 3], NodeType.hostnameLabel: name]
      cluster.nodes.append(
        Node(
          name: name, labels: labels,
          allocatable: [.cpu: Int64(pick(1...4)) * 1000, .memory: 8 << 30, .pods: Int64(pick(4...20))],
          price: 100_000))
    }
    if flip() {
      cluster.nodeTypes = [
        NodeType(
          name: "pool", allocatable: [.cpu: 2000, .memory: 4 << 30, .pods: 10], price: 120_000, zones: ["a", "b"],
          maxCount: 4)
      ]
    }
    if flip(30) {
      let kind = Resource("nvidia.com/gpu")
      for index in cluster.nodes.indices where flip() {
        cluster.nodes[index].devices = [DeviceGroup(kind: kind, count: 2)]
      }
    }
    for number in 0..<pick(2...6) { addWorkload(number, to: &cluster) }
    let end: Millis = 3_600_000
    var scenario = Scenario(duration: end, cluster: cluster)
    scenario.seed = random.next() >> 1
    scenario.scheduling.breaksTiesByChance = flip()
    if flip(25) {
      scenario.scheduling.strategy = ["best-fit", "fgd", "random", "bid-prices"][pick(0...(Self.hasSolver ? 3 : 2))]
    }
    if !cluster.nodeTypes.isEmpty && flip(80) {
      scenario.nodeAutoscaling = .init()
      scenario.nodeAutoscaling!.scaleDownAfter = 300_000
      scenario.nodeAutoscaling!.scaleDownDelayAfterAdd = 300_000
    }
    for _ in 0..<pick(0...8) { addEvent(to: &scenario) }
    if flip() {
      scenario.faults.append(
        RandomFault(.nodes(NodeTarget()), meanTimeBetween: 7_200_000, meanTimeToRepair: 400_000))
    }
    if flip(30) {
      scenario.faults.append(RandomFault(.pods(workload: ""), meanTimeBetween: 3_600_000, meanTimeToRepair: 0))
    }
    if flip(30) {
      scenario.faults.append(
        RandomFault(.domains(key: NodeType.zoneLabel), meanTimeBetween: 7_200_000, meanTimeToRepair: 500_000))
    }
    if let web = cluster.workloads.first(where: { $0.kind == .deployment }), flip() {
      let points = (0..<6).map { LoadCurve.Point(at: Millis($0) * 600_000, value: Int64(pick(0...400)) * 1000) }
      scenario.loads = [
        ServiceLoad(
          service: PodID(namespace: "default", name: "web"), selector: web.template.spec.labels,
          curve: LoadCurve(points: points), perPod: 100_000)
      ]
      scenario.loads[0].prefersSameZone = flip()
      var autoscaler = Autoscaler(
        id: PodID(namespace: "default", name: "web"), target: web.reference, minReplicas: 1, maxReplicas: 6)
      autoscaler.cpuPercent = 60
      scenario.cluster.autoscalers = [autoscaler]
    }
    if flip(20) {
      scenario.reoptimization = .init(every: 1_200_000, strategy: "best-fit", moves: pick(1...5), workLimit: 200)
    }
    if flip(40) {
      var spec = PodSpec(requests: [.cpu: 300, .memory: 1 << 28])
      spec.priority = Int32(pick(-1...1))
      scenario.arrivals = [
        .init(
          name: "trace",
          Trace(
            shapes: [spec],
            arrivals: (0..<20).map {
              .init(atMillis: Millis($0) * 120_000, lifetimeMillis: Millis(pick(1...900)) * 1000, shape: 0)
            }))
      ]
    }
    return scenario
  }

  private mutating func addWorkload(_ number: Int, to cluster: inout Cluster) {
    let name = "w\(number)"
    var spec = PodSpec(
      requests: [.cpu: Int64(pick(1...12)) * 100, .memory: Int64(pick(1...8)) << 28], labels: ["app": name])
    spec.priority = Int32(pick(-1...2))
    let selector = LabelSelector(matchLabels: ["app": name])
    if flip(30) {
      let key = flip() ? NodeType.hostnameLabel : NodeType.zoneLabel
      spec.podAntiAffinity = [PodAffinityTerm(selector: selector, namespaces: ["default"], topologyKey: key)]
    } else if flip(40) {
      spec.topologySpread = [
        TopologySpreadConstraint(
          maxSkew: Int32(pick(1...2)), topologyKey: NodeType.zoneLabel, isHard: flip(), selector: selector)
      ]
    }
    if flip(20) && !cluster.nodes.flatMap(\.devices).isEmpty {
      let kind = Resource("nvidia.com/gpu")
      spec.devices =
        flip() ? DeviceRequest(kind: kind, count: 1, milliPerDevice: 400) : DeviceRequest(kind: kind, count: 2)
    }
    if flip(20) { spec.images = ["image-\(number)"] }
    if flip(15) {
      spec.tolerations = [
        Toleration(key: "node.kubernetes.io/unreachable", operator: .exists, seconds: Int64(pick(10...100)))
      ]
    }
    let id = PodID(namespace: "default", name: name)
    let kinds: [Workload.Kind] = [
      .deployment, .deployment, .deployment, .statefulSet, .daemonSet, .job, .cronJob, .replicaSet,
    ]
    let kind = kinds[pick(0...kinds.count - 1)]
    if kind == .daemonSet { spec.requests = [.cpu: 50] }
    let template = Pod(id: id, workload: "\(kind.rawValue)/default/\(name)", spec: spec)
    var workload = Workload(kind: kind, id: id, template: template, replicas: pick(1...5))
    workload.rollout.maxSurge = flip() ? .percent(25) : .count(Int32(pick(0...2)))
    workload.rollout.maxUnavailable = flip() ? .percent(25) : .count(Int32(pick(0...2)))
    if flip(20) { workload.rollout.way = .recreate }
    workload.isOrdered = flip()
    if flip(20) { workload.lifecycle.minReadyMillis = 20_000 }
    if kind == .job || kind == .cronJob {
      var terms = JobTerms()
      terms.completions = flip(80) ? pick(1...6) : nil
      terms.backoffLimit = pick(0...3)
      if flip(20) { terms.deadlineMillis = 600_000 }
      if kind == .cronJob { terms.schedule = CronSchedule("*/\(pick(1...9)) * * * *") }
      terms.concurrency = JobTerms.Concurrency.allCases[pick(0...2)]
      workload.job = terms
    }
    cluster.workloads.append(workload)
    if flip(40) {
      var budget = DisruptionBudget(namespace: "default", name: name, selector: selector)
      if flip() {
        budget.minAvailable = flip() ? .count(Int32(pick(0...3))) : .percent(50)
      } else {
        budget.maxUnavailable = .count(1)
      }
      cluster.disruptionBudgets.append(budget)
    }
  }

  private mutating func addEvent(to scenario: inout Scenario) {
    let node = scenario.cluster.nodes[pick(0...scenario.cluster.nodes.count - 1)]
    let target =
      flip(70)
      ? NodeTarget(names: [node.name]) : NodeTarget(labels: [NodeType.zoneLabel: node.labels[NodeType.zoneLabel]!])
    let workload = scenario.cluster.workloads[pick(0...scenario.cluster.workloads.count - 1)]
    let time: Millis? = flip(70) ? Millis(pick(0...900)) * 1000 : nil
    let action: ScriptedEvent.Action
    switch pick(0...7) {
    case 0, 1: action = .fail(target, for: time)
    case 2: action = .drain(target, for: time, removes: flip(30))
    case 3: action = .cordon(target)
    case 4: action = .uncordon(target)
    case 5 where workload.kind != .job && workload.kind != .cronJob && workload.kind != .daemonSet:
      action = .scale(workload: workload.reference, replicas: pick(0...6))
    case 6 where workload.kind != .job && workload.kind != .cronJob:
      var change = TemplateChange()
      change.images = ["new-\(pick(0...3))"]
      if flip(30) { change.requests = [.cpu: Int64(pick(1...8)) * 100] }
      action = .update(workload: workload.reference, change)
    case 7: action = .crash(workload: workload.reference, count: pick(1...3))
    default: action = .remove(target)
    }
    scenario.events.append(
      ScriptedEvent(at: Millis(pick(0...3500)) * 1000, every: flip(15) ? 900_000 : nil, action))
  }
}
