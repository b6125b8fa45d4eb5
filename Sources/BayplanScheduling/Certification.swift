import BayplanAudit
import BayplanModel
import BayplanPacking

extension CompiledCluster {
  /// A criterion in the user's terms: what is left out of `allocated` becomes what is placed.
  func criterionValue(_ index: Int, value: Int64, bound: Int64?) -> CriterionValue {
    let criterion = instance.criteria[index]
    guard case .allocated = criterion, let asked = allocatable?.asked else {
      return CriterionValue(criterion, value: value, bound: bound)
    }
    return CriterionValue(criterion, value: asked - value, bound: bound.map { asked - $0 })
  }

  /// The bounds of a run that hold for the cluster: what a search proves of a narrower instance does not.
  func bounds(_ search: borrowing Search) -> [Int64?] {
    instance.criteria.indices.map { index in
      guard !narrowings.isEmpty, search.proofs[index]?.sentence != nil else { return search.bounds[index] }
      return max(search.writtenBounds[index], instance.baseScore[index])
    }
  }

  /// The proofs of a run, written down in terms of pods and nodes.
  func certificates(_ search: borrowing Search, score: Score) -> [Certificate] {
    var result: [Certificate] = []
    let bounds = bounds(search)
    for index in instance.criteria.indices {
      guard let bound = bounds[index], let proof = search.proofs[index] else { continue }
      let value = criterionValue(index, value: score[index], bound: bound)
      switch proof {
      case .trivial: continue
      case .multipliers(let multipliers) where multipliers.limitsWaste:
        // Certificates of clusters know no such argument.
        var certificate = certificate(
          .multipliers(zeroMultipliers(index)), criterion: value.criterion, bound: value.bound!)
        certificate.unchecked = "proven by branch and price within the waste that is left, which is not written down"
        result.append(certificate)
      case .multipliers, .cases:
        result.append(certificate(proof, criterion: value.criterion, bound: value.bound!))
      case .search(let sentence), .branches(_, let sentence):
        // What multipliers can show goes along; the rest rests on the search.
        let written = search.writtenProofs[index] ?? .multipliers(zeroMultipliers(index))
        var certificate = certificate(written, criterion: value.criterion, bound: value.bound!)
        if narrowings.isEmpty { certificate.unchecked = "proven by \(sentence), which is not written down" }
        result.append(certificate)
      }
    }
    return result
  }

  /// Keeps of the bounds of a narrower instance what the certificates prove of the cluster itself.
  func confirm(_ criteria: inout [CriterionValue], _ certificates: inout [Certificate], by checker: CertificateChecker)
  {
    var confirmed: [Certificate] = []
    for index in criteria.indices where criteria[index].bound != nil {
      let criterion = criteria[index].criterion
      let trivial = criterionValue(index, value: 0, bound: instance.baseScore[index]).bound!
      var proven: Int64?
      if var certificate = certificates.first(where: { $0.criterion == criterion }) {
        let check = checker.check(certificate, prior: criteria[..<index].map(\.criterion))
        if case .holds(let bound) = check.verdict { proven = bound } else { proven = check.provenBound }
        if let proven, criterion.isMaximized ? proven < trivial : proven > trivial {
          certificate.bound = proven
          confirmed.append(certificate)
        }
      }
      criteria[index].bound = proven.map { criterion.isMaximized ? min($0, trivial) : max($0, trivial) } ?? trivial
    }
    certificates = confirmed
  }

  private func certificate(_ proof: BoundProof, criterion: Criterion, bound: Int64) -> Certificate {
    switch proof {
    case .multipliers(let multipliers): return certificate(multipliers, criterion: criterion, bound: bound)
    case .cases(let cases):
      let parts = cases.map { certificate($0, criterion: criterion, bound: bound) }
      var whole = parts[0]
      whole.cases = parts.map {
        Certificate.Case(
          denominator: $0.denominator == whole.denominator ? nil : $0.denominator,
          podMultipliers: $0.podMultipliers, priorMultipliers: $0.priorMultipliers, nodeProofs: $0.nodeProofs,
          groupRows: $0.groupRows)
      }
      return whole
    case .trivial, .branches, .search: preconditionFailure("no multipliers to write down")
    }
  }

