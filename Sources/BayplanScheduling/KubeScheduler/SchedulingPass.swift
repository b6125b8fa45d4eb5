import BayplanModel
import BayplanPacking

/// What happened to one pending pod.
public struct SchedulingDecision: Sendable {
  public enum Outcome: String, Sendable, Codable {
    case scheduled = "Scheduled"
    case scheduledAfterPreemption = "ScheduledAfterPreemption"
    case unschedulable = "Unschedulable"
    case gated = "Gated"
    /// It asks for a scheduler that is none of the profiles.
    case ignored = "Ignored"
  }

  public var pod: PodID
  public var outcome: Outcome
  /// Index of the node taken.
  public var node: Int?
  /// The nodes that the scheduler could as well have taken.
  public var best: [Int] = []
  /// Score of the node taken.
  public var total: Int64?
  /// Against the cluster as it was before any preemption.
  public var evaluation: PodEvaluation?
  public var preemption: Preemption?
  public var victims: [Pod] = []
}

/// How to choose among equals.
public enum TieBreak: Sendable {
  /// The first node in order; of preemption candidates the first by name.
  case first
  case seeded(UInt64)
}

/// One pass over the pending pods, the most important first and of equal ones the first in order, each bound before the
/// next. Victims of preemption are gone at once; a pod that fits nowhere is not tried again.
public struct SchedulingPass: Sendable {
  public private(set) var snapshot: SchedulerSnapshot
  public private(set) var decisions: [SchedulingDecision] = []
  public let profiles: [SchedulerProfile]
  private var random: SplitMix64?

  /// - Parameter profiles: of different names; a pod is placed by the one that it asks for.
  public init(_ snapshot: SchedulerSnapshot, profiles: [SchedulerProfile] = [.standard], tieBreak: TieBreak = .first) {
    self.snapshot = snapshot
    self.profiles = profiles
    if case .seeded(let seed) = tieBreak { random = SplitMix64(seed: seed) }
  }

  public mutating func schedule(_ pods: [Pod]) {
    let queue = pods.indices.sorted { (-Int(pods[$0].spec.priority), $0) < (-Int(pods[$1].spec.priority), $1) }
    for index in queue { decisions.append(decide(pods[index])) }
  }

  private mutating func decide(_ pod: Pod) -> SchedulingDecision {
    var decision = SchedulingDecision(pod: pod.id, outcome: .unschedulable)
    if pod.spec.isGated {
      decision.outcome = .gated
      return decision
    }
    let name = pod.schedulerName ?? SchedulerProfile.standard.schedulerName
    guard let profile = profiles.first(where: { $0.schedulerName == name }) else {
      decision.outcome = .ignored
      return decision
    }
    let evaluation = snapshot.evaluate(pod, profile: profile)
    decision.evaluation = evaluation
    if let node = choose(evaluation.best.count).map({ evaluation.best[$0] }) {
      decision.outcome = .scheduled
      decision.best = evaluation.best
      decision.total = evaluation.feasible.firstIndex(of: node).map { evaluation.totals[$0] }
      bind(pod, to: node, &decision)
      return decision
    }
    let preemption = Preemption(for: pod, evaluation, on: snapshot, profile: profile)
    decision.preemption = preemption
    let candidates = preemption.best.sorted { snapshot.nodes[$0.node].node.name < snapshot.nodes[$1.node].node.name }
    guard let candidate = choose(candidates.count).map({ candidates[$0] }) else { return decision }
    for victim in candidate.victims { snapshot.remove(victim.id, from: candidate.node) }
    decision.victims = candidate.victims
    decision.outcome = .scheduledAfterPreemption
    decision.best = [candidate.node]
    bind(pod, to: candidate.node, &decision)
    return decision
  }

  private mutating func choose(_ count: Int) -> Int? {
    if count == 0 { return nil }
    if random == nil { return 0 }
    return Int.random(in: 0..<count, using: &random!)
  }

  private mutating func bind(_ pod: Pod, to node: Int, _ decision: inout SchedulingDecision) {
    var bound = pod
    bound.nodeName = snapshot.nodes[node].node.name
    bound.nominatedNodeName = nil
    snapshot.nominated.removeAll { $0.pod.id == pod.id }
    snapshot.add(bound, to: node)
    decision.node = node
  }
}

extension SchedulingPass {
  /// Nodes with a pod that no DaemonSet made.
  public var nodesInUse: Int {
    snapshot.nodes.count { $0.pods.contains { !$0.isDaemonPod } }
  }

  /// Pods that had to go, in order.
  public var victims: [PodID] { decisions.flatMap { $0.victims.map(\.id) } }
}
