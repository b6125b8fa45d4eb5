import BayplanModel
import BayplanPacking

/// kube-scheduler beside a cluster that changes: decides about one pod at a time, and is told what became of it.
///
/// Decisions are made the fast way, from numbers that are kept up to date; where that cannot be, the plain way.
public struct LiveScheduler: Sendable {
  public enum Recording: Sendable {
    /// Reasons only where they decide who is evicted.
    case nothing
    /// Reasons for pods that fit nowhere, which is fast.
    case failures
    /// Reasons and scores for every pod and node.
    case everything
  }

  /// What decisions depend on besides the cluster.
  public struct Memory: Sendable, Codable {
    /// Breaks ties.
    var random: SplitMix64?
    /// Where the next sample of nodes begins.
    var sampledNodes = 0

    public init() {}
  }

  public let profiles: [SchedulerProfile]
  public var recording: Recording
  /// Where the fast way decided otherwise than the plain one: none, unless there is a mistake in one of them. Known only
  /// if every decision is checked.
  public private(set) var differences: [String] = []
  /// How many decisions were made both ways.
  public private(set) var checkedCount = 0

  /// A pod that came to a node or left it, not in `settled` yet. The array is the caller's own, so that nothing is
  /// copied for pods that nobody asks about.
  private struct Change: Sendable {
    var pods: [Pod]
    var index: Int
    var node: Int
    var isRemoved = false
  }

  private let isChecked: Bool
  private(set) var random: SplitMix64?
  private var engine: IncrementalScheduler
  private(set) var sampling: NodeSampling
  /// Lags behind `engine` by `unsettled`: it is not needed for most pods.
  private(set) var settled: SchedulerSnapshot
  private var unsettled: [Change] = []
  /// Of them, those whose pods nobody else holds: they may not pile up.
  private var ownUnsettled = 0
  private static let mostOwnUnsettled = 1 << 14
  /// What was found of a class that fits nowhere, good as long as nothing changes.
  private var failures: [SIMD2<Int32>: (version: Int, account: SchedulingDecision.Account)] = [:]

  /// - Parameters:
  ///   - profiles: of different names; a pod is placed by the one that it asks for.
  ///   - isChecked: makes every decision a second time, the plain and slow way, and compares.
  ///   - memory: of a scheduler to go on for.
  public init(
    _ snapshot: SchedulerSnapshot, profiles: [SchedulerProfile] = [.standard], tieBreak: TieBreak = .first,
    recording: Recording = .failures, isChecked: Bool = false, memory: Memory? = nil
  ) {
    settled = snapshot
    self.profiles = profiles
    self.recording = recording
    self.isChecked = isChecked
    engine = IncrementalScheduler(snapshot, profiles: profiles)
    sampling = NodeSampling(profiles.contains(where: \.samples) ? snapshot.nodes.map(\.node) : [])
    if case .seeded(let seed) = tieBreak { random = SplitMix64(seed: seed) }
    if let memory {
      sampling.advance(by: memory.sampledNodes)
      random = random == nil ? nil : memory.random ?? random
    }
  }

  /// For a scheduler that goes on where this one is, on other nodes.
  public var memory: Memory {
    var memory = Memory()
    memory.random = random
    memory.sampledNodes = sampling.start
    return memory
  }

  /// The cluster as it is.
  public var snapshot: SchedulerSnapshot {
    var copy = self
    copy.settle()
    return copy.settled
  }

  /// Once they have been taken note of.
  public mutating func forgetDifferences() { differences = [] }

  /// Nodes with a pod that no DaemonSet made.
  public var nodesInUse: Int { engine.nodesInUse }

  // MARK: Changes

  /// The class of a pod, for calls that need it more than once.
  mutating func classify(_ pod: Pod) -> Int { engine.classify(pod) }

  /// A pod is on a node from now on.
  public mutating func add(_ pod: Pod, to node: Int) {
    ownUnsettled += 1
    add([pod], 0, engine.classify(pod), to: node)
  }

