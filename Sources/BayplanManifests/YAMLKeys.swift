/// Looks for explicit keys (`? key`) within explicit keys, before the parser does.
///
/// No reader takes a list or a mapping as a key, but Yams hashes each one before that can be said, those inside it
/// included: with 900 levels half a megabyte takes minutes. Text that only looks like keys may be counted too, so
/// that the limit is far from anything in use.
enum YAMLKeys {
  /// The line on which keys are nested too deep for the size of the text.
  static func firstDeepLine(in text: String) -> Int? {
    let limit = max(16, (1 << 25) / max(1, text.utf8.count))
    guard text.utf8.contains(UInt8(ascii: "?")) else { return nil }
    /// Of the block keys around.
    var columns: [Int] = []
    /// Flow style knows no columns; such keys are taken to be nested.
    var flowKeys = 0
    var line = 1
    var column = 0
    var previous = UInt8(ascii: "\n")
    /// The last byte of the line that is no blank.
    var mark = previous
    for byte in text.utf8 {
      // `?` counts once a blank follows.
      if previous == UInt8(ascii: "?"), byte <= 0x20 {
        switch mark {
        case UInt8(ascii: "\n"), UInt8(ascii: "?"), UInt8(ascii: "-"), UInt8(ascii: ":"):
          while let last = columns.last, last >= column { columns.removeLast() }
          columns.append(column)
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","): flowKeys += 1
        default: break
        }
        if columns.count + flowKeys > limit { return line }
      }
      if previous > 0x20 { mark = previous }
      column += 1
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 0
        mark = byte
      }
      previous = byte
    }
    return nil
  }
}
