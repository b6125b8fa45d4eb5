import BayplanModel

/// A value of a YAML or JSON document that knows where it stood. The common ground of both languages: readers of
/// Kubernetes objects and Compose files see nothing else.
struct DocumentNode: Sendable {
  enum Content: Sendable {
    case null
    case bool(Bool)
    /// A number, kept as its text, so that `1e3` and 2^63 lose nothing.
    case number(String)
    case string(String)
    case sequence([DocumentNode])
    /// In the order of the text. Keys are unique; a YAML merge key (`<<`) is already resolved.
    case mapping([(key: String, value: DocumentNode)])
  }

  var content: Content
  var line: Int
  var column: Int
  /// An explicit YAML tag that is not a core one: `!reset`, `!override`.
  var tag: String?

  init(_ content: Content, line: Int, column: Int, tag: String? = nil) {
    self.content = content
    self.line = line
    self.column = column
    self.tag = tag
  }

  subscript(key: String) -> DocumentNode? {
    guard case .mapping(let pairs) = content else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  /// The text of a string, number or bool.
  var text: String? {
    switch content {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null, .sequence, .mapping: nil
    }
  }

  var isNull: Bool { if case .null = content { true } else { false } }

  /// What the value is, for messages: `a mapping`, `the string "abc"`.
  var kindDescription: String {
    switch content {
    case .null: "nothing"
    case .bool(let value): "\(value)"
    case .number(let text): "the number \(text)"
    case .string(let text): "the string \"\(text.prefix(40))\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
