import BayplanModel
import Testing

@testable import BayplanAudit

@Suite struct CertificateTests {
  private func certificate(
    _ criterion: Criterion, bound: Int64, denominator: Int64 = 1, pods: [Int64], prior: [Int64] = [],
    proofs: [Certificate.NodeProof] = [], rows: [Certificate.GroupRow] = [], unchecked: String? = nil
  ) -> Certificate {
    Certificate(
      criterion: criterion, bound: bound, relaxation: "", denominator: denominator, podMultipliers: pods,
      priorMultipliers: prior, nodeProofs: proofs, groupRows: rows, unchecked: unchecked)
  }

  private func verdict(
    _ certificate: Certificate, _ cluster: Cluster, _ new: [String: String] = [:], opened: [Node] = [],
    prior: [Criterion] = [], workLimit: Int = CertificateChecker.standardWorkLimit
  ) -> CertificateCheck {
    CertificateChecker(
      cluster: cluster, placements: placements(cluster, new), openedNodes: opened, workLimit: workLimit
    ).check(certificate, prior: prior)
  }

  /// Three pods of 600 on two nodes of 1000: one stays out, since only one fits each node.
  private var crowded: Cluster {
    cluster([node("a"), node("b")], ["p", "q", "r"].map { pod($0, cpu: 600) })
  }

  @Test func `a bound that follows holds, a better one fails`() {
    let unplaced = Criterion.unplaced(priority: 0)
    let good = certificate(unplaced, bound: 1, pods: [1, 1, 1])
    #expect(verdict(good, crowded).verdict == .holds(bound: 1))
    var claim = good
    claim.bound = 2
    #expect(verdict(claim, crowded).verdict == .fails("the multipliers prove 1, not 2"))
    // The denominator divides: 10 over 10 is the same proof.
    var scaled = certificate(unplaced, bound: 1, denominator: 10, pods: [10, 10, 10])
    #expect(verdict(scaled, crowded).verdict == .holds(bound: 1))
    scaled.podMultipliers = [0, 0, 0]
    #expect(verdict(scaled, crowded).provenBound == 0)
    claim.unchecked = "by branch and bound"
    #expect(verdict(claim, crowded).verdict == .notIndependentlyChecked("by branch and bound"))
  }

  @Test func `malformed certificates fail`() {
    let good = certificate(.unplaced(priority: 0), bound: 1, pods: [1, 1, 1])
    let changes: [(inout Certificate) -> Void] = [
      { $0.denominator = 0 }, { $0.podMultipliers = [1] }, { $0.podMultipliers[0] = -1 },
      { $0.priorMultipliers = [1] },
      { $0.nodeProofs = [.init(nodes: [9], nodeType: nil, resourcePrices: [:])] },
      { $0.nodeProofs = [.init(nodes: nil, nodeType: 0, resourcePrices: [:])] },
      { $0.nodeProofs = [.init(nodes: [0], nodeType: nil, resourcePrices: ["cpu": -1])] },
    ]
    for change in changes {
      var bad = good
      change(&bad)
      guard case .fails = verdict(bad, crowded).verdict else {
        Issue.record("accepted: \(bad)")
        continue
      }
    }
  }

