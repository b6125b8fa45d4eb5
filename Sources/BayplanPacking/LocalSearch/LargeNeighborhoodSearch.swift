import BayplanLP

/// Empties a few bins of the incumbent and packs their content, with what was left out, again by column generation.
///
/// The kept bins enter the small instance as fixed counts, so that rules over domains hold across the seam; the result
/// is validated as a whole before it is offered. Rules whose state the seam cannot carry (spreads over single bins,
/// gangs, dependents whose anchors may move away) make it stand aside.
/// Complexity: one small column generation per round. Guarantee: never worse.
/// Source: Shaw 1998; POPMUSIC, Taillard and Voss 2002.
public struct LargeNeighborhoodSearch: Strategy {
  public struct Options: Sendable {
    public var fewestBins = 5
    public var mostBins = 16
    /// Rounds without an improvement after which it gives up; fewer where bins are few.
    public var patience = 1_000
    public var workPerRound = 4_000
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "large-neighborhood-search" }
  public var supports: Primitives { Primitives.all.subtracting([.requires, .allOrNothing]) }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    let isCarried = instance.spreads.allSatisfy { instance.counters[$0.counter].scope != 0 || $0.minimumIsZero }
    guard isCarried, instance.requirements.isEmpty, instance.gangs.isEmpty else { return }
    var idle = 0
    while !search.shouldStop() {
      search.currentStrategy = name
      guard let incumbent = search.incumbent, incumbent.loads.count > 1,
        idle < min(options.patience, 12 * incumbent.loads.count)
      else { return }
      // The longer nothing is found, the larger the part that is packed again, and the longer.
      let effort = min(4, idle / 40)
      let chosen = choose(instance, incumbent, effort: effort, &search)
      if chosen.count >= incumbent.loads.count && idle > 2 { return }
      idle = try improve(instance, incumbent, chosen, effort: effort, &search) ? 0 : idle + 1
    }
  }

  /// Half of the bins at random, half among those of a random sample that lose most: what they cost beyond what the
  /// multipliers of the open criterion say their content is worth, or else the emptiest.
  private func choose(
    _ instance: Instance, _ incumbent: Assignment, effort: Int, _ search: inout Search
  ) -> Set<Int> {
    let spread = UInt64(options.mostBins + 4 * effort - options.fewestBins + 1)
    let multipliers = search.firstOpenCriterion.flatMap { search.writtenProofs[$0]?.sample }
    let count = min(options.fewestBins + Int(search.random.next() % spread), incumbent.loads.count)
    var chosen = Set<Int>()
    while chosen.count < count {
      var best: (index: Int, loss: Double)?
      let tries = chosen.count % 2 == 0 ? 1 : 4
      for _ in 0..<tries {
        let index = Int(search.random.next() % UInt64(incumbent.loads.count))
        let load = incumbent.loads[index]
        let loss = multipliers.map { Self.loss(instance, load, $0) } ?? -filling(instance, load)
        if best.map({ loss > $0.loss }) ?? true { best = (index, loss) }
      }
      if !chosen.insert(best!.index).inserted {
        // Take the next one that is free, so that the loop ends.
        var next = best!.index
        while chosen.contains(next) { next = (next + 1) % incumbent.loads.count }
        chosen.insert(next)
      }
    }
    return chosen
  }

  private static func loss(_ instance: Instance, _ load: BinLoad, _ multipliers: Multipliers) -> Double {
    let cost = Double(instance.binTypes[load.binType].openingScore[multipliers.criterion])
    return load.pattern.items.reduce(cost * Double(multipliers.denominator)) {
      $0 - Double(multipliers.items[Int($1.item)]) * Double($1.count)
    }
  }

  private func filling(_ instance: Instance, _ load: BinLoad) -> Double {
    (0..<instance.dimensionCount).reduce(0.0) { most, dimension in
      let capacity = instance.capacity(load.binType, dimension)
      if capacity == 0 { return most }
      let used = load.pattern.items.reduce(0.0) {
        $0 + Double(instance.weight(Int($1.item), dimension)) * Double($1.count)
      }
      return max(most, used / Double(capacity))
    }
  }

  private func improve(
    _ instance: Instance, _ incumbent: Assignment, _ chosen: Set<Int>, effort: Int, _ search: inout Search
  ) throws(SolverFailure) -> Bool {
    let kept = incumbent.loads.indices.filter { !chosen.contains($0) }.map { incumbent.loads[$0] }
    let part = instance.remainder(keeping: kept)
    let held = Assignment(loads: chosen.sorted().map { incumbent.loads[$0] })
    let limits = Limits(
      seconds: search.limits.seconds.map { _ in search.secondsLeft },
      work: min(options.workPerRound * (1 + effort), search.workLeft), isCancelled: search.limits.isCancelled)
    var small = Search(part.instance, limits: limits, seed: search.random.next())
    small.offer(part.adopt(held), of: part.instance)
    let before = small.incumbentScore!
    for criterion in instance.criteria.indices {
      small.raiseBound(ofCriterion: criterion, to: part.instance.baseScore[criterion], proof: .trivial)
    }
    var patterns = PatternByPattern.Options()
    patterns.rounds = 4
    try PatternByPattern(options: patterns).solve(part.instance, &small)
    var columns = ColumnGeneration.Options()
    columns.dives = 2 + effort
    columns.masterIterations = 1_000 * (1 + effort)
    columns.boundNodes = 5_000
    columns.strongPricings = 0
    columns.usesGrid = false
    columns.countNodes = 0
    columns.iterationLimit = 60
    columns.criterionLimit = 1 + (small.firstOpenCriterion ?? 0)
    try ColumnGeneration(options: columns).solve(part.instance, &small)
    search.spend(small.workDone + 1)
    guard let better = small.incumbent, let score = small.incumbentScore, score < before else { return false }
    let whole = Assignment(loads: kept + part.restore(better).loads)
    guard instance.violation(of: whole) == nil else { return false }
    return search.offer(whole, of: instance)
  }
}

