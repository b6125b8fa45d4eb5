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

  /// P-values of Wilcoxon's test, adjusted within each family. Comparisons in which every pair ties cannot raise a false
  /// alarm, and do not count.
  public static func adjusted(_ comparisons: [PairedComparison], families: [String]) -> [Double] {
    var result = comparisons.map { _ in 1.0 }
    for family in Set(families) {
      let members = comparisons.indices.filter {
        families[$0] == family && comparisons[$0].winTieLoss.ties < comparisons[$0].count
      }
      for (member, value) in zip(members, adjusted(members.map { comparisons[$0].wilcoxon.pValue })) {
        result[member] = value
      }
    }
    return result
  }
}
