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
  private struct Entry: Sendable, Codable {
    var time: Millis
    var sequence: UInt64
    var event: Event

    @inline(__always)
    func isBefore(_ other: Entry) -> Bool { time != other.time ? time < other.time : sequence < other.sequence }
  }

  /// A heap in which each entry has four below it.
  private var entries: [Entry] = []
  private var sequence: UInt64 = 0

  var count: Int { entries.count }
  var nextTime: Millis? { entries.first?.time }

  mutating func schedule(_ event: Event, at time: Millis) {
    let entry = Entry(time: time, sequence: sequence, event: event)
    sequence += 1
    entries.append(entry)
    entries.withUnsafeMutableBufferPointer { entries in
      var index = entries.count - 1
      while index > 0 {
        let above = (index - 1) / 4
        if !entry.isBefore(entries[above]) { break }
        entries[index] = entries[above]
        index = above
      }
      entries[index] = entry
    }
  }

  mutating func popFirst() -> Event? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    if entries.isEmpty { return first.event }
    entries.withUnsafeMutableBufferPointer { entries in
      let count = entries.count
      var index = 0
      while true {
        let below = 4 * index + 1
        if below >= count { break }
        var least = below
        for other in below + 1..<max(below + 1, min(below + 4, count)) where entries[other].isBefore(entries[least]) {
          least = other
        }
        if !entries[least].isBefore(last) { break }
        entries[index] = entries[least]
        index = least
      }
      entries[index] = last
    }
    return first.event
  }
}
