import BayplanModel

/// Pods that wait for the same thing, the one that was tried last at the end.
struct WaitingGroup: Sendable, Codable {
  struct Key: Hashable, Comparable, Sendable, Codable {
    /// -1 for a pod by itself.
    var template: Int32
    /// -1 for all pods of a template.
    var pod: Int32

    static func < (left: Key, right: Key) -> Bool { (left.template, left.pod) < (right.template, right.pod) }
  }

  private var queue: [PodReference] = []
  private var start = 0
  /// Something has happened since the last attempt that may make room.
  var isRelieved = false
  var probedAt: Millis = 0

  var first: PodReference? { start < queue.count ? queue[start] : nil }
  var references: ArraySlice<PodReference> { queue[start...] }

  mutating func append(_ reference: PodReference) { queue.append(reference) }

  mutating func removeFirst() {
    start += 1
    if start > 64 && start * 2 > queue.count {
      queue.removeFirst(start)
      start = 0
    }
  }
}
