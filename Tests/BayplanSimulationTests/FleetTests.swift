import BayplanLP
import BayplanModel
import BayplanPacking
import BayplanSimulation
import Testing

@Suite struct FleetTests {
  private static let gpu = Resource("gpu")

  private static func node(_ name: String, cpu: Int64 = 8000, devices: Int32, model: String = "a") -> Node {
    Node(
      name: name, allocatable: [.cpu: cpu, .memory: 64 << 30, .pods: 20],
      devices: devices > 0 ? [DeviceGroup(kind: gpu, model: model, count: devices)] : [])
  }

  private func share(_ milli: Int32, cpu: Int64 = 100, models: UInt64 = 0) -> PodShape {
    PodShape(cpu: cpu, memory: 1 << 20, devices: 1, milli: milli, models: models)
  }

  private func whole(_ count: Int32, cpu: Int64 = 100) -> PodShape {
    PodShape(cpu: cpu, memory: 1 << 20, devices: count, milli: 1000)
  }

  @Test func sharesDoNotSpanDevices() throws {
    var scheduler = FleetScheduler(try Fleet([Self.node("n", devices: 2)]), policy: BestFitScore())
    #expect([600, 600, 600].map { scheduler.place(share($0)) } == [0, 0, nil])
    #expect(scheduler.fleet.free == [400, 400])
    #expect(scheduler.place(whole(1)) == nil)
    #expect(scheduler.place(share(400)) == 0)
    #expect(scheduler.fleet.free == [0, 400])
  }

  @Test func everythingElseRunsOutToo() throws {
    var node = Self.node("n", cpu: 250, devices: 1)
    node.allocatable[.pods] = 2
    var scheduler = FleetScheduler(try Fleet([node]), policy: BestFitScore())
    let cpuOnly = PodShape(cpu: 100, memory: 0)
    #expect((0..<3).map { _ in scheduler.place(cpuOnly) } == [0, 0, nil])
    node.allocatable[.pods] = 9
    scheduler = FleetScheduler(try Fleet([node]), policy: BestFitScore())
    #expect((0..<3).map { _ in scheduler.place(cpuOnly) } == [0, 0, nil])
  }

  @Test func modelsAreAsked() throws {
    let fleet = try Fleet([Self.node("a", devices: 1, model: "A"), Self.node("b", devices: 1, model: "B")])
    func shape(_ models: [String]) -> PodShape {
      var spec = PodSpec(requests: [.cpu: 1])
      spec.devices = DeviceRequest(kind: Self.gpu, count: 1, models: models)
      return fleet.shape(of: Pod(id: PodID(namespace: "n", name: "p"), spec: spec))
    }
    var scheduler = FleetScheduler(fleet, policy: BestFitScore())
    #expect(scheduler.place(shape(["B"])) == 1)
    #expect(scheduler.place(shape(["B"])) == nil)
    #expect(scheduler.place(shape(["C"])) == nil)
    #expect(scheduler.place(shape(["C", "A"])) == 0)
  }

  /// The score by the letter of the paper.
  @Test func fragmentationGradient() throws {
    let typical = [
      TypicalShape(share(500), weight: 0.5), TypicalShape(whole(1), weight: 0.25),
      TypicalShape(PodShape(cpu: 100, memory: 0), weight: 0.25),
    ]
    let fleet = try Fleet([Self.node("two", devices: 2), Self.node("one", devices: 1)])
    var scheduler = FleetScheduler(fleet, policy: FragmentationGradient(typical))
    // Half a device on either: idle devices lose their use for whole requests, 0.25 x 500, and 0.25 x 500 less is lost
    // to the pod without devices. All alike: the first.
    #expect(scheduler.place(share(500)) == 0)
    // The other half of the device regains what was lost.
    #expect(scheduler.place(share(500)) == 0)
    #expect(scheduler.fleet.free == [0, 1000, 1000])
  }

  /// Shares of 600 leave no room for the 500 that come; where one is already there, nothing more is lost.
  @Test func expectedSales() throws {
    let typical = [TypicalShape(share(500), weight: 1)]
    let fleet = try Fleet([Self.node("fresh", devices: 2), Self.node("begun", devices: 2)])
    var scheduler = FleetScheduler(fleet, policy: ExpectedSales(typical, on: fleet))
    #expect(scheduler.place(share(600)) == 0)
    #expect(scheduler.place(share(300)) == 0)
    #expect(scheduler.fleet.free == [100, 1000, 1000, 1000])
    #expect(scheduler.place(share(500)) == 0)
    #expect(scheduler.fleet.free == [100, 500, 1000, 1000])
    // With nothing to be expected every node is as good.
    var blind = FleetScheduler(fleet, policy: ExpectedSales([], on: fleet))
    #expect(blind.place(whole(2)) == 0)
  }

  /// Most ask for model A, and the one that does not mind leaves it to them.
  @Test(.enabled(if: LinearSolverAvailability.isAvailable))
  func bidPricesKeepWhatRunsShort() throws {
    let fleet = try Fleet([Self.node("a", devices: 1, model: "A"), Self.node("b", devices: 1, model: "B")])
    var choosy = whole(1)
    choosy.models = fleet.nodes[0].model
    let typical = [TypicalShape(choosy, weight: 0.75), TypicalShape(whole(1), weight: 0.25)]
    var sales = FleetScheduler(fleet, policy: ExpectedSales(typical, on: fleet))
    #expect(sales.place(whole(1)) == 0)
    var prices = FleetScheduler(fleet, policy: try BidPrices(typical, on: fleet))
    #expect(prices.place(whole(1)) == 1)
    #expect(prices.place(whole(1)) == 0)
    #expect((prices.policy as? BidPrices)?.failure == nil)
  }

