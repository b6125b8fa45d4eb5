import BayplanModel

/// A pod of the simulated cluster.
struct SimulatedPod: Sendable, Codable {
  enum Phase: UInt8, Sendable, Codable {
    case pending
    /// On a node: images are pulled, containers start.
    case starting
    case running
    /// Asked to stop; still uses its room.
    case stopping
  }

  /// Grows each time the number is used again.
  var stamp: UInt32 = 0
  var isThere = true
  var name: String
  /// Number of the template that it is made from.
  var template: Int32
  /// Number of the template of the revision that it belongs to: another one for pods that ran before the simulation.
  var revision: Int32
  /// Number of the workload; -1 for none.
  var workload: Int32
  /// Of a StatefulSet; of a DaemonSet the number of its node.
  var ordinal: Int32 = 0
  var phase = Phase.pending
  /// Its containers answer, as far as the control plane knows.
  var isReady = false
  var isAvailable = false
  /// It counts as one that answers its users.
  var answered = false
  /// When the next thing happens to it by itself; -1 for nothing.
  var due: Millis = -1
  /// -1 for none.
  var node: Int32 = -1
  /// Bits of the devices that a policy has chosen for it.
  var devices: UInt64 = 0
  /// The node that preemption makes room on; -1 for none.
  var nominated: Int32 = -1
  var attempts: Int32 = 0
  var createdAt: Millis
  var triedAt: Millis = 0
  var boundAt: Millis = -1
  var readyAt: Millis = -1
  /// Of a pod that runs to its end: how long it runs; -1 for others.
  var runs: Millis = -1
  var restarts: Int32 = 0
  /// It failed, or was taken away, before it was done.
  var hasFailed = false

  init(name: String, template: Int32, workload: Int32, at now: Millis) {
    self.name = name
    self.template = template
    revision = template
    self.workload = workload
    createdAt = now
  }

  /// It counts for its controller.
  var isActive: Bool { isThere && phase != .stopping }
}

/// A pod as it is now: its number may mean another later.
struct PodReference: Hashable, Sendable, Codable {
  var number: Int32
  var stamp: UInt32
}

/// What pods are made from: one revision of a workload, a shape of a trace, or a pod by itself.
struct PodTemplate: Sendable, Codable {
  var pod: Pod
  var lifecycle: PodLifecycle
}

/// Pods by number. Numbers of pods that are gone are used again, so that memory is linear in the pods there are.
struct PodTable: Sendable, Codable {
  private(set) var slots: [SimulatedPod] = []
  private var free: [Int32] = []
  private(set) var count = 0

  subscript(number: Int32) -> SimulatedPod {
    @inline(__always) get { slots[Int(number)] }
    @inline(__always) _modify { yield &slots[Int(number)] }
  }

  mutating func add(_ pod: SimulatedPod) -> Int32 {
    count += 1
    if let number = free.popLast() {
      let stamp = slots[Int(number)].stamp &+ 1
      slots[Int(number)] = pod
      slots[Int(number)].stamp = stamp
      return number
    }
    slots.append(pod)
    return Int32(slots.count - 1)
  }

  mutating func remove(_ number: Int32) {
    slots[Int(number)].isThere = false
    slots[Int(number)].name = ""
    free.append(number)
    count -= 1
  }

  func reference(_ number: Int32) -> PodReference { PodReference(number: number, stamp: slots[Int(number)].stamp) }

  func has(_ reference: PodReference) -> Bool { has(reference.number, stamp: reference.stamp) }

  /// Whether the number still means the pod that it meant.
  func has(_ number: Int32, stamp: UInt32) -> Bool {
    slots[Int(number)].isThere && slots[Int(number)].stamp == stamp
  }
}
