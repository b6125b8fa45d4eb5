/// Pods by the moment they leave: a heap with four children per parent, so that memory is linear in the pods that run.
struct DepartureQueue: Sendable {
  /// 24 bytes; there may be millions.
  struct Departure: Sendable {
    let atMillis: Int64
    private let devices: UInt64
    private let node: Int32
    /// Number of the shape at the scheduler.
    let shape: Int32

    init(atMillis: Int64, shape: Int, placement: Fleet.Placement) {
      self.atMillis = atMillis
      devices = placement.devices
      node = placement.node
      self.shape = Int32(truncatingIfNeeded: shape)
    }

    var placement: Fleet.Placement { Fleet.Placement(node: node, devices: devices) }
  }

  private var heap: [Departure] = []

  var count: Int { heap.count }
  var first: Departure? { heap.first }

  /// Complexity: O(log count).
  mutating func insert(_ departure: Departure) {
    heap.append(departure)
    var hole = heap.count - 1
    heap.withUnsafeMutableBufferPointer { heap in
      while hole > 0 {
        let parent = (hole - 1) / 4
        if heap[parent].atMillis <= departure.atMillis { break }
        heap[hole] = heap[parent]
        hole = parent
      }
      heap[hole] = departure
    }
  }

  /// The queue must not be empty. Complexity: O(log count).
  mutating func removeFirst() -> Departure {
    let last = heap.removeLast()
    if heap.isEmpty { return last }
    let first = heap[0]
    heap.withUnsafeMutableBufferPointer { heap in
      var hole = 0
      while 4 * hole + 1 < heap.count {
        var least = 4 * hole + 1
        for child in (4 * hole + 2)..<max(4 * hole + 2, min(4 * hole + 5, heap.count))
        where heap[child].atMillis < heap[least].atMillis {
          least = child
        }
        if heap[least].atMillis >= last.atMillis { break }
        heap[hole] = heap[least]
        hole = least
      }
      heap[hole] = last
    }
    return first
  }
}
