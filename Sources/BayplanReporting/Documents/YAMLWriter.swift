/// Prints a value as YAML in block style. Every string that could read as anything else is quoted.
public enum YAMLWriter {
  public static func text(_ value: DataValue) -> String {
    var result = ""
    write(value, indent: 0, into: &result)
    return result
  }

  /// Several documents, divided by `---`.
  public static func documents(_ values: [DataValue]) -> String { values.map(text).joined(separator: "---\n") }

  private static func write(_ value: DataValue, indent: Int, into result: inout String) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for (index, member) in members.enumerated() {
        if index > 0 { pad(indent, into: &result) }
        result += key(member.key)
        writeMember(member.value, indent: indent, into: &result)
      }
    case .array(let items) where !items.isEmpty:
      for (index, item) in items.enumerated() {
        if index > 0 { pad(indent, into: &result) }
        result += "- "
        write(item, indent: indent + 2, into: &result)
      }
    default: result += "\(scalar(value))\n"
    }
  }

  private static func writeMember(_ value: DataValue, indent: Int, into result: inout String) {
    switch value {
    case .object(let members) where !members.isEmpty:
      result += ":\n"
      pad(indent + 2, into: &result)
      write(value, indent: indent + 2, into: &result)
    case .array(let items) where !items.isEmpty:
      if items.allSatisfy({ !$0.isCompound }) && items.count > 1 {
        result += ": [\(items.map(scalar).joined(separator: ", "))]\n"
        return
      }
      result += ":\n"
      pad(indent, into: &result)
      write(value, indent: indent, into: &result)
    default: result += ": \(scalar(value))\n"
    }
  }

  private static func pad(_ indent: Int, into result: inout String) {
    for _ in 0..<indent { result += " " }
  }

  private static func key(_ text: String) -> String { isPlain(text) ? text : JSONWriter.compact(.string(text)) }

  private static func scalar(_ value: DataValue) -> String {
    if case .string(let text) = value, isPlain(text) { return text }
    return JSONWriter.compact(value)
  }

  /// Letters, digits and `-_./` only, starting with a letter, and no word with a meaning of its own.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first), let last = text.utf8.last else { return false }
    if [UInt8(ascii: "-"), UInt8(ascii: ".")].contains(last) { return false }
    if reserved.contains(text.lowercased()) { return false }
    return text.utf8.allSatisfy { byte in
      isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./".utf8.contains(byte)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static let reserved: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
  ]
}
