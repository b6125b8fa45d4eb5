import BayplanModel

/// A recursive-descent parser over bytes.
struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private let file: String
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  var isAtEnd: Bool { position >= bytes.count }
  var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }
  var place: (line: Int, column: Int) { (line, position - lineStart + 1) }

  func failure(_ message: String, code: InputError.Code = .syntax, fix: String? = nil) -> InputError {
    InputError(
      code, at: SourceLocation(file: file, line: line, column: position - lineStart + 1), message, fix: fix)
  }

  mutating func skipByteOrderMark() {
    if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF { position = 3 }
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0D: position += 1
      case 0x0A:
        position += 1
        line += 1
        lineStart = position
      default: return
      }
    }
  }

  private mutating func expect(_ byte: UInt8, _ what: String) throws(InputError) {
    guard position < bytes.count else { throw failure("the text ends where \(what) should stand") }
    guard bytes[position] == byte else {
      throw failure(
        "\(what) expected, not '\(String(decoding: bytes[position..<min(bytes.count, position + 1)], as: UTF8.self))'")
    }
    position += 1
  }

  mutating func parseValue(_ depth: Int) throws(InputError) -> DocumentNode {
    if depth > JSONReader.depthLimit {
      throw failure("nested deeper than \(JSONReader.depthLimit) levels", code: .limit)
    }
    let (line, column) = place
    switch peek {
    case UInt8(ascii: "{"):
      var pairs: [(key: String, value: DocumentNode)] = []
      try parseObject { (parser, key) throws(InputError) in pairs.append((key, try parser.parseValue(depth + 1))) }
      return DocumentNode(.mapping(pairs), line: line, column: column)
    case UInt8(ascii: "["):
      var items: [DocumentNode] = []
      try parseArray { (parser) throws(InputError) in items.append(try parser.parseValue(depth + 1)) }
      return DocumentNode(.sequence(items), line: line, column: column)
    case UInt8(ascii: "\""): return DocumentNode(.string(try parseString()), line: line, column: column)
    case UInt8(ascii: "t"): return try literal("true", .bool(true), line, column)
    case UInt8(ascii: "f"): return try literal("false", .bool(false), line, column)
    case UInt8(ascii: "n"): return try literal("null", .null, line, column)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return DocumentNode(.number(try parseNumber()), line: line, column: column)
    default:
      if isAtEnd { throw failure("the text ends where a value should stand", fix: "Maybe the file was cut off.") }
      throw failure("a value expected, not byte \(bytes[position])")
    }
  }

  private mutating func literal(
    _ word: StaticString, _ content: DocumentNode.Content, _ line: Int, _ column: Int
  ) throws(InputError) -> DocumentNode {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw failure("'\(word)' expected") }
    position += count
    return DocumentNode(content, line: line, column: column)
  }

  mutating func parseArray(_ element: (inout JSONParser) throws(InputError) -> Void) throws(InputError) {
    try expect(UInt8(ascii: "["), "'['")
    skipSpace()
    if peek == UInt8(ascii: "]") && !isAtEnd {
      position += 1
      return
    }
    while true {
      try element(&self)
      skipSpace()
      if !isAtEnd && peek == UInt8(ascii: "]") {
        position += 1
        return
      }
      try expect(UInt8(ascii: ","), "',' or ']'")
      skipSpace()
      if peek == UInt8(ascii: "]") { throw failure("a comma before ']'", fix: "Remove the trailing comma.") }
    }
  }

  mutating func parseObject(_ member: (inout JSONParser, String) throws(InputError) -> Void) throws(InputError) {
    try expect(UInt8(ascii: "{"), "'{'")
    skipSpace()
    if peek == UInt8(ascii: "}") && !isAtEnd {
      position += 1
      return
    }
    // Most objects are small; a set would cost more than it saves.
    var keys: [String] = []
    var many = Set<String>()
    while true {
      guard peek == UInt8(ascii: "\"") else {
        throw failure(
          "a key in double quotes expected", fix: peek == UInt8(ascii: "}") ? "Remove the trailing comma." : nil)
      }
      let key = try parseString()
      if keys.count < 16 ? keys.contains(key) : many.contains(key) {
        throw failure("the key '\(key)' stands twice in one object", code: .duplicate, fix: "Remove one of them.")
      }
      keys.append(key)
      if keys.count == 16 { many.formUnion(keys) } else if keys.count > 16 { many.insert(key) }
      skipSpace()
      try expect(UInt8(ascii: ":"), "':'")
      skipSpace()
      try member(&self, key)
      skipSpace()
      if !isAtEnd && peek == UInt8(ascii: "}") {
        position += 1
        return
      }
      try expect(UInt8(ascii: ","), "',' or '}'")
      skipSpace()
    }
  }

  private mutating func parseNumber() throws(InputError) -> String {
    let start = position
    func digits(_ position: inout Int) -> Int {
      let from = position
      while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 { position += 1 }
      return position - from
    }
    if peek == UInt8(ascii: "-") { position += 1 }
    let leadsWithZero = peek == UInt8(ascii: "0")
    let whole = digits(&position)
    if whole == 0 || (leadsWithZero && whole > 1) { throw failure("not a JSON number") }
    if peek == UInt8(ascii: ".") && !isAtEnd {
      position += 1
      if digits(&position) == 0 { throw failure("digits expected after the decimal point") }
    }
    if !isAtEnd, peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if !isAtEnd, peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      if digits(&position) == 0 { throw failure("digits expected in the exponent") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func parseString() throws(InputError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return try text(bytes[start..<position])
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      if byte < 0x20 { throw failure("a control character inside a string", fix: "Write it as an escape such as \\n.") }
      position += 1
    }
    throw failure("a string is never closed", fix: "Maybe the file was cut off.")
  }

  private func text(_ slice: Slice<UnsafeRawBufferPointer>) throws(InputError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw failure("a string is not valid UTF-8") }
    return text
  }

  private mutating func parseEscapedString(from start: Int) throws(InputError) -> String {
    var result = try text(bytes[start..<position])
    var plain = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        result += try text(bytes[plain..<position])
        position += 1
        return result
      }
      if byte < 0x20 { throw failure("a control character inside a string", fix: "Write it as an escape such as \\n.") }
      if byte != UInt8(ascii: "\\") {
        position += 1
        continue
      }
      result += try text(bytes[plain..<position])
      position += 1
      result.unicodeScalars.append(try parseEscape())
      plain = position
    }
    throw failure("a string is never closed", fix: "Maybe the file was cut off.")
  }

  private mutating func parseEscape() throws(InputError) -> Unicode.Scalar {
    let byte = peek
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try parseHex()
      if unit & 0xFC00 == 0xD800 {
        guard peek == UInt8(ascii: "\\"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
          throw failure("half of a surrogate pair")
        }
        position += 2
        let low = try parseHex()
        guard low & 0xFC00 == 0xDC00 else { throw failure("half of a surrogate pair") }
        return Unicode.Scalar(0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(low & 0x3FF))!
      }
      guard let scalar = Unicode.Scalar(UInt32(unit)) else { throw failure("half of a surrogate pair") }
      return scalar
    default: throw failure("an unknown escape")
    }
  }

  private mutating func parseHex() throws(InputError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard !isAtEnd, let digit = Character(Unicode.Scalar(peek)).hexDigitValue, peek < 128 else {
        throw failure("four hexadecimal digits expected after \\u")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}
