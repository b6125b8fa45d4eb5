import BayplanModel

/// Seeded instances of the question "which nodes to rent": pods of a few shapes, some that keep apart and some that
/// tolerate a tainted type, against a catalogue whose prices are not proportional to size.
public struct ProvisioningGenerator: Sendable {
  public var seed: UInt64
  public var podCount = 500
  public var shapeCount = 30
  public var typeCount = 12

  public init(seed: UInt64) { self.seed = seed }

  /// The cluster: no nodes, only types in three zones, all pods pending.
  public func cluster() -> Cluster {
    var random = SeededGenerator(seed)
    var cluster = Cluster()
    let cores: [Int64] = [2, 4, 8, 16, 32, 48]
    let gibibytesPerCore: [Int64] = [2, 4, 8]
    for index in 0..<typeCount {
      let (cpu, ratio) = (cores[index % cores.count], gibibytesPerCore[index % gibibytesPerCore.count])
      // Up to 20 % off the proportional price in either direction.
      let price = cpu * (30_000 + 5_000 * ratio) * random.integer(in: 800...1200) / 1000
      cluster.nodeTypes.append(
        NodeType(
          name: "type-\(index)",
          taints: index == typeCount - 1 ? [Taint(key: "dedicated", value: "batch", effect: .noSchedule)] : [],
          allocatable: [.cpu: cpu * 1000 - 100, .memory: ((cpu * ratio) << 30) - (500 << 20), .pods: 58], price: price,
          zones: ["a", "b", "c"]))
    }
    for shape in 0..<shapeCount {
      let app = "app-\(shape)"
      var spec = PodSpec(
        requests: [
          .cpu: 100 + 50 * random.integer(in: 0...59), .memory: (128 * (1 + random.integer(in: 0...63))) << 20,
        ], labels: ["app": app])
      if shape % 6 == 0 {
        spec.podAntiAffinity = [
          PodAffinityTerm(
            selector: LabelSelector(matchLabels: ["app": app]), namespaces: ["default"],
            topologyKey: NodeType.hostnameLabel)
        ]
      }
      if shape % 7 == 0 { spec.tolerations = [Toleration(key: "dedicated", operator: .exists)] }
      let copies = podCount / shapeCount + (shape < podCount % shapeCount ? 1 : 0)
      for copy in 0..<copies {
        cluster.pods.append(
          Pod(
            id: PodID(namespace: "default", name: "\(app)-\(copy)"), workload: "Deployment/default/\(app)",
            spec: spec))
      }
    }
    return cluster
  }
}
