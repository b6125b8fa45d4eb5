import BayplanModel
import Testing

@testable import BayplanSimulation

/// Small clusters whose course can be told by hand.
@Suite struct ControllerTests {
  private func node(_ name: String, cpu: Int64 = 4000, zone: String = "a") -> Node {
    Node(
      name: name, labels: [NodeType.hostnameLabel: name, NodeType.zoneLabel: zone],
      allocatable: [.cpu: cpu, .memory: 8 << 30, .pods: 110])
  }

  private func workload(_ kind: Workload.Kind, _ name: String, replicas: Int, cpu: Int64 = 500) -> Workload {
    let id = PodID(namespace: "default", name: name)
    let spec = PodSpec(requests: [.cpu: cpu], labels: ["app": name])
    return Workload(
      kind: kind, id: id, template: Pod(id: id, workload: "\(kind.rawValue)/default/\(name)", spec: spec),
      replicas: replicas)
  }

  private final class Log: @unchecked Sendable { var lines: [String] = [] }

  private func run(
    _ scenario: Scenario, until time: Millis? = nil
  ) throws -> (simulation: ClusterSimulation, lines: [String]) {
    var simulation = try ClusterSimulation(scenario)
    let log = Log()
    simulation.onEvent = { log.lines.append("\($0.at.durationText) \($0.reason) \($0.name)") }
    simulation.isChecked = true
    simulation.run(until: time)
    #expect(simulation.report.violations.isEmpty, "\(simulation.report.violations)")
    return (simulation, log.lines)
  }

  private func scenario(
    _ nodes: [Node], _ workloads: [Workload], minutes: Millis, _ events: [ScriptedEvent] = []
  ) -> Scenario {
    var cluster = Cluster()
    cluster.nodes = nodes
    cluster.workloads = workloads
    var scenario = Scenario(duration: minutes * 60_000, cluster: cluster)
    scenario.events = events
    return scenario
  }

  @Test func aLostNodeIsHealedAfterGraceAndToleration() throws {
    var web = workload(.deployment, "web", replicas: 2)
    web.template.spec.podAntiAffinity = [
      PodAffinityTerm(
        selector: LabelSelector(matchLabels: ["app": "web"]), namespaces: ["default"],
        topologyKey: NodeType.hostnameLabel)
    ]
    let fail = ScriptedEvent(at: 60_000, .fail(NodeTarget(names: ["n0"]), for: nil))
    let (simulation, lines) = try run(scenario([node("n0"), node("n1"), node("n2")], [web], minutes: 10, [fail]))
    #expect(lines.contains("1m NodeStopped n0"))
    // Fifty seconds until it is noticed, five minutes until its pods have to go, five seconds until the new one is ready.
    #expect(lines.contains("1m50s NodeNotReady n0"))
    #expect(lines.contains("6m50s TaintManagerEviction web-0"))
    #expect(lines.contains("6m55s Started web-2"))
    let outcome = simulation.report.workloads[0]
    #expect(outcome.ready == 2 && outcome.shortages == 1 && outcome.longestShortage == 355_000)
    // Two pods wanted for ten minutes; one missing for 355 s, both for the first 5 s.
    #expect(outcome.availability == 6959)
  }

  @Test func podsWithoutTolerationOfTheirOwnStayOnANodeThatComesBackInTime() throws {
    let web = workload(.deployment, "web", replicas: 1)
    let fail = ScriptedEvent(at: 60_000, .fail(NodeTarget(names: ["n0"]), for: 120_000))
    let (_, lines) = try run(scenario([node("n0"), node("n1")], [web], minutes: 10, [fail]))
    #expect(lines.contains("3m NodeReady n0"))
    #expect(lines.contains("3m5s Started web-0"))
    #expect(!lines.contains { $0.contains("TaintManagerEviction") })
  }

  @Test func allZonesDarkMeansNobodyIsEvicted() throws {
    let web = workload(.deployment, "web", replicas: 2)
    let fail = ScriptedEvent(at: 60_000, .fail(NodeTarget(names: ["n0", "n1"]), for: nil))
    let (_, lines) = try run(scenario([node("n0"), node("n1", zone: "b")], [web], minutes: 60, [fail]))
    #expect(!lines.contains { $0.contains("TaintManagerEviction") })
  }

