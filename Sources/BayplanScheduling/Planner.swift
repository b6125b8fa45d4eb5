import BayplanAudit
import BayplanModel
import BayplanPacking

/// Answers "where does everything go": compiles a cluster, packs it, audits the result and certifies its bounds.
public struct Planner: Sendable {
  public struct Options: Sendable {
    /// Name of a strategy in `strategies`.
    public var strategy = "auto"
    public var strategies = Strategies.standard
    public var constraints = Constraints.standard
    /// A minute unless told otherwise: an open gap can be worked on for hours.
    public var limits = Limits(seconds: 60)
    public var seed: UInt64 = 1
    /// Maximize the placed amount of this resource before anything else.
    public var allocate: Resource?
    /// Placements to start from: no plan is worse than these, if they keep the rules.
    public var start: [Placement] = []

    public init() {}
  }

  /// What kube-scheduler does, pod by pod and without evicting any, as if it were a strategy.
  public static let schedulerStrategy = "kube-scheduler"

  /// What `options.strategy` can be, as far as strategies come along.
  public static let strategyNames = Strategies.standard.all.map(\.name) + [schedulerStrategy]

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  /// What a long run reports while it goes on.
  public struct Progress: Sendable {
    public var criteria: [CriterionValue]
    public var strategy: String
    public var elapsedSeconds: Double
  }

