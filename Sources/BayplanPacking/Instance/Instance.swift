import BayplanModel

/// A packing problem, compiled: item types with demand, bin types with copies, and the closed set of primitives that
/// every strategy understands. Immutable; all indices are positions in its arrays.
///
/// Semantics, for a final assignment of item copies to bins:
/// - **dimension**: the weights in a bin sum to at most its capacity, in each dimension;
/// - **device**: a share fits in one device of the bin, `count` whole devices are free for a multi-device item;
/// - **eligibility**: an item goes only into bin types marked for it;
/// - **conflict**: no domain holds an item of one group together with another item of the other;
/// - **groupBound**: at most so many of a group per domain, or a spread: in a domain that holds a new owner the count
///   is at most `maxSkew` above the least count of all domains;
/// - **requires**: a dependent item needs an anchor in its domain, except in at most one bootstrap domain;
/// - **merge**: several pods form one item (done by the builder);
/// - **allOrNothing**: of a gang at least `minimum` copies are placed, or none;
/// - **alternatives**: item types share a demand, each copy placed as one of them.
public struct Instance: Sendable {
  public var dimensions: [Resource]
  public var itemTypes: [ItemType]
  public var binTypes: [BinType]
  /// Item weights, `itemTypes.count × dimensions.count`, row by row.
  public var weights: [Int64]
  /// Free room per bin, `binTypes.count × dimensions.count`, never negative.
  public var capacities: [Int64]
  /// `itemTypes.count × binTypes.count`.
  public var eligibility: [Bool]
  /// Number of domains of each scope; scope 0 is the bin itself and has none here.
  public var domainCounts: [Int]
  public var counters: [Counter]
  public var conflicts: [Conflict]
  public var maxima: [GroupMaximum]
  public var spreads: [Spread]
  public var requirements: [Requirement]
  public var gangs: [Gang]
  /// Item types that are incarnations of one row: together they are placed as often as the demand that each states.
  public var alternatives: [[Int]] = []
  /// What an assignment is judged by, most important first.
  public var criteria: [Criterion]
  /// What bins in use at the start contribute to each criterion.
  public var baseScore: Score
  /// Per criterion: every assignment's value is the base score and a multiple of this.
  public var steps: [Int64]

  public struct ItemType: Sendable, Hashable {
    public var demand: Int
    /// Of the pods in it, the highest.
    public var priority: Int32
    public var device: DeviceDemand?
    /// What leaving out one copy adds to each criterion.
    public var omissionScore: Score

    public init(demand: Int, priority: Int32 = 0, device: DeviceDemand? = nil, omissionScore: Score) {
      self.demand = demand
      self.priority = priority
      self.device = device
      self.omissionScore = omissionScore
    }
  }

  /// `count` devices of an accepted class, `milli` thousandths of each.
  public struct DeviceDemand: Sendable, Hashable {
    public var count: Int
    public var milli: Int32
    /// Bit `c` accepts device class `c`.
    public var acceptedClasses: UInt64

    public init(count: Int, milli: Int32, acceptedClasses: UInt64) {
      self.count = count
      self.milli = milli
      self.acceptedClasses = acceptedClasses
    }
  }

  public struct BinType: Sendable, Hashable {
    public var copies: Int
    /// What the first item in a bin adds to each criterion; zero for a bin in use already.
    public var openingScore: Score
    /// Bought on demand: an unopened copy does not exist, and is no domain of a spread.
    public var isElastic: Bool
    /// Domain per scope from 1 on, -1 for none; index 0 is 0 when the bin is a domain of its own, else -1.
    public var domains: [Int32]
    public var devices: [DeviceSlot]

    public init(
      copies: Int, openingScore: Score, isElastic: Bool = false, domains: [Int32] = [0], devices: [DeviceSlot] = []
    ) {
      self.copies = copies
      self.openingScore = openingScore
      self.isElastic = isElastic
      self.domains = domains
      self.devices = devices
    }
  }

