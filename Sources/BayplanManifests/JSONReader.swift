import BayplanModel

/// JSON bytes as document nodes, value by value, so that a list of any length is read in bounded memory.
///
/// Strict RFC 8259 plus what makes input trustworthy: keys are unique, strings are valid UTF-8, nesting ends at 500
/// levels, numbers keep their text. Several values in a row (JSON lines) are several documents. Linear time.
enum JSONReader {
  static let depthLimit = 500

  /// Calls `body` with each document. The members of a top-level array, and of the `items` array of a top-level
  /// object, are documents of their own and are handed out as they are read; the rest of such an object is checked
  /// and dropped, apart from what it says of its items.
  /// - Throws: `InputError` with line and column, or what `body` throws.
  static func forEachDocument(
    in bytes: UnsafeRawBufferPointer, file: String, _ body: (DocumentNode, ListedType?) throws(InputError) -> Void
  ) throws(InputError) {
    var parser = JSONParser(bytes: bytes, file: file)
    parser.skipByteOrderMark()
    parser.skipSpace()
    while !parser.isAtEnd {
      switch parser.peek {
      case UInt8(ascii: "["):
        try parser.parseArray { (parser) throws(InputError) in try body(parser.parseValue(1), nil) }
      case UInt8(ascii: "{"): try streamObject(&parser, body)
      default: try body(parser.parseValue(0), nil)
      }
      parser.skipSpace()
    }
  }

  private static func streamObject(
    _ parser: inout JSONParser, _ body: (DocumentNode, ListedType?) throws(InputError) -> Void
  ) throws(InputError) {
    let start = parser
    let (line, column) = parser.place
    var pairs: [(key: String, value: DocumentNode)] = []
    var streamed = false
    // Found when the first item needs it: keys come in any order, so that takes a pass of its own over the object.
    var listedType: ListedType??
    try parser.parseObject { (parser, key) throws(InputError) in
      guard key == "items" && parser.peek == UInt8(ascii: "[") else {
        pairs.append((key, try parser.parseValue(1)))
        return
      }
      streamed = true
      try parser.parseArray { (parser) throws(InputError) in
        let item = try parser.parseValue(2)
        if listedType == nil && item["kind"] == nil { listedType = .some(self.listedType(of: start)) }
        try body(item, listedType ?? nil)
      }
    }
    if !streamed { try body(DocumentNode(.mapping(pairs), line: line, column: column), nil) }
  }

  /// What the object at which the parser stands says of its items.
  private static func listedType(of list: JSONParser) -> ListedType? {
    var parser = list
    var texts: [String: String] = [:]
    // An error is reported where the object is read.
    try? parser.parseObject { (parser, key) throws(InputError) in
      if key == "items" && parser.peek == UInt8(ascii: "[") {
        try parser.parseArray { (parser) throws(InputError) in _ = try parser.parseValue(2) }
      } else {
        texts[key] = try parser.parseValue(1).text
      }
    }
    return ListedType(listKind: texts["kind"], version: texts["apiVersion"])
  }
}

/// What a typed list such as a PodList says once for all items: the API server leaves it out of them.
struct ListedType {
  let kind: String
  let version: String

  init?(listKind: String?, version: String?) {
    guard let listKind, listKind.hasSuffix("List"), listKind != "List" else { return nil }
    kind = String(listKind.dropLast(4))
    self.version = version ?? "v1"
  }
}
