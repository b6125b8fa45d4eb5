/// Types of plain scalars, as the YAML library of Kubernetes sees them (YAML 1.1 booleans, no base-60 numbers).
enum YAMLScalar {
  private static let prefix = "tag:yaml.org,2002:"
  private static let trues: Set<String> = [
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
  ]
  private static let falses: Set<String> = [
    "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
  ]

  /// A tag that is not one of YAML's own.
  static func own(_ tag: String) -> String? { tag.isEmpty || tag.hasPrefix(prefix) || tag == "!" ? nil : tag }

  static func content(_ text: String, isPlain: Bool, tag: String) -> (DocumentNode.Content, tag: String?) {
    if let own = own(tag) { return (text.isEmpty ? .null : .string(text), own) }
    switch tag.dropFirst(prefix.count) {
    // No tag: the parser gives quoted text that of a string.
    case "" where isPlain: return (typed(text), nil)
    case "int", "float", "bool": return (typed(text), nil)
    case "null": return (.null, nil)
    default: return (.string(text), nil)
    }
  }

  private static func typed(_ text: String) -> DocumentNode.Content {
    if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
    if text.utf8.count > 1, trues.contains(text) { return .bool(true) }
    if text.utf8.count > 1, falses.contains(text) { return .bool(false) }
    return isNumber(text) ? .number(text) : .string(text)
  }

  /// Decimal integers and floats, `0x` and `0o` integers, infinities.
  static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text)
    if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(rest) { return true }
    if rest.hasPrefix("0x") { return rest.count > 2 && rest.dropFirst(2).allSatisfy(\.isHexDigit) }
    if rest.hasPrefix("0o") { return rest.count > 2 && rest.dropFirst(2).allSatisfy { ("0"..."7").contains($0) } }
    func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = Substring()
    if rest.first == "." {
      fraction = rest.dropFirst().prefix(while: isDigit)
      rest = rest.dropFirst(1 + fraction.count)
    }
    if whole.isEmpty && fraction.isEmpty { return false }
    if rest.isEmpty { return true }
    guard rest.first == "e" || rest.first == "E" else { return false }
    rest = rest.dropFirst()
    if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }
}
