import BayplanModel

extension IncrementalScheduler {
  public struct Choice: Hashable, Sendable {
    public var node: Int
    public var total: Int64
    /// Nodes with the same total.
    public var equals: Int
    /// Nodes that passed all filters.
    public var feasible: Int
  }

  /// The node for a pod of the class; nil if none is left.
  /// - Parameters:
  ///   - sampling: which nodes to look at, if not at all of them.
  ///   - choose: a number below the number of equally good nodes, in the order of the cluster.
  mutating func choice(
    for number: Int, profile: Int, _ sampling: inout NodeSampling, _ choose: (Int) -> Int
  ) -> Choice? {
    let rules = currentRules(of: number, profile)
    let limit = rules.base == nil ? nil : NodeSampling.limit(profiles[profile], nodes: rows.count)
    let hasPoints = rules.points.contains { counters[$0.counter].counted > 0 }
    let hasGates = rules.gates.contains(where: isClosing)
    if let base = rules.base {
      refresh(base)
      let isPlain = !hasGates && !hasPoints && rules.softSpread.isEmpty && fits[rules.fit].relatives.isEmpty
      if limit == nil && isPlain { return bases[base].best(choose) }
    }
    var scratch = RatingScratch(nodes: 0)
    swap(&scratch, &self.scratch)
    defer { swap(&scratch, &self.scratch) }
    if let limit {
      collect(limit, &sampling, rules, &scratch)
    } else {
      collect(rules, &scratch)
    }
    if scratch.count == 0 { return nil }
    for relative in fits[rules.fit].relatives { add(relative, &scratch) }
    if !rules.softSpread.isEmpty { addSpread(rules, &scratch) }
    if hasPoints { addPoints(rules, &scratch) }
    return scratch.best(choose)
  }

  /// Whether a pod elsewhere can keep a pod of the class off a node, now or once it comes.
  mutating func mindsDomains(_ number: Int, profile: Int) -> Bool {
    currentRules(of: number, profile).gates.contains { gate in
      switch gate {
      case .attachments: false
      case .apart(let counter): counters[counter].column != LabelColumns.eachNode
      case .exclusive, .near, .spread: true
      }
    }
  }

  /// Nodes that changed since a version; nil for too many.
  func changes(since version: Int) -> Set<Int>? { rows.changes(since: version).map { Set($0.map(Int.init)) } }

  /// Whether a pod of the class passes all filters on a node.
  mutating func fits(_ number: Int, profile: Int, on node: Int) -> Bool {
    let rules = currentRules(of: number, profile)
    guard let position = fits[rules.fit].position(of: node), fits[rules.fit].points[position] >= 0 else { return false }
    let fitsResources = rows.cells.withUnsafeBufferPointer { cells in
      demands[rules.demand].points(cells.baseAddress! + node * rows.stride) >= 0
    }
    if !fitsResources { return false }
    for gate in rules.gates where !isOpen(gate, at: node) { return false }
    return true
  }

  private func isOpen(_ gate: ClassRules.Gate, at node: Int) -> Bool {
    switch gate {
    case .exclusive: return !isClosing(gate)
    case .attachments(let wanted): return canAttach(wanted, at: node)
    case .apart, .near, .spread:
      for test in domainTests(of: gate) {
        let column = labels.columns[counters[test.counter].column]
        let value = column.values[node]
        let passes =
          value == column.missing ? test.isMissingAllowed : test.allows(counters[test.counter].counts[Int(value)])
        if !passes { return false }
      }
      return true
    }
  }

  private func canAttach(_ wanted: [String: String], at node: Int) -> Bool {
    bare.storage.catalogue.attachLimits[bare.nodes[node].node.name].map { attached.allow(wanted, on: node, $0) } ?? true
  }

  /// A gate that opens and closes whole domains, by what is counted in each.
  private struct DomainTest {
    var counter: Int
    /// Whether nodes without the label pass.
    var isMissingAllowed: Bool
    var allows: (Int64) -> Bool
  }

