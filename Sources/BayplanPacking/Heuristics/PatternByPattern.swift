import BayplanLP

/// Fills one bin after the other with the most valuable pattern for its price, found by dynamic programming, and
/// corrects item values from round to round: items that ended in wasteful bins become worth more.
///
/// This is the engine that always delivers: it needs no linear program and honours every primitive.
/// Complexity: O(rounds × bins × pricing). Guarantee: none beyond feasibility.
/// Source: sequential value correction, Belov and Scheithauer 2007 (doi 10.1016/j.ejor.2005.11.023).
public struct PatternByPattern: Strategy {
  public struct Options: Sendable {
    public var rounds = 12
    public var nodesPerPattern = 2_000
    /// Past this many bin types the strategy leaves the field to the greedy ones.
    public var binTypeLimit = 400
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "pattern-by-pattern" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    if instance.itemTypes.isEmpty || instance.binTypes.count > options.binTypeLimit {
      try Greedy(policy: FirstFit(), orders: [.sum]).solve(instance, &search)
      search.currentStrategy = name
      return
    }
    let rules = ItemRules(instance)
    var pricer = PatternPricer(instance, rules: rules)
    pricer.arrangesDevicesExactly = false
    pricer.deadline = search.deadline
    let sizes = ItemMeasure(instance).sum
    let unit = sizes.filter { $0 > 0 }.min() ?? 1
    var values = sizes.map { max(1, min($0 / unit, 1e6)) }
    for round in 0..<options.rounds {
      if search.shouldStop() { return }
      var filler = PatternFiller(instance, pricer: pricer, rules: rules, options: options)
      filler.run(values, search: &search)
      search.offer(filler.state.assignment, of: instance)
      // Pull values towards what the items really cost in this round; damp more as rounds go by.
      let paid = filler.paidPerItem
      let damping = 0.5 / Double(1 + round / 3)
      for item in values.indices where paid[item] > 0 {
        values[item] = (1 - damping) * values[item] + damping * paid[item] * (0.95 + 0.1 * unitDraw(&search))
      }
    }
  }

  private func unitDraw(_ search: inout Search) -> Double {
    Double(search.random.next() >> 11) * 0x1p-53
  }
}

/// One round of filling.
struct PatternFiller {
  var state: PackingState
  private let pricer: PatternPricer
  private let options: PatternByPattern.Options
  private let sequence: [Int]
  /// Value charged to each item type: the value of its bins spread over what they hold, per copy.
  private(set) var paidPerItem: [Double]

  init(_ instance: Instance, pricer: PatternPricer, rules: ItemRules, options: PatternByPattern.Options) {
    state = PackingState(instance, rules: rules)
    self.pricer = pricer
    self.options = options
    sequence = ItemOrder.sum.sequence(instance)
    paidPerItem = Array(repeating: 0, count: instance.itemTypes.count)
  }

  mutating func run(_ values: [Double], search: inout Search) {
    let instance = state.instance
    let importance = instance.importance
    placeMultiDeviceItems(importance, search: &search)
    for level in Set(importance).sorted(by: >) {
      let level = values.enumerated().map { index, value in importance[index] == level ? Int64(value * 1024) : 0 }
      fill(level, search: &search)
    }
    var filler = GreedyFiller(state: state)
    filler.run(sequence, policy: BestFit(), search: &search)
    state = filler.state
  }

  /// Items that take several whole devices fit hardly anywhere once shares are about, so they go first.
  private mutating func placeMultiDeviceItems(_ importance: [Int], search: inout Search) {
    let instance = state.instance
    let most = importance.max() ?? 0
    let items = ItemOrder.devices.sequence(instance).filter {
      instance.itemTypes[$0].device?.count ?? 0 > 1 && importance[$0] == most
    }
    if items.isEmpty { return }
    var filler = GreedyFiller(state: state)
    filler.run(items, policy: BestFit(), search: &search)
    state = filler.state
  }

  private mutating func fill(_ values: [Int64], search: inout Search) {
    let instance = state.instance
    var dead = Set<Int>()
    while !search.shouldStop() {
      var best: (efficiency: Double, bin: Int, pattern: Pattern, worth: Int64)?
      for bin in instance.binTypes.indices where !dead.contains(bin) {
        guard state.freshBin(ofType: bin) != nil else {
          dead.insert(bin)
          continue
        }
        let result = pricer.price(
          bin: bin, gains: values, limits: state.remaining, nodeLimit: options.nodesPerPattern)
        search.spend(1 + result.nodes / 1000)
        guard let pattern = result.patterns.last else {
          dead.insert(bin)
          continue
        }
        let cost = price(of: bin)
        let efficiency = cost > 0 ? Double(pattern.worth) / cost : .infinity
        if best.map({ efficiency > $0.efficiency }) ?? true {
          best = (efficiency, bin, pattern.pattern, pattern.worth)
        }
      }
      guard let best else { return }
      if !realize(best.pattern, bin: best.bin, worth: best.worth) { dead.insert(best.bin) }
    }
  }

  /// The first criterion on which bin types differ decides what a bin costs.
  private func price(of bin: Int) -> Double {
    let score = state.instance.binTypes[bin].openingScore
    return Double(score.values.first { $0 != 0 } ?? 0)
  }

  /// Fills bins with the pattern while demand lasts. False if a rule beyond the bin kept all of it out.
  private mutating func realize(_ pattern: Pattern, bin type: Int, worth: Int64) -> Bool {
    var placedAny = false
    while pattern.items.allSatisfy({ state.remaining[Int($0.item)] >= Int($0.count) }),
      let bin = state.freshBin(ofType: type)
    {
      var placed = 0
      for entry in pattern.items {
        for _ in 0..<entry.count where state.fits(Int(entry.item), bin) {
          state.place(Int(entry.item), bin)
          placed += 1
        }
      }
      if placed == 0 { break }
      placedAny = true
      charge(pattern, bin: type)
      if placed < pattern.items.reduce(0, { $0 + Int($1.count) }) { break }
    }
    return placedAny
  }

  /// Charges a bin's whole room to what it holds, in proportion to size, so that waste makes items dear.
  private mutating func charge(_ pattern: Pattern, bin: Int) {
    let instance = state.instance
    var fullest = 0.0
    for dimension in 0..<instance.dimensionCount where instance.capacity(bin, dimension) > 0 {
      let load = pattern.items.reduce(0.0) {
        $0 + Double(instance.weight(Int($1.item), dimension)) * Double($1.count)
      }
      fullest = max(fullest, load / Double(instance.capacity(bin, dimension)))
    }
    guard fullest > 0 else { return }
    for entry in pattern.items {
      let item = Int(entry.item)
      var share = 0.0
      for dimension in 0..<instance.dimensionCount where instance.capacity(bin, dimension) > 0 {
        share = max(share, Double(instance.weight(item, dimension)) / Double(instance.capacity(bin, dimension)))
      }
      paidPerItem[item] = max(1, share / fullest * 1000)
    }
  }
}
