/// A table before it has a form: the same cells for the terminal, Markdown and HTML.
public struct ReportTable: Sendable {
  public struct Column: Sendable {
    public var title: String
    /// Flush left; numbers stand flush right.
    public var isText: Bool

    public init(_ title: String, isText: Bool = false) {
      self.title = title
      self.isText = isText
    }
  }

  public var title: String
  public var columns: [Column]
  /// Names may be hostile: each form neutralizes them its own way.
  public var rows: [[String]]
  /// Sentences below.
  public var notes: [String]

  public init(_ title: String, columns: [Column], rows: [[String]] = [], notes: [String] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }

  func lines(_ style: TextStyle) -> [String] {
    var cells = [columns.map(\.title)] + rows
    for row in cells.indices {
      for column in columns.indices { cells[row][column] = style.name(cells[row][column], width: 44) }
    }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let lines = cells.map { row in
      var text = ""
      for (column, cell) in row.enumerated() {
        text += (columns[column].isText ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])) + "  "
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    return [style.paint(lines[0], .dim)] + lines.dropFirst()
      + notes.flatMap { style.wrapped($0) }.map { style.paint($0, .dim) }
  }

  func markdown() -> [String] {
    MarkdownTable.table(columns.map(\.title), isNumber: { !columns[$0].isText }, rows)
      + (notes.isEmpty ? [] : [""] + notes.map { "_\(MarkdownTable.cell($0))_" })
  }

  /// Numbers sort by what they begin with.
  func html(into page: inout HTMLWriter) {
    HTMLTable(
      title, columns: columns.map { $0.isText ? .text($0.title) : .number($0.title) },
      rows: rows.map { row in
        zip(row, columns).map { cell, column in column.isText ? .text(cell) : .init(cell, key: Self.number(cell)) }
      }
    ).write(into: &page)
    for note in notes { page.caption(note) }
  }

  private static func number(_ cell: String) -> Double? {
    let digits = cell.filter { $0 != "," }.prefix { $0.isNumber || "+-.".contains($0) }
    return Double(digits)
  }
}
