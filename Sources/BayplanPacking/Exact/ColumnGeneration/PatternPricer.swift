/// Finds the most valuable pattern of a bin type: a bounded, multi-dimensional knapsack with the rules inside a bin.
///
///     maximize    sum over items t of gain_t a_t
///     subject to  sum over t of weight_td a_t <= capacity_d      for each dimension d
///                 a_t <= limit_t, devices fit, conflicts and maxima inside the bin hold
///
/// Depth-first search over items by falling density, pruned by a dynamic-programming table over one surrogate
/// dimension (the weights combined with multipliers, rounded down), so that the table never cuts off a better
/// pattern. Exact in integers unless the node limit is hit; then the root of the table is returned as upper bound.
/// Rules that reach beyond the bin are relaxed.
/// Complexity: O(items × table) for the table, exponential at worst for the search.
/// Source: surrogate relaxation, Glover 1975; completion bounds as in Belov and Scheithauer 2006.
struct PatternPricer {
  let instance: Instance
  let rules: ItemRules
  /// Cells of the surrogate table per item.
  var tableWidth = 512
  /// Effort spent on the surrogate's weights.
  var surrogateRounds = 2
  /// Whether a device arrangement is refused only if none exists. Otherwise shares go to the tightest device one after
  /// the other, which is fast and may miss patterns: fit for packing, not for bounds.
  var arrangesDevicesExactly = true
  /// Whether a search that gives up is followed by a two-dimensional table.
  var usesGrid = false
  /// When to stop and answer with what there is, besides the node limit.
  var deadline: ContinuousClock.Instant?

  struct Result {
    /// No pattern is worth more.
    var upperBound: Int64
    /// The best pattern found, and its worth.
    var best: Int64
    /// Improving patterns in the order they were found, the best last.
    var patterns: [(worth: Int64, pattern: Pattern)]
    var isExact: Bool
    var nodes: Int
    /// Per dimension what a unit was charged in the table that gave the upper bound, in gains; nil if none did.
    var charges: [Double]?
  }

  init(_ instance: Instance, rules: ItemRules) {
    self.instance = instance
    self.rules = rules
  }

  /// - Parameters:
  ///   - gains: worth of one copy per item type; items with a gain of zero or less are left out.
  ///   - limits: most copies per item type.
  ///   - floor: only patterns worth more than this are of interest.
  func price(bin: Int, gains: [Int64], limits: [Int], floor: Int64 = 0, nodeLimit: Int) -> Result {
    var run = PricingRun(self, bin: bin, gains: gains, limits: limits, floor: floor, nodeLimit: nodeLimit)
    return run.solve()
  }

  /// Most copies of an item in an otherwise empty bin of the type, at most `limit`.
  func mostCopies(_ item: Int, bin: Int, limit: Int) -> Int {
    guard instance.isEligible(item, bin) else { return 0 }
    var most = Int64(limit)
    for dimension in 0..<instance.dimensionCount {
      let weight = instance.weight(item, dimension)
      if weight > 0 { most = min(most, instance.capacity(bin, dimension) / weight) }
    }
    let binHasDomain = instance.binTypes[bin].domains[0] >= 0
    for counter in rules.forbidden[item] where instance.counters[Int(counter)].scope == 0 && binHasDomain {
      let counter = instance.counters[Int(counter)]
      if counter.fixed[bin] > 0 { return 0 }
      if counter.members[item] { most = min(most, 1) }
    }
    for maximum in rules.maxima[item] where instance.counters[maximum.counter].scope == 0 && binHasDomain {
      most = min(most, Int64(max(0, maximum.limit - instance.counters[maximum.counter].fixed[bin])))
    }
    if let demand = instance.itemTypes[item].device {
      let usable = instance.binTypes[bin].devices.filter {
        demand.acceptedClasses & (1 << $0.deviceClass) != 0
      }
      let slots = usable.reduce(0) { $0 + Int($1.free / max(1, demand.milli)) }
      most = min(most, Int64(slots / demand.count))
    }
    return Int(most)
  }
}

