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
    return number(text).map { .number($0) } ?? .string(text)
  }

  /// The number that a text stands for, in decimal; nil where it is none.
  ///
  /// As in sigs.k8s.io/yaml, goyaml.v2/resolve.go: underscores do not count, `strconv.ParseInt` with base 0 takes
  /// `0x`, `0o` and `0b`, and a leading zero as octal (010 is 8); what it refuses may still be a float (018 is 18).
  private static func number(_ text: String) -> String? {
    switch text.utf8.first ?? 0 {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): break
    default: return nil
    }
    let plain = text.utf8.first == UInt8(ascii: ".") ? text : text.replacing("_", with: "")
    return integer(plain) ?? (isDecimal(plain) ? plain : nil)
  }

  /// An integer that does not begin like a decimal one.
  private static func integer(_ text: String) -> String? {
    var digits = Substring(text)
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits = digits.dropFirst() }
    guard digits.first == "0", digits.utf8.count > 1 else { return nil }
    digits = digits.dropFirst()
    var radix = 8
    if let base: Int = ["x": 16, "X": 16, "o": 8, "O": 8, "b": 2, "B": 2][digits.first!] {
      radix = base
      digits = digits.dropFirst()
    }
    // `UInt64` itself would take a further sign.
    guard digits.first?.isHexDigit == true, let value = UInt64(digits, radix: radix) else { return nil }
    return isNegative && value > 0 ? "-\(value)" : String(value)
  }

  /// Decimal integers and floats, infinities.
  private static func isDecimal(_ text: String) -> Bool {
    var rest = Substring(text)
    if let sign = rest.first, sign == "-" || sign == "+" { rest = rest.dropFirst() }
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(rest) { return true }
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