  private func domainTests(of gate: ClassRules.Gate) -> [DomainTest] {
    switch gate {
    case .exclusive, .attachments: return []
    case .apart(let counter): return [DomainTest(counter: counter, isMissingAllowed: true) { $0 == 0 }]
    case .near(let numbers, let mayBeFirst):
      let isFirst = mayBeFirst && numbers.allSatisfy { counters[$0].counted == 0 }
      return numbers.map { DomainTest(counter: $0, isMissingAllowed: false) { isFirst || $0 > 0 } }
    case .spread(let counter, let own, let maxSkew, let minDomains):
      let most = maxSkew + counters[counter].minimum(minDomains: minDomains) - own
      return [DomainTest(counter: counter, isMissingAllowed: false) { $0 <= most }]
    }
  }

  private mutating func currentRules(of number: Int, _ profile: Int) -> ClassRules {
    var index = classes[number].rules[profile]
    if index < 0 {
      let made = makeRules(classes[number].pod, profile)
      index = rules.count
      rules.append(made)
      setRules(index, of: number, profile)
    }
    if rules[index].termsSeen < terms.count { updateTerms(of: classes[number].pod, index) }
    return rules[index]
  }

  /// Gates that stand open everywhere are no gates.
  private func isClosing(_ gate: ClassRules.Gate) -> Bool {
    switch gate {
    case .apart(let counter): counters[counter].counted > 0
    case .exclusive(let claims): claims.contains { claimUses[$0, default: 0] > 0 }
    default: true
    }
  }

  // MARK: Filters

  /// The nodes that are left, with their base scores as totals.
  private func collect(_ rules: ClassRules, _ scratch: inout RatingScratch) {
    if let base = rules.base {
      scratch.take(bases[base].totals)
    } else {
      collectCandidates(fits[rules.fit], demands[rules.demand], &scratch)
    }
    close(rules.gates, &scratch)
  }

  private func collectCandidates(_ fit: StaticFit, _ demand: ResourceDemand, _ scratch: inout RatingScratch) {
    scratch.takeNone()
    rows.cells.withUnsafeBufferPointer { cells in
      for (position, node) in fit.candidates.enumerated() where fit.points[position] >= 0 {
        let points = demand.points(cells.baseAddress! + Int(node) * rows.stride)
        if points >= 0 { scratch.append(node, total: fit.points[position] + points, position: position) }
      }
    }
  }

  /// The first nodes that are left, in the order of sampling.
  private func collect(
    _ limit: Int, _ sampling: inout NodeSampling, _ rules: ClassRules, _ scratch: inout RatingScratch
  ) {
    let base = bases[rules.base!].totals
    var found: [Int32] = []
    var looked = 0
    while looked < rows.count {
      let end = min(looked + 2 * limit, rows.count)
      let (order, start) = (sampling.order, sampling.start)
      scratch.take((looked..<end).lazy.map { order[(start + $0) % order.count] }, base)
      looked = end
      close(rules.gates, &scratch)
      let room = limit - found.count
      found += scratch.nodes.prefix(min(room, scratch.count))
      if scratch.count > room {
        looked = (Int(sampling.positions[Int(scratch.nodes[room])]) - start + rows.count) % rows.count
        break
      }
    }
    sampling.advance(by: looked)
    scratch.take(found.sorted(), base)
  }

  private func close(_ gates: [ClassRules.Gate], _ scratch: inout RatingScratch) {
    for gate in gates where scratch.count > 0 && isClosing(gate) {
      switch gate {
      case .exclusive: scratch.takeNone()
      case .attachments(let wanted): scratch.keep { canAttach(wanted, at: $0) }
      case .apart, .near, .spread:
        for test in domainTests(of: gate) { keep(test, &scratch) }
      }
    }
  }

  private func keep(_ test: DomainTest, _ scratch: inout RatingScratch) {
    var isAllowed = counters[test.counter].counts.map(test.allows)
    isAllowed[isAllowed.count - 1] = test.isMissingAllowed
    scratch.keep(labels.columns[counters[test.counter].column].values, in: isAllowed)
  }

  // MARK: Scores

  private func add(_ relative: StaticFit.Relative, _ scratch: inout RatingScratch) {
    scratch.setRaw(relative.raw)
    scratch.addWorth(weight: relative.weight) { raw, _, most in
      let points = most > 0 ? 100 * raw / most : raw
      return relative.isReversed ? 100 - points : points
    }
  }

  /// As `PodTopologySpreadScore` does it.
  private func addSpread(_ rules: ClassRules, _ scratch: inout RatingScratch) {
    if rules.softSpread.count == 1, rules.isRated == nil {
      setSingleSpread(rules.softSpread[0], &scratch)
    } else {
      setSpread(rules, &scratch)
    }
    scratch.addWorth(weight: rules.spreadWeight) { raw, least, most in
      most == 0 ? 100 : 100 * (most + least - raw) / most
    }
  }

