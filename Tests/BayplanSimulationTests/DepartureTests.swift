import BayplanModel
import BayplanPacking
import BayplanSimulation
import Testing

@Suite struct DepartureTests {
  private static let gpu = Resource("gpu")

  private static func fleet(_ devices: [Int32], cpu: Int64 = 8000, pods: Int64 = 50) throws -> Fleet {
    try Fleet(
      devices.enumerated().map { index, count in
        Node(
          name: "n\(index)", allocatable: [.cpu: cpu, .memory: 64 << 30, .pods: pods],
          devices: count > 0 ? [DeviceGroup(kind: gpu, model: index % 3 == 0 ? "a" : "b", count: count)] : [])
      })
  }

  private func shape(cpu: Int64 = 100, devices: Int32 = 0, milli: Int32 = 1000) -> PodShape {
    PodShape(cpu: cpu, memory: 1 << 20, devices: devices, milli: milli)
  }

  private func admit(_ number: Int, _ scheduler: inout FleetScheduler) throws -> Fleet.Placement {
    let placement = scheduler.admit(number)
    return try #require(placement)
  }

  @Test func leavingGivesBackTheDevicesThatWereTaken() throws {
    var scheduler = FleetScheduler(try Self.fleet([4]), policy: BestFitScore())
    let share = scheduler.number(of: shape(devices: 1, milli: 300))
    let pair = scheduler.number(of: shape(devices: 2))
    let first = try admit(share, &scheduler)
    let two = try admit(pair, &scheduler)
    #expect(scheduler.fleet.free == [700, 0, 0, 1000])
    let second = try admit(share, &scheduler)
    #expect(scheduler.fleet.free == [400, 0, 0, 1000])
    let none = scheduler.admit(pair)
    #expect(none == nil)
    scheduler.release(share, first)
    scheduler.release(share, second)
    #expect(scheduler.fleet.free == [1000, 0, 0, 1000])
    // Not neighbours: the first and the last.
    let apart = try admit(pair, &scheduler)
    #expect(scheduler.fleet.free == [0, 0, 0, 0])
    scheduler.release(pair, two)
    #expect(scheduler.fleet.free == [0, 1000, 1000, 0])
    scheduler.release(pair, apart)
    #expect(scheduler.fleet.free == [1000, 1000, 1000, 1000])
    #expect(scheduler.fleet.nodes[0].milli == 4000)
    #expect(scheduler.fleet.nodes[0].kinds == .zero)
    #expect(scheduler.fleet.nodes[0].pods == 50)
  }

  /// A shape that was away for more changes than are known finds the room that came free meanwhile.
  @Test func whatWasMissedIsLookedUp() throws {
    var scheduler = FleetScheduler(try Self.fleet([0, 0, 0], cpu: 1000), policy: FirstFitScore())
    let (large, small) = (scheduler.number(of: shape(cpu: 1000)), scheduler.number(of: shape(cpu: 1)))
    var placements: [Fleet.Placement] = []
    for _ in 0..<3 { placements.append(try admit(large, &scheduler)) }
    let none = scheduler.admit(large)
    #expect(none == nil)
    scheduler.release(large, placements[1])
    for _ in 0..<50 { scheduler.release(small, try admit(small, &scheduler)) }
    let again = try admit(large, &scheduler)
    #expect(again.node == 1)
  }

  /// Kept scores decide as all scores worked out anew, with pods leaving, on fleets of one, two and three levels of blocks.
  @Test(arguments: [(1, 12, 400), (2, 70, 600), (3, 200, 600), (4, 4200, 60), (5, 1, 300)])
  func decidesAsTheObviousWay(_ seed: UInt64, _ size: Int, _ events: Int) throws {
    var random = SplitMix64(seed: seed)
    let devices = (0..<size).map { _ in Int32.random(in: 0...8, using: &random) }
    let fleet = try Self.fleet(devices, cpu: size > 1000 ? 2000 : 4000, pods: 9)
    let shapes = (0..<8).map { _ -> PodShape in
      let models = UInt64.random(in: 0...2, using: &random)
      return switch Int.random(in: 0..<3, using: &random) {
      case 0: PodShape(cpu: 500, memory: 9 << 30)
      case 1:
        PodShape(
          cpu: 300, memory: 1 << 30, devices: 1, milli: Int32.random(in: 1...9, using: &random) * 100, models: models)
      default:
        PodShape(
          cpu: 900, memory: 2 << 30, devices: Int32.random(in: 1...4, using: &random), milli: 1000, models: models)
      }
    }
    let typical = shapes.map { TypicalShape($0, weight: 1.0 / 8) }
    for entry in FleetPolicies.standard.entries {
      // Without a solver there are no prices; with them choices depend on more than scores.
      guard let policy = try? entry.make(typical, fleet), policy.prices.isEmpty else { continue }
      try compare(policy, fleet, shapes, events: events, seed: seed)
    }
  }

