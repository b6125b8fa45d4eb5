import BayplanLP

/// Column generation over patterns per bin type, with a safe bound at the root, and dives and a restricted MIP for
/// packings.
///
/// Pricing is the exact knapsack of `PatternPricer`; the bound is Lagrangian, in integers. Rules over domains enter
/// as group rows as far as they are linear; packings are realized in a `PackingState`, which honours all of them.
/// Guarantee: bounds never above the optimum; optimality only where bound and packing meet.
/// Source: Gilmore and Gomory 1961, 1963; diving with re-pricing as in Sadykov et al. 2019
/// (doi 10.1287/ijoc.2018.0822).
public struct ColumnGeneration: Strategy {
  public struct Options: Sendable {
    public var binTypeLimit = 150
    public var itemTypeLimit = 400
    public var iterationLimit = 400
    public var pricingNodes = 20_000
    public var boundNodes = 100_000
    /// Whether bounds may take a two-dimensional table where the search gives up.
    public var usesGrid = true
    /// Arranging devices exactly makes nodes dear.
    public var deviceBoundNodes = 2_000
    public var dives = 12
    public var pricingsPerStep = 20
    /// Nodes of branching on counts of bins, dives from them, and up to how many bin types it is tried.
    public var countNodes = 400
    public var countDives = 12
    public var divesPerCount = 4
    /// The part of the time and work left that branching on counts leaves over.
    public var countReserve = 0.5
    public var countTypeLimit = 40
    /// Columns tried for each rounding of a dive.
    public var probes = 8
    /// Rounds of thorough pricing at the end.
    public var strongPricings = 12
    /// Simplex iterations of the restricted MIP.
    public var masterIterations = 10_000
    /// Criteria to work on, from the first.
    public var criterionLimit = Int.max
    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  public var name: String { "column-generation" }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard !instance.itemTypes.isEmpty, !instance.binTypes.isEmpty,
      instance.binTypes.count <= options.binTypeLimit, instance.itemTypes.count <= options.itemTypeLimit
    else { return }
    if search.incumbent == nil { try PatternByPattern().solve(instance, &search) }
    search.currentStrategy = name
    var rootRun = ColumnGenerationRun(instance, options: options, deadline: search.deadline)
    // A criterion that is settled, or cannot be moved any more, hands over to the next.
    var criterion = 0
    while criterion < min(instance.criteria.count, options.criterionLimit), !search.shouldStop() {
      if let score = search.incumbentScore, search.bounds[criterion] != score[criterion] {
        try rootRun.run(criterion: criterion, search: &search)
        // Later criteria only matter once this one is settled.
        if search.bounds[criterion] != search.incumbentScore?[criterion] { return }
      }
      criterion += 1
    }
  }
}
