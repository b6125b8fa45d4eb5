import BayplanModel

/// Preemption tried on counters and rows of numbers: what a pod would have to push aside costs a few additions per pod.
///
/// On trial kube-scheduler counts for topology spread what it does not count otherwise, see `PodTopologySpreadFilter`;
/// where that could play a part the plain way is taken.
struct IncrementalTrial: PreemptionTrial {
  /// Taken over while the trial lasts.
  private var engine: IncrementalScheduler
  private let number: Int
  private let profile: Int
  private let minds: Bool
  private let isTaken: Bool
  private var plain: SnapshotTrial
  private var node = 0
  private var isPlain = false
  private let snapshot: SchedulerSnapshot

  /// - Parameter number: the class of the pod.
  init(
    taking engine: inout IncrementalScheduler, _ pod: Pod, _ number: Int, _ snapshot: SchedulerSnapshot, profile: Int
  ) {
    self.engine = engine
    self.number = number
    self.profile = profile
    self.snapshot = snapshot
    let context = PodContext(pod: pod, snapshot: snapshot, profile: engine.profiles[profile])
    let hard = context.spread.filter(\.isHard)
    minds = !hard.isEmpty
    isTaken = hard.contains { $0.selector?.requirements.isEmpty == true }
    plain = SnapshotTrial(pod, snapshot, engine.profiles[profile])
    engine = .empty
  }

  /// Ends the trial for good.
  mutating func giveBack(_ engine: inout IncrementalScheduler) { swap(&engine, &self.engine) }

  mutating func begin(on node: Int) {
    self.node = node
    isPlain = isTaken || minds && snapshot.nodes[node].pods.contains(where: \.isTerminating)
    if isPlain { plain.begin(on: node) }
  }

  mutating func remove(_ pod: Pod) {
    if isPlain { plain.remove(pod) } else { engine.remove(engine.classify(pod), from: node) }
  }

  mutating func add(_ pod: Pod) {
    if isPlain { plain.add(pod) } else { engine.add(engine.classify(pod), to: node) }
  }

  mutating func fits() -> Bool { isPlain ? plain.fits() : engine.fits(number, profile: profile, on: node) }

  mutating func end() { if isPlain { plain.end() } }
}
