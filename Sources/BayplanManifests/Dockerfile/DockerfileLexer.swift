import BayplanModel

/// One instruction of a Dockerfile: continuations joined, comments taken out, here-documents attached.
struct DockerfileLine: Sendable {
  /// Upper-case, as documented: `RUN`.
  var keyword: String
  /// All that follows the keyword, trimmed.
  var rest: String
  /// Where the instruction begins, from 1.
  var line: Int
  var heredocs: [Heredoc] = []

  struct Heredoc: Sendable, Equatable {
    var name: String
    var content: String
    /// The name was quoted: variables in the content are left alone.
    var isLiteral: Bool
  }
}

/// Cuts a Dockerfile into instructions, as BuildKit's parser does.
struct DockerfileLexer {
  let file: String
  private let lines: [Substring]
  /// The character that continues a line and escapes the next one: a backslash, or a backtick by directive.
  private(set) var escape: Character = "\\"
  private(set) var directives: [String: String] = [:]
  private(set) var problems: [InputError.Problem] = []
  private(set) var instructions: [DockerfileLine] = []

  init(_ text: String, file: String) {
    self.file = file
    var text = text[...]
    if text.first == "\u{FEFF}" { text = text.dropFirst() }
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let first = readDirectives()
    readInstructions(from: first)
  }

  /// Directives stand at the very top; the first line that is none ends them.
  /// - Returns: The index of the first line that is not a directive.
  private mutating func readDirectives() -> Int {
    for (index, line) in lines.enumerated() {
      guard let (key, value) = directive(in: line), ["syntax", "escape", "check"].contains(key) else { return index }
      if directives.updateValue(value, forKey: key) != nil {
        report(.duplicate, index, "#", "the directive '\(key)' is given twice", fix: "Keep one of them.")
      } else if key == "escape" {
        if value == "\\" || value == "`" {
          escape = value.first ?? "\\"
        } else {
          report(
            .invalidValue, index, "#", "the escape character '\(value)' is neither \\ nor `",
            fix: "Write '# escape=`' or leave the directive out.")
        }
      }
    }
    return lines.count
  }

  private func directive(in line: Substring) -> (key: String, value: String)? {
    guard line.first == "#" else { return nil }
    let body = line.dropFirst().trimmed
    guard let equals = body.firstIndex(of: "=") else { return nil }
    let key = body[..<equals].trimmed
    guard let initial = key.first, initial.isLetter, key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else { return nil }
    let value = body[body.index(after: equals)...].trimmed
    return value.isEmpty ? nil : (key.lowercased(), String(value))
  }

  private mutating func readInstructions(from first: Int) {
    var index = first
    while index < lines.count {
      let opening = lines[index].trimmed
      if opening.isEmpty || opening.first == "#" {
        index += 1
        continue
      }
      let start = index
      var (text, continues) = strippingContinuation(lines[index].drop(while: \.isBlank))
      index += 1
      while continues && index < lines.count {
        let next = lines[index]
        index += 1
        // Comments and, deprecated, empty lines inside an instruction do not end it.
        if next.trimmed.isEmpty || next.trimmed.first == "#" { continue }
        let (more, goesOn) = strippingContinuation(next)
        text += more
        continues = goesOn
      }
      append(text, start: start, next: &index)
    }
    if instructions.isEmpty && problems.isEmpty {
      problems.append(
        .init(
          .empty, at: SourceLocation(file: file), "the Dockerfile has no instruction",
          fix: "Begin with a base image: FROM image."))
    }
  }

  /// The line without an escape character that ends it, unless that one is escaped itself.
  private func strippingContinuation(_ line: Substring) -> (text: String, continues: Bool) {
    var end = line
    while let last = end.last, last.isBlank { end.removeLast() }
    guard end.last == escape else { return (String(line), false) }
    end.removeLast()
    return end.last == escape ? (String(line), false) : (String(end), true)
  }

  private mutating func append(_ text: String, start: Int, next index: inout Int) {
    let text = text.trimmed
    let keyword = text.prefix { !$0.isBlank }.uppercased()
    var instruction = DockerfileLine(
      keyword: keyword, rest: String(text.drop { !$0.isBlank }.trimmed), line: start + 1)
    for opening in heredocOpenings(of: instruction) {
      var content = ""
      var isClosed = false
      while index < lines.count && !isClosed {
        var line = lines[index]
        index += 1
        if opening.stripsTabs { line = line.drop { $0 == "\t" } }
        if line == opening.name { isClosed = true } else { content += line + "\n" }
      }
      if !isClosed {
        report(
          .syntax, start, keyword, "the here-document '\(opening.name)' is not terminated",
          fix: "Add a line that holds nothing but \(opening.name).")
      }
      instruction.heredocs.append(.init(name: opening.name, content: content, isLiteral: opening.isLiteral))
    }
    instructions.append(instruction)
  }

  private func heredocOpenings(
    of instruction: DockerfileLine
  ) -> [(name: String, stripsTabs: Bool, isLiteral: Bool)] {
    var keyword = instruction.keyword
    var rest = instruction.rest[...]
    if keyword == "ONBUILD" {
      keyword = rest.prefix { !$0.isBlank }.uppercased()
      rest = rest.drop { !$0.isBlank }.trimmed
    }
    guard ["RUN", "COPY", "ADD"].contains(keyword), rest.contains("<<") else { return [] }
    let words = DockerfileWords(escape: escape)
    return words.split(String(rest)).compactMap { word in
      // An optional file descriptor, <<, an optional dash and a name; <<< is a here-string.
      var tail = word.drop { $0.isASCII && $0.isNumber }
      guard tail.hasPrefix("<<") else { return nil }
      tail = tail.dropFirst(2)
      let stripsTabs = tail.first == "-"
      if stripsTabs { tail = tail.dropFirst() }
      guard !tail.isEmpty, !tail.contains("<"), let name = try? words.unquoted(String(tail)), !name.isEmpty else {
        return nil
      }
      return (name, stripsTabs, name != tail)
    }
  }

  private mutating func report(
    _ code: InputError.Code, _ index: Int, _ object: String, _ message: String, fix: String? = nil
  ) {
    problems.append(
      .init(code, at: SourceLocation(file: file, line: index + 1), object: object, message, fix: fix))
  }
}

extension StringProtocol {
  /// Without blanks at either end.
  var trimmed: SubSequence {
    var result = self[...]
    while let first = result.first, first.isBlank { result = result.dropFirst() }
    while let last = result.last, last.isBlank { result = result.dropLast() }
    return result
  }
}

extension Character {
  /// White space, stray line ends included.
  var isBlank: Bool { isWhitespace }
}
