/// Holm's correction of several p-values.
public enum Holm {
  /// P-values, in the given order, each of which may be compared with the level of all tests together: the chance of
  /// any false alarm stays below it, however the tests depend on each other. O(n log n).
  /// Source: Holm, A Simple Sequentially Rejective Multiple Test Procedure (1979).
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(pValues.allSatisfy((0...1).contains), "a p-value lies from 0 to 1")
    var adjusted = pValues
    var largest = 0.0
    for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
