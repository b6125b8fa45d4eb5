/// Splits and expands the words of Dockerfile instructions: quotes, escapes, `$name` and `${name…}`.
///
/// Source: the Dockerfile reference, "Environment replacement", and BuildKit's shell lexer.
struct DockerfileWords {
  /// What cannot be expanded, as a sentence without its place.
  struct Failure: Error {
    var message: String
  }

  let escape: Character

  /// The words between blanks; quotes and escapes keep blanks together and stay in the words.
  /// - Parameter limit: Stop after this many.
  func split(_ text: some StringProtocol, limit: Int = .max) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
        word.append(character)
      } else if character == escape && quote != "'" {
        isEscaped = true
        word.append(character)
      } else if let open = quote {
        if character == open { quote = nil }
        word.append(character)
      } else if character.isBlank {
        if !word.isEmpty { words.append(word) }
        if words.count == limit { return words }
        word = ""
      } else {
        if character == "'" || character == "\"" { quote = character }
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Takes off quotes and escapes, leaving variables alone.
  func unquoted(_ word: String) throws(Failure) -> String {
    var scanner = Scanner(characters: Array(word), escape: escape, variables: nil)
    return try scanner.expand(until: nil)
  }

  /// The word with variables replaced, quotes and escapes taken off.
  func expanded(_ word: String, _ variables: [String: String]) throws(Failure) -> String {
    var scanner = Scanner(characters: Array(word), escape: escape, variables: variables)
    return try scanner.expand(until: nil)
  }
}

private struct Scanner {
  let characters: [Character]
  let escape: Character
  /// Nil leaves `$` as it is.
  let variables: [String: String]?
  var position = 0
  var depth = 0

  init(characters: [Character], escape: Character, variables: [String: String]?) {
    self.characters = characters
    self.escape = escape
    self.variables = variables
  }

  var current: Character? { position < characters.count ? characters[position] : nil }

  mutating func expand(until stop: Character?) throws(DockerfileWords.Failure) -> String {
    var result = ""
    while let character = current {
      if character == stop { return result }
      position += 1
      switch character {
      case "'":
        guard let close = characters[position...].firstIndex(of: "'") else {
          throw .init(message: "a single quote is not closed")
        }
        result += String(characters[position..<close])
        position = close + 1
      case "\"":
        result += try doubleQuoted()
      case escape:
        // An escape at the very end stands for itself.
        guard let next = current else {
          result.append(escape)
          break
        }
        result.append(next)
        position += 1
      case "$" where variables != nil:
        result += try variable()
      default:
        result.append(character)
      }
      if result.utf8.count > maximumLength { throw .init(message: "the value grows beyond \(maximumLength) bytes") }
    }
    if stop != nil { throw .init(message: "'${' is not closed by '}'") }
    return result
  }

  private mutating func doubleQuoted() throws(DockerfileWords.Failure) -> String {
    var result = ""
    while let character = current {
      position += 1
      if character == "\"" { return result }
      if character == escape {
        guard let next = current else { break }
        // Within double quotes only these can be escaped.
        if next != "\"" && next != "$" && next != escape { result.append(escape) }
        result.append(next)
        position += 1
      } else if character == "$" && variables != nil {
        result += try variable()
      } else {
        result.append(character)
      }
    }
    throw .init(message: "a double quote is not closed")
  }

  /// After `$`.
  private mutating func variable() throws(DockerfileWords.Failure) -> String {
    guard let next = current else { return "$" }
    if next != "{" {
      let name = readName()
      return name.isEmpty ? "$" : variables?[name] ?? ""
    }
    position += 1
    let name = readName()
    guard !name.isEmpty else { throw .init(message: "'${' is not followed by the name of a variable") }
    guard let modifier = current else { throw .init(message: "'${\(name)' is not closed by '}'") }
    position += 1
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw .init(message: "variables are nested more than 100 deep") }
    let value = variables?[name]
    switch modifier {
    case "}":
      return value ?? ""
    case ":", "+", "-", "?":
      var operation = modifier
      if modifier == ":" {
        guard let second = current else { throw .init(message: "'${\(name):' is not closed by '}'") }
        operation = second
        position += 1
      }
      let word = try closedWord()
      let isSet = modifier == ":" ? value.map { !$0.isEmpty } ?? false : value != nil
      switch operation {
      case "-": return isSet ? value ?? "" : word
      case "+": return isSet ? word : ""
      case "?":
        if isSet { return value ?? "" }
        throw .init(message: word.isEmpty ? "the variable '\(name)' is not set" : "\(name): \(word)")
      default:
        throw .init(message: "'${\(name):\(operation)' is not a substitution")
      }
    case "#", "%":
      let isGreedy = current == modifier
      if isGreedy { position += 1 }
      let pattern = ShellPattern(try closedWord())
      return pattern.removing(from: value ?? "", prefix: modifier == "#", greedy: isGreedy)
    case "/":
      let isGlobal = current == "/"
      if isGlobal { position += 1 }
      let pattern = ShellPattern(try expand(until: slashOrBrace()))
      var replacement = ""
      if current == "/" {
        position += 1
        replacement = try expand(until: "}")
      }
      guard current == "}" else { throw .init(message: "'${\(name)/' is not closed by '}'") }
      position += 1
      return pattern.replacing(in: value ?? "", with: replacement, everywhere: isGlobal)
    default:
      throw .init(message: "'${\(name)\(modifier)' is not a substitution")
    }
  }

  private func slashOrBrace() -> Character {
    var index = position
    while index < characters.count {
      if characters[index] == escape {
        index += 2
        continue
      }
      if characters[index] == "/" || characters[index] == "}" { return characters[index] }
      index += 1
    }
    return "}"
  }

  private mutating func closedWord() throws(DockerfileWords.Failure) -> String {
    let word = try expand(until: "}")
    position += 1
    return word
  }

  private mutating func readName() -> String {
    let start = position
    if let first = current, first.isASCII, first.isNumber || "@*#?-!$".contains(first) {
      // Positional and special parameters of a shell: one character.
      if first.isNumber { position += 1 }
      return String(characters[start..<position])
    }
    while let character = current, character.isASCII, character.isLetter || character.isNumber || character == "_" {
      position += 1
    }
    return String(characters[start..<position])
  }

  private var maximumLength: Int { 1 << 16 }
}
