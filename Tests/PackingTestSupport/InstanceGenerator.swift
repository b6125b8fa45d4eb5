import BayplanModel
import BayplanPacking

/// Seeded instances of at most 8 copies and 4 bins in which every primitive occurs and often binds.
public struct InstanceGenerator {
  private var random: SplitMix64

  public init(seed: UInt64) { random = SplitMix64(seed: seed &* 0x9E37_79B9 &+ 1) }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random.next() % UInt64(range.count))
  }
  private mutating func chance(_ percent: Int) -> Bool { pick(1...100) <= percent }
  private mutating func flags(_ count: Int, _ percent: Int) -> [Bool] { (0..<count).map { _ in chance(percent) } }

  public mutating func next() -> Instance {
    let dimensions = pick(1...2)
    let items = pick(2...4)
    let priorities = chance(30) ? 2 : 1
    let criteria: [Criterion] = (0..<priorities).reversed().map { .unplaced(priority: Int32($0)) } + [.cost, .nodes]
    let hasDevices = chance(30)
    let scopes = 1 + pick(1...2)

    var binTypes: [Instance.BinType] = []
    var left = pick(2...4)
    while left > 0 {
      let copies = min(left, pick(1...2))
      left -= copies
      let isElastic = chance(15)
      let domains = [Int32(0)] + (1..<scopes).map { _ in chance(90) ? Int32(pick(0...1)) : -1 }
      let devices =
        hasDevices && chance(80)
        ? (0..<pick(1...2)).map { Instance.DeviceSlot(deviceClass: $0 % 2, free: chance(85) ? 1000 : 400) } : []
      var opening = Score.zero(criteria.count)
      if !chance(15) || isElastic {
        opening[priorities] = Int64(pick(1...5))
        opening[priorities + 1] = 1
      }
      binTypes.append(
        Instance.BinType(
          copies: copies, openingScore: opening, isElastic: isElastic, domains: domains, devices: devices))
    }

    var itemTypes: [Instance.ItemType] = []
    var budget = 7
    for index in 0..<items {
      let demand = min(max(1, budget - (items - 1 - index)), pick(1...3))
      budget -= demand
      let level = pick(0...(priorities - 1))
      var omission = Score.zero(criteria.count)
      // Some items stand for two pods that go together.
      omission[priorities - 1 - level] = chance(15) ? 2 : 1
      var device: Instance.DeviceDemand?
      if hasDevices && chance(60) {
        let whole = chance(30)
        device = Instance.DeviceDemand(
          count: whole ? pick(1...2) : 1, milli: whole ? 1000 : Int32(pick(2...7) * 100),
          acceptedClasses: chance(70) ? 3 : UInt64(pick(1...2)))
      }
      itemTypes.append(
        Instance.ItemType(demand: demand, priority: Int32(level), device: device, omissionScore: omission))
    }

    let weights = (0..<items * dimensions).map { _ in Int64(pick(0...5)) }
    let capacities = (0..<binTypes.count * dimensions).map { _ in Int64(pick(4...11)) }
    let restricts = chance(35)
    let eligibility = (0..<items * binTypes.count).map { _ in !restricts || chance(70) }
    var instance = Instance(
      dimensions: (0..<dimensions).map { Resource("d\($0)") }, itemTypes: itemTypes, binTypes: binTypes,
      weights: weights, capacities: capacities, eligibility: eligibility,
      domainCounts: [0] + Array(repeating: 2, count: scopes - 1), counters: [], conflicts: [], maxima: [], spreads: [],
      requirements: [], gangs: [], criteria: criteria, baseScore: .zero(criteria.count))
    addRules(&instance, scopes: scopes)
    return instance
  }

  private mutating func counter(
    _ instance: inout Instance, scope: Int, members: [Bool], fixedPercent: Int, filter: [Bool] = []
  ) -> Int {
    let size = scope == 0 ? instance.binTypes.count : 2
    let fixed = (0..<size).map { _ in chance(fixedPercent) ? Int32(1) : 0 }
    instance.counters.append(
      Instance.Counter(scope: scope, members: members, fixed: fixed, countedBinTypes: filter))
    return instance.counters.count - 1
  }

  private mutating func addRules(_ instance: inout Instance, scopes: Int) {
    let items = instance.itemTypes.count
    if chance(35) {
      let scope = pick(0...(scopes - 1))
      let first = flags(items, 50)
      let a = counter(&instance, scope: scope, members: first, fixedPercent: 12)
      if chance(50) {
        instance.conflicts.append(.init(a, a))
      } else {
        let b = counter(&instance, scope: scope, members: first.map { !$0 }, fixedPercent: 12)
        instance.conflicts.append(.init(a, b))
      }
    }
    if chance(20) {
      let scope = pick(0...(scopes - 1))
      let group = counter(&instance, scope: scope, members: flags(items, 60), fixedPercent: 15)
      instance.maxima.append(.init(counter: group, limit: Int32(pick(1...2))))
    }
    if chance(35) { addSpread(&instance, scope: pick(0...(scopes - 1))) }
    if chance(35) {
      let scope = pick(0...(scopes - 1))
      let dependents = flags(items, 45)
      let others = dependents.map { !$0 }
      let anchors = counter(
        &instance, scope: scope, members: others.map { $0 && true }, fixedPercent: chance(30) ? 30 : 0)
      let owner = counter(&instance, scope: scope, members: dependents, fixedPercent: 0)
      let isEmpty = instance.counters[anchors].fixed.allSatisfy { $0 == 0 }
      instance.requirements.append(
        .init(dependents: owner, anchors: anchors, allowsBootstrap: isEmpty && chance(40)))
    }
    if chance(35) {
      let members = flags(items, 60)
      let demand = (0..<items).reduce(0) { $0 + (members[$1] ? instance.itemTypes[$1].demand : 0) }
      if demand > 1 { instance.gangs.append(.init(members: members, minimum: pick(2...demand))) }
    }
  }

  private mutating func addSpread(_ instance: inout Instance, scope: Int) {
    let items = instance.itemTypes.count
    let owned = flags(items, 60)
    let counted = chance(60) ? owned : flags(items, 60)
    let filter = chance(20) ? instance.binTypes.map { _ in chance(80) } : []
    let counter = counter(&instance, scope: scope, members: counted, fixedPercent: 15, filter: filter)
    let owners = self.counter(&instance, scope: scope, members: owned, fixedPercent: 0)
    let size = scope == 0 ? instance.binTypes.count : 2
    let grows = scope == 0 && instance.binTypes.contains { $0.isElastic }
    instance.spreads.append(
      .init(
        counter: counter, owners: owners, maxSkew: Int32(pick(1...2)), minimumIsZero: grows || chance(15),
        eligibleDomains: flags(size, 90)))
  }
}

extension Instance {
  /// The instance without one kind of rule.
  public func removing(_ primitive: Primitives) -> Instance {
    var copy = self
    switch primitive {
    case .dimension: copy.capacities = capacities.map { _ in 1_000 }
    case .device: for index in copy.itemTypes.indices { copy.itemTypes[index].device = nil }
    case .eligibility: copy.eligibility = eligibility.map { _ in true }
    case .conflict: copy.conflicts = []
    case .groupBound: (copy.maxima, copy.spreads) = ([], [])
    case .requires: copy.requirements = []
    case .allOrNothing: copy.gangs = []
    default: break
    }
    return copy
  }
}