  @Test func aRollingUpdateKeepsItsBounds() throws {
    var web = workload(.deployment, "web", replicas: 4)
    web.rollout.maxSurge = .count(1)
    web.rollout.maxUnavailable = .count(0)
    var change = TemplateChange()
    change.images = ["web:2"]
    let update = ScriptedEvent(at: 60_000, .update(workload: "Deployment/default/web", change))
    var simulation = try ClusterSimulation(scenario([node("n0"), node("n1")], [web], minutes: 10, [update]))
    var time: Millis = 59_000
    while time < 300_000 {
      simulation.run(until: time)
      let entry = simulation.state.workloads[0]
      #expect(entry.ready >= 4, "at \(time)")
      #expect(entry.pods.count { simulation.state.pods[$0].isActive } <= 5, "at \(time)")
      time += 500
    }
    let entry = simulation.state.workloads[0]
    #expect(entry.revisions.count == 1)
    #expect(entry.pods.allSatisfy { simulation.template(of: $0).pod.spec.images == ["web:2"] })
  }

  @Test func recreateWaitsForTheLastOldPod() throws {
    var web = workload(.deployment, "web", replicas: 2)
    web.rollout.way = .recreate
    let update = ScriptedEvent(at: 60_000, .update(workload: "Deployment/default/web", TemplateChange()))
    let (_, lines) = try run(scenario([node("n0")], [web], minutes: 5, [update]))
    let created = lines.firstIndex { $0.hasPrefix("1m5s SuccessfulCreate") }
    #expect(created != nil)
    #expect(!lines.contains { $0.hasPrefix("1m SuccessfulCreate") })
  }

  @Test func aStatefulSetGrowsAndShrinksInOrder() throws {
    let db = workload(.statefulSet, "db", replicas: 3)
    let scale = ScriptedEvent(at: 120_000, .scale(workload: "StatefulSet/default/db", replicas: 1))
    let (_, lines) = try run(scenario([node("n0")], [db], minutes: 5, [scale]))
    let story = lines.filter { $0.contains("Started db") }
    #expect(story == ["5s Started db-0", "10s Started db-1", "15s Started db-2"])
    #expect(lines.filter { $0.contains("SuccessfulDelete") } == ["2m SuccessfulDelete db", "2m5s SuccessfulDelete db"])
  }

  @Test func aDaemonRunsOnEveryNodeThatComes() throws {
    var daemon = workload(.daemonSet, "agent", replicas: 0, cpu: 100)
    daemon.template.spec.tolerations = [Toleration(key: "node.kubernetes.io/unreachable", operator: .exists)]
    var scenario = scenario(
      [node("n0")], [daemon], minutes: 5, [ScriptedEvent(at: 60_000, .add(type: "pool", count: 2))])
    scenario.cluster.nodeTypes = [
      NodeType(name: "pool", allocatable: [.cpu: 1000, .memory: 1 << 30, .pods: 10], price: 1)
    ]
    let (simulation, lines) = try run(scenario)
    #expect(simulation.report.workloads[0].ready == 3)
    #expect(lines.contains("1m5s Started agent-pool-1"))
  }

