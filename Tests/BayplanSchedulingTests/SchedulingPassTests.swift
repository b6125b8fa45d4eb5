import BayplanModel
import BayplanScheduling
import Testing

/// What the recorded answers do not cover: other profiles, ties, odd clusters.
@Suite struct SchedulingPassTests {
  private func node(_ name: String, cpu: Int64 = 4000, memory: Int64 = 4 << 30, labels: [String: String] = [:]) -> Node
  {
    Node(name: name, labels: labels, allocatable: [.cpu: cpu, .memory: memory, .pods: 10])
  }

  private func pod(_ name: String, _ spec: PodSpec, on node: String? = nil) -> Pod {
    Pod(id: PodID(namespace: "default", name: name), spec: spec, nodeName: node)
  }

  private func nodes(_ cluster: Cluster, _ profile: SchedulerProfile, _ tieBreak: TieBreak = .first) -> [String?] {
    var pass = SchedulingPass(SchedulerSnapshot(cluster), profiles: [profile], tieBreak: tieBreak)
    pass.schedule(cluster.pods.filter { $0.nodeName == nil })
    return pass.decisions.map { $0.node.map { cluster.nodes[$0].name } }
  }

  /// A half-full and an empty node.
  private var uneven: Cluster {
    var cluster = Cluster()
    cluster.nodes = [node("empty"), node("half")]
    cluster.pods = [
      pod("there", PodSpec(requests: [.cpu: 2000, .memory: 2 << 30]), on: "half"),
      pod("new", PodSpec(requests: [.cpu: 1000, .memory: 1 << 30])),
    ]
    return cluster
  }

  @Test func scoringStrategies() {
    var profile = SchedulerProfile.standard
    #expect(nodes(uneven, profile) == ["empty"])
    profile.scoringStrategy = .mostAllocated
    #expect(nodes(uneven, profile) == ["half"])
    // Points for half-full nodes only: with the pod one is at 25 %, the other at 75 %.
    profile.scoringStrategy = .requestedToCapacityRatio([
      .init(utilization: 0, score: 0), .init(utilization: 30, score: 100), .init(utilization: 100, score: 0),
    ])
    let evaluation = SchedulerSnapshot(uneven).evaluate(uneven.pods[1], profile: profile)
    #expect(evaluation.scores.first { $0.plugin == "NodeResourcesFit" }?.raw == [83, 36])
  }

  @Test func disabledPlugins() {
    var cluster = uneven
    cluster.nodes[0].taints = [Taint(key: "t", effect: .noSchedule)]
    var profile = SchedulerProfile.standard
    #expect(nodes(cluster, profile) == ["half"])
    profile.disabledFilters = ["TaintToleration"]
    #expect(nodes(cluster, profile) == ["empty"])
    profile.weights = [:]
    profile.disabledFilters = ["NodeResourcesFit"]
    cluster.nodes[1].allocatable = [.pods: 0]
    #expect(nodes(cluster, profile) == ["half"])
  }

  @Test func addedAffinityAndDefaultSpread() {
    var cluster = uneven
    cluster.nodes[1].labels = ["team": "a", "zone": "z"]
    var profile = SchedulerProfile.standard
    profile.addedAffinity = NodeSelector(terms: [
      NodeSelectorTerm(matchExpressions: [.init(key: "team", operator: .exists)])
    ])
    #expect(nodes(cluster, profile) == ["half"])
    var spread = SchedulerProfile.standard
    spread.defaultSpread = [.init(maxSkew: 1, topologyKey: "zone", selector: nil)]
    cluster.pods[1].spec.defaultSpreadSelector = LabelSelector(matchLabels: ["app": "x"])
    // Hard: the node without the key is out.
    #expect(nodes(cluster, spread) == ["half"])
  }

  /// Whoever asks for nothing is not asked for; whoever asks hears the others too.
  @Test func preferencesOfExistingPods() {
    var cluster = uneven
    cluster.nodes[0].labels = ["zone": "a"]
    cluster.nodes[1].labels = ["zone": "b"]
    let term = PodAffinityTerm(selector: LabelSelector(), namespaces: ["default"], topologyKey: "zone")
    cluster.pods[0].spec.preferredPodAffinity = [.init(weight: 50, term: term)]
    var profile = SchedulerProfile.standard
    func raw(_ cluster: Cluster) -> [Int64]? {
      SchedulerSnapshot(cluster).evaluate(cluster.pods[1], profile: profile).scores
        .first { $0.plugin == "InterPodAffinity" }?.raw
    }
    #expect(raw(cluster) == [0, 50])
    profile.ignoresPreferencesOfExistingPods = true
    #expect(raw(cluster) == nil)
    cluster.pods[1].spec.preferredPodAffinity = [.init(weight: -20, term: term)]
    #expect(raw(cluster) == [0, 30])
  }