  mutating func add(_ pods: [Pod], _ index: Int, _ number: Int, to node: Int) {
    engine.add(number, to: node)
    note(Change(pods: pods, index: index, node: node))
    if !settled.nominated.isEmpty { settled.nominated.removeAll { $0.pod.id == pods[index].id } }
  }

  /// A pod, as it was added, is gone.
  public mutating func remove(_ pod: Pod, from node: Int) {
    ownUnsettled += 1
    engine.remove(engine.classify(pod), from: node)
    note(Change(pods: [pod], index: 0, node: node, isRemoved: true))
  }

  private mutating func note(_ change: Change) {
    unsettled.append(change)
    if ownUnsettled > Self.mostOwnUnsettled { settle() }
  }

  /// Room on a node is kept for a pending pod, because others had to go for it.
  public mutating func nominate(_ pod: Pod, to node: Int) {
    withdrawNomination(of: pod.id)
    settled.nominated.append((pod, node))
  }

  public mutating func withdrawNomination(of pod: PodID) {
    if !settled.nominated.isEmpty { settled.nominated.removeAll { $0.pod.id == pod } }
  }

  /// How many pods each disruption budget allows to go, in their order.
  public mutating func setDisruptionsAllowed(_ allowed: [Int32]) {
    settled.setDisruptionsAllowed(allowed)
    failures.removeAll(keepingCapacity: true)
  }

  // MARK: Decisions

  /// What to do with a pending pod. Nothing is done yet: the caller adds the pod, or evicts and nominates.
  /// - Parameter mayPreempt: false for a nominated pod whose victims are still going.
  public mutating func decide(_ pod: Pod, mayPreempt: Bool = true) -> SchedulingDecision {
    decide(pod, nil, mayPreempt: mayPreempt)
  }

  /// - Parameter number: its class, where known.
  mutating func decide(_ pod: Pod, _ number: Int?, mayPreempt: Bool = true) -> SchedulingDecision {
    var decision = SchedulingDecision(pod: pod.id, outcome: .unschedulable)
    if pod.spec.isGated {
      decision.outcome = .gated
      return decision
    }
    guard let profile = profiles.index(for: pod) else {
      decision.outcome = .ignored
      return decision
    }
    let number = number ?? engine.classify(pod)
    let isPlain = mindsNominations(pod)
    if isChecked && !isPlain { check(pod, number, profile) }
    if isPlain || recording == .everything || !mayPreempt {
      decidePlainly(pod, number, profile, mayPreempt, &decision)
    } else {
      decideFast(pod, number, profile, &decision)
    }
    return decision
  }

  /// Whether a pod passes all filters on a node, nominations left aside.
  public mutating func fits(_ pod: Pod, on node: Int) -> Bool {
    guard let profile = profiles.index(for: pod) else { return false }
    return engine.fits(engine.classify(pod), profile: profile, on: node)
  }

  /// Nominations concern single nodes and single pods: too rare to keep numbers about.
  private func mindsNominations(_ pod: Pod) -> Bool {
    pod.nodeName != nil || pod.nominatedNodeName != nil
      || settled.nominated.contains { $0.pod.id != pod.id && $0.pod.spec.priority >= pod.spec.priority }
  }

  private mutating func decideFast(_ pod: Pod, _ number: Int, _ profile: Int, _ decision: inout SchedulingDecision) {
    let start = sampling
    var random = random
    let choice = engine.choice(for: number, profile: profile, &sampling) { Self.pick($0, &random) }
    self.random = random
    guard let choice else {
      if recording != .nothing || engine.hasPods(below: pod.spec.priority) {
        fail(pod, number, profile, from: start, &decision)
      }
      return
    }
    decision.outcome = .scheduled
    decision.node = choice.node
    decision.total = choice.total
    decision.feasible = choice.feasible
    decision.equals = choice.equals
  }

