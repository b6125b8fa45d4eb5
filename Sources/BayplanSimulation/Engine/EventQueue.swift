import BayplanModel

/// Something that is to happen to a pod, a node or a controller.
struct Event: Hashable, Sendable, Codable {
  enum Kind: UInt8, Sendable, Codable {
    // Pods.
    case ready, available, finished, gone, tolerated
    // Nodes.
    case nodeUp, nodeSilent, nodeBack, evictNext, drain, drainOver
    // Controllers.
    case wake, cron, jobRetry, jobDeadline, scaleByLoad, scaleNodes, load
    // The scenario.
    case arrival, scripted, fault, begin, end, sample, reoptimize
  }

  var kind: Kind
  /// What it is about: a number of the table that the kind belongs to.
  var subject: Int32
  /// Of a pod or node: its number may mean another by then.
  var stamp: UInt32 = 0

  init(_ kind: Kind, _ subject: Int32 = 0, stamp: UInt32 = 0) {
    self.kind = kind
    self.subject = subject
    self.stamp = stamp
  }
}

/// Events by time; of equal times in the order in which they were scheduled.
/// Complexity: O(log n) per event.
struct EventQueue: Sendable, Codable {
  private struct Entry: HeapOrdered, Sendable, Codable {
    var time: Millis
    var sequence: UInt64
    var event: Event

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool { time != other.time ? time < other.time : sequence < other.sequence }
  }

  private var heap = Heap<Entry>()
  private var sequence: UInt64 = 0

  var nextTime: Millis? { heap.first?.time }

  mutating func schedule(_ event: Event, at time: Millis) {
    heap.insert(Entry(time: time, sequence: sequence, event: event))
    sequence += 1
  }

  mutating func popFirst() -> Event? { heap.popFirst()?.event }
}
