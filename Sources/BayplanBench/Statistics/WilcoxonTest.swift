/// Wilcoxon's signed-rank test, two-sided: whether paired differences lie symmetrically about 0.
///
/// Differences of 0 are dropped, as Wilcoxon did; equal sizes share their mean rank. Sizes are compared exactly: round
/// measurements first where rounding errors would part what is equal.
/// Up to 200 differences the p-value is exact, with ties as well; above it is the normal approximation with corrections
/// for ties and continuity. A p-value below 0.1 is then off by at most 0.0003 if most sizes differ or none do, and by up
/// to 0.01 if there are only two or three sizes.
/// Complexity: O(n log n), exactly O(n³). Source: Wilcoxon, Individual Comparisons by Ranking Methods (1945); Pratt and Gibbons,
/// Concepts of Nonparametric Theory (1981), chapter 3.
public struct WilcoxonTest: Sendable, Hashable {
  /// The most differences with an exact p-value.
  public static let mostExact = 200

  /// Numbers of differences above, below and equal to 0.
  public let positive: Int
  public let negative: Int
  public let zeros: Int
  /// W+, the sum of the ranks of positive differences.
  public let statistic: Double
  /// The probability of a sum of ranks at least as far from its mean, if the signs are a matter of chance; 1 if nothing
  /// differs.
  public let pValue: Double

  /// - Precondition: all differences are finite.
  public init(_ differences: [Double]) {
    requireFinite(differences)
    let sorted = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    positive = sorted.count { $0 > 0 }
    negative = sorted.count - positive
    zeros = differences.count - sorted.count
    let ranks = DoubledRanks(sortedBySize: sorted)
    statistic = Double(ranks.positiveSum) / 2
    if sorted.isEmpty {
      pValue = 1
    } else if sorted.count <= Self.mostExact {
      pValue = ranks.exactPValue
    } else {
      pValue = ranks.approximatePValue
    }
  }

  /// From -1, all differences negative, to 1, all positive: by how much the ranks of one sign outweigh the other's.
  /// Source: Kerby, The Simple Difference Formula (2014).
  public var rankBiserialCorrelation: Double {
    let count = Double(positive + negative)
    return count == 0 ? 0 : 4 * statistic / (count * (count + 1)) - 1
  }
}

/// Ranks times two: whole numbers where equal sizes share a mean rank, too.
private struct DoubledRanks {
  var ranks: [Int] = []
  var positiveSum = 0
  /// The sum of t³ - t over groups of t equal sizes.
  var tieTerm = 0.0

  /// The greatest number, in doubled ranks, of which every sum of ranks is a multiple.
  var step = 0

  var total: Int { ranks.count * (ranks.count + 1) }

  init(sortedBySize differences: [Double]) {
    var start = 0
    while start < differences.count {
      let size = abs(differences[start])
      let end = differences[start...].firstIndex { abs($0) != size } ?? differences.count
      let rank = start + 1 + end
      ranks.append(contentsOf: repeatElement(rank, count: end - start))
      positiveSum += rank * differences[start..<end].count { $0 > 0 }
      step = Self.greatestCommonDivisor(step, rank)
      let tied = Double(end - start)
      tieTerm += tied * tied * tied - tied
      start = end
    }
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }

  /// Counts the sets of ranks by their sum: a rank is in or out with equal chance. The distribution is symmetric, so
  /// that the lower tail stands for both.
  var exactPValue: Double {
    let smaller = min(positiveSum, total - positiveSum)
    // Whole numbers: up to 53 differences without any rounding.
    var sets = [Double](repeating: 0, count: smaller + 1)
    sets[0] = 1
    for rank in ranks where rank <= smaller {
      for sum in stride(from: smaller, through: rank, by: -1) { sets[sum] += sets[sum - rank] }
    }
    let all = Double(sign: .plus, exponent: ranks.count, significand: 1)
    return min(1, 2 * sets.reduce(0, +) / all)
  }

  var approximatePValue: Double {
    let count = Double(ranks.count)
    let variance = count * (count + 1) * (2 * count + 1) / 24 - tieTerm / 48
    let distance = abs(Double(positiveSum) / 2 - count * (count + 1) / 4)
    // Half the step between possible sums: 0.5 unless ranks have a divisor, as they do if all sizes are equal. The
    // test is then the sign test, and has to come out as one.
    let continuous = max(0, distance - Double(max(2, step)) / 4)
    return min(1, 2 * StandardNormal.cumulative(-continuous / variance.squareRoot()))
  }
}
