import BayplanModel

/// The classes of clusters that can be drawn. A value: an embedder may pass another.
public struct ClusterGenerators: Sendable {
  public var all: [InstanceClass<Cluster>]

  public init(_ all: [InstanceClass<Cluster>]) { self.all = all }

  /// - Throws: `InputError` with the names there are.
  public func named(_ name: String) throws(InputError) -> InstanceClass<Cluster> { try .named(name, in: all) }

  private static let range: ClosedRange<Int64> = 1...1_000_000

  public static let standard = ClusterGenerators([
    InstanceClass(
      "applications", "applications with rules for where they may go, on nodes of two sizes",
      source:
        "Bayplan. A third of the applications say how they are to be spread or what they need; few have many replicas.",
      parameters: [
        .init("nodes", "nodes, a tenth of them tainted", 50, in: range), .init("pods", "pods", 500, in: range),
        .init("zones", "zones that the nodes are spread over", 3, in: range),
      ]
    ) { values, random, _ in
      ApplicationGenerator(
        seed: random.seed, nodes: values.count("nodes"), pods: values.count("pods"), zones: values.count("zones")
      ).cluster()
    },
    InstanceClass(
      "provisioning", "pods and a catalogue of node types to rent from, in three zones",
      source: "Bayplan. Prices are up to 20 % off what is proportional to size.",
      parameters: [
        .init("pods", "pods", 500, in: range), .init("shapes", "different pods", 30, in: range),
        .init("types", "node types", 12, in: range),
      ]
    ) { values, random, _ in
      var generator = ProvisioningGenerator(seed: random.seed)
      generator.podCount = values.count("pods")
      generator.shapeCount = values.count("shapes")
      generator.typeCount = values.count("types")
      return generator.cluster()
    },
  ])
}
