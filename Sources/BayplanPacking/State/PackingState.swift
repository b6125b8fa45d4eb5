/// A partial packing that knows what still fits where. Each primitive has exactly one incremental check here.
///
/// Bins are numbered: first every copy of the bin types that exist, then elastic ones as they are opened.
/// Invariant: the packing satisfies all rules but `allOrNothing`, which is settled at the end.
struct PackingState {
  let instance: Instance
  let rules: ItemRules
  let dimensionCount: Int

  private(set) var binType: [Int32] = []
  private(set) var copy: [Int32] = []
  private(set) var residual: [Int64] = []
  private(set) var contents: [[Pattern.Entry]] = []
  private(set) var deviceFree: [[Int32]] = []
  /// Copies not placed yet, per item type.
  private(set) var remaining: [Int]
  private(set) var score: Score
  /// Bins with at least one item, in the order of their opening.
  private(set) var usedBins: [Int] = []
  /// Empty bins per bin type, the next to take last.
  private var emptyBins: [[Int32]]
  private var nextCopy: [Int32]

  /// Per counter: count per domain, or per bin for scope 0.
  private(set) var counts: [[Int32]]
  /// Per spread: number of eligible domains at each count, and the least count.
  private var histograms: [[Int32]]
  private var minima: [Int32]
  /// Per requirement: the one domain filled without an anchor, -1 while there is none.
  private var bootstrapDomain: [Int32]

  init(_ instance: Instance, rules: ItemRules? = nil) {
    self.instance = instance
    self.rules = rules ?? ItemRules(instance)
    dimensionCount = instance.dimensionCount
    remaining = instance.itemTypes.map(\.demand)
    score = instance.baseScore
    for item in instance.itemTypes { score.add(item.omissionScore, times: item.demand) }
    emptyBins = Array(repeating: [], count: instance.binTypes.count)
    nextCopy = Array(repeating: 0, count: instance.binTypes.count)
    counts = instance.counters.map { $0.scope == 0 ? [] : $0.fixed }
    bootstrapDomain = Array(repeating: -1, count: instance.requirements.count)
    histograms = Array(repeating: [], count: instance.spreads.count)
    minima = Array(repeating: 0, count: instance.spreads.count)
    for (index, type) in instance.binTypes.enumerated() where !type.isElastic {
      let first = binType.count
      for _ in 0..<type.copies { appendBin(index) }
      emptyBins[index] = (first..<binType.count).reversed().map(Int32.init)
    }
    for (index, spread) in instance.spreads.enumerated() {
      let counter = instance.counters[spread.counter]
      let eligible: [Int32]
      if counter.scope == 0 {
        eligible = binType.indices.filter { spread.eligibleDomains[Int(binType[$0])] }
          .map { counts[spread.counter][$0] }
      } else {
        eligible = counts[spread.counter].indices.filter { spread.eligibleDomains[$0] }
          .map { counts[spread.counter][$0] }
      }
      histograms[index] = Array(repeating: 0, count: Int(eligible.max() ?? 0) + 2)
      for count in eligible { histograms[index][Int(count)] += 1 }
      minima[index] = eligible.min() ?? 0
    }
  }

  private mutating func appendBin(_ type: Int) {
    binType.append(Int32(type))
    copy.append(nextCopy[type])
    nextCopy[type] += 1
    residual.append(contentsOf: instance.capacities[type * dimensionCount..<(type + 1) * dimensionCount])
    contents.append([])
    deviceFree.append(instance.binTypes[type].devices.map(\.free))
    for (index, counter) in instance.counters.enumerated() where counter.scope == 0 {
      counts[index].append(counter.fixed[type])
    }
  }

  var binCount: Int { binType.count }

  /// An empty bin of the type to try next, opened if elastic; nil when no copy is left.
  mutating func freshBin(ofType type: Int) -> Int? {
    if let bin = emptyBins[type].last { return Int(bin) }
    guard instance.binTypes[type].isElastic, Int(nextCopy[type]) < instance.binTypes[type].copies else { return nil }
    appendBin(type)
    emptyBins[type].append(Int32(binCount - 1))
    return binCount - 1
  }