/// One pricing problem on its way.
private struct PricingRun {
  let pricer: PatternPricer
  let bin: Int
  let nodeLimit: Int
  let dimensions: Int
  let hasDevices: Bool
  var items: [Int] = []
  var caps: [Int] = []
  var gains: [Int64] = []
  var weights: [Int64] = []
  var surrogate: [Double] = []
  /// Worth of a unit of each dimension where the fractional knapsack breaks.
  var prices: [Double] = []
  /// (items + 1) × (width + 1): best gain of the items from here on.
  var table: [Int64] = []
  let width: Int

  var best: Int64
  /// Most tables of `searchOnGrid`.
  let gridTables = 7
  var charges: [Double]?
  var nodes = 0
  var aborted = false
  var found: [(worth: Int64, pattern: Pattern)] = []
  var chosen: [Int] = []
  var residual: [Int64]
  var devices: [Int32] = []
  /// Per bin-wide counter: copies in the bin.
  var counts: [Int32]
  /// Per position in `items`: bin-wide counters to be at zero, to be below a limit, to be counted.
  var forbidden: [[Int]] = []
  var maxima: [[(counter: Int, limit: Int32)]] = []
  var counted: [[Int]] = []

  init(_ pricer: PatternPricer, bin: Int, gains: [Int64], limits: [Int], floor: Int64, nodeLimit: Int) {
    self.pricer = pricer
    self.bin = bin
    self.nodeLimit = nodeLimit
    let instance = pricer.instance
    dimensions = instance.dimensionCount
    width = pricer.tableWidth
    best = floor
    residual = (0..<dimensions).map { instance.capacity(bin, $0) }
    devices = instance.binTypes[bin].devices.map(\.free)
    counts = instance.counters.map { $0.scope == 0 ? $0.fixed[bin] : 0 }
    var candidates: [(item: Int, cap: Int)] = []
    for item in instance.itemTypes.indices where gains[item] > 0 && limits[item] > 0 {
      let cap = pricer.mostCopies(item, bin: bin, limit: limits[item])
      if cap > 0 { candidates.append((item, cap)) }
    }
    hasDevices = candidates.contains { instance.itemTypes[$0.item].device != nil }
    let melted = SurrogatePrices(
      gains: gains.map(Double.init), items: candidates.map(\.item), caps: candidates.map(\.cap), bin: bin,
      instance: instance, rounds: pricer.surrogateRounds)
    let surrogate = melted.weights
    prices = melted.prices
    let density = candidates.map { candidate -> Double in
      var weight = 1e-12
      for dimension in surrogate.indices {
        weight += surrogate[dimension] * Double(instance.weight(candidate.item, dimension))
      }
      return Double(gains[candidate.item]) / weight
    }
    let order = candidates.indices.sorted { (density[$0], $1) > (density[$1], $0) }
    self.surrogate = surrogate
    items = order.map { candidates[$0].item }
    caps = order.map { candidates[$0].cap }
    self.gains = items.map { gains[$0] }
    weights = items.flatMap { item in (0..<instance.dimensionCount).map { instance.weight(item, $0) } }
    chosen = Array(repeating: 0, count: items.count)
    if instance.binTypes[bin].domains[0] >= 0 {
      forbidden = items.map { pricer.rules.forbidden[$0].map(Int.init).filter { instance.counters[$0].scope == 0 } }
      maxima = items.map { item in
        pricer.rules.maxima[item].filter { instance.counters[$0.counter].scope == 0 }
          .map { ($0.counter, $0.limit) }
      }
      counted = items.map { pricer.rules.counters[$0].map(Int.init).filter { instance.counters[$0].scope == 0 } }
    } else {
      forbidden = items.map { _ in [] }
      maxima = items.map { _ in [] }
      counted = items.map { _ in [] }
    }
  }

  mutating func solve() -> PatternPricer.Result {
    let floor = best
    if items.isEmpty {
      return .init(upperBound: 0, best: max(0, floor), patterns: [], isExact: true, nodes: 0)
    }
    buildTable()
    search(0, 0)
    var upper = aborted ? max(best, table[width]) : best
    if aborted && pricer.usesGrid { upper = min(upper, searchOnGrid(upper)) }
    return .init(upperBound: upper, best: best, patterns: found, isExact: !aborted, nodes: nodes, charges: charges)
  }

