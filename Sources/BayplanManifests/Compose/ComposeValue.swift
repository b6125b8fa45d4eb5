import BayplanModel

/// A value of a Compose file that knows its file: merging brings values of several files together.
struct ComposeValue: Sendable {
  enum Content: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case list([ComposeValue])
    case mapping([Pair])
  }

  struct Pair: Sendable {
    var key: String
    var value: ComposeValue
  }

  var content: Content
  var location: SourceLocation
  /// `!reset` or `!override`.
  var tag: String?
  /// A variable in it is not set: where the text cannot be used, that is why.
  var isHollow = false

  init(_ content: Content, at location: SourceLocation, tag: String? = nil) {
    self.content = content
    self.location = location
    self.tag = tag
  }

  init(_ node: DocumentNode, file: String) {
    location = SourceLocation(file: file, line: node.line, column: node.column)
    tag = node.tag
    content =
      switch node.content {
      case .null: .null
      case .bool(let value): .bool(value)
      case .number(let text): .number(text)
      case .string(let text): .string(text)
      case .sequence(let nodes): .list(nodes.map { ComposeValue($0, file: file) })
      case .mapping(let pairs): .mapping(pairs.map { Pair(key: $0.key, value: ComposeValue($0.value, file: file)) })
      }
  }

  var isReset: Bool { tag == "!reset" }
  var isNull: Bool { if case .null = content { true } else { false } }

  /// The text of a string, number or bool.
  var text: String? {
    switch content {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null, .list, .mapping: nil
    }
  }

  /// Null counts as an empty list.
  var list: [ComposeValue]? {
    switch content {
    case .list(let values): values
    case .null: []
    default: nil
    }
  }

  /// Null counts as an empty mapping.
  var pairs: [Pair]? {
    switch content {
    case .mapping(let pairs): pairs
    case .null: []
    default: nil
    }
  }

  /// A scalar as a list of one.
  var listOrScalar: [ComposeValue]? { text == nil ? list : [self] }

  subscript(key: String) -> ComposeValue? {
    get {
      guard case .mapping(let pairs) = content else { return nil }
      let found = pairs.first { $0.key == key }?.value
      return found?.isReset == true ? nil : found
    }
    set {
      guard case .mapping(var pairs) = content else { return }
      let index = pairs.firstIndex { $0.key == key }
      if let newValue, let index {
        pairs[index].value = newValue
      } else if let newValue {
        pairs.append(Pair(key: key, value: newValue))
      } else if let index {
        pairs.remove(at: index)
      }
      content = .mapping(pairs)
    }
  }

  /// The value at a path of keys.
  func at(_ path: String...) -> ComposeValue? {
    var value: ComposeValue? = self
    for key in path { value = value?[key] }
    return value
  }

  var kindDescription: String {
    switch content {
    case .null: "nothing"
    case .bool(let value): "\(value)"
    case .number(let text): "the number \(text)"
    case .string(let text): "the string \"\(text.prefix(40))\""
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// Without everything that `!reset` takes away.
  func strippingResets() -> ComposeValue {
    var result = self
    switch content {
    case .list(let values): result.content = .list(values.filter { !$0.isReset }.map { $0.strippingResets() })
    case .mapping(let pairs):
      result.content = .mapping(
        pairs.filter { !$0.value.isReset }.map { Pair(key: $0.key, value: $0.value.strippingResets()) })
    default: break
    }
    return result
  }

  /// Equal apart from where they stand.
  func isSame(as other: ComposeValue) -> Bool {
    switch (content, other.content) {
    case (.list(let left), .list(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    case (.mapping(let left), .mapping(let right)):
      let values = Dictionary(right.map { ($0.key, $0.value) }) { $1 }
      return left.count == right.count && left.allSatisfy { pair in values[pair.key]?.isSame(as: pair.value) ?? false }
    case (.null, .null): return true
    default: return text != nil && text == other.text
    }
  }
}

/// What is found while Compose files are read.
struct ComposeDiagnostics: Sendable {
  private(set) var problems: [InputError.Problem] = []
  var notices: [Notice] = []
  /// A file may be read several times, but each problem is told once.
  private var known: Set<InputError.Problem> = []

  mutating func report(_ problem: InputError.Problem) {
    if known.insert(problem).inserted { problems.append(problem) }
  }

  mutating func report(
    _ code: InputError.Code, at location: SourceLocation?, _ object: String?, _ message: String, fix: String? = nil
  ) {
    report(.init(code, at: location, object: object, message, fix: fix))
  }

  /// Refuses a value; one that an unset variable left unusable is only ignored.
  mutating func refuse(_ value: ComposeValue, _ object: String?, _ message: String, fix: String? = nil) {
    if value.isHollow {
      notices.note(
        .warning, "A variable that is not set leaves a value unusable: it is ignored.",
        example: [value.location.description, object].compactMap { $0 }.joined(separator: ": "))
    } else {
      report(.invalidValue, at: value.location, object, message, fix: fix)
    }
  }

  /// Takes over what another one found.
  mutating func absorb(_ other: ComposeDiagnostics) {
    other.problems.forEach { report($0) }
    for notice in other.notices {
      notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
    }
  }

  mutating func note(_ kind: Notice.Kind, _ message: String, at location: SourceLocation, _ object: String? = nil) {
    notices.note(
      kind, message, example: [location.description, object].compactMap { $0 }.joined(separator: ": "))
  }
}
