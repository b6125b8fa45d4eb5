import BayplanModel

/// A comma-separated table with a header (RFC 4180: quotes, doubled quotes, CRLF), each row with its line number.
public struct CSVTable: Sendable {
  public struct Row: Sendable {
    public var line: Int
    public var fields: [String]
  }

  public let file: String
  public let header: [String]
  public let rows: [Row]

  /// - Throws: `InputError` naming the line of an open quote or of a row whose field count differs from the header's.
  public init(_ text: String, file: String) throws(InputError) {
    var problems: [InputError.Problem] = []
    var rows = Self.parse(text, file: file, problems: &problems)
    guard !rows.isEmpty else { throw InputError(.empty, at: SourceLocation(file: file), "the table has no header") }
    var header = rows.removeFirst().fields
    if let first = header.first, first.unicodeScalars.first == "\u{FEFF}" {
      header[0] = String(first.unicodeScalars.dropFirst())
    }
    for row in rows where row.fields.count != header.count {
      problems.append(
        .init(
          .syntax, at: SourceLocation(file: file, line: row.line),
          "the row has \(row.fields.count) fields, the header \(header.count)",
          fix: "Maybe a field with a comma lacks quotes, or the line was cut off."))
    }
    if !problems.isEmpty { throw InputError(problems) }
    self.file = file
    self.header = header
    self.rows = rows
  }

  public func column(_ name: String) -> Int? { header.firstIndex(of: name) }

  private static func parse(_ text: String, file: String, problems: inout [InputError.Problem]) -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var line = 1
    var start = 1
    var isQuoted = false
    var wasQuoted = false
    func endRow() {
      fields.append(String(decoding: field, as: UTF8.self))
      if fields != [""] || wasQuoted { rows.append(Row(line: start, fields: fields)) }
      fields = []
      field = []
      wasQuoted = false
    }
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte == UInt8(ascii: "\"") {
          if index < bytes.count && bytes[index] == UInt8(ascii: "\"") {
            field.append(byte)
            index += 1
          } else {
            isQuoted = false
          }
        } else {
          if byte == UInt8(ascii: "\n") { line += 1 }
          field.append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty:
        isQuoted = true
        wasQuoted = true
      case UInt8(ascii: ","):
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      case UInt8(ascii: "\r") where index < bytes.count && bytes[index] == UInt8(ascii: "\n"): continue
      case UInt8(ascii: "\n"):
        endRow()
        line += 1
        start = line
      default: field.append(byte)
      }
    }
    if isQuoted {
      problems.append(.init(.syntax, at: SourceLocation(file: file, line: start), "a quoted field is never closed"))
    }
    if !field.isEmpty || !fields.isEmpty { endRow() }
    return rows
  }
}
