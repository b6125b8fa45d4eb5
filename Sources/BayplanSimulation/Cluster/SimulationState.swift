import BayplanModel
import BayplanPacking
import BayplanScheduling

/// Everything that changes while a simulation runs. What can be made from it (the scheduler's tables) is left out, so that
/// a run goes on from here as if it had never stopped.
struct SimulationState: Sendable, Codable {
  var now: Millis = 0
  /// The first instant is over.
  var hasBegun = false
  var queue = EventQueue()
  var pods = PodTable()
  var templates: [PodTemplate] = []
  var nodes: [SimulatedNode] = []
  var workloads: [SimulatedWorkload] = []
  /// Slots of workloads that are gone for good.
  var freeWorkloads: [Int32] = []

  // The scheduling queue.
  /// To be tried now.
  var active: [PodReference] = []
  /// Tried in vain.
  var waiting: [WaitingGroup.Key: WaitingGroup] = [:]
  /// Something has happened that may make room.
  var isRelieved = false
  /// When the next pod may be tried again; -1 for none.
  var nextWake: Millis = -1
  var schedulerMemory = LiveScheduler.Memory()

  var dirtyWorkloads: [Int32] = []
  var isSampleDue = false
  /// Workloads whose wanted or ready pods have changed at this instant.
  var recounted: [Int32] = []
  var isBudgetDirty = true
  var drains: [Drain] = []
  /// Nodes that the next pods of a template are to go to, by template.
  var intents: [Int32: [Int32]] = [:]
  var autoscalers: [LoadScaler] = []
  var nodeScaler = NodeScaler()
  var services: [SimulatedService] = []
  /// Their endpoints or loads have changed.
  var dirtyServices: Set<Int> = []
  /// By template: pods of it, and those that are ready.
  var templateCounts: [TemplateCount] = []
  /// Zones whose lost nodes wait for their pods to be evicted.
  var evictionQueues: [EvictionQueue] = []
  /// Where each source of arrivals is.
  var sources: [Int32] = []
  var faultRandom: [SplitMix64] = []
  var jobRandom: SplitMix64
  /// What a policy's choices depend on besides the cluster.
  var policyMemory: [Int64] = []
  /// Of the random policy.
  var placementRandom: SplitMix64
  /// For the names of nodes that are added.
  var nodeOrdinals: [String: Int] = [:]
  var metrics: Metrics

  init(seed: UInt64, resources: [Resource], countsDevices: Bool) {
    // A stream of its own for each kind of chance: more of one does not change another.
    jobRandom = SplitMix64(seed: seed ^ 0x6A6F_6273)
    placementRandom = SplitMix64(seed: seed ^ 0x706C_6163_65)
    metrics = Metrics(resources: resources, countsDevices: countsDevices)
  }
}

struct TemplateCount: Sendable, Codable {
  var pods = 0
  var ready = 0
  /// Workloads that make pods of it.
  var owners: Set<Int32> = []
}

/// A node that is being emptied.
struct Drain: Sendable, Codable {
  var node: Int32
  var restores: Millis?
  var removes: Bool
  /// By an autoscaler rather than by the scenario.
  var isScaleDown = false
  var isOver = false
  /// Pods that a budget has kept so far: said once of each.
  var kept: Set<PodReference> = []
}

/// Lost nodes of a zone whose pods are still to be driven away, one node after the other.
struct EvictionQueue: Sendable, Codable {
  /// Empty for nodes without one.
  let zone: String
  var nodes: [Int32] = []
  var nextAt: Millis = 0
  var isTicking = false
}
