import BayplanModel
import BayplanPacking

/// How to choose among equals.
public enum TieBreak: Sendable {
  /// The first node in order; of preemption candidates the first by name.
  case first
  case seeded(UInt64)
}

/// One pass over the pending pods, the most important first and of equal ones the first in order, each bound before the
/// next. Victims of preemption are gone at once; a pod that fits nowhere is not tried again.
public struct SchedulingPass: Sendable {
  public enum Recording: Sendable {
    /// Reasons for pods that fit nowhere, which is fast.
    case failures
    /// Reasons and scores for every pod and node.
    case everything
  }

  public private(set) var decisions: [SchedulingDecision] = []
  public let profiles: [SchedulerProfile]
  /// Where the fast way decided otherwise than the plain one: none, unless there is a mistake in one of them. Known only
  /// if every decision is checked.
  public private(set) var differences: [String] = []
  /// How many decisions were made both ways.
  public private(set) var checkedCount = 0

  private let recording: Recording
  private let isChecked: Bool
  private var random: SplitMix64?
  private var engine: IncrementalScheduler
  private var sampling: NodeSampling
  /// Lags behind `engine` by `unsettled`: it is not needed for most pods.
  private var settled: SchedulerSnapshot
  private var batches: [[Pod]] = []
  private var unsettled: [(batch: Int32, pod: Int32, node: Int32)] = []
  /// What was found of a class that fits nowhere, good as long as nothing changes.
  private var failures: [SIMD2<Int32>: (version: Int, account: SchedulingDecision.Account)] = [:]

  /// - Parameters:
  ///   - profiles: of different names; a pod is placed by the one that it asks for.
  ///   - isChecked: makes every decision a second time, the plain and slow way, and compares.
  public init(
    _ snapshot: SchedulerSnapshot, profiles: [SchedulerProfile] = [.standard], tieBreak: TieBreak = .first,
    recording: Recording = .failures, isChecked: Bool = false
  ) {
    settled = snapshot
    self.profiles = profiles
    self.recording = recording
    self.isChecked = isChecked
    engine = IncrementalScheduler(snapshot, profiles: profiles)
    sampling = NodeSampling(profiles.contains(where: \.samples) ? snapshot.nodes.map(\.node) : [])
    if case .seeded(let seed) = tieBreak { random = SplitMix64(seed: seed) }
  }

  /// The cluster with all pods placed so far.
  public var snapshot: SchedulerSnapshot {
    var copy = self
    copy.settle()
    return copy.settled
  }

  /// In the order of the cluster.
  public var nodeNames: [String] { settled.nodes.map(\.node.name) }

  /// Nodes with a pod that no DaemonSet made.
  public var nodesInUse: Int { engine.nodesInUse }

  /// Where pods were placed, in the order of the decisions; some may have been evicted since.
  public var placements: [Placement] {
    let names = nodeNames
    return decisions.compactMap { decision in
      decision.node.map { Placement(pod: decision.pod, node: names[$0]) }
    }
  }

  /// Pods that had to go, in order.
  public var victims: [PodID] { decisions.flatMap { $0.victims.map(\.id) } }

  public mutating func schedule(_ pods: [Pod]) {
    batches.append(pods)
    decisions.reserveCapacity(decisions.count + pods.count)
    unsettled.reserveCapacity(unsettled.count + pods.count)
    let queue = pods.indices.sorted { (-Int(pods[$0].spec.priority), $0) < (-Int(pods[$1].spec.priority), $1) }
    for index in queue { decisions.append(decide(pods[index], index)) }
  }

  private mutating func decide(_ pod: Pod, _ index: Int) -> SchedulingDecision {
    var decision = SchedulingDecision(pod: pod.id, outcome: .unschedulable)
    if pod.spec.isGated {
      decision.outcome = .gated
      return decision
    }
    guard let profile = profiles.index(for: pod) else {
      decision.outcome = .ignored
      return decision
    }
    let number = engine.classify(pod)
    let isPlain = mindsNominations(pod)
    if isChecked && !isPlain { check(pod, number, profile) }
    if isPlain || recording == .everything {
      decidePlainly(pod, number, profile, &decision)
    } else {
      decideFast(pod, number, profile, &decision)
    }
    if let node = decision.node {
      engine.add(number, to: node)
      unsettled.append((Int32(batches.count - 1), Int32(index), Int32(node)))
      if !settled.nominated.isEmpty { settled.nominated.removeAll { $0.pod.id == pod.id } }
    }
    return decision
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
      fail(pod, number, profile, from: start, &decision)
      return
    }
    decision.outcome = .scheduled
    decision.node = choice.node
    decision.total = choice.total
    decision.feasible = choice.feasible
    decision.equals = choice.equals
  }

  private mutating func decidePlainly(
    _ pod: Pod, _ number: Int, _ profile: Int, _ decision: inout SchedulingDecision
  ) {
    settle()
    let evaluation = settled.evaluate(pod, profile: profiles[profile], &sampling)
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
    for victim in candidate.victims {
      settled.remove(victim.id, from: candidate.node)
      engine.remove(engine.classify(victim), from: candidate.node)
    }
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
    for entry in unsettled {
      var pod = batches[Int(entry.batch)][Int(entry.pod)]
      pod.nodeName = settled.nodes[Int(entry.node)].node.name
      pod.nominatedNodeName = nil
      settled.add(pod, to: Int(entry.node))
    }
    unsettled.removeAll(keepingCapacity: true)
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