  @Test func aJobRunsItsPodsAndGivesUpAfterItsLimit() throws {
    var job = workload(.job, "sum", replicas: 2)
    job.job = JobTerms()
    job.job?.completions = 3
    var good = scenario([node("n0")], [job], minutes: 10)
    good.runs = [.init(workload: "Job/default/sum", takes: 60_000)]
    let (simulation, lines) = try run(good)
    #expect(simulation.report.jobsCompleted == 1)
    // Two at a time: the third one begins when the first two are done.
    #expect(
      lines.filter { $0.contains("Completed sum") } == [
        "1m5s Completed sum-0", "1m5s Completed sum-1", "2m10s Completed sum-2", "2m10s Completed sum",
      ])
    var bad = good
    bad.duration = 6 * 3_600_000
    bad.runs[0].failingMilli = 1000
    bad.cluster.workloads[0].job?.backoffLimit = 2
    let failed = try run(bad)
    #expect(failed.simulation.report.jobsFailed == 1)
    #expect(failed.lines.contains { $0.hasSuffix("BackoffLimitExceeded sum") })
  }

  @Test func cronJobsMindRunsThatAreNotOver() throws {
    for (policy, expected) in [(JobTerms.Concurrency.allow, 6), (.forbid, 2), (.replace, 6)] {
      var cron = workload(.cronJob, "tidy", replicas: 1)
      cron.job = JobTerms()
      cron.job?.schedule = CronSchedule("*/5 * * * *")
      cron.job?.concurrency = policy
      var scenario = scenario([node("n0")], [cron], minutes: 32)
      scenario.runs = [.init(workload: "CronJob/default/tidy", takes: 14 * 60_000)]
      let (_, lines) = try run(scenario)
      let created = lines.count { $0.contains("SuccessfulCreate tidy") && !$0.contains("tidy-") }
      #expect(created == expected, "\(policy)")
    }
  }

  @Test func preemptionWaitsUntilItsVictimsAreGone() throws {
    var low = workload(.deployment, "low", replicas: 1, cpu: 3000)
    low.template.spec.priority = -1
    var scenario = scenario([node("n0")], [low], minutes: 5)
    scenario.deployments = [
      .init(at: 60_000, workloads: [workload(.deployment, "high", replicas: 1, cpu: 2000)], pods: [])
    ]
    let (simulation, lines) = try run(scenario)
    #expect(lines.contains("1m Preempted low-0"))
    #expect(lines.contains("1m5s Scheduled high-0"))
    #expect(simulation.report.evictions.map(\.cause) == [.preemption])
    #expect(simulation.report.pendingPods.map(\.name) == ["low-1"])
  }

  @Test func aPodThatFitsNowhereIsTriedAgainWithBackOff() throws {
    let big = workload(.deployment, "big", replicas: 1, cpu: 9000)
    var scenario = scenario([node("n0")], [big], minutes: 30)
    scenario.events = (1...60).map {
      .init(
        at: Millis($0) * 1000, $0 % 2 == 0 ? .uncordon(NodeTarget(names: ["n0"])) : .cordon(NodeTarget(names: ["n0"])))
    }
    let (simulation, _) = try run(scenario)
    // At 0, 1, 3, 7, 15, 25, … s while something happens each second, then every five minutes.
    #expect(simulation.report.decisions == 1 + 4 + 5 + 5)
  }

  @Test func servicesLoseWhatASilentNodeWasToAnswer() throws {
    let web = workload(.deployment, "web", replicas: 2)
    let fail = ScriptedEvent(at: 60_000, .fail(NodeTarget(names: ["n0"]), for: nil))
    var scenario = scenario([node("n0"), node("n1")], [web], minutes: 2, [fail])
    scenario.loads = [
      ServiceLoad(
        service: PodID(namespace: "default", name: "web"), selector: ["app": "web"],
        curve: LoadCurve(points: [.init(at: 0, value: 100_000)]), perPod: 100_000)
    ]
    let service = try run(scenario).simulation.report.services[0]
    // Nothing for 5 s, then half of it for the 50 s until the node counts as lost.
    #expect(service.offered == 12 && service.down == 5000)
    #expect(service.unservedMillionths == (5 * 100 + 50 * 50) * 1_000_000 / 12_000)
  }

  @Test func aPlannerEmptiesNodesWithinItsBudget() throws {
    let nodes = (0..<4).map { node("n\($0)") }
    let shop = workload(.deployment, "shop", replicas: 8, cpu: 450)
    var spread = scenario(nodes, [shop], minutes: 60)
    spread.reoptimization = .init(every: 600_000, strategy: "auto", moves: 3, workLimit: 1000)
    let (simulation, lines) = try run(spread)
    // Two on each of four nodes; one node has room for all eight.
    let used = simulation.state.nodes.filter { !$0.pods.isEmpty }.count
    #expect(used == 1)
    #expect(lines.filter { $0.contains("Rebalanced") }.count == 6)
    #expect(simulation.report.evictions.map(\.cause) == [.rebalancing])
    #expect(simulation.report.evictions[0].count == 6)
  }

  @Test func aTolerationBeginsAnewWhenTheNodeIsLostAgain() throws {
    let web = workload(.deployment, "web", replicas: 1)
    let n0 = NodeTarget(names: ["n0"])
    let events = [
      ScriptedEvent(at: 10_000, .fail(n0, for: 170_000)), ScriptedEvent(at: 190_000, .fail(n0, for: 900_000)),
    ]
    let (_, lines) = try run(scenario([node("n0"), node("n1")], [web], minutes: 15, events))
    #expect(lines.filter { $0.contains("TaintManagerEviction") } == ["9m TaintManagerEviction web-0"])
  }

  @Test func aDaemonPodOfARemovedNodeIsGoneEvenIfItWaited() throws {
    let agent = workload(.daemonSet, "agent", replicas: 0, cpu: 9000)
    let remove = ScriptedEvent(at: 60_000, .remove(NodeTarget(names: ["n0"])))
    let (simulation, _) = try run(scenario([node("n0"), node("n1")], [agent], minutes: 5, [remove]))
    #expect(simulation.report.pendingPods.map(\.name) == ["agent-n1"])
  }

  @Test func aNodeRemovedInMidDrainDoesNotHoldUpTheAutoscaler() throws {
    let web = workload(.deployment, "web", replicas: 1)
    var scenario = scenario([node("n0", cpu: 1000)], [web], minutes: 120)
    scenario.cluster.nodeTypes = [
      NodeType(name: "pool", allocatable: [.cpu: 1000, .memory: 8 << 30, .pods: 10], price: 1, maxCount: 3)
    ]
    scenario.nodeAutoscaling = .init()
    scenario.timings.shutdown = 30_000
    scenario.events = [
      .init(at: 60_000, .scale(workload: web.reference, replicas: 7)),
      .init(at: 1_200_000, .scale(workload: web.reference, replicas: 3)),
      .init(at: 1_830_000, .remove(NodeTarget(names: ["pool-0"]))),
    ]
    let (simulation, _) = try run(scenario)
    #expect(simulation.report.nodes == 2)
    #expect(!simulation.state.drains.contains { !$0.isOver })
  }

  @Test func aPolicyOrdersNodesForDevicesAndCountsThemOnce() throws {
    let gpu = Resource("nvidia.com/gpu")
    var train = workload(.deployment, "train", replicas: 3)
    train.template.spec.devices = DeviceRequest(kind: gpu, count: 2)
    var scenario = scenario([node("n0")], [train], minutes: 30)
    scenario.cluster.nodeTypes = [
      NodeType(
        name: "pool", allocatable: [.cpu: 4000, .memory: 8 << 30, .pods: 10],
        devices: [DeviceGroup(kind: gpu, count: 2)], price: 1, maxCount: 4)
    ]
    scenario.nodeAutoscaling = .init()
    scenario.scheduling.strategy = "best-fit"
    let report = try run(scenario).simulation.report
    #expect(report.nodes == 4 && report.pendingPods.isEmpty)
    #expect(report.resources.first { $0.resource == gpu }?.peak == 10_000, "\(report.resources)")
  }

  @Test func podsCrashAtTheRateOfTheFault() throws {
    let web = workload(.deployment, "web", replicas: 20, cpu: 100)
    let other = workload(.deployment, "other", replicas: 20, cpu: 50)
    var scenario = scenario([node("n0")], [web, other], minutes: 30 * 1440)
    let day: Millis = 86_400_000
    scenario.faults = [RandomFault(.pods(workload: web.reference), meanTimeBetween: 5 * day, meanTimeToRepair: 0)]
    var simulation = try ClusterSimulation(scenario)
    simulation.run()
    // 20 pods for 30 days, each every 5 days: 120, give or take four standard deviations.
    #expect((76...164).contains(simulation.report.crashes), "\(simulation.report.crashes)")
  }

  @Test func jobsWithoutRestartsFailWhenTheyCrash() throws {
    var job = workload(.job, "sum", replicas: 1)
    job.job = JobTerms()
    job.job?.backoffLimit = 0
    job.lifecycle.restarts = false
    var scenario = scenario([node("n0")], [job], minutes: 5)
    scenario.runs = [.init(workload: job.reference, takes: 120_000)]
    scenario.events = [.init(at: 60_000, .crash(workload: job.reference, count: 1))]
    #expect(try run(scenario).simulation.report.jobsFailed == 1)
  }

  @Test func aForbiddenRunBeginsWhenTheOneBeforeIsOver() throws {
    var cron = workload(.cronJob, "tidy", replicas: 1)
    cron.job = JobTerms()
    cron.job?.schedule = CronSchedule("*/5 * * * *")
    cron.job?.concurrency = .forbid
    var scenario = scenario([node("n0")], [cron], minutes: 13)
    scenario.runs = [.init(workload: "CronJob/default/tidy", takes: 7 * 60_000)]
    let (_, lines) = try run(scenario)
    let created = lines.filter { $0.contains("SuccessfulCreate tidy") && !$0.contains("tidy-") }
    #expect(created == ["5m SuccessfulCreate tidy", "12m5s SuccessfulCreate tidy"])
  }

  @Test func aPodOfTwoBudgetsIsNotEvicted() throws {
    let web = workload(.deployment, "web", replicas: 2)
    var scenario = scenario(
      [node("n0")], [web], minutes: 5, [.init(at: 60_000, .drain(NodeTarget(names: ["n0"]), for: nil, removes: false))])
    let selector = LabelSelector(matchLabels: ["app": "web"])
    scenario.cluster.disruptionBudgets = ["a", "b"].map {
      DisruptionBudget(namespace: "default", name: $0, selector: selector, maxUnavailable: .count(2))
    }
    #expect(try run(scenario).simulation.report.evictions.isEmpty)
  }
}
