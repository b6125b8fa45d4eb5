import BayplanAudit
import BayplanModel
import Testing

/// Decisions of a scheduler against the rules that no later one can break.
@Suite struct ScheduleAuditTests {
  private func found(
    _ cluster: Cluster, _ new: [String: String], evicted: Set<PodID> = [], disabled: Set<String> = []
  ) -> [String] {
    ScheduleAudit(cluster, disabledFilters: disabled).violations(
      of: new.sorted { $0.key < $1.key }.map { Placement(pod: id($0.key), node: $0.value) }, evicted: evicted
    ).map(\.constraint)
  }

  @Test func roomAndWhoHadToGo() {
    let cluster = cluster([node("n")], [pod("old", cpu: 600, on: "n"), pod("new", cpu: 600)])
    #expect(found(cluster, ["new": "n"]) == ["resources"])
    #expect(found(cluster, ["new": "n"], evicted: [id("old")]).isEmpty)
    #expect(found(cluster, ["new": "n"], disabled: ["NodeResourcesFit"]).isEmpty)
    #expect(found(cluster, [:]).isEmpty)
  }

  @Test func whatTheProfileDoesWithoutIsNotJudged() {
    let extended = pod("p") { $0.requests["example.com/foo"] = 1 }
    var profile = SchedulerProfile()
    func found(_ cluster: Cluster) -> [String] {
      ScheduleAudit(cluster, profiles: [profile]).violations(of: [Placement(pod: id("p"), node: "n")], evicted: [])
        .map(\.constraint)
    }
    let lacking = cluster([node("n")], [extended])
    #expect(found(lacking) == ["resources"])
    profile.ignoredResources = ["example.com/"]
    #expect(found(lacking).isEmpty)
    var cordoned = node("n")
    cordoned.isUnschedulable = true
    #expect(found(cluster([cordoned], [pod("p")])) == ["taints"])
    profile.disabledFilters = ["NodeUnschedulable"]
    #expect(found(cluster([cordoned], [pod("p")])).isEmpty)
  }

  /// The scheduler counts devices, and does not say which.
  @Test func devicesAreCounted() {
    let wants = pod("p") {
      $0.requests["nvidia.com/gpu"] = 1
      $0.devices = DeviceRequest(kind: "gpu", count: 1)
    }
    var equipped = node("n", gpus: 2)
    equipped.allocatable["nvidia.com/gpu"] = 2
    #expect(found(cluster([equipped], [wants]), ["p": "n"]).isEmpty)
  }

  @Test func rulesOfNodesAndNeighbours() {
    var tainted = node("t")
    tainted.taints = [Taint(key: "k", value: "v", effect: .noSchedule)]
    let nodes = [node("n", zone: "a"), node("m", zone: "b"), tainted]
    #expect(found(cluster(nodes, [pod("p")]), ["p": "t"]) == ["taints"])
    let picky = pod("p") { $0.nodeSelector = [NodeType.zoneLabel: "b"] }
    #expect(found(cluster(nodes, [picky]), ["p": "n"]) == ["nodeSelector"])
    #expect(found(cluster(nodes, [picky]), ["p": "m"]).isEmpty)
    let lonely = pod("p") { $0.podAntiAffinity = [term("web", "kubernetes.io/hostname")] }
    #expect(found(cluster(nodes, [pod("q", on: "n"), lonely]), ["p": "n"]) == ["podAntiAffinity"])
  }

  /// A spread that was kept at the moment may be broken by what came later.
  @Test func statesOfTheMomentAreNotJudged() {
    let spread = pod("p") {
      $0.topologySpread = [
        .init(maxSkew: 1, topologyKey: NodeType.zoneLabel, selector: LabelSelector(matchLabels: ["app": "web"]))
      ]
    }
    let nodes = [node("n", zone: "a"), node("m", zone: "b")]
    let all = cluster(nodes, [spread, pod("q"), pod("r")])
    #expect(found(all, ["p": "n", "q": "n", "r": "n"]).isEmpty)
  }
}