  /// One constraint: the score of a count is worked out once.
  private func setSingleSpread(_ spread: ClassRules.SoftSpread, _ scratch: inout RatingScratch) {
    let column = labels.columns[spread.column]
    let counter = counters[spread.counter]
    let domains = spread.isHost ? scratch.count : domainCount(column, nil, scratch)
    let weight = logarithm(domains + 2)
    func score(_ count: Int64) -> Int64 { (Double(count) * weight + Double(spread.maxSkew - 1)).roundedToInteger }
    var last: (count: Int64, score: Int64) = (0, score(0))
    let scores = counter.counts.map { count in
      if count != last.count { last = (count, score(count)) }
      return last.score
    }
    if spread.isHost && column.hasMissing {
      scratch.fill { _, node, _ in column.values[node] == column.missing ? 0 : scores[node] }
    } else {
      scratch.setRaw(scores, by: labels.columns[counter.column].values)
    }
  }

  private func setSpread(_ rules: ClassRules, _ scratch: inout RatingScratch) {
    let isRated = rules.isRated
    let rated = isRated.map { isRated in scratch.nodes.prefix(scratch.count).count { isRated[Int($0)] } }
    let terms = rules.softSpread.map { spread in
      let column = labels.columns[spread.column]
      let domains = spread.isHost ? rated ?? scratch.count : domainCount(column, isRated, scratch)
      let weight = logarithm(domains + 2)
      let constant = Double(spread.maxSkew - 1)
      return (column, spread.isHost, counters[spread.counter].counts.map { Double($0) * weight + constant })
    }
    scratch.fill { _, node, _ in
      if let isRated, !isRated[node] { return .min }
      // Doubles are added in the order of the constraints, as the scheduler does.
      var sum = 0.0
      for (column, isHost, scores) in terms where column.values[node] != column.missing {
        sum += scores[isHost ? node : Int(column.values[node])]
      }
      return sum.roundedToInteger
    }
  }

  /// Domains that some rated node is in; nodes without the label are one together.
  private func domainCount(_ column: LabelColumn, _ isRated: [Bool]?, _ scratch: RatingScratch) -> Int {
    var isSeen = [Bool](repeating: false, count: column.valueCount + 1)
    var count = 0
    for node in scratch.nodes.prefix(scratch.count) where isRated?[Int(node)] ?? true {
      let value = Int(column.values[Int(node)])
      if isSeen[value] { continue }
      isSeen[value] = true
      count += 1
      if count == column.valueCount + (column.hasMissing ? 1 : 0) { break }
    }
    return count
  }

  /// As `InterPodAffinityScore` does it.
  private func addPoints(_ rules: ClassRules, _ scratch: inout RatingScratch) {
    let points = rules.points.filter { counters[$0.counter].counted > 0 }
    var isFirst = true
    for column in Set(points.map { counters[$0.counter].column }) {
      let own = points.filter { counters[$0.counter].column == column }
      var sums = own[0].weight == 1 ? counters[own[0].counter].counts : weighted(own[0])
      for point in own.dropFirst() {
        counters[point.counter].counts.withUnsafeBufferPointer { counts in
          sums.withUnsafeMutableBufferPointer { sums in
            for domain in 0..<sums.count { sums[domain] &+= counts[domain] &* point.weight }
          }
        }
      }
      sums[sums.count - 1] = 0
      let values = labels.columns[column].values
      if isFirst { scratch.setRaw(sums, by: values) } else { scratch.addRaw(sums, by: values) }
      isFirst = false
    }
    scratch.addWorth(weight: rules.pointsWeight) { raw, least, most in
      most == least ? 0 : Int64(100 * (Double(raw - least) / Double(most - least)))
    }
  }

  private func weighted(_ point: (counter: Int, weight: Int64)) -> [Int64] {
    counters[point.counter].counts.map { $0 &* point.weight }
  }
}

extension Double {
  /// Halves away from zero, for numbers that are not negative.
  fileprivate var roundedToInteger: Int64 {
    let whole = Int64(self)
    return self - Double(whole) >= 0.5 ? whole + 1 : whole
  }
}
