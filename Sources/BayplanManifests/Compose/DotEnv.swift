import BayplanModel

/// Reads `.env` files: `NAME=value`, `export`, comments, quotes, variables.
enum DotEnv {
  /// - Parameter environment: Values that variables in the file may refer to; they win over the file's own.
  static func parse(
    _ text: String, file: String, environment: [String: String]
  ) throws(InputError) -> [String: String] {
    var result: [String: String] = [:]
    var problems: [InputError.Problem] = []
    var text = text[...]
    if text.first == "\u{FEFF}" { text = text.dropFirst() }
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    var index = 0
    while index < lines.count {
      let start = index
      var line = lines[index].trimmed
      index += 1
      if line.isEmpty || line.first == "#" { continue }
      if line.hasPrefix("export ") { line = line.dropFirst(7).trimmed }
      let name = line.prefix { $0 != "=" && $0 != ":" && !$0.isBlank }
      func report(_ message: String, _ fix: String) {
        problems.append(
          .init(.syntax, at: SourceLocation(file: file, line: start + 1), object: String(name), message, fix: fix))
      }
      guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || "_.-[]".contains($0) }) else {
        report("'\(line.prefix(40))' does not begin with the name of a variable", "Write NAME=value.")
        continue
      }
      var rest = line.dropFirst(name.count).trimmed
      guard let separator = rest.first else {
        // A name alone hands a variable of the environment on.
        if let value = environment[String(name)] { result[String(name)] = value }
        continue
      }
      guard separator == "=" || separator == ":" else {
        report("the name '\(name)' is not followed by '='", "Write \(name)=value.")
        continue
      }
      rest = rest.dropFirst().trimmed
      var value = ""
      if let quote = rest.first, quote == "'" || quote == "\"" {
        // A quoted value may go on over several lines.
        var body = String(rest.dropFirst())
        var closed = quoted(body, quote)
        while closed == nil && index < lines.count && index - start < 1000 {
          body += "\n" + lines[index]
          index += 1
          closed = quoted(body, quote)
        }
        guard let closed else {
          report("the quote is not closed", "Close it, or leave the quotes out.")
          index = start + 1
          continue
        }
        value = closed
        if quote == "'" {
          result[String(name)] = value
          continue
        }
      } else {
        value = String(rest)
        if value.first == "#" { value = "" }
        if let comment = value.indices.dropFirst().first(where: {
          value[$0] == "#" && value[value.index(before: $0)].isBlank
        }) {
          value = String(value[..<comment].trimmed)
        }
      }
      do throws(ComposeInterpolation.Failure) {
        result[String(name)] = try ComposeInterpolation(environment: environment, fallback: result)
          .substitute(value).text
      } catch {
        report(error.message, error.fix)
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    return result
  }

  /// What stands before the closing quote; in double quotes escapes are replaced. Nil when it is not closed.
  private static func quoted(_ body: String, _ quote: Character) -> String? {
    var result = ""
    var isEscaped = false
    for character in body {
      if isEscaped {
        isEscaped = false
        switch character {
        case "n": result.append("\n")
        case "r": result.append("\r")
        case "t": result.append("\t")
        case "$": result += "$$"
        case "\"", "\\": result.append(character)
        default: result += "\\" + String(character)
        }
      } else if character == "\\" && quote == "\"" {
        isEscaped = true
      } else if character == quote {
        return result
      } else {
        result.append(character)
      }
    }
    return nil
  }
}
