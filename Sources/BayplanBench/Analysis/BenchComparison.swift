import BayplanModel

/// The same runs in two stores, or of two builds, beside each other.
public struct BenchComparison: Sendable {
  public struct Row: Sendable {
    public var experiment: String
    public var strategy: String
    public var measure: Measure
    /// The new values first, then the base's; of each instance the mean over its seeds.
    public var comparison: PairedComparison
    /// Adjusted after Holm for all rows in which anything differs.
    public var pValue: Double
    public var verdict: Verdict
  }

  public enum Verdict: String, Sendable, Codable {
    case better, worse, mixed
    /// Nothing differs, or only by less than anybody would care for.
    case equal
    /// There may be a difference; these runs do not tell.
    case undecided
  }

  /// A run with an answer on one side and none on the other.
  public struct Loss: Hashable, Sendable {
    public var experiment: String
    public var instance: String
    public var strategy: String
    public var base: RunStatus
    public var new: RunStatus
  }

  public private(set) var rows: [Row] = []
  /// Answers that the new side has lost, and those it has gained.
  public private(set) var lost: [Loss] = []
  public private(set) var gained: [Loss] = []
  /// Runs that both have, and those that only one has.
  public private(set) var paired = 0
  public private(set) var onlyBase = 0
  public private(set) var onlyNew = 0

  /// Times of two machines are not compared.
  public let isOneMachine: Bool

  /// Times that differ by less mean nothing.
  public static let timeTolerance = 0.05

  private struct Key: Hashable {
    var experiment: String
    var strategy: String
    var instance: String
    var seed: UInt64
  }

  private struct Group: Hashable {
    var experiment: String
    var strategy: String
  }

  public init(base: BenchResults, new: BenchResults) {
    isOneMachine = base.machine == new.machine
    let (first, second) = (Self.runs(of: base), Self.runs(of: new))
    onlyBase = first.records.keys.count { second.records[$0] == nil }
    onlyNew = second.records.keys.count { first.records[$0] == nil }
    var groups: [Group] = []
    var pairs: [Group: [String: [(base: RunRecord, new: RunRecord)]]] = [:]
    var tasks: [String: BenchSuite.Task] = [:]
    for part in new.experiments { tasks[part.experiment.name] = part.experiment.task }
    for key in second.order {
      guard let old = first.records[key], let record = second.records[key] else { continue }
      if old.status == .skipped || record.status == .skipped { continue }
      paired += 1
      let group = Group(experiment: key.experiment, strategy: key.strategy)
      if pairs[group] == nil { groups.append(group) }
      pairs[group, default: [:]][key.instance, default: []].append((old, record))
      note(old.status, record.status, key, second.names[key.instance] ?? "")
    }
    for group in groups { compare(group, pairs[group]!, tasks[group.experiment]!) }
    let adjusted = Holm.adjusted(rows.map(\.comparison), families: rows.map { _ in "" })
    for index in rows.indices {
      rows[index].pValue = adjusted[index]
      rows[index].verdict = Self.verdict(rows[index])
    }
  }

  private static func runs(
    of results: BenchResults
  ) -> (order: [Key], records: [Key: RunRecord], names: [String: String]) {
    var order: [Key] = []
    var records: [Key: RunRecord] = [:]
    var names: [String: String] = [:]
    for part in results.experiments {
      for run in part.runs {
        guard let record = run.record else { continue }
        let instance = part.instances[run.instance]
        let key = Key(
          experiment: part.experiment.name, strategy: part.experiment.strategies[run.strategy].name,
          instance: instance.digest, seed: run.seed)
        names[instance.digest] = instance.name
        if records.updateValue(record, forKey: key) == nil { order.append(key) }
      }
    }
    return (order, records, names)
  }

  private mutating func note(_ base: RunStatus, _ new: RunStatus, _ key: Key, _ instance: String) {
    func hasAnswer(_ status: RunStatus) -> Bool { [.optimal, .solved, .infeasible].contains(status) }
    let loss = Loss(experiment: key.experiment, instance: instance, strategy: key.strategy, base: base, new: new)
    if hasAnswer(base) && !hasAnswer(new) { lost.append(loss) }
    if !hasAnswer(base) && hasAnswer(new) { gained.append(loss) }
  }

  private mutating func compare(
    _ group: Group, _ instances: [String: [(base: RunRecord, new: RunRecord)]], _ task: BenchSuite.Task
  ) {
    var measures = Measure.quality(of: task)
    if task == .pack { measures.append(.bound) }
    for measure in measures + [.work] + (isOneMachine ? [.cpu] : []) {
      var values: [(Double, Double)] = []
      for (_, runs) in instances.sorted(by: { $0.key < $1.key }) {
        let both = runs.compactMap { pair -> (Double, Double)? in
          guard let new = pair.new[measure], let base = pair.base[measure] else { return nil }
          return (new, base)
        }
        if both.isEmpty { continue }
        let count = Double(both.count)
        values.append((both.reduce(0) { $0 + $1.0 } / count, both.reduce(0) { $0 + $1.1 } / count))
      }
      if values.isEmpty { continue }
      let comparison = PairedComparison(
        values, lessIsBetter: measure.lessIsBetter,
        relativeTolerance: measure.role == .effort ? Self.timeTolerance : 1e-9)
      rows.append(
        Row(
          experiment: group.experiment, strategy: group.strategy, measure: measure, comparison: comparison,
          pValue: comparison.wilcoxon.pValue, verdict: .equal))
    }
  }

  /// Times have to differ by more than the tolerance for sure: two sessions on one machine differ by a little, always
  /// the same way.
  private static func verdict(_ row: Row) -> Verdict {
    let comparison = row.comparison
    if row.measure.role == .effort, let interval = comparison.geometricMeanRatio?.interval {
      let tolerated = (1 - timeTolerance)...(1 + timeTolerance)
      if tolerated.contains(interval.lowerBound) && tolerated.contains(interval.upperBound) { return .equal }
      if interval.overlaps(tolerated) { return .undecided }
    }
    switch comparison.verdict(pValue: row.pValue) {
    case .firstBetter: return .better
    case .secondBetter: return .worse
    case .mixed: return .mixed
    case .equal: return .equal
    case .undecided: return .undecided
    }
  }

  /// Of everything together: worse if anything is, or an answer was lost.
  public var verdict: Verdict {
    let verdicts = Set(rows.map(\.verdict))
    let isWorse = verdicts.contains(.worse) || !lost.isEmpty
    let isBetter = verdicts.contains(.better) || !gained.isEmpty
    if isWorse && isBetter || verdicts.contains(.mixed) { return .mixed }
    if isWorse { return .worse }
    if isBetter { return .better }
    return verdicts.contains(.undecided) ? .undecided : .equal
  }
}