  private func zeroMultipliers(_ criterion: Int) -> Multipliers {
    Multipliers(
      criterion: criterion, denominator: 1, items: instance.itemTypes.map { _ in 0 },
      prior: Array(repeating: 0, count: criterion),
      prices: Array(repeating: 0, count: instance.binTypes.count * instance.dimensionCount),
      worths: instance.binTypes.map { _ in nil }, rows: [])
  }

  private func certificate(_ multipliers: Multipliers, criterion: Criterion, bound: Int64) -> Certificate {
    var perPod: [Int: Int64] = [:]
    for (item, copies) in copies.enumerated() {
      for pods in copies {
        // Pods that share a node share their item's multiplier.
        for (position, pod) in pods.enumerated() {
          let count = Int64(pods.count)
          perPod[pod] = (multipliers.items[item] + count - 1 - Int64(position)) / count
        }
      }
    }
    let positions = Dictionary(uniqueKeysWithValues: view.pending.enumerated().map { ($1, Int32($0)) })
    return Certificate(
      criterion: criterion, bound: bound,
      relaxation: "each node takes any set of eligible pods that fits; placement rules as far as group rows state them",
      denominator: multipliers.denominator, podMultipliers: view.pending.map { perPod[$0] ?? 0 },
      priorMultipliers: multipliers.prior, nodeProofs: nodeProofs(multipliers),
      groupRows: multipliers.rows.map { groupRow($0, positions) })
  }

  private func nodeProofs(_ multipliers: Multipliers) -> [Certificate.NodeProof] {
    let dimensions = instance.dimensionCount
    return instance.binTypes.indices.map { bin in
      var prices: [String: Int64] = [:]
      for dimension in 0..<dimensions {
        let price = multipliers.prices[bin * dimensions + dimension]
        if price > 0 { prices[instance.dimensions[dimension].rawValue] = price }
      }
      let members = sites[bin].map { view.sites[$0] }
      let zones = members[0].isElastic ? members.compactMap(\.zone) : []
      // Without a limit of its own a count is left open: the checker knows how many nodes there are.
      let counts = multipliers.counts.isEmpty ? nil : multipliers.counts[bin]
      let isBelowAll = counts.map { $0.upperBound < min(instance.binTypes[bin].copies, instance.totalDemand) } ?? false
      return Certificate.NodeProof(
        nodes: members[0].isElastic ? nil : members.map { Int32($0.nodeIndex!) },
        nodeType: members[0].nodeType.map(Int32.init), zones: zones.isEmpty ? nil : zones,
        leastCount: counts.flatMap { $0.lowerBound > 0 ? Int64($0.lowerBound) : nil },
        mostCount: isBelowAll ? counts.map { Int64($0.upperBound) } : nil,
        resourcePrices: prices, worth: multipliers.worths[bin])
    }
  }

  private func groupRow(_ row: Multipliers.GroupRow, _ positions: [Int: Int32]) -> Certificate.GroupRow {
    let key = scopeKeys[row.scope]
    let pods = copies.indices.filter { row.members[$0] }
      .flatMap { copies[$0].flatMap { $0 } }.compactMap { positions[$0] }.sorted()
    let rule: Certificate.GroupRow.Rule =
      row.other < 0
      ? .antiAffinity(topologyKey: key, domain: scopeDomains[row.scope][row.domain])
      : .spread(
        topologyKey: key, domain: scopeDomains[row.scope][row.domain], other: scopeDomains[row.scope][row.other])
    return Certificate.GroupRow(rule: rule, pods: pods, limit: row.limit, multiplier: row.multiplier)
  }
}
