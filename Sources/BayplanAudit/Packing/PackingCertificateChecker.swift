import BayplanModel

/// Proves the bound of a packing certificate anew, as stated at `PackingCertificate`.
struct PackingCertificateChecker {
  let problem: PackingProblem
  let workLimit: Int

  init(_ problem: PackingProblem, workLimit: Int) {
    self.problem = problem
    self.workLimit = workLimit
  }

  /// - Returns: the verdict on `bound`, and what is proven in any case.
  func check(_ certificate: PackingCertificate?, bound: Int64) -> (CertificateCheck.Verdict, Int64?) {
    // Bins cost nothing or something.
    if bound <= 0 { return (.holds(bound: 0), 0) }
    guard let certificate else { return (.notIndependentlyChecked("no certificate for the bound \(bound)"), 0) }
    guard certificate.duals.count == problem.rows.count, certificate.denominator > 0,
      certificate.duals.allSatisfy({ $0 >= 0 })
    else { return (.fails("the certificate needs a positive denominator and a dual >= 0 for each row"), 0) }
    do {
      // A bound that was claimed without proof by the duals still has one for what they do prove.
      let aim = certificate.unchecked == nil ? bound : min(bound, certificate.bound)
      guard let proven = try provenBound(certificate, aim: aim) else {
        return (.notIndependentlyChecked("pricing takes more than \(workLimit) steps"), 0)
      }
      if proven >= bound { return (.holds(bound: bound), proven) }
      if let unchecked = certificate.unchecked {
        return (.notIndependentlyChecked("the certificate proves \(proven); \(bound) is \(unchecked)"), proven)
      }
      return (.fails("the certificate proves \(proven), not \(bound)"), proven)
    } catch {
      return (.fails("the numbers of the certificate exceed 128 bits"), 0)
    }
  }

  /// Nil where pricing exceeds the limit. A proof that limits waste proves `aim` or, tried again without, less.
  private func provenBound(_ certificate: PackingCertificate, aim: Int64) throws(NumbersTooLarge) -> Int64? {
    guard certificate.limitsWaste else { return try bound(certificate, slack: nil) }
    if let slack = slack(below: aim) {
      // Not even room for everything: that is a proof by itself.
      if slack.contains(where: { $0 < 0 }) { return aim }
      guard let proven = try bound(certificate, slack: slack) else { return nil }
      if proven >= aim { return aim }
    }
    return try bound(certificate, slack: nil)
  }

  private func bound(_ certificate: PackingCertificate, slack: [Int64]?) throws(NumbersTooLarge) -> Int64? {
    var total: Int128 = 0
    for (row, dual) in zip(problem.rows, certificate.duals) {
      total = try sum(total, product(Int128(dual), Int128(row.demand)))
    }
    var budget = workLimit
    for type in problem.binTypes {
      let price = try product(Int128(type.cost), Int128(certificate.denominator))
      guard
        let worth = try PatternWorth(problem, capacity: type.capacity, duals: certificate.duals, slack: slack)
          .largest(above: price, budget: &budget)
      else { return nil }
      let copies = min(type.copies ?? .max, problem.totalDemand)
      if worth > price { total = try difference(total, product(worth - price, Int128(copies))) }
    }
    // Every packing costs a multiple of what all costs share.
    let step = problem.binTypes.reduce(Int128(0)) { Self.divisor($0, Int128($1.cost)) }
    let bound = max(0, ceilingQuotient(total, Int128(certificate.denominator)))
    return Int64(clamping: step > 0 ? ceilingQuotient(bound, step) * step : bound)
  }

  private static func divisor(_ one: Int128, _ other: Int128) -> Int128 {
    var (a, b) = (one, other)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Per dimension the room that a packing costing less than `bound` has to spare; nil where bins differ.
  private func slack(below bound: Int64) -> [Int64]? {
    guard let type = problem.binTypes.first, type.cost > 0,
      problem.binTypes.allSatisfy({ $0.capacity == type.capacity && $0.cost == type.cost })
    else { return nil }
    let bins = Int128((bound - 1) / type.cost)
    return (0..<problem.dimensions).map { dimension in
      var total: Int128 = 0
      for row in problem.rows where row.demand > 0 {
        total += Int128(row.incarnations.map { $0[dimension] }.min() ?? 0) * Int128(row.demand)
      }
      return Int64(clamping: bins * Int128(type.capacity[dimension]) - total)
    }
  }
}
