/// Builds YAML text in block style, in the order of the calls. Empty mappings and lists are left out.
struct YAMLText {
  private(set) var text = ""
  private var indentation = 0
  /// The next line begins a list item.
  private var isItemStart = false

  mutating func document(version: String, kind: String) {
    if !text.isEmpty { text += "---\n" }
    line("apiVersion: \(version)")
    line("kind: \(kind)")
  }

  private mutating func line(_ content: String) {
    if isItemStart {
      text += String(repeating: " ", count: indentation - 2) + "- " + content + "\n"
      isItemStart = false
    } else {
      text += String(repeating: " ", count: indentation) + content + "\n"
    }
  }

  mutating func string(_ key: String, _ value: String) { line("\(Self.quoted(key)): \(Self.quoted(value))") }
  mutating func number(_ key: String, _ value: Int64) { line("\(key): \(value)") }
  mutating func bool(_ key: String, _ value: Bool) { line("\(key): \(value)") }

  mutating func strings(_ key: String, _ values: [String: String]) {
    if values.isEmpty { return }
    mapping(key) { out in
      for (name, value) in values.sorted(by: { $0.key < $1.key }) { out.string(name, value) }
    }
  }

  mutating func list(_ key: String, _ values: [String]) {
    if values.isEmpty { return }
    line("\(key): [\(values.map(Self.quoted).joined(separator: ", "))]")
  }

  mutating func mapping(_ key: String, keepsEmpty: Bool = false, _ body: (inout YAMLText) -> Void) {
    let wasItemStart = isItemStart
    let start = text.utf8.count
    line("\(key):")
    let length = text.utf8.count
    indentation += 2
    body(&self)
    indentation -= 2
    if text.utf8.count == length {
      // Taken back at the end, so that long texts are not copied. Keys are ASCII.
      text.removeLast(length - start)
      isItemStart = wasItemStart
      if keepsEmpty { line("\(key): {}") }
    }
  }

  mutating func items<Element>(_ key: String, _ elements: [Element], _ body: (inout YAMLText, Element) -> Void) {
    if elements.isEmpty { return }
    line("\(key):")
    indentation += 2
    for element in elements {
      isItemStart = true
      body(&self, element)
      if isItemStart {
        // Nothing was written: the item is the empty mapping.
        line("{}")
      }
    }
    indentation -= 2
  }

  /// Plain where no YAML reader could take it for anything else, otherwise in double quotes.
  static func quoted(_ text: String) -> String {
    let isPlain =
      text.utf8.first.map { (65...90).contains($0) || (97...122).contains($0) } == true
      && text.utf8.allSatisfy { byte in
        (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
          || byte == 47 || byte == 95
      }
    let reserved: Set<String> = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"]
    if isPlain && !reserved.contains(text.lowercased()) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
