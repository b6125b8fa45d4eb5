import BayplanModel

// The quay, and the tables of nodes and pods.
extension BayPlanView {
  private static let shownParties = 24
  private static let shownCrates = 24

  /// Unplaced pods with their reasons, alike ones together.
  func writeQuay(into page: inout HTMLWriter) {
    // What matters most first, then what is most.
    let parties = plan.quay.indices.sorted { left, right in
      let (one, other) = (plan.quay[left], plan.quay[right])
      return (-Int(one.priority), -one.boxes.count, left) < (-Int(other.priority), -other.boxes.count, right)
    }.map { plan.quay[$0] }
    page.element("div", .class("quay")) { quay in
      for party in parties.prefix(Self.shownParties) { writeParty(party, into: &quay) }
    }
    let rest = parties.dropFirst(Self.shownParties)
    if !rest.isEmpty {
      let pods = rest.reduce(0) { $0 + $1.boxes.count }
      page.caption(
        "\(HumanUnits.count(pods, "pod")) more of \(HumanUnits.count(rest.count, "kind")): the table of pods lists them."
      )
    }
  }

  private func writeParty(_ party: BayPlan.Party, into quay: inout HTMLWriter) {
    quay.element("div", .class("party")) { box in
      box.element("h3") { title in
        let name = plan.workloads.names[party.workload]
        title.text(party.boxes.count == 1 ? "\(party.boxes[0].pod)" : name)
        let priority = party.priority != 0 ? " · priority \(party.priority)" : ""
        title.element("span", text: HumanUnits.count(party.boxes.count, "pod") + priority)
      }
      box.element("div", .class("crates")) { crates in
        for crate in party.boxes.prefix(Self.shownCrates) { writeCrate(crate, into: &crates) }
        let rest = party.boxes.count - Self.shownCrates
        if rest > 0 { crates.element("span", text: "+ \(HumanUnits.count(rest))") }
      }
      let asked = asks(party.boxes[0].shape)
      if !asked.isEmpty {
        box.element("span", .class("note"), text: "asks for \(asked)\(isUniform(party) ? "" : ", …")")
      }
      box.element("ul") { list in
        for reason in party.reasons {
          let nodes = reason.nodes > 0 ? "\(HumanUnits.count(reason.nodes, "node")): " : ""
          list.element("li", text: nodes + reason.reason)
        }
      }
    }
    quay.markup("\n")
  }

  private func isUniform(_ party: BayPlan.Party) -> Bool { Set(party.boxes.map(\.shape)).count == 1 }

  func asks(_ shape: Int) -> String {
    plan.measures.indices.filter { plan.shapes[shape][$0] > 0 }
      .map { "\(plan.measures[$0].title) \(alone(plan.shapes[shape][$0], $0))" }.joined(separator: ", ")
  }

  /// A box that waits, as large as it would be in a bay.
  private func writeCrate(_ crate: BayPlan.Box, into crates: inout HTMLWriter) {
    let share = Double(plan.shapes[crate.shape][0]) / Double(max(1, plan.measures[0].largest))
    let area = share * BayLayout.fullWidth * BayLayout.fullHeight
    let side = max(5, min(BayLayout.fullWidth * 1.5, area.squareRoot()))
    crates.element(
      "svg", .class("crate"), .at("width", side), .at("height", side), .init("data-s", "\(crate.shape)"),
      .init("tabindex", "0"), .init("role", "img"), .label("\(crate.pod), asks for \(asks(crate.shape))"),
      .init("data-tip", lines: ["\(crate.pod)", asks(crate.shape)])
    ) { svg in
      svg.empty(
        "rect", .class("b c\(fill(crate)) o0"), .init("width", "100%"), .init("height", "100%"))
    }
  }

  // MARK: Tables

