import BayplanModel
import BayplanSimulation

/// What a simulation came to, for reading.
public struct SimulationSummary: Sendable {
  public let report: SimulationReport
  public let style: TextStyle
  /// The way it took, where that is at hand.
  public let history: SimulationHistory?

  public init(_ report: SimulationReport, history: SimulationHistory? = nil, style: TextStyle) {
    self.report = report
    self.history = history
    self.style = style
  }

  public func text() -> String {
    sectioned([
      headline(), resources(), overTime(), pods(), nodes(), workloads(), services(), violations(),
      noticeLines(report.notices, style: style),
    ])
  }

  /// A few lines that fit a terminal while the simulation runs.
  public func watch(duration: Millis) -> [String] {
    var lines = [
      "\(style.name(report.name, width: 30))  \(style.bar(Double(report.time) / Double(max(1, duration)), width: 30))  \(report.time.durationText) of \(duration.durationText)",
      "  pods \(HumanUnits.count(report.podsLeft)), waiting \(HumanUnits.count(report.podsPending)) \(style.dot) nodes \(report.nodesReady)/\(report.nodes) ready \(style.dot) \(HumanUnits.count(report.events, "event"))",
    ]
    for use in report.resources where use.peak > 0 {
      let bar = style.bar(Double(use.now) / 10_000, width: 30)
      lines.append("  \(HumanUnits.shortName(use.resource).padded(to: 10)) \(bar) \(percent(use.now))")
    }
    return lines
  }

  private func headline() -> [String] {
    let verdict =
      !report.violations.isEmpty
      ? "\(style.paint("BROKEN", .red))  \(HumanUnits.count(report.violations.count, "rule")) did not hold: see below"
      : report.allPlaced
        ? "\(style.paint("DONE", .green))  every pod has a node at the end"
        : "\(style.paint("PENDING", .yellow))  \(HumanUnits.count(report.podsPending, "pod")) without a node at the end"
    var details = [
      style.name(report.name), report.time.durationText, report.strategy, "seed \(report.seed)",
      HumanUnits.count(report.events, "event"), HumanUnits.count(report.decisions, "decision"),
    ]
    if report.isChecked { details.append("every rule checked at every step") }
    var lines = [verdict, "  " + style.paint(details.joined(separator: " \(style.dot) "), .dim)]
    if !report.pendingPods.isEmpty {
      lines.append(
        "  waiting for up to \(report.longestPending.durationText): "
          + style.list(report.pendingPods.map(\.description), width: style.width - 32))
    }
    return lines
  }

  func percent(_ share: Int64, digits: Int = 1) -> String {
    "\(HumanUnits.fixed(Double(share) / 100, digits: digits)) %"
  }

  private func resources() -> [String] {
    let used = report.resources.filter { $0.peak > 0 }
    if used.isEmpty { return [] }
    let width = used.map { HumanUnits.shortName($0.resource).count }.max()!
    return [style.paint("ALLOCATED", .bold) + "  of what nodes have, over time"]
      + used.map { use in
        let name = HumanUnits.shortName(use.resource).padded(to: width)
        let bar = style.bar(Double(use.mean) / 10_000, width: 20)
        return "  \(name)  \(bar)  mean \(percent(use.mean).aligned(to: 7))  peak \(percent(use.peak).aligned(to: 7))"
      }
  }

  func times(_ times: SimulationReport.Percentiles) -> String {
    "half within \(times.p50.durationText), 95 % within \(times.p95.durationText), 99 % within \(times.p99.durationText), all within \(times.most.durationText)"
  }

  private func pods() -> [String] {
    var lines = [
      style.paint("PODS", .bold) + "  "
        + [
          "\(HumanUnits.count(report.podsCreated)) created", "\(HumanUnits.count(report.podsBound)) bound",
          report.podsCompleted > 0 ? "\(HumanUnits.count(report.podsCompleted)) completed" : nil,
          "\(HumanUnits.count(report.podsLeft)) at the end",
        ].compactMap { $0 }.joined(separator: " \(style.dot) ")
    ]
    if let pending = report.pendingTimes { lines.append("  those bound waited   \(times(pending))") }
    if let healing = report.healingTimes {
      lines.append(
        "  workloads were whole again after a loss: \(times(healing)) (\(HumanUnits.count(Int(healing.count))) times)")
    }
    if !report.evictions.isEmpty {
      let causes = report.evictions.map { "\($0.cause.words) \(HumanUnits.count($0.count))" }
      lines.append("  had to go            \(causes.joined(separator: ", "))")
    }
    if report.crashes > 0 { lines.append("  crashed              \(HumanUnits.count(report.crashes)) times") }
    if report.jobsCompleted + report.jobsFailed > 0 {
      lines.append(
        "  jobs                 \(HumanUnits.count(report.jobsCompleted)) completed, \(HumanUnits.count(report.jobsFailed)) failed"
      )
    }
    return lines
  }

