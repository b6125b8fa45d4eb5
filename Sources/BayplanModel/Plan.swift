/// One pod on one node.
public struct Placement: Hashable, Sendable, Codable {
  public var pod: PodID
  public var node: String
  /// Indices of the node's devices of the requested kind (counted over its device groups in order); empty without
  /// a device request.
  public var devices: [Int32]

  public init(pod: PodID, node: String, devices: [Int32] = []) {
    self.pod = pod
    self.node = node
    self.devices = devices
  }
}

/// Why a pod stayed out: how many nodes each first blocking constraint rules out. The counts sum to the number of
/// nodes (node types that could be added count as one each).
public struct Unplaced: Hashable, Sendable, Codable {
  public struct Reason: Hashable, Sendable, Codable {
    public var reason: String
    public var nodes: Int

    public init(reason: String, nodes: Int) {
      self.reason = reason
      self.nodes = nodes
    }
  }

  public var pod: PodID
  public var reasons: [Reason]

  public init(pod: PodID, reasons: [Reason]) {
    self.pod = pod
    self.reasons = reasons
  }
}

/// What a plan is judged by. Criteria are compared in order; all but `allocated` are minimized.
public enum Criterion: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Number of pending pods of one priority without a node.
  case unplaced(priority: Int32)
  /// Amount of a resource (thousandths of devices for a device kind) that placed pending pods ask for. Maximized.
  case allocated(Resource)
  /// Price of the nodes in use, per hour. A node that carries only daemons is not in use.
  case cost
  /// Number of nodes in use.
  case nodes

  public var description: String {
    switch self {
    case .unplaced(let priority): "unplaced@\(priority)"
    case .allocated(let resource): "allocated:\(resource.rawValue)"
    case .cost: "cost"
    case .nodes: "nodes"
    }
  }

  public var isMaximized: Bool { if case .allocated = self { true } else { false } }
}

/// Where a plan stands on one criterion.
public struct CriterionValue: Hashable, Sendable, Codable {
  public var criterion: Criterion
  public var value: Int64
  /// No plan that is as good on the criteria before this one is better than this; nil where nothing is proven.
  public var bound: Int64?

  public init(_ criterion: Criterion, value: Int64, bound: Int64?) {
    self.criterion = criterion
    self.value = value
    self.bound = bound
  }

  /// |value − bound| / max(1, |value|); nil without a bound.
  public var gap: Double? {
    bound.map { Double(value.subtractingSaturated($0).magnitude) / Double(max(1, value.magnitude)) }
  }
}

/// What a run holds at its end.
public enum Status: String, Sendable, Codable {
  case optimal, feasible, infeasible, unknown
}

/// Why a run ended.
public enum Termination: String, Sendable, Codable {
  case proof, exhausted, workLimit, timeLimit, cancelled
}

/// Where everything goes, and how good that is.
public struct Plan: Sendable, Codable {
  public var status: Status
  public var termination: Termination
  public var criteria: [CriterionValue]
  /// The strategy that found the plan.
  public var strategy: String
  /// What proved the bound: `glpk`, `dynamic-programming`, `combinatorial`.
  public var engine: String
  /// Every pod that has a node: bound, daemon and newly placed ones.
  public var placements: [Placement]
  /// Nodes to add.
  public var openedNodes: [Node]
  public var unplaced: [Unplaced]
  /// One for each criterion with a bound, in order.
  public var certificates: [Certificate]
  public var notices: [Notice]
  public var solveSeconds: Double

  public init(
    status: Status, termination: Termination, criteria: [CriterionValue], strategy: String, engine: String,
    placements: [Placement], openedNodes: [Node], unplaced: [Unplaced], certificates: [Certificate],
    notices: [Notice], solveSeconds: Double
  ) {
    self.status = status
    self.termination = termination
    self.criteria = criteria
    self.strategy = strategy
    self.engine = engine
    self.placements = placements
    self.openedNodes = openedNodes
    self.unplaced = unplaced
    self.certificates = certificates
    self.notices = notices
    self.solveSeconds = solveSeconds
  }

  /// The first criterion with a gap, else the last: what the scalar objective, bound and gap repeat.
  public var decisiveCriterion: CriterionValue? {
    criteria.first { $0.gap != 0 } ?? criteria.last
  }
}
