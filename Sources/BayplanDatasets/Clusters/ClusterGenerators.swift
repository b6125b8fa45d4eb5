import BayplanModel

/// Seeded clusters under one interface, by name: the same name, parameters and seed give the same cluster anywhere.
public struct ClusterGenerators: Sendable {
  public struct Entry: Sendable {
    public let name: String
    public let summary: String
    /// Names and what they are where nothing is said.
    public let parameters: [(name: String, standard: Int64)]
    let make: @Sendable ([String: Int64], UInt64) -> Cluster
  }

  public let entries: [Entry]

  public static let standard = ClusterGenerators(entries: [
    Entry(
      name: "provisioning", summary: "pods and a catalogue of node types to rent from",
      parameters: [("pods", 500), ("shapes", 30), ("types", 12)]
    ) { values, seed in
      var generator = ProvisioningGenerator(seed: seed)
      generator.podCount = Int(values["pods"]!)
      generator.shapeCount = Int(values["shapes"]!)
      generator.typeCount = Int(values["types"]!)
      return generator.cluster()
    },
    Entry(
      name: "applications", summary: "applications with rules for where they may go, on nodes of two zones and up",
      parameters: [("nodes", 50), ("pods", 500), ("zones", 3)]
    ) { values, seed in
      ApplicationGenerator(
        seed: seed, nodes: Int(values["nodes"]!), pods: Int(values["pods"]!), zones: Int(values["zones"]!)
      ).cluster()
    },
  ])

  private static let limit: Int64 = 1_000_000

  /// - Throws: `InputError` for a name or parameter that does not exist, or a value out of range.
  public func make(_ name: String, _ parameters: [String: Int64], seed: UInt64) throws(InputError) -> Cluster {
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw InputError(
        .unsupported, object: name, "there is no generator of clusters of this name",
        fix: "There are \(entries.map(\.name).joined(separator: ", ")).")
    }
    var values = Dictionary(uniqueKeysWithValues: entry.parameters.map { ($0.name, $0.standard) })
    for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
      guard values[key] != nil else {
        throw InputError(
          .unsupported, object: name, "it has no parameter '\(key.prefix(40))'",
          fix: "There are \(entry.parameters.map(\.name).joined(separator: ", ")).")
      }
      guard (1...Self.limit).contains(value) else {
        throw InputError(.invalidValue, object: name, "'\(key)' is \(value), outside of 1…\(Self.limit)")
      }
      values[key] = value
    }
    return entry.make(values, seed)
  }
}
