import BayplanModel

// How full every node is. Small clusters are listed; in large ones equal nodes become one line and the middle is folded.
extension PlanReport {
  /// Lines of nodes that are shown before folding starts.
  private static let maximumRows = 24
  private static let foldedTop = 12
  private static let foldedBottom = 6

  /// Nodes that look the same.
  struct Row {
    var usage: NodeUsage
    var count: Int
  }

  func nodeSection() -> [String] {
    guard !usages.isEmpty else { return [] }
    let used = usages.filter { $0.workloadPods > 0 }
    let empty = usages.filter { $0.workloadPods == 0 }
    let opened = usages.count { $0.isOpened }
    let pods = used.reduce(0) { $0 + $1.pods }
    let price = used.reduce(MicroCost(0)) { $0.addingSaturated($1.node.price) }
    var lines = [
      heading(
        "NODES",
        [
          "\(HumanUnits.count(used.count)) of \(HumanUnits.count(usages.count)) in use",
          opened > 0 && opened < usages.count ? "\(HumanUnits.count(opened)) added" : "",
          HumanUnits.count(pods, "pod"), price > 0 ? HumanUnits.price(price) : "",
        ])
    ]
    let columns = chooseColumns()
    if !used.isEmpty {
      let rows =
        style.isComplete || used.count <= Self.maximumRows ? used.map { Row(usage: $0, count: 1) } : grouped(used)
      lines += table(rows, columns: columns)
    }
    if !empty.isEmpty { lines.append("  " + style.paint(emptySummary(empty), .dim)) }
    if columns.count < resources.count {
      let hidden = resources.dropFirst(columns.count).map { TextStyle.neutralized($0.rawValue) }
      lines.append("  " + style.paint("not shown: \(hidden.joined(separator: ", "))", .dim))
    }
    return lines
  }

  private func emptySummary(_ empty: [NodeUsage]) -> String {
    let names = empty.prefix(4).map { style.name($0.node.name, width: 28) }.joined(separator: ", ")
    let more = empty.count > 4 ? ", \(style.ellipsis) \(HumanUnits.count(empty.count - 4)) more" : ""
    let price = empty.reduce(MicroCost(0)) { $0.addingSaturated($1.node.price) }
    let saving = price > 0 ? ", \(HumanUnits.price(price))" : ""
    return "not needed: \(HumanUnits.count(empty.count, "node"))\(saving) (\(names)\(more))"
  }

  private func grouped(_ usages: [NodeUsage]) -> [Row] {
    struct Look: Hashable {
      var type: String?
      var price: MicroCost
      var allocatable: Resources
      var used: Resources
      var devices: Resources
    }
    var indices: [Look: Int] = [:]
    var rows: [Row] = []
    for usage in usages {
      let look = Look(
        type: usage.node.type, price: usage.node.price, allocatable: usage.node.allocatable, used: usage.used,
        devices: usage.usedDevices)
      if let index = indices[look] {
        rows[index].count += 1
      } else {
        indices[look] = rows.count
        rows.append(Row(usage: usage, count: 1))
      }
    }
    // Fullest first; equal ones in the order of the cluster.
    let fills = rows.map { $0.usage.fill(resources) }
    return rows.indices.sorted { (fills[$1], $0) < (fills[$0], $1) }.map { rows[$0] }
  }
}

// MARK: - Columns

extension PlanReport {
  struct Column {
    var resource: Resource
    var title: String
    var divisor: Double
    var amountWidth: Int
  }

  private static let barWidth = 12

  /// As many resources as the width takes beside the names; amounts are shown where all columns have room for them.
  private func chooseColumns() -> [Column] {
    let room = style.width - 36
    let fitting = max(1, min(resources.count, room / (Self.barWidth + 9)))
    return resources.prefix(fitting).map { resource in
      let largest = usages.map { $0.amounts(resource).available }.max() ?? 0
      let unit = HumanUnits.unit(of: resource, isDevice: deviceKinds.contains(resource), largest: largest)
      let name = HumanUnits.shortName(resource)
      return Column(
        resource: resource, title: TextStyle.neutralized(unit.name.isEmpty ? name : "\(name), \(unit.name)"),
        divisor: unit.divisor, amountWidth: 0)
    }
  }

  private func amountText(_ usage: (used: Int64, available: Int64), _ column: Column) -> String {
    let digits = column.resource == .cpu || column.divisor == 1000 ? 2 : 1
    let used = HumanUnits.decimal(Double(usage.used) / column.divisor, digits: digits)
    return "\(used)/\(HumanUnits.decimal(Double(usage.available) / column.divisor, digits: digits))"
  }