/// What is left to pack when some loads stay where they are.
struct InstanceRemainder {
  let instance: Instance
  /// Per bin type: the copies that are free, in order.
  let freeCopies: [[Int]]

  /// Loads of the whole instance, on the copies of the remainder.
  func adopt(_ assignment: Assignment) -> Assignment {
    var next = Array(repeating: 0, count: freeCopies.count)
    return Assignment(
      loads: assignment.loads.map { load in
        defer { next[load.binType] += 1 }
        return BinLoad(binType: load.binType, copy: next[load.binType], pattern: load.pattern)
      })
  }

  func restore(_ assignment: Assignment) -> Assignment {
    Assignment(
      loads: assignment.loads.map {
        BinLoad(binType: $0.binType, copy: freeCopies[$0.binType][$0.copy], pattern: $0.pattern)
      })
  }
}

extension Instance {
  /// The instance without the items and bins of some loads, whose counts become fixed parts of counters.
  func remainder(keeping kept: [BinLoad]) -> InstanceRemainder {
    var part = self
    var taken = Array(repeating: Set<Int>(), count: binTypes.count)
    for load in kept {
      taken[load.binType].insert(load.copy)
      for entry in load.pattern.items { part.itemTypes[Int(entry.item)].demand -= Int(entry.count) }
      for index in counters.indices where counters[index].scope != 0 {
        let counter = counters[index]
        let domain = Int(binTypes[load.binType].domains[counter.scope])
        guard domain >= 0, counter.countedBinTypes.isEmpty || counter.countedBinTypes[load.binType] else { continue }
        for entry in load.pattern.items where counter.members[Int(entry.item)] {
          part.counters[index].fixed[domain] += entry.count
        }
      }
    }
    let free = binTypes.indices.map { bin in (0..<binTypes[bin].copies).filter { !taken[bin].contains($0) } }
    for bin in binTypes.indices { part.binTypes[bin].copies = free[bin].count }
    part.baseScore = .zero(criteria.count)
    return InstanceRemainder(instance: part, freeCopies: free)
  }
}
