import BayplanModel
import BayplanSimulation

/// A simulation as a page: what came out, and, where the history is at hand, how it went.
public struct SimulationPage {
  private let report: SimulationReport
  private let timeline: TimelineView?
  private let summary: SimulationSummary

  /// - Parameter history: nil where only the result is known; the page says so.
  public init(_ report: SimulationReport, history: SimulationHistory?) {
    self.report = report
    summary = SimulationSummary(report, style: TextStyle())
    timeline = history.flatMap { $0.samples.isEmpty ? nil : TimelineView($0, end: report.time) }
  }

  public func html() -> String {
    var sections: [HTMLPage.Section] = []
    if !report.violations.isEmpty {
      sections.append(
        .init("broken", "Broken rules") { [report] page in
          page.element("ul", .class("notices")) { list in
            for violation in report.violations.prefix(200) { list.element("li", text: violation) }
          }
          if report.violations.count > 200 {
            page.caption("\(HumanUnits.count(report.violations.count - 200)) more: -o json has all.")
          }
        })
    }
    if let timeline {
      sections.append(.init("time", "Over time", body: timeline.writeCharts))
      sections.append(.init("events", "Events", body: timeline.writeEvents))
    } else {
      sections.append(
        .init("time", "Over time") {
          $0.caption(
            "The time series and the events are not in this document. bayplan simulate SCENARIO -o html has them; bayplan "
              + "report takes a series that was written with --series.")
        })
    }
    if !report.workloads.isEmpty { sections.append(.init("workloads", "Workloads", body: writeWorkloads)) }
    if !report.services.isEmpty { sections.append(.init("services", "Services", body: writeServices)) }
    sections.append(.init("figures", "Pods and nodes", body: writeFigures))
    if !report.notices.isEmpty {
      sections.append(.init("notes", "Notes", body: { [report] in $0.notices(report.notices) }))
    }
    return HTMLPage(
      title: report.name.isEmpty ? "Simulation" : report.name, kind: "Simulation",
      details: [
        report.time.durationText, report.strategy, "seed \(report.seed)", HumanUnits.count(report.events, "event"),
        HumanUnits.count(report.decisions, "decision"), report.isChecked ? "every rule checked at every step" : "",
      ],
      scripts: timeline == nil ? [] : [TimelineScript.script], lead: writeLead, sections: sections
    ).html()
  }

  private func writeLead(into page: inout HTMLWriter) {
    var tiles: [HTMLWriter.Tile] = []
    if !report.violations.isEmpty {
      tiles.append(
        .init(
          label: "rules", value: "broken", note: HumanUnits.count(report.violations.count, "violation"), tone: .bad))
    }
    tiles.append(
      .init(
        label: "at the end", value: report.allPlaced ? "done" : "pending",
        note: report.allPlaced
          ? "every pod has a node" : "\(HumanUnits.count(report.podsPending, "pod")) without a node",
        tone: report.allPlaced ? .good : .warn))
    for use in report.resources where use.peak > 0 {
      tiles.append(
        .init(
          label: "\(HumanUnits.shortName(use.resource)) allocated, mean", value: summary.percent(use.mean),
          note: "peak \(summary.percent(use.peak))", share: Double(use.mean) / 10_000))
    }
    tiles.append(
      .init(
        label: "node-hours", value: HumanUnits.decimal(Double(report.nodeMillis) / 3_600_000, digits: 1),
        note: report.cost > 0 ? HumanUnits.money(report.cost) : ""))
    let worst = report.services.map(\.unservedMillionths).max()
    if let worst {
      tiles.append(
        .init(
          label: "not answered, worst service", value: "\(HumanUnits.decimal(Double(worst) / 10_000, digits: 4)) %",
          tone: worst == 0 ? .good : .warn))
    }
    page.tiles(tiles)
  }

  private func writeWorkloads(into page: inout HTMLWriter) {
    HTMLTable(
      "Availability is the share of wanted pods that answered",
      columns: [
        .text("workload"), .number("ready"), .number("available"), .number("times short"), .number("longest"),
        .number("short in all"),
      ],
      rows: report.workloads.map { outcome in
        [
          .text(outcome.workload), .init(summary.state(of: outcome), key: Double(outcome.ready)),
          outcome.availability.map {
            .init(summary.percent($0, digits: 2), key: Double($0), share: Double($0) / 10_000)
          } ?? .none,
          outcome.shortages == 0 ? .init("–", key: 0) : .count(outcome.shortages), duration(outcome.longestShortage),
          duration(outcome.shortage),
        ]
      }
    ).write(into: &page)
  }

  private func duration(_ time: Millis) -> HTMLTable.Cell {
    .init(time == 0 ? "–" : time.durationText, key: Double(time))
  }

  private func writeServices(into page: inout HTMLWriter) {
    HTMLTable(
      "What users got",
      columns: [
        .text("service"), .number("requests"), .number("not answered"), .number("busiest pod"), .number("down"),
        .number("endpoints"),
      ],
      rows: report.services.map { service in
        [
          .text("\(service.service)"),
          .init("\(HumanUnits.count(Int(service.offered)))k", key: Double(service.offered)),
          .init(
            "\(HumanUnits.decimal(Double(service.unservedMillionths) / 10_000, digits: 4)) %",
            key: Double(service.unservedMillionths)),
          .init("\(service.peakPercent) % of its request", key: Double(service.peakPercent)), duration(service.down),
          .count(service.endpoints),
        ]
      }
    ).write(into: &page)
  }

  private func writeFigures(into page: inout HTMLWriter) {
    HTMLTable(
      "Counts over the whole simulation", columns: [.text("what"), .text("how many")],
      rows: summary.figures.map { [.text($0.title), .text($0.value)] }
    ).write(into: &page)
  }
}
