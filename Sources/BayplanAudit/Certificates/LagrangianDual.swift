import BayplanModel

/// The right-hand side of the certificate's inequality, term by term. See `Certificate` for the letters.
///
/// Every quantity is a numerator over the certificate's denominator. `U_n` starts at the surrogate bound and is
/// tightened by exact pricing node by node, only until the claim is reached.
struct LagrangianDual {
  /// Pending pods with equal shape, multiplier and rows.
  struct Bundle: Hashable {
    var shape: Int
    var multiplier: Int64
    /// Indices of group rows.
    var rows: [Int]
  }

  /// Equal nodes, or one node type, of which the best zone counts.
  private struct Unit {
    var bins: [Int]
    var multiplicity: Int128
  }

  /// Nodes of which between `least` and `most` take pending pods.
  private struct Group {
    var units: [Unit]
    var needsExactPricing: Bool
    var least: Int128 = 0
    var most: Int128 = .max
  }

  private struct BinKey: Hashable {
    var free: [Int64]
    var shelves: [DeviceShelf]
    var eligible: [UInt64]
    var open: Int128
    var coefficients: [Coefficient]
    var workloads: [String: Int]
    /// Which topology keys of cliques the node carries.
    var cliques: [Bool]
    var proof: Int?
  }

  struct Coefficient: Hashable {
    var row: Int
    var value: Int128
  }

  struct Proof {
    var bound: Int64
    /// Why a better bound may exist; nil if this is exactly what the multipliers prove.
    var doubt: String?
  }

  let relaxation: Relaxation
  let certificate: Certificate
  private(set) var bundles: [Bundle] = []
  /// Number of pods of each bundle.
  private(set) var copies: [Int64] = []
  /// Group rows with a coefficient other than 0, per bin.
  private(set) var coefficients: [[Coefficient]] = []
  private var groups: [Group] = []
  /// Cost of using a node of the bin.
  private var open: [Int128] = []
  private(set) var proofOfBin: [Int?] = []
  /// Everything but the nodes' terms.
  private var base: Int128 = 0
  /// The criterion of any plan is the constant and a multiple of the step.
  private var constant: Int128 = 0
  private var step: Int128 = 0

  init(
    _ relaxation: Relaxation, _ certificate: Certificate, prior: [(Criterion, Int128)]
  ) throws(NumbersTooLarge) {
    self.relaxation = relaxation
    self.certificate = certificate
    let denominator = Int128(certificate.denominator)
    let multipliers = certificate.priorMultipliers.map { Int128($0) }

    /// `c_i * denominator + sum_j tau_j c_j`
    func combined(_ amount: (Criterion) -> Int64) throws(NumbersTooLarge) -> Int128 {
      var result = try product(denominator, Int128(amount(certificate.criterion)))
      for (multiplier, (criterion, _)) in zip(multipliers, prior) {
        result = try sum(result, try product(multiplier, Int128(amount(criterion))))
      }
      return result
    }

    for (pod, multiplier) in zip(relaxation.pending, certificate.podMultipliers) {
      step = greatestCommonDivisor(step, Int128(certificate.criterion.amount(of: pod.spec)))
      base = try sum(base, min(Int128(multiplier), try combined { $0.amount(of: pod.spec) }))
    }
    for (multiplier, (_, value)) in zip(multipliers, prior) {
      base = try difference(base, try product(multiplier, value))
    }
    for row in certificate.groupRows {
      base = try difference(base, try product(Int128(row.multiplier), Int128(row.limit)))
    }
    for bin in relaxation.bins {
      let cost = try combined { $0.amount(of: bin.node) }
      open.append(bin.isInUse ? 0 : cost)
      let amount = certificate.criterion.amount(of: bin.node)
      if bin.isInUse {
        base = try sum(base, cost)
        constant = try sum(constant, Int128(amount))
      } else {
        step = greatestCommonDivisor(step, Int128(amount))
      }
    }
    makeBundles()
    makeCoefficients()
    makeGroups()
  }

  private mutating func makeBundles() {
    var rowsOfPod = Array<[Int]>(repeating: [], count: relaxation.pending.count)
    for (index, row) in certificate.groupRows.enumerated() where row.multiplier > 0 {
      for pod in row.pods { rowsOfPod[Int(pod)].append(index) }
    }
    var bundleIndex: [Bundle: Int] = [:]
    for (pod, multiplier) in certificate.podMultipliers.enumerated() {
      let bundle = Bundle(
        shape: relaxation.shapeOfPending[pod], multiplier: multiplier, rows: rowsOfPod[pod])
      if let index = bundleIndex[bundle] {
        copies[index] += 1
      } else {
        bundleIndex[bundle] = bundles.count
        bundles.append(bundle)
        copies.append(1)
      }
    }
  }

