import BayplanModel
import BayplanScheduling
import Testing

@Suite struct HeadroomTests {
  private func node(_ name: String, zone: String, cpu: Int64 = 2000) -> Node {
    Node(
      name: name, labels: [NodeType.zoneLabel: zone, NodeType.hostnameLabel: name],
      allocatable: [.cpu: cpu, .memory: 8 << 30, .pods: 20])
  }

  private func pod(_ name: String, cpu: Int64, on node: String?, workload: String? = "Deployment/default/web") -> Pod {
    Pod(
      id: PodID(namespace: "default", name: name), workload: workload,
      spec: PodSpec(requests: [.cpu: cpu], labels: ["app": "web"]), nodeName: node)
  }

  /// Three nodes, two zones; the loss of the larger zone is too much.
  private var cluster: Cluster {
    var cluster = Cluster()
    cluster.nodes = [node("a1", zone: "a"), node("a2", zone: "a"), node("b1", zone: "b")]
    cluster.pods = [
      pod("web-0", cpu: 900, on: "a1"), pod("web-1", cpu: 900, on: "a2"), pod("web-2", cpu: 900, on: "b1"),
      pod("bare", cpu: 100, on: "b1", workload: nil),
      pod(
        "agent", cpu: 100, on: "a1", workload: DaemonWorkload.workload(of: PodID(namespace: "default", name: "agent"))),
    ]
    return cluster
  }

  @Test func failures() throws {
    let headroom = try Headroom(cluster)
    #expect(headroom.nodeFailures.map(\.nodes) == [["a1"], ["a2"], ["b1"]])
    #expect(headroom.nodeFailures.map(\.holds) == [true, true, true])
    #expect(headroom.nodeFailures.map(\.displaced) == [1, 1, 1])
    #expect(headroom.nodeFailures.map { $0.lost.map(\.name) } == [[], [], ["bare"]])
    #expect(
      headroom.domainFailures.map(\.domain) == ["topology.kubernetes.io/zone=a", "topology.kubernetes.io/zone=b"])
    #expect(headroom.domainFailures.map { $0.unplaced.map(\.name) } == [["web-1"], []])
    #expect(headroom.domainFailures[0].reasons == ["1 Insufficient cpu"])
    #expect(!headroom.holds)
    var options = Headroom.Options()
    options.failures = 2
    options.domainKey = nil
    let pairs = try Headroom(cluster, options: options)
    #expect(pairs.nodeFailures.map(\.nodes) == [["a1", "a2"], ["a1", "b1"], ["a2", "b1"]])
    #expect(pairs.domainFailures.isEmpty)
    options.failures = 4
    #expect(throws: InputError.self) { try Headroom(cluster, options: options) }
  }

  @Test func growth() throws {
    var options = Headroom.Options()
    options.failures = 0
    options.domainKey = nil
    let growth = try Headroom(cluster, options: options).growth
    #expect(growth.map(\.workload) == ["Deployment/default/web"])
    #expect(growth.map(\.replicas) == [3])
    // 1000, 1100 and 1000 free: one of 900 each.
    #expect(growth.map(\.more) == [3])
    #expect(growth[0].reasons == ["3 Insufficient cpu"])
    options.mostReplicas = 2
    #expect(try Headroom(cluster, options: options).growth.map(\.isCapped) == [true])
  }

  /// As many as the scheduler places one by one.
  @Test(arguments: 1...20) func growthOfGeneratedClusters(_ seed: UInt64) throws {
    var cluster = RandomCluster(seed: seed, bound: 20, pending: 0).cluster
    for index in cluster.pods.indices {
      cluster.pods[index].workload = "ReplicaSet/\(cluster.pods[index].id.namespace)/w\(index % 4)"
      cluster.pods[index].schedulerName = nil
    }
    var options = Headroom.Options()
    options.failures = 0
    options.domainKey = nil
    options.mostReplicas = 300
    for row in try Headroom(cluster, options: options).growth {
      var snapshot = SchedulerSnapshot(cluster)
      var pod = cluster.pods.last { $0.workload == row.workload && !$0.isTerminating }!
      pod.nodeName = nil
      var more = 0
      while more < 300, let node = snapshot.evaluate(pod).best.first {
        pod.id.name = "more-\(more)"
        snapshot.add(pod, to: node)
        more += 1
      }
      #expect(row.more == more, "seed \(seed) \(row.workload)")
    }
  }

  @Test func tooManyCombinations() {
    var cluster = Cluster()
    cluster.nodes = (0..<400).map { node("n\($0)", zone: "a") }
    var options = Headroom.Options()
    options.failures = 3
    #expect(throws: InputError.self) { try Headroom(cluster, options: options) }
    options.failures = 1
    cluster.nodes = []
    #expect(throws: Never.self) { try Headroom(cluster, options: options) }
  }
}
