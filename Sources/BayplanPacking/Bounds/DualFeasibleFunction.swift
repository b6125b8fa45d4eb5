/// A function f on the weights of one dimension such that weights within the capacity have values within the capacity's:
///
///     sum of w_i <= capacity  implies  sum of f(w_i) <= f(capacity)
///
/// so that the values of all items, divided by f(capacity), bound the number of bins. All values are integers.
/// Source: Clautiaux, Alves and Valério de Carvalho 2010, a survey (doi 10.1007/s10479-008-0453-8).
enum DualFeasibleFunction: Hashable {
  /// Weights above capacity - lambda count as a whole bin, below lambda as nothing, lambda <= capacity / 2: the bound L2
  /// of Martello and Toth 1990.
  case cut(lambda: Int64)
  /// Weights are counted in units of lambda <= capacity / 2, rounded down below half a bin and up above: Carlier,
  /// Clautiaux and Moukrim 2007.
  case rounded(lambda: Int64)
  /// Weights are rounded down to multiples of capacity / (k + 1), over k: Lueker 1983, Fekete and Schepers 2001.
  case stepped(k: Int64)

  /// f(weight), 0 <= weight <= capacity; nil past 64 bits.
  func value(_ weight: Int64, capacity: Int64) -> Int64? {
    switch self {
    case .cut(let lambda):
      return weight > capacity - lambda ? capacity : weight < lambda ? 0 : weight
    case .rounded(let lambda):
      let most = capacity / lambda
      let rest = capacity - weight
      if weight == rest { return most }
      return weight > rest ? 2 * (most - rest / lambda) : 2 * (weight / lambda)
    case .stepped(let k):
      let (product, overflows) = weight.multipliedReportingOverflow(by: k + 1)
      if overflows { return nil }
      let (steps, rest) = product.quotientAndRemainder(dividingBy: capacity)
      let (value, isTooLarge) = (rest == 0 ? weight : steps).multipliedReportingOverflow(by: rest == 0 ? k : capacity)
      return isTooLarge ? nil : value
    }
  }

  /// The functions worth a try on these weights, at most about `limit`.
  static func candidates(weights: [Int64], capacity: Int64, limit: Int) -> [DualFeasibleFunction] {
    // Values change where a weight, or what it leaves of the bin, is a multiple of lambda.
    var lambdas = Set<Int64>()
    for weight in weights {
      for length in [weight, weight + 1, capacity - weight, capacity - weight + 1] {
        for parts in Int64(1)...4 where length / parts >= 1 && length / parts <= capacity / 2 {
          lambdas.insert(length / parts)
        }
      }
    }
    let sorted = lambdas.sorted()
    let stride = max(1, 2 * sorted.count / max(1, limit))
    let kept = sorted.indices.filter { $0 % stride == 0 }.map { sorted[$0] }
    return kept.map { .cut(lambda: $0) } + kept.map { .rounded(lambda: $0) } + (1...60).map { .stepped(k: $0) }
  }
}
