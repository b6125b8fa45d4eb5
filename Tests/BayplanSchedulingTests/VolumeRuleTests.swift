import BayplanAudit
import BayplanModel
import Testing

@testable import BayplanScheduling

/// Volumes as rules of the planner, against what the scheduler's plugins say of them.
@Suite struct VolumeRuleTests {
  @Test func rulesAgreeWithThePlugins() {
    var compared = 0
    for seed in 1...150 as ClosedRange<UInt64> {
      var cluster = RandomCluster(seed: seed, bound: 0, pending: 30).cluster
      for index in cluster.pods.indices { cluster.pods[index].nominatedNodeName = nil }
      let snapshot = SchedulerSnapshot(cluster)
      let ruled = cluster.withVolumesAsRules()
      for (pod, changed) in zip(cluster.pods, ruled.pods) where !pod.volumeClaims.isEmpty {
        #expect(changed.volumeClaims.isEmpty)
        let claims = snapshot.storage.claims(of: pod)
        // Volumes made by hand run out, which is no rule of a single pod.
        let isStated =
          claims.count == pod.volumeClaims.count
          && claims.allSatisfy { $0.storageClass != "hand" && $0.storageClass != "now" }
        if !isStated { continue }
        let context = PodContext(pod: pod, snapshot: snapshot, profile: .standard)
        let filters: [any FilterPlugin] = [VolumeBinding(context), VolumeZone(context), NodeAffinityFilter(context)]
        for state in snapshot.nodes {
          compared += 1
          let passes = filters.allSatisfy { $0.rejection(state) == nil }
          // A node with one of the labels only fails the scheduler's check of the other.
          if VolumeZone(context).rejection(state) != nil && changed.spec.selects(state.node) { continue }
          #expect(passes == changed.spec.selects(state.node), "seed \(seed) \(pod.id) \(state.node.name)")
        }
      }
    }
    #expect(compared > 500)
  }

  @Test func plansKeepPodsByTheirVolumes() throws {
    var cluster = Cluster()
    cluster.nodes = ["a", "b"].map {
      Node(name: $0, labels: [NodeType.zoneLabel: $0], allocatable: [.cpu: 1000, .memory: 1 << 30, .pods: 5])
    }
    let here = NodeSelectorTerm(matchExpressions: [.init(key: NodeType.zoneLabel, operator: .in, values: ["b"])])
    cluster.storage.volumes = [
      PersistentVolume(
        name: "pv", bytes: 1, accessModes: ["ReadWriteOnce"], nodeAffinity: NodeSelector(terms: [here]),
        isAvailable: false)
    ]
    cluster.storage.claims = [
      PersistentVolumeClaim(
        id: PodID(namespace: "d", name: "data"), bytes: 1, accessModes: ["ReadWriteOnce"], volumeName: "pv",
        isBound: true)
    ]
    for number in 0..<3 {
      var pod = Pod(
        id: PodID(namespace: "d", name: "p\(number)"), spec: PodSpec(requests: [.cpu: 600, .memory: 1 << 20]))
      pod.volumeClaims = ["data"]
      cluster.pods.append(pod)
    }
    let plan = try Planner().plan(cluster)
    #expect(plan.status == .optimal)
    #expect(plan.placements.map(\.node) == ["b"])
    #expect(plan.unplaced.count == 2)
    #expect(verify(plan, cluster: cluster).outcome == .holds)
    // On the other node it breaks a rule.
    var moved = plan
    moved.placements[0].node = "a"
    #expect(verify(moved, cluster: cluster).violations.map(\.constraint) == ["nodeAffinity"])
    // Nothing is known of a claim that is not there, and the plan says so.
    cluster.storage = VolumeCatalogue()
    let free = try Planner().plan(cluster)
    #expect(free.unplaced.count == 1)
    #expect(free.notices.contains { $0.message.hasPrefix("Volume claims, or volumes, that are not in the input") })
  }
}