  /// One device of a bin: its class (kind and model) and free thousandths.
  public struct DeviceSlot: Sendable, Hashable {
    public var deviceClass: Int
    public var free: Int32

    public init(deviceClass: Int, free: Int32 = 1000) {
      self.deviceClass = deviceClass
      self.free = free
    }
  }

  /// Counts the copies of a group of item types per domain of one scope.
  public struct Counter: Sendable, Hashable {
    public var scope: Int
    public var members: [Bool]
    /// What is there already: per domain, or per bin type for scope 0.
    public var fixed: [Int32]
    /// Bin types whose bins count; empty for all.
    public var countedBinTypes: [Bool]

    public init(scope: Int, members: [Bool], fixed: [Int32], countedBinTypes: [Bool] = []) {
      self.scope = scope
      self.members = members
      self.fixed = fixed
      self.countedBinTypes = countedBinTypes
    }
  }

  /// Items of the two counters' groups never share a domain (an item does not exclude itself). The two are one and
  /// the same counter, or their groups are disjoint, so that counts alone decide.
  public struct Conflict: Sendable, Hashable {
    public var first: Int
    public var second: Int

    public init(_ first: Int, _ second: Int) {
      self.first = first
      self.second = second
    }
  }

  public struct GroupMaximum: Sendable, Hashable {
    public var counter: Int
    public var limit: Int32

    public init(counter: Int, limit: Int32) {
      self.counter = counter
      self.limit = limit
    }
  }

  public struct Spread: Sendable, Hashable {
    /// Everything that counts.
    public var counter: Int
    /// The items that carry the rule; its fixed part is zero.
    public var owners: Int
    public var maxSkew: Int32
    /// The least count is taken as 0: too few domains, or domains that may yet appear.
    public var minimumIsZero: Bool
    /// Which domains (bin types for scope 0) have their count compared.
    public var eligibleDomains: [Bool]

    public init(counter: Int, owners: Int, maxSkew: Int32, minimumIsZero: Bool, eligibleDomains: [Bool]) {
      self.counter = counter
      self.owners = owners
      self.maxSkew = maxSkew
      self.minimumIsZero = minimumIsZero
      self.eligibleDomains = eligibleDomains
    }
  }

  public struct Requirement: Sendable, Hashable {
    public var dependents: Int
    public var anchors: Int
    /// One domain may hold dependents without an anchor.
    public var allowsBootstrap: Bool

    public init(dependents: Int, anchors: Int, allowsBootstrap: Bool) {
      self.dependents = dependents
      self.anchors = anchors
      self.allowsBootstrap = allowsBootstrap
    }
  }

  public struct Gang: Sendable, Hashable {
    public var members: [Bool]
    /// Copies that must be placed if any is.
    public var minimum: Int

    public init(members: [Bool], minimum: Int) {
      self.members = members
      self.minimum = minimum
    }
  }

  public init(
    dimensions: [Resource], itemTypes: [ItemType], binTypes: [BinType], weights: [Int64], capacities: [Int64],
    eligibility: [Bool], domainCounts: [Int] = [0], counters: [Counter] = [], conflicts: [Conflict] = [],
    maxima: [GroupMaximum] = [], spreads: [Spread] = [], requirements: [Requirement] = [], gangs: [Gang] = [],
    criteria: [Criterion], baseScore: Score
  ) {
    precondition(weights.count == itemTypes.count * dimensions.count, "one weight per item type and dimension")
    precondition(capacities.count == binTypes.count * dimensions.count, "one capacity per bin type and dimension")
    precondition(eligibility.count == itemTypes.count * binTypes.count, "one flag per item type and bin type")
    self.dimensions = dimensions
    self.itemTypes = itemTypes
    self.binTypes = binTypes
    self.weights = weights
    self.capacities = capacities
    self.eligibility = eligibility
    self.domainCounts = domainCounts
    self.counters = counters
    self.conflicts = conflicts
    self.maxima = maxima
    self.spreads = spreads
    self.requirements = requirements
    self.gangs = gangs
    self.criteria = criteria
    self.baseScore = baseScore
    steps = criteria.indices.map { criterion in
      commonDivisor((itemTypes.map(\.omissionScore) + binTypes.map(\.openingScore)).map { $0[criterion] })
    }
  }

