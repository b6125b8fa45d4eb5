/// One integer per criterion, compared from the first on; smaller is better.
public struct Score: Sendable, Hashable, Comparable {
  public var values: [Int64]

  public init(_ values: [Int64]) { self.values = values }
  public static func zero(_ count: Int) -> Score { Score(Array(repeating: 0, count: count)) }

  public subscript(criterion: Int) -> Int64 {
    get { values[criterion] }
    set { values[criterion] = newValue }
  }

  public static func < (left: Score, right: Score) -> Bool {
    for index in left.values.indices where left.values[index] != right.values[index] {
      return left.values[index] < right.values[index]
    }
    return false
  }

  public static func += (left: inout Score, right: Score) {
    for index in left.values.indices { left.values[index] += right.values[index] }
  }

  public static func -= (left: inout Score, right: Score) {
    for index in left.values.indices { left.values[index] -= right.values[index] }
  }

  /// Adds `right` so many times.
  public mutating func add(_ right: Score, times: Int) {
    for index in values.indices { values[index] += right.values[index] * Int64(times) }
  }
}
