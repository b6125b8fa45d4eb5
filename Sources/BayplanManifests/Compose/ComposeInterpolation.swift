import BayplanModel

/// Replaces variables in values: `$V`, `${V}`, `${V:-default}`, `${V:?error}`, `${V:+replacement}`, nested; `$$` is `$`.
///
/// Source: Compose Specification, "Interpolation"; `:+` and `+` as in compose-go.
struct ComposeInterpolation {
  struct Failure: Error {
    var code: InputError.Code = .syntax
    var message: String
    var fix: String
  }

  struct Result {
    var text: String
    /// Variables without a value or a default, in order.
    var unset: [String]
    /// There are dollar signs that begin no variable, as in password hashes: they stay.
    var hasStrays = false
  }

  let environment: [String: String]
  /// Looked up where `environment` has nothing.
  var fallback: [String: String] = [:]
  static let maximumLength = 1 << 20

  func substitute(_ text: String) throws(Failure) -> Result {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return Result(text: text, unset: []) }
    var scanner = TemplateScanner(characters: Array(text), interpolation: self)
    let result = try scanner.substitute(untilBrace: false)
    return Result(text: result, unset: scanner.unset, hasStrays: scanner.hasStrays)
  }
}

private struct TemplateScanner {
  let characters: [Character]
  let interpolation: ComposeInterpolation
  var position = 0
  var depth = 0
  var unset: [String] = []
  var hasStrays = false
  /// Within a default that is not used, nothing is missed.
  var isIdle = false

  init(characters: [Character], interpolation: ComposeInterpolation) {
    self.characters = characters
    self.interpolation = interpolation
  }

  var current: Character? { position < characters.count ? characters[position] : nil }

  mutating func substitute(untilBrace: Bool) throws(ComposeInterpolation.Failure) -> String {
    var result = ""
    while let character = current {
      if untilBrace && character == "}" { return result }
      position += 1
      if character == "$" { result += try variable() } else { result.append(character) }
      if result.utf8.count > ComposeInterpolation.maximumLength {
        throw .init(
          code: .limit, message: "the value grows beyond \(ComposeInterpolation.maximumLength) bytes",
          fix: "Make the variables shorter.")
      }
    }
    if untilBrace { throw unclosed }
    return result
  }

  private var unclosed: ComposeInterpolation.Failure {
    .init(message: "'${' is not closed by '}'", fix: "Close it, or write $$ for a dollar sign.")
  }

  /// After `$`.
  private mutating func variable() throws(ComposeInterpolation.Failure) -> String {
    if current == "$" {
      position += 1
      return "$"
    }
    if current != "{" {
      let name = readName()
      if name.isEmpty {
        hasStrays = true
        return "$"
      }
      return value(of: name) ?? miss(name)
    }
    position += 1
    let name = readName()
    guard !name.isEmpty else {
      throw .init(message: "'${' is not followed by the name of a variable", fix: "Write $$ for a dollar sign.")
    }
    let value = value(of: name)
    var isColon = false
    if current == ":" {
      isColon = true
      position += 1
    }
    guard let operation = current else { throw unclosed }
    position += 1
    if operation == "}" && !isColon { return value ?? miss(name) }
    guard "-?+".contains(operation) else {
      throw .init(
        message: "'${\(name)\(isColon ? ":" : "")\(operation)' is not a substitution",
        fix: "Use ${\(name)}, ${\(name):-default}, ${\(name):?message} or ${\(name):+replacement}.")
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else {
      throw .init(code: .limit, message: "variables are nested more than 64 deep", fix: "Nest less.")
    }
    let isSet = isColon ? value.map { !$0.isEmpty } ?? false : value != nil
    let wasIdle = isIdle
    // The word counts only where it is used.
    isIdle = isIdle || isSet != (operation == "+")
    let word = try substitute(untilBrace: true)
    isIdle = wasIdle
    position += 1
    switch operation {
    case "+": return isSet ? word : ""
    case "-": return isSet ? value ?? "" : word
    default:
      if isSet { return value ?? "" }
      if isIdle { return "" }
      throw .init(
        code: .missing, message: "the variable '\(name)' is required" + (word.isEmpty ? "" : ": \(word)"),
        fix: "Set \(name) in the environment or in .env.")
    }
  }

  private func value(of name: String) -> String? {
    interpolation.environment[name] ?? interpolation.fallback[name]
  }

  private mutating func miss(_ name: String) -> String {
    if !isIdle { unset.append(name) }
    return ""
  }

  private mutating func readName() -> String {
    let start = position
    while let character = current, character.isASCII,
      character.isLetter || character == "_" || (position > start && character.isNumber)
    {
      position += 1
    }
    return String(characters[start..<position])
  }
}
