/// Which plugins a scheduler runs and how much each score counts: the profile of a `KubeSchedulerConfiguration`.
public struct SchedulerProfile: Hashable, Sendable {
  public var schedulerName = "default-scheduler"
  /// By plugin; a plugin without a weight is not asked.
  public var weights: [String: Int64] = [
    "TaintToleration": 3, "NodeAffinity": 2, "PodTopologySpread": 2, "InterPodAffinity": 2, "NodeResourcesFit": 1,
    "NodeResourcesBalancedAllocation": 1, "ImageLocality": 1,
  ]
  /// What the required affinity of a pod on a node counts for one that it selects.
  public var hardPodAffinityWeight: Int64 = 1

  public init() {}

  /// Profile of kube-scheduler 1.34 without a configuration.
  public static let standard = SchedulerProfile()

  /// In the order in which they reject.
  static let filters: [any FilterPlugin.Type] = [
    NodeUnschedulable.self, NodeName.self, TaintTolerationFilter.self, NodeAffinityFilter.self, NodePorts.self,
    NodeResourcesFit.self, VolumeRestrictions.self, NodeVolumeLimits.self, VolumeBinding.self, VolumeZone.self,
    PodTopologySpreadFilter.self, InterPodAffinityFilter.self,
  ]

  static let scores: [any ScorePlugin.Type] = [
    TaintTolerationScore.self, NodeAffinityScore.self, PodTopologySpreadScore.self, InterPodAffinityScore.self,
    LeastAllocated.self, BalancedAllocation.self, ImageLocality.self,
  ]
}
