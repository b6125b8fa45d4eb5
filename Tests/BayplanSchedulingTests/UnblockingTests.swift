import BayplanManifests
import BayplanModel
import Foundation
import Testing

@testable import BayplanScheduling

/// Proposed changes do what they promise, and fewer do not.
@Suite struct UnblockingTests {
  @Test func setsOfGeneratedPodsSufficeAndAreSmallest() {
    var asked = 0
    var sizes: [Int?: Int] = [:]
    var seed: UInt64 = 1000
    while asked < 500 {
      seed += 1
      let random = RandomCluster(seed: seed, nodes: 4, bound: 14, pending: 8)
      let profile = random.profiles[0]
      for pod in random.cluster.pods where pod.nodeName == nil && pod.nominatedNodeName == nil {
        var cluster = random.cluster
        // No nominations: what they take is no property of a node.
        cluster.pods.removeAll { $0.nodeName == nil && $0.id != pod.id }
        for index in cluster.pods.indices { cluster.pods[index].schedulerName = nil }
        guard let answer = SchedulerExplanation(pod.id, in: cluster, profiles: [profile]),
          answer.evaluation.feasible.isEmpty, let unblocking = answer.unblocking
        else { continue }
        asked += 1
        sizes[unblocking.size, default: 0] += 1
        check(unblocking, pod.id, cluster, answer.profile, "seed \(seed) \(pod.id)")
      }
    }
    print("pods: \(asked), by size of the sets: \(sizes.map { "\($0.value)× \($0.key ?? 0)" }.sorted())")
  }

