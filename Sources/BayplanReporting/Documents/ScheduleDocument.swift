import BayplanModel
import BayplanScheduling

/// What kube-scheduler would do, as data: `bayplan/schedule/v1`.
public enum ScheduleDocument {
  public static let schema = "bayplan/schedule/v1"

  /// - Parameters:
  ///   - cluster: what the scheduler saw, with all pods that waited; a report draws it.
  ///   - plan: a plan for the same cluster, to compare with.
  public static func value(
    _ pass: SchedulingPass, cluster: Cluster, notices: [Notice], plan: Plan? = nil
  ) -> DataValue {
    var cluster = cluster
    cluster.notices = []
    let nodes = pass.nodeNames
    let placed = pass.decisions.filter { $0.node != nil }
    var members: [DataValue.Member] = [
      .init("schema", .string(schema)),
      .init(
        "profiles",
        .array(
          pass.profiles.map {
            .object([
              .init("schedulerName", .string($0.schedulerName)),
              .init("weights", .sorted($0.weights.mapValues(DataValue.integer))),
              .init("disabledFilters", .strings($0.disabledFilters.sorted())),
              .init("ignoredResources", .strings($0.ignoredResources.sorted())),
            ])
          })),
      .init("scheduled", .integer(Int64(placed.count))),
      .init("unschedulable", .integer(Int64(pass.decisions.count - placed.count))),
      .init("nodesInUse", .integer(Int64(pass.nodesInUse))),
      .init("evicted", .strings(pass.victims.map(\.description))),
      .init("pods", .array(pass.decisions.map { decision($0, nodes) })),
      .init(
        "placements",
        .array(
          pass.placements.map(PlanDocument.placement))),
      .init("notices", .array(notices.map(PlanDocument.notice))),
    ]
    if let plan { members.append(.init("plan", comparison(plan))) }
    members.append(.init("cluster", ClusterDocument.body(cluster)))
    return .object(members)
  }

  private static func comparison(_ plan: Plan) -> DataValue {
    .object([
      .init("status", .string(plan.status.rawValue)),
      .init("unplaced", .integer(Int64(plan.unplaced.count))),
      .init("criteria", .array(plan.criteria.map(PlanDocument.criterion))),
      .init("placements", .array(plan.placements.map(PlanDocument.placement))),
    ])
  }

  private static func decision(_ decision: SchedulingDecision, _ nodes: [String]) -> DataValue {
    var members: [DataValue.Member] = [
      .init("pod", .string("\(decision.pod)")), .init("result", .string(decision.outcome.rawValue)),
      .init("node", .optional(decision.node.map { nodes[$0] })), .init("score", .optional(decision.total)),
      .init("best", .strings(best(decision).map { nodes[$0] })),
    ]
    if let evaluation = decision.evaluation { members += judged(evaluation, nodes) }
    if let preemption = decision.preemption { members.append(.init("preemption", preempted(preemption, nodes))) }
    members.append(.init("victims", .strings(decision.victims.map { "\($0.id)" })))
    return .object(members)
  }

  private static func best(_ decision: SchedulingDecision) -> [Int] {
    if decision.outcome == .scheduledAfterPreemption { return decision.node.map { [$0] } ?? [] }
    return decision.evaluation?.best ?? []
  }

  static func judged(_ evaluation: PodEvaluation, _ nodes: [String]) -> [DataValue.Member] {
    let feasible = evaluation.feasible.enumerated().map { index, node -> DataValue in
      let scores = evaluation.scores.map { scores in
        DataValue.Member(
          scores.plugin,
          .object([
            .init("raw", .integer(scores.raw[index])), .init("normalized", .integer(scores.normalized[index])),
          ]))
      }
      return .object([
        .init("node", .string(nodes[node])),
        .init("total", .optional(evaluation.totals.indices.contains(index) ? evaluation.totals[index] : nil)),
        .init("scores", .object(scores)),
      ])
    }
    var members: [DataValue.Member] = [.init("feasible", .array(feasible))]
    if let refusal = evaluation.refusal { members.append(.init("refusal", .object(rejection(refusal)))) }
    members.append(
      .init(
        "rejected",
        .array(
          evaluation.rejections.sorted { $0.key < $1.key }.map { node, reason in
            .object([.init("node", .string(nodes[node]))] + rejection(reason))
          })))
    if evaluation.feasible.isEmpty {
      members.append(.init("message", .string(evaluation.message(nodes: nodes.count))))
    }
    return members
  }

  private static func rejection(_ rejection: NodeRejection) -> [DataValue.Member] {
    [
      .init("plugin", .string(rejection.plugin)),
      .init("code", .string(rejection.isResolvable ? "Unschedulable" : "UnschedulableAndUnresolvable")),
      .init("reasons", .strings(rejection.reasons)),
      .init("also", .sorted(rejection.also.mapValues(DataValue.strings))),
    ]
  }

  static func preempted(_ preemption: Preemption, _ nodes: [String]) -> DataValue {
    .object([
      .init("eligible", .bool(preemption.isEligible)), .init("message", .optional(preemption.message)),
      .init(
        "candidates",
        .array(
          preemption.candidates.map {
            .object([
              .init("node", .string(nodes[$0.node])), .init("victims", .strings($0.victims.map { "\($0.id)" })),
              .init("budgetViolations", .integer(Int64($0.budgetViolations))),
            ])
          })),
      .init("best", .strings(preemption.best.map { nodes[$0.node] })),
    ])
  }
}
