import BayplanBench
import BayplanModel

/// Runs of a bench as data: `bayplan/bench/v1`. It can be read again, so that a comparison needs no store.
public enum BenchDocument {
  public static let schema = "bayplan/bench/v1"

  public static func value(_ results: BenchResults) -> DataValue {
    .object([
      .init("schema", .string(schema)), .init("suite", .string(results.suite.name)),
      .init("summary", .string(results.suite.summary)),
      .init("engine", .string(results.engine.label)), .init("engineDigest", .string(results.engine.digest)),
      .init("machine", .string(results.machine)),
      .init("experiments", .array(results.experiments.map(value))),
    ])
  }

  private static func value(_ part: ExperimentResults) -> DataValue {
    let analysis = ExperimentAnalysis(part)
    return .object([
      .init("name", .string(part.experiment.name)), .init("task", .string(part.experiment.task.rawValue)),
      .init("reference", .optional(part.experiment.reference)),
      .init("timeLimitMillis", .integer(part.experiment.limits.timeMillis)),
      .init("workLimit", .optional(part.experiment.limits.work.map(Int64.init))),
      .init("threads", .integer(Int64(part.experiment.limits.threads))),
      .init("memoryLimit", .optional(part.experiment.limits.memory)),
      .init(
        "strategies",
        .array(zip(analysis.strategies, part.experiment.strategies).map { value($0, $1, part.experiment) })),
      .init("instances", .array(part.instances.map(value))),
      .init("runs", .array(part.runs.map { value($0, part) })),
    ])
  }

  private static func value(
    _ strategy: StrategySummary, _ asked: BenchSuite.Strategy, _ experiment: BenchSuite.Experiment
  ) -> DataValue {
    .object([
      .init("name", .string(strategy.name)), .init(asked.isPeer ? "peer" : "strategy", .string(asked.strategy)),
      .init("task", .string((asked.task ?? experiment.task).rawValue)), .init("options", .strings(asked.options)),
      .init("planned", .integer(Int64(strategy.planned))),
      .init("solved", .integer(Int64(strategy.solved))),
      .init(
        "counts",
        .object(RunStatus.allCases.map { .init($0.rawValue, .integer(Int64(strategy.count($0)))) })),
      .init("atBest", .integer(Int64(strategy.atBest))),
      .init("means", .sorted(strategy.means.mapValues(DataValue.number))),
    ])
  }

  private static func value(_ instance: BenchInstance) -> DataValue {
    .object([
      .init("name", .string(instance.name)), .init("digest", .string(instance.digest)),
      .init("size", .integer(Int64(instance.size))), .init("family", .optional(instance.family)),
      .init("knownValue", .optional(instance.knownValue)),
      .init("knownBound", .optional(instance.knownBound)),
    ])
  }

  private static func value(_ run: PlannedRun, _ part: ExperimentResults) -> DataValue {
    var members: [DataValue.Member] = [
      .init("instance", .string(part.instances[run.instance].name)),
      .init("strategy", .string(part.experiment.strategies[run.strategy].name)),
      .init("seed", .integer(Int64(clamping: run.seed))), .init("key", .string(run.key)),
      .init("status", .string(run.record?.status.rawValue ?? "missing")),
    ]
    if let record = run.record {
      if let message = record.message { members.append(.init("message", .string(message))) }
      members += [
        .init("measures", .sorted(record.measures.mapValues(DataValue.number))),
        .init("cpuSeconds", .number(record.cpuSeconds)), .init("wallSeconds", .number(record.wallSeconds)),
      ]
    }
    return .object(members)
  }
}

// MARK: - Reading

extension BenchDocument {
  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func results(from value: DataValue) throws(InputError) -> BenchResults {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")",
        fix: "Make one with: bayplan bench export STORE -o json")
    }
    var suite = BenchSuite(name: value["suite"]?.text ?? "", summary: value["summary"]?.text ?? "")
    var parts: [ExperimentResults] = []
    for (index, item) in (value["experiments"]?.items ?? []).enumerated() {
      parts.append(try experiment(item, at: "experiments[\(index)]"))
    }
    suite.experiments = parts.map(\.experiment)
    return BenchResults(
      suite: suite,
      engine: .init(label: value["engine"]?.text ?? "", digest: value["engineDigest"]?.text ?? ""),
      machine: value["machine"]?.text ?? "", experiments: parts)
  }

  private static func experiment(_ value: DataValue, at place: String) throws(InputError) -> ExperimentResults {
    guard let name = value["name"]?.text, let task = value["task"]?.text.flatMap(BenchSuite.Task.init) else {
      throw InputError(.invalidValue, object: place, "'name' or 'task' is missing or unknown")
    }
    var experiment = BenchSuite.Experiment(name: name, task: task)
    experiment.reference = value["reference"]?.text
    experiment.strategies = (value["strategies"]?.items ?? []).map { item in
      let name = item["name"]?.text ?? ""
      var strategy = BenchSuite.Strategy(name, strategy: item["peer"]?.text ?? item["strategy"]?.text)
      strategy.isPeer = item["peer"] != nil
      strategy.options = (item["options"]?.items ?? []).compactMap(\.text)
      if let other = item["task"]?.text.flatMap(BenchSuite.Task.init), other != task { strategy.task = other }
      return strategy
    }
    experiment.limits.timeMillis = value["timeLimitMillis"]?.int64 ?? experiment.limits.timeMillis
    experiment.limits.work = value["workLimit"]?.int64.flatMap(Int.init(exactly:))
    experiment.limits.memory = value["memoryLimit"]?.int64
    experiment.limits.threads = value["threads"]?.int64.flatMap(Int.init(exactly:)) ?? 1
    let instances = (value["instances"]?.items ?? []).map { item in
      BenchInstance(
        name: item["name"]?.text ?? "", digest: item["digest"]?.text ?? "",
        size: item["size"]?.int64.flatMap(Int.init(exactly:)) ?? 0, family: item["family"]?.text,
        knownValue: item["knownValue"]?.int64,
        knownBound: item["knownBound"]?.int64)
    }
    let positions = Dictionary(instances.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var runs: [PlannedRun] = []
    var seeds: [UInt64] = []
    for (index, item) in (value["runs"]?.items ?? []).enumerated() {
      guard let instance = item["instance"]?.text.flatMap({ positions[$0] }),
        let strategy = experiment.strategies.firstIndex(where: { $0.name == item["strategy"]?.text }),
        let seed = item["seed"]?.int64.flatMap(UInt64.init(exactly:))
      else {
        throw InputError(
          .invalidValue, object: "\(place).runs[\(index)]", "'instance', 'strategy' or 'seed' is missing or unknown")
      }
      if !seeds.contains(seed) { seeds.append(seed) }
      runs.append(
        PlannedRun(
          instance: instance, strategy: strategy, seed: seed, key: item["key"]?.text ?? "", record: record(item)))
    }
    experiment.seeds = seeds
    return ExperimentResults(experiment, instances: instances, runs: runs)
  }

  private static func record(_ value: DataValue) -> RunRecord? {
    guard let status = value["status"]?.text.flatMap(RunStatus.init) else { return nil }
    var measures: [String: Double] = [:]
    if case .object(let members)? = value["measures"] {
      for member in members { measures[member.key] = member.value.double }
    }
    return RunRecord(
      status, message: value["message"]?.text, measures: measures, cpuSeconds: value["cpuSeconds"]?.double ?? 0,
      wallSeconds: value["wallSeconds"]?.double ?? 0)
  }
}
