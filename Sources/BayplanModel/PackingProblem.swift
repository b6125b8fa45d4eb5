/// Abstract bin packing: rows of equal items, and types of bins to pack them into at least cost.
///
/// One dimension and one bin type is bin packing or cutting stock; several dimensions, vector packing; several bin
/// types, variable-sized bins; several incarnations of a row, multiple choice.
public struct PackingProblem: Hashable, Sendable {
  public var name: String
  public var dimensions: Int
  public var binTypes: [BinType]
  /// In input order: results refer to rows by their position.
  public var rows: [Row]

  public struct BinType: Hashable, Sendable {
    /// Room per dimension, not negative.
    public var capacity: [Int64]
    /// Of one bin, not negative.
    public var cost: Int64
    /// Bins there are; nil for any number.
    public var copies: Int?

    public init(capacity: [Int64], cost: Int64 = 1, copies: Int? = nil) {
      self.capacity = capacity
      self.cost = cost
      self.copies = copies
    }
  }

  public struct Row: Hashable, Sendable {
    /// Copies, each of which has to be packed in one of its incarnations.
    public var demand: Int
    /// Weights per dimension, of each incarnation.
    public var incarnations: [[Int64]]

    public init(demand: Int, incarnations: [[Int64]]) {
      self.demand = demand
      self.incarnations = incarnations
    }

    public init(demand: Int = 1, weights: [Int64]) { self.init(demand: demand, incarnations: [weights]) }
  }

  public init(name: String, dimensions: Int, binTypes: [BinType], rows: [Row]) {
    self.name = name
    self.dimensions = dimensions
    self.binTypes = binTypes
    self.rows = rows
  }

  public var totalDemand: Int { rows.reduce(0) { $0 + $1.demand } }

  /// Most of anything that is counted, so that sums stay far from the integer range.
  public static let countLimit = 10_000_000

  /// Rows with a demand of which no incarnation fits any bin.
  public var rowsThatFitNowhere: [Int] {
    rows.indices.filter { row in
      rows[row].demand > 0 && rows[row].incarnations.allSatisfy { firstBinType(thatFits: $0) == nil }
    }
  }

  /// The bin type that takes an incarnation, first in order; nil if none does.
  public func firstBinType(thatFits weights: [Int64]) -> Int? {
    binTypes.indices.first { type in weights.indices.allSatisfy { weights[$0] <= binTypes[type].capacity[$0] } }
  }
}

/// So many bins of one type with equal content.
public struct PackedBin: Hashable, Sendable {
  public var type: Int
  public var copies: Int
  /// In order of rows.
  public var items: [Entry]

  public struct Entry: Hashable, Sendable {
    public var row: Int
    public var count: Int
    public var incarnation: Int

    public init(row: Int, count: Int, incarnation: Int = 0) {
      self.row = row
      self.count = count
      self.incarnation = incarnation
    }
  }

  public init(type: Int, copies: Int, items: [Entry]) {
    self.type = type
    self.copies = copies
    self.items = items
  }
}

/// A proof that no packing costs less than `bound`, checkable in integer arithmetic.
///
/// With pi_r = `duals[r]` >= 0 per row, U_k the largest sum of pi over a pattern of bin type k (a set of copies, at most
/// the demand of each row, that fits), cost_k and copies_k of the type:
///
///     bound * denominator <= sum_r demand_r pi_r + sum_k copies_k * min(0, cost_k * denominator - U_k)
///
/// rounded up to a multiple of the greatest common divisor of all costs; of a type without a limit there are as many as
/// there are items. With `limitsWaste`, where all bins are equal, the proof is by contradiction: in a packing that costs
/// less than the bound no bin leaves over more room than all of it together has to spare, so that U_k ranges over such
/// patterns only.
/// Source: weak duality of the Gilmore–Gomory relaxation.
public struct PackingCertificate: Hashable, Sendable {
  public var bound: Int64
  public var denominator: Int64
  public var duals: [Int64]
  public var limitsWaste: Bool
  /// Set where the bound rests on a search that is not written down: the sentence to show. The duals then prove less.
  public var unchecked: String?

