import BayplanModel

/// Parts that pages share.
extension HTMLWriter {
  enum Tone: String {
    case good, warn, bad, plain
  }

  struct Tile {
    var label: String
    var value: String
    var note = ""
    var tone = Tone.plain
    /// Drawn as a bar, 0 to 1.
    var share: Double?
  }

  mutating func tiles(_ tiles: [Tile]) {
    element("dl", .class("tiles")) { list in
      for tile in tiles {
        list.markup("\n")
        list.element("div", .class("tile \(tile.tone.rawValue)")) { box in
          box.element("dt", text: tile.label)
          box.element("dd") { value in
            value.element("strong", text: tile.value)
            if let share = tile.share { value.meter(share) }
            if !tile.note.isEmpty { value.element("span", .class("note"), text: tile.note) }
          }
        }
      }
    }
  }

  /// A bar that says nothing a screen reader does not get from the text beside it.
  mutating func meter(_ share: Double) {
    element("span", .class(share > 1 ? "meter over" : "meter"), .hidden) { bar in
      let width = HumanUnits.decimal(min(max(share, 0), 1) * 100, digits: 1)
      bar.element("i", .init("style", "width:\(width)%")) { _ in }
    }
  }

  mutating func caption(_ text: String) { element("p", .class("caption"), text: text) }

  /// What was defaulted, skipped or is not honoured.
  mutating func notices(_ notices: [Notice]) {
    element("ul", .class("notices")) { list in
      for notice in notices {
        list.element("li") { item in
          item.element("strong", text: notice.kind.words)
          item.text(" \(notice.message)\(notice.count > 1 ? " (\(HumanUnits.count(notice.count))×)" : "")")
          if let example = notice.example {
            item.element("span", .class("note"), text: "\(notice.count > 1 ? "first: " : "")\(example)")
          }
        }
      }
    }
  }

  /// A value and what bounds it, on one line from nothing to the larger of the two. The hatched part between them is
  /// what is not known.
  mutating func gauge(title: String, phrase: String, bound: String?, value: Double, limit: Double?, verdict: String) {
    let most = max(value, limit ?? 0, .leastNonzeroMagnitude)
    let isProven = limit == value
    let proven = isProven ? 1 : limit.map { min($0, value) / most } ?? 0
    let open = isProven ? 0 : limit.map { abs(value - $0) / most } ?? value / most
    element("div", .class(isProven ? "gauge good" : "gauge warn")) { gauge in
      gauge.element("span", .class("gauge-title"), text: title)
      gauge.element("strong", text: phrase)
      gauge.element("span", .class("track"), .hidden) { track in
        track.element("i", .init("style", "width:\(HumanUnits.decimal(proven * 100, digits: 1))%")) { _ in }
        if open > 0 {
          let width = HumanUnits.decimal(max(open, 0.01) * 100, digits: 1)
          track.element("b", .init("style", "width:\(width)%")) { _ in }
        }
      }
      gauge.element("span", .class("note"), text: bound ?? "no bound")
      gauge.element("span", .class("verdict"), text: verdict)
    }
  }
}

extension Notice.Kind {
  /// In words, the gravest first in `allCases` of the reports.
  var words: String {
    switch self {
    case .degraded: "degraded"
    case .warning: "warning"
    case .notHonoured: "not honoured"
    case .defaulted: "defaulted"
    case .skipped: "skipped"
    }
  }
}
