import BayplanModel

/// The policies by the names they have on a command line. A value, so that an embedder can pass its own.
public struct FleetPolicies: Sendable {
  public struct Entry: Sendable {
    public let name: String
    /// Shorter spellings.
    public let aliases: [String]
    /// Makes the policy; what is to be expected matters to some.
    public let make: @Sendable ([TypicalShape]) -> any FleetPolicy

    public init(
      _ name: String, aliases: [String] = [], make: @escaping @Sendable ([TypicalShape]) -> any FleetPolicy
    ) {
      self.name = name
      self.aliases = aliases
      self.make = make
    }
  }

  public var entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  public static let standard = FleetPolicies([
    Entry("best-fit") { _ in BestFitScore() },
    Entry("worst-fit") { _ in WorstFitScore() },
    Entry("first-fit") { _ in FirstFitScore() },
    Entry("spread") { _ in SpreadScore() },
    Entry("dot-product") { _ in DotProductScore() },
    Entry("cosine-similarity", aliases: ["cosine"]) { _ in CosineSimilarityScore() },
    Entry("l2-norm", aliases: ["l2"]) { _ in L2NormScore() },
    Entry("tetris") { _ in TetrisScore() },
    Entry("gpu-packing") { _ in GPUPackingScore() },
    Entry("gpu-clustering") { _ in GPUClusteringScore() },
    Entry("fragmentation-gradient-descent", aliases: ["fgd"]) { FragmentationGradient($0) },
    Entry("expected-sales") { ExpectedSales($0) },
  ])

  public var names: [String] { entries.map(\.name) }

  /// - Parameters:
  ///   - name: or an alias.
  ///   - typical: the shapes that are to be expected.
  /// - Throws: `InputError` for a name that there is not, with those there are.
  public func policy(named name: String, typical: [TypicalShape] = []) throws(InputError) -> any FleetPolicy {
    guard let entry = entries.first(where: { $0.name == name || $0.aliases.contains(name) }) else {
      throw InputError(
        .unsupported, object: name, "there is no policy of this name",
        fix: "There are \(names.joined(separator: ", ")).")
    }
    return entry.make(typical)
  }
}
