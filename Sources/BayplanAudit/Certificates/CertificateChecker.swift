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
/// solved, up to `workLimit` elementary steps over the whole check. Devices enter that knapsack as total thousandths,
/// whole free devices and devices that can carry more than half: above the true maximum, never below.
public struct CertificateChecker {
  /// Steps of all searches of one check.
  public static let standardWorkLimit = 20_000_000

  let relaxation: Relaxation
  let board: Board
  let workLimit: Int

  public init(
    cluster: Cluster, placements: [Placement], openedNodes: [Node], workLimit: Int = Self.standardWorkLimit
  ) {
    self.init(
      board: Board(cluster: cluster, placements: placements, openedNodes: openedNodes), workLimit: workLimit)
  }

  init(board: Board, workLimit: Int) {
    self.board = board
    self.workLimit = workLimit
    relaxation = Relaxation(cluster: board.cluster, board: board)
  }

  /// - Parameter prior: the criteria before the certificate's; their values are those of the plan, recomputed.
  public func check(_ certificate: Certificate, prior: [Criterion]) -> CertificateCheck {
    var result = CertificateCheck(criterion: certificate.criterion, verdict: .fails(""), provenBound: nil)
    if let fault = shapeFault(of: certificate, prior: prior) {
      result.verdict = .fails(fault)
      return result
    }
    if relaxation.hasNegativeAmounts {
      result.verdict = .notIndependentlyChecked("some requests are negative")
      return result
    }
    var rows = GroupRowCheck(relaxation)
    for row in certificate.groupRows {
      if let fault = rows.fault(of: row) {
        result.verdict = .fails(fault)
        return result
      }
    }
    do throws(NumbersTooLarge) {
      var priorValues: [(Criterion, Int128)] = []
      for criterion in prior { priorValues.append((criterion, try minimizedValue(of: criterion))) }
      let dual = try LagrangianDual(relaxation, certificate, prior: priorValues)
      let proof = try dual.prove(certificate.bound, total: total(of: certificate.criterion), workLimit: workLimit)
      result.provenBound = proof.bound
      let isReached =
        certificate.criterion.isMaximized
        ? proof.bound <= certificate.bound : proof.bound >= certificate.bound
      if isReached {
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
