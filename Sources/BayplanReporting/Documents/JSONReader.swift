import BayplanModel

/// Reads JSON (RFC 8259) into a value. Integers stay exact; a repeated key, deep nesting or trailing text is an error.
public struct JSONReader {
  /// Deeper nesting is refused, so that hostile input cannot exhaust the stack.
  static let maximumDepth = 256

  private let bytes: [UInt8]
  private let file: String
  private var index = 0

  /// - Throws: `InputError` naming file, line and column.
  public static func read(_ bytes: [UInt8], file: String) throws(InputError) -> DataValue {
    var reader = JSONReader(bytes: bytes, file: file)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    if reader.index < bytes.count { throw reader.problem("text follows after the end of the document") }
    return value
  }

  private init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  private func problem(_ message: String) -> InputError {
    let seen = bytes[..<min(index, bytes.count)]
    let line = seen.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    let column = seen.count - ((seen.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1) + 1
    return InputError(
      .syntax, at: SourceLocation(file: file, line: line, column: column), message,
      fix: index >= bytes.count ? "Maybe the file was cut off." : nil)
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(InputError) {
    skipSpace()
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else {
      throw problem("expected '\(character)'")
    }
    index += 1
  }

  private mutating func value(depth: Int) throws(InputError) -> DataValue {
    if depth > Self.maximumDepth { throw problem("nested more than \(Self.maximumDepth) levels deep") }
    skipSpace()
    guard index < bytes.count else { throw problem("the document ends where a value should be") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: DataValue) throws(InputError) -> DataValue {
    guard bytes[index...].starts(with: word.utf8) else { throw problem("expected a value") }
    index += word.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(InputError) -> DataValue {
    var members: [DataValue.Member] = []
    index += 1
    skipSpace()
    if index < bytes.count && bytes[index] == UInt8(ascii: "}") {
      index += 1
      return .object([])
    }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { throw problem("expected a key in quotes") }
      let key = try string()
      // Small objects only: large tables are lists in every document read here.
      if members.count < 64 && members.contains(where: { $0.key == key }) {
        throw problem("the key '\(key)' stands twice in one object")
      }
      try expect(":")
      members.append(DataValue.Member(key, try value(depth: depth + 1)))
      skipSpace()
      guard index < bytes.count else { throw problem("an object is never closed") }
      index += 1
      if bytes[index - 1] == UInt8(ascii: ",") { continue }
      if bytes[index - 1] == UInt8(ascii: "}") { return .object(members) }
      index -= 1
      throw problem("expected ',' or '}'")
    }
  }

  private mutating func array(depth: Int) throws(InputError) -> DataValue {
    var items: [DataValue] = []
    index += 1
    skipSpace()
    if index < bytes.count && bytes[index] == UInt8(ascii: "]") {
      index += 1
      return .array([])
    }
    while true {
      items.append(try value(depth: depth + 1))
      skipSpace()
      guard index < bytes.count else { throw problem("a list is never closed") }
      index += 1
      if bytes[index - 1] == UInt8(ascii: ",") { continue }
      if bytes[index - 1] == UInt8(ascii: "]") { return .array(items) }
      index -= 1
      throw problem("expected ',' or ']'")
    }
  }

  private mutating func number() throws(InputError) -> DataValue {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        index += 1
        continue
      default: break
      }
      break
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      index = start
      throw problem(text.isEmpty ? "expected a value" : "'\(text)' is not a number")
    }
    return .number(number)
  }
}

// MARK: - Strings

extension JSONReader {
  private mutating func string() throws(InputError) -> String {
    index += 1
    let start = index
    while index < bytes.count && bytes[index] != UInt8(ascii: "\"") && bytes[index] != UInt8(ascii: "\\") { index += 1 }
    guard index < bytes.count else { throw problem("a string is never closed") }
    if bytes[index] == UInt8(ascii: "\"") {
      index += 1
      return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
    }
    var result = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: result, as: UTF8.self) }
      if byte != UInt8(ascii: "\\") {
        result.append(byte)
        continue
      }
      guard index < bytes.count else { break }
      index += 1
      switch bytes[index - 1] {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "u"): result.append(contentsOf: try unicodeEscape().utf8)
      case let other where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(other):
        result.append(other)
      default: throw problem("an unknown escape in a string")
      }
    }
    throw problem("a string is never closed")
  }

  private mutating func unicodeEscape() throws(InputError) -> String {
    let first = try codeUnit()
    if UTF16.isLeadSurrogate(first), bytes[index...].starts(with: "\\u".utf8) {
      index += 2
      let second = try codeUnit()
      return String(decoding: [first, second], as: UTF16.self)
    }
    return String(decoding: [first], as: UTF16.self)
  }

  private mutating func codeUnit() throws(InputError) -> UInt16 {
    guard index + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
    else { throw problem("a \\u escape needs four hexadecimal digits") }
    index += 4
    return unit
  }
}
