import BayplanModel

/// The arrivals of a trace at another rate: each comes a number of times, which is right on average, with its shape and
/// lifetime, at random moments until the next time that stands in the trace. Made one by one, so that a hundred times as
/// many need no more memory.
public struct ScaledArrivals: Sequence, Sendable {
  private let trace: Trace
  private let permille: Int
  private let seed: UInt64

  /// - Parameter permille: thousandths of the trace's rate, at least one.
  public init(_ trace: Trace, permille: Int, seed: UInt64 = 1) {
    self.trace = trace
    self.permille = Swift.max(1, permille)
    self.seed = seed
  }

  public func makeIterator() -> Iterator { Iterator(trace: trace, permille: permille, seed: seed) }

  public struct Iterator: IteratorProtocol {
    private let trace: Trace
    private let permille: Int
    private var random: SeededGenerator
    /// The next arrival of the trace that has not been copied.
    private var upcoming = 0
    private var copies: [Trace.Arrival] = []
    private var position = 0

    fileprivate init(trace: Trace, permille: Int, seed: UInt64) {
      self.trace = trace
      self.permille = permille
      random = SeededGenerator(seed)
    }

    public mutating func next() -> Trace.Arrival? {
      while position == copies.count {
        if upcoming == trace.arrivals.count { return nil }
        copyMoment()
      }
      position += 1
      return copies[position - 1]
    }

    /// Copies all arrivals of one moment.
    private mutating func copyMoment() {
      copies.removeAll(keepingCapacity: true)
      position = 0
      let moment = trace.arrivals[upcoming].atMillis
      var end = upcoming
      while end < trace.arrivals.count, trace.arrivals[end].atMillis == moment { end += 1 }
      let until = end < trace.arrivals.count ? trace.arrivals[end].atMillis : trace.endMillis
      for index in upcoming..<end {
        var arrival = trace.arrivals[index]
        var count = permille / 1000
        if Int(random.integer(in: 0...999)) < permille % 1000 { count += 1 }
        for _ in 0..<count {
          arrival.atMillis = moment + random.integer(in: 0...Swift.max(0, until - moment - 1))
          copies.append(arrival)
        }
      }
      copies.sort { $0.atMillis < $1.atMillis }
      upcoming = end
    }
  }
}
