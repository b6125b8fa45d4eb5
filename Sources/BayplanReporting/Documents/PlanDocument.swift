import BayplanModel

/// A plan as a document: `bayplan/plan/v1`. It embeds the cluster, so that `bayplan verify` needs nothing else.
///
/// Everything but the values of keys that end in `Seconds` is the same for the same input, seed and proof.
public enum PlanDocument {
  public static let schema = "bayplan/plan/v1"

  public static func value(_ plan: Plan, cluster: Cluster) -> DataValue {
    let decisive = plan.decisiveCriterion
    var cluster = cluster
    // The plan's notices start with the cluster's.
    cluster.notices = []
    return .object([
      .init("schema", .string(schema)),
      .init("status", .string(plan.status.rawValue)),
      .init("termination", .string(plan.termination.rawValue)),
      .init("reproducible", .bool(plan.isReproducible)),
      .init("objective", .optional(decisive?.value)),
      .init("lowerBound", .optional(decisive?.bound)),
      .init("gap", .optional(decisive?.gap)),
      .init("criteria", .array(plan.criteria.map(criterion))),
      .init("strategy", .string(plan.strategy)),
      .init("engine", .string(plan.engine)),
      .init("solveSeconds", .number(plan.solveSeconds)),
      .init("placements", .array(plan.placements.map(placement))),
      .init("unplaced", .array(plan.unplaced.map(unplaced))),
      .init("nodes", .array(NodeUsage.all(of: plan, cluster: cluster).map(node))),
      .init("notices", .array(plan.notices.map(notice))),
      .init("certificate", .array(plan.certificates.map(certificate))),
      .init("openedNodes", .array(plan.openedNodes.map(ClusterDocument.node))),
      .init("cluster", ClusterDocument.body(cluster)),
    ])
  }

  static func criterion(_ value: CriterionValue) -> DataValue {
    .object([
      .init("name", .string("\(value.criterion)")), .init("value", .integer(value.value)),
      .init("bound", .optional(value.bound)), .init("gap", .optional(value.gap)),
    ])
  }

  static func placement(_ placement: Placement) -> DataValue {
    var members: [DataValue.Member] = [
      .init("pod", .string("\(placement.pod)")), .init("node", .string(placement.node)),
    ]
    if !placement.devices.isEmpty { members.append(.init("devices", .integers(placement.devices))) }
    return .object(members)
  }

  private static func unplaced(_ unplaced: Unplaced) -> DataValue {
    .object([
      .init("pod", .string("\(unplaced.pod)")), .init("reasons", .array(unplaced.reasons.map(reason))),
    ])
  }

  static func reason(_ reason: Unplaced.Reason) -> DataValue {
    .object([.init("reason", .string(reason.reason)), .init("nodes", .integer(Int64(reason.nodes)))])
  }

  private static func node(_ usage: NodeUsage) -> DataValue {
    var members: [DataValue.Member] = [
      .init("name", .string(usage.node.name)), .init("type", .optional(usage.node.type)),
      .init("opened", .bool(usage.isOpened)), .init("price", .integer(usage.node.price)),
      .init("allocatable", amounts(usage.node.allocatable)), .init("used", amounts(usage.used)),
      .init("pods", .integer(Int64(usage.pods))),
    ]
    if !usage.node.devices.isEmpty { members.append(.init("usedDevicesMilli", amounts(usage.usedDevices))) }
    return .object(members)
  }

  static func amounts(_ resources: Resources) -> DataValue {
    .object(resources.names.map { DataValue.Member($0.rawValue, .integer(resources[$0])) })
  }

  static func notice(_ notice: Notice) -> DataValue {
    var members: [DataValue.Member] = [
      .init("kind", .string(notice.kind.rawValue)), .init("message", .string(notice.message)),
      .init("count", .integer(Int64(notice.count))),
    ]
    if let example = notice.example { members.append(.init("example", .string(example))) }
    return .object(members)
  }

  private static func certificate(_ certificate: Certificate) -> DataValue {
    var value = DataValue(encoding: certificate)
    value.set("criterion", .string("\(certificate.criterion)"))
    return value
  }
}

extension Plan {
  /// Whether another run on the same input and seed gives the same plan: it did not end by the clock or by hand.
  public var isReproducible: Bool { termination != .timeLimit && termination != .cancelled }
}

// MARK: - Reading

extension PlanDocument {
  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func plan(from value: DataValue) throws(InputError) -> (plan: Plan, cluster: Cluster) {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")",
        fix: "Make one with: bayplan plan INPUT -o json")
    }
    guard let status = value["status"]?.text.flatMap(Status.init),
      let termination = value["termination"]?.text.flatMap(Termination.init)
    else { throw InputError(.invalidValue, object: "status", "'status' or 'termination' is missing or unknown") }
    var criteria: [CriterionValue] = []
    for item in value["criteria"]?.items ?? [] {
      guard let criterion = item["name"]?.text.flatMap(Criterion.init(name:)), let amount = item["value"]?.int64 else {
        throw InputError(.invalidValue, object: "criteria", "a criterion without a known name and an integer value")
      }
      criteria.append(CriterionValue(criterion, value: amount, bound: item["bound"]?.int64))
    }
    guard !criteria.isEmpty else { throw InputError(.missing, object: "criteria", "the plan has no criteria") }
    var certificates: [Certificate] = []
    for (index, item) in (value["certificate"]?.items ?? []).enumerated() {
      var item = item
      let place = "certificate[\(index)]"
      guard let criterion = item["criterion"]?.text.flatMap(Criterion.init(name:)) else {
        throw InputError(.invalidValue, object: place, "'criterion' is missing or unknown")
      }
      item.set("criterion", DataValue(encoding: criterion))
      certificates.append(try item.decode(Certificate.self, at: place))
    }
    guard let document = value["cluster"] else {
      throw InputError(.missing, object: "cluster", "the plan does not embed its cluster")
    }
    let plan = Plan(
      status: status, termination: termination, criteria: criteria, strategy: value["strategy"]?.text ?? "",
      engine: value["engine"]?.text ?? "", placements: try placements(value),
      openedNodes: try ClusterDocument.values(value, "openedNodes", defaults: ClusterDocument.nodeDefaults),
      unplaced: try unplaced(value), certificates: certificates, notices: try ClusterDocument.values(value, "notices"),
      solveSeconds: value["solveSeconds"]?.double ?? 0)
    return (plan, try ClusterDocument.decode(document))
  }

  static func placements(_ value: DataValue) throws(InputError) -> [Placement] {
    guard let items = value["placements"]?.items else {
      throw InputError(.missing, object: "placements", "the plan has no list of placements")
    }
    var result: [Placement] = []
    result.reserveCapacity(items.count)
    for (index, item) in items.enumerated() {
      let place = "placements[\(index)]"
      guard let node = item["node"]?.text else { throw InputError(.missing, object: place, "'node' is missing") }
      let devices = (item["devices"]?.items ?? []).compactMap { $0.int64.flatMap(Int32.init(exactly:)) }
      result.append(Placement(pod: try ClusterDocument.id(item["pod"], place), node: node, devices: devices))
    }
    return result
  }

  private static func unplaced(_ value: DataValue) throws(InputError) -> [Unplaced] {
    var result: [Unplaced] = []
    for (index, item) in (value["unplaced"]?.items ?? []).enumerated() {
      let reasons: [Unplaced.Reason] = try ClusterDocument.values(item, "reasons")
      result.append(Unplaced(pod: try ClusterDocument.id(item["pod"], "unplaced[\(index)]"), reasons: reasons))
    }
    return result
  }
}
