import BayplanLP
import BayplanModel
import BayplanPacking
import Testing

@testable import BayplanSimulation

/// A fleet small enough to try everything.
struct TinyExperiment {
  let experiment: ArrivalExperiment

  init(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let nodes = (0..<Int.random(in: 1...3, using: &random)).map { number in
      let count = Int32.random(in: 1...2, using: &random)
      return Node(
        name: "n\(number)",
        allocatable: [
          .cpu: Int64.random(in: 3...9, using: &random), .memory: Int64.random(in: 3...9, using: &random),
          .pods: Int64.random(in: 2...9, using: &random),
        ],
        devices: [DeviceGroup(kind: Resource("gpu"), model: Bool.random(using: &random) ? "A" : "B", count: count)])
    }
    let fleet = try Fleet(nodes)
    let shapes = (0..<4).map { _ -> PodShape in
      let isShare = Bool.random(using: &random)
      return PodShape(
        cpu: Int64.random(in: 0...3, using: &random), memory: Int64.random(in: 0...3, using: &random),
        devices: isShare ? 1 : Int32.random(in: 0...2, using: &random),
        milli: isShare ? 100 * Int32.random(in: 1...9, using: &random) : 1000,
        models: Int.random(in: 0..<4, using: &random) == 0 ? fleet.nodes[0].model : 0)
    }
    experiment = ArrivalExperiment(fleet, arrivals: (0..<6).map { _ in shapes.randomElement(using: &random)! })
  }

  /// Thousandths allocated in the best case.
  func best(mayDecline: Bool) -> Int64 {
    var room = Room(experiment.fleet)
    return best(from: 0, &room, mayDecline)
  }

  private struct Room {
    var nodes: [(cpu: Int64, memory: Int64, pods: Int, model: UInt64, devices: [Int32])]

    init(_ fleet: Fleet) {
      nodes = fleet.nodes.map {
        ($0.cpu, $0.memory, Int($0.pods), $0.model, Array(repeating: 1000, count: Int($0.devices)))
      }
    }
  }

  private func best(from index: Int, _ room: inout Room, _ mayDecline: Bool) -> Int64 {
    guard index < experiment.arrivals.count else { return 0 }
    let shape = experiment.arrivals[index]
    var most: Int64?
    for (number, node) in room.nodes.enumerated() {
      if shape.cpu > node.cpu || shape.memory > node.memory || node.pods < 1 { continue }
      if shape.models != 0 && shape.models & node.model == 0 { continue }
      for choice in choices(Int(shape.devices), node.devices.indices.filter { node.devices[$0] >= shape.milli }) {
        room.nodes[number].cpu -= shape.cpu
        room.nodes[number].memory -= shape.memory
        room.nodes[number].pods -= 1
        for device in choice { room.nodes[number].devices[device] -= shape.milli }
        let value = Int64(shape.milli) * Int64(shape.devices) + best(from: index + 1, &room, mayDecline)
        most = max(most ?? 0, value)
        room.nodes[number] = node
      }
    }
    if most == nil || mayDecline { most = max(most ?? 0, best(from: index + 1, &room, mayDecline)) }
    return most!
  }

  /// All ways to take so many of the devices.
  private func choices(_ count: Int, _ devices: [Int]) -> [[Int]] {
    if count == 0 { return [[]] }
    if devices.count < count { return [] }
    let rest = Array(devices.dropFirst())
    return choices(count - 1, rest).map { [devices[0]] + $0 } + choices(count, rest)
  }
}

@Suite(.enabled(if: LinearSolverAvailability.isAvailable, "the bounds need an LP solver"))
struct OfflineOptimumTests {
  /// bound >= optimum >= plan, and no course of a policy that declines nothing exceeds its limit.
  @Test(arguments: 1...60) func boundsHold(_ seed: UInt64) throws {
    let tiny = try TinyExperiment(seed: seed)
    let offline = try tiny.experiment.offlineOptimum(repairs: 50)
    let optimum = tiny.best(mayDecline: true)
    #expect(offline.boundMilli >= optimum)
    #expect(offline.allocatedMilli <= optimum)
    #expect(offline.boundMilli <= tiny.experiment.fleet.capacityMilli)
    audit(offline, of: tiny.experiment)
    let limit = try tiny.experiment.neverDecliningLimit()
    #expect(limit >= tiny.best(mayDecline: false))
    let used = tiny.experiment.run(BestFitScore()).used.last!
    #expect(limit >= used)
  }

  private func audit(_ offline: OfflineOptimum, of experiment: ArrivalExperiment) {
    var auditor = FleetAuditor(experiment.fleet)
    var sum: Int64 = 0
    for (shape, placement) in zip(experiment.arrivals, offline.placements) {
      guard let placement else { continue }
      auditor.place(shape, on: placement.node, devices: placement.devices)
      sum += shape.totalMilli
    }
    #expect(auditor.violations == [])
    #expect(sum == offline.allocatedMilli)
    #expect(offline.placements.count == experiment.arrivals.count)
  }