  /// Four pods of 400 need two nodes of 1,000; the linear bound sees 1.6 nodes.
  @Test func `surrogate prices prove a cost`() {
    let type = NodeType(name: "t", allocatable: [.cpu: 1000, .pods: 9], price: 1000, maxCount: 5)
    let base = cluster([], ["p", "q", "r", "s"].map { pod($0, cpu: 400) }) { $0.nodeTypes = [type] }
    let opened = [type.makeNode(zone: nil, ordinal: 1), type.makeNode(zone: nil, ordinal: 2)]
    let new = ["p": "t-1", "q": "t-1", "r": "t-2", "s": "t-2"]
    // pi = 400 per pod = one per millicore, so a full node gains at most its price.
    let proof = Certificate.NodeProof(
      nodes: nil, nodeType: 0, resourcePrices: ["cpu": 1 << 40])
    let prior = [Criterion.unplaced(priority: 0)]
    let good = certificate(.cost, bound: 1600, pods: [400, 400, 400, 400], prior: [10_000], proofs: [proof])
    #expect(verdict(good, base, new, opened: opened, prior: prior, workLimit: 0).verdict == .holds(bound: 1600))
    // Exact pricing sees that two pods fill a node: 500 each is possible.
    let better = certificate(.cost, bound: 2000, pods: [500, 500, 500, 500], prior: [10_000], proofs: [proof])
    #expect(verdict(better, base, new, opened: opened, prior: prior).verdict == .holds(bound: 2000))
    var tooHigh = better
    // Four nodes worth 1001 each prove 1997, and any cost is whole thousands.
    tooHigh.podMultipliers[0] += 1
    #expect(verdict(tooHigh, base, new, opened: opened, prior: prior).provenBound == 2000)
    tooHigh.podMultipliers[0] += 399
    #expect(verdict(tooHigh, base, new, opened: opened, prior: prior).provenBound == 1000)
    // Without a price on pods left out, leaving them all out is free.
    var careless = better
    careless.priorMultipliers = [0]
    #expect(verdict(careless, base, new, opened: opened, prior: prior).provenBound == 0)
  }

  @Test func `nodes in use and daemons are accounted for`() {
    let nodes = [node("a", price: 5), node("b", price: 7)]
    let base = cluster(nodes, [pod("o", cpu: 900, on: "a"), pod("p", cpu: 200)])
    let prior = [Criterion.unplaced(priority: 0)]
    let good = certificate(.cost, bound: 12, pods: [7], prior: [100])
    #expect(verdict(good, base, ["p": "b"], prior: prior).verdict == .holds(bound: 12))
    // With room on the node in use the second node is not needed.
    var roomy = base
    roomy.pods[0].spec.requests[.cpu] = 800
    #expect(verdict(good, roomy, ["p": "b"], prior: prior).provenBound == 5)
    // A daemon takes that room again.
    roomy.daemons = [DaemonWorkload(id: id("d"), spec: PodSpec(requests: [.cpu: 1]))]
    #expect(verdict(good, roomy, ["p": "b", "d-a": "a", "d-b": "b"], prior: prior).verdict == .holds(bound: 12))
  }

  @Test func `an upper bound for what is allocated`() {
    let good = certificate(.allocated(.cpu), bound: 1200, pods: [600, 600, 600])
    #expect(verdict(good, crowded).verdict == .holds(bound: 1200))
    var low = good
    low.bound = 1199
    #expect(verdict(low, crowded).verdict == .fails("the multipliers prove 1200, not 1199"))
  }

  @Test func `devices shared by patterns`() {
    let share = { (name: String, milli: Int32) in
      pod(name, cpu: 0) { $0.devices = DeviceRequest(kind: .gpu, count: 1, milliPerDevice: milli) }
    }
    let base = cluster([node("a", gpus: 2)], ["p", "q", "r"].map { share($0, 600) })
    // No two shares of 600 fit one device, although the total would suffice for three.
    let good = certificate(.unplaced(priority: 0), bound: 1, pods: [1, 1, 1])
    #expect(verdict(good, base).verdict == .holds(bound: 1))
    let thirds = cluster([node("a", gpus: 2)], ["p", "q", "r", "s", "t"].map { share($0, 400) })
    let patterns = certificate(.allocated(.gpu), bound: 1600, pods: [400, 400, 400, 400, 400])
    #expect(verdict(patterns, thirds).verdict == .holds(bound: 1600))
  }

