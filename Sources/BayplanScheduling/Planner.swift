import BayplanModel
import BayplanPacking

/// Answers "where does everything go": compiles a cluster, packs it, audits the result and certifies its bounds.
public struct Planner: Sendable {
  public struct Options: Sendable {
    /// Name of a strategy in `strategies`.
    public var strategy = "auto"
    public var strategies = Strategies.standard
    public var limits = Limits()
    public var seed: UInt64 = 1
    /// Maximize the placed amount of this resource before anything else, instead of placing the most pods.
    public var allocate: Resource?

    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  /// What a long run reports while it goes on.
  public struct Progress: Sendable {
    public var criteria: [CriterionValue]
    public var strategy: String
    public var elapsedSeconds: Double
  }
}

extension Planner {
  /// Plans the pending pods of a cluster.
  ///
  /// Synchronous; may be called from any thread and cancelled through `options.limits`. The plan has been audited
  /// against the cluster; a plan that breaks a rule is never returned.
  /// - Throws: `PlanningError` when the cluster cannot be compiled or the audit found a violation (a bug in Bayplan).
  public func plan(_ cluster: Cluster, onProgress: ((Progress) -> Void)? = nil) throws(PlanningError) -> Plan {
    throw PlanningError(.unknownStrategy, "not built yet")
  }
}

/// A plan that could not be made.
public struct PlanningError: Error, Sendable, CustomStringConvertible {
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let unknownStrategy = Code(rawValue: "unknownStrategy")
    /// The instance needs a primitive that the chosen strategy does not honour.
    public static let unsupportedPrimitive = Code(rawValue: "unsupportedPrimitive")
    /// The engine's plan breaks a rule: a bug in Bayplan, please report it.
    public static let auditFailed = Code(rawValue: "auditFailed")
  }

  public var code: Code
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