  private func fleet(_ count: Int, devices: Int32 = 1) throws -> Fleet {
    try Fleet(
      (0..<count).map {
        Node(
          name: "n\($0)", allocatable: [.cpu: 9000, .memory: 9 << 30, .pods: 20],
          devices: [DeviceGroup(kind: Resource("gpu"), count: devices)])
      })
  }

  /// Ten shares of 600 that no other fits beside, then ten of whole devices. With a choice, the ten whole ones. Without,
  /// the shares come first; the limit mixes taking none and taking all, half of each.
  @Test func whatIsAcceptedNeedsWhatCameBefore() throws {
    let share = PodShape(cpu: 1, memory: 1, devices: 1, milli: 600)
    let whole = PodShape(cpu: 1, memory: 1, devices: 1, milli: 1000)
    let arrivals = Array(repeating: share, count: 10) + Array(repeating: whole, count: 10)
    let experiment = ArrivalExperiment(try fleet(10), arrivals: arrivals)
    let offline = try experiment.offlineOptimum()
    #expect(offline.allocatedMilli == 10_000)
    #expect(offline.boundMilli == 10_000)
    #expect(try experiment.neverDecliningLimit() == 8000)
    #expect(experiment.run(BestFitScore()).used.last == 6000)
    // In the other order the whole ones may be all.
    #expect(try ArrivalExperiment(try fleet(10), arrivals: arrivals.reversed()).neverDecliningLimit() == 10_000)
  }

  /// Cores, and devices that shares of 600 leave partly empty, are seen by the bound.
  @Test func boundSeesCoresAndDevices() throws {
    let shares = Array(repeating: PodShape(cpu: 1, memory: 1, devices: 1, milli: 600), count: 9)
    let offline = try ArrivalExperiment(try fleet(2, devices: 2), arrivals: shares).offlineOptimum()
    #expect(offline.boundMilli == 2400)
    #expect(offline.allocatedMilli == 2400)
    let greedy = Array(repeating: PodShape(cpu: 9000, memory: 1, devices: 1, milli: 1000), count: 9)
    let starved = try ArrivalExperiment(try fleet(2, devices: 2), arrivals: greedy).offlineOptimum()
    #expect(starved.boundMilli == 2000)
    #expect(starved.allocatedMilli == 2000)
  }

  @Test func sameRunSamePlan() throws {
    let tiny = try TinyExperiment(seed: 5)
    #expect(try tiny.experiment.offlineOptimum().placements == tiny.experiment.offlineOptimum().placements)
  }

  @Test func nothingArrives() throws {
    let offline = try ArrivalExperiment(try fleet(1), arrivals: []).offlineOptimum()
    #expect(offline.boundMilli == 0 && offline.allocatedMilli == 0)
    #expect(try ArrivalExperiment(try fleet(1), arrivals: []).neverDecliningLimit() == 0)
  }
}

/// Nothing is proven by the solver: any prices bound what can be allocated.
@Suite struct FleetRelaxationTests {
  @Test(arguments: 1...40) func anyPricesBound(_ seed: UInt64) throws {
    let tiny = try TinyExperiment(seed: seed)
    let experiment = tiny.experiment
    let relaxation = FleetRelaxation(experiment.fleet, arrivals: experiment.arrivals)
    let order = AcceptanceOrder(relaxation)
    let (optimum, undeclined) = (tiny.best(mayDecline: true), tiny.best(mayDecline: false))
    var random = SplitMix64(seed: seed)
    for _ in 0..<20 {
      func price(_ most: Int64) -> Int64 {
        Bool.random(using: &random) ? 0 : Int64.random(in: 0...most, using: &random) * FleetRelaxation.scale
      }
      let prices = FleetRelaxation.Prices(
        cpu: relaxation.classes.map { _ in price(300) }, memory: relaxation.classes.map { _ in price(300) },
        sizes: relaxation.classes.map { _ in relaxation.sizes.map { price(2 * Int64($0)) } })
      #expect(relaxation.bound(prices, .any) >= optimum)
      #expect(relaxation.bound(prices, .undeclined(order)) >= undeclined)
    }
  }

  /// The cut finds what trying all closures finds.
  @Test(arguments: 1...40) func bestClosure(_ seed: UInt64) throws {
    let experiment = try TinyExperiment(seed: seed).experiment
    let relaxation = FleetRelaxation(experiment.fleet, arrivals: experiment.arrivals)
    var random = SplitMix64(seed: seed)
    let gains = relaxation.shapes.map { _ -> Int64? in Int64.random(in: -5...5, using: &random) }
    let shapes = relaxation.shapes
    let arrivals = relaxation.arrivals.map { Int($0) }
    var best: Int64 = 0
    for set in 0..<(1 << arrivals.count) {
      func isIn(_ arrival: Int) -> Bool { set >> arrival & 1 == 1 }
      let isClosed = arrivals.indices.allSatisfy { later in
        !isIn(later)
          || (0..<later).allSatisfy { isIn($0) || !shapes[arrivals[$0]].fitsWherever(shapes[arrivals[later]]) }
      }
      if isClosed {
        best = max(best, arrivals.indices.reduce(0) { $0 + (isIn($1) ? gains[arrivals[$1]]! : 0) })
      }
    }
    let (gain, counts) = AcceptanceOrder(relaxation).bestClosure(gains)
    #expect(gain == best)
    #expect(zip(counts, gains).reduce(0) { $0 + $1.0 * $1.1! } == best)
  }

