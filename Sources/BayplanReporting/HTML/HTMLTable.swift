/// A table that reads without scripts; with them it sorts by any column and filters by what is typed.
public struct HTMLTable: Sendable {
  public struct Column: Sendable {
    let title: String
    let isNumber: Bool

    public static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    public static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  public struct Cell: Sendable {
    let text: String
    /// What to sort by, where it is not the text.
    let key: Double?
    /// Drawn as a bar, 0 to 1.
    let share: Double?
    let note: String

    public init(_ text: String, key: Double? = nil, share: Double? = nil, note: String = "") {
      self.text = text
      self.key = key
      self.share = share
      self.note = note
    }

    public static func text(_ text: String) -> Cell { Cell(text) }
    public static func count(_ value: Int) -> Cell { Cell(HumanUnits.count(value), key: Double(value)) }
    /// A share with its bar.
    public static func share(_ share: Double, note: String = "") -> Cell {
      Cell(HumanUnits.percent(share), key: share, share: share, note: note)
    }
    public static let none = Cell("–", key: -1)
  }

  public var caption: String
  public var columns: [Column]
  public var rows: [[Cell]]

  public init(_ caption: String, columns: [Column], rows: [[Cell]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }

  /// Fewer rows need no filter.
  private static let filterFrom = 8

  public func write(into writer: inout HTMLWriter) {
    writer.element(
      "div", .class("scroll"), .init("tabindex", "0"), .init("role", "group"), .label(caption)
    ) { box in
      box.element("table", .class(rows.count >= Self.filterFrom ? "sort filter" : "sort")) { table in
        table.element("caption") { $0.element("span", text: caption) }
        table.element("thead") { head in
          head.element("tr") { row in
            for column in columns {
              row.element("th", .init("scope", "col"), column.isNumber ? .class("n") : nil, text: column.title)
            }
          }
        }
        table.markup("\n")
        table.element("tbody") { body in
          for row in rows {
            body.element("tr") { line in
              for (index, cell) in row.enumerated() { write(cell, index, into: &line) }
            }
            body.markup("\n")
          }
        }
      }
    }
    writer.markup("\n")
  }

  private func write(_ cell: Cell, _ index: Int, into row: inout HTMLWriter) {
    let key = cell.key.map { HTMLWriter.Attribute.at("data-key", $0) }
    func content(_ writer: inout HTMLWriter) {
      if let share = cell.share { writer.meter(share) }
      writer.text(cell.text)
      if !cell.note.isEmpty { writer.element("span", .class("note"), text: cell.note) }
    }
    if index == 0 {
      row.element("th", .init("scope", "row"), .class(columns[index].isNumber ? "n" : "t"), key, body: content)
    } else {
      row.element("td", .class(columns[index].isNumber ? "n" : "t"), key, body: content)
    }
  }
}
