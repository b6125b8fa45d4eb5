import BayplanModel

/// What an independent check of a whole plan came to.
public struct Verification: Sendable {
  public enum Outcome: String, Sendable {
    case holds, notIndependentlyChecked, fails
  }

  /// A criterion whose claimed value is not what the placements amount to.
  public struct Mismatch: Hashable, Sendable {
    public var criterion: Criterion
    public var claimed: Int64
    public var recomputed: Int64
  }

  public var violations: [Violation]
  /// What the snapshot breaks already; never held against the plan.
  public var baseline: [Violation]
  public var mismatches: [Mismatch]
  /// One for each criterion with a bound, in order.
  public var certificates: [CertificateCheck]
  /// Whether the plan's status follows from what was checked.
  public var statusHolds: Bool
  /// An exhaustive search, not the certificates, proved the plan optimal.
  public var provenBySearch: Bool
  public var outcome: Outcome
  /// Why the outcome is not `holds`, in sentences.
  public var reasons: [String]
}

/// Checks a plan against the cluster: every rule, every claimed value, every bound, and whether the status follows.
///
/// A bound that is no better than the trivial one (nothing unplaced, no further node in use) needs no certificate.
/// `optimal` follows if every criterion's proven bound equals its value; `infeasible`, if some pod is proven to stay
/// out; `feasible` and `unknown` claim nothing.
public func verify(
  _ plan: Plan, cluster: Cluster, workLimit: Int = CertificateChecker.standardWorkLimit
) -> Verification {
  let cluster = cluster.withVolumesAsRules()
  let board = Board(cluster: cluster, placements: plan.placements, openedNodes: plan.openedNodes)
  let auditor = Auditor(cluster: cluster)
  var result = Verification(
    violations: [], baseline: [], mismatches: [], certificates: [], statusHolds: true, provenBySearch: false,
    outcome: .holds, reasons: [])
  (result.violations, result.baseline) = auditor.findings(on: board, unplaced: plan.unplaced.map(\.pod))
  result.violations += unlistedPods(plan, board)
  var values: [Int64] = []
  for criterion in plan.criteria {
    let value = criterionValue(criterion.criterion, board: board)
    values.append(value)
    if value != criterion.value {
      result.mismatches.append(
        .init(criterion: criterion.criterion, claimed: criterion.value, recomputed: value))
    }
  }

  result.certificates = checkBounds(of: plan, board: board, workLimit: workLimit)
  var isOptimal = !plan.criteria.isEmpty
  var isInfeasible = false
  // What is proven given a price or a number of nodes says nothing about what fits.
  var isConditional = false
  // A bound is proven given the criteria before it: named twice, it could be taken for one that is not.
  let isDistinct = Set(plan.criteria.map(\.criterion)).count == plan.criteria.count
  for (criterion, value) in zip(plan.criteria, values) {
    let check = result.certificates.first { $0.criterion == criterion.criterion }
    var bound = check?.provenBound
    if let ideal = criterion.criterion.idealValue(for: cluster) {
      bound = bound.map { criterion.criterion.isMaximized ? min($0, ideal) : max($0, ideal) } ?? ideal
    }
    if bound != value { isOptimal = false }
    switch criterion.criterion {
    case .cost, .nodes: isConditional = true
    case .unplaced: if let bound, bound > 0, !isConditional { isInfeasible = true }
    case .allocated: break
    }
  }
  var isDoubtful = result.certificates.contains {
    if case .notIndependentlyChecked = $0.verdict { true } else { false }
  }
  let needsSearch = plan.status == .optimal && !isOptimal && result.violations.isEmpty && result.mismatches.isEmpty
  if needsSearch, let search = ExhaustiveSearch(plan, cluster: cluster) {
    result.provenBySearch = search.provesOptimal(values)
    isOptimal = result.provenBySearch
    isDoubtful = false
  }
  switch plan.status {
  case .optimal: result.statusHolds = isOptimal && isDistinct
  case .infeasible: result.statusHolds = isInfeasible && isDistinct
  case .feasible, .unknown: result.statusHolds = true
  }
  conclude(&result, isDoubtful: isDoubtful)
  return result
}

/// A pending pod either has a node or is named as unplaced, never both.
private func unlistedPods(_ plan: Plan, _ board: Board) -> [Violation] {
  let unplaced = Set(plan.unplaced.map(\.pod))
  var result: [Violation] = []
  for pod in board.cluster.pendingPods {
    let isPlaced = board.placedPending.contains(pod.id)
    if isPlaced != unplaced.contains(pod.id) { continue }
    result.append(
      Violation(
        constraint: "unplaced", pod: pod.id,
        message: isPlaced ? "the pod is placed and named as unplaced" : "the pod is neither placed nor unplaced"))
  }
  return result
}

private func checkBounds(of plan: Plan, board: Board, workLimit: Int) -> [CertificateCheck] {
  // Setting up the relaxation is the dear part: once, and only if there is a certificate.
  let checker = plan.certificates.isEmpty ? nil : CertificateChecker(board: board, workLimit: workLimit)
  var result: [CertificateCheck] = []
  for (index, criterion) in plan.criteria.enumerated() {
    guard let bound = criterion.bound else { continue }
    let kind = criterion.criterion
    let ideal = kind.idealValue(for: board.cluster)
    var check: CertificateCheck
    if let ideal, kind.isMaximized ? bound >= ideal : bound <= ideal {
      check = CertificateCheck(criterion: kind, verdict: .holds(bound: bound), provenBound: ideal)
    } else if let checker, var certificate = plan.certificates.first(where: { $0.criterion == kind }) {
      certificate.bound = bound
      check = checker.check(certificate, prior: plan.criteria[..<index].map(\.criterion))
    } else {
      check = CertificateCheck(
        criterion: kind, verdict: .notIndependentlyChecked("no certificate for the bound \(bound)"), provenBound: ideal)
    }
    result.append(check)
  }
  return result
}

private func conclude(_ result: inout Verification, isDoubtful: Bool) {
  var fails: [String] = []
  var doubts: [String] = []
  if !result.violations.isEmpty { fails.append("\(result.violations.count) violations") }
  for mismatch in result.mismatches {
    fails.append("\(mismatch.criterion) is \(mismatch.recomputed), not \(mismatch.claimed)")
  }
  for check in result.certificates {
    switch check.verdict {
    case .holds: break
    case .notIndependentlyChecked(let why): doubts.append("bound of \(check.criterion): \(why)")
    case .fails(let why): fails.append("bound of \(check.criterion): \(why)")
    }
  }
  if !result.statusHolds {
    if isDoubtful { doubts.append("the status was not confirmed") } else { fails.append("the status does not follow") }
  }
  if fails.isEmpty && result.provenBySearch { doubts = [] }
  result.reasons = fails + doubts
  result.outcome = !fails.isEmpty ? .fails : doubts.isEmpty ? .holds : .notIndependentlyChecked
}
