import BayplanLP

/// Exact dynamic programming over bins: one layer per bin, one state per distinct future.
///
/// A state is what the rest of the run can still feel: remaining demand per item type, counts of the domain counters,
/// and which bin-wide bootstraps are spent. Within a bin every feasible pattern is a transition. A spread over bins
/// needs the least count in advance, so it is guessed: one run per guess, the best over all guesses counts.
/// Gives up, claiming nothing, when patterns, states or guesses exceed their limits.
/// Complexity: O(bins × states × patterns). Guarantee: optimal where it finishes. Supports every primitive.
/// Source: Bellman 1957; the recursion over bins as in Gilmore and Gomory's pattern formulation.
public struct DynamicProgramming: Strategy {
  public struct Options: Sendable {
    public var patternLimit = 20_000
    public var stateLimit = 100_000
    public var transitionLimit = 40_000_000
    public var binLimit = 64
    public var guessLimit = 1000
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "dynamic-programming" }
  public var isExact: Bool { true }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard let run = LayeredRun(instance, options: options), let guesses = run.spreadGuesses else { return }
    var best: (score: Score, assignment: Assignment)?
    var budget = options.transitionLimit
    for guess in guesses {
      switch run.solve(guess: guess, budget: &budget, search: &search) {
      case .exhausted: return
      case .infeasible: continue
      case .solved(let score, let assignment):
        if best.map({ score < $0.score }) ?? true { best = (score, assignment) }
      }
    }
    guard let best else { return }
    search.offer(best.assignment, of: instance)
    let proof = BoundProof.search("exhaustive dynamic programming over bins")
    for criterion in instance.criteria.indices where search.incumbentScore?[criterion] == best.score[criterion] {
      search.raiseBound(ofCriterion: criterion, to: best.score[criterion], proof: proof)
    }
  }
}

/// The layers of one instance.
private struct LayeredRun {
  let instance: Instance
  let options: DynamicProgramming.Options
  let rules: ItemRules
  /// Bin type of each bin, in order.
  let bins: [Int]
  /// Feasible patterns per bin type, the empty one first.
  let patterns: [[Pattern]]
  /// (counter, domain) pairs that a state carries, as offsets.
  let domainOffsets: [Int]
  let stateDomainCount: Int
  let binRequirements: [Int]
  let binSpreads: [Int]

  enum Result {
    case exhausted, infeasible
    case solved(Score, Assignment)
  }

  init?(_ instance: Instance, options: DynamicProgramming.Options) {
    self.instance = instance
    self.options = options
    rules = ItemRules(instance)
    var bins: [Int] = []
    for (index, type) in instance.binTypes.enumerated() {
      let copies = min(type.copies, type.isElastic ? instance.totalDemand : type.copies)
      if bins.count + copies > options.binLimit { return nil }
      bins += Array(repeating: index, count: copies)
    }
    self.bins = bins
    var offset = 0
    var offsets: [Int] = []
    for counter in instance.counters {
      offsets.append(offset)
      if counter.scope != 0 { offset += instance.domainCounts[counter.scope] }
    }
    domainOffsets = offsets
    stateDomainCount = offset
    binRequirements = instance.requirements.indices.filter {
      instance.counters[instance.requirements[$0].anchors].scope == 0
    }
    binSpreads = instance.spreads.indices.filter {
      instance.counters[instance.spreads[$0].counter].scope == 0 && !instance.spreads[$0].minimumIsZero
    }
    let pricer = PatternPricer(instance, rules: rules)
    var patterns: [[Pattern]] = []
    for bin in instance.binTypes.indices {
      guard let list = Self.enumerate(bin: bin, pricer: pricer, limit: options.patternLimit) else { return nil }
      patterns.append(list)
    }
    self.patterns = patterns
  }