  @Test func `anti-affinity rows`() {
    let lonely = ["p", "q", "r"].map { name in pod(name) { $0.podAntiAffinity = [term("web")] } }
    let nodes = [node("a", zone: "x"), node("b", zone: "x"), node("c", zone: "y")]
    let base = cluster(nodes, lonely)
    let row = { (domain: String, limit: Int64, pods: [Int32]) in
      Certificate.GroupRow(
        rule: .antiAffinity(topologyKey: NodeType.zoneLabel, domain: domain), pods: pods, limit: limit, multiplier: 1)
    }
    let rows = [row("x", 1, [0, 1, 2]), row("y", 1, [0, 1, 2])]
    let good = certificate(.unplaced(priority: 0), bound: 1, pods: [1, 1, 1], rows: rows)
    #expect(verdict(good, base).verdict == .holds(bound: 1))
    // Per node the zone of two nodes takes two pods: without its row nothing is proven.
    #expect(verdict(certificate(.unplaced(priority: 0), bound: 1, pods: [1, 1, 1]), base).provenBound == 0)
    var wrong = good
    wrong.groupRows[0].limit = 0
    #expect(verdict(wrong, base).provenBound == nil)
    let withBound = cluster(nodes, lonely + [pod("o", on: "a")])
    wrong.bound = 2
    #expect(verdict(wrong, withBound).verdict == .holds(bound: 2))
    #expect(verdict(good, cluster(nodes, lonely.dropLast() + [pod("r", app: "db")])).provenBound == nil)
    for pods: [Int32] in [[0, 0], [3], [-1]] {
      #expect(
        verdict(certificate(.nodes, bound: 0, pods: [0, 0, 0], rows: [row("x", 1, pods)]), base).provenBound == nil)
    }
  }

  @Test func `spread rows`() {
    let spread = ["p", "q", "r"].map { name in
      pod(name, cpu: 900) {
        $0.topologySpread = [
          .init(maxSkew: 1, topologyKey: NodeType.zoneLabel, selector: .init(matchLabels: ["app": "web"]))
        ]
      }
    }
    // Zone y has no room, so zone x may take one pod.
    let nodes = [node("a", zone: "x"), node("b", zone: "x"), node("c", cpu: 1, zone: "y")]
    let base = cluster(nodes, spread)
    let row = Certificate.GroupRow(
      rule: .spread(topologyKey: NodeType.zoneLabel, domain: "x", other: "y"), pods: [0, 1, 2], limit: 1, multiplier: 1)
    let good = certificate(.unplaced(priority: 0), bound: 2, pods: [1, 1, 1], rows: [row])
    #expect(verdict(good, base).verdict == .holds(bound: 2))
    let changes: [(inout Certificate.GroupRow) -> Void] = [
      { $0.limit = 0 }, { $0.pods = [0, 1] }, { $0.rule = .spread(topologyKey: "k", domain: "x", other: "y") },
      { $0.rule = .spread(topologyKey: NodeType.zoneLabel, domain: "x", other: "z") },
      { $0.rule = .spread(topologyKey: NodeType.zoneLabel, domain: "x", other: "x") }, { $0.multiplier = -1 },
    ]
    for change in changes {
      var bad = good
      change(&bad.groupRows[0])
      #expect(verdict(bad, base).provenBound == nil)
    }
    // With room in zone y all pods fit: the row must reward pods there.
    let roomy = cluster([nodes[0], nodes[1], node("c", zone: "y")], spread)
    #expect(verdict(good, roomy).provenBound == 0)
    // A matching pod without the constraint, and a bound one.
    #expect(verdict(good, cluster(nodes, Array(spread.dropLast()) + [pod("r")])).provenBound == nil)
    let withBound = cluster(nodes, spread + [pod("o", cpu: 0, on: "c")])
    #expect(verdict(good, withBound).provenBound == nil)
  }

  // MARK: Cases

  /// Five pods of 400 on nodes of 1,000: two and a half by any multipliers, three as whole nodes.
  private func halved(_ change: (inout [Certificate.Case]) -> Void = { _ in }) -> CertificateCheck {
    let type = NodeType(name: "t", allocatable: [.cpu: 1000, .pods: 9], price: 1000, maxCount: 5)
    let base = cluster([], ["p", "q", "r", "s", "u"].map { pod($0, cpu: 400) }) { $0.nodeTypes = [type] }
    let opened = (1...3).map { type.makeNode(zone: nil, ordinal: $0) }
    let new = ["p": "t-1", "q": "t-1", "r": "t-2", "s": "t-2", "u": "t-3"]
    func part(_ pi: Int64, least: Int64?, most: Int64?) -> Certificate.Case {
      let proof = Certificate.NodeProof(
        nodes: nil, nodeType: 0, leastCount: least, mostCount: most, resourcePrices: [:], worth: 0)
      return .init(
        podMultipliers: Array(repeating: pi, count: 5), priorMultipliers: [10_000], nodeProofs: [proof], groupRows: [])
    }
    // Two nodes leave a pod out, which is dear; three cost three times the price.
    var cases = [part(10_000, least: nil, most: 2), part(0, least: 3, most: nil)]
    change(&cases)
    var whole = certificate(.cost, bound: 3000, pods: [0, 0, 0, 0, 0], prior: [0])
    whole.cases = cases
    return verdict(whole, base, new, opened: opened, prior: [.unplaced(priority: 0)])
  }

  @Test func `cases prove more than one set of multipliers`() {
    #expect(halved().verdict == .holds(bound: 3000))
    #expect(halved { $0.swapAt(0, 1) }.verdict == .holds(bound: 3000))
    // Multipliers of a case may be over a denominator of its own.
    #expect(
      halved {
        $0[0].denominator = 4
        $0[0].podMultipliers = Array(repeating: 40_000, count: 5)
        $0[0].priorMultipliers = [40_000]
      }.verdict == .holds(bound: 3000))
    #expect(halved { $0[0].denominator = 40 }.provenBound == 2000)
    // Overlapping cases leave nothing out either; the wider one proves less.
    #expect(halved { $0[0].nodeProofs[0].mostCount = 3 }.provenBound == -7000)
    #expect(halved { $0[1].nodeProofs[0].leastCount = 2 }.provenBound == 2000)
  }

  @Test func `cases that leave something out, or mean nothing, fail`() {
    #expect(
      halved { $0.removeFirst() }.verdict == .fails("no case is about plans that use 0 of node type t"))
    let changes: [(inout [Certificate.Case]) -> Void] = [
      { $0.removeAll() }, { $0.removeLast() }, { $0[0].nodeProofs[0].mostCount = 1 },
      { $0[1].nodeProofs[0].leastCount = 4 }, { $0[1].nodeProofs[0].mostCount = 4 },
      { $0[0].nodeProofs[0].leastCount = 1 }, { $0[0].nodeProofs[0].mostCount = -1 },
      { $0[0].nodeProofs[0].leastCount = -1 }, { $0[1].nodeProofs[0].leastCount = 6 },
      { $0[1].nodeProofs[0].nodeType = nil }, { $0[1].nodeProofs = [] }, { $0[1].podMultipliers[0] = -1 },
      { $0[1].denominator = 0 },
      { $0[1].nodeProofs[0].zones = ["x"] },
      { for index in $0.indices { $0[index].nodeProofs.append($0[index].nodeProofs[0]) } },
    ]
    for (index, change) in changes.enumerated() {
      guard case .fails = halved(change).verdict else {
        Issue.record("change \(index) was accepted")
        continue
      }
    }
    var lone = certificate(.unplaced(priority: 0), bound: 1, pods: [1, 1, 1])
    lone.nodeProofs = [.init(nodes: [0], nodeType: nil, mostCount: 0, resourcePrices: [:], worth: 0)]
    #expect(verdict(lone, crowded).verdict == .fails("a node proof confines nodes without being a case"))
  }

  @Test func `the work limit is honest`() {
    let pods = (0..<12).map { pod("p\($0)", cpu: Int64(300 + 17 * $0)) }
    let base = cluster([node("a")], pods)
    let claim = certificate(.unplaced(priority: 0), bound: 10, pods: Array(repeating: 1, count: 12))
    guard case .notIndependentlyChecked = verdict(claim, base, workLimit: 0).verdict else {
      Issue.record("the limit was not noticed")
      return
    }
  }

  @Test func `extremes do not trap`() {
    let base = cluster([node("a", cpu: .max, price: .max), node("b", price: .min)], [pod("p", cpu: .max), pod("q")])
    let proof = Certificate.NodeProof(
      nodes: [0, 1], nodeType: nil, resourcePrices: ["cpu": .max, "pods": .max], worth: 0)
    for criterion in [Criterion.cost, .nodes, .allocated(.cpu), .unplaced(priority: 0)] {
      for bound in [Int64.min, .max] {
        for denominator in [Int64(1), .max] {
          let extreme = certificate(
            criterion, bound: bound, denominator: denominator, pods: [.max, .max], prior: [.max], proofs: [proof])
          _ = verdict(extreme, base, ["p": "a"], prior: [.cost])
        }
      }
    }
  }
}
