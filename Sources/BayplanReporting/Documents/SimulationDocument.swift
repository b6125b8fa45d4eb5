import BayplanModel
import BayplanSimulation

/// What a simulation came to, as data. Shares are numbers from 0 to 1, virtual times whole milliseconds.
public enum SimulationDocument {
  public static let schema = "bayplan/simulation/v1"

  public static func value(_ report: SimulationReport) -> DataValue {
    .object([
      .init("schema", .string(schema)), .init("scenario", .string(report.name)),
      .init("seed", .integer(Int64(clamping: report.seed))), .init("strategy", .string(report.strategy)),
      .init("virtualMillis", .integer(report.time)), .init("events", .integer(Int64(report.events))),
      .init("decisions", .integer(Int64(report.decisions))),
      .init("failedDecisions", .integer(Int64(report.failedDecisions))),
      .init("resources", .array(report.resources.map(value))), .init("pods", pods(report)),
      .init("nodes", nodes(report)), .init("workloads", .array(report.workloads.map(value))),
      .init("services", .array(report.services.map(value))),
      .init("checked", .bool(report.isChecked)), .init("violations", .strings(report.violations)),
      .init("notices", .array(report.notices.map(PlanDocument.notice))),
    ])
  }

  private static func share(_ hundredths: Int64) -> DataValue { .number(Double(hundredths) / 10_000) }

  private static func value(_ use: SimulationReport.ResourceUse) -> DataValue {
    .object([
      .init("resource", .string(use.resource.rawValue)), .init("mean", share(use.mean)), .init("peak", share(use.peak)),
    ])
  }

  private static func value(_ times: SimulationReport.Percentiles?) -> DataValue {
    guard let times else { return .null }
    return .object([
      .init("count", .integer(times.count)), .init("meanMillis", .integer(times.mean)),
      .init("p50Millis", .integer(times.p50)), .init("p95Millis", .integer(times.p95)),
      .init("p99Millis", .integer(times.p99)), .init("mostMillis", .integer(times.most)),
    ])
  }

  private static func pods(_ report: SimulationReport) -> DataValue {
    .object([
      .init("created", .integer(Int64(report.podsCreated))), .init("bound", .integer(Int64(report.podsBound))),
      .init("completed", .integer(Int64(report.podsCompleted))), .init("left", .integer(Int64(report.podsLeft))),
      .init("pending", .integer(Int64(report.podsPending))),
      .init("pendingPods", .strings(report.pendingPods.map(\.description))),
      .init("longestPendingMillis", .integer(report.longestPending)),
      .init("crashes", .integer(Int64(report.crashes))), .init("pendingTime", value(report.pendingTimes)),
      .init("healingTime", value(report.healingTimes)),
      .init(
        "evictions", .object(report.evictions.map { .init($0.cause.rawValue, .integer(Int64($0.count))) })),
      .init("jobsCompleted", .integer(Int64(report.jobsCompleted))),
      .init("jobsFailed", .integer(Int64(report.jobsFailed))),
    ])
  }

  private static func nodes(_ report: SimulationReport) -> DataValue {
    .object([
      .init("left", .integer(Int64(report.nodes))), .init("ready", .integer(Int64(report.nodesReady))),
      .init("failures", .integer(Int64(report.nodeFailures))), .init("added", .integer(Int64(report.nodesAdded))),
      .init("removed", .integer(Int64(report.nodesRemoved))),
      .init("nodeMillis", .integer(Int64(clamping: report.nodeMillis))), .init("microCost", .integer(report.cost)),
    ])
  }

  private static func value(_ outcome: SimulationReport.WorkloadOutcome) -> DataValue {
    .object([
      .init("workload", .string(outcome.workload)), .init("replicas", .integer(Int64(outcome.replicas))),
      .init("ready", .integer(Int64(outcome.ready))),
      .init("succeeded", .optional(outcome.succeeded.map(Int64.init))),
      .init("over", outcome.succeeded == nil ? .null : .bool(outcome.isOver)),
      .init("availability", outcome.availability.map(share) ?? .null),
      .init("shortages", .integer(Int64(outcome.shortages))),
      .init("longestShortageMillis", .integer(outcome.longestShortage)),
      .init("shortageMillis", .integer(outcome.shortage)),
    ])
  }

  private static func value(_ service: SimulationReport.ServiceOutcome) -> DataValue {
    .object([
      .init("service", .string(service.service.description)),
      .init("requests", .integer(service.offered.multipliedSaturated(by: 1000))),
      .init("unserved", .number(Double(service.unservedMillionths) / 1_000_000)),
      .init("peakUtilization", .number(Double(service.peakPercent) / 100)),
      .init("downMillis", .integer(service.down)), .init("endpoints", .integer(Int64(service.endpoints))),
    ])
  }
}

/// Rows of the time series.
public enum SampleTable {
  public static func header(_ sample: Sample) -> String {
    let resources = sample.allocated.map { "allocated \($0.resource.rawValue)" }
    return CSVWriter.text(
      header: [
        "millis", "nodes", "readyNodes", "pods", "readyPods", "pendingPods",
      ] + resources + ["fragmentation", "pricePerHour", "offered", "unserved"], rows: [])
  }

  public static func row(_ sample: Sample) -> String {
    func share(_ hundredths: Int64) -> CSVWriter.Cell { .number(Double(hundredths) / 10_000) }
    let cells: [CSVWriter.Cell] =
      [
        .integer(sample.at), .integer(Int64(sample.nodes)), .integer(Int64(sample.readyNodes)),
        .integer(Int64(sample.pods)), .integer(Int64(sample.readyPods)), .integer(Int64(sample.pendingPods)),
      ] + sample.allocated.map { share($0.share) }
      + [
        share(sample.fragmentation), .number(Double(sample.price) / 1e6), .number(Double(sample.offered) / 1000),
        .number(Double(sample.unserved) / 1000),
      ]
    return CSVWriter.line(cells)
  }
}