  /// An upper bound from the two dimensions that weigh most in the surrogate, by dynamic programming; its patterns are
  /// kept where they fit.
  ///
  /// The other dimensions are charged at a multiple of their price (Lagrangian relaxation). The bound is convex in the
  /// multiple; where the lines of two tables meet is the next one to try (Kelley 1960).
  private mutating func searchOnGrid(_ ceiling: Int64) -> Int64 {
    let ranked = (0..<dimensions).sorted { (-share($0), $0) < (-share($1), $1) }
    guard ranked.count >= 2 else { return ceiling }
    var upper = ceiling
    var multiple = 0.0
    var falling: (at: Double, value: Double, slope: Double)?
    var rising: (at: Double, value: Double, slope: Double)?
    for _ in 0..<gridTables where upper > best && !isLate {
      guard let grid = solveOnGrid(ranked, multiple) else { break }
      if grid.upperBound < upper {
        upper = max(best, grid.upperBound)
        charges = prices.map { $0 * multiple }
        for dimension in ranked.prefix(2) { charges![dimension] = prices[dimension] }
      }
      chosen = grid.copies
      let worth = zip(gains, chosen).reduce(Int64(0)) { $0 + $1.0 * Int64($1.1) }
      if worth > best && pricer.instance.violation(of: pattern, inBinType: bin) == nil {
        best = worth
        found.append((worth, pattern))
      }
      let line = (at: multiple, value: Double(grid.upperBound), slope: grid.slope)
      if line.slope < 0 { falling = line } else { rising = line }
      guard let falling else { break }
      guard let rising else {
        multiple = multiple == 0 ? 1 : 2 * multiple
        continue
      }
      let meeting =
        (rising.value - falling.value + falling.slope * falling.at - rising.slope * rising.at)
        / (falling.slope - rising.slope)
      let promised = falling.value + falling.slope * (meeting - falling.at)
      if Double(upper) - promised < 1e-5 * Double(upper) { break }
      multiple = meeting
    }
    return upper
  }

  /// The table at some multiple of the prices: charges are rounded down and the price of the whole room up, so that the
  /// outcome is an upper bound. The slope says how the bound changes with the multiple.
  private func solveOnGrid(
    _ ranked: [Int], _ multiple: Double
  ) -> (upperBound: Int64, copies: [Int], slope: Double)? {
    let (first, second) = (ranked[0], ranked[1])
    let charges = items.indices.map { position in
      ranked[2...].reduce(0.0) { $0 + prices[$1] * Double(weights[position * dimensions + $1]) }
    }
    let entries = items.indices.map { position in
      GridKnapsack.Item(
        gain: gains[position] - Int64((charges[position] * multiple * (1 - 1e-9)).rounded(.down)),
        copies: caps[position],
        weights: (weights[position * dimensions + first], weights[position * dimensions + second]))
    }
    let capacity = (pricer.instance.capacity(bin, first), pricer.instance.capacity(bin, second))
    guard let (worth, copies) = GridKnapsack().solve(entries, capacity: capacity) else { return nil }
    let room = ranked[2...].reduce(0.0) { $0 + prices[$1] * Double(pricer.instance.capacity(bin, $1)) }
    let used = zip(charges, copies).reduce(0.0) { $0 + $1.0 * Double($1.1) }
    return (worth + Int64((room * multiple * (1 + 1e-9)).rounded(.up)), copies, room - used)
  }

  private func share(_ dimension: Int) -> Double {
    surrogate[dimension] * Double(pricer.instance.capacity(bin, dimension))
  }

  private mutating func buildTable() {
    let stride = width + 1
    table = Array(repeating: 0, count: (items.count + 1) * stride)
    let count = items.count
    let (caps, gains, width) = (caps, gains, width)
    let surrogateWeights = items.indices.map { position -> Int in
      var weight = 0.0
      for dimension in 0..<dimensions {
        weight += surrogate[dimension] * Double(weights[position * dimensions + dimension])
      }
      // Rounded down, with room for the error of the sum, so that the table stays a relaxation.
      return max(0, Int((weight * Double(width) * (1 - 1e-9)).rounded(.down)))
    }
    table.withUnsafeMutableBufferPointer { table in
      for position in (0..<count).reversed() {
        let (row, next) = (position * stride, (position + 1) * stride)
        for cell in 0...width { table[row + cell] = table[next + cell] }
        let weight = surrogateWeights[position]
        if weight == 0 {
          for cell in 0...width { table[row + cell] += gains[position] * Int64(caps[position]) }
          continue
        }
        // Copies in powers of two, each a 0-1 item.
        var left = min(caps[position], width / weight)
        var bundle = 1
        while left > 0 {
          let copies = min(bundle, left)
          let (size, gain) = (weight * copies, gains[position] * Int64(copies))
          if size <= width {
            var cell = width
            while cell >= size {
              let other = table[row + cell - size] + gain
              if other > table[row + cell] { table[row + cell] = other }
              cell -= 1
            }
          }
          left -= copies
          bundle *= 2
        }
      }
    }
  }

