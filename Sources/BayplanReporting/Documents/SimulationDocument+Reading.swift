import BayplanModel
import BayplanSimulation

extension SimulationDocument {
  /// - Throws: `InputError` naming the first part that is missing or wrong.
  public static func report(from value: DataValue) throws(InputError) -> SimulationReport {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")",
        fix: "Make one with: bayplan simulate SCENARIO -o json")
    }
    guard let name = value["scenario"]?.text, let strategy = value["strategy"]?.text else {
      throw InputError(.missing, object: "scenario", "'scenario' or 'strategy' is missing")
    }
    var report = SimulationReport(
      name: name, seed: UInt64(clamping: try integer(value, "seed")), strategy: strategy,
      time: try integer(value, "virtualMillis"))
    report.events = try count(value, "events")
    report.decisions = try count(value, "decisions")
    report.failedDecisions = try count(value, "failedDecisions")
    report.resources = try list(value, "resources") { item throws(InputError) in
      .init(
        resource: Resource(try text(item, "resource")), mean: try share(item, "mean"), peak: try share(item, "peak"),
        now: 0)
    }
    report.workloads = try list(value, "workloads", workload)
    report.services = try list(value, "services", service)
    report.isChecked = value["checked"]?.flag ?? false
    report.violations = (value["violations"]?.items ?? []).compactMap(\.text)
    report.notices = try ClusterDocument.values(value, "notices")
    guard let pods = value["pods"], let nodes = value["nodes"] else {
      throw InputError(.missing, object: "pods", "'pods' or 'nodes' is missing")
    }
    try read(pods: pods, into: &report)
    try read(nodes: nodes, into: &report)
    return report
  }

  private static func read(pods: DataValue, into report: inout SimulationReport) throws(InputError) {
    report.podsCreated = try count(pods, "created")
    report.podsBound = try count(pods, "bound")
    report.podsCompleted = try count(pods, "completed")
    report.podsLeft = try count(pods, "left")
    report.podsPending = try count(pods, "pending")
    report.pendingPods = try (pods["pendingPods"]?.items ?? []).map { item throws(InputError) in
      try ClusterDocument.id(item, "pods.pendingPods")
    }
    report.longestPending = try integer(pods, "longestPendingMillis")
    report.crashes = try count(pods, "crashes")
    report.pendingTimes = try times(pods["pendingTime"])
    report.healingTimes = try times(pods["healingTime"])
    report.evictions = EvictionCause.allCases.compactMap { cause in
      pods["evictions"]?[cause.rawValue]?.int64.map { (cause, Int(clamping: $0)) }
    }
    report.jobsCompleted = try count(pods, "jobsCompleted")
    report.jobsFailed = try count(pods, "jobsFailed")
  }

  private static func read(nodes: DataValue, into report: inout SimulationReport) throws(InputError) {
    report.nodes = try count(nodes, "left")
    report.nodesReady = try count(nodes, "ready")
    report.nodeFailures = try count(nodes, "failures")
    report.nodesAdded = try count(nodes, "added")
    report.nodesRemoved = try count(nodes, "removed")
    report.nodeMillis = Int128(try integer(nodes, "nodeMillis"))
    report.cost = try integer(nodes, "microCost")
  }

  private static func workload(_ item: DataValue) throws(InputError) -> SimulationReport.WorkloadOutcome {
    .init(
      workload: try text(item, "workload"), replicas: try count(item, "replicas"), ready: try count(item, "ready"),
      succeeded: item["succeeded"]?.int64.map { Int(clamping: $0) }, isOver: item["over"]?.flag ?? false,
      availability: item["availability"]?.double.map(hundredths), shortages: try count(item, "shortages"),
      longestShortage: try integer(item, "longestShortageMillis"), shortage: try integer(item, "shortageMillis"))
  }

  private static func service(_ item: DataValue) throws(InputError) -> SimulationReport.ServiceOutcome {
    guard let unserved = item["unserved"]?.double, let peak = item["peakUtilization"]?.double else {
      throw InputError(.invalidValue, object: "services", "'unserved' or 'peakUtilization' is missing or wrong")
    }
    return .init(
      service: try ClusterDocument.id(item["service"], "services"), offered: try integer(item, "requests") / 1000,
      unservedMillionths: Int64((min(max(unserved, 0), 1) * 1_000_000).rounded()),
      peakPercent: Int64((min(max(peak, 0), 1e9) * 100).rounded()), down: try integer(item, "downMillis"),
      endpoints: try count(item, "endpoints"))
  }

  private static func times(_ value: DataValue?) throws(InputError) -> SimulationReport.Percentiles? {
    guard let value, !value.isNull else { return nil }
    return .init(
      count: try integer(value, "count"), mean: try integer(value, "meanMillis"), p50: try integer(value, "p50Millis"),
      p95: try integer(value, "p95Millis"), p99: try integer(value, "p99Millis"),
      most: try integer(value, "mostMillis"))
  }

  // MARK: Parts

  private static func hundredths(_ share: Double) -> Int64 { Int64((min(max(share, 0), 1e9) * 10_000).rounded()) }

  private static func share(_ value: DataValue, _ key: String) throws(InputError) -> Int64 {
    guard let share = value[key]?.double else { throw InputError(.invalidValue, object: key, "expected a number") }
    return hundredths(share)
  }

  private static func integer(_ value: DataValue, _ key: String) throws(InputError) -> Int64 {
    guard let number = value[key]?.int64, number >= 0 else {
      throw InputError(.invalidValue, object: key, "expected an integer that is not negative")
    }
    return number
  }

  private static func count(_ value: DataValue, _ key: String) throws(InputError) -> Int {
    Int(clamping: try integer(value, key))
  }

  private static func text(_ value: DataValue, _ key: String) throws(InputError) -> String {
    guard let text = value[key]?.text else { throw InputError(.invalidValue, object: key, "expected a text") }
    return text
  }

  private static func list<Value>(
    _ value: DataValue, _ key: String, _ read: (DataValue) throws(InputError) -> Value
  ) throws(InputError) -> [Value] {
    guard let items = value[key]?.items else { throw InputError(.invalidValue, object: key, "expected a list") }
    var result: [Value] = []
    for item in items { result.append(try read(item)) }
    return result
  }
}
