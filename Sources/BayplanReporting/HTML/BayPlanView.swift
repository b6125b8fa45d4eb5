import BayplanModel

/// The bay plan as parts of a page. Small plans are drawn here and work without scripts; of large ones the data is in the
/// page once, and its script draws what comes into view.
struct BayPlanView {
  let plan: BayPlan
  let isLarge: Bool

  private let workloadRanks: [Int]
  private let namespaceRanks: [Int]
  private let zoneRanks: [Int]

  static let largestDrawnBays = 60
  static let largestDrawnBoxes = 1500

  init(_ plan: BayPlan) {
    self.plan = plan
    let boxes = plan.bays.reduce(0) { $0 + $1.boxes.count }
    isLarge = plan.bays.count > Self.largestDrawnBays || boxes > Self.largestDrawnBoxes
    workloadRanks = plan.workloads.ranks
    namespaceRanks = plan.namespaces.ranks
    zoneRanks = plan.zones.ranks
  }

  /// Look of a box, coloured by workload.
  func fill(_ box: BayPlan.Box) -> Int { workloadRanks[box.workload] % BayStyle.fills }

  /// In the unit of all amounts of the resource, so that two can be compared.
  func amount(_ value: Int64, _ measure: Int) -> String {
    let measure = plan.measures[measure]
    let text = HumanUnits.decimal(Double(value) / measure.divisor, digits: measure.divisor == 1000 ? 3 : 2)
    return measure.unit.isEmpty ? text : "\(text) \(measure.unit)"
  }

  /// An amount on its own, in the unit that suits it.
  func alone(_ value: Int64, _ measure: Int) -> String {
    HumanUnits.amount(value, of: plan.measures[measure].resource, isDevice: plan.measures[measure].isDevice)
  }

  func summary(_ bay: BayPlan.Bay, _ measure: Int) -> String {
    let share = bay.capacity[measure] > 0 ? Double(bay.used[measure]) / Double(bay.capacity[measure]) : 0
    return
      "\(plan.measures[measure].title) \(amount(bay.used[measure], measure)) of \(amount(bay.capacity[measure], measure)), \(HumanUnits.percent(share))"
  }

  // MARK: Bays

  func writeBays(into page: inout HTMLWriter) {
    BayStyle.writePatterns(into: &page)
    writeControls(into: &page)
    writeKeys(into: &page)
    let isStretched = plan.bays.contains { bay in
      plan.measures.indices.contains { measure in
        bay.capacity[measure] > 0
          && Double(bay.capacity[measure]) / Double(max(1, plan.measures[measure].largest))
            < BayLayout.smallestSide * BayLayout.smallestSide
      }
    }
    page.caption(
      "Every bay is a node, every box a pod; areas are to scale in the chosen resource. \(BayPlan.strandedCaption)"
        + (isStretched ? " Nodes with less than a sixteenth of what the largest has are drawn larger than that." : ""))
    if isLarge {
      page.markup(
        "<p class=\"noscript\">This plan is large: its bays and its list of pods need scripts; the other tables do not.</p>\n"
      )
    }
    page.markup("<p id=\"bay-keys\" hidden=\"hidden\">Arrow keys go from pod to pod.</p>\n")
    page.element("div", .class("groups")) { area in
      for group in plan.groups.indices { writeGroup(group, into: &area) }
    }
    page.island("bay-plan", data)
  }

  private func writeGroup(_ group: Int, into area: inout HTMLWriter) {
    let members = plan.bays.indices.filter { plan.bays[$0].group == group }
    area.element("div", .class("group")) { box in
      box.element("h3") { title in
        title.text(plan.groups[group].isEmpty ? "Nodes" : plan.groups[group])
        title.element("span", text: groupNote(members))
      }
      box.element("div", .class("bays")) { bays in
        for index in members {
          bays.element(
            "figure", .class(plan.bays[index].usage.isOpened ? "bay new" : "bay"), .init("data-b", "\(index)"),
            isLarge ? nil : .init("data-drawn", "")
          ) { figure in
            if !isLarge { writeBay(plan.bays[index], into: &figure) }
          }
          bays.markup("\n")
        }
      }
    }
    area.markup("\n")
  }

  private func groupNote(_ members: [Int]) -> String {
    let shares = plan.measures.indices.prefix(4).compactMap { measure -> String? in
      let used = members.reduce(0.0) { $0 + Double(plan.bays[$1].used[measure]) }
      let capacity = members.reduce(0.0) { $0 + Double(plan.bays[$1].capacity[measure]) }
      return capacity > 0 ? "\(plan.measures[measure].title) \(HumanUnits.percent(used / capacity))" : nil
    }
    return ([HumanUnits.count(members.count, "node")] + shares).joined(separator: " · ")
  }