  /// The domain of a bin in the scope of a counter, -1 for none.
  @inline(__always)
  func domain(ofBin bin: Int, counter: Int) -> Int {
    let scope = instance.counters[counter].scope
    let domain = instance.binTypes[Int(binType[bin])].domains[scope]
    return scope == 0 ? (domain < 0 ? -1 : bin) : Int(domain)
  }

  // MARK: Checks

  /// Dimension check alone.
  @inline(__always)
  func hasRoom(_ item: Int, _ bin: Int) -> Bool {
    let weightBase = item * dimensionCount
    let residualBase = bin * dimensionCount
    for dimension in 0..<dimensionCount
    where instance.weights[weightBase + dimension] > residual[residualBase + dimension] {
      return false
    }
    return true
  }

  /// Whether the bin could take the item now or, unless this is `never`, later.
  enum Verdict { case fits, notNow, never }

  func verdict(_ item: Int, _ bin: Int) -> Verdict {
    if !instance.isEligible(item, Int(binType[bin])) || !hasRoom(item, bin) { return .never }
    if instance.itemTypes[item].device != nil && devicePlaces(item, bin) == nil { return .never }
    if rules.hasDomainRules[item] { return checkRules(item, bin) ? .fits : .notNow }
    return checkRules(item, bin) ? .fits : .never
  }

  func fits(_ item: Int, _ bin: Int) -> Bool { verdict(item, bin) == .fits }

  private func checkRules(_ item: Int, _ bin: Int) -> Bool {
    for counter in rules.forbidden[item] {
      let domain = domain(ofBin: bin, counter: Int(counter))
      if domain >= 0 && counts[Int(counter)][domain] > 0 { return false }
    }
    for maximum in rules.maxima[item] {
      let domain = domain(ofBin: bin, counter: maximum.counter)
      if domain >= 0 && counts[maximum.counter][domain] >= maximum.limit { return false }
    }
    for spread in rules.spreads[item] where !checkSpread(Int(spread), item, bin) { return false }
    for requirement in rules.requirements[item] where !checkRequirement(Int(requirement), bin) { return false }
    return true
  }

  private func checkSpread(_ index: Int, _ item: Int, _ bin: Int) -> Bool {
    let spread = instance.spreads[index]
    let domain = domain(ofBin: bin, counter: spread.counter)
    let isOwner = instance.counters[spread.owners].members[item]
    if domain < 0 { return !isOwner }
    if !isOwner && counts[spread.owners][domain] == 0 { return true }
    let counter = instance.counters[spread.counter]
    let counted = counter.countedBinTypes.isEmpty || counter.countedBinTypes[Int(binType[bin])]
    let own: Int32 = counter.members[item] && counted ? 1 : 0
    let minimum = spread.minimumIsZero ? 0 : minima[index]
    return counts[spread.counter][domain] + own - minimum <= spread.maxSkew
  }

  private func checkRequirement(_ index: Int, _ bin: Int) -> Bool {
    let requirement = instance.requirements[index]
    let domain = domain(ofBin: bin, counter: requirement.anchors)
    if domain < 0 { return false }
    if counts[requirement.anchors][domain] > 0 { return true }
    guard requirement.allowsBootstrap else { return false }
    return bootstrapDomain[index] < 0 || Int(bootstrapDomain[index]) == domain
  }

  /// Devices the item would take in the bin: the tightest that holds a share, the first whole ones otherwise.
  func devicePlaces(_ item: Int, _ bin: Int) -> [Int]? {
    guard let demand = instance.itemTypes[item].device else { return [] }
    return Self.devicePlaces(demand, slots: instance.binTypes[Int(binType[bin])].devices, free: deviceFree[bin])
  }

  static func devicePlaces(_ demand: Instance.DeviceDemand, slots: [Instance.DeviceSlot], free: [Int32]) -> [Int]? {
    if demand.count == 1 {
      var best = -1
      for index in free.indices
      where free[index] >= demand.milli && demand.acceptedClasses & (1 << slots[index].deviceClass) != 0
        && (best < 0 || free[index] < free[best])
      { best = index }
      return best < 0 ? nil : [best]
    }
    var places: [Int] = []
    for index in free.indices
    where free[index] >= demand.milli && demand.acceptedClasses & (1 << slots[index].deviceClass) != 0 {
      places.append(index)
      if places.count == demand.count { return places }
    }
    return nil
  }