  func writeNodes(into page: inout HTMLWriter) {
    let hasPrice = plan.bays.contains { $0.usage.node.price > 0 }
    let hasType = plan.bays.contains { $0.usage.node.type != nil }
    let hasZone = plan.zones.names != ["no zone"]
    var columns = [HTMLTable.Column.text("node")]
    if hasType { columns.append(.text("type")) }
    if hasZone { columns.append(.text("zone")) }
    columns.append(.number("pods"))
    for measure in plan.measures { columns.append(.number(measure.title)) }
    columns.append(.text("stranded"))
    if hasPrice { columns.append(.number("price")) }
    let rows = plan.bays.map { bay -> [HTMLTable.Cell] in
      var cells = [HTMLTable.Cell(bay.usage.node.name, note: bay.usage.isOpened ? "added by the plan" : "")]
      if hasType { cells.append(.text(bay.usage.node.type ?? "")) }
      if hasZone { cells.append(.text(plan.zones.names[bay.zone])) }
      cells.append(.count(bay.usage.pods))
      for measure in plan.measures.indices { cells.append(fill(bay, measure)) }
      cells.append(stranded(bay))
      if hasPrice { cells.append(.init(HumanUnits.price(bay.usage.node.price), key: Double(bay.usage.node.price))) }
      return cells
    }
    HTMLTable("Nodes, how full they are, and what is stranded on them", columns: columns, rows: rows).write(into: &page)
  }

  private func fill(_ bay: BayPlan.Bay, _ measure: Int) -> HTMLTable.Cell {
    guard bay.capacity[measure] > 0 else { return .none }
    return .share(
      Double(bay.used[measure]) / Double(bay.capacity[measure]),
      note: "\(amount(bay.used[measure], measure)) of \(amount(bay.capacity[measure], measure))")
  }

  private func stranded(_ bay: BayPlan.Bay) -> HTMLTable.Cell {
    let parts = plan.measures.indices.filter { bay.stranded[$0] > 0 }
      .map { "\(plan.measures[$0].title) \(amount(bay.stranded[$0], $0))" }
    if parts.isEmpty { return .init("–", key: 0) }
    let share =
      plan.measures.indices.map { measure in
        bay.capacity[measure] > 0 ? Double(bay.stranded[measure]) / Double(bay.capacity[measure]) : 0
      }.max() ?? 0
    return .init(parts.joined(separator: ", "), key: share, note: "short of \(bay.shortOf.joined(separator: ", "))")
  }

  func writePods(into page: inout HTMLWriter) {
    var columns: [HTMLTable.Column] = [.text("pod"), .text("workload"), .text("node")]
    for measure in plan.measures { columns.append(.number(measure.title)) }
    columns.append(.text("how"))
    if isLarge {
      page.markup("<p class=\"noscript\">The list of pods needs scripts; -o csv has it as well.</p>\n")
      page.element("div", .class("scroll script"), .init("tabindex", "0"), .init("role", "group"), .label("Every pod"))
      {
        box in
        box.element("table", .id("pod-table")) { table in
          table.element("caption") { $0.element("span", text: "Every pod, where it goes, and what it asks for") }
          table.element("thead") { head in
            head.element("tr") { row in
              for column in columns {
                row.element("th", .init("scope", "col"), column.isNumber ? .class("n") : nil, text: column.title)
              }
            }
          }
          table.markup("<tbody></tbody>")
        }
      }
      return
    }
    func row(_ box: BayPlan.Box, _ node: String, _ how: String) -> [HTMLTable.Cell] {
      [.text("\(box.pod)"), .text(plan.workloads.names[box.workload]), .text(node)]
        + plan.measures.indices.map { measure in
          let value = plan.shapes[box.shape][measure]
          return value == 0 ? .init("–", key: 0) : .init(alone(value, measure), key: Double(value))
        } + [.text(how)]
    }
    let placed = plan.bays.flatMap { bay in bay.boxes.map { row($0, bay.usage.node.name, $0.origin.words) } }
    let waiting = plan.quay.flatMap { party in party.boxes.map { row($0, "–", party.sentence) } }
    HTMLTable("Every pod, where it goes, and what it asks for", columns: columns, rows: placed + waiting)
      .write(into: &page)
  }
}
