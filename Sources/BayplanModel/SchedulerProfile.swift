/// Which plugins a scheduler runs, how much each score counts and how it is made: a profile of a
/// `KubeSchedulerConfiguration`, with the meaning of kube-scheduler 1.34.
public struct SchedulerProfile: Hashable, Sendable, Codable {
  /// How `NodeResourcesFit` scores.
  public enum ScoringStrategy: Hashable, Sendable, Codable {
    case leastAllocated
    case mostAllocated
    /// Points 0...100 at percentages of use, ascending; linear between them.
    case requestedToCapacityRatio([ShapePoint])
  }

  public struct ShapePoint: Hashable, Sendable, Codable {
    public var utilization: Int64
    public var score: Int64

    public init(utilization: Int64, score: Int64) {
      self.utilization = utilization
      self.score = score
    }
  }

  public struct WeightedResource: Hashable, Sendable, Codable {
    public var resource: Resource
    public var weight: Int64

    public init(_ resource: Resource, weight: Int64 = 1) {
      self.resource = resource
      self.weight = weight
    }
  }

  /// Pods with this `schedulerName` are its own.
  public var schedulerName = "default-scheduler"
  /// Filter plugins that are not asked.
  public var disabledFilters: Set<String> = []
  /// By plugin; a plugin without a weight is not asked.
  public var weights = standardWeights
  /// Whether pods that fit nowhere may evict others.
  public var preempts = true

  /// How many nodes are enough, in percent of all: 0 for the scheduler's own choice by the size of the cluster, nil for
  /// all nodes.
  public var percentageOfNodesToScore: Int?

  // Arguments of plugins.
  public var scoringStrategy = ScoringStrategy.leastAllocated
  public var scoredResources = [WeightedResource(.cpu), WeightedResource(.memory)]
  /// Resources whose lack does not matter; a name that ends in `/` stands for all below it.
  public var ignoredResources: Set<String> = []
  public var balancedResources: [Resource] = [.cpu, .memory]
  /// What the required affinity of a pod on a node counts for one that it selects.
  public var hardPodAffinityWeight: Int64 = 1
  /// Whether affinity of pods that are there already does not count for a pod that has no preferences itself.
  public var ignoresPreferencesOfExistingPods = false
  /// For pods without constraints, without selectors; nil for those built in, which only score.
  public var defaultSpread: [TopologySpreadConstraint]?
  /// What every pod of the profile asks of nodes beside its own affinity.
  public var addedAffinity: NodeSelector?
  public var addedPreferences: [WeightedNodeTerm] = []

  public init() {}

  /// Profile of kube-scheduler 1.34 without a configuration.
  public static let standard = SchedulerProfile()

  public static let standardWeights: [String: Int64] = [
    "TaintToleration": 3, "NodeAffinity": 2, "PodTopologySpread": 2, "InterPodAffinity": 2, "NodeResourcesFit": 1,
    "NodeResourcesBalancedAllocation": 1, "ImageLocality": 1,
  ]

  /// Filter plugins in the order in which they reject.
  public static let filterNames = [
    "NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit",
    "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "PodTopologySpread", "InterPodAffinity",
  ]
}

extension Sequence<SchedulerProfile> {
  /// What any of them does without.
  public var disabledFilters: Set<String> { reduce(into: []) { $0.formUnion($1.disabledFilters) } }
  /// What any of them does not count.
  public var ignoredResources: Set<String> { reduce(into: []) { $0.formUnion($1.ignoredResources) } }
}
