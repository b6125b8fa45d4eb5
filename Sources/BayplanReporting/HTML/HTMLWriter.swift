import BayplanModel

/// HTML under construction. Only literals of the source code get in as markup (`StaticString`); whatever comes from the
/// input passes through `text`, an attribute's value or `island`, which escape it.
///
/// What it writes is well-formed XML, too: attributes always have a value, and empty elements are closed.
public struct HTMLWriter: Sendable {
  public struct Attribute: Sendable {
    let name: StaticString
    let lines: [String]

    public init(_ name: StaticString, _ value: String) {
      self.name = name
      lines = [value]
    }

    /// A value of several lines; a line break within one is spelled out as in all other text.
    public init(_ name: StaticString, lines: [String]) {
      self.name = name
      self.lines = lines
    }
  }

  private var bytes: [UInt8] = []

  public init() {}

  public var html: String { String(decoding: bytes, as: UTF8.self) }
  public var byteCount: Int { bytes.count }

  /// `<name …>body</name>`; attributes that are nil are left out.
  public mutating func element(
    _ name: StaticString, _ attributes: Attribute?..., body: (inout HTMLWriter) -> Void
  ) {
    open(name, attributes)
    body(&self)
    close(name)
  }

  /// `<name …>text</name>`
  public mutating func element(_ name: StaticString, _ attributes: Attribute?..., text: String) {
    open(name, attributes)
    self.text(text)
    close(name)
  }

  /// `<name … />`, for elements that have no content.
  public mutating func empty(_ name: StaticString, _ attributes: Attribute?...) {
    start(name, attributes)
    markup(" />")
  }

  /// Text of any origin: escaped, with control characters and bidirectional overrides spelled out.
  public mutating func text(_ text: String) { escape(text) }

  /// Markup that the source code spells out.
  public mutating func markup(_ literal: StaticString) {
    literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Data for scripts, `<script type="application/json">`. Nothing in it can end the element or begin another.
  public mutating func island(_ id: StaticString, _ value: DataValue) {
    markup("<script type=\"application/json\" id=\"")
    markup(id)
    markup("\">")
    for byte in JSONWriter.compact(Self.neutralized(value)).utf8 {
      switch byte {
      case UInt8(ascii: "<"): markup("\\u003c")
      case UInt8(ascii: ">"): markup("\\u003e")
      case UInt8(ascii: "&"): markup("\\u0026")
      default: bytes.append(byte)
      }
    }
    markup("</script>\n")
  }

  private static func neutralized(_ value: DataValue) -> DataValue {
    switch value {
    case .string(let text): .string(TextStyle.neutralized(text))
    case .array(let items): .array(items.map(neutralized))
    case .object(let members): .object(members.map { .init($0.key, neutralized($0.value)) })
    case .null, .bool, .integer, .number: value
    }
  }

  private mutating func start(_ name: StaticString, _ attributes: [Attribute?]) {
    markup("<")
    markup(name)
    for case let attribute? in attributes {
      markup(" ")
      markup(attribute.name)
      markup("=\"")
      for (index, line) in attribute.lines.enumerated() {
        if index > 0 { markup("&#10;") }
        escape(line)
      }
      markup("\"")
    }
  }

  private mutating func open(_ name: StaticString, _ attributes: [Attribute?]) {
    start(name, attributes)
    markup(">")
  }

  private mutating func close(_ name: StaticString) {
    markup("</")
    markup(name)
    markup(">")
  }

  private mutating func escape(_ text: String) {
    for byte in TextStyle.neutralized(text).utf8 {
      switch byte {
      case UInt8(ascii: "&"): markup("&amp;")
      case UInt8(ascii: "<"): markup("&lt;")
      case UInt8(ascii: ">"): markup("&gt;")
      case UInt8(ascii: "\""): markup("&quot;")
      case UInt8(ascii: "'"): markup("&#39;")
      default: bytes.append(byte)
      }
    }
  }
}

extension HTMLWriter.Attribute {
  static func `class`(_ value: String) -> Self { Self("class", value) }
  static func id(_ value: String) -> Self { Self("id", value) }
  static func label(_ value: String) -> Self { Self("aria-label", value) }
  /// A coordinate or length of a drawing, to a hundredth.
  static func at(_ name: StaticString, _ value: Double) -> Self { Self(name, HumanUnits.decimal(value, digits: 2)) }
  static let hidden = Self("aria-hidden", "true")
}