  private func cell(_ amounts: (used: Int64, available: Int64), _ column: Column) -> String {
    if amounts.available == 0 && amounts.used == 0 {
      return style.dash.padded(to: Self.barWidth + 6 + (column.amountWidth > 0 ? column.amountWidth + 2 : 0))
    }
    let share = amounts.available > 0 ? Double(amounts.used) / Double(amounts.available) : 9.99
    var text = style.paint(style.bar(share, width: Self.barWidth), share > 1 ? .red : .cyan)
    text += HumanUnits.percent(share).aligned(to: 6)
    if column.amountWidth > 0 { text += "  " + amountText(amounts, column).padded(to: column.amountWidth) }
    return text
  }

  private func label(_ row: Row) -> String {
    let name = style.name(row.usage.node.name, width: 32)
    if row.count == 1 { return name }
    return "\(HumanUnits.count(row.count)) \(style.times) like \(style.name(row.usage.node.name, width: 24))"
  }

  /// Nodes of several types that have one, and a price worth a column.
  private func table(_ rows: [Row], columns: [Column]) -> [String] {
    var columns = columns
    var shown = rows
    var hidden: [Row] = []
    if !style.isComplete && rows.count > Self.maximumRows {
      shown = Array(rows.prefix(Self.foldedTop) + rows.suffix(Self.foldedBottom))
      hidden = Array(rows[Self.foldedTop..<(rows.count - Self.foldedBottom)])
    }
    let labelWidth = max(shown.map { label($0).count }.max() ?? 0, "total".count)
    let hasPrice = shown.contains { $0.usage.node.price > 0 }
    let types = shown.map { style.name($0.usage.node.type ?? "", width: 18) }
    let typeWidth = Set(types) == [""] ? 0 : max(4, types.map(\.count).max() ?? 0)
    let prices = shown.map { hasPrice ? HumanUnits.price($0.usage.node.price) : "" }
    let priceWidth = hasPrice ? max(5, prices.map(\.count).max() ?? 0) : 0

    let fixed = 2 + labelWidth + (typeWidth > 0 ? typeWidth + 2 : 0) + (hasPrice ? priceWidth + 2 : 0) + 6
    let totals = columns.map { column in
      rows.reduce(into: (used: Int64(0), available: Int64(0))) { sum, row in
        let amounts = row.usage.amounts(column.resource)
        sum.used = sum.used.addingSaturated(amounts.used.multipliedSaturated(by: Int64(row.count)))
        sum.available = sum.available.addingSaturated(amounts.available.multipliedSaturated(by: Int64(row.count)))
      }
    }
    let amountWidths = columns.indices.map { index in
      (shown.map { amountText($0.usage.amounts(columns[index].resource), columns[index]).count }
        + [amountText(totals[index], columns[index]).count]).max() ?? 0
    }
    let wide = amountWidths.reduce(fixed) { $0 + Self.barWidth + 6 + 4 + $1 }
    if wide <= style.width { for index in columns.indices { columns[index].amountWidth = amountWidths[index] } }

    func line(_ label: String, _ type: String, _ price: String, _ pods: String, _ cells: [String]) -> String {
      var parts = [label.padded(to: labelWidth)]
      if typeWidth > 0 { parts.append(type.padded(to: typeWidth)) }
      if hasPrice { parts.append(price.aligned(to: priceWidth)) }
      parts.append(pods.aligned(to: 4))
      let line = "  " + (parts + cells).joined(separator: "  ")
      return line.trimmingEnd()
    }
    let titles = columns.map { $0.title.padded(to: Self.barWidth + 6 + ($0.amountWidth > 0 ? $0.amountWidth + 2 : 0)) }
    var lines = [style.paint(line("node", typeWidth > 0 ? "type" : "", hasPrice ? "price" : "", "pods", titles), .dim)]
    for (index, row) in shown.enumerated() {
      if index == Self.foldedTop && !hidden.isEmpty {
        let count = hidden.reduce(0) { $0 + $1.count }
        lines.append("  " + style.paint("\(style.ellipsis) \(HumanUnits.count(count)) more", .dim))
      }
      let cells = columns.map { cell(row.usage.amounts($0.resource), $0) }
      lines.append(line(label(row), types[index], prices[index], HumanUnits.count(row.usage.pods), cells))
    }
    if rows.count > 1 || rows[0].count > 1 {
      let pods = rows.reduce(0) { $0 + $1.usage.pods * $1.count }
      let cells = columns.indices.map { cell(totals[$0], columns[$0]) }
      lines.append(line("total", "", "", HumanUnits.count(pods), cells))
    }
    return lines
  }
}
