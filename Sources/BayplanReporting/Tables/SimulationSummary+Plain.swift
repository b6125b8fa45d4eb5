import BayplanModel
import BayplanSimulation

// A simulation for issue trackers, and the counts that every report has.
extension SimulationSummary {
  /// What was counted over the whole simulation.
  var figures: [(title: String, value: String)] {
    var figures: [(title: String, value: String)] = [
      ("pods created", HumanUnits.count(report.podsCreated)), ("pods bound", HumanUnits.count(report.podsBound)),
      ("pods completed", HumanUnits.count(report.podsCompleted)),
      ("pods at the end", HumanUnits.count(report.podsLeft)),
      ("pods without a node at the end", HumanUnits.count(report.podsPending)),
    ]
    if let times = report.pendingTimes { figures.append(("those bound waited", self.times(times))) }
    if let times = report.healingTimes {
      figures.append(
        ("whole again after a loss", "\(self.times(times)) (\(HumanUnits.count(Int(times.count))) times)"))
    }
    for eviction in report.evictions {
      figures.append(("pods that had to go: \(eviction.cause.words)", HumanUnits.count(eviction.count)))
    }
    figures += [
      ("crashes", HumanUnits.count(report.crashes)), ("jobs completed", HumanUnits.count(report.jobsCompleted)),
      ("jobs failed", HumanUnits.count(report.jobsFailed)),
      ("nodes at the end", "\(HumanUnits.count(report.nodes)), \(HumanUnits.count(report.nodesReady)) ready"),
      ("nodes added", HumanUnits.count(report.nodesAdded)), ("nodes removed", HumanUnits.count(report.nodesRemoved)),
      ("failures of nodes", HumanUnits.count(report.nodeFailures)),
      ("node-hours", HumanUnits.decimal(Double(report.nodeMillis) / 3_600_000, digits: 1)),
    ]
    if report.cost > 0 { figures.append(("cost", HumanUnits.money(report.cost))) }
    return figures
  }

  /// Tables for a pull request or an issue.
  public func markdown() -> String {
    let verdict =
      !report.violations.isEmpty
      ? "\(HumanUnits.count(report.violations.count, "rule")) did not hold"
      : report.allPlaced
        ? "every pod has a node at the end" : "\(HumanUnits.count(report.podsPending, "pod")) without a node at the end"
    var lines = [
      "**\(MarkdownTable.cell(report.name.isEmpty ? "simulation" : report.name))** \(style.dash) \(verdict)", "",
      MarkdownTable.cell(
        [report.time.durationText, report.strategy, "seed \(report.seed)", HumanUnits.count(report.events, "event")]
          .joined(separator: ", ")),
    ]
    lines += MarkdownTable.lines(
      ["allocated", "mean", "peak"], numbers: 1...2,
      report.resources.filter { $0.peak > 0 }.map {
        [HumanUnits.shortName($0.resource), percent($0.mean), percent($0.peak)]
      })
    lines += MarkdownTable.lines(
      ["workload", "ready", "available", "times short", "longest"], numbers: 1...4,
      report.workloads.map { outcome in
        [
          outcome.workload, state(of: outcome), outcome.availability.map { percent($0, digits: 2) } ?? "",
          outcome.shortages == 0 ? "" : HumanUnits.count(outcome.shortages),
          outcome.longestShortage == 0 ? "" : outcome.longestShortage.durationText,
        ]
      })
    lines += MarkdownTable.lines(
      ["service", "requests", "not answered", "down"], numbers: 1...3,
      report.services.map { service in
        [
          service.service.description, "\(HumanUnits.count(Int(service.offered)))k",
          "\(HumanUnits.decimal(Double(service.unservedMillionths) / 10_000, digits: 4)) %",
          service.down == 0 ? "" : service.down.durationText,
        ]
      })
    lines += MarkdownTable.lines(["what", "how many"], numbers: nil, figures.map { [$0.title, $0.value] })
    lines += MarkdownTable.notices(report.notices)
    if !report.violations.isEmpty {
      lines += [""] + report.violations.prefix(50).map { "- broken: \(MarkdownTable.cell($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
