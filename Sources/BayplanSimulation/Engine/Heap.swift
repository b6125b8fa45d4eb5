/// What a heap gives out first.
protocol HeapOrdered {
  func isBefore(_ other: Self) -> Bool
}

/// Elements of which the first can be taken: an array in which each has four below it. Memory is linear in its elements.
/// Complexity: O(log count) to insert and to take.
struct Heap<Element: HeapOrdered> {
  private var elements: [Element] = []

  var count: Int { elements.count }
  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    elements.withUnsafeMutableBufferPointer { elements in
      var hole = elements.count - 1
      while hole > 0 {
        let parent = (hole - 1) / 4
        if !element.isBefore(elements[parent]) { break }
        elements[hole] = elements[parent]
        hole = parent
      }
      elements[hole] = element
    }
  }

  mutating func popFirst() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let first = elements.first else { return last }
    elements.withUnsafeMutableBufferPointer { elements in
      var hole = 0
      while 4 * hole + 1 < elements.count {
        var least = 4 * hole + 1
        for child in (4 * hole + 2)..<max(4 * hole + 2, min(4 * hole + 5, elements.count))
        where elements[child].isBefore(elements[least]) {
          least = child
        }
        if !elements[least].isBefore(last) { break }
        elements[hole] = elements[least]
        hole = least
      }
      elements[hole] = last
    }
    return first
  }
}

extension Heap: Sendable where Element: Sendable {}
extension Heap: Encodable where Element: Encodable {}
extension Heap: Decodable where Element: Decodable {}
