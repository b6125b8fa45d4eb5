import BayplanModel
import BayplanPacking
import Foundation
import Testing

@testable import BayplanSimulation

@Suite struct ClusterSimulationTests {
  /// What a run says: every event and the report.
  private final class Recorder: @unchecked Sendable {
    var lines: [String] = []
    func attach(_ simulation: inout ClusterSimulation) {
      simulation.onEvent = { self.lines.append("\($0.at) \($0.reason) \($0.namespace)/\($0.name): \($0.message)") }
    }
  }

  @Test(arguments: UInt64(1)...60)
  func everyRuleHoldsAtEveryStep(_ seed: UInt64) throws {
    var generator = RandomScenario(seed: seed)
    var simulation = try ClusterSimulation(generator.make())
    simulation.isChecked = true
    simulation.run()
    let report = simulation.report
    #expect(report.violations.isEmpty, "seed \(seed): \(report.violations.prefix(5))")
    #expect(report.events > 0)
  }

  @Test(arguments: UInt64(1)...30)
  func goesOnFromACheckpointAsIfItHadNotStopped(_ seed: UInt64) throws {
    var generator = RandomScenario(seed: 1000 + seed)
    let scenario = generator.make()
    let whole = Recorder()
    var uninterrupted = try ClusterSimulation(scenario)
    whole.attach(&uninterrupted)
    uninterrupted.run()

    let parts = Recorder()
    var first = try ClusterSimulation(scenario)
    parts.attach(&first)
    var random = SplitMix64(seed: seed)
    var saved = try first.checkpoint.bytes()
    for _ in 0..<4 {
      var next = try ClusterSimulation(scenario)
      try next.resume(Checkpoint(saved, file: "test"))
      parts.attach(&next)
      next.run(until: next.now + Millis.random(in: 0...1_200_000, using: &random))
      saved = try next.checkpoint.bytes()
    }
    var last = try ClusterSimulation(scenario)
    try last.resume(Checkpoint(saved, file: "test"))
    parts.attach(&last)
    last.run()
    #expect(parts.lines == whole.lines, "seed \(seed)")
    #expect("\(last.report)" == "\(uninterrupted.report)", "seed \(seed)")
  }

  /// Whoever checks must be able to fail.
  @Test func checksFindWhatIsWrong() throws {
    var cluster = Cluster()
    for name in ["n0", "n1"] {
      cluster.nodes.append(
        Node(
          name: name, labels: [NodeType.hostnameLabel: name], allocatable: [.cpu: 1000, .memory: 1 << 30, .pods: 10]))
    }
    let id = PodID(namespace: "default", name: "web")
    var spec = PodSpec(requests: [.cpu: 400], labels: ["app": "web"])
    spec.podAntiAffinity = [
      PodAffinityTerm(
        selector: LabelSelector(matchLabels: ["app": "web"]), namespaces: ["default"],
        topologyKey: NodeType.hostnameLabel)
    ]
    let template = Pod(id: id, workload: "Deployment/default/web", spec: spec)
    var workload = Workload(kind: .deployment, id: id, template: template, replicas: 2)
    workload.rollout.maxSurge = .count(1)
    cluster.workloads = [workload]
    cluster.disruptionBudgets = [
      DisruptionBudget(
        namespace: "default", name: "web", selector: LabelSelector(matchLabels: ["app": "web"]), minAvailable: .count(2)
      )
    ]
    func violation(_ change: (inout ClusterSimulation) -> Void) throws -> String {
      var simulation = try ClusterSimulation(Scenario(duration: 600_000, cluster: cluster))
      simulation.isChecked = true
      simulation.run(until: 60_000)
      #expect(simulation.violations.isEmpty)
      change(&simulation)
      simulation.audit()
      return simulation.violations.joined(separator: "\n")
    }
    #expect(try violation { _ in }.isEmpty)
    #expect(try violation { $0.state.metrics.allocated[0] += 1 }.contains("cpu in the books"))
    #expect(try violation { $0.state.workloads[0].count(ready: -1, at: 60_000) }.contains("ready in the books"))
    #expect(
      try violation {
        let pod = $0.createPod("web-9", template: 0, workload: 0)
        $0.bind(pod, to: 0)
      }.contains("podAntiAffinity"))
    #expect(
      try violation {
        for number in 0..<2 {
          let template = $0.addTemplate(Pod(id: id, spec: PodSpec(requests: [.cpu: 900])), PodLifecycle())
          $0.bind($0.createPod("big-\(number)", template: template, workload: -1), to: 1)
        }
      }.contains("resources"))
    #expect(
      try violation { for number in 0..<2 { $0.createPod("more-\(number)", template: 0, workload: 0) } }.contains(
        "surge"))
    #expect(
      try violation {
        $0.noteEviction(0)
        $0.evict(0, .drain)
      }.contains("budget web"))
  }

  @Test func checkpointsOfAnotherScenarioAreRefused() throws {
    var generator = RandomScenario(seed: 5)
    var scenario = generator.make()
    var simulation = try ClusterSimulation(scenario)
    let saved = simulation.checkpoint
    scenario.seed += 1
    var other = try ClusterSimulation(scenario)
    #expect(throws: InputError.self) { try other.resume(saved) }
    #expect(throws: InputError.self) { try Checkpoint(Data("nonsense".utf8), file: "x") }
  }

  @Test func eventsComeByTimeAndThenInTheOrderOfScheduling() {
    var random = SplitMix64(seed: 3)
    var queue = EventQueue()
    var expected: [(Millis, Int32)] = []
    for number in 0..<5000 as Range<Int32> {
      let time = Millis.random(in: 0...300, using: &random)
      queue.schedule(Event(.wake, number), at: time)
      expected.append((time, number))
      if number % 3 == 0 {
        let least = expected.indices.min { expected[$0] < expected[$1] }!
        #expect(queue.nextTime == expected[least].0)
        #expect(queue.popFirst()?.subject == expected.remove(at: least).1)
      }
    }
    for entry in expected.sorted(by: <) { #expect(queue.popFirst()?.subject == entry.1) }
    #expect(queue.popFirst() == nil)
  }

  @Test func percentilesAreExactForFewValuesAndCloseForMany() {
    var random = SplitMix64(seed: 9)
    for count in [1, 10, 900, 20_000] {
      var histogram = DurationHistogram()
      var values: [Millis] = []
      for _ in 0..<count {
        let value = Millis.random(in: 0...10_000_000, using: &random)
        values.append(value)
        histogram.add(value)
      }
      values.sort()
      for milli in [Int64(1), 500, 950, 1000] {
        let exact = values[max(1, Int((Int64(count) * milli + 999) / 1000)) - 1]
        let found = histogram.percentile(milli: milli)!
        #expect(found >= exact && found - exact <= (count <= 1024 ? 0 : exact / 32 + 1))
      }
    }
    #expect(DurationHistogram().percentile(milli: 500) == nil)
  }
}
