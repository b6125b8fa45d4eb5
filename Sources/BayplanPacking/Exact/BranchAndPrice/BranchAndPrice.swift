import BayplanLP

/// Branch and price over patterns, for the cost of the bins that hold everything.
///
/// At each node the covering relaxation is solved by column generation with dynamic-programming pricing; its bound is
/// re-derived in integers from the duals. Branching decides whether a copy of one row shares a bin with a copy of
/// another (merge) or none does (conflict), so that pricing stays a knapsack. Packings come from rounding and from dives
/// with re-pricing. Exact; proves an optimum by exhausting the tree.
/// Source: Ryan and Foster 1981; Vance et al. 1994; da Silva and Schouery 2025 (doi 10.1287/ijoc.2023.0399).
public struct BranchAndPrice: Strategy {
  public struct Options: Sendable {
    /// Kinds of items and of bins past which it leaves the field to other strategies.
    public var rowLimit = 3000
    public var binTypeLimit = 64
    /// Patterns wanted of one pricing, in how many of them a row may be, and the nodes spent on finding them.
    public var patternsPerPricing = 20
    public var patternQuota = 2
    public var pricingNodes = 20_000
    /// Dives from one node; the first nodes to dive from; and after them how much work dives may take in all for each
    /// unit of the tree's.
    public var dives = 12
    public var divingNodes = 24
    public var diveShare = 1
    /// How many bins of a packing that falls just short dives near it may change.
    public var distance = 12
    /// Patterns that are kept beside the linear program.
    public var poolLimit = 100_000
    /// Subset-row cuts: rounds at a node, cuts a round and in all.
    public var cutRounds = 2
    public var cutsPerRound = 20
    public var cutLimit = 300
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "branch-and-price" }
  public var supports: Primitives { [.dimension, .eligibility, .conflict, .groupBound, .alternatives] }

  /// Whether every rule is one that pricing can honour: rules inside a bin.
  func honours(_ instance: Instance) -> Bool { PackingParts.honours(instance) }

  /// Whether it honours the rules of an instance of such a size.
  func takes(_ instance: Instance) -> Bool {
    honours(instance) && isWithinLimits(instance)
  }

  private func isWithinLimits(_ instance: Instance) -> Bool {
    instance.itemTypes.count <= options.rowLimit && instance.binTypes.count <= options.binTypeLimit
  }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard honours(instance) else {
      search.degrade("\(name): rules that reach beyond a bin are not honoured. Use --strategy auto")
      return
    }
    guard isWithinLimits(instance) else {
      search.degrade(
        "\(name): \(instance.itemTypes.count) kinds of items and \(instance.binTypes.count) of bins are more than the "
          + "\(options.rowLimit) and \(options.binTypeLimit) that it takes on")
      return
    }
    guard let criterion = decisiveCriterion(instance, search) else { return }
    var run = try BranchAndPriceRun(instance, criterion: criterion, options: options, search: search)
    try run.solve(&search)
  }

  /// The criterion that counts the cost of bins, if everything before it is settled by packing everything.
  func decisiveCriterion(_ instance: Instance, _ search: borrowing Search) -> Int? {
    guard !instance.itemTypes.isEmpty else { return nil }
    // Bins that cost nothing are fine, beside others that cost something or where it is all about packing.
    let isAbstract = instance.criteria == CompiledPacking.criteria
    let costs =
      instance.criteria.indices.first { criterion in
        instance.binTypes.contains { $0.openingScore[criterion] > 0 }
          && instance.binTypes.allSatisfy { $0.openingScore[criterion] >= 0 }
      } ?? (isAbstract ? CompiledPacking.criteria.count - 1 : nil)
    guard let costs, (0..<costs).allSatisfy({ search.bounds[$0] == instance.baseScore[$0] }),
      instance.binTypes.allSatisfy({ bin in (0..<costs).allSatisfy { bin.openingScore[$0] == 0 } }),
      instance.itemTypes.allSatisfy({ item in (0..<costs).contains { item.omissionScore[$0] > 0 } }),
      instance.itemTypes.allSatisfy({ $0.omissionScore[costs] == 0 })
    else { return nil }
    if let open = search.firstOpenCriterion, open <= costs { return costs }
    return nil
  }
}