  private func nodes() -> [String] {
    let hours = Double(report.nodeMillis) / 3_600_000
    var parts = [
      "\(HumanUnits.count(report.nodes)) at the end", "\(HumanUnits.decimal(hours, digits: 1)) node-hours",
    ]
    if report.cost > 0 { parts.append("\(HumanUnits.money(report.cost))") }
    var changes: [String] = []
    if report.nodesAdded > 0 { changes.append("\(HumanUnits.count(report.nodesAdded)) added") }
    if report.nodesRemoved > 0 { changes.append("\(HumanUnits.count(report.nodesRemoved)) removed") }
    if report.nodeFailures > 0 { changes.append(HumanUnits.count(report.nodeFailures, "failure")) }
    if report.nodesReady < report.nodes {
      changes.append("\(HumanUnits.count(report.nodes - report.nodesReady)) not ready")
    }
    return [style.paint("NODES", .bold) + "  " + (parts + changes).joined(separator: " \(style.dot) ")]
  }

  private func workloads() -> [String] {
    let all = report.workloads
    if all.isEmpty { return [] }
    let limit = style.isComplete ? Int.max : 25
    let width = min(48, all.prefix(limit).map(\.workload.count).max()!)
    var lines = [
      style.paint("WORKLOADS", .bold) + "  availability is the share of wanted pods that answered",
      style.paint(
        "  \("workload".padded(to: width))   ready  available  short  longest", .dim),
    ]
    for outcome in all.prefix(limit) {
      let ready = state(of: outcome).aligned(to: 7)
      let available = outcome.availability.map { percent($0, digits: 2) } ?? style.dash
      let shortages = outcome.shortages == 0 ? style.dash : "\(HumanUnits.count(outcome.shortages))x"
      let longest = outcome.longestShortage == 0 ? style.dash : outcome.longestShortage.durationText
      lines.append(
        "  \(style.name(outcome.workload, width: width).padded(to: width)) \(ready)  \(available.aligned(to: 9))  \(shortages.aligned(to: 5))  \(longest)"
      )
    }
    if all.count > limit { lines.append(style.more(all.count - limit)) }
    return lines
  }

  func state(of outcome: SimulationReport.WorkloadOutcome) -> String {
    guard let succeeded = outcome.succeeded else {
      return outcome.workload.hasPrefix("CronJob/") ? style.dash : "\(outcome.ready)/\(outcome.replicas)"
    }
    return outcome.isOver ? (succeeded > 0 ? "done" : "failed") : "\(succeeded) done"
  }

  private func services() -> [String] {
    if report.services.isEmpty { return [] }
    return [style.paint("SERVICES", .bold) + "  what users got"]
      + report.services.map { service in
        let unserved = HumanUnits.decimal(Double(service.unservedMillionths) / 10_000, digits: 4)
        var parts = [
          "\(HumanUnits.count(Int(service.offered)))k requests", "\(unserved) % not answered",
          "busiest pod at \(service.peakPercent) % of its request", HumanUnits.count(service.endpoints, "endpoint"),
        ]
        if service.down > 0 { parts.append("down for \(service.down.durationText)") }
        return "  \(style.name(service.service.description, width: 40))  \(parts.joined(separator: " \(style.dot) "))"
      }
  }

  private func violations() -> [String] {
    if report.violations.isEmpty { return [] }
    let limit = style.isComplete ? Int.max : 10
    var lines = [style.paint("BROKEN RULES", .red)]
    for violation in report.violations.prefix(limit) { lines.append("  \(TextStyle.neutralized(violation))") }
    if report.violations.count > limit { lines.append(style.more(report.violations.count - limit)) }
    return lines
  }
}

extension EvictionCause {
  var words: String {
    switch self {
    case .preemption: "preempted"
    case .drain: "drained"
    case .lostNode: "lost node"
    case .removedNode: "removed node"
    case .scaleDown: "scale-down"
    case .rebalancing: "rebalanced"
    }
  }
}