  // MARK: Changes

  /// Puts one copy of the item into the bin. The caller has checked `fits`.
  mutating func place(_ item: Int, _ bin: Int) {
    if contents[bin].isEmpty {
      score += instance.binTypes[Int(binType[bin])].openingScore
      let type = Int(binType[bin])
      if emptyBins[type].last == Int32(bin) {
        emptyBins[type].removeLast()
      } else {
        emptyBins[type].removeAll { $0 == Int32(bin) }
      }
      usedBins.append(bin)
    }
    for dimension in 0..<dimensionCount {
      residual[bin * dimensionCount + dimension] -= instance.weights[item * dimensionCount + dimension]
    }
    if let demand = instance.itemTypes[item].device, let places = devicePlaces(item, bin) {
      for place in places { deviceFree[bin][place] -= demand.milli }
    }
    for requirement in rules.requirements[item] {
      let anchors = instance.requirements[Int(requirement)].anchors
      let domain = domain(ofBin: bin, counter: anchors)
      if counts[anchors][domain] == 0 { bootstrapDomain[Int(requirement)] = Int32(domain) }
    }
    count(item, bin, by: 1)
    remaining[item] -= 1
    score -= instance.itemTypes[item].omissionScore
    if let index = contents[bin].firstIndex(where: { $0.item == Int32(item) }) {
      contents[bin][index].count += 1
    } else {
      contents[bin].append(Pattern.Entry(item: item, count: 1))
    }
  }

  private mutating func count(_ item: Int, _ bin: Int, by step: Int32) {
    for counter in rules.counters[item] {
      let index = Int(counter)
      let domain = domain(ofBin: bin, counter: index)
      let filter = instance.counters[index].countedBinTypes
      if domain >= 0 && (filter.isEmpty || filter[Int(binType[bin])]) { counts[index][domain] += step }
    }
    for spread in rules.spreads[item] { updateMinimum(Int(spread), item, bin, step) }
  }

  private mutating func updateMinimum(_ index: Int, _ item: Int, _ bin: Int, _ step: Int32) {
    let spread = instance.spreads[index]
    let counter = instance.counters[spread.counter]
    let domain = domain(ofBin: bin, counter: spread.counter)
    guard counter.members[item], domain >= 0,
      counter.countedBinTypes.isEmpty || counter.countedBinTypes[Int(binType[bin])],
      spread.eligibleDomains[counter.scope == 0 ? Int(binType[bin]) : domain],
      !(counter.scope == 0 && instance.binTypes[Int(binType[bin])].isElastic)
    else { return }
    let now = Int(counts[spread.counter][domain])
    if now >= histograms[index].count {
      histograms[index].append(contentsOf: Array(repeating: 0, count: now + 1 - histograms[index].count))
    }
    histograms[index][now - Int(step)] -= 1
    histograms[index][now] += 1
    if now < Int(minima[index]) { minima[index] = Int32(now) }
    while histograms[index][Int(minima[index])] == 0 { minima[index] += 1 }
  }

  // MARK: Result

  var assignment: Assignment {
    var loads: [BinLoad] = []
    loads.reserveCapacity(usedBins.count)
    for bin in usedBins.sorted() where !contents[bin].isEmpty {
      loads.append(
        BinLoad(
          binType: Int(binType[bin]), copy: Int(copy[bin]),
          pattern: Pattern(contents[bin].sorted { $0.item < $1.item })))
    }
    return Assignment(loads: loads)
  }

  /// Gangs of which some members are placed, but fewer than the minimum.
  var brokenGangs: [Int] {
    instance.gangs.indices.filter { index in
      let gang = instance.gangs[index]
      let placed = instance.itemTypes.indices.reduce(0) {
        $0 + (gang.members[$1] ? instance.itemTypes[$1].demand - remaining[$1] : 0)
      }
      return placed > 0 && placed < gang.minimum
    }
  }
}