  /// +1 in the domain of a row, −1 in the other domain of a spread row.
  ///
  /// A node that is opened may turn out to have a row's host name; leaving out its +1 only weakens the row.
  private mutating func makeCoefficients() {
    coefficients = Array(repeating: [], count: relaxation.bins.count)
    var binsOfDomain: [Relaxation.Domain: [Int]] = [:]
    for (index, bin) in relaxation.bins.enumerated() {
      for (key, name) in bin.node.labels where bin.type == nil || key != NodeType.hostnameLabel {
        binsOfDomain[.init(key: key, name: name), default: []].append(index)
      }
    }
    for (index, row) in certificate.groupRows.enumerated() where row.multiplier > 0 {
      switch row.rule {
      case .antiAffinity(let key, let domain):
        for bin in binsOfDomain[.init(key: key, name: domain)] ?? [] {
          coefficients[bin].append(.init(row: index, value: 1))
        }
      case .spread(let key, let domain, let other):
        for bin in binsOfDomain[.init(key: key, name: domain)] ?? [] {
          coefficients[bin].append(.init(row: index, value: 1))
        }
        for bin in binsOfDomain[.init(key: key, name: other)] ?? [] {
          coefficients[bin].append(.init(row: index, value: -1))
        }
      }
    }
  }

  /// Nodes that a proof confines are one group; others are groups of equals. A node type is one group, and one per proof
  /// if any of its proofs confines it.
  private mutating func makeGroups() {
    let proofs = certificate.nodeProofs
    var proofOfNode: [Int: Int] = [:]
    for (index, proof) in proofs.enumerated() {
      for node in proof.nodes ?? [] { proofOfNode[Int(node)] = index }
    }
    proofOfBin = relaxation.bins.map { bin in
      bin.index.map { proofOfNode[$0] } ?? proofs.lastIndex { $0.isOf(bin.type, bin.node.labels[NodeType.zoneLabel]) }
    }
    let needsExact = { (proof: Int?) in proof.map { proofs[$0].worth != nil } ?? true }
    let confinedTypes = Set(proofs.filter(\.isConfined).compactMap(\.nodeType))
    var unitIndex: [BinKey: (group: Int, unit: Int)] = [:]
    var groupOfProof: [Int: Int] = [:]
    var groupOfType: [Int: Int] = [:]

    func makeGroup(_ proof: Int?) -> Int {
      var group = Group(units: [], needsExactPricing: needsExact(proof))
      if let least = proof.flatMap({ proofs[$0].leastCount }) { group.least = Int128(least) }
      if let most = proof.flatMap({ proofs[$0].mostCount }) { group.most = Int128(most) }
      groups.append(group)
      return groups.count - 1
    }

    for (index, bin) in relaxation.bins.enumerated() {
      let proof = proofOfBin[index]
      if let type = bin.type {
        let isPerProof = confinedTypes.contains(Int32(type))
        let known = isPerProof ? proof.flatMap { groupOfProof[$0] } : groupOfType[type]
        let group = known ?? makeGroup(proof)
        if isPerProof, let proof { groupOfProof[proof] = group }
        if !isPerProof { groupOfType[type] = group }
        if groups[group].units.isEmpty {
          groups[group].units = [Unit(bins: [], multiplicity: relaxation.mostNodes(ofType: type))]
        }
        groups[group].units[0].bins.append(index)
        continue
      }
      let key = BinKey(
        free: bin.free, shelves: bin.shelves, eligible: bin.eligible, open: open[index],
        coefficients: coefficients[index], workloads: bin.workloads,
        cliques: relaxation.cliqueTerms.map { bin.node.labels[$0.topologyKey] != nil }, proof: proof)
      if let (group, unit) = unitIndex[key] {
        groups[group].units[unit].multiplicity += 1
        continue
      }
      let isConfined = proof.map { proofs[$0].isConfined } ?? false
      let group = (isConfined ? groupOfProof[proof!] : nil) ?? makeGroup(proof)
      if isConfined { groupOfProof[proof!] = group }
      unitIndex[key] = (group, groups[group].units.count)
      groups[group].units.append(Unit(bins: [index], multiplicity: 1))
    }
  }

