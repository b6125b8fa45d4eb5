import BayplanModel

/// What a simulation came to. Shares are in hundredths of a percent, times in milliseconds.
public struct SimulationReport: Sendable {
  public struct ResourceUse: Sendable {
    public var resource: Resource
    public var mean: Int64
    public var peak: Int64
    public var now: Int64

    public init(resource: Resource, mean: Int64, peak: Int64, now: Int64) {
      self.resource = resource
      self.mean = mean
      self.peak = peak
      self.now = now
    }
  }

  public struct WorkloadOutcome: Sendable {
    public var workload: String
    public var replicas: Int
    public var ready: Int
    /// Of a job: pods that succeeded, and whether it is over.
    public var succeeded: Int?
    public var isOver = false
    /// Share of the wanted pods that answered, over time; nil for jobs.
    public var availability: Int64?
    /// Times when pods were missing after all had been there.
    public var shortages: Int
    public var longestShortage: Millis
    public var shortage: Millis

    public init(
      workload: String, replicas: Int, ready: Int, succeeded: Int? = nil, isOver: Bool = false,
      availability: Int64? = nil, shortages: Int = 0, longestShortage: Millis = 0, shortage: Millis = 0
    ) {
      self.workload = workload
      self.replicas = replicas
      self.ready = ready
      self.succeeded = succeeded
      self.isOver = isOver
      self.availability = availability
      self.shortages = shortages
      self.longestShortage = longestShortage
      self.shortage = shortage
    }
  }

  public struct ServiceOutcome: Sendable {
    public var service: PodID
    /// Requests, in thousands.
    public var offered: Int64
    /// Share of the requests that got no answer, in millionths.
    public var unservedMillionths: Int64
    public var peakPercent: Int64
    public var down: Millis
    public var endpoints: Int

    public init(
      service: PodID, offered: Int64, unservedMillionths: Int64, peakPercent: Int64, down: Millis, endpoints: Int
    ) {
      self.service = service
      self.offered = offered
      self.unservedMillionths = unservedMillionths
      self.peakPercent = peakPercent
      self.down = down
      self.endpoints = endpoints
    }
  }

  public struct Percentiles: Sendable {
    public var count: Int64
    public var mean: Millis
    public var p50: Millis
    public var p95: Millis
    public var p99: Millis
    public var most: Millis

    public init(count: Int64, mean: Millis, p50: Millis, p95: Millis, p99: Millis, most: Millis) {
      self.count = count
      self.mean = mean
      self.p50 = p50
      self.p95 = p95
      self.p99 = p99
      self.most = most
    }

    init?(_ histogram: DurationHistogram) {
      guard let p50 = histogram.percentile(milli: 500) else { return nil }
      count = histogram.count
      mean = histogram.mean
      self.p50 = p50
      p95 = histogram.percentile(milli: 950)!
      p99 = histogram.percentile(milli: 990)!
      most = histogram.most
    }
  }

  public var name: String
  public var seed: UInt64
  public var strategy: String
  public var time: Millis
  public var events = 0
  public var resources: [ResourceUse] = []
  public var podsCreated = 0
  public var podsBound = 0
  public var podsCompleted = 0
  public var podsLeft = 0
  public var podsPending = 0
  /// The first of them, by name.
  public var pendingPods: [PodID] = []
  /// How long the one that has waited longest has.
  public var longestPending: Millis = 0
  public var crashes = 0
  public var decisions = 0
  public var failedDecisions = 0
  public var pendingTimes: Percentiles?
  public var healingTimes: Percentiles?
  public var evictions: [(cause: EvictionCause, count: Int)] = []
  public var jobsCompleted = 0
  public var jobsFailed = 0
  public var nodes = 0
  public var nodesReady = 0
  public var nodeFailures = 0
  public var nodesAdded = 0
  public var nodesRemoved = 0
  public var nodeMillis: Int128 = 0
  /// Millionths of the currency unit.
  public var cost: MicroCost = 0
  public var workloads: [WorkloadOutcome] = []
  public var services: [ServiceOutcome] = []
  public var violations: [String] = []
  public var isChecked = false
  public var notices: [Notice] = []

  /// Whether every pod has a node at the end.
  public var allPlaced: Bool { podsPending == 0 }
}

extension SimulationReport {
  /// Of a simulation in which nothing was counted.
  public init(name: String, seed: UInt64, strategy: String, time: Millis) {
    self.init(name: name, seed: seed, strategy: strategy, time: time, events: 0)
  }
}

