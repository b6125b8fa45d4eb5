/// The sign test: whether differences are as often positive as negative. It asks nothing of their sizes.
public enum SignTest {
  /// The exact two-sided p-value: the probability of a split at least as uneven if both signs are equally likely; 1 if
  /// there are no differences. O(n).
  /// Source: Conover, Practical Nonparametric Statistics (1999), section 3.4; zeros are left out before.
  public static func pValue(positive: Int, negative: Int) -> Double {
    precondition(positive >= 0 && negative >= 0, "numbers of signs are not negative")
    let count = positive + negative
    let fewer = min(positive, negative)
    // Binomial coefficients relative to the one in the middle: nothing overflows however many there are.
    let middle = count / 2
    var weight = 1.0
    var half = 0.0
    var tail = 0.0
    for number in stride(from: middle, through: 0, by: -1) {
      half += weight
      if number <= fewer { tail += weight }
      weight *= Double(number) / Double(count - number + 1)
    }
    let total = count % 2 == 0 ? 2 * half - 1 : 2 * half
    return min(1, 2 * tail / total)
  }
}