  /// Plans the pending pods of a cluster.
  ///
  /// Synchronous; may be called from any thread and cancelled through `options.limits`. The plan has been audited
  /// against the cluster; a plan that breaks a rule is never returned.
  /// - Throws: `PlanningError` when the strategy is unknown or cannot honour the instance, or when the audit found a
  ///   violation (a bug in Bayplan).
  public func plan(_ cluster: Cluster, onProgress: ((Progress) -> Void)? = nil) throws(PlanningError) -> Plan {
    let isScheduler = options.strategy == Self.schedulerStrategy
    guard let strategy = options.strategies[isScheduler ? "auto" : options.strategy] else {
      let names = (options.strategies.all.map(\.name) + [Self.schedulerStrategy]).joined(separator: ", ")
      throw PlanningError(.unknownStrategy, "no strategy '\(options.strategy)'; there are: \(names)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let original = cluster
    let cluster = cluster.withVolumesAsRules()
    let compiled = CompiledCluster(cluster, constraints: options.constraints, allocate: options.allocate)
    let instance = compiled.instance
    let missing = instance.primitives.subtracting(strategy.supports)
    if !missing.isEmpty {
      throw PlanningError(
        .unsupportedPrimitive,
        "strategy '\(strategy.name)' cannot honour: \(missing). Use --strategy auto, which honours every rule.")
    }
    var limits = options.limits
    if let seconds = limits.seconds {
      // Decoding, audit and printing come out of the same allowance.
      let spent = (clock.now - start).seconds
      limits.seconds = max(0.05, seconds - spent * 2 - seconds * 0.02)
    }
    var search = Search(instance, limits: limits, seed: options.seed)
    search.onProgress = onProgress.map { report in
      { score, bounds, strategy in
        let values = instance.criteria.indices.map {
          compiled.criterionValue($0, value: score[$0], bound: bounds[$0])
        }
        report(Progress(criteria: values, strategy: strategy, elapsedSeconds: (clock.now - start).seconds))
      }
    }
    var failures: [String] = []
    search.currentStrategy = "leave-out"
    search.offer(Assignment(), of: instance)
    for criterion in instance.criteria.indices {
      search.raiseBound(ofCriterion: criterion, to: instance.baseScore[criterion], proof: .trivial)
    }
    if !options.start.isEmpty { offer(options.start, "start", compiled, &search) }
    if isScheduler {
      if !cluster.nodeTypes.isEmpty {
        search.degrade("the strategy kube-scheduler adds no nodes: the node types are left unused")
      }
      offer(original.schedulerPlacements(), Self.schedulerStrategy, compiled, &search)
    } else {
      do {
        try strategy.solve(instance, &search)
      } catch {
        failures.append("\(strategy.name): \(error)")
      }
    }
    search.finish()
    return try finish(compiled, search, failures: failures) { (clock.now - start).seconds }
  }

  private func offer(_ placements: [Placement], _ name: String, _ compiled: CompiledCluster, _ search: inout Search) {
    let assignment = compiled.encode(placements)
    if let violation = compiled.instance.violation(of: assignment) {
      search.degrade("the placements of '\(name)' are not used, they break a rule of the plan: \(violation)")
      return
    }
    search.currentStrategy = name
    search.offer(assignment, of: compiled.instance)
  }

  private func finish(
    _ compiled: CompiledCluster, _ search: borrowing Search, failures: [String], elapsed: () -> Double
  ) throws(PlanningError) -> Plan {
    let cluster = compiled.view.cluster
    let (placed, opened, unplacedPods) = compiled.decode(search.incumbent ?? Assignment())
    var placements: [Placement] = []
    for (index, pod) in cluster.pods.enumerated() {
      guard let node = pod.nodeName else { continue }
      placements.append(Placement(pod: pod.id, node: node, devices: compiled.view.boundDevices[index] ?? []))
    }
    placements += compiled.view.daemonPlacements
    placements += Self.daemons(of: cluster, on: opened)
    placements += placed

    let unplaced = Self.unplaced(unplacedPods, compiled, placements, opened)
    let violations = Auditor(cluster: cluster).violations(
      of: placements, openedNodes: opened, unplaced: unplaced.map(\.pod))
    if let first = violations.first {
      throw PlanningError(
        .auditFailed,
        "the plan of strategy '\(search.incumbentStrategy)' breaks \(violations.count) rules, first: \(first)")
    }

    let score = search.incumbentScore ?? .zero(compiled.instance.criteria.count)
    let bounds = compiled.bounds(search)
    var criteria = compiled.instance.criteria.indices.map {
      compiled.criterionValue($0, value: score[$0], bound: bounds[$0])
    }
    var certificates = compiled.certificates(search, score: score)
    if !compiled.narrowings.isEmpty {
      let checker = CertificateChecker(cluster: cluster, placements: placements, openedNodes: opened)
      compiled.confirm(&criteria, &certificates, by: checker)
    }
    let isOptimal = criteria.allSatisfy { $0.gap == 0 }
    var notices = cluster.notices
    if !isOptimal && search.status == .optimal {
      for reason in compiled.narrowings { notices.note(.degraded, "optimality is not claimed: \(reason)") }
    }
    for failure in failures + search.degradations { notices.note(.degraded, failure) }
    for rejection in compiled.view.daemonRejections {
      notices.note(.warning, "daemon pods do not fit: \(rejection.reason)", example: "\(rejection.pod)")
    }
    return Plan(
      status: isOptimal ? .optimal : .feasible, termination: search.termination ?? .exhausted, criteria: criteria,
      strategy: search.incumbentStrategy, engine: search.engine, placements: placements, openedNodes: opened,
      unplaced: unplaced,
      certificates: certificates, notices: notices, solveSeconds: elapsed())
  }

  /// The daemon pods that come with nodes that are added.
  private static func daemons(of cluster: Cluster, on opened: [Node]) -> [Placement] {
    cluster.daemons.flatMap { daemon in
      opened.filter { daemon.runs(on: $0) }.map {
        Placement(
          pod: PodID(namespace: daemon.id.namespace, name: "\(daemon.id.name)-\($0.name)"), node: $0.name)
      }
    }
  }

  private static func unplaced(
    _ pods: [Int], _ compiled: CompiledCluster, _ placements: [Placement], _ opened: [Node]
  ) -> [Unplaced] {
    let cluster = compiled.view.cluster
    var result = compiled.view.daemonRejections.map {
      Unplaced(pod: $0.pod, reasons: [.init(reason: $0.reason, nodes: 1)])
    }
    if pods.isEmpty && !cluster.pods.contains(where: { $0.spec.isGated }) { return result }
    var explainer = Explainer(cluster: cluster, placements: placements, openedNodes: opened)
    for pod in pods {
      result.append(Unplaced(pod: cluster.pods[pod].id, reasons: explainer.histogram(of: cluster.pods[pod])))
    }
    let nodeCount = cluster.nodes.count + cluster.nodeTypes.count
    for pod in cluster.pods where pod.nodeName == nil && pod.spec.isGated {
      result.append(Unplaced(pod: pod.id, reasons: [.init(reason: "schedulingGates", nodes: nodeCount)]))
    }
    return result
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
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