  private func writeBay(_ bay: BayPlan.Bay, into figure: inout HTMLWriter) {
    let capacity = bay.capacity.first ?? 0
    let (width, height) = BayLayout.size(of: capacity, largest: plan.measures.first?.largest ?? 0)
    let label =
      (plan.measures.isEmpty ? "" : "\(summary(bay, 0)), ") + HumanUnits.count(bay.boxes.count, "pod")
    figure.element(
      "svg", .at("width", width), .at("height", height),
      .init("viewBox", "0 0 \(HumanUnits.decimal(width, digits: 0)) \(HumanUnits.decimal(height, digits: 0))"),
      .init("tabindex", "0"), .init("role", "application"), .init("aria-roledescription", "bay"),
      .label("\(bay.usage.node.name): \(label)"), .init("aria-describedby", "bay-keys")
    ) { svg in
      let kind = (capacity > 0 ? "" : " none") + (bay.usage.isOpened ? " opened" : "")
      svg.empty("rect", .class("hull\(kind)"), .at("width", width), .at("height", height))
      let amounts = bay.boxes.map { plan.shapes[$0.shape].first ?? 0 }
      let rectangles = BayLayout.rectangles(amounts, capacity: capacity, width: width, height: height)
      for (index, rectangle) in rectangles.enumerated() {
        if let rectangle { writeBox(bay.boxes[index], index, rectangle, into: &svg) }
      }
      if let stranded = bay.stranded.first, stranded > 0 {
        svg.empty(
          "rect", .class("lost"), .at("width", width), .at("height", Double(stranded) / Double(capacity) * height))
      }
    }
    figure.element("figcaption") { caption in
      caption.element("b", .init("title", bay.usage.node.name), text: bay.usage.node.name)
      let share = capacity > 0 ? HumanUnits.percent(Double(bay.used[0]) / Double(capacity)) : "none"
      caption.element("span", text: share)
    }
  }

  private func writeBox(
    _ box: BayPlan.Box, _ index: Int, _ place: BayLayout.Rectangle, into svg: inout HTMLWriter
  ) {
    svg.empty(
      "rect", .class("b c\(fill(box)) o\(box.origin.rawValue)"),
      .init("data-i", "\(index)"), .at("x", place.x), .at("y", place.y), .at("width", place.width),
      .at("height", place.height))
    guard place.width >= 40 && place.height >= 12 else { return }
    let last = plan.workloads.names[box.workload].split(separator: "/").last.map(String.init) ?? ""
    let name = last == "*" ? box.pod.name : last
    let room = Int((place.width - 5) / 6.3)
    svg.element(
      "text", .hidden, .class(box.origin == .placed ? BayStyle.label(on: fill(box)) : "soft"), .at("x", place.x + 3),
      .at("y", place.y + place.height / 2 + 3.5),
      text: name.count > room ? "\(name.prefix(room - 1))…" : name)
  }

  // MARK: Controls and keys

  private func writeControls(into page: inout HTMLWriter) {
    page.element(
      "div", .class("controls script flex"), .init("role", "group"), .label("What the bay plan shows")
    ) { form in
      form.element("fieldset") { set in
        set.element("legend", text: "Boxes to scale in")
        for (index, measure) in plan.measures.enumerated() {
          set.element("label") { label in
            label.empty(
              "input", .init("type", "radio"), .init("name", "measure"), .init("value", "\(index)"),
              index == 0 ? .init("checked", "checked") : nil)
            label.text(measure.title)
          }
        }
      }
      form.markup(
        """
        <label><span>Colour by</span><select id="by"><option value="workload">workload</option>\
        <option value="namespace">namespace</option><option value="zone">zone</option></select></label>
        <label><span>Order of bays</span><select id="order"><option value="name">as in the cluster</option>\
        <option value="full">fullest first</option><option value="empty">emptiest first</option>\
        <option value="stranded">most stranded first</option></select></label>
        <label><span>Find a node, pod or workload</span><input type="search" id="find" /></label>
        <span role="status" id="found"></span>

        """)
    }
  }

