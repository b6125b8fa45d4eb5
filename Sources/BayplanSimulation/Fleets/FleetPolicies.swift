import BayplanLP
import BayplanModel

/// The policies by the names they have on a command line. A value, so that an embedder can pass its own.
public struct FleetPolicies: Sendable {
  public struct Entry: Sendable {
    public let name: String
    /// Shorter spellings.
    public let aliases: [String]
    /// Makes the policy; what is to be expected matters to some.
    public let make: @Sendable ([TypicalShape], Fleet) throws(SolverFailure) -> any FleetPolicy

    public init(
      _ name: String, aliases: [String] = [],
      make: @escaping @Sendable ([TypicalShape], Fleet) throws(SolverFailure) -> any FleetPolicy
    ) {
      self.name = name
      self.aliases = aliases
      self.make = make
    }
  }

  public var entries: [Entry]

  /// Every spelling, and the policy that takes any node with room.
  public var spellings: [String] { entries.flatMap { [$0.name] + $0.aliases } + [PolicyScheduler.random] }

  public init(_ entries: [Entry]) { self.entries = entries }

  public static let standard = FleetPolicies([
    Entry("best-fit") { (_, _) in BestFitScore() },
    Entry("worst-fit") { (_, _) in WorstFitScore() },
    Entry("first-fit") { (_, _) in FirstFitScore() },
    Entry("spread") { (_, _) in SpreadScore() },
    Entry("dot-product") { (_, _) in DotProductScore() },
    Entry("cosine-similarity", aliases: ["cosine"]) { (_, _) in CosineSimilarityScore() },
    Entry("l2-norm", aliases: ["l2"]) { (_, _) in L2NormScore() },
    Entry("tetris") { (_, _) in TetrisScore() },
    Entry("gpu-packing") { (_, _) in GPUPackingScore() },
    Entry("gpu-clustering") { (_, _) in GPUClusteringScore() },
    Entry("fragmentation-gradient-descent", aliases: ["fgd"]) { (typical, _) in FragmentationGradient(typical) },
    Entry("expected-sales") { (typical, fleet) in ExpectedSales(typical, on: fleet) },
    Entry("bid-prices") { (typical, fleet) throws(SolverFailure) in try BidPrices(typical, on: fleet) },
  ])

  public var names: [String] { entries.map(\.name) }

  /// - Parameters:
  ///   - name: or an alias.
  ///   - typical: the shapes that are to be expected.
  ///   - fleet: where it is to place pods.
  /// - Throws: `InputError` for a name that there is not, with those there are, and where a solver is needed and fails.
  public func policy(
    named name: String, typical: [TypicalShape] = [], on fleet: Fleet
  ) throws(InputError) -> any FleetPolicy {
    guard let entry = entries.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
      throw InputError(
        .unsupported, object: name, "there is no policy of this name",
        fix: "There are \(names.joined(separator: ", ")).")
    }
    do throws(SolverFailure) {
      return try entry.make(typical, fleet)
    } catch {
      throw InputError(.unsupported, object: name, "the policy needs a solver: \(error)", fix: "Take another policy.")
    }
  }
}