  /// The leaves of a tree of decisions that together leave nothing out, where the bound needs them; nil where the duals
  /// above suffice.
  public var leaves: [Leaf]?

  public init(
    bound: Int64, denominator: Int64, duals: [Int64], limitsWaste: Bool, leaves: [Leaf]? = nil,
    unchecked: String? = nil
  ) {
    self.bound = bound
    self.denominator = denominator
    self.duals = duals
    self.limitsWaste = limitsWaste
    self.leaves = leaves
    self.unchecked = unchecked
  }

  /// Decisions, and duals that close what they leave.
  ///
  /// They speak of groups: the rows with a demand, those with equal incarnations together, in order of the first. The
  /// leaf's inequality is that of the certificate for the groups, over patterns without conflicts, with two additions.
  /// Where the bins of a type are counted, U_k - cost_k counts as often as there may be such bins, or where it is
  /// negative, as often as there have to be. And each cut takes price × floor(demand / 2) off the sum, and
  /// price × floor(count / 2) off a pattern's worth; demand and count are those of the cut's groups together, merged
  /// copies being what they were made of.
  public struct Leaf: Hashable, Sendable {
    public enum Decision: Hashable, Sendable {
      /// Two groups have no copies in one bin; one group twice: no two copies of it.
      case apart(Int, Int)
      /// A copy of each is in one bin, as a copy of the group `into`: the next number after the highest so far, or one
      /// made of the same two when they were in conflict with the same others. It is in conflict with whatever is in
      /// conflict with one of the two at that time, and with itself if one of them is.
      case together(Int, Int, into: Int)
      /// How many bins of a type there are; some may be empty.
      case atMost(Int, binType: Int)
      case atLeast(Int, binType: Int)
    }

    public struct Cut: Hashable, Sendable {
      /// Different groups of the problem, not merged ones.
      public var groups: [Int]
      public var price: Int64

      public init(groups: [Int], price: Int64) {
        self.groups = groups
        self.price = price
      }
    }

    public var decisions: [Decision]
    public var denominator: Int64
    /// Per group; empty for zeros, where the decisions leave no room.
    public var duals: [Int64]
    public var limitsWaste: Bool
    public var cuts: [Cut]

    public init(
      decisions: [Decision], denominator: Int64, duals: [Int64], limitsWaste: Bool, cuts: [Cut] = []
    ) {
      self.decisions = decisions
      self.denominator = denominator
      self.duals = duals
      self.limitsWaste = limitsWaste
      self.cuts = cuts
    }
  }
}

/// An answer to a packing problem.
public struct PackingResult: Sendable {
  public var status: Status
  public var termination: Termination
  /// What the bins cost; nil without a packing of everything.
  public var objective: Int64?
  /// No packing costs less.
  public var lowerBound: Int64?
  public var bins: [PackedBin]
  public var strategy: String
  public var engine: String
  public var certificate: PackingCertificate?
  public var notices: [Notice]
  public var solveSeconds: Double
  /// Units of deterministic work that it took.
  public var work: Int

  public init(
    status: Status, termination: Termination, objective: Int64?, lowerBound: Int64?, bins: [PackedBin],
    strategy: String, engine: String, certificate: PackingCertificate?, notices: [Notice], solveSeconds: Double,
    work: Int = 0
  ) {
    self.status = status
    self.termination = termination
    self.objective = objective
    self.lowerBound = lowerBound
    self.bins = bins
    self.strategy = strategy
    self.engine = engine
    self.certificate = certificate
    self.notices = notices
    self.solveSeconds = solveSeconds
    self.work = work
  }

  /// |objective − bound| / max(1, |objective|); nil without either.
  public var gap: Double? {
    guard let objective, let lowerBound else { return nil }
    return Double(objective.subtractingSaturated(lowerBound).magnitude) / Double(max(1, objective.magnitude))
  }

  public var isReproducible: Bool { termination != .timeLimit && termination != .cancelled }
}
