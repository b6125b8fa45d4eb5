import BayplanModel
import Testing

@testable import BayplanAudit

/// Whatever the multipliers are, what the checker proves is never better than the best valid plan.
@Suite struct WeakDualityTests {
  private struct Plan {
    var new: [String: String]
    var devices: [String: [Int32]]
    var opened: [Node]
    var values: [Int64]
  }

  private let zones = ["x", "y"]

  private func randomCluster(_ random: inout SplitMix64) -> Cluster {
    var result = Cluster()
    for index in 0..<Int.random(in: 1...2, using: &random) {
      result.nodes.append(
        node(
          "n\(index)", cpu: Int64.random(in: 2...10, using: &random), zone: zones.randomElement(using: &random),
          pods: Int64.random(in: 2...4, using: &random), price: Int64.random(in: 1...9, using: &random),
          gpus: Int32.random(in: 0...1, using: &random)))
    }
    if Bool.random(using: &random) {
      result.nodeTypes = [
        NodeType(
          name: "t", allocatable: [.cpu: Int64.random(in: 3...8, using: &random), .pods: 4],
          price: Int64.random(in: 1...9, using: &random), zones: ["x"], maxCount: 1)
      ]
    }
    if Bool.random(using: &random) {
      result.pods.append(pod("old", cpu: Int64.random(in: 0...3, using: &random), on: "n0"))
    }
    // In every other cluster all pods share one rule, so that rows over all of them follow.
    let common = [0, 1, 7, 7].randomElement(using: &random) ?? 7
    let commonKey = [NodeType.zoneLabel, NodeType.hostnameLabel].randomElement(using: &random) ?? ""
    for index in 0..<Int.random(in: 2...4, using: &random) {
      let app = common < 7 ? "web" : ["web", "db"].randomElement(using: &random) ?? ""
      var new = pod("p\(index)", cpu: Int64.random(in: 0...6, using: &random), app: app)
      let other = [NodeType.zoneLabel, NodeType.hostnameLabel].randomElement(using: &random) ?? ""
      let key = common < 7 ? commonKey : other
      switch common < 7 ? common : Int.random(in: 0...6, using: &random) {
      case 0: new.spec.podAntiAffinity = [term("web", key)]
      case 1:
        new.spec.topologySpread = [
          .init(maxSkew: 1, topologyKey: key, selector: .init(matchLabels: ["app": "web"]))
        ]
      case 2: new.spec.hostPorts = [HostPort(port: 80)]
      case 3: new.spec.podAffinity = [term("db", key)]
      case 4:
        let milli: Int32 = [400, 600, 1000].randomElement(using: &random) ?? 1
        new.spec.devices = DeviceRequest(kind: .gpu, count: 1, milliPerDevice: milli)
      case 5: new.spec.nodeSelector = [NodeType.zoneLabel: "x"]
      default: break
      }
      result.pods.append(new)
    }
    return result
  }

  /// Every valid way to place the pods, by brute force.
  private func validPlans(_ cluster: Cluster, _ criteria: [Criterion]) -> [Plan] {
    let types = cluster.nodeTypes.flatMap { type in
      (0..<Int(type.maxCount ?? 1)).map { type.makeNode(zone: type.zones.first, ordinal: $0) }
    }
    let auditor = Auditor(cluster: cluster)
    let pending = cluster.pods.filter { $0.nodeName == nil }
    var result: [Plan] = []
    func extend(_ index: Int, _ plan: Plan) {
      if index < pending.count {
        extend(index + 1, plan)
        for node in cluster.nodes + types {
          var next = plan
          next.new[pending[index].id.name] = node.name
          if pending[index].spec.devices != nil { next.devices[pending[index].id.name] = [0] }
          extend(index + 1, next)
        }
        return
      }
      var plan = plan
      plan.opened = types.filter { plan.new.values.contains($0.name) }
      let all = placements(cluster, plan.new, devices: plan.devices)
      guard auditor.violations(of: all, openedNodes: plan.opened).isEmpty else { return }
      plan.values = criteria.map {
        criterionValue($0, placements: all, openedNodes: plan.opened, cluster: cluster)
      }
      result.append(plan)
    }
    extend(0, Plan(new: [:], devices: [:], opened: [], values: []))
    return result
  }

  /// Rows that may or may not follow: only those that do are kept.
  private func randomRows(_ cluster: Cluster, _ plan: Plan, _ random: inout SplitMix64) -> [Certificate.GroupRow] {
    let all = placements(cluster, plan.new, devices: plan.devices)
    let board = Board(cluster: cluster, placements: all, openedNodes: plan.opened)
    let relaxation = Relaxation(cluster: cluster, board: board)
    var check = GroupRowCheck(relaxation)
    var rows: [Certificate.GroupRow] = []
    let pods = relaxation.pending.indices.map(Int32.init)
    for _ in 0..<60 {
      let isZone = Bool.random(using: &random)
      let key = isZone ? NodeType.zoneLabel : NodeType.hostnameLabel
      let names = isZone ? zones : cluster.nodes.map(\.name)
      guard let domain = names.randomElement(using: &random), let other = names.randomElement(using: &random) else {
        continue
      }
      let rule: Certificate.GroupRow.Rule =
        Bool.random(using: &random)
        ? .antiAffinity(topologyKey: key, domain: domain) : .spread(topologyKey: key, domain: domain, other: other)
      let isWhole = Bool.random(using: &random)
      let row = Certificate.GroupRow(
        rule: rule, pods: isWhole ? pods : pods.filter { _ in Bool.random(using: &random) },
        limit: Int64.random(in: 0...1, using: &random), multiplier: Int64.random(in: 0...20, using: &random))
      if !row.pods.isEmpty && check.fault(of: row) == nil { rows.append(row) }
    }
    return rows
  }

