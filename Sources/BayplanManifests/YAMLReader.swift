import BayplanModel
import Foundation

#if YAML
  import Yams
#endif

/// YAML text as document nodes, through Yams: aliases and merge keys resolved, scalars typed as Kubernetes types them.
enum YAMLReader {
  static let depthLimit = 500

  /// The documents of a text; documents without content are left out.
  ///
  /// Takes time and memory linear in the text, whatever the text: nesting ends at `depthLimit`, and aliases and merge
  /// keys may add to a document no more than `YAMLConversion.budget` says.
  /// - Throws: `InputError` with file, line and column.
  static func documents(_ text: String, file: String) throws(InputError) -> [DocumentNode] {
    #if YAML
      if let offset = text.utf8.firstIndex(of: 0) {
        let line = 1 + text.utf8[..<offset].count { $0 == UInt8(ascii: "\n") }
        throw InputError(.syntax, at: SourceLocation(file: file, line: line), "a NUL byte: this is not a text file")
      }
      if let line = YAMLKeys.firstDeepLine(in: text) {
        throw InputError(
          .limit, at: SourceLocation(file: file, line: line), "keys that are lists or mappings are nested too deep",
          fix: "Write plain keys.")
      }
      return try onLargeStack { () throws(InputError) in try parse(text, file: file) }
    #else
      throw InputError(
        .unsupported, at: SourceLocation(file: file), "this build reads no YAML",
        fix: "Build with the package trait YAML, or convert the file to JSON.")
    #endif
  }

  #if YAML
    private static func parse(_ original: String, file: String) throws(InputError) -> [DocumentNode] {
      let (text, aliasMark) = YAMLAliases.hidden(in: original)
      var conversion = YAMLConversion(file: file, aliasMark: aliasMark, bytes: original.utf8.count)
      var result: [DocumentNode] = []
      do {
        // The basic resolver has no rules. Those of the default one are regular expressions, and most of its time.
        let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
        while let root = try parser.nextRoot() {
          let document = try conversion.document(root)
          if !document.isNull { result.append(document) }
        }
      } catch let error as InputError {
        throw error
      } catch {
        throw problem(error, text: text, file: file)
      }
      return result
    }

    /// Yams recurses to the 1,000 levels that libyaml allows, and the thread of the caller may be a small one.
    private static func onLargeStack(
      _ body: @escaping @Sendable () throws(InputError) -> [DocumentNode]
    ) throws(InputError) -> [DocumentNode] {
      let outcome = Outcome()
      let thread = Thread {
        do throws(InputError) {
          outcome.value = .success(try body())
        } catch {
          outcome.value = .failure(error)
        }
        outcome.done.signal()
      }
      thread.stackSize = 64 << 20
      thread.start()
      outcome.done.wait()
      return try outcome.value.get()
    }

    /// Written by the thread before it signals, read after.
    private final class Outcome: @unchecked Sendable {
      let done = DispatchSemaphore(value: 0)
      var value: Result<[DocumentNode], InputError> = .success([])
    }
  #endif

  #if YAML
    private static func problem(_ error: any Error, text: String, file: String) -> InputError {
      guard let error = error as? YamlError else {
        return InputError(.syntax, at: SourceLocation(file: file), "\(error)")
      }
      func at(_ mark: Mark) -> SourceLocation { SourceLocation(file: file, line: mark.line, column: mark.column) }
      switch error {
      case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
        .composer(let context, let problem, let mark, _):
        if problem.contains("Maximum nesting") || context?.text.contains("Maximum nesting") == true {
          return tooDeep(at(mark))
        }
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

    static func tooDeep(_ place: SourceLocation) -> InputError {
      InputError(.limit, at: place, "nested deeper than \(depthLimit) levels", fix: "Look for a stray bracket or dash.")
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
