/// Fills a state greedily. Shared by the greedy strategies and by everything that has to complete a partial packing.
struct GreedyFiller {
  var state: PackingState
  /// Bin types to open by price per unit of capacity: cheapest for its size first.
  let openingOrder: [Int]
  private let inverseCapacity: [Float]
  /// Bin types that may be used; nil for all.
  private var allowed: [Bool]?
  /// Most copies to place per item type in a run; nil for what remains.
  var quotas: [Int]?

  init(_ instance: Instance, rules: ItemRules) {
    self.init(state: PackingState(instance, rules: rules))
  }

  init(state: PackingState) {
    self.state = state
    let instance = state.instance
    let dimensions = instance.dimensionCount
    var total = Array(repeating: 0.0, count: dimensions)
    for (item, type) in instance.itemTypes.enumerated() {
      for dimension in 0..<dimensions {
        total[dimension] += Double(instance.weight(item, dimension)) * Double(type.demand)
      }
    }
    // Size of a bin: its capacity in shares of total demand, by the scarcest dimension.
    let costs = instance.binTypes.indices.map { bin -> [Double] in
      let size = (0..<dimensions).reduce(Double.infinity) { best, dimension in
        total[dimension] == 0 ? best : min(best, Double(instance.capacity(bin, dimension)) / total[dimension])
      }
      let openings = instance.binTypes[bin].openingScore.values.map(Double.init)
      return openings.map { size > 0 ? $0 / min(size, 1) : ($0 == 0 ? 0 : .infinity) }
    }
    openingOrder = instance.binTypes.indices.sorted { left, right in
      for index in costs[left].indices where costs[left][index] != costs[right][index] {
        return costs[left][index] < costs[right][index]
      }
      return left < right
    }
    inverseCapacity = instance.capacities.map { $0 > 0 ? 1 / Float($0) : 0 }
  }

  /// Confines the next runs to some bin types.
  mutating func allow(_ binTypes: [Int]?) {
    allowed = binTypes.map { members in
      var flags = Array(repeating: false, count: state.instance.binTypes.count)
      for bin in members { flags[bin] = true }
      return flags
    }
  }

  /// Places what remains of the item types, in this order. Gangs that fall short are taken out by running again
  /// without their members.
  mutating func run<P: Policy>(_ sequence: [Int], policy: P, search: inout Search) {
    let start = state
    var banned = Set<Int>()
    while true {
      for item in sequence where state.remaining[item] > 0 && !banned.contains(item) {
        if search.shouldStop() { break }
        placeAll(item, policy: policy, search: &search)
      }
      let broken = state.brokenGangs
      if broken.isEmpty { return }
      let before = banned.count
      for gang in broken {
        for item in sequence where state.instance.gangs[gang].members[item] { banned.insert(item) }
      }
      // A gang that was broken before this filler started cannot be mended here.
      if banned.count == before { return }
      state = start
    }
  }

  private mutating func placeAll<P: Policy>(_ item: Int, policy: P, search: inout Search) {
    var candidates = state.usedBins
    var fresh = openingOrder.filter { state.instance.isEligible(item, $0) }
    if let allowed {
      candidates.removeAll { !allowed[Int(state.binType[$0])] }
      fresh.removeAll { !allowed[$0] }
    }
    let floor = quotas.map { max(0, state.remaining[item] - $0[item]) } ?? 0
    search.spend(1 + candidates.count / 64)
    if policy.takesFirst {
      placeFirst(item, downTo: floor, &candidates, &fresh)
    } else {
      placeBest(item, downTo: floor, &candidates, &fresh, policy)
    }
  }

  /// First fit: bins that can never take the item again are dropped for good, so each is looked at once.
  private mutating func placeFirst(_ item: Int, downTo floor: Int, _ candidates: inout [Int], _ fresh: inout [Int]) {
    let hasDomainRules = state.rules.hasDomainRules[item]
    var position = 0
    while state.remaining[item] > floor {
      if position < candidates.count {
        switch state.verdict(item, candidates[position]) {
        case .fits:
          state.place(item, candidates[position])
          if hasDomainRules { position = 0 }
          continue
        case .never where hasDomainRules: candidates.remove(at: position)
        case .never, .notNow: position += 1
        }
        continue
      }
      guard let bin = openBin(item, &fresh) else { return }
      state.place(item, bin)
      candidates.append(bin)
      position = hasDomainRules ? 0 : candidates.count - 1
    }
  }

  private mutating func placeBest<P: Policy>(
    _ item: Int, downTo floor: Int, _ candidates: inout [Int], _ fresh: inout [Int], _ policy: P
  ) {
    let hasDomainRules = state.rules.hasDomainRules[item]
    // Score of each candidate; nil where it does not fit now.
    var scores: [Float?] = candidates.map { _ in nil }
    func evaluate(_ bin: Int) -> (score: Float?, isDead: Bool) {
      switch state.verdict(item, bin) {
      case .fits: (score(item, bin, policy), false)
      case .notNow: (nil, false)
      case .never: (nil, true)
      }
    }
    var alive: [Int] = []
    scores.removeAll(keepingCapacity: true)
    for bin in candidates {
      let result = evaluate(bin)
      if !result.isDead {
        alive.append(bin)
        scores.append(result.score)
      }
    }
    while state.remaining[item] > floor {
      var best = -1
      for index in alive.indices {
        guard let score = scores[index] else { continue }
        if best < 0 || score > scores[best]! { best = index }
      }
      if best < 0 {
        guard let bin = openBin(item, &fresh) else { return }
        alive.append(bin)
        scores.append(nil)
        best = alive.count - 1
      }
      state.place(item, alive[best])
      if hasDomainRules {
        for index in alive.indices { scores[index] = evaluate(alive[index]).score }
      } else {
        let result = evaluate(alive[best])
        scores[best] = result.score
        if result.isDead {
          alive.remove(at: best)
          scores.remove(at: best)
        }
      }
    }
  }

  /// An empty bin that takes the item, by the opening order.
  private mutating func openBin(_ item: Int, _ fresh: inout [Int]) -> Int? {
    var position = 0
    while position < fresh.count {
      guard let bin = state.freshBin(ofType: fresh[position]) else {
        fresh.remove(at: position)
        continue
      }
      switch state.verdict(item, bin) {
      case .fits: return bin
      case .never: fresh.remove(at: position)
      case .notNow: position += 1
      }
    }
    return nil
  }

  private func score<P: Policy>(_ item: Int, _ bin: Int, _ policy: P) -> Float {
    let dimensions = state.dimensionCount
    let type = Int(state.binType[bin])
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * dimensions) { buffer in
      for dimension in 0..<dimensions {
        let inverse = inverseCapacity[type * dimensions + dimension]
        buffer[dimension] = Float(state.instance.weight(item, dimension)) * inverse
        buffer[dimensions + dimension] = Float(state.residual[bin * dimensions + dimension]) * inverse
      }
      return policy.score(
        weights: UnsafeBufferPointer(rebasing: buffer[0..<dimensions]),
        free: UnsafeBufferPointer(rebasing: buffer[dimensions..<2 * dimensions]))
    }
  }
}
