import BayplanBench
import BayplanModel

/// Runs of a bench as data: `bayplan/bench/v1`.
public enum BenchDocument {
  public static let schema = "bayplan/bench/v1"

  public static func value(_ results: BenchResults) -> DataValue {
    .object([
      .init("schema", .string(schema)), .init("suite", .string(results.suite.name)),
      .init("engine", .string(results.engine.label)), .init("engineDigest", .string(results.engine.digest)),
      .init("machine", .string(results.machine)),
      .init("experiments", .array(results.experiments.map(value))),
    ])
  }

  private static func value(_ part: ExperimentResults) -> DataValue {
    let analysis = ExperimentAnalysis(part)
    return .object([
      .init("name", .string(part.experiment.name)), .init("task", .string(part.experiment.task.rawValue)),
      .init("strategies", .array(analysis.strategies.map(value))),
      .init("runs", .array(part.runs.map { value($0, part) })),
    ])
  }

  private static func value(_ strategy: StrategySummary) -> DataValue {
    .object([
      .init("name", .string(strategy.name)), .init("planned", .integer(Int64(strategy.planned))),
      .init("solved", .integer(Int64(strategy.solved))),
      .init(
        "counts",
        .object(RunStatus.allCases.map { .init($0.rawValue, .integer(Int64(strategy.count($0)))) })),
      .init("atBest", .integer(Int64(strategy.atBest))),
      .init("means", .sorted(strategy.means.mapValues(DataValue.number))),
    ])
  }

  private static func value(_ run: PlannedRun, _ part: ExperimentResults) -> DataValue {
    let instance = part.instances[run.instance]
    var members: [DataValue.Member] = [
      .init("instance", .string(instance.name)), .init("size", .integer(Int64(instance.size))),
      .init("knownValue", .optional(instance.knownValue)), .init("knownBound", .optional(instance.knownBound)),
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
