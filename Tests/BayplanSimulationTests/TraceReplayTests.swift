import BayplanModel
import BayplanSimulation
import Testing

@Suite struct TraceReplayTests {
  private let fleet = try! Fleet([
    Node(name: "a", allocatable: [.cpu: 1000, .memory: 100, .pods: 9]),
    Node(name: "b", allocatable: [.cpu: 1000, .memory: 100, .pods: 9]),
  ])
  private let shapes = [PodSpec(requests: [.cpu: 600, .memory: 10]), PodSpec(requests: [.cpu: 400, .memory: 50])]

  private func arrival(_ at: Int64, _ lifetime: Int64?, _ shape: Int32) -> Trace.Arrival {
    .init(atMillis: at, lifetimeMillis: lifetime, shape: shape)
  }

  @Test func podsLeaveBeforeOthersArrive() {
    let arrivals = [
      arrival(0, 10, 0), arrival(0, 20, 0), arrival(5, 5, 0), arrival(5, nil, 1), arrival(10, 1, 0), arrival(11, 0, 0),
      arrival(11, .max, 0),
    ]
    var nodes: [Int?] = []
    let outcome = TraceReplay(fleet, shapes: shapes).run(arrivals, policy: BestFitScore()) { nodes.append($0) }
    #expect(nodes == [0, 1, nil, 0, 0, 0, 0])
    #expect(outcome.arrivals == 7)
    #expect(outcome.rejected.pods == 1)
    #expect(outcome.rejected.cpu == 600)
    #expect(outcome.departures == 5)
    #expect(outcome.events == 12)
    #expect(outcome.peak.cpu == 1600)
    #expect(outcome.peak.memory == 70)
    #expect(outcome.peak.pods == 3)
    #expect(outcome.left.cpu == 400)
    #expect(outcome.left.pods == 1)
    #expect(fleet.capacity.cpu == 2000)
  }

  /// Departures come in order, however many: at each arrival as many run as have not left.
  @Test func departuresComeInOrder() throws {
    let wide = try Fleet([Node(name: "a", allocatable: [.cpu: 1 << 40, .memory: 1 << 40, .pods: 2000])])
    var arrivals: [Trace.Arrival] = []
    var state: UInt64 = 3
    for at in 0..<1000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      arrivals.append(arrival(Int64(at), Int64(state >> 33) % 300, 0))
    }
    var most = 0
    for now in arrivals {
      most = max(
        most,
        arrivals.filter { $0.atMillis < now.atMillis && $0.atMillis + $0.lifetimeMillis! > now.atMillis }.count + 1)
    }
    let outcome = TraceReplay(wide, shapes: shapes).run(arrivals, policy: SpreadScore())
    #expect(outcome.peak.pods == most)
    #expect(outcome.departures == 1000)
    #expect(outcome.left.pods == 0)
  }
}

@Suite struct FleetPoliciesTests {
  /// One cluster on which each rule takes another node: cores and GiB of a node, what is in use, and by how many pods.
  @Test func eachChoosesItsOwnNode() throws {
    let cluster: [(cores: Int64, memory: Int64, usedCores: Int64, usedMemory: Int64, pods: Int)] = [
      (128, 256, 68, 88, 4), (64, 256, 4, 112, 4), (32, 256, 8, 64, 5), (16, 128, 8, 64, 3), (32, 128, 24, 88, 5),
      (16, 128, 0, 72, 5), (64, 32, 48, 0, 3), (16, 256, 4, 24, 2),
    ]
    var fleet = try Fleet(
      cluster.enumerated().map {
        Node(
          name: "n\($0)", allocatable: [.cpu: $1.cores * 1000, .memory: $1.memory << 30, .pods: 100])
      })
    for (index, node) in cluster.enumerated() {
      fleet.place(PodShape(cpu: node.usedCores * 1000, memory: node.usedMemory << 30), on: index)
      for _ in 1..<node.pods { fleet.place(PodShape(cpu: 0, memory: 0), on: index) }
    }
    // 8 cores and 16 GiB.
    let expected = [
      "first-fit": 0,
      "worst-fit": 1,  // (52/64 + 128/256) / 2 is left.
      "dot-product": 2,  // 24 cores: the first whose score is 99.
      "best-fit": 3,  // No core is left.
      "l2-norm": 4,  // (0/32)² + (24/128)² is left.
      "tetris": 5,  // 16/16 · 8/16 + 56/128 · 16/128
      "cosine-similarity": 6,  // Room (1/4, 1), demand (1/8, 1/2): the same direction.
      "spread": 7,  // Two pods.
    ]
    for (name, node) in expected {
      let policy = try FleetPolicies.standard.policy(named: name, on: fleet)
      var scheduler = FleetScheduler(fleet, policy: policy)
      #expect(scheduler.place(PodShape(cpu: 8000, memory: 16 << 30)) == node, "\(name)")
    }
  }

  @Test func namesAreKebabCaseAndDistinct() throws {
    let policies = FleetPolicies.standard
    let all = policies.names + policies.entries.flatMap(\.aliases)
    #expect(Set(all).count == all.count)
    #expect(all.allSatisfy { $0.allSatisfy { $0 == "-" || $0.isLowercase || $0.isNumber } })
    let fleet = try Fleet([Node(name: "a", allocatable: [.cpu: 1])])
    #expect(try policies.policy(named: "fgd", on: fleet).name == "FGD")
    let made = policies.entries.compactMap { try? $0.make([], fleet).name }
    #expect(Set(made).count == made.count && made.count >= policies.entries.count - 1)
    #expect { try policies.policy(named: "bestfit", on: fleet) } throws: { "\($0)".contains("best-fit, worst-fit") }
  }

  @Test func typicalShapesOfATraceWeighItsArrivals() throws {
    let fleet = try Fleet([Node(name: "a", allocatable: [.cpu: 1])])
    let shapes = [1, 2, 3].map { PodSpec(requests: [.cpu: $0]) }
    let arrivals = [0, 1, 1, 1].map { Trace.Arrival(atMillis: 0, lifetimeMillis: nil, shape: $0) }
    let typical = ArrivalExperiment.typicalShapes(of: Trace(shapes: shapes, arrivals: arrivals), on: fleet)
    #expect(typical.map(\.shape.cpu) == [2, 1])
    #expect(typical.map(\.weight) == [0.75, 0.25])
  }
}
