import BayplanModel

/// Collects what is wrong and what is worth knowing, so that one run names every problem.
final class Diagnostics {
  private(set) var problems: [InputError.Problem] = []
  var notices: [Notice] = []
  /// What the problems that are no longer kept add up to: hostile input must not make reports endless.
  private var omitted = 0
  static let maximumProblems = 500

  func report(_ problem: InputError.Problem) {
    if problems.count < Self.maximumProblems { problems.append(problem) } else { omitted += 1 }
  }

  func report(allOf error: InputError) { error.problems.forEach(report) }

  /// The same so far, to go on without touching this one.
  func copy() -> Diagnostics {
    let copy = Diagnostics()
    copy.problems = problems
    copy.notices = notices
    copy.omitted = omitted
    return copy
  }

  func throwIfAny() throws(InputError) {
    if problems.isEmpty { return }
    var all = problems
    if omitted > 0 { all.append(.init(.limit, "\(omitted) further problems are not listed")) }
    throw InputError(all)
  }
}

/// The object that is being read, for messages.
final class ObjectScope {
  let file: String
  var object: String?
  let diagnostics: Diagnostics

  init(file: String, object: String?, diagnostics: Diagnostics) {
    self.file = file
    self.object = object
    self.diagnostics = diagnostics
  }

  func location(_ node: DocumentNode) -> SourceLocation {
    SourceLocation(file: file, line: node.line, column: node.column)
  }

  /// Adds a notice with the object as its example.
  func note(_ kind: Notice.Kind, _ message: String, at node: DocumentNode, count: Int = 1) {
    let example = [location(node).description, object].compactMap { $0 }.joined(separator: ": ")
    diagnostics.notices.note(kind, message, count: count, example: example)
  }
}

/// A value with its name and the object around it. Getters report what has the wrong type and give nil, so that
/// reading goes on; fields that nobody asks for are tolerated.
struct Field {
  let node: DocumentNode
  let key: String
  let scope: ObjectScope

  init(_ node: DocumentNode, key: String, scope: ObjectScope) {
    self.node = node
    self.key = key
    self.scope = scope
  }

  /// The mapping that a YAML text consists of.
  init(
    onlyDocumentOf text: String, file: String, object: String, _ diagnostics: Diagnostics, fix: String
  ) throws(InputError) {
    let documents = try YAMLReader.documents(text, file: file).filter { !$0.isNull }
    let scope = ObjectScope(file: file, object: object, diagnostics: diagnostics)
    guard documents.count == 1, let root = Field(documents[0], key: "document", scope: scope).mapping else {
      try diagnostics.throwIfAny()
      throw InputError(
        .unsupported, at: SourceLocation(file: file), "there are \(documents.count) documents, not one", fix: fix)
    }
    self = root
  }

  var location: SourceLocation { scope.location(node) }

  func report(_ message: String, fix: String? = nil) { report(.invalidValue, message, fix: fix) }

  func report(_ code: InputError.Code, _ message: String, fix: String? = nil) {
    scope.diagnostics.report(.init(code, at: location, object: scope.object, message, fix: fix))
  }

  func note(_ kind: Notice.Kind, _ message: String, count: Int = 1) {
    scope.note(kind, message, at: node, count: count)
  }

  /// A field of this mapping; nil where it is absent or null, as in Kubernetes.
  subscript(key: String) -> Field? {
    guard let child = node[key], !child.isNull else { return nil }
    return Field(child, key: key, scope: scope)
  }

  private func wrongType(_ expected: String, fix: String? = nil) {
    report("'\(key)' must be \(expected), not \(node.kindDescription)", fix: fix)
  }

  /// This value as a mapping, or nil and a problem.
  var mapping: Field? {
    if case .mapping = node.content { return self }
    wrongType("a mapping")
    return nil
  }

  func mapping(_ key: String) -> Field? { self[key]?.mapping }

  var items: [Field]? {
    guard case .sequence(let nodes) = node.content else {
      wrongType("a list", fix: "Begin each item with '- '.")
      return nil
    }
    return nodes.map { Field($0, key: key, scope: scope) }
  }

  /// The items of a list; empty where it is absent.
  func list(_ key: String) -> [Field] { self[key]?.items ?? [] }

  /// The items of a list of mappings.
  func mappings(_ key: String) -> [Field] { list(key).compactMap(\.mapping) }

  var string: String? {
    switch node.content {
    case .string(let text): return text
    case .number, .bool:
      wrongType("a string", fix: "Put quotes around it.")
    default: wrongType("a string")
    }
    return nil
  }

  func string(_ key: String) -> String? { self[key]?.string }

  func required(_ key: String) -> String? {
    guard let field = self[key] else {
      report(.missing, "'\(key)' is missing", fix: "Add '\(key)'.")
      return nil
    }
    return field.string
  }

  var bool: Bool? {
    if case .bool(let value) = node.content { return value }
    wrongType("true or false")
    return nil
  }

  func bool(_ key: String) -> Bool? { self[key]?.bool }

  func integer<Number: FixedWidthInteger>(in range: ClosedRange<Number>) -> Number? {
    guard case .number(let text) = node.content else {
      wrongType("a whole number", fix: "Write a number from \(range.lowerBound) to \(range.upperBound), no quotes.")
      return nil
    }
    guard let value = Int64(text) ?? Self.wholeNumber(text) else {
      report("'\(key)' must be a whole number, not \(text)")
      return nil
    }
    guard let number = Number(exactly: value), range.contains(number) else {
      report(
        "'\(key)' is \(text), outside \(range.lowerBound)...\(range.upperBound)",
        fix: "Take a number from \(range.lowerBound) to \(range.upperBound).")
      return nil
    }
    return number
  }

  /// `3.0` and `1e2` are whole numbers in JSON.
  private static func wholeNumber(_ text: String) -> Int64? {
    guard text.utf8.count < 32, let value = Double(text), value == value.rounded() else { return nil }
    return Int64(exactly: value)
  }

  func integer<Number: FixedWidthInteger>(_ key: String, in range: ClosedRange<Number>) -> Number? {
    self[key]?.integer(in: range)
  }

  /// One of a few words.
  func choice<Choice: RawRepresentable>(_ key: String, of type: Choice.Type, among known: [Choice]) -> Choice?
  where Choice.RawValue == String {
    guard let field = self[key], let text = field.string else { return nil }
    if let value = known.first(where: { $0.rawValue == text }) { return value }
    let names = known.map(\.rawValue).joined(separator: ", ")
    field.report("'\(key)' is '\(text.prefix(60))', which does not exist", fix: "Take one of \(names).")
    return nil
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    choice(key, of: type, among: Array(Choice.allCases))
  }

  /// A mapping of strings, such as labels. Numbers are refused, as Kubernetes refuses them.
  func strings(_ key: String) -> [String: String] {
    guard let field = mapping(key), case .mapping(let pairs) = field.node.content else { return [:] }
    var result: [String: String] = [:]
    result.reserveCapacity(pairs.count)
    for pair in pairs {
      if pair.value.isNull {
        result[pair.key] = ""
      } else if let text = Field(pair.value, key: pair.key, scope: scope).string {
        result[pair.key] = text
      }
    }
    return result
  }

  /// The pairs of a mapping as fields.
  var pairs: [Field] {
    guard case .mapping(let pairs) = node.content else { return [] }
    return pairs.filter { !$0.value.isNull }.map { Field($0.value, key: $0.key, scope: scope) }
  }
}