  /// - Parameters:
  ///   - total: what the criterion's amounts sum to, for `allocated`.
  ///   - tableSteps: what tables may still cost, over all cases.
  func prove(
    _ claim: Int64, total: Int128, workLimit: Int, tableSteps: inout Int
  ) throws(NumbersTooLarge) -> Proof {
    var surrogates = try SurrogatePricing(self)
    var upper: [Int128] = []
    for bin in relaxation.bins.indices { upper.append(try surrogates.bound(bin, proof: proofOfBin[bin])) }
    var contributions: [Int128] = []
    var right = base
    for group in groups {
      contributions.append(try contribution(of: group, upper))
      right = try sum(right, contributions[contributions.count - 1])
    }
    let isMaximized = certificate.criterion.isMaximized
    // In the minimized direction.
    let target = isMaximized ? try difference(total, Int128(claim)) : Int128(claim)
    var work = workLimit
    var doubt: String?
    let order =
      groups.indices.filter { groups[$0].needsExactPricing } + groups.indices.filter { !groups[$0].needsExactPricing }
    for index in order where contributions[index] < 0 || groups[index].least > 0 {
      if try roundedUp(right) >= target { break }
      for bin in groups[index].units.flatMap(\.bins) {
        // What costs more than it is worth adds nothing, unless it is forced.
        let least = groups[index].least > 0 ? 0 : open[bin]
        if upper[bin] <= least { continue }
        if work < 0 && tableSteps == 0 {
          doubt = doubt ?? "the search for the best set of pods on a node has used up its work limit"
          continue
        }
        let worth = proofOfBin[bin].flatMap { certificate.nodeProofs[$0].worth }.map { Int128($0) } ?? 0
        // No single node may use up what is left.
        let priced = try surrogates.price(
          bin, proof: proofOfBin[bin], target: max(worth, least), workLimit: work / 4, tableSteps: &tableSteps)
        work -= priced.work
        upper[bin] = min(upper[bin], priced.bound)
        doubt = doubt ?? priced.doubt
      }
      let tightened = try contribution(of: groups[index], upper)
      right = try sum(right, try difference(tightened, contributions[index]))
      contributions[index] = tightened
    }
    let bound = try roundedUp(right)
    let reached = Int64(clamping: isMaximized ? try difference(total, bound) : bound)
    return Proof(bound: reached, doubt: doubt)
  }

  /// The least value from a right-hand side on that the criterion can take.
  private func roundedUp(_ right: Int128) throws(NumbersTooLarge) -> Int128 {
    let whole = ceilingQuotient(right, Int128(certificate.denominator))
    if step < 2 { return whole }
    return try sum(constant, try product(step, ceilingQuotient(try difference(whole, constant), step)))
  }

  /// The least that the nodes of a group can add: all that gain, up to the most, and the cheapest up to the least.
  ///
  /// A node type contributes its best zone as often as there may be nodes of it.
  private func contribution(of group: Group, _ upper: [Int128]) throws(NumbersTooLarge) -> Int128 {
    var excesses: [(excess: Int128, multiplicity: Int128)] = []
    for unit in group.units {
      var least = try difference(open[unit.bins[0]], upper[unit.bins[0]])
      for bin in unit.bins.dropFirst() { least = min(least, try difference(open[bin], upper[bin])) }
      excesses.append((least, unit.multiplicity))
    }
    var total: Int128 = 0
    var taken: Int128 = 0
    for (excess, multiplicity) in excesses.sorted(by: { $0.excess < $1.excess }) {
      let count = max(0, min(multiplicity, (excess < 0 ? group.most : group.least) - taken))
      total = try sum(total, try product(excess, count))
      taken += count
    }
    return total
  }
}

extension Relaxation {
  /// How many nodes of a node type there can be at most that take a pending pod.
  func mostNodes(ofType type: Int) -> Int128 {
    let count = cluster.nodeTypes[type].maxCount.map { max(0, Int128($0)) } ?? .max
    return min(count, Int128(pending.count))
  }
}

extension Certificate.NodeProof {
  var isConfined: Bool { leastCount != nil || mostCount != nil }

  /// Whether it speaks about new nodes of a type in a zone.
  func isOf(_ type: Int?, _ zone: String?) -> Bool {
    guard let nodeType, type == Int(nodeType) else { return false }
    return zones.map { zones in zone.map(zones.contains) ?? false } ?? true
  }
}
