/// One JSON object without objects in it, its values as texts: numbers as they are written, so that none is rounded, null
/// as the empty text, a list of strings joined by `|`.
enum FlatJSON {
  struct Failure: Error {
    var message: String
  }

  static func parse(_ line: Substring) throws(Failure) -> [(key: String, value: String)] {
    var scanner = Scanner(line)
    var result: [(key: String, value: String)] = []
    try scanner.expect("{")
    if !scanner.skip("}") {
      repeat {
        let key = try scanner.string()
        try scanner.expect(":")
        result.append((key, try scanner.value()))
      } while scanner.skip(",")
      try scanner.expect("}")
    }
    try scanner.finish()
    return result
  }

  private struct Scanner {
    private let bytes: [UInt8]
    private var place = 0

    init(_ line: Substring) { bytes = Array(line.utf8) }

    /// The next byte that is not white space.
    private mutating func next() -> UInt8? {
      while place < bytes.count, bytes[place] == 32 || (9...13).contains(bytes[place]) { place += 1 }
      return place < bytes.count ? bytes[place] : nil
    }

    private func failure(_ wanted: String) -> Failure {
      Failure(
        message: place < bytes.count
          ? "\(wanted) should stand at column \(place + 1)" : "the line ends where \(wanted) should stand")
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
      guard next() == UInt8(ascii: mark) else { return false }
      place += 1
      return true
    }

    mutating func expect(_ mark: Unicode.Scalar) throws(Failure) {
      if !skip(mark) { throw failure("'\(mark)'") }
    }

    mutating func finish() throws(Failure) {
      if next() != nil { throw failure("the end of the line") }
    }

    mutating func value() throws(Failure) -> String {
      switch next() {
      case UInt8(ascii: "\""): return try string()
      case UInt8(ascii: "["):
        place += 1
        if skip("]") { return "" }
        var parts: [String] = []
        repeat { parts.append(try string()) } while skip(",")
        try expect("]")
        return parts.joined(separator: "|")
      default:
        let start = place
        while place < bytes.count, isPlain(bytes[place]) { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        if word == "null" { return "" }
        if let first = word.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) { return word }
        place = start
        throw failure("a text, a number, null or a list of texts")
      }
    }

    /// What numbers and words are made of.
    private func isPlain(_ byte: UInt8) -> Bool {
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
      default: false
      }
    }

    mutating func string() throws(Failure) -> String {
      try expect("\"")
      var text: [UInt8] = []
      while place < bytes.count {
        let byte = bytes[place]
        place += 1
        if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
        if byte == UInt8(ascii: "\\") {
          text.append(contentsOf: String(try escape()).utf8)
        } else {
          text.append(byte)
        }
      }
      throw failure("'\"'")
    }

    private mutating func escape() throws(Failure) -> Character {
      guard place < bytes.count else { throw failure("an escape") }
      place += 1
      switch bytes[place - 1] {
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{C}"
      case UInt8(ascii: "u"):
        var unit = try hexadecimal()
        if (0xD800..<0xDC00).contains(unit), place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
          bytes[place + 1] == UInt8(ascii: "u")
        {
          place += 2
          let low = try hexadecimal()
          guard (0xDC00..<0xE000).contains(low) else { throw failure("the second half of a surrogate pair") }
          unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw failure("a whole surrogate pair") }
        return Character(scalar)
      case let other where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(other):
        return Character(Unicode.Scalar(other))
      default: throw failure("an escape of JSON")
      }
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
      guard place + 4 <= bytes.count,
        let value = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
      else { throw failure("four hexadecimal digits") }
      place += 4
      return value
    }
  }
}
