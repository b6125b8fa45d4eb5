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
    var needsExactPricing: Bool
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
  private var units: [Unit] = []
  /// Cost of using a node of the bin.
  private var open: [Int128] = []
  private var proofOfBin: [Int?] = []
  /// Everything but the nodes' terms.
  private var base: Int128 = 0

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
      if bin.isInUse { base = try sum(base, cost) }
    }
    makeBundles()
    makeCoefficients()
    makeUnits()
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

  private mutating func makeUnits() {
    proofOfBin = Array(repeating: nil, count: relaxation.bins.count)
    var proofOfType: [Int: Int] = [:]
    for (index, proof) in certificate.nodeProofs.enumerated() {
      for node in proof.nodes ?? [] { proofOfBin[Int(node)] = index }
      if let type = proof.nodeType { proofOfType[Int(type)] = index }
    }
    for (index, bin) in relaxation.bins.enumerated() {
      if let type = bin.type { proofOfBin[index] = proofOfType[type] }
    }
    let proofs = certificate.nodeProofs
    let needsExact = { (proof: Int?) in proof.map { proofs[$0].needsExactPricing } ?? true }
    var unitIndex: [BinKey: Int] = [:]
    var binsOfType: [Int: [Int]] = [:]
    for (index, bin) in relaxation.bins.enumerated() {
      if let type = bin.type {
        binsOfType[type, default: []].append(index)
        continue
      }
      let key = BinKey(
        free: bin.free, shelves: bin.shelves, eligible: bin.eligible, open: open[index],
        coefficients: coefficients[index], workloads: bin.workloads,
        cliques: relaxation.cliqueTerms.map { bin.node.labels[$0.topologyKey] != nil }, proof: proofOfBin[index])
      if let unit = unitIndex[key] {
        units[unit].multiplicity += 1
      } else {
        unitIndex[key] = units.count
        units.append(Unit(bins: [index], multiplicity: 1, needsExactPricing: needsExact(proofOfBin[index])))
      }
    }
    for (index, type) in relaxation.cluster.nodeTypes.enumerated() {
      let count = min(type.maxCount.map { max(0, Int128($0)) } ?? .max, Int128(relaxation.pending.count))
      units.append(
        Unit(
          bins: binsOfType[index] ?? [], multiplicity: count, needsExactPricing: needsExact(proofOfType[index])))
    }
  }

  /// - Parameter total: what the criterion's amounts sum to, for `allocated`.
  func prove(
    _ claim: Int64, total: Int128, workLimit: Int
  ) throws(NumbersTooLarge) -> Proof {
    var surrogates = try SurrogatePricing(self)
    var upper: [Int128] = []
    for bin in relaxation.bins.indices { upper.append(try surrogates.bound(bin, proof: proofOfBin[bin])) }
    var contributions: [Int128] = []
    var right = base
    for unit in units {
      contributions.append(try contribution(of: unit, upper))
      right = try sum(right, contributions[contributions.count - 1])
    }
    let isMaximized = certificate.criterion.isMaximized
    // In the minimized direction.
    let target = isMaximized ? try difference(total, Int128(claim)) : Int128(claim)
    let denominator = Int128(certificate.denominator)
    var work = workLimit
    var doubt: String?
    let order =
      units.indices.filter { units[$0].needsExactPricing } + units.indices.filter { !units[$0].needsExactPricing }
    for index in order where contributions[index] < 0 {
      if ceilingQuotient(right, denominator) >= target { break }
      for bin in units[index].bins where open[bin] < upper[bin] {
        // No single node may use up what is left.
        let priced = try surrogates.price(bin, proof: proofOfBin[bin], target: open[bin], workLimit: work / 2)
        work -= priced.work
        upper[bin] = min(upper[bin], priced.bound)
        doubt = doubt ?? priced.doubt
      }
      let tightened = try contribution(of: units[index], upper)
      right = try sum(right, try difference(tightened, contributions[index]))
      contributions[index] = tightened
    }
    let bound = ceilingQuotient(right, denominator)
    let reached = Int64(clamping: isMaximized ? try difference(total, bound) : bound)
    return Proof(bound: reached, doubt: doubt)
  }

  /// A node type contributes its best zone as often as there may be nodes of it.
  private func contribution(of unit: Unit, _ upper: [Int128]) throws(NumbersTooLarge) -> Int128 {
    var least: Int128 = 0
    for bin in unit.bins { least = min(least, try difference(open[bin], upper[bin])) }
    return try product(unit.multiplicity, least)
  }
}