  /// Nodes apart or together, and the node type.
  private func nodeSets(_ cluster: Cluster, _ random: inout SplitMix64) -> [Certificate.NodeProof] {
    func set(_ nodes: [Int32]?, _ type: Int32?) -> Certificate.NodeProof {
      .init(nodes: nodes, nodeType: type, resourcePrices: [:])
    }
    let nodes = cluster.nodes.indices.map(Int32.init)
    return (Bool.random(using: &random) ? [set(nodes, nil)] : nodes.map { set([$0], nil) })
      + (cluster.nodeTypes.isEmpty ? [] : [set(nil, 0)])
  }

  /// Cases that leave nothing out, made by cutting all counts in two some times.
  private func distinction(
    _ sets: [Certificate.NodeProof], _ cluster: Cluster, _ random: inout SplitMix64
  ) -> [[Certificate.NodeProof]] {
    var cases = [sets]
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let index = Int.random(in: 0..<cases.count, using: &random)
      let set = Int.random(in: 0..<sets.count, using: &random)
      let whole = cases[index][set]
      let size = Int64(whole.nodes?.count ?? 1)
      let (least, most) = (whole.leastCount ?? 0, whole.mostCount ?? size)
      guard least < most else { continue }
      let last = Int64.random(in: least..<most, using: &random)
      cases[index][set].mostCount = last
      cases.append(cases[index])
      cases[cases.count - 1][set].leastCount = last + 1
      cases[cases.count - 1][set].mostCount = whole.mostCount
    }
    return cases
  }

  @Test(arguments: 0..<120) func `never above the optimum`(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let cluster = randomCluster(&random)
    let second: [Criterion] = [.cost, .nodes, .allocated(.cpu), .allocated(.gpu)]
    let criteria = [Criterion.unplaced(priority: 0), second.randomElement(using: &random) ?? .cost]
    let plans = validPlans(cluster, criteria)
    let pendingCount = cluster.pendingPods.count
    for _ in 0..<8 {
      guard let plan = plans.randomElement(using: &random) else { return }
      let rows = randomRows(cluster, plan, &random)
      for level in 0...1 {
        let denominator = Int64.random(in: 1...4, using: &random)
        let allowed = plans.filter { other in zip(other.values, plan.values).prefix(level).allSatisfy { $0 <= $1 } }
        let values = allowed.map { $0.values[level] }
        let isMaximized = criteria[level].isMaximized
        guard let optimum = isMaximized ? values.max() : values.min() else { continue }
        var certificate = Certificate(
          criterion: criteria[level], bound: isMaximized ? .min : .max, relaxation: "", denominator: denominator,
          podMultipliers: [], priorMultipliers: [], nodeProofs: [])
        func part(_ proofs: [Certificate.NodeProof]) -> Certificate.Case {
          Certificate.Case(
            denominator: Bool.random(using: &random) ? Int64.random(in: 1...4, using: &random) : nil,
            podMultipliers: (0..<pendingCount).map { _ in Int64.random(in: 0...12, using: &random) },
            priorMultipliers: Array(repeating: Int64.random(in: 0...20, using: &random), count: level),
            nodeProofs: proofs.map { proof in
              var proof = proof
              proof.resourcePrices = [
                "cpu": Int64.random(in: 0...5, using: &random) << 40,
                "pods": Int64.random(in: 0...5, using: &random) << 40,
                "gpu": Int64.random(in: 0...5, using: &random) << 32,
              ]
              proof.worth = Bool.random(using: &random) ? Int64.random(in: 0...40, using: &random) : nil
              return proof
            }, groupRows: rows)
        }
        let sets = nodeSets(cluster, &random)
        if Bool.random(using: &random) {
          certificate = certificate.certificate(of: part(sets))
        } else {
          certificate.cases = distinction(sets, cluster, &random).map(part)
        }
        for workLimit in [0, 100_000] {
          let proven = CertificateChecker(
            cluster: cluster, placements: placements(cluster, plan.new, devices: plan.devices),
            openedNodes: plan.opened, workLimit: workLimit
          ).check(certificate, prior: Array(criteria[..<level])).provenBound
          guard let proven else {
            Issue.record("seed \(seed): no bound")
            continue
          }
          #expect(isMaximized ? proven >= optimum : proven <= optimum, "seed \(seed), level \(level)")
        }
      }
    }
  }
}
