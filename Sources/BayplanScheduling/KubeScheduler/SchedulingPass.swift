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
  public private(set) var decisions: [SchedulingDecision] = []
  private var scheduler: LiveScheduler

  /// As of `LiveScheduler`.
  public init(
    _ snapshot: SchedulerSnapshot, profiles: [SchedulerProfile] = [.standard], tieBreak: TieBreak = .first,
    recording: LiveScheduler.Recording = .failures, isChecked: Bool = false
  ) {
    scheduler = LiveScheduler(
      snapshot, profiles: profiles, tieBreak: tieBreak, recording: recording, isChecked: isChecked)
  }

  public var profiles: [SchedulerProfile] { scheduler.profiles }
  public var differences: [String] { scheduler.differences }
  public var checkedCount: Int { scheduler.checkedCount }
  public var nodesInUse: Int { scheduler.nodesInUse }

  /// The cluster with all pods placed so far.
  public var snapshot: SchedulerSnapshot { scheduler.snapshot }

  /// In the order of the cluster.
  public var nodeNames: [String] { scheduler.settled.nodes.map(\.node.name) }

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
    decisions.reserveCapacity(decisions.count + pods.count)
    let queue = pods.indices.sorted { (-Int(pods[$0].spec.priority), $0) < (-Int(pods[$1].spec.priority), $1) }
    for index in queue {
      let number = scheduler.classify(pods[index])
      let decision = scheduler.decide(pods[index], number)
      if let node = decision.node {
        for victim in decision.victims { scheduler.remove(victim, from: node) }
        scheduler.add(pods, index, number, to: node)
      }
      decisions.append(decision)
    }
  }
}
