/// Prints a value as JSON: objects over several lines, the elements of long lists one to a line.
///
/// Written by hand because a plan of 50,000 pods is printed in one go; the layout keeps `diff` and `head` useful.
public enum JSONWriter {
  public static func text(_ value: DataValue) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1 << 16)
    write(value, depth: 0, into: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// On one line.
  public static func compact(_ value: DataValue) -> String {
    var bytes: [UInt8] = []
    writeCompact(value, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Objects down to this depth are spread over lines.
  private static let spreadDepth = 2

  private static func write(_ value: DataValue, depth: Int, into bytes: inout [UInt8]) {
    switch value {
    case .object(let members) where depth < spreadDepth && !members.isEmpty:
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(depth + 1, into: &bytes)
        writeString(member.key, into: &bytes)
        bytes.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
        write(member.value, depth: depth + 1, into: &bytes)
      }
      newLine(depth, into: &bytes)
      bytes.append(UInt8(ascii: "}"))
    case .array(let items) where depth <= spreadDepth && items.contains(where: \.isCompound):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        newLine(depth + 1, into: &bytes)
        writeCompact(item, into: &bytes)
      }
      newLine(depth, into: &bytes)
      bytes.append(UInt8(ascii: "]"))
    default: writeCompact(value, into: &bytes)
    }
  }

  private static func newLine(_ depth: Int, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * depth) { bytes.append(UInt8(ascii: " ")) }
  }

  private static func writeCompact(_ value: DataValue, into bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let number): writeInteger(number, into: &bytes)
    case .number(let number): bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
    case .string(let text): writeString(text, into: &bytes)
    case .array(let items):
      bytes.append(UInt8(ascii: "["))
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        writeCompact(item, into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(contentsOf: [UInt8(ascii: ","), UInt8(ascii: " ")]) }
        writeString(member.key, into: &bytes)
        bytes.append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
        writeCompact(member.value, into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func writeInteger(_ number: Int64, into bytes: inout [UInt8]) {
    if number >= 0 && number < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(number))
    } else {
      bytes.append(contentsOf: String(number).utf8)
    }
  }

  private static let hexadecimal = Array("0123456789abcdef".utf8)

  private static func writeString(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { source in
      for byte in source {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
        case UInt8(ascii: "\n"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case UInt8(ascii: "\t"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
        case 0..<0x20, 0x7F:
          bytes.append(contentsOf: "\\u00".utf8)
          bytes.append(hexadecimal[Int(byte >> 4)])
          bytes.append(hexadecimal[Int(byte & 15)])
        default: bytes.append(byte)
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension DataValue {
  var isCompound: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
