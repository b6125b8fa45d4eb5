import BayplanModel

extension BenchSuite.Task {
  /// The seed makes the instance; elsewhere it is only the strategy's dice.
  var isSeeded: Bool { self == .simulate || self == .arrivals }
}

/// Runs of two strategies, or of two builds, on the same instances and seeds, as pairs of independent observations.
///
/// An instance is one observation, the mean over its seeds. Where the seed makes the instance each seed is one, unless one
/// side does not change with it: then it is only the other's dice, and the same day told eight times is one day.
struct RunPairs {
  private let task: BenchSuite.Task
  private var order: [String] = []
  private var runs: [String: [(RunRecord, RunRecord)]] = [:]

  init(_ task: BenchSuite.Task) { self.task = task }

  mutating func add(_ first: RunRecord, _ second: RunRecord, on instance: String) {
    if runs[instance] == nil { order.append(instance) }
    runs[instance, default: []].append((first, second))
  }

  /// Of runs where both have an answer. Where fewer pods are placed, fewer nodes and less cost are no merit: these are
  /// compared where both leave equally many without a node.
  func values(of measure: Measure) -> [(Double, Double)] {
    let isConditional = [.plan, .schedule].contains(task) && [.nodes, .cost].contains(measure)
    return order.flatMap { instance -> [(Double, Double)] in
      let runs = runs[instance]!.filter { !$0.0.status.isFailure && !$0.1.status.isFailure }
      let values = runs.compactMap { first, second -> (Double, Double)? in
        guard let one = first[measure], let other = second[measure] else { return nil }
        if isConditional && first[.unplaced] != second[.unplaced] { return nil }
        return (one, other)
      }
      if values.isEmpty { return [] }
      let isConstant = Set(runs.map(\.0.answer)).count == 1 || Set(runs.map(\.1.answer)).count == 1
      if task.isSeeded && !isConstant { return values }
      let count = Double(values.count)
      return [(values.reduce(0) { $0 + $1.0 } / count, values.reduce(0) { $0 + $1.1 } / count)]
    }
  }
}

extension RunRecord {
  /// All that does not depend on the clock.
  fileprivate var answer: [String: Double] {
    measures.filter { $0.key != Measure.solve.name && $0.key != Measure.memory.name }
  }
}
