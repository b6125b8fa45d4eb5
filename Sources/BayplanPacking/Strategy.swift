import BayplanLP
import BayplanModel

/// A way to pack an instance. Anytime: it may be stopped after any improvement.
public protocol Strategy: Sendable {
  /// The type's name in kebab-case, as on the command line.
  var name: String { get }
  /// What it can honour; an instance with more is refused by name.
  var supports: Primitives { get }
  /// Whether it proves optimality on every instance small enough for it.
  var isExact: Bool { get }
  /// Offers incumbents and raises bounds until it is done or `search` says stop.
  func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure)
}

extension Strategy {
  public var supports: Primitives { .all }
  public var isExact: Bool { false }
}

/// The strategies there are: command line, conformance suite and benchmarks read this list.
public struct Strategies: Sendable {
  public var all: [any Strategy]

  public init(_ all: [any Strategy]) { self.all = all }

  public static let standard = Strategies([
    Portfolio(),
    Greedy(policy: FirstFit()),
    Greedy(policy: BestFit()),
    Greedy(policy: WorstFit()),
    Greedy(policy: DotProduct()),
    Greedy(policy: CosineSimilarity()),
    MinimumBinSlack(),
    PatternByPattern(),
    DynamicProgramming(),
    DimensionBound(),
    DualFeasibleBound(),
    AggregatedRelaxation(),
    ColumnGeneration(),
    BranchAndPrice(),
    ArcFlow(),
    AssignmentModel(),
    LargeNeighborhoodSearch(),
  ])

  public subscript(name: String) -> (any Strategy)? { all.first { $0.name == name } }
}
