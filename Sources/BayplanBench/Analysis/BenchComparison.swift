import BayplanModel

/// The same runs in two stores, or of two builds, beside each other.
public struct BenchComparison: Sendable {
  public struct Row: Sendable {
    public var experiment: String
    public var strategy: String
    public var measure: Measure
    /// The new values first, then the base's.
    public var comparison: PairedComparison
    /// The runs ended by work, not by the clock: whatever differs is no chance.
    public var isExact: Bool
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

  /// A run with a proof or an answer on one side and less on the other.
  public struct Loss: Hashable, Sendable {
    public var experiment: String
    public var instance: String
    public var strategy: String
    public var base: RunStatus
    public var new: RunStatus
  }

  public private(set) var rows: [Row] = []
  /// Proofs and answers that the new side has lost, and those it has gained.
  public private(set) var lost: [Loss] = []
  public private(set) var gained: [Loss] = []
  /// Runs that both have, and those that only one has.
  public private(set) var paired = 0
  public private(set) var onlyBase = 0
  public private(set) var onlyNew = 0

  /// Never those of two machines.
  public let comparesTimes: Bool

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

  /// - Parameter times: whether CPU times are compared, if the runs are of one machine.
  public init(base: BenchResults, new: BenchResults, times: Bool = true) {
    comparesTimes = times && base.machine == new.machine
    let (first, second) = (Self.runs(of: base), Self.runs(of: new))
    onlyBase = first.records.keys.count { second.records[$0] == nil }
    onlyNew = second.records.keys.count { first.records[$0] == nil }
    var groups: [Group] = []
    var pairs: [Group: RunPairs] = [:]
    var experiments: [String: BenchSuite.Experiment] = [:]
    for part in new.experiments { experiments[part.experiment.name] = part.experiment }
    for key in second.order {
      guard let old = first.records[key], let record = second.records[key] else { continue }
      if old.status == .skipped || record.status == .skipped { continue }
      paired += 1
      let group = Group(experiment: key.experiment, strategy: key.strategy)
      if pairs[group] == nil {
        groups.append(group)
        pairs[group] = RunPairs(experiments[key.experiment]!.task)
      }
      pairs[group]!.add(record, old, on: key.instance)
      note(old.status, record.status, key, second.names[key.instance] ?? "")
    }
    for group in groups { compare(group, pairs[group]!, experiments[group.experiment]!) }
    // Times and answers are questions of their own.
    let adjusted = Holm.adjusted(
      rows.map(\.comparison), families: rows.map { $0.measure.role == .effort ? "effort" : "answer" })
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
    // A proof is more than an answer, and an answer more than none.
    func rank(_ status: RunStatus) -> Int {
      switch status {
      // Whether a claim is confirmed is up to others.
      case .optimal, .claimed, .infeasible: 2
      case .solved: 1
      case .unknown, .timedOut, .failed, .skipped: 0
      }
    }
    let loss = Loss(experiment: key.experiment, instance: instance, strategy: key.strategy, base: base, new: new)
    if rank(base) > rank(new) { lost.append(loss) }
    if rank(base) < rank(new) { gained.append(loss) }
  }

  private mutating func compare(
    _ group: Group, _ pairs: RunPairs, _ experiment: BenchSuite.Experiment
  ) {
    var measures = Measure.quality(of: experiment.task)
    if experiment.task == .pack { measures += [.bound, .claimedBound] }
    for measure in measures + [.work] + (comparesTimes ? [.cpu] : []) {
      let values = pairs.values(of: measure)
      if values.isEmpty { continue }
      let comparison = PairedComparison(
        values, lessIsBetter: measure.lessIsBetter,
        relativeTolerance: measure.role == .effort ? Self.timeTolerance : 1e-9)
      rows.append(
        Row(
          experiment: group.experiment, strategy: group.strategy, measure: measure, comparison: comparison,
          isExact: experiment.limits.work != nil && measure.role != .effort, pValue: comparison.wilcoxon.pValue,
          verdict: .equal))
    }
  }

  /// Times have to differ by more than the tolerance for sure: two sessions on one machine differ by a little, always
  /// the same way.
  private static func verdict(_ row: Row) -> Verdict {
    let comparison = row.comparison
    if row.isExact {
      let counts = comparison.winTieLoss
      if counts.wins > 0 && counts.losses > 0 {
        let verdict = comparison.verdict(pValue: row.pValue)
        return verdict == .firstBetter ? .better : verdict == .secondBetter ? .worse : .mixed
      }
      return counts.losses > 0 ? .worse : counts.wins > 0 ? .better : .equal
    }
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