  @Test func flowsAreLimitedByTheirCut() {
    var flow = MaximumFlow(vertices: 6)
    for (tail, head, capacity) in [(0, 1, 7), (0, 2, 4), (1, 2, 5), (1, 3, 3), (2, 4, 6), (4, 3, 9), (3, 5, 8)] {
      flow.addEdge(from: tail, to: head, capacity: Int64(capacity))
    }
    flow.addEdge(from: 4, to: 1, capacity: .max)
    #expect(flow.maximum(from: 0, to: 5) == 8)
    #expect(flow.reachable(from: 0).last == false)
  }

  @Test func whatFitsWhereverAnotherDoes() {
    let share = PodShape(cpu: 1, memory: 1, devices: 1, milli: 500)
    let whole = PodShape(cpu: 1, memory: 2, devices: 2, milli: 1000, models: 1)
    #expect(share.fitsWherever(whole) && !whole.fitsWherever(share))
    #expect(PodShape(cpu: 1, memory: 1).fitsWherever(share))
    #expect(!PodShape(cpu: 2, memory: 1).fitsWherever(share))
    let choosy = PodShape(cpu: 0, memory: 0, devices: 1, milli: 100, models: 3)
    #expect(choosy.fitsWherever(whole) && !choosy.fitsWherever(share))
    #expect(!whole.fitsWherever(choosy))
  }
}

@Suite struct FleetAuditorTests {
  private var fleet: Fleet {
    get throws {
      try Fleet([
        Node(
          name: "n", allocatable: [.cpu: 4, .memory: 4, .pods: 3],
          devices: [DeviceGroup(kind: Resource("gpu"), model: "A", count: 2)])
      ])
    }
  }

  private func share(_ milli: Int32, cpu: Int64 = 1, memory: Int64 = 1, models: UInt64 = 0) -> PodShape {
    PodShape(cpu: cpu, memory: memory, devices: 1, milli: milli, models: models)
  }

  /// Every policy places within the nodes and declines nothing that fits, on fleets that overflow.
  @Test(arguments: 1...20) func policiesDeclineNothingThatFits(_ seed: UInt64) throws {
    let experiment = try TinyExperiment(seed: seed).experiment
    let typical = Set(experiment.arrivals).map { TypicalShape($0, weight: 1) }
    var policies: [any FleetPolicy] = [
      FragmentationGradient(typical), ExpectedSales(typical, on: experiment.fleet), BestFitScore(), DotProductScore(),
      GPUPackingScore(), GPUClusteringScore(),
    ]
    if LinearSolverAvailability.isAvailable { policies.append(try BidPrices(typical, on: experiment.fleet)) }
    for policy in policies {
      var auditor = FleetAuditor(experiment.fleet)
      let outcome = experiment.run(policy, auditor: &auditor)
      #expect(auditor.violations == [], "\(policy.name)")
      #expect(outcome == experiment.run(policy))
      #expect(auditor.declined == outcome.dropped)
      #expect(auditor.placed + auditor.declined == experiment.arrivals.count)
    }
  }

  @Test func aDeclineIsOnlyRightWithoutRoom() throws {
    var auditor = FleetAuditor(try fleet)
    auditor.place(share(600), on: 0, devices: [0])
    auditor.place(share(600), on: 0, devices: [1])
    auditor.decline(share(500))
    auditor.decline(share(100, cpu: 3))
    auditor.decline(share(100, memory: 3))
    auditor.decline(share(100, models: 1 << 40))
    auditor.decline(PodShape(cpu: 1, memory: 1, devices: 3, milli: 100))
    #expect(auditor.violations == [])
    auditor.decline(share(400))
    #expect(auditor.violations.count == 1)
    auditor.place(share(400), on: 0, devices: [1])
    auditor.decline(PodShape(cpu: 0, memory: 0))
    #expect(auditor.violations.count == 1)
  }

  @Test func placementsBeyondTheNodeAreSeen() throws {
    func violations(_ shapes: [PodShape], devices: [Int] = [0]) throws -> Int {
      var auditor = FleetAuditor(try fleet)
      for shape in shapes { auditor.place(shape, on: 0, devices: devices) }
      return auditor.violations.count
    }
    #expect(try violations([share(500), share(500)]) == 0)
    #expect(try violations([share(500), share(501)]) == 1)
    #expect(try violations([share(1, cpu: 5)]) == 1)
    #expect(try violations([share(1, memory: 5)]) == 1)
    #expect(try violations([share(1, models: 1 << 40)]) == 1)
    #expect(try violations([share(1)], devices: [0, 1]) == 1)
    #expect(try violations(Array(repeating: PodShape(cpu: 0, memory: 0), count: 4), devices: []) == 1)
  }
}
