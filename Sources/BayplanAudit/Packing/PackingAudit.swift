import BayplanModel

/// Checks an answer to a packing problem against the problem alone, in plain arithmetic.
public struct PackingAudit: Sendable {
  public let problem: PackingProblem

  public init(_ problem: PackingProblem) { self.problem = problem }

  /// What is wrong with the packing, in words; nothing if it is what it claims to be. O(bins × items × dimensions).
  public func faults(of result: PackingResult) -> [String] {
    var faults: [String] = []
    var packed = problem.rows.map { _ in Int128(0) }
    var used = problem.binTypes.map { _ in Int128(0) }
    var cost: Int128 = 0
    for (number, bin) in result.bins.enumerated() {
      let place = "bins[\(number)]"
      guard problem.binTypes.indices.contains(bin.type) else {
        faults.append("\(place): there is no bin type \(bin.type)")
        continue
      }
      guard (1...PackingProblem.countLimit).contains(bin.copies) else {
        faults.append("\(place): \(bin.copies) copies")
        continue
      }
      used[bin.type] += Int128(bin.copies)
      cost += Int128(problem.binTypes[bin.type].cost) * Int128(bin.copies)
      var load = Array(repeating: Int128(0), count: problem.dimensions)
      for entry in bin.items {
        guard problem.rows.indices.contains(entry.row), (1...PackingProblem.countLimit).contains(entry.count),
          problem.rows[entry.row].incarnations.indices.contains(entry.incarnation)
        else {
          faults.append("\(place): row \(entry.row), incarnation \(entry.incarnation), \(entry.count) times")
          continue
        }
        packed[entry.row] += Int128(entry.count) * Int128(bin.copies)
        for (dimension, weight) in problem.rows[entry.row].incarnations[entry.incarnation].enumerated() {
          load[dimension] += Int128(weight) * Int128(entry.count)
        }
      }
      for dimension in load.indices where load[dimension] > problem.binTypes[bin.type].capacity[dimension] {
        let capacity = problem.binTypes[bin.type].capacity[dimension]
        faults.append("\(place): \(load[dimension]) in dimension \(dimension + 1), which has \(capacity)")
      }
    }
    for (type, count) in used.enumerated() {
      if let copies = problem.binTypes[type].copies, count > Int128(copies) {
        faults.append("\(count) bins of type \(type), of which there are \(copies)")
      }
    }
    guard let objective = result.objective else {
      if !result.bins.isEmpty { faults.append("there are bins but no objective") }
      return faults
    }
    for (row, count) in packed.enumerated() where count != Int128(problem.rows[row].demand) {
      faults.append("row \(row) is packed \(count) times, its demand is \(problem.rows[row].demand)")
    }
    if cost != objective { faults.append("the bins cost \(cost), not \(objective)") }
    return faults
  }
}

/// What an independent check of an answer to a packing problem came to.
public struct PackingVerification: Sendable {
  /// Table cells and search nodes that proving a bound may take.
  public static let standardWorkLimit = 10_000_000_000

  public var outcome: Verification.Outcome
  /// What is wrong with the packing.
  public var faults: [String]
  public var bound: CertificateCheck.Verdict?
  /// What the certificate proves, whatever is claimed.
  public var provenBound: Int64?
  public var statusHolds: Bool
  public var reasons: [String]
}

/// Checks packing, objective, bound and status. Steps are limited to `workLimit`; a bound beyond it is called
/// not independently checked.
public func verify(
  _ result: PackingResult, problem: PackingProblem, workLimit: Int = PackingVerification.standardWorkLimit
) -> PackingVerification {
  var verification = PackingVerification(
    outcome: .holds, faults: PackingAudit(problem).faults(of: result), bound: nil, provenBound: nil,
    statusHolds: true, reasons: [])
  if let claimed = result.lowerBound {
    let checker = PackingCertificateChecker(problem, workLimit: workLimit)
    (verification.bound, verification.provenBound) = checker.check(result.certificate, bound: claimed)
  }
  var isDoubtful = false
  switch result.status {
  case .optimal:
    verification.statusHolds = result.objective != nil && verification.provenBound ?? .min >= result.objective!
    if case .notIndependentlyChecked = verification.bound { isDoubtful = true }
  case .infeasible:
    verification.statusHolds = !problem.rowsThatFitNowhere.isEmpty
    isDoubtful = true
  case .feasible: verification.statusHolds = result.objective != nil
  case .unknown: break
  }
  var fails = verification.faults
  var doubts: [String] = []
  switch verification.bound {
  case .fails(let why): fails.append("lower bound: \(why)")
  case .notIndependentlyChecked(let why): doubts.append("lower bound: \(why)")
  case .holds, nil: break
  }
  if !verification.statusHolds {
    let text = "'\(result.status.rawValue)' does not follow from what was checked"
    if isDoubtful { doubts.append(text) } else { fails.append(text) }
  }
  verification.outcome = !fails.isEmpty ? .fails : doubts.isEmpty ? .holds : .notIndependentlyChecked
  verification.reasons = fails + doubts
  return verification
}
