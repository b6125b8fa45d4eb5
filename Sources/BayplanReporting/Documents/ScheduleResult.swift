import BayplanModel
import BayplanScheduling

/// What became of pending pods, as reports show it: from the scheduler's own pass, or read from `bayplan/schedule/v1`.
public struct ScheduleResult: Sendable {
  public struct Decision: Sendable {
    public var pod: PodID
    public var outcome: SchedulingDecision.Outcome
    public var node: String?
    public var score: Int64?
    /// Nodes that passed all filters, and how many of them were as good as the one taken; nil where not recorded.
    public var feasible: Int?
    public var equals: Int?
    public var victims: [String]
    /// Why there is no node; nil where there is one.
    public var obstacle: String?
    /// Why evicting others did not help; nil where that was not tried.
    public var preemption: String?
    /// What rejects nodes, and how many: where there is no node.
    public var reasons: [Unplaced.Reason]
  }

  /// A plan of the same pods, all at once.
  public struct Comparison: Sendable {
    public var status: Status
    public var unplaced: Int
    public var nodes: Int64?
    public var placements: [Placement]
  }

  public var profiles: [String]
  /// Filters that a profile does without.
  public var disabledFilters: Set<String>
  /// Resources that a profile does not count.
  public var ignoredResources: Set<String>
  public var nodes: Int
  public var nodesInUse: Int
  public var decisions: [Decision]
  /// Including those of pods that were evicted later.
  public var placements: [Placement]
  public var evicted: [String]
  public var comparison: Comparison?
  public var notices: [Notice]
}

extension ScheduleResult {
  public init(_ pass: SchedulingPass, notices: [Notice], plan: Plan?) {
    let names = pass.nodeNames
    profiles = pass.profiles.map(\.schedulerName)
    disabledFilters = pass.profiles.disabledFilters
    ignoredResources = pass.profiles.ignoredResources
    nodes = names.count
    nodesInUse = pass.nodesInUse
    decisions = pass.decisions.map { decision in
      let isPlaced = decision.node != nil
      return Decision(
        pod: decision.pod, outcome: decision.outcome, node: decision.node.map { names[$0] }, score: decision.total,
        feasible: decision.feasible, equals: decision.equals, victims: decision.victims.map { "\($0.id)" },
        obstacle: isPlaced
          ? nil
          : decision.wasLeftOut ?? decision.evaluation?.message(nodes: names.count) ?? decision.outcome.rawValue,
        preemption: isPlaced ? nil : decision.preemption?.obstacle,
        reasons: isPlaced
          ? [] : (decision.evaluation?.reasonCounts ?? []).map { .init(reason: $0.reason, nodes: $0.nodes) })
    }
    placements = pass.placements
    evicted = pass.victims.map(\.description)
    comparison = plan.map { plan in
      Comparison(
        status: plan.status, unplaced: plan.unplaced.count,
        nodes: plan.criteria.first { $0.criterion == .nodes }?.value, placements: plan.placements)
    }
    self.notices = notices
  }

  /// A plan that holds what the scheduler decided, for drawing: nothing is claimed about how good it is.
  func drawn(in cluster: Cluster) -> Plan {
    let gone = Set(evicted)
    let names = Set(cluster.nodes.map(\.name))
    let running = cluster.pods.compactMap { pod in
      pod.nodeName.flatMap { names.contains($0) ? Placement(pod: pod.id, node: $0) : nil }
    }
    let unplaced = decisions.filter { $0.node == nil }.map { decision in
      Unplaced(
        pod: decision.pod,
        reasons: decision.reasons.isEmpty
          ? [.init(reason: decision.obstacle ?? decision.outcome.rawValue, nodes: 0)] : decision.reasons)
    }
    return Plan(
      status: .feasible, termination: .exhausted, criteria: [], strategy: "kube-scheduler", engine: "kube-scheduler",
      placements: (running + placements).filter { !gone.contains("\($0.pod)") }, openedNodes: [], unplaced: unplaced,
      certificates: [], notices: notices, solveSeconds: 0)
  }
}

// MARK: - Reading

extension ScheduleDocument {
  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func result(from value: DataValue) throws(InputError) -> (result: ScheduleResult, cluster: Cluster) {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")",
        fix: "Make one with: bayplan schedule INPUT -o json")
    }
    guard let document = value["cluster"] else {
      throw InputError(
        .missing, object: "cluster", "the schedule does not embed its cluster",
        fix: "It is from an older version: make it again with bayplan schedule INPUT -o json.")
    }
    let cluster = try ClusterDocument.decode(document)
    var decisions: [ScheduleResult.Decision] = []
    for (index, item) in (value["pods"]?.items ?? []).enumerated() {
      decisions.append(try decision(item, "pods[\(index)]"))
    }
    func names(_ key: String) -> Set<String> {
      Set((value["profiles"]?.items ?? []).flatMap { ($0[key]?.items ?? []).compactMap(\.text) })
    }
    let result = ScheduleResult(
      profiles: (value["profiles"]?.items ?? []).compactMap { $0["schedulerName"]?.text },
      disabledFilters: names("disabledFilters"), ignoredResources: names("ignoredResources"),
      nodes: cluster.nodes.count,
      nodesInUse: Int(clamping: value["nodesInUse"]?.int64 ?? 0), decisions: decisions,
      placements: try PlanDocument.placements(value),
      evicted: (value["evicted"]?.items ?? []).compactMap(\.text), comparison: try comparison(value["plan"]),
      notices: try ClusterDocument.values(value, "notices"))
    return (result, cluster)
  }

  private static func decision(_ item: DataValue, _ place: String) throws(InputError) -> ScheduleResult.Decision {
    guard let outcome = item["result"]?.text.flatMap(SchedulingDecision.Outcome.init) else {
      throw InputError(.invalidValue, object: place, "'result' is missing or unknown")
    }
    let node = item["node"]?.text
    var counts: [String: Int] = [:]
    for rejection in item["rejected"]?.items ?? [] {
      for reason in rejection["reasons"]?.items ?? [] { counts[reason.text ?? "", default: 0] += 1 }
    }
    let reasons = counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
      .map { Unplaced.Reason(reason: $0.key, nodes: $0.value) }
    let isEligible = item["preemption"] != nil
    return ScheduleResult.Decision(
      pod: try ClusterDocument.id(item["pod"], place), outcome: outcome, node: node, score: item["score"]?.int64,
      feasible: item["feasible"]?.items?.count, equals: item["best"]?.items?.count,
      victims: (item["victims"]?.items ?? []).compactMap(\.text),
      obstacle: node == nil ? item["message"]?.text ?? outcome.rawValue : nil,
      preemption: node == nil && isEligible ? item["preemption"]?["message"]?.text ?? Preemption.noRoom : nil,
      reasons: node == nil ? reasons : [])
  }

  private static func comparison(_ value: DataValue?) throws(InputError) -> ScheduleResult.Comparison? {
    guard let value, !value.isNull else { return nil }
    guard let status = value["status"]?.text.flatMap(Status.init), let unplaced = value["unplaced"]?.int64 else {
      throw InputError(.invalidValue, object: "plan", "'status' or 'unplaced' is missing or wrong")
    }
    let nodes = value["criteria"]?.items?.first { $0["name"]?.text == "nodes" }?["value"]?.int64
    return .init(
      status: status, unplaced: Int(clamping: unplaced), nodes: nodes, placements: try PlanDocument.placements(value))
  }
}
