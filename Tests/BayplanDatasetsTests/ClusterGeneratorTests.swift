import BayplanDatasets
import BayplanModel
import Testing

/// Clusters that are drawn: the same bytes anywhere, and what their classes say of them.
@Suite struct ClusterGeneratorTests {
  private let generators = ClusterGenerators.standard

  #if CommandLine
    @Test(arguments: [
      ("applications", "387e23b260b175c7ae018327143ed841a1923ad38838f55d44f50924e7cb1386"),
      ("provisioning", "3b3d30584fac2d3c30593e0e2845d4338fdcf53762e93a84453823860cdf7af5"),
    ])
    func sameSeedSameBytes(_ name: String, _ digest: String) throws {
      let made = try generators.named(name)
      let found = try Digest.hex(of: made.make(seed: 1))
      #expect(found == digest)
      #expect(try Digest.hex(of: made.make(seed: 2)) != digest)
      #expect(made.instanceName([:], seed: 7).hasPrefix("\(name)-"))
    }
  #endif

  @Test func applications() throws {
    let cluster = try generators.named("applications").make(["nodes": 40, "pods": 600, "zones": 4], seed: 3)
    #expect(cluster.nodes.count == 40 && cluster.pods.count == 600)
    #expect(Set(cluster.nodes.map { $0.labels[NodeType.zoneLabel] }).count == 4)
    #expect(cluster.nodes.count { !$0.taints.isEmpty } == 4)
    let specs = Dictionary(grouping: cluster.pods, by: \.workload).values.map { $0[0].spec }
    // Five of twelve kinds of applications have a rule of their own.
    let ruled = specs.count {
      !$0.topologySpread.isEmpty || !$0.podAntiAffinity.isEmpty || !$0.preferredPodAffinity.isEmpty
        || $0.nodeAffinity != nil || !$0.tolerations.isEmpty
    }
    #expect((0.25...0.6).contains(Double(ruled) / Double(specs.count)))
  }

  @Test func provisioning() throws {
    let cluster = try generators.named("provisioning").make(["pods": 90, "shapes": 7, "types": 5], seed: 3)
    #expect(cluster.pods.count == 90 && Set(cluster.pods.map(\.spec)).count == 7)
    #expect(cluster.nodes.isEmpty && cluster.nodeTypes.count == 5)
    #expect(cluster.nodeTypes.allSatisfy { $0.price > 0 && $0.zones.count == 3 })
  }

  @Test func refusesWhatMakesNoSense() throws {
    #expect(throws: InputError.self) { try generators.named("nosuch") }
    #expect(throws: InputError.self) { try generators.named("applications").make(["nodes": 0], seed: 1) }
    let error = #expect(throws: InputError.self) { try generators.named("applications").make(["pots": 3], seed: 1) }
    #expect(error?.description.contains("parameter pots: applications has no such parameter") == true)
  }
}