  /// The pods of the documentation.
  @Test(
    arguments: [
      ("taint", 1), ("selector", 1), ("fragmented", 1), ("spread", 1), ("apart", 1), ("unwanted", 1), ("port", 1),
      ("volume", nil), ("two-reasons", 2), ("large", 1),
    ] as [(String, Int?)])
  func setsOfTheExamples(_ name: String, _ size: Int?) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var options = ManifestReader.Options()
    options.defaultRequests = .none
    var reader = ManifestReader(options: options)
    for file in ["cluster", "pending"] {
      reader.read(path: root.appendingPathComponent("datasets/examples/explain/\(file).yaml").path)
    }
    var cluster = try reader.cluster()
    cluster.pods.removeAll { $0.nodeName == nil && $0.id.name != name }
    let pod = try #require(cluster.pods.first { $0.id.name == name })
    let answer = try #require(SchedulerExplanation(pod.id, in: cluster))
    #expect(answer.reasons.reduce(0) { $0 + $1.nodes } == 7)
    let unblocking = try #require(answer.unblocking)
    #expect(unblocking.size == size)
    check(unblocking, pod.id, cluster, .standard, name)
  }

  /// A pod that runs is asked about as if it did not.
  @Test func runningPodsAreLifted() throws {
    let random = RandomCluster(seed: 5)
    for pod in random.cluster.pods where pod.nodeName != nil {
      let answer = try #require(
        SchedulerExplanation(pod.id, in: random.cluster, profiles: random.profiles))
      #expect(answer.currentNode == pod.nodeName)
      #expect(answer.reasons.reduce(0) { $0 + $1.nodes } == random.cluster.nodes.count)
    }
    #expect(SchedulerExplanation(PodID(namespace: "a", name: "nobody"), in: random.cluster)?.pod == nil)
  }

  /// More changes than are searched for: one way all the same, and no claim that it is the shortest.
  @Test func manyObstacles() throws {
    var cluster = Cluster()
    cluster.nodes = [
      Node(
        name: "n", taints: (0..<9).map { Taint(key: "t\($0)", effect: .noSchedule) },
        allocatable: [.cpu: 1000, .pods: 5])
    ]
    cluster.pods = [Pod(id: PodID(namespace: "a", name: "p"), spec: PodSpec(requests: [.cpu: 100]))]
    let unblocking = try #require(SchedulerExplanation(cluster.pods[0].id, in: cluster)?.unblocking)
    #expect(!unblocking.isComplete)
    #expect(unblocking.sets.map(\.remedies.count) == [9])
    cluster.apply(unblocking.sets[0].remedies, for: cluster.pods[0].id)
    #expect(SchedulerSnapshot(cluster).evaluate(cluster.pods[0]).feasible == [0])
  }

  /// Room kept for a nominated pod is room that is missing.
  @Test func nominatedPodsStandInTheWay() throws {
    var cluster = Cluster()
    cluster.nodes = [Node(name: "n", allocatable: [.cpu: 1000, .pods: 5])]
    var expected = Pod(id: PodID(namespace: "a", name: "expected"), spec: PodSpec(requests: [.cpu: 800]))
    expected.spec.priority = 5
    expected.nominatedNodeName = "n"
    // It waits for its gates, and is not placed before.
    expected.spec.isGated = true
    let pod = Pod(id: PodID(namespace: "a", name: "p"), spec: PodSpec(requests: [.cpu: 500]))
    cluster.pods = [expected, pod]
    let answer = try #require(SchedulerExplanation(pod.id, in: cluster))
    #expect(answer.fragmentation.map(\.free) == [200])
    #expect(answer.unblocking?.sets.map(\.remedies) == [[.add(.cpu, 300, node: "n")], [.request(.cpu, atMost: 200)]])
  }

  /// Those before it in the queue are left to their own schedulers.
  @Test func podsOfOtherSchedulersAreNotPlacedBefore() throws {
    var cluster = Cluster()
    cluster.nodes = [Node(name: "n", allocatable: [.cpu: 1000, .pods: 5])]
    cluster.pods = ["a", "b"].map { Pod(id: PodID(namespace: "x", name: $0), spec: PodSpec(requests: [.cpu: 800])) }
    cluster.pods[0].schedulerName = "other"
    #expect(SchedulerExplanation(cluster.pods[1].id, in: cluster)?.evaluation.feasible == [0])
    #expect(SchedulerExplanation(cluster.pods[0].id, in: cluster)?.pod == nil)
  }

  private func check(
    _ unblocking: Unblocking, _ id: PodID, _ cluster: Cluster, _ profile: SchedulerProfile, _ name: String
  ) {
    #expect(unblocking.isComplete, "\(name)")
    #expect((unblocking.size == nil) == unblocking.sets.isEmpty, "\(name)")
    for set in unblocking.sets {
      #expect(set.remedies.count == unblocking.size, "\(name)")
      var changed = cluster
      changed.apply(set.remedies, for: id)
      let pod = changed.pods.first { $0.id == id }!
      let feasible = SchedulerSnapshot(changed).evaluate(pod, profile: profile).feasible
      #expect(!pod.spec.isGated && feasible.contains(set.node), "\(name): \(set)")
    }
    let shapes = Set(unblocking.sets.map { Set($0.remedies.map(\.shape)) })
    // Gates are a change apart, which every set begins with.
    var (pod, snapshot) = (cluster.pods.first { $0.id == id }!, SchedulerSnapshot(cluster))
    let isGated = pod.spec.isGated
    pod.spec.isGated = false
    snapshot.nominated = []
    let most = (unblocking.size ?? 3) - (isGated && unblocking.size != nil ? 1 : 0)
    let finder = ObstacleFinder(PodContext(pod: pod, snapshot: snapshot, profile: profile))
    let all = snapshot.nodes.indices.map { finder.obstacles(on: $0).flatMap { $0.alternatives.joined() } }
    let ofPod = Set(all.joined().filter { $0.node == nil })
    for node in snapshot.nodes.indices {
      let catalogue = ofPod.union(all[node].filter { $0.node != nil }).sorted { $0.description < $1.description }
      guard catalogue.count <= 14 else { continue }
      for subset in subsets(of: catalogue, upTo: most) {
        var (changed, trial) = (pod, snapshot)
        for remedy in subset { trial.apply(remedy, to: &changed) }
        if trial.evaluate(changed, profile: profile).feasible.isEmpty { continue }
        let shape = Set(subset.map(\.shape)).union(isGated ? [.removeGates] : [])
        #expect(subset.count == most && shapes.contains(shape), "\(name) misses \(subset)")
      }
    }
  }

  private func subsets(of remedies: [Remedy], upTo most: Int) -> [[Remedy]] {
    var result: [[Remedy]] = [[]]
    for remedy in remedies { result += result.filter { $0.count < most }.map { $0 + [remedy] } }
    return result
  }
}
