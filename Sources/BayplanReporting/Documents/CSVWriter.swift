/// Prints a table as CSV (RFC 4180) with raw numbers. A text cell that a spreadsheet would run as a formula is
/// disarmed by a leading apostrophe.
public enum CSVWriter {
  public enum Cell: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case empty
  }

  public static func text(header: [String], rows: [[Cell]]) -> String {
    var result = header.map(quoted).joined(separator: ",") + "\n"
    for row in rows { result += line(row) }
    return result
  }

  public static func line(_ row: [Cell]) -> String { row.map(field).joined(separator: ",") + "\n" }

  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): quoted(text)
    case .integer(let number): String(number)
    case .number(let number): "\(number)"
    case .empty: ""
    }
  }

  private static func quoted(_ text: String) -> String {
    // Whoever prints it on a terminal does not obey it.
    var text = TextStyle.neutralized(text, except: ["\n", "\r", "\t"])
    if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
    let needsQuotes = text.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) } || text.hasPrefix("'")
    return needsQuotes
      ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}