  private mutating func decidePlainly(
    _ pod: Pod, _ number: Int, _ profile: Int, _ mayPreempt: Bool, _ decision: inout SchedulingDecision
  ) {
    settle()
    let evaluation = settled.evaluate(pod, profile: profiles[profile], &sampling)
    if evaluation.best.isEmpty && !mayPreempt {
      decision.account = .init(evaluation)
      return
    }
    if evaluation.best.isEmpty {
      let preemption = Preemption(for: pod, evaluation, on: settled, profile: profiles[profile])
      fail(pod, evaluation, preemption, &decision)
      return
    }
    let node = evaluation.best[Self.pick(evaluation.best.count, &random)]
    decision.outcome = .scheduled
    decision.node = node
    decision.total = evaluation.takesNominatedNode ? nil : evaluation.total(of: node)
    decision.feasible = evaluation.feasible.count
    decision.equals = evaluation.best.count
    decision.account = .init(evaluation)
  }

  private mutating func fail(
    _ pod: Pod, _ number: Int, _ profile: Int, from start: NodeSampling, _ decision: inout SchedulingDecision
  ) {
    let key = SIMD2(Int32(number), Int32(profile))
    if let known = failures[key], known.version == engine.version {
      decision.account = known.account
      return
    }
    settle()
    var start = start
    let evaluation: PodEvaluation
    if let known = failures[key], !profiles[profile].samples, !engine.mindsDomains(number, profile: profile),
      known.account.evaluation.refusal == nil, let changes = engine.changes(since: known.version)
    {
      evaluation = settled.reevaluate(pod, known.account.evaluation, on: changes, profiles[profile])
    } else {
      evaluation = settled.evaluate(pod, profile: profiles[profile], &start)
    }
    var trial = IncrementalTrial(taking: &engine, pod, number, settled, profile: profile)
    let preemption = Preemption(for: pod, evaluation, on: settled, profiles[profile], trial: &trial)
    trial.giveBack(&engine)
    fail(pod, evaluation, preemption, &decision)
    if decision.node == nil { failures[key] = (engine.version, decision.account!) }
  }

  private mutating func fail(
    _ pod: Pod, _ evaluation: PodEvaluation, _ preemption: Preemption, _ decision: inout SchedulingDecision
  ) {
    let candidates = preemption.best.sorted { settled.nodes[$0.node].node.name < settled.nodes[$1.node].node.name }
    if candidates.isEmpty {
      decision.account = .init(evaluation, preemption)
      return
    }
    let candidate = candidates[Self.pick(candidates.count, &random)]
    decision.account = .init(evaluation, preemption, victims: candidate.victims)
    decision.outcome = .scheduledAfterPreemption
    decision.node = candidate.node
    decision.equals = 1
  }

  /// One of so many equals: the first, unless there is chance.
  private static func pick(_ count: Int, _ random: inout SplitMix64?) -> Int {
    random == nil ? 0 : Int.random(in: 0..<count, using: &random!)
  }

  private mutating func settle() {
    for change in unsettled {
      if change.isRemoved {
        settled.remove(change.pods[change.index].id, from: change.node)
        continue
      }
      var pod = change.pods[change.index]
      pod.nodeName = settled.nodes[change.node].node.name
      pod.nominatedNodeName = nil
      settled.add(pod, to: change.node)
    }
    unsettled.removeAll(keepingCapacity: true)
    ownUnsettled = 0
  }

  /// Compares the nodes among which the fast and the plain way would choose.
  private mutating func check(_ pod: Pod, _ number: Int, _ profile: Int) {
    checkedCount += 1
    settle()
    var plain = sampling
    let evaluation = settled.evaluate(pod, profile: profiles[profile], &plain)
    var fast = sampling
    let choice = engine.choice(for: number, profile: profile, &fast) { _ in 0 }
    let best = (0..<(choice?.equals ?? 0)).map { position in
      var again = sampling
      return engine.choice(for: number, profile: profile, &again) { _ in position }?.node
    }
    let total = evaluation.best.first.flatMap { evaluation.total(of: $0) }
    if best == evaluation.best && choice?.total == total && choice?.feasible ?? 0 == evaluation.feasible.count
      && fast.start == plain.start
    {
      return
    }
    differences.append(
      "\(pod.id): fast \(best) of \(choice?.feasible ?? 0) with \(choice?.total ?? 0), plain \(evaluation.best) of \(evaluation.feasible.count) with \(total ?? 0)"
    )
  }
}