  /// Every pattern that obeys the rules inside a bin; nil past the limit.
  private static func enumerate(bin: Int, pricer: PatternPricer, limit: Int) -> [Pattern]? {
    let instance = pricer.instance
    let caps = instance.itemTypes.indices.map {
      pricer.mostCopies($0, bin: bin, limit: instance.itemTypes[$0].demand)
    }
    var result: [Pattern] = []
    var entries: [Pattern.Entry] = []
    func extend(_ item: Int) -> Bool {
      if result.count > limit { return false }
      if item == caps.count {
        if isLegal(Pattern(entries), bin: bin, instance: instance) { result.append(Pattern(entries)) }
        return true
      }
      if !extend(item + 1) { return false }
      for count in stride(from: 1, through: caps[item], by: 1) {
        entries.append(Pattern.Entry(item: item, count: count))
        let fits = instance.violation(of: Pattern(entries), inBinType: bin) == nil
        let goesOn = fits ? extend(item + 1) : true
        entries.removeLast()
        if !goesOn { return false }
        if !fits { break }
      }
      return true
    }
    return extend(0) ? result : nil
  }

  /// Conflicts and maxima inside the bin.
  private static func isLegal(_ pattern: Pattern, bin: Int, instance: Instance) -> Bool {
    guard instance.binTypes[bin].domains[0] >= 0 else { return true }
    func count(_ counter: Int) -> Int {
      let filter = instance.counters[counter].countedBinTypes
      let counted = filter.isEmpty || filter[bin]
      return Int(instance.counters[counter].fixed[bin])
        + (counted
          ? pattern.items.reduce(0) {
            $0 + (instance.counters[counter].members[Int($1.item)] ? Int($1.count) : 0)
          } : 0)
    }
    for conflict in instance.conflicts where instance.counters[conflict.first].scope == 0 {
      for entry in pattern.items {
        for (own, other) in [(conflict.first, conflict.second), (conflict.second, conflict.first)]
        where instance.counters[own].members[Int(entry.item)] {
          if count(other) - (instance.counters[other].members[Int(entry.item)] ? 1 : 0) > 0 { return false }
        }
      }
    }
    for maximum in instance.maxima where instance.counters[maximum.counter].scope == 0 {
      let touches = pattern.items.contains { instance.counters[maximum.counter].members[Int($0.item)] }
      if touches && count(maximum.counter) > Int(maximum.limit) { return false }
    }
    return true
  }

  /// Vectors of guessed least counts, one entry per spread over bins; nil if they are too many.
  var spreadGuesses: [[Int]]? {
    var guesses: [[Int]] = [[]]
    for index in binSpreads {
      let spread = instance.spreads[index]
      let counter = instance.counters[spread.counter]
      // Where nothing is compared, the least count is 0 by definition, and no bin would contradict a greater guess.
      guard bins.contains(where: { spread.eligibleDomains[$0] && !instance.binTypes[$0].isElastic }) else {
        guesses = guesses.map { $0 + [0] }
        continue
      }
      let most =
        Int(counter.fixed.max() ?? 0)
        + instance.itemTypes.indices.reduce(0) { $0 + (counter.members[$1] ? instance.itemTypes[$1].demand : 0) }
      guesses = guesses.flatMap { prefix in (0...most).map { prefix + [$0] } }
      if guesses.count > options.guessLimit { return nil }
    }
    return guesses
  }

  private struct Entry {
    var score: Score
    var parent: Int32
    var pattern: Int32
  }