extension ClusterSimulation {
  /// What it has come to so far.
  public var report: SimulationReport {
    let metrics = state.metrics
    let pending = state.pods.slots.indices.lazy.map(Int32.init).filter {
      state.pods[$0].isThere && state.pods[$0].phase == .pending
    }
    return SimulationReport(
      name: scenario.name, seed: scenario.seed, strategy: scenario.scheduling.strategy, time: state.now,
      events: metrics.events,
      resources: metrics.resources.indices.map { index in
        .init(
          resource: metrics.resources[index],
          mean: metrics.allocatedSum[index].ratio(to: metrics.capacitySum[index].sum, parts: 10_000),
          peak: metrics.peak[index],
          now: metrics.share(index))
      },
      podsCreated: metrics.created, podsBound: metrics.bound, podsCompleted: metrics.completed,
      podsLeft: state.pods.count, podsPending: pending.count,
      pendingPods: Array(pending.map { modelPod($0).id }.sorted().prefix(20)),
      longestPending: pending.map { state.now - state.pods[$0].createdAt }.max() ?? 0, crashes: metrics.crashes,
      decisions: metrics.decisions, failedDecisions: metrics.failedDecisions,
      pendingTimes: .init(metrics.pendingTimes), healingTimes: .init(metrics.healingTimes),
      evictions: EvictionCause.allCases.compactMap { cause in metrics.evictions[cause.rawValue].map { (cause, $0) } },
      jobsCompleted: metrics.jobsCompleted, jobsFailed: metrics.jobsFailed, nodes: metrics.nodes,
      nodesReady: metrics.readyNodes, nodeFailures: metrics.nodeFailures, nodesAdded: metrics.nodesAdded,
      nodesRemoved: metrics.nodesRemoved, nodeMillis: metrics.nodeSum.sum,
      cost: metrics.priceSum.ratio(to: 3_600_000, parts: 1), workloads: workloadOutcomes,
      services: serviceOutcomes, violations: violations + scheduler.differences, isChecked: isChecked,
      notices: notices)
  }

  private var workloadOutcomes: [SimulationReport.WorkloadOutcome] {
    state.workloads.filter { $0.isThere && $0.owner < 0 }.map { entry in
      let isShort = entry.shortSince >= 0 && entry.wasWhole && entry.isLasting
      let current = isShort ? state.now - entry.shortSince : 0
      return .init(
        workload: entry.workload.reference, replicas: entry.replicas, ready: entry.ready,
        succeeded: entry.progress?.succeeded, isOver: entry.progress?.isOver ?? false,
        availability: entry.isLasting ? entry.availability(at: state.now) : nil,
        shortages: entry.shortages + (isShort ? 1 : 0), longestShortage: max(entry.longestShortage, current),
        shortage: entry.shortageMillis + current)
    }
  }

  private var serviceOutcomes: [SimulationReport.ServiceOutcome] {
    state.services.map { service in
      var service = service
      service.sumUp(to: state.now)
      return .init(
        service: service.load.service, offered: service.offeredSum.ratio(to: 1_000_000_000, parts: 1),
        unservedMillionths: service.unservedSum.ratio(to: service.offeredSum.sum, parts: 1_000_000),
        peakPercent: service.peakPercent, down: service.downMillis, endpoints: service.endpoints.count)
    }
  }

  // MARK: The time series

  mutating func sample() {
    state.isSampleDue = false
    state.queue.schedule(Event(.sample), at: state.now + scenario.sampleEvery)
    guard let onSample else { return }
    let metrics = state.metrics
    onSample(
      Sample(
        at: state.now, nodes: metrics.nodes, readyNodes: metrics.readyNodes, pods: state.pods.count,
        readyPods: metrics.ready, pendingPods: Int(metrics.pending),
        allocated: metrics.resources.indices.map { (metrics.resources[$0], metrics.share($0)) },
        fragmentation: fragmentation, price: metrics.price,
        offered: state.services.reduce(0) { $0 + $1.offered },
        unserved: state.services.reduce(0) { $0 + $1.unserved }))
  }

  /// Hundredths of a percent of the free CPU that a pod cannot use, because it does not fit, on average over the pods that
  /// run: the measure of fragmentation gradient descent, for CPU.
  /// Source: Weng et al., USENIX ATC 2023. Complexity: O(nodes x different pods).
  private var fragmentation: Int64 {
    var weights: [Int32: Int64] = [:]
    for pod in state.pods.slots where pod.isThere && pod.phase != .pending { weights[pod.template, default: 0] += 1 }
    let total = weights.values.reduce(0, +)
    if total == 0 { return 0 }
    let shapes = weights.sorted { $0.key < $1.key }.map { (state.templates[Int($0.key)].pod.spec.requests, $0.value) }
    var free: Int128 = 0
    var lost: Int128 = 0
    for node in state.nodes where node.condition == .ready && !node.node.isUnschedulable {
      var left = node.node.allocatable
      for pod in node.pods { left -= state.templates[Int(state.pods[pod].template)].pod.spec.requests }
      let idle = max(0, left[.cpu])
      if idle == 0 { continue }
      free += Int128(idle) * Int128(total)
      for (requests, weight) in shapes where requests.amounts.contains(where: { $0.value > left[$0.key] }) {
        lost += Int128(idle) * Int128(weight)
      }
    }
    return free == 0 ? 0 : Int64(lost * 10_000 / free)
  }
}