  @Test func profilesByName() {
    var cluster = uneven
    cluster.pods[1].schedulerName = "packer"
    var pass = SchedulingPass(SchedulerSnapshot(cluster))
    pass.schedule([cluster.pods[1]])
    #expect(pass.decisions.map(\.outcome) == [.ignored])
    var packer = SchedulerProfile.standard
    packer.schedulerName = "packer"
    packer.scoringStrategy = .mostAllocated
    pass = SchedulingPass(SchedulerSnapshot(cluster), profiles: [.standard, packer])
    pass.schedule([cluster.pods[1]])
    #expect(pass.decisions.map(\.node) == [1])
  }

  @Test func tiesAreBrokenByTheSeed() {
    var cluster = Cluster()
    cluster.nodes = (0..<8).map { node("n\($0)") }
    cluster.pods = [pod("p", PodSpec(requests: [.cpu: 100, .memory: 1 << 20]))]
    let first = (0..<20).map { nodes(cluster, .standard, .seeded($0))[0]! }
    #expect(first == (0..<20).map { nodes(cluster, .standard, .seeded($0))[0]! })
    #expect(Set(first).count > 3)
    #expect(nodes(cluster, .standard) == ["n0"])
  }

  @Test func oddClusters() {
    var cluster = Cluster()
    cluster.pods = [pod("p", PodSpec(requests: [.cpu: 100]))]
    var pass = SchedulingPass(SchedulerSnapshot(cluster))
    pass.schedule(cluster.pods)
    #expect(pass.decisions[0].outcome == .unschedulable)
    #expect(pass.decisions[0].evaluation?.message(nodes: 0) == "no nodes available to schedule pods")
    // Larger than any node: nothing that could go would help.
    cluster.nodes = [node("n")]
    cluster.pods = [
      pod("there", PodSpec(requests: [.cpu: 4000]), on: "n"), pod("big", PodSpec(requests: [.cpu: .max])),
    ]
    cluster.pods[1].spec.priority = 9
    pass = SchedulingPass(SchedulerSnapshot(cluster))
    pass.schedule([cluster.pods[1]])
    #expect(pass.decisions[0].preemption?.message == "no node whose rejection preemption could resolve")
    #expect(pass.snapshot.nodes[0].pods.count == 1)
    // Without the plugin nobody has to go.
    cluster.pods[1].spec.requests = [.cpu: 4000]
    var profile = SchedulerProfile.standard
    #expect(nodes(cluster, profile) == ["n"])
    profile.preempts = false
    #expect(nodes(cluster, profile) == [nil])
  }

  /// kube-scheduler subtracts a pod that it never counted: the zone seems emptier than it is.
  @Test func deletedPodsCountOnceTheyAreTriedAsVictims() {
    var cluster = Cluster()
    cluster.nodes = [node("a", labels: ["zone": "a"]), node("b", labels: ["zone": "b"])]
    cluster.nodes[1].isUnschedulable = true
    var spec = PodSpec(requests: [.cpu: 2000], labels: ["app": "x"])
    cluster.pods = [pod("stays", spec, on: "a"), pod("leaves", spec, on: "a")]
    cluster.pods[1].isTerminating = true
    cluster.pods[0].spec.priority = 9
    spec.priority = 5
    spec.topologySpread = [.init(maxSkew: 1, topologyKey: "zone", selector: LabelSelector(matchLabels: ["app": "x"]))]
    let new = pod("new", spec)
    let snapshot = SchedulerSnapshot(cluster)
    let evaluation = snapshot.evaluate(new)
    #expect(evaluation.rejections[0]?.plugin == "NodeResourcesFit")
    #expect(evaluation.rejections[0]?.also.keys.sorted() == ["PodTopologySpread"])
    // One pod counted and one not, less the one: none, and there is room for the new one.
    let preemption = Preemption(for: new, evaluation, on: snapshot, profile: .standard)
    #expect(preemption.candidates.map { $0.victims.map(\.id.name) } == [["leaves"]])
  }

  @Test func budgetsThatBlockEverythingAreOverridden() {
    var cluster = Cluster()
    cluster.nodes = [node("n")]
    cluster.pods = [pod("there", PodSpec(requests: [.cpu: 4000], labels: ["app": "x"]), on: "n")]
    cluster.disruptionBudgets = [
      DisruptionBudget(
        namespace: "default", name: "b", selector: LabelSelector(matchLabels: ["app": "x"]), maxUnavailable: .count(0))
    ]
    var important = PodSpec(requests: [.cpu: 1000])
    important.priority = 1
    var pass = SchedulingPass(SchedulerSnapshot(cluster))
    pass.schedule([pod("new", important)])
    // As in Kubernetes: preemption prefers other victims, and takes these where there are none.
    #expect(pass.victims.map(\.name) == ["there"])
    #expect(pass.decisions[0].preemption?.best[0].budgetViolations == 1)
  }
}