  private func compare(
    _ policy: any FleetPolicy, _ fleet: Fleet, _ shapes: [PodShape], events: Int, seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    // With every other seed, scores of few shapes are kept.
    var scheduler = FleetScheduler(fleet, policy: policy, shapesKept: seed % 2 == 0 ? 3 : nil)
    var obvious = ObviousFleet(fleet)
    var running: [(number: Int, shape: PodShape, placement: Fleet.Placement, taken: ObviousFleet.Taken)] = []
    for event in 0..<events {
      if !running.isEmpty, Int.random(in: 0..<5, using: &random) < 2 {
        let pod = running.remove(at: Int.random(in: running.indices, using: &random))
        scheduler.release(pod.number, pod.placement)
        obvious.remove(pod.shape, pod.taken)
        continue
      }
      let shape = shapes.randomElement(using: &random)!
      let number = scheduler.number(of: shape)
      let placement = scheduler.admit(number)
      let taken = obvious.place(shape, policy, states: scheduler.fleet.nodes.indices.map { obvious.nodes[$0] })
      #expect(placement.map { Int($0.node) } == taken?.node, "\(policy.name), event \(event)")
      guard let placement, let taken else { continue }
      running.append((number, shape, placement, taken))
    }
    #expect(scheduler.fleet.free == obvious.free.flatMap { $0 })
    for pod in running { scheduler.release(pod.number, pod.placement) }
    #expect(scheduler.fleet.free == fleet.free)
    #expect(scheduler.fleet.nodes.map(\.cpu) == fleet.nodes.map(\.cpu))
    #expect(scheduler.fleet.nodes.map(\.milli) == fleet.nodes.map(\.milli))
    #expect(scheduler.fleet.nodes.map(\.kinds) == fleet.nodes.map(\.kinds))
  }
}

/// A fleet that rates every node for every pod, with accounts of its own.
private struct ObviousFleet {
  var nodes: [Fleet.NodeState]
  var free: [[Int32]]

  struct Taken {
    var node: Int
    var devices: [Int]
  }

  init(_ fleet: Fleet) {
    nodes = fleet.nodes
    free = fleet.nodes.map { Array(repeating: 1000, count: Int($0.devices)) }
  }

  mutating func place(_ shape: PodShape, _ policy: any FleetPolicy, states: [Fleet.NodeState]) -> Taken? {
    var best: (score: Int32, node: Int, device: Int)?
    for (index, node) in states.enumerated() where fits(shape, index) {
      let (score, device) = free[index].withUnsafeBufferPointer { devices in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { none in
          policy.rate(shape, node, devices.baseAddress ?? UnsafePointer(none.baseAddress!))
        }
      }
      if score > best?.score ?? -1 { best = (score, index, device) }
    }
    guard let best else { return nil }
    var taken = Taken(node: best.node, devices: [])
    if shape.isShare {
      taken.devices = [best.device]
    } else {
      for device in free[best.node].indices where free[best.node][device] >= shape.milli {
        if taken.devices.count < Int(shape.devices) { taken.devices.append(device) }
      }
    }
    change(shape, taken, sign: -1)
    return taken
  }

  mutating func remove(_ shape: PodShape, _ taken: Taken) { change(shape, taken, sign: 1) }

  private func fits(_ shape: PodShape, _ index: Int) -> Bool {
    let node = nodes[index]
    return shape.cpu <= node.cpu && shape.memory <= node.memory && node.pods >= 1
      && (shape.devices == 0 || shape.models == 0 || shape.models & node.model != 0)
      && free[index].filter { $0 >= shape.milli }.count >= Int(shape.devices)
  }

  private mutating func change(_ shape: PodShape, _ taken: Taken, sign: Int32) {
    nodes[taken.node].cpu += Int64(sign) * shape.cpu
    nodes[taken.node].memory += Int64(sign) * shape.memory
    nodes[taken.node].pods += sign
    for device in taken.devices { free[taken.node][device] += sign * shape.milli }
    nodes[taken.node].milli = free[taken.node].reduce(0) { $0 + Int64($1) }
    if shape.devices > 0 {
      let kind = shape.isShare ? 0 : [1: 1, 2: 2, 4: 3, 8: 4][shape.devices] ?? 5
      nodes[taken.node].kinds[kind] -= sign
    }
  }
}
