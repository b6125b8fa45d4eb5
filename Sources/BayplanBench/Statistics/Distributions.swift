import Foundation

enum StandardNormal {
  /// The probability of a value up to this one, to the accuracy of `erfc`, far out as well.
  static func cumulative(_ value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }
}

/// Student's t distribution with a whole number of degrees of freedom.
struct StudentT {
  let degreesOfFreedom: Int

  init(degreesOfFreedom: Int) {
    precondition(degreesOfFreedom > 0, "Student's t needs a degree of freedom")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The probability of a value between -t and t: a finite sum of positive terms, so that nothing cancels.
  /// O(degrees of freedom). Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
  func central(_ t: Double) -> Double {
    let freedom = Double(degreesOfFreedom)
    let isEven = degreesOfFreedom % 2 == 0
    let squaredCosine = freedom / (freedom + t * t)
    let sine = t / (freedom + t * t).squareRoot()
    var term = isEven ? 1 : squaredCosine.squareRoot()
    var sum = degreesOfFreedom == 1 ? 0 : term
    for factor in stride(from: isEven ? 2 : 3, through: degreesOfFreedom - 2, by: 2) {
      term *= Double(factor - 1) / Double(factor) * squaredCosine
      sum += term
    }
    return isEven ? sine * sum : (atan(t / freedom.squareRoot()) + sine * sum) * 2 / .pi
  }

  /// The t for which a value lies between -t and t with this probability, in (0, 1): the quantile at (1 + level) / 2.
  /// By bisection down to neighbouring numbers.
  func centralQuantile(_ level: Double) -> Double {
    precondition(0 < level && level < 1, "a level lies between 0 and 1, not at \(level)")
    var (lower, upper) = (0.0, 1.0)
    while central(upper) < level { (lower, upper) = (upper, 2 * upper) }
    while true {
      let middle = lower + (upper - lower) / 2
      if middle <= lower || middle >= upper { return middle }
      if central(middle) < level { lower = middle } else { upper = middle }
    }
  }
}
