import BayplanLP
import BayplanModel

/// From duals to integers: the question to pricing, the safe bound, and the evidence for it.
extension BranchAndPriceRun {
  /// The pricing problem at the master's duals, rounded to integers.
  func question(_ node: borrowing Node, _ slack: [Int64]?, isQuick: Bool) -> PatternPricing.Question {
    let duals = (0..<parts.rowCount).map { node.demand[$0] > 0 ? master.dual(ofRow: $0) : 0 }
    var most = 1.0
    for bin in 0..<parts.binCount {
      var worth = zip(duals, node.demand).reduce(0.0) { $0 + $1.0 * Double($1.1) }
      for dimension in 0..<parts.dimensions {
        var density = 0.0
        for part in 0..<parts.partCount where parts.doesFit(part, bin) {
          let dual = duals[parts.rowOfPart[part]]
          if dual > 0 { density = max(density, dual / Double(parts.weight(part, dimension))) }
        }
        worth = min(worth, density * Double(parts.capacity(bin, dimension)))
      }
      most = max(most, worth, Double(parts.costs[bin]) + abs(master.price(ofBin: bin)))
    }
    // Fillings stay below 2³⁰, and costs keep their precision.
    let scale = Double(1 << 29) / most
    let noise = 1e-8
    let cuts = master.cuts.indices.compactMap { number -> (cut: SubsetRowCut, price: Int64)? in
      let price = Int64(min(master.dual(ofCut: number) * scale, Double(1 << 30)).rounded())
      return price > 0 ? (master.cuts[number], price) : nil
    }
    return PatternPricing.Question(
      gains: duals.map { Int64(($0 * scale).rounded(.down)) }, demand: node.demand, conflicts: node.conflicts,
      slack: slack,
      floors: (0..<parts.binCount).map {
        Int64(((Double(parts.costs[$0]) * (1 + noise) + master.price(ofBin: $0)) * scale).rounded(.up)) + 1
      },
      binPrices: (0..<parts.binCount).map { Int64((master.price(ofBin: $0) * scale).rounded(.up)) }, cuts: cuts,
      wanted: options.patternsPerPricing, quota: options.patternQuota,
      nodeLimit: options.pricingNodes * (cuts.isEmpty ? 1 : 2), isQuick: isQuick)
  }

  /// The safe bound on the cost of what the node has left, by weak duality: a pattern is worth its bin's cost over the
  /// denominator and at most the bin's excess more. The excess counts for as many bins as there may be or, where it is
  /// negative, have to be. Chooses the denominator.
  func bound(_ proof: inout NodeProof, binPrices: [Int64], _ node: borrowing Node) -> Int64 {
    var worth: Int128 = 0
    for (row, demand) in proof.demand.enumerated() { worth += Int128(proof.gains[row]) * Int128(demand) }
    for (cut, price) in proof.cuts { worth -= Int128(price) * Int128(limit(of: cut, node)) }
    let counts = (0..<parts.binCount).map { countsLeft($0, node) }
    // Any denominator gives a bound; the best is one at which some bin's excess is what its price allows.
    var best: (bound: Int64, denominator: Int64) = (-1, 1)
    for candidate in 0..<parts.binCount where parts.costs[candidate] > 0 {
      let denominator = max(1, Self.quotientUp(proof.worths[candidate] - binPrices[candidate], parts.costs[candidate]))
      var total = worth
      for bin in 0..<parts.binCount {
        let excess = Int128(proof.worths[bin]) - Int128(parts.costs[bin]) * Int128(denominator)
        total -= excess * Int128(excess > 0 ? counts[bin].upperBound : counts[bin].lowerBound)
      }
      let (quotient, rest) = max(0, total).quotientAndRemainder(dividingBy: Int128(denominator))
      let bound = Int64(clamping: quotient + (rest > 0 ? 1 : 0))
      if bound > best.bound { best = (bound, denominator) }
    }
    proof.denominator = best.denominator
    return min(.max / 4, Self.quotientUp(best.bound, step) * step)
  }

  private static func quotientUp(_ value: Int64, _ divisor: Int64) -> Int64 {
    value <= 0 ? 0 : (value - 1) / divisor + 1
  }

  /// Writes the proof of the root down.
  mutating func raise(_ bound: Int64, root: borrowing Node, _ proof: NodeProof, _ search: inout Search) {
    if proof.cuts.isEmpty {
      raise(bound, proof: .multipliers(multipliers(proof)), &search)
      return
    }
    // Multipliers know no cuts: the root is a tree of one leaf.
    raise(bound, proof: .branches([leaf(root)], "\(proof.cuts.count) subset-row cuts at the root"), &search)
  }

  /// A proof without cuts as multipliers of the whole instance, of the case that `counts` speaks about.
  func multipliers(_ proof: NodeProof, counts: [ClosedRange<Int>] = []) -> Multipliers {
    let gains = instance.itemTypes.indices.map { proof.gains[parts.rowOfPart[$0]] }
    var multipliers = Multipliers(
      criterion: criterion, denominator: proof.denominator, items: gains,
      prior: instance.omissionMultipliers(gains: gains, before: criterion),
      prices: proof.roomPrices.flatMap { prices in
        parts.units.indices.map { dimension in
          // To the certificate's scale, and from the pricer's units of room.
          let scaled = Int128(prices.isEmpty ? 0 : prices[dimension]) << (Certificate.surrogateShift - 16)
          return Int64(clamping: scaled / Int128(parts.units[dimension]))
        }
      }, worths: proof.worths, rows: [])
    multipliers.engine = "glpk"
    multipliers.limitsWaste = proof.limitsWaste
    multipliers.counts = counts
    return multipliers
  }
}
