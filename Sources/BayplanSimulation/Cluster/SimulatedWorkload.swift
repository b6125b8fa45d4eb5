import BayplanModel

/// A controller of the simulated cluster.
struct SimulatedWorkload: Sendable, Codable {
  /// A set of equal pods: what Kubernetes has ReplicaSets for.
  struct Revision: Sendable, Codable {
    var template: Int32
    /// Pods wanted of it.
    var replicas: Int
  }

  /// Of a Job.
  struct Progress: Sendable, Codable {
    var succeeded = 0
    var failed = 0
    /// Since the last success.
    var failedInRow = 0
    var isOver = false
    /// No pod is made before, after failures.
    var retryAt: Millis = 0
  }

  /// Grows each time the number is used again.
  var stamp: UInt32 = 0
  var workload: Workload
  var isThere = true
  /// Pods wanted, by its own number or an autoscaler's.
  private(set) var replicas: Int
  /// Pods wanted when revisions were last counted; -1 before.
  var rolledReplicas = -1
  /// The newest is last; a Deployment keeps older ones while they have pods.
  var revisions: [Revision]
  /// Pods of it, stopping ones included, in the order in which they were made.
  var pods: [Int32] = []
  /// For the names of its next pods, or of the runs of a CronJob.
  var nextOrdinal = 0
  var progress: Progress?
  /// Of a run: the CronJob; -1 for none.
  var owner: Int32 = -1
  /// Of a CronJob: when a run was due that could not begin; -1 for none.
  var missedAt: Millis = -1
  /// How many templates it has had.
  var revisionCount = 1
  /// Something has changed that it may have to act upon.
  var isDirty = false
  var isStopped = false

  // What became of it, for the report.
  private var wanted = Integral()
  private var missing = Integral()
  /// Up to when they are summed up.
  private var summedAt: Millis
  /// Pods that are ready now.
  private(set) var ready = 0
  /// Since when fewer are ready than wanted, after all were; -1 while all are.
  var shortSince: Millis = 0
  var wasWhole = false
  var shortages = 0
  var longestShortage: Millis = 0
  var shortageMillis: Millis = 0

  init(_ workload: Workload, template: Int32, at now: Millis) {
    self.workload = workload
    summedAt = now
    shortSince = now
    replicas = workload.replicas
    revisions = [Revision(template: template, replicas: 0)]
    nextOrdinal = workload.firstOrdinal
  }

  // MARK: Counts over time

  mutating func count(ready change: Int, at now: Millis) {
    sumUp(to: now)
    ready += change
  }

  mutating func want(_ count: Int, at now: Millis) {
    sumUp(to: now)
    replicas = count
  }

  private mutating func sumUp(to now: Millis) {
    wanted.add(Int64(replicas), for: now - summedAt)
    missing.add(Int64(max(0, replicas - ready)), for: now - summedAt)
    summedAt = now
  }

  /// Share of the wanted pods that answered, in hundredths of a percent; nil where none were wanted.
  func availability(at now: Millis) -> Int64? {
    var copy = self
    copy.sumUp(to: now)
    return copy.wanted.sum == 0 ? nil : 10_000 - copy.missing.ratio(to: copy.wanted.sum, parts: 10_000)
  }

  var current: Int32 { revisions[revisions.count - 1].template }

  /// Whether it keeps a number of pods ready, so that missing ones are missed.
  var isLasting: Bool {
    switch workload.kind {
    case .deployment, .replicaSet, .statefulSet, .service, .daemonSet: true
    case .job, .cronJob: false
    }
  }
}
