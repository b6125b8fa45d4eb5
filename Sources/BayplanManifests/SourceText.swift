import BayplanModel

/// Bytes as text.
enum SourceText {
  /// The text without a byte order mark.
  /// - Throws: `InputError` with the line of the first byte that no text has.
  static func decode(_ bytes: UnsafeRawBufferPointer, file: String) throws(InputError) -> String {
    if let zero = bytes.firstIndex(of: 0) {
      throw InputError(
        .syntax, at: SourceLocation(file: file, line: line(of: zero, in: bytes)),
        "the file has a NUL byte: it is binary, or text in UTF-16", fix: "Give a text file in UTF-8.")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputError(
        .syntax, at: SourceLocation(file: file, line: firstInvalidLine(of: bytes)), "the file is not UTF-8 text",
        fix: "Save it as UTF-8.")
    }
    return text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
  }

  private static func line(of offset: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
  }

  /// No character of UTF-8 has a line feed in it, so text is invalid where one of its lines is.
  private static func firstInvalidLine(of bytes: UnsafeRawBufferPointer) -> Int {
    var start = 0
    var line = 1
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")),
      String(validating: bytes[start..<end], as: UTF8.self) != nil
    {
      start = end + 1
      line += 1
    }
    return line
  }
}
