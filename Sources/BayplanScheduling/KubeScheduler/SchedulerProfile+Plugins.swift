import BayplanModel

extension SchedulerProfile {
  /// In the order in which they reject.
  static var allFilters: [any FilterPlugin.Type] {
    [
      NodeUnschedulable.self, NodeName.self, TaintTolerationFilter.self, NodeAffinityFilter.self, NodePorts.self,
      NodeResourcesFit.self, VolumeRestrictions.self, NodeVolumeLimits.self, VolumeBinding.self, VolumeZone.self,
      PodTopologySpreadFilter.self, InterPodAffinityFilter.self,
    ]
  }

  static var allScores: [any ScorePlugin.Type] {
    [
      TaintTolerationScore.self, NodeAffinityScore.self, PodTopologySpreadScore.self, InterPodAffinityScore.self,
      ResourceAllocation.self, BalancedAllocation.self, ImageLocality.self,
    ]
  }

  var filters: [any FilterPlugin.Type] { Self.allFilters.filter { !disabledFilters.contains($0.name) } }
}

extension Pod {
  /// The scheduler that it asks for, by name.
  public var wantedScheduler: String { schedulerName ?? SchedulerProfile.standard.schedulerName }
}

extension [SchedulerProfile] {
  /// Which of the profiles places a pod; nil if none does.
  public func index(for pod: Pod) -> Int? {
    let name = pod.wantedScheduler
    return firstIndex { $0.schedulerName == name }
  }
}
