import BayplanModel

/// What the check of one certificate came to.
public struct CertificateCheck: Hashable, Sendable {
  public enum Verdict: Hashable, Sendable {
    /// The bound is proven.
    case holds(bound: Int64)
    /// Nothing is wrong with it, but it is not proven here.
    case notIndependentlyChecked(String)
    /// The certificate does not prove its bound.
    case fails(String)
  }

  public var criterion: Criterion
  public var verdict: Verdict
  /// The best bound that this check can vouch for; nil if the certificate is malformed.
  public var provenBound: Int64?
}

/// Checks the inequality of `Certificate` in exact integer arithmetic.
///
/// Everything but the multipliers is recomputed from the cluster, and the engine's hints are only used where they are
/// verified. U_n is bounded by the surrogate prices first. Where that does not reach the claim, the node's knapsack is
/// solved, up to `workLimit` elementary steps over the check. Devices enter that knapsack as total thousandths,
/// whole free devices and devices that can carry more than half: above the true maximum, never below.
///
/// With cases, each is such a proof, the work limit is for each of them, and `CaseCover` sees that none is missing.
public struct CertificateChecker {
  /// Steps of all searches of one check.
  public static let standardWorkLimit = 20_000_000
  /// Steps of all tables of one check, a minute's worth.
  static let tableSteps = 60_000_000_000

  let relaxation: Relaxation
  let board: Board
  let workLimit: Int

  public init(
    cluster: Cluster, placements: [Placement], openedNodes: [Node], workLimit: Int = Self.standardWorkLimit
  ) {
    self.init(
      board: Board(cluster: cluster.withVolumesAsRules(), placements: placements, openedNodes: openedNodes),
      workLimit: workLimit)
  }

  init(board: Board, workLimit: Int) {
    self.board = board
    self.workLimit = workLimit
    relaxation = Relaxation(cluster: board.cluster, board: board)
  }

  /// - Parameter prior: the criteria before the certificate's; their values are those of the plan, recomputed.
  public func check(_ certificate: Certificate, prior: [Criterion]) -> CertificateCheck {
    var result = CertificateCheck(criterion: certificate.criterion, verdict: .fails(""), provenBound: nil)
    let parts = certificate.cases.map { $0.map(certificate.certificate) } ?? [certificate]
    if let fault = fault(of: certificate, parts, prior: prior) {
      result.verdict = .fails(fault)
      return result
    }
    if relaxation.hasNegativeAmounts {
      result.verdict = .notIndependentlyChecked("some requests are negative")
      return result
    }
    if let cases = certificate.cases {
      var cover = CaseCover(cases, relaxation)
      switch cover.check() {
      case .covers: break
      case .fails(let fault):
        result.verdict = .fails(fault)
        return result
      case .givesUp:
        result.verdict = .notIndependentlyChecked("whether the cases leave none out is too much to find out")
        return result
      }
    }
    do throws(NumbersTooLarge) {
      let proof = try prove(certificate.bound, parts, prior: prior)
      result.provenBound = proof.bound
      if reaches(proof.bound, certificate) {
        result.verdict = .holds(bound: certificate.bound)
      } else if let sentence = certificate.unchecked {
        result.verdict = .notIndependentlyChecked(sentence)
      } else if let doubt = proof.doubt {
        result.verdict = .notIndependentlyChecked("\(doubt); proven is \(proof.bound), claimed \(certificate.bound)")
      } else {
        result.verdict = .fails("the multipliers prove \(proof.bound), not \(certificate.bound)")
      }
    } catch {
      result.verdict = .notIndependentlyChecked("numbers exceed 128 bits")
    }
    return result
  }

  /// The worst of what the parts prove; there is at least one.
  private func prove(
    _ bound: Int64, _ parts: [Certificate], prior: [Criterion]
  ) throws(NumbersTooLarge) -> LagrangianDual.Proof {
    var priorValues: [(Criterion, Int128)] = []
    for criterion in prior { priorValues.append((criterion, try minimizedValue(of: criterion))) }
    var worst: LagrangianDual.Proof?
    var (workLimit, tableSteps) = (workLimit, workLimit > 0 ? Self.tableSteps : 0)
    for part in parts {
      let dual = try LagrangianDual(relaxation, part, prior: priorValues)
      let proof = try dual.prove(bound, total: total(of: part.criterion), workLimit: workLimit, tableSteps: &tableSteps)
      // Where the claim is missed already, effort on other cases would be lost.
      if !(part.criterion.isMaximized ? proof.bound <= bound : proof.bound >= bound) {
        (workLimit, tableSteps) = (-1, 0)
      }
      let isWorse = worst.map { part.criterion.isMaximized ? proof.bound > $0.bound : proof.bound < $0.bound } ?? true
      if isWorse { worst = proof }
    }
    return worst!
  }

  private func reaches(_ bound: Int64, _ certificate: Certificate) -> Bool {
    certificate.criterion.isMaximized ? bound <= certificate.bound : bound >= certificate.bound
  }

  private func fault(of certificate: Certificate, _ parts: [Certificate], prior: [Criterion]) -> String? {
    for part in parts {
      if let fault = shapeFault(of: part, prior: prior) { return fault }
    }
    if let cases = certificate.cases {
      if let fault = CaseCover.fault(of: cases, relaxation) { return fault }
    } else if certificate.nodeProofs.contains(where: \.isConfined) {
      return "a node proof confines nodes without being a case"
    }
    var rows = GroupRowCheck(relaxation)
    for part in parts {
      for row in part.groupRows {
        if let fault = rows.fault(of: row) { return fault }
      }
    }
    return nil
  }

  private func shapeFault(of certificate: Certificate, prior: [Criterion]) -> String? {
    if certificate.denominator < 1 { return "the denominator is not positive" }
    if certificate.podMultipliers.count != relaxation.pending.count {
      return "\(certificate.podMultipliers.count) pod multipliers for \(relaxation.pending.count) pending pods"
    }
    if certificate.priorMultipliers.count != prior.count {
      return "\(certificate.priorMultipliers.count) prior multipliers for \(prior.count) prior criteria"
    }
    if certificate.podMultipliers.contains(where: { $0 < 0 }) { return "a pod multiplier is negative" }
    if certificate.priorMultipliers.contains(where: { $0 < 0 }) { return "a prior multiplier is negative" }
    for proof in certificate.nodeProofs {
      if let node = proof.nodes?.first(where: { !board.cluster.nodes.indices.contains(Int($0)) }) {
        return "a node proof names node \(node), which does not exist"
      }
      if let type = proof.nodeType, !board.cluster.nodeTypes.indices.contains(Int(type)) {
        return "a node proof names node type \(type), which does not exist"
      }
      if proof.resourcePrices.values.contains(where: { $0 < 0 }) { return "a resource price is negative" }
    }
    return nil
  }

  /// All criteria are minimized here: `allocated` becomes the amount left out.
  private func minimizedValue(of criterion: Criterion) throws(NumbersTooLarge) -> Int128 {
    let value = Int128(criterionValue(criterion, board: board))
    return criterion.isMaximized ? try difference(total(of: criterion), value) : value
  }

  /// The amount that all pending pods ask for, where that is what counts.
  private func total(of criterion: Criterion) throws(NumbersTooLarge) -> Int128 {
    if !criterion.isMaximized { return 0 }
    var result: Int128 = 0
    for pod in relaxation.pending { result = try sum(result, Int128(criterion.amount(of: pod.spec))) }
    return result
  }
}