  func solve(guess: [Int], budget: inout Int, search: inout Search) -> Result {
    // State: remaining demand, domain counts, bootstraps spent.
    var start = instance.itemTypes.map { Int32($0.demand) }
    for counter in instance.counters where counter.scope != 0 { start += counter.fixed }
    start += Array(repeating: 0, count: binRequirements.count)
    var states: [[Int32]] = [start]
    var layers: [[Entry]] = [[Entry(score: instance.baseScore, parent: -1, pattern: -1)]]
    for bin in bins {
      var index: [[Int32]: Int] = [:]
      var next: [[Int32]] = []
      var entries: [Entry] = []
      for (parent, state) in states.enumerated() {
        let score = layers[layers.count - 1][parent].score
        budget -= patterns[bin].count
        if budget < 0 || search.shouldStop() { return .exhausted }
        for (number, pattern) in patterns[bin].enumerated() {
          guard let successor = extend(state, by: pattern, bin: bin, guess: guess) else { continue }
          var newScore = score
          if !pattern.isEmpty { newScore += instance.binTypes[bin].openingScore }
          if let known = index[successor] {
            if newScore < entries[known].score {
              entries[known] = Entry(score: newScore, parent: Int32(parent), pattern: Int32(number))
            }
          } else {
            index[successor] = next.count
            next.append(successor)
            entries.append(Entry(score: newScore, parent: Int32(parent), pattern: Int32(number)))
            if next.count > options.stateLimit { return .exhausted }
          }
        }
      }
      search.spend(1 + next.count / 1000)
      states = next
      layers.append(entries)
    }
    var best: (score: Score, index: Int)?
    for (index, state) in states.enumerated() where isFinal(state) {
      var score = layers[layers.count - 1][index].score
      for (item, type) in instance.itemTypes.enumerated() {
        score.add(type.omissionScore, times: Int(state[item]))
      }
      if best.map({ score < $0.score }) ?? true { best = (score, index) }
    }
    guard let best else { return .infeasible }
    return .solved(best.score, trace(layers, from: best.index))
  }

  private func extend(_ state: [Int32], by pattern: Pattern, bin: Int, guess: [Int]) -> [Int32]? {
    for entry in pattern.items where state[Int(entry.item)] < entry.count { return nil }
    var next = state
    for entry in pattern.items { next[Int(entry.item)] -= entry.count }
    let domains = instance.binTypes[bin].domains
    for (position, index) in binSpreads.enumerated() where domains[0] >= 0 {
      let spread = instance.spreads[index]
      let count = binCount(spread.counter, pattern, bin)
      if spread.eligibleDomains[bin] && !instance.binTypes[bin].isElastic && count < guess[position] { return nil }
      if holds(spread.owners, pattern) && count > guess[position] + Int(spread.maxSkew) { return nil }
    }
    for spread in instance.spreads
    where instance.counters[spread.counter].scope == 0 && holds(spread.owners, pattern) {
      if domains[0] < 0 { return nil }
      if spread.minimumIsZero && binCount(spread.counter, pattern, bin) > Int(spread.maxSkew) { return nil }
    }
    for (position, index) in binRequirements.enumerated() {
      let requirement = instance.requirements[index]
      guard holds(requirement.dependents, pattern) else { continue }
      if domains[0] < 0 { return nil }
      if binCount(requirement.anchors, pattern, bin) > 0 { continue }
      let flag = instance.itemTypes.count + stateDomainCount + position
      if !requirement.allowsBootstrap || next[flag] > 0 { return nil }
      next[flag] = 1
    }
    let base = instance.itemTypes.count
    for (index, counter) in instance.counters.enumerated() where counter.scope != 0 && domains[counter.scope] >= 0 {
      if !counter.countedBinTypes.isEmpty && !counter.countedBinTypes[bin] { continue }
      let cell = base + domainOffsets[index] + Int(domains[counter.scope])
      for entry in pattern.items where counter.members[Int(entry.item)] { next[cell] += entry.count }
    }
    for spread in instance.spreads
    where domains[instance.counters[spread.counter].scope] < 0 && holds(spread.owners, pattern) { return nil }
    for requirement in instance.requirements
    where domains[instance.counters[requirement.anchors].scope] < 0 && holds(requirement.dependents, pattern) {
      return nil
    }
    return next
  }

  private func holds(_ counter: Int, _ pattern: Pattern) -> Bool {
    pattern.items.contains { instance.counters[counter].members[Int($0.item)] }
  }

