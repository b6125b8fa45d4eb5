import BayplanModel

#if YAML
  import Yams
#endif

/// YAML text as document nodes, through Yams: aliases and merge keys resolved, scalars typed as Kubernetes types them.
enum YAMLReader {
  /// The documents of a text; documents without content are left out.
  ///
  /// A text may expand through aliases to ten nodes per byte and no further, so that no alias bomb goes off; nesting
  /// ends at 1,000 levels (libyaml).
  /// - Throws: `InputError` with file, line and column.
  static func documents(_ text: String, file: String) throws(InputError) -> [DocumentNode] {
    #if YAML
      if let offset = text.utf8.firstIndex(of: 0) {
        let line = 1 + text.utf8[..<offset].count { $0 == UInt8(ascii: "\n") }
        throw InputError(.syntax, at: SourceLocation(file: file, line: line), "a NUL byte: this is not a text file")
      }
      var conversion = YAMLConversion(file: file, budget: 10_000 + 10 * text.utf8.count)
      var result: [DocumentNode] = []
      do {
        // The sequence ends at an error and keeps it.
        var nodes = try Yams.compose_all(yaml: text)
        while let node = nodes.next() {
          let document = try conversion.convert(node)
          if !document.isNull { result.append(document) }
        }
        if let error = nodes.error { throw error }
      } catch let error as InputError {
        throw error
      } catch {
        throw problem(error, text: text, file: file)
      }
      return result
    #else
      throw InputError(
        .unsupported, at: SourceLocation(file: file), "this build reads no YAML",
        fix: "Build with the package trait YAML, or convert the file to JSON.")
    #endif
  }

  #if YAML
    private static func problem(_ error: any Error, text: String, file: String) -> InputError {
      guard let error = error as? YamlError else {
        return InputError(.syntax, at: SourceLocation(file: file), "\(error)")
      }
      func at(_ mark: Mark) -> SourceLocation { SourceLocation(file: file, line: mark.line, column: mark.column) }
      switch error {
      case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        let told = context.map { " (\($0.text))" } ?? ""
        return InputError(.syntax, at: at(mark), problem + told, fix: hint(text, line: mark.line))
      case .duplicatedKeysInMapping(let duplicates, let context):
        let keys = duplicates.sorted().joined(separator: "', '")
        // The mark of the error is the mapping's; the second occurrence is what the reader looks for.
        let line = secondLine(of: duplicates.first, in: text, from: context.mark.line)
        return InputError(
          .duplicate, at: SourceLocation(file: file, line: line ?? context.mark.line),
          "the key '\(keys)' stands twice in one mapping", fix: "Remove one of them.")
      case .reader(let problem, let offset, _, _):
        let line = offset.map { offset in 1 + text.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") } }
        return InputError(
          .syntax, at: SourceLocation(file: file, line: line ?? 1), problem, fix: "Maybe this is not a text file.")
      default:
        return InputError(.syntax, at: SourceLocation(file: file), "\(error)")
      }
    }

    /// What often lies behind a syntax error on the line or just above it.
    private static func hint(_ text: String, line: Int) -> String? {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let near = lines[max(0, min(lines.count, line) - 2)..<min(lines.count, max(1, line))]
      if near.contains(where: { $0.contains("{{") }) {
        return "Maybe this is a template: render it first, for example with helm template."
      }
      if near.contains(where: { $0.prefix { $0 == " " || $0 == "\t" }.contains("\t") }) {
        return "YAML is indented with spaces, not tabs."
      }
      return nil
    }

    private static func secondLine(of key: String?, in text: String, from line: Int) -> Int? {
      guard let key else { return nil }
      var indent: Int?
      for (number, content) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      where number + 1 >= line {
        let body = content.drop { $0 == " " || $0 == "-" }
        guard body.hasPrefix(key + ":") || body.hasPrefix("\"\(key)\":") else { continue }
        let column = content.count - body.count
        if indent == column { return number + 1 }
        indent = indent ?? column
      }
      return nil
    }
  #endif
}

#if YAML
  /// Turns composed nodes into document nodes.
  private struct YAMLConversion {
    let file: String
    var budget: Int

    mutating func convert(_ node: Yams.Node) throws(InputError) -> DocumentNode {
      let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
      budget -= 1
      if budget < 0 {
        throw InputError(
          .limit, at: SourceLocation(file: file, line: line),
          "aliases expand the document beyond ten nodes per byte: an alias bomb", fix: "Write the values out.")
      }
      switch node {
      case .scalar(let scalar):
        let (content, tag) = YAMLScalar.content(scalar.string, isPlain: scalar.style == .plain, tag: node.tag.rawValue)
        return DocumentNode(content, line: line, column: column, tag: tag)
      case .sequence(let sequence):
        var items: [DocumentNode] = []
        for item in sequence { items.append(try convert(item)) }
        return DocumentNode(.sequence(items), line: line, column: column, tag: YAMLScalar.own(node.tag.rawValue))
      case .mapping(let mapping):
        return DocumentNode(
          .mapping(try pairs(mapping)), line: line, column: column, tag: YAMLScalar.own(node.tag.rawValue))
      case .alias(let alias):
        throw InputError(
          .syntax, at: SourceLocation(file: file, line: line), "the alias '*\(alias.anchor.rawValue)' has no anchor")
      }
    }

    private mutating func pairs(_ mapping: Yams.Node.Mapping) throws(InputError) -> [(key: String, value: DocumentNode)]
    {
      var result: [(key: String, value: DocumentNode)] = []
      var merged: [(key: String, value: DocumentNode)] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw InputError(
            .syntax, at: SourceLocation(file: file, line: key.mark?.line, column: key.mark?.column),
            "a key must be a plain value, not a list or mapping",
            fix: "Maybe a template placeholder like {{ name }} lacks quotes: render the template first.")
        }
        let node = try convert(value)
        if name == "<<" && key.scalar?.style == .plain {
          merged += try mergePairs(node)
        } else {
          result.append((name, node))
        }
      }
      // What is written out wins; of several merged mappings, the earlier.
      var seen = Set(result.map(\.key))
      for pair in merged where seen.insert(pair.key).inserted { result.append(pair) }
      return result
    }

    private func mergePairs(_ node: DocumentNode) throws(InputError) -> [(key: String, value: DocumentNode)] {
      switch node.content {
      case .mapping(let pairs): return pairs
      case .sequence(let items):
        var result: [(key: String, value: DocumentNode)] = []
        for item in items { result += try mergePairs(item) }
        return result
      default:
        throw InputError(
          .syntax, at: SourceLocation(file: file, line: node.line, column: node.column),
          "the merge key << takes a mapping or a list of mappings, not \(node.kindDescription)")
      }
    }
  }
#endif

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
    // Yams resolves implicit tags of plain scalars by its own rules; only `!!str` is telling, and only where the text
    // would otherwise be typed.
    if !isPlain { return (.string(text), nil) }
    if ["", "~", "null", "Null", "NULL"].contains(text) { return (.null, nil) }
    if text.count > 1, trues.contains(text) { return (.bool(true), nil) }
    if text.count > 1, falses.contains(text) { return (.bool(false), nil) }
    if tag == prefix + "str" { return (.string(text), nil) }
    return (isNumber(text) ? .number(text) : .string(text), nil)
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
