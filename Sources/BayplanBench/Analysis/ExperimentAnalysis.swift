import BayplanModel

/// The figures of one experiment. A function of its results: nothing else plays a part.
public struct ExperimentAnalysis: Sendable {
  public let results: ExperimentResults
  public let measures: [Measure]
  public let strategies: [StrategySummary]
  /// The best bound that is known of each instance: from elsewhere, or proved by one of the strategies.
  public let bounds: [Int64?]
  /// The best value that is known of each instance.
  public let bests: [Int64?]
  /// What is averaged over and drawn: where the seed makes the instance, each of its seeds; elsewhere instances, of which
  /// each is the mean over its seeds.
  public let units: [Unit]
  /// By unit and strategy.
  private let table: [[[String: Double]]]

  public struct Unit: Hashable, Sendable {
    public var instance: Int
    public var seed: UInt64?
  }

  public var experiment: BenchSuite.Experiment { results.experiment }
  /// Position of the strategy that others are compared with.
  public var reference: Int {
    experiment.strategies.firstIndex { $0.name == experiment.reference } ?? 0
  }

  public init(_ results: ExperimentResults) {
    self.results = results
    let task = results.experiment.task
    let isSeeded = task.isSeeded
    let units = results.instances.indices.flatMap { instance -> [Unit] in
      isSeeded
        ? results.experiment.seeds.map { Unit(instance: instance, seed: $0) } : [Unit(instance: instance, seed: nil)]
    }
    let positions = Dictionary(uniqueKeysWithValues: units.enumerated().map { ($1, $0) })
    var table = units.map { _ in results.experiment.strategies.map { _ in [String: (sum: Double, count: Int)]() } }
    let (bounds, bests) = (results.bestBounds, results.bestValues)
    let candidates = Measure.all(of: task)
    for run in results.runs {
      guard let record = run.record,
        let unit = positions[Unit(instance: run.instance, seed: isSeeded ? run.seed : nil)]
      else { continue }
      for measure in candidates {
        guard let value = record[measure] else { continue }
        let entry = table[unit][run.strategy][measure.name] ?? (0, 0)
        table[unit][run.strategy][measure.name] = (entry.sum + value, entry.count + 1)
      }
    }
    let means = table.map { $0.map { $0.mapValues { $0.sum / Double($0.count) } } }
    self.units = units
    self.table = means
    self.bounds = bounds
    self.bests = bests
    // What nobody has measured is not shown.
    let seen = Set(means.lazy.joined().flatMap(\.keys))
    measures = candidates.filter { seen.contains($0.name) }
    strategies = results.experiment.strategies.indices.map { strategy in
      Self.summary(of: strategy, results, bounds: bounds, bests: bests, table: means)
    }
  }

  /// Nil where there is no answer.
  public func value(_ measure: Measure, unit: Int, strategy: Int) -> Double? { table[unit][strategy][measure.name] }

  /// Units for which one of two strategies was to be run and has no answer.
  public func unitsWithout(_ one: Int, or other: Int) -> Int {
    let quality = Measure.quality(of: experiment.task).map(\.name)
    return table.count { unit in
      [one, other].contains { strategy in !quality.contains { unit[strategy][$0] != nil } }
    }
  }

  /// Pairs of values where both have an answer, see `RunPairs`.
  public func pairs(_ measure: Measure, _ one: Int, _ other: Int) -> [(Double, Double)] {
    struct Place: Hashable {
      var instance: Int
      var seed: UInt64
    }
    var others: [Place: RunRecord] = [:]
    for run in results.runs where run.strategy == other {
      others[Place(instance: run.instance, seed: run.seed)] = run.record
    }
    var pairs = RunPairs(experiment.task)
    for run in results.runs where run.strategy == one {
      guard let first = run.record, let second = others[Place(instance: run.instance, seed: run.seed)] else { continue }
      pairs.add(first, second, on: results.instances[run.instance].digest)
    }
    return pairs.values(of: measure)
  }

  private static func summary(
    of strategy: Int, _ results: ExperimentResults, bounds: [Int64?], bests: [Int64?], table: [[[String: Double]]]
  ) -> StrategySummary {
    var summary = StrategySummary(
      name: results.experiment.strategies[strategy].name, planned: 0, counts: [:], means: [:], answered: [:], atBest: 0,
      gaps: [], excesses: [], cpuSeconds: [], troubles: [])
    for run in results.runs where run.strategy == strategy {
      summary.planned += 1
      guard let record = run.record else { continue }
      summary.counts[record.status, default: 0] += 1
      if let seconds = record[.cpu] { summary.cpuSeconds.append(seconds) }
      note(record, results.instances[run.instance].name, in: &summary)
      guard results.experiment.task == .pack, let value = record.measures[Measure.value.name] else { continue }
      if let bound = bounds[run.instance] { summary.gaps.append((value - Double(bound)) / max(1, abs(value))) }
      if let best = bests[run.instance] {
        if value <= Double(best) { summary.atBest += 1 }
        summary.excesses.append((value - Double(best)) / max(1, abs(Double(best))))
      }
    }
    for measure in Measure.all(of: results.experiment.task) {
      let values = table.compactMap { $0[strategy][measure.name] }
      if values.isEmpty { continue }
      summary.means[measure.name] = values.reduce(0, +) / Double(values.count)
      summary.answered[measure.name] = values.count
    }
    return summary
  }

  private static func note(_ record: RunRecord, _ instance: String, in summary: inout StrategySummary) {
    guard record.status.isVoid || record.message != nil else { return }
    let message = record.message ?? ""
    if let known = summary.troubles.firstIndex(where: { $0.status == record.status && $0.message == message }) {
      summary.troubles[known].count += 1
    } else {
      summary.troubles.append(.init(status: record.status, instance: instance, message: message, count: 1))
    }
  }
}
