import BayplanModel
import BayplanScheduling
import Testing

@Suite struct WhatIfTests {
  private var cluster: Cluster {
    var cluster = Cluster()
    cluster.nodes = ["a1", "a2", "b1"].map {
      Node(
        name: $0, labels: [NodeType.zoneLabel: String($0.prefix(1)), NodeType.hostnameLabel: $0],
        allocatable: [.cpu: 4000, .pods: 10])
    }
    cluster.nodeTypes = [NodeType(name: "big", allocatable: [.cpu: 8000, .pods: 20], price: 1, zones: ["x", "y"])]
    func pod(_ name: String, _ workload: String?, _ node: String?) -> Pod {
      Pod(
        id: PodID(namespace: "shop", name: name), workload: workload,
        spec: PodSpec(requests: [.cpu: 100], labels: ["app": String(name.prefix(3))]), nodeName: node)
    }
    cluster.pods = [
      pod("web-0", "Deployment/shop/web", "a1"), pod("web-1", "Deployment/shop/web", "a2"),
      pod("web-2", "Deployment/shop/web", nil), pod("log-0", "DaemonSet/shop/log", "a1"),
      pod("dbs-0", "StatefulSet/shop/dbs", "a1"), pod("own-0", nil, "a1"),
    ]
    return cluster
  }

  private func applied(_ changes: WhatIf..., to cluster: Cluster? = nil) throws -> Cluster {
    var result = cluster ?? self.cluster
    try result.apply(changes)
    return result
  }

  private func places(_ cluster: Cluster) -> [String: String?] {
    Dictionary(uniqueKeysWithValues: cluster.pods.map { ($0.id.name, $0.nodeName) })
  }

  @Test func addedNodes() throws {
    let added = try applied(.add(3, of: "big"), .add(1, of: "a1")).nodes.dropFirst(3)
    #expect(Set(added.map(\.name)).count == 4)
    #expect(added.map { $0.labels[NodeType.zoneLabel] } == ["x", "y", "x", "a"])
    #expect(added.allSatisfy { $0.labels[NodeType.hostnameLabel] == $0.name })
  }

  @Test func scaledWorkloads() throws {
    let more = try applied(.scale("deploy/web", replicas: 5))
    #expect(more.pods.count { $0.workload == "Deployment/shop/web" } == 5)
    #expect(Set(more.pods.map(\.id)).count == more.pods.count)
    #expect(more.pods.suffix(2).allSatisfy { $0.nodeName == nil })
    // The one that waits goes first, then the youngest.
    #expect(try applied(.scale("web", replicas: 1)).pods.compactMap(\.workload).count == 3)
    #expect(places(try applied(.scale("Deployment/shop/web", replicas: 1)))["web-0"] == "a1")
    #expect(try applied(.scale("sts/dbs", replicas: 0)).pods.count == 5)
  }

  @Test func drainedNodes() throws {
    let drained = try applied(.drain("a1"))
    #expect(drained.nodes[0].isUnschedulable)
    #expect(
      places(drained) == [
        "web-0": nil, "web-1": "a2", "web-2": nil, "log-0": "a1", "dbs-0": nil, "own-0": nil,
      ])
    #expect(drained.notices.contains { $0.message.contains("--force") })
  }

  @Test(
    arguments: [
      (CountOrPercent.count(1), nil, true), (.count(2), nil, false), (.percent(50), nil, false),
      (nil, .count(1), false),
      (nil, .count(2), true), (nil, .percent(34), true), (nil, .percent(0), false),
    ] as [(CountOrPercent?, CountOrPercent?, Bool)])
  func budgetsHold(_ least: CountOrPercent?, _ most: CountOrPercent?, _ leaves: Bool) throws {
    // Three pods, two of them running.
    var guarded = cluster
    guarded.disruptionBudgets = [
      DisruptionBudget(
        namespace: "shop", name: "web", selector: LabelSelector(matchLabels: ["app": "web"]), minAvailable: least,
        maxUnavailable: most)
    ]
    let drained = try applied(.drain("a1"), to: guarded)
    #expect(places(drained)["web-0"] == (leaves ? .some(nil) : "a1"))
    #expect(drained.notices.contains { $0.message.contains("shop/web allows no eviction") } == !leaves)
    #expect(places(drained)["dbs-0"] == .some(nil))
  }

  /// Where a budget allows one at a time, all leave: each once the last one runs elsewhere.
  @Test(arguments: [1, nil] as [Int32?]) func budgetsThatAllowOneAtATime(_ stated: Int32?) throws {
    var guarded = cluster
    guarded.disruptionBudgets = [
      DisruptionBudget(
        namespace: "shop", name: "web", selector: LabelSelector(matchLabels: ["app": "web"]), minAvailable: .count(1))
    ]
    guarded.disruptionBudgets[0].disruptionsAllowed = stated
    try guarded.apply([.drain("a1"), .drain("a2")])
    #expect(places(guarded)["web-0"] == .some(nil))
    #expect(places(guarded)["web-1"] == .some(nil))
  }

  @Test func addedNodesAttachAsManyVolumes() throws {
    var limited = cluster
    limited.storage.attachLimits["a1"] = ["csi": 1]
    try limited.apply([.add(2, of: "a1")])
    #expect(limited.nodes.suffix(2).map { limited.storage.attachLimits[$0.name] } == [["csi": 1], ["csi": 1]])
  }

  @Test func failures() throws {
    let zone = try applied(.fail("zone=a"))
    #expect(zone.nodes.map(\.name) == ["b1"])
    #expect(places(zone) == ["web-0": nil, "web-1": nil, "web-2": nil, "dbs-0": nil])
    #expect(try applied(.fail("a2")).nodes.count == 2)
    #expect(try applied(.fail("topology.kubernetes.io/zone=b")).pods.count == 6)
  }

  @Test(arguments: [
    (WhatIf.cordon("a9"), "a1, a2, b1"), (.drain("b"), "b1"), (.fail("zone=q"), "zone=a, zone=b"),
    (.add(1, of: "bigger"), "big"), (.scale("deploy/wobble", replicas: 1), "Deployment/shop/web"),
  ])
  func namesThatMeanNothing(_ change: WhatIf, _ hint: String) {
    let error = #expect(throws: InputError.self) { try applied(change) }
    #expect(error?.problems.first?.fix?.contains(hint) == true, "\(String(describing: error))")
  }
}