  private func binCount(_ counter: Int, _ pattern: Pattern, _ bin: Int) -> Int {
    let filter = instance.counters[counter].countedBinTypes
    var count = Int(instance.counters[counter].fixed[bin])
    if filter.isEmpty || filter[bin] {
      for entry in pattern.items where instance.counters[counter].members[Int(entry.item)] {
        count += Int(entry.count)
      }
    }
    return count
  }

  /// Rules over domains, which only the finished packing can show: all judged on counts.
  private func isFinal(_ state: [Int32]) -> Bool {
    let base = instance.itemTypes.count
    func count(_ counter: Int, _ domain: Int) -> Int32 { state[base + domainOffsets[counter] + domain] }
    // New copies: what the counter holds beyond its fixed part.
    func added(_ counter: Int, _ domain: Int) -> Int32 {
      count(counter, domain) - instance.counters[counter].fixed[domain]
    }
    for conflict in instance.conflicts where instance.counters[conflict.first].scope != 0 {
      for domain in 0..<instance.domainCounts[instance.counters[conflict.first].scope] {
        if !conflictHolds(conflict, domain, count, added) { return false }
      }
    }
    for maximum in instance.maxima where instance.counters[maximum.counter].scope != 0 {
      for domain in instance.counters[maximum.counter].fixed.indices
      where added(maximum.counter, domain) > 0 && count(maximum.counter, domain) > maximum.limit { return false }
    }
    for spread in instance.spreads where instance.counters[spread.counter].scope != 0 {
      let domains = instance.counters[spread.counter].fixed.indices
      let minimum =
        spread.minimumIsZero
        ? 0 : (domains.filter { spread.eligibleDomains[$0] }.map { count(spread.counter, $0) }.min() ?? 0)
      for domain in domains
      where count(spread.owners, domain) > 0 && count(spread.counter, domain) - minimum > spread.maxSkew {
        return false
      }
    }
    for requirement in instance.requirements where instance.counters[requirement.anchors].scope != 0 {
      let lonely = instance.counters[requirement.anchors].fixed.indices.count {
        added(requirement.dependents, $0) > 0 && count(requirement.anchors, $0) == 0
      }
      if lonely > (requirement.allowsBootstrap ? 1 : 0) { return false }
    }
    for gang in instance.gangs {
      let placed = instance.itemTypes.indices.reduce(0) {
        $0 + (gang.members[$1] ? instance.itemTypes[$1].demand - Int(state[$1]) : 0)
      }
      if placed > 0 && placed < gang.minimum { return false }
    }
    return true
  }

  /// A new copy in one group excludes every other copy, fixed or new, of the other group.
  private func conflictHolds(
    _ conflict: Instance.Conflict, _ domain: Int, _ count: (Int, Int) -> Int32, _ added: (Int, Int) -> Int32
  ) -> Bool {
    let (first, second) = (conflict.first, conflict.second)
    if first == second { return added(first, domain) == 0 || count(first, domain) <= 1 }
    return (added(first, domain) == 0 || count(second, domain) == 0)
      && (added(second, domain) == 0 || count(first, domain) == 0)
  }

  private func trace(_ layers: [[Entry]], from index: Int) -> Assignment {
    var loads: [BinLoad] = []
    var copies = Array(repeating: 0, count: instance.binTypes.count)
    for bin in bins { copies[bin] += 1 }
    var current = index
    for layer in stride(from: layers.count - 1, to: 0, by: -1) {
      let entry = layers[layer][current]
      let bin = bins[layer - 1]
      copies[bin] -= 1
      let pattern = patterns[bin][Int(entry.pattern)]
      if !pattern.isEmpty { loads.append(BinLoad(binType: bin, copy: copies[bin], pattern: pattern)) }
      current = Int(entry.parent)
    }
    return Assignment(loads: loads.reversed())
  }
}