  public var dimensionCount: Int { dimensions.count }

  public func weight(_ item: Int, _ dimension: Int) -> Int64 { weights[item * dimensions.count + dimension] }
  public func capacity(_ bin: Int, _ dimension: Int) -> Int64 { capacities[bin * dimensions.count + dimension] }
  public func isEligible(_ item: Int, _ bin: Int) -> Bool { eligibility[item * binTypes.count + bin] }

  /// Domain of a bin type in the scope of a counter; for scope 0 the bin type itself stands for its bins.
  @inline(__always)
  func domain(ofBinType bin: Int, inScope scope: Int) -> Int {
    let domain = binTypes[bin].domains[scope]
    return domain < 0 ? -1 : (scope == 0 ? bin : Int(domain))
  }

  public var totalDemand: Int { itemTypes.reduce(0) { $0 + $1.demand } }
  public var totalBins: Int { binTypes.reduce(0) { $0.addingReportingOverflow($1.copies).partialValue } }

  /// The kinds of rule that occur, so that a strategy can refuse what it cannot honour.
  public var primitives: Primitives {
    var result: Primitives = [.dimension]
    if itemTypes.contains(where: { $0.device != nil }) { result.insert(.device) }
    if eligibility.contains(false) { result.insert(.eligibility) }
    if !conflicts.isEmpty { result.insert(.conflict) }
    if !maxima.isEmpty || !spreads.isEmpty { result.insert(.groupBound) }
    if !requirements.isEmpty { result.insert(.requires) }
    if !gangs.isEmpty { result.insert(.allOrNothing) }
    if !alternatives.isEmpty { result.insert(.alternatives) }
    return result
  }

  /// Item types by the demand they serve: alternatives together, everything else alone, in order of the first.
  var demandRows: [[Int]] {
    var rowOfItem = Array(repeating: -1, count: itemTypes.count)
    for (index, group) in alternatives.enumerated() {
      for item in group { rowOfItem[item] = index }
    }
    var seen = Set<Int>()
    return itemTypes.indices.compactMap { item in
      let row = rowOfItem[item]
      if row < 0 { return [item] }
      return seen.insert(row).inserted ? alternatives[row] : nil
    }
  }

  /// Whether a rule reaches beyond single bins.
  public var hasDomainRules: Bool {
    !requirements.isEmpty || !spreads.isEmpty || conflicts.contains { counters[$0.first].scope != 0 }
      || maxima.contains { counters[$0.counter].scope != 0 }
  }
}

/// The closed set of rules that strategies understand.
public struct Primitives: OptionSet, Sendable, CustomStringConvertible {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let dimension = Primitives(rawValue: 1)
  public static let device = Primitives(rawValue: 2)
  public static let eligibility = Primitives(rawValue: 4)
  public static let conflict = Primitives(rawValue: 8)
  public static let groupBound = Primitives(rawValue: 16)
  public static let requires = Primitives(rawValue: 32)
  public static let allOrNothing = Primitives(rawValue: 64)
  /// Only abstract packing problems have it.
  public static let alternatives = Primitives(rawValue: 128)
  /// Everything that a cluster can ask for.
  public static let all: Primitives = [
    .dimension, .device, .eligibility, .conflict, .groupBound, .requires, .allOrNothing,
  ]

  public var description: String {
    let names = [
      "dimension", "device", "eligibility", "conflict", "groupBound", "requires", "allOrNothing", "alternatives",
    ]
    return names.indices.filter { rawValue & (1 << $0) != 0 }.map { names[$0] }.joined(separator: ", ")
  }
}
