import BayplanModel

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

  /// Kept for pods that fit nowhere, and for all where everything is recorded.
  public final class Account: Sendable {
    /// Against the cluster as it was before any preemption.
    public let evaluation: PodEvaluation
    public let preemption: Preemption?
    public let victims: [Pod]

    init(_ evaluation: PodEvaluation, _ preemption: Preemption? = nil, victims: [Pod] = []) {
      self.evaluation = evaluation
      self.preemption = preemption
      self.victims = victims
    }
  }

  public var pod: PodID
  public var outcome: Outcome
  /// Index of the node taken.
  public var node: Int?
  /// Score of the node taken.
  public var total: Int64?
  /// How many nodes passed all filters.
  public var feasible = 0
  /// How many nodes the scheduler could as well have taken, the one taken included.
  public var equals = 0
  public var account: Account?

  /// Why no node was looked for at all; nil where one was.
  public var wasLeftOut: String? {
    switch outcome {
    case .gated: "waits for its scheduling gates"
    case .ignored: "asks for another scheduler"
    case .scheduled, .scheduledAfterPreemption, .unschedulable: nil
    }
  }

  public var evaluation: PodEvaluation? { account?.evaluation }
  public var preemption: Preemption? { account?.preemption }
  public var victims: [Pod] { account?.victims ?? [] }
}
