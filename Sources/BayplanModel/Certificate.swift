/// A proof that no plan does better than `bound` on one criterion, checkable in integer arithmetic.
///
/// It names Lagrangian multipliers over the relaxation "each node takes any set of pods that it is eligible for and
/// that fits its free room; each pending pod is placed or left out". All multipliers are numerators over
/// `denominator`. With every criterion turned into a minimization (`allocated` into the amount left out):
///
///     pi_p     podMultipliers[p] >= 0, for each pending non-daemon pod, in input order
///     tau_j    priorMultipliers[j] >= 0, for criterion j before this one, whose value may not exceed v_j
///     gamma_g  groupRows[g].multiplier >= 0, for each group row: sum of its coefficients over placed pods <= limit
///     out_p    cost of leaving p out:   c_i(p) + sum_j tau_j c_j(p)
///     open_n   cost of using node n:    c_i(n) + sum_j tau_j c_j(n); 0 for a node in use already
///     gain_pn  pi_p - sum_g gamma_g * coefficient of (p, n) in row g
///     U_n      an upper bound on the largest sum of gain_pn over a set of pods that fits node n
///
///     bound * denominator <= sum_p min(pi_p, out_p) + sum_n min(0, open_n - U_n)
///                            - sum_j tau_j v_j - sum_g gamma_g limit_g + constant * denominator
///
/// where the constant is what nodes already in use contribute, and an elastic node type counts as `maxCount` nodes
/// (or as many as there are pending pods). The right-hand side is rounded up to an integer that the criterion can take:
/// the constant and a multiple of what all other costs c_i have in common.
///
/// A certificate with `cases` distinguishes how many nodes take pending pods: each case confines that number for some
/// of its node proofs, has multipliers of its own, and its right-hand side is the least over those numbers. No plan may
/// be outside all cases, and each of them has to reach the bound.
/// Source: Lagrangian duality for the Dantzig–Wolfe master, safe by weak duality whatever the multipliers are.
public struct Certificate: Hashable, Sendable, Codable {
  public var criterion: Criterion
  /// The proven bound, in the criterion's own direction: an upper bound for `allocated`.
  public var bound: Int64
  /// The relaxation, in words.
  public var relaxation: String
  public var denominator: Int64
  /// For each pod of the cluster that is pending, in the order of `Cluster.pods`.
  public var podMultipliers: [Int64]
  public var priorMultipliers: [Int64]
  public var nodeProofs: [NodeProof]
  public var groupRows: [GroupRow]
  /// A distinction that the proof makes; then the multipliers above are those of the first case. Nil without one.
  public var cases: [Case]?
  /// Set where the bound rests on a search whose tree is not part of the certificate: the sentence to show.
  public var unchecked: String?

  public init(
    criterion: Criterion, bound: Int64, relaxation: String, denominator: Int64, podMultipliers: [Int64],
    priorMultipliers: [Int64], nodeProofs: [NodeProof], groupRows: [GroupRow] = [], unchecked: String? = nil
  ) {
    self.criterion = criterion
    self.bound = bound
    self.relaxation = relaxation
    self.denominator = denominator
    self.podMultipliers = podMultipliers
    self.priorMultipliers = priorMultipliers
    self.nodeProofs = nodeProofs
    self.groupRows = groupRows
    self.unchecked = unchecked
  }

  /// The proof for one case. All cases name the same sets of nodes, in the same order, in their node proofs.
  public struct Case: Hashable, Sendable, Codable {
    /// Of this case's multipliers; nil for the certificate's.
    public var denominator: Int64?
    public var podMultipliers: [Int64]
    public var priorMultipliers: [Int64]
    public var nodeProofs: [NodeProof]
    public var groupRows: [GroupRow]

    public init(
      denominator: Int64? = nil, podMultipliers: [Int64], priorMultipliers: [Int64], nodeProofs: [NodeProof],
      groupRows: [GroupRow]
    ) {
      self.denominator = denominator
      self.podMultipliers = podMultipliers
      self.priorMultipliers = priorMultipliers
      self.nodeProofs = nodeProofs
      self.groupRows = groupRows
    }
  }

  /// The case as a certificate without cases.
  public func certificate(of part: Case) -> Certificate {
    Certificate(
      criterion: criterion, bound: bound, relaxation: relaxation, denominator: part.denominator ?? denominator,
      podMultipliers: part.podMultipliers, priorMultipliers: part.priorMultipliers, nodeProofs: part.nodeProofs,
      groupRows: part.groupRows, unchecked: unchecked)
  }

  /// A hint how U_n may be bounded for some nodes. With prices mu_r >= 0 per unit of resource r and rho_p >= 0 with
  /// gain_pn <= sum_r mu_r request_pr + rho_p (rho_p = 0 without a device request):
  ///
  ///     U_n <= sum_r mu_r free_nr + deviceCount_n * (largest sum of rho over pods sharing one device,
  ///                                                  a pod with k whole devices counting rho/k on each)
  ///
  /// The checker may use any other valid bound, such as exact knapsack pricing, or a knapsack over two resources alone
  /// that charges the others at mu_r:
  ///
  ///     U_n <= max over sets that fit two resources of sum_p (gain_pn - sum_r mu_r request_pr) + sum_r mu_r free_nr
  public struct NodeProof: Hashable, Sendable, Codable {
    /// Indices into `Cluster.nodes`, or nil for a node type.
    public var nodes: [Int32]?
    /// Index into `Cluster.nodeTypes`.
    public var nodeType: Int32?
    /// The zones of the node type that are meant; nil for all.
    public var zones: [String]?
    /// How many of the nodes take pending pods in this case, at least and at most; nil for any number.
    public var leastCount: Int64?
    public var mostCount: Int64?
    /// mu, over the certificate's denominator times 2^`surrogateShift`, per unit of resource.
    public var resourcePrices: [String: Int64]
    /// U_n as the engine found it by exact pricing, where the surrogate alone is too weak: what a checker has to reach.
    public var worth: Int64?

    public init(
      nodes: [Int32]?, nodeType: Int32?, zones: [String]? = nil, leastCount: Int64? = nil, mostCount: Int64? = nil,
      resourcePrices: [String: Int64], worth: Int64? = nil
    ) {
      self.nodes = nodes
      self.nodeType = nodeType
      self.zones = zones
      self.leastCount = leastCount
      self.mostCount = mostCount
      self.resourcePrices = resourcePrices
      self.worth = worth
    }
  }

  /// A linear consequence of a placement rule: sum over placed pending pods on matching nodes <= limit.
  public struct GroupRow: Hashable, Sendable, Codable {
    public enum Rule: Hashable, Sendable, Codable {
      /// Pods that exclude each other pairwise within a domain: at most one (none with `limit` 0) in `domain`.
      case antiAffinity(topologyKey: String, domain: String)
      /// Topology spread: count in `domain` − count in `other` <= limit.
      case spread(topologyKey: String, domain: String, other: String)
    }

    public var rule: Rule
    /// Indices into the pending pods, as for `podMultipliers`.
    public var pods: [Int32]
    public var limit: Int64
    public var multiplier: Int64

    public init(rule: Rule, pods: [Int32], limit: Int64, multiplier: Int64) {
      self.rule = rule
      self.pods = pods
      self.limit = limit
      self.multiplier = multiplier
    }
  }

  /// Scale of `NodeProof.resourcePrices` beyond the denominator, as a power of two: memory is counted in bytes.
  public static let surrogateShift: Int64 = 20
}
