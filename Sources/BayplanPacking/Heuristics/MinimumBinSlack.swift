import BayplanLP

/// Fills one bin after the other: the largest item left, and with it the set of items that leaves the least room.
///
/// Strong where a few items fill a bin and the fit decides. A set is searched depth-first within a node limit, by
/// dimensions alone; rules are checked as it is placed, and what they keep out goes on to later bins.
/// Complexity: O(orders × bins × bin types × nodes). Guarantee: none beyond feasibility.
/// Source: Gupta and Ho 1999; with the largest item fixed, Fleszar and Hindi 2002 (doi 10.1016/S0305-0548(00)00082-4).
public struct MinimumBinSlack: Strategy {
  public struct Options: Sendable {
    /// Sets looked at for one bin.
    public var nodesPerBin = 4_000
    /// How many bin types a bin is chosen from: the cheapest for their size that take the item.
    public var binTypeLimit = 6
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "minimum-bin-slack" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    let rules = ItemRules(instance)
    var tried = Set<[Int]>()
    for order in [ItemOrder.sum, .largest] {
      if search.shouldStop() { return }
      let sequence = order.sequence(instance)
      guard tried.insert(sequence).inserted else { continue }
      var filler = GreedyFiller(instance, rules: rules)
      fill(&filler, sequence, &search)
      // Gangs and what the search passed over.
      filler.run(sequence, policy: BestFit(), search: &search)
      search.offer(filler.state.assignment, of: instance)
    }
  }

  private func fill(_ filler: inout GreedyFiller, _ sequence: [Int], _ search: inout Search) {
    let instance = filler.state.instance
    // Gangs come as a whole or not at all, which bin by bin cannot see.
    let inGang = instance.itemTypes.indices.map { item in instance.gangs.contains { $0.members[item] } }
    for (position, seed) in sequence.enumerated() where !inGang[seed] {
      let fresh = filler.openingOrder.filter { instance.isEligible(seed, $0) }
      while filler.state.remaining[seed] > 0 && !search.shouldStop() {
        var best: (price: Double, bin: Int, fill: [Pattern.Entry])?
        var tried = 0
        for type in fresh where tried < options.binTypeLimit {
          guard let bin = filler.state.freshBin(ofType: type), filler.state.fits(seed, bin) else { continue }
          tried += 1
          var knapsack = SlackSearch(filler.state, bin: bin, seed: seed, nodeLimit: options.nodesPerBin)
          knapsack.run(sequence[position...].filter { !inGang[$0] })
          search.spend(1 + knapsack.nodes / 1_000)
          let price = Double(instance.binTypes[type].openingScore.values.first { $0 != 0 } ?? 0) / knapsack.used
          if price < best?.price ?? .infinity { best = (price, bin, knapsack.best) }
        }
        guard let best else { break }
        put(seed, best.fill, &filler.state, best.bin)
        // The same bin again while there is enough for it.
        let type = Int(filler.state.binType[best.bin])
        while !search.shouldStop(), hasEnough(seed, best.fill, filler.state),
          let bin = filler.state.freshBin(ofType: type), filler.state.fits(seed, bin)
        { put(seed, best.fill, &filler.state, bin) }
      }
    }
  }
}

extension MinimumBinSlack {
  private func put(_ seed: Int, _ fill: [Pattern.Entry], _ state: inout PackingState, _ bin: Int) {
    state.place(seed, bin)
    for entry in fill {
      for _ in 0..<entry.count where state.fits(Int(entry.item), bin) { state.place(Int(entry.item), bin) }
    }
  }

  private func hasEnough(_ seed: Int, _ fill: [Pattern.Entry], _ state: borrowing PackingState) -> Bool {
    state.remaining[seed] > 0
      && fill.allSatisfy {
        state.remaining[Int($0.item)] >= Int($0.count) + (Int($0.item) == seed ? 1 : 0)
      }
  }
}

/// The set of items that leaves the least of a bin, beside one that is in it already.
private struct SlackSearch {
  private let dimensions: Int
  private let nodeLimit: Int
  private let seed: Int
  private let state: PackingState
  private let bin: Int
  private var room: [Int64]
  /// The inverse of the capacity, per dimension.
  private let unit: [Double]
  private var items: [Int] = []
  private var copies: [Int] = []
  private var sizes: [Double] = []
  /// What the items from a position on could fill at most.
  private var rest: [Double] = []
  private var taken: [Int] = []
  private var bestSlack = Double.infinity
  private(set) var best: [Pattern.Entry] = []
  private(set) var nodes = 0

  init(_ state: PackingState, bin: Int, seed: Int, nodeLimit: Int) {
    self.state = state
    self.bin = bin
    self.seed = seed
    self.nodeLimit = nodeLimit
    let instance = state.instance
    let type = Int(state.binType[bin])
    let dimensions = state.dimensionCount
    self.dimensions = dimensions
    room = (0..<dimensions).map { state.residual[bin * dimensions + $0] - instance.weight(seed, $0) }
    unit = (0..<dimensions).map { 1 / Double(max(1, instance.capacity(type, $0))) }
  }

  /// The share of the bin that is filled, summed over dimensions.
  var used: Double { max(1e-9, Double(dimensions) - bestSlack) }

  mutating func run(_ sequence: [Int]) {
    let instance = state.instance
    for item in sequence {
      let left = state.remaining[item] - (item == seed ? 1 : 0)
      guard left > 0, instance.isEligible(item, Int(state.binType[bin])) else { continue }
      var most = Int64(left)
      for dimension in 0..<dimensions where instance.weight(item, dimension) > 0 {
        most = min(most, room[dimension] / instance.weight(item, dimension))
      }
      guard most > 0, state.fits(item, bin) else { continue }
      items.append(item)
      copies.append(Int(most))
      sizes.append((0..<dimensions).reduce(0) { $0 + Double(instance.weight(item, $1)) * unit[$1] })
    }
    rest = Array(repeating: 0, count: items.count + 1)
    for index in items.indices.reversed() { rest[index] = rest[index + 1] + sizes[index] * Double(copies[index]) }
    taken = Array(repeating: 0, count: items.count)
    explore(0, zip(room, unit).reduce(0) { $0 + Double($1.0) * $1.1 })
  }

  private mutating func explore(_ position: Int, _ slack: Double) {
    nodes += 1
    if slack < bestSlack {
      bestSlack = slack
      best = items.indices.filter { taken[$0] > 0 }.map { Pattern.Entry(item: items[$0], count: taken[$0]) }
    }
    if nodes > nodeLimit || bestSlack <= 1e-12 { return }
    for index in position..<items.count {
      // Nothing from here on makes up for it.
      if slack - rest[index] >= bestSlack { return }
      var most = Int64(copies[index])
      for dimension in 0..<dimensions {
        let weight = state.instance.weight(items[index], dimension)
        if weight > 0 && weight * most > room[dimension] { most = room[dimension] / weight }
      }
      for count in stride(from: most, to: 0, by: -1) {
        take(index, count)
        explore(index + 1, slack - sizes[index] * Double(count))
        take(index, -count)
        if nodes > nodeLimit || bestSlack <= 1e-12 { return }
      }
    }
  }

  private mutating func take(_ index: Int, _ count: Int64) {
    taken[index] += Int(count)
    for dimension in 0..<dimensions {
      room[dimension] -= state.instance.weight(items[index], dimension) * count
    }
  }
}