  private var isLate: Bool { pricer.deadline.map { ContinuousClock.now >= $0 } ?? false }

  private mutating func search(_ position: Int, _ value: Int64) {
    if aborted { return }
    nodes += 1
    if nodes > nodeLimit || (nodes & 255 == 0 && isLate) {
      aborted = true
      return
    }
    if value > best {
      best = value
      found.append((value, pattern))
    }
    if position == items.count { return }
    var room = 0.0
    for dimension in 0..<dimensions { room += surrogate[dimension] * Double(residual[dimension]) }
    // Rounded up by a hair, so that the table stays a relaxation.
    let cell = min(width, Int((room * Double(width) * (1 + 1e-9)).rounded(.down)))
    if value + table[position * (width + 1) + max(0, cell)] <= best { return }

    var most = caps[position]
    for dimension in 0..<dimensions {
      let weight = weights[position * dimensions + dimension]
      if weight > 0 { most = min(most, Int(residual[dimension] / weight)) }
    }
    if most > 0 {
      for counter in forbidden[position] where counts[counter] > 0 { most = 0 }
      for (counter, limit) in maxima[position] { most = min(most, Int(max(0, limit - counts[counter]))) }
    }
    if hasDevices, most > 0, let demand = pricer.instance.itemTypes[items[position]].device {
      if !pricer.arrangesDevicesExactly {
        searchOnDevices(position, value, demand, most)
        return
      }
      while most > 0 {
        chosen[position] = most
        if devicesFit(upTo: position + 1) { break }
        most -= 1
      }
      chosen[position] = 0
    }
    apply(position, by: most)
    var copies = most
    while true {
      search(position + 1, value + gains[position] * Int64(copies))
      if copies == 0 || aborted { break }
      apply(position, by: -1)
      copies -= 1
    }
    if copies > 0 { apply(position, by: -copies) }
  }

  /// Branches on a device item with the devices filled as a scheduler would fill them.
  private mutating func searchOnDevices(
    _ position: Int, _ value: Int64, _ demand: Instance.DeviceDemand, _ most: Int
  ) {
    let slots = pricer.instance.binTypes[bin].devices
    var states = [devices]
    while states.count <= most,
      let places = PackingState.devicePlaces(demand, slots: slots, free: states[states.count - 1])
    {
      var next = states[states.count - 1]
      for place in places { next[place] -= demand.milli }
      states.append(next)
    }
    let before = devices
    for copies in stride(from: states.count - 1, through: 0, by: -1) where !aborted {
      devices = states[copies]
      apply(position, by: copies)
      search(position + 1, value + gains[position] * Int64(copies))
      apply(position, by: -copies)
    }
    devices = before
  }

  private mutating func apply(_ position: Int, by copies: Int) {
    if copies == 0 { return }
    chosen[position] += copies
    for dimension in 0..<dimensions {
      residual[dimension] -= weights[position * dimensions + dimension] * Int64(copies)
    }
    for counter in counted[position] { counts[counter] += Int32(copies) }
  }

  private func devicesFit(upTo position: Int) -> Bool {
    let entries = (0..<position).filter { chosen[$0] > 0 }
      .map { Pattern.Entry(item: items[$0], count: chosen[$0]) }
    return DevicePacking.pack(Pattern(entries), bin: bin, instance: pricer.instance) != nil
  }

  private var pattern: Pattern {
    Pattern(
      chosen.indices.filter { chosen[$0] > 0 }
        .map { Pattern.Entry(item: items[$0], count: chosen[$0]) }
        .sorted { $0.item < $1.item })
  }
}