  private func writeKeys(into page: inout HTMLWriter) {
    page.element("ul", .class("key"), .label("Kinds of boxes")) { list in
      var origins: Set<BayPlan.Origin> = []
      for bay in plan.bays { for box in bay.boxes { origins.insert(box.origin) } }
      for origin in BayPlan.Origin.allCases where origins.contains(origin) {
        list.swatch("b c0 o\(origin.rawValue)", origin.words)
      }
      list.swatch("hull", "free")
      if plan.bays.contains(where: { $0.stranded.contains { $0 > 0 } }) {
        list.swatch("hull", "stranded", over: "lost")
      }
      if plan.bays.contains(where: \.usage.isOpened) { list.swatch("hull opened", "a node that the plan adds") }
    }
    page.element("ul", .class("key"), .id("key"), .label("Colours")) { list in
      for (rank, index) in plan.workloads.byRank.prefix(BayStyle.fills).enumerated() {
        let count = HumanUnits.count(plan.workloads.counts[index])
        list.swatch("b c\(rank)", "\(plan.workloads.names[index]) (\(count))")
      }
      let rest = plan.workloads.names.count - BayStyle.fills
      if rest > 0 { list.element("li", text: "the same fills again for \(rest) more") }
    }
  }

  // MARK: Data

  private var data: DataValue {
    func list(_ names: BayPlan.Names) -> DataValue { .strings(names.byRank.map { names.names[$0] }) }
    func counts(_ names: BayPlan.Names) -> DataValue { .integers(names.byRank.map { names.counts[$0] }) }
    func flat(_ box: BayPlan.Box, _ last: Int) -> [DataValue] {
      [
        .string(box.pod.name), .integer(Int64(namespaceRanks[box.namespace])),
        .integer(Int64(workloadRanks[box.workload])), .integer(Int64(box.shape)), .integer(Int64(last)),
      ]
    }
    return .object([
      .init(
        "layout",
        .array(
          [BayLayout.fullWidth, BayLayout.fullHeight, BayLayout.smallestSide, BayLayout.layerHeight].map(
            DataValue.number) + [.integer(Int64(BayStyle.fills))])),
      .init(
        "measures",
        .array(
          plan.measures.map {
            .object([
              .init("title", .string($0.title)), .init("unit", .string($0.unit)), .init("divisor", .number($0.divisor)),
              .init("largest", .integer($0.largest)),
              .init("inBytes", .bool($0.unit.hasSuffix("B"))),
            ])
          })),
      .init(
        "names",
        .object([
          .init("workload", list(plan.workloads)), .init("namespace", list(plan.namespaces)),
          .init("zone", list(plan.zones)),
        ])),
      .init(
        "counts",
        .object([
          .init("workload", counts(plan.workloads)), .init("namespace", counts(plan.namespaces)),
          .init("zone", counts(plan.zones)),
        ])),
      .init("shapes", .array(plan.shapes.map { .integers($0) })),
      .init(
        "bays",
        .array(
          plan.bays.map { bay in
            .array([
              .string(bay.usage.node.name), .string(plan.groups[bay.group]), .integer(Int64(zoneRanks[bay.zone])),
              .integer(bay.usage.isOpened ? 1 : 0), .integers(bay.capacity), .integers(bay.used),
              .integers(bay.stranded), .strings(bay.shortOf),
              .array(bay.boxes.flatMap { flat($0, $0.origin.rawValue) }),
            ])
          })),
      // Only the table of a large plan takes these from here.
      .init(
        "waiting",
        .array(
          !isLarge
            ? []
            : plan.quay.indices.flatMap { party in plan.quay[party].boxes.map { .array(flat($0, party)) } })),
      .init("reasons", .strings(isLarge ? plan.quay.map(\.sentence) : [])),
    ])
  }
}

extension BayPlan.Party {
  var sentence: String {
    reasons.isEmpty
      ? "unplaced"
      : "unplaced: "
        + reasons.map { $0.nodes > 0 ? "\($0.reason) (\(HumanUnits.count($0.nodes, "node")))" : $0.reason }
        .joined(separator: ", ")
  }
}

extension HTMLWriter {
  /// A line of a key: a box of some look, and what it stands for.
  mutating func swatch(_ look: String, _ text: String, over: String? = nil) {
    element("li") { item in
      item.element("svg", .init("width", "14"), .init("height", "14"), .hidden) { svg in
        svg.empty("rect", .class(look), .init("width", "14"), .init("height", "14"))
        if let over { svg.empty("rect", .class(over), .init("width", "14"), .init("height", "14")) }
      }
      item.text(text)
    }
  }
}
