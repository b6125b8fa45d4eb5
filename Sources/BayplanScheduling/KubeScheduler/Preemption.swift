import BayplanModel

/// What the scheduler would evict to make room for a pod that fits nowhere.
/// Source: kubernetes pkg/scheduler/framework/preemption and plugins/defaultpreemption, as of 1.34.
public struct Preemption: Sendable {
  public struct Candidate: Sendable {
    public var node: Int
    /// The most important first.
    public var victims: [Pod]
    /// Victims whose disruption budget does not allow it.
    public var budgetViolations: Int
  }

  /// False for a pod that may not preempt; `message` says why.
  public private(set) var isEligible = true
  public private(set) var message: String?
  /// Why nobody is evicted, where nobody is.
  public var obstacle: String { message ?? Self.noRoom }
  public static let noRoom = "no node where evicting less important pods would make room"
  public private(set) var candidates: [Candidate] = []
  /// The candidates that no rule prefers another to.
  public private(set) var best: [Candidate] = []

  public init(for pod: Pod, _ evaluation: PodEvaluation, on snapshot: SchedulerSnapshot, profile: SchedulerProfile) {
    var trial = SnapshotTrial(pod, snapshot, profile)
    self.init(for: pod, evaluation, on: snapshot, profile, trial: &trial)
  }

  /// - Parameter trial: leaves things as they were.
  init(
    for pod: Pod, _ evaluation: PodEvaluation, on snapshot: SchedulerSnapshot, _ profile: SchedulerProfile,
    trial: inout some PreemptionTrial
  ) {
    if !profile.preempts {
      isEligible = false
      message = "the profile has no plugin for preemption"
      return
    }
    if pod.spec.preemptionPolicyNever {
      isEligible = false
      message = "not eligible due to preemptionPolicy=Never."
      return
    }
    let nodes = evaluation.rejections.filter(\.value.isResolvable).keys.sorted()
    if nodes.isEmpty {
      message = "no node whose rejection preemption could resolve"
      return
    }
    for node in nodes {
      let lower = snapshot.nodes[node].pods.filter { $0.spec.priority < pod.spec.priority }
      if let candidate = Self.candidate(node, lower, snapshot.budgets, &trial) { candidates.append(candidate) }
    }
    best = candidates
    prefer { -$0.budgetViolations }
    prefer { -Int($0.victims[0].spec.priority) }
    prefer { -$0.victims.reduce(0) { $0 + Int($1.spec.priority) + Int(Int32.max) + 1 } }
    prefer { -$0.victims.count }
    prefer { candidate in
      let top = candidate.victims[0].spec.priority
      return candidate.victims.filter { $0.spec.priority == top }.map(Self.start).min() ?? 0
    }
  }

  private mutating func prefer(_ value: (Candidate) -> Int) {
    let most = best.map(value).max()
    best = best.filter { value($0) == most }
  }

  /// A pod that has not begun to run counts as beginning now.
  private static func start(_ pod: Pod) -> Int { pod.startSeconds.map { Int($0) } ?? .max }

  private static func isMoreImportant(_ pod: Pod, than other: Pod) -> Bool {
    if pod.spec.priority != other.spec.priority { return pod.spec.priority > other.spec.priority }
    return start(pod) < start(other)
  }

  /// Takes away everything less important, then gives back what need not go: first what budgets protect, and of that
  /// the most important first.
  private static func candidate(
    _ node: Int, _ pods: [Pod], _ budgets: [DisruptionBudget], _ trial: inout some PreemptionTrial
  ) -> Candidate? {
    if pods.isEmpty { return nil }
    let lower = pods.stablySorted(by: isMoreImportant)
    trial.begin(on: node)
    for victim in lower { trial.remove(victim) }
    if !trial.fits() {
      for victim in lower { trial.add(victim) }
      trial.end()
      return nil
    }
    let isProtected = protection(of: lower, budgets)
    var victims: [Pod] = []
    var violations = 0
    for wanted in [true, false] {
      for (victim, isProtected) in zip(lower, isProtected) where isProtected == wanted {
        trial.add(victim)
        if trial.fits() { continue }
        trial.remove(victim)
        victims.append(victim)
        if isProtected { violations += 1 }
      }
    }
    for victim in victims { trial.add(victim) }
    trial.end()
    if isProtected.contains(true) && isProtected.contains(false) {
      victims = victims.stablySorted(by: isMoreImportant)
    }
    return Candidate(node: node, victims: victims, budgetViolations: violations)
  }

  /// Whose eviction some budget does not allow, if all went in this order. Selectors that are absent or empty select
  /// nothing here.
  private static func protection(of pods: [Pod], _ budgets: [DisruptionBudget]) -> [Bool] {
    var allowed = budgets.map { Int($0.disruptionsAllowed ?? 0) }
    return pods.map { pod in
      var isProtected = false
      if pod.spec.labels.isEmpty { return false }
      for (index, budget) in budgets.enumerated() where budget.namespace == pod.id.namespace {
        guard let selector = budget.selector, !selector.requirements.isEmpty, selector.matches(pod.spec.labels),
          !budget.disruptedPods.contains(pod.id.name)
        else { continue }
        allowed[index] -= 1
        if allowed[index] < 0 { isProtected = true }
      }
      return isProtected
    }
  }
}

extension Array {
  fileprivate func stablySorted(by isBefore: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted { left, right in
      if isBefore(left.element, right.element) { return true }
      if isBefore(right.element, left.element) { return false }
      return left.offset < right.offset
    }.map(\.element)
  }
}

/// Tries, on one node at a time, whether a pod fits with other pods gone.
protocol PreemptionTrial {
  mutating func begin(on node: Int)
  mutating func remove(_ pod: Pod)
  mutating func add(_ pod: Pod)
  mutating func fits() -> Bool
  mutating func end()
}

/// The plain way: asks every plugin anew about a copy of the cluster.
struct SnapshotTrial: PreemptionTrial {
  private let pod: Pod
  private let snapshot: SchedulerSnapshot
  private let profile: SchedulerProfile
  private var trial: SchedulerSnapshot
  private var node = 0

  init(_ pod: Pod, _ snapshot: SchedulerSnapshot, _ profile: SchedulerProfile) {
    self.pod = pod
    self.snapshot = snapshot
    self.profile = profile
    trial = snapshot
  }

  mutating func begin(on node: Int) {
    self.node = node
    trial = snapshot.onTrial()
  }

  mutating func remove(_ pod: Pod) { trial.remove(pod.id, from: node) }
  mutating func add(_ pod: Pod) { trial.add(pod, to: node) }
  mutating func fits() -> Bool { trial.rejection(of: pod, on: node, profile) == nil }
  mutating func end() { trial = snapshot }
}