  @Test(.enabled(if: !LinearSolverAvailability.isAvailable))
  func bidPricesNeedASolver() throws {
    let fleet = try Fleet([Self.node("a", devices: 1)])
    #expect(throws: SolverFailure.self) { try BidPrices([TypicalShape(whole(1), weight: 1)], on: fleet) }
    #expect(throws: SolverFailure.self) { try ArrivalExperiment(fleet, arrivals: [whole(1)]).offlineOptimum() }
  }

  /// An empty node is what pods of four devices need, and shares of 600 fill none.
  @Test func expectedSalesKeepEmptyNodes() throws {
    let typical = [TypicalShape(whole(4), weight: 0.3), TypicalShape(share(600), weight: 0.7)]
    let fleet = try Fleet([Self.node("large", devices: 4), Self.node("small", devices: 2)])
    var scheduler = FleetScheduler(fleet, policy: ExpectedSales(typical, on: fleet))
    #expect([1, 1, 4].map { scheduler.place(whole($0)) } == [1, 1, 0])
  }

  /// Kept scores decide as scores worked out anew.
  @Test(arguments: 1...6) func keptScoresAreRight(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let nodes = (0..<12).map {
      Self.node(
        "n\($0)", cpu: 4000 * Int64.random(in: 1...4, using: &random), devices: Int32.random(in: 0...8, using: &random))
    }
    let fleet = try Fleet(nodes)
    let shapes = (0..<9).map { _ -> PodShape in
      switch Int.random(in: 0..<3, using: &random) {
      case 0: PodShape(cpu: 500, memory: 1 << 30)
      case 1: share(Int32.random(in: 1...9, using: &random) * 100, cpu: 300)
      default: whole(Int32.random(in: 1...4, using: &random), cpu: 900)
      }
    }
    let typical = shapes.map { TypicalShape($0, weight: 1.0 / 9) }
    var policies: [any FleetPolicy] = [
      FragmentationGradient(typical), ExpectedSales(typical, on: fleet), BestFitScore(), DotProductScore(),
      GPUPackingScore(), GPUClusteringScore(),
    ]
    if LinearSolverAvailability.isAvailable { policies.append(try BidPrices(typical, on: fleet)) }
    for policy in policies { compare(policy, fleet, (0..<150).map { _ in shapes.randomElement(using: &random)! }) }
  }

  private func compare(_ policy: some FleetPolicy, _ fleet: Fleet, _ arrivals: [PodShape]) {
    var kept = FleetScheduler(fleet, policy: policy)
    var anew = FleetScheduler(fleet, policy: policy)
    for shape in arrivals {
      anew = FleetScheduler(anew.fleet, policy: anew.policy)
      #expect(kept.place(shape) == anew.place(shape), "\(policy.name)")
    }
    #expect(kept.fleet.free == anew.fleet.free)
  }

  @Test func allocationIsTheMeanOfWhatRoundsToThePercent() throws {
    let fleet = try Fleet([Self.node("n", devices: 2)])
    let arrivals = [share(500), share(500), share(495), share(510), whole(1)]
    let outcome = ArrivalExperiment(fleet, arrivals: arrivals).run(BestFitScore())
    #expect(outcome.used == [500, 1000, 1495, 1495, 1495])
    #expect(outcome.dropped == 2)
    #expect(outcome.allocation(at: 50) == 50)
    #expect(outcome.allocation(at: 100) == 74.75)
    #expect(outcome.allocation(at: 60) == nil)
  }
}

@Suite struct ArrivalOrderTests {
  private func pods(_ count: Int, milli: Int32) -> [Pod] {
    (0..<count).map { number in
      var spec = PodSpec(requests: [.cpu: 1])
      spec.devices = DeviceRequest(kind: Resource("gpu"), count: 1, milliPerDevice: milli)
      return Pod(id: PodID(namespace: "n", name: "p\(number)"), spec: spec)
    }
  }

  private var nodes: [Node] {
    (0..<5).map {
      Node(
        name: "n\($0)", allocatable: [.cpu: 1000, .pods: 50],
        devices: [DeviceGroup(kind: Resource("gpu"), count: 4)])
    }
  }

  /// Clones up to 130 %, or as many pods left out.
  @Test(arguments: [(30, Int32(500), 52), (60, 500, 52), (10, 1000, 26)]) func ordersAskForThePercent(
    _ count: Int, _ milli: Int32, _ expected: Int
  ) throws {
    let experiment = try ArrivalExperiment(nodes: nodes, pods: pods(count, milli: milli), seed: 3)
    #expect(experiment.arrivals.count == expected)
    let again = try ArrivalExperiment(nodes: nodes.reversed(), pods: pods(count, milli: milli).reversed(), seed: 3)
    #expect(again.fleet.names == experiment.fleet.names)
    #expect(again.arrivals == experiment.arrivals)
  }

  @Test func podsWithoutDevicesNeedNoClones() throws {
    let pods = [Pod(id: PodID(namespace: "n", name: "p"), spec: PodSpec(requests: [.cpu: 1]))]
    #expect(try ArrivalExperiment(nodes: nodes, pods: pods, seed: 1).arrivals.count == 1)
  }

  @Test func randomPlacesKeepTheRules() throws {
    let experiment = try ArrivalExperiment(nodes: nodes, pods: pods(60, milli: 600), seed: 1)
    let outcome = experiment.runRandomly(seed: 4)
    // One per device.
    #expect(outcome.used.last! == 12_000)
    #expect(outcome == experiment.runRandomly(seed: 4))
  }
}
