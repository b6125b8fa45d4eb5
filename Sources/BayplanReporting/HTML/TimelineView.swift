import BayplanModel
import BayplanSimulation

/// The time series of a simulation as charts over one axis, its events in lanes below, and a scrubber through both.
struct TimelineView {
  private let history: SimulationHistory
  private let series: TimeSeries
  private let end: Millis
  private let axis: ChartAxis

  init(_ history: SimulationHistory, end: Millis) {
    self.history = history
    series = TimeSeries(history.samples)
    self.end = max(1, end, history.samples.last?.at ?? 0)
    axis = ChartAxis(until: self.end)
  }

  func writeCharts(into page: inout HTMLWriter) {
    page.element("div", .class("charts")) { box in
      for group in series.groups { chart(group).write(into: &box) }
      if !history.events.isEmpty { writeLanes(into: &box) }
      box.markup(
        """
        <div class="scrubber script"><label for="instant">Instant</label>\
        <input type="range" id="instant" min="0" value="0" step="1" />\
        <output id="values" for="instant" aria-live="off"></output>\
        <ul class="near" id="near" tabindex="0" aria-label="Events near this instant"></ul></div>

        """)
    }
    if history.samplesPerKept > 1 {
      page.caption(
        "One of \(HumanUnits.count(history.samplesPerKept)) samples is drawn: shorter peaks may be missing. --series has all."
      )
    }
    page.island("timeline", data)
  }

  private func chart(_ group: TimeSeries.Group) -> LineChart {
    let values = group.lines.flatMap(\.values)
    let top = max(Double(values.max() ?? 0), group.unit == .count ? 4 : 0)
    // Shares are seen against all there is.
    let range = group.unit == .share ? 0...max(10_000, top) : 0...top
    let words = group.lines.map { line in
      "\(line.name) from \(group.unit.text(line.values.min() ?? 0)) to \(group.unit.text(line.values.max() ?? 0))"
    }
    var chart = LineChart(
      group.title, description: "\(group.title) over time: \(words.joined(separator: "; "))", x: axis,
      y: ChartAxis(range, label: group.unit.tick),
      lines: group.lines.map { line in
        .init(line.name, zip(series.times, line.values).map { (Double($0), Double($1)) })
      })
    chart.isStepped = true
    chart.isTimeline = true
    return chart
  }

  // MARK: Events

  private static let columns = 400.0

  private func writeLanes(into page: inout HTMLWriter) {
    let lanes = SimulationHistory.Lane.allCases.filter { lane in history.events.contains { $0.lane == lane } }
    let counts = lanes.map { lane in "\(lane.rawValue) \(history.events.count { $0.lane == lane })" }
    let frame = ChartFrame(
      title: "Events", description: "Events by kind: \(counts.joined(separator: ", ")); the table lists them", x: axis,
      y: ChartAxis(lanes: lanes.map(\.rawValue)), height: 24 * lanes.count, isTimeline: true)
    frame.write(into: &page) { key in
      for (tone, name) in [("bad", "warning"), ("good", "recovered"), ("warn", "other")] { key.markKey(tone, name) }
    } plot: { svg in
      for (row, lane) in lanes.enumerated() {
        // Events that would cover each other share a mark.
        var marks: [(column: Int, events: [LoggedEvent])] = []
        for event in history.events where event.lane == lane {
          let column = Int(axis.position(Double(event.event.at)) * Self.columns)
          if marks.last?.column == column {
            marks[marks.count - 1].events.append(event.event)
          } else {
            marks.append((column, [event.event]))
          }
        }
        for mark in marks {
          let point = frame.point(Double(mark.events[0].at), Double(lanes.count - 1 - row))
          svg.mark(Self.tone(mark.events), at: point, tip: Self.tip(mark.events))
        }
      }
    }
  }

  private static func tone(_ events: [LoggedEvent]) -> String {
    if events.contains(where: \.isWarning) { return "bad" }
    return events.contains { ["NodeReady", "RolloutComplete"].contains($0.reason) } ? "good" : "warn"
  }

  private static func tip(_ events: [LoggedEvent]) -> [String] {
    let lines = events.prefix(6).map { "\($0.at.durationText)  \(line($0))" }
    let rest = events.count - lines.count
    return lines + (rest > 0 ? ["and \(HumanUnits.count(rest)) more"] : [])
  }

  private static func line(_ event: LoggedEvent) -> String {
    let object = event.namespace.isEmpty ? event.name : "\(event.namespace)/\(event.name)"
    return TextStyle.neutralized("\(event.reason) \(object): \(event.message)")
  }

  func writeEvents(into page: inout HTMLWriter) {
    HTMLTable(
      "What happened to nodes, and what had to move; pods that come and go in the ordinary way are only counted",
      columns: [.number("at"), .text("about"), .text("reason"), .text("object"), .text("message")],
      rows: history.events.map { lane, event in
        let object = event.namespace.isEmpty ? event.name : "\(event.namespace)/\(event.name)"
        return [
          .init(event.at.durationText, key: Double(event.at)), .text(lane.rawValue),
          .text(event.reason + (event.isWarning ? " !" : "")), .text("\(event.kind.lowercased()) \(object)"),
          .text(event.message),
        ]
      }
    ).write(into: &page)
    if history.omitted > 0 {
      page.caption("\(HumanUnits.count(history.omitted)) further events are not listed: --events writes all to a file.")
    }
    let counts = history.counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    page.caption(
      "All by reason: " + counts.map { "\($0.key) \(HumanUnits.count($0.value))" }.joined(separator: ", ") + ".")
  }

  private var data: DataValue {
    .object([
      .init("end", .integer(end)), .init("times", .integers(series.times)),
      .init(
        "groups",
        .array(
          series.groups.map { group in
            .object([
              .init("unit", .string(group.unit.rawValue)),
              .init(
                "lines",
                .array(
                  group.lines.map {
                    .object([.init("name", .string($0.name)), .init("values", .integers($0.values))])
                  })),
            ])
          })),
      .init(
        "events",
        .array(history.events.map { .array([.integer($0.event.at), .string(Self.line($0.event))]) })),
    ])
  }
}
