#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  /// Where runs are kept.
  struct StoreOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "File that runs are kept in; bayplan-bench/SUITE.sqlite by default.", valueName: "file"))
    var store: String?

    /// - Throws: `ValidationError` for a name that cannot be one of a store.
    func path(of suite: String) throws -> String {
      guard let store else {
        let name = suite.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" }
        return "bayplan-bench/\(String(name)).sqlite"
      }
      if store.isEmpty { throw ValidationError("--store takes the name of a file.") }
      if store.lowercased().hasSuffix(".html") {
        throw ValidationError("--store \(store): the store's page would have this name. Take one like runs.sqlite.")
      }
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: store, isDirectory: &isFolder), isFolder.boolValue {
        throw ValidationError("--store \(store) is a folder: name a file in it.")
      }
      return store
    }
  }

  /// Results of a store or of a document that was exported: `FILE`, `FILE@LABEL` for a build other than the latest, `FILE@LABEL/SUITE`, or the name of a
  /// suite in the folder of stores.
  struct StoreReference {
    let path: String
    let label: String?
    let suite: String?

    init(_ text: String) {
      var path = text
      var (label, suite): (String?, String?)
      if let at = text.lastIndex(of: "@") {
        path = String(text[..<at])
        let rest = text[text.index(after: at)...].split(separator: "/", maxSplits: 1).map(String.init)
        label = rest.first
        suite = rest.count > 1 ? rest[1] : nil
      }
      if !FileManager.default.fileExists(atPath: path) {
        let known = "bayplan-bench/\(path).sqlite"
        if FileManager.default.fileExists(atPath: known) { path = known }
      }
      self.path = path
      self.label = label
      self.suite = suite
    }

    /// The latest that fit.
    /// - Throws: `InputError` if there are none.
    func results() throws -> BenchResults {
      if path.hasSuffix(".json") {
        let source = try InputSource(path: path)
        return try source.naming { () throws(InputError) in
          try BenchDocument.results(from: JSONReader.read(source.contents(), file: source.name))
        }
      }
      let store = try RunStore(path: path, isNew: false)
      let entries = try store.entries()
      let fitting = entries.filter { entry in
        (label == nil || entry.engine.label == label || entry.engine.digest.hasPrefix(label!) && label!.count >= 6)
          && (suite == nil || entry.suite == suite)
      }
      guard let entry = fitting.last else {
        throw InputError(
          .missing, at: SourceLocation(file: path), "there are no results of \(label ?? "any build")",
          fix: entries.isEmpty
            ? "The store is empty."
            : "There are \(Set(entries.map { "\($0.engine.label)/\($0.suite)" }).sorted().joined(separator: ", ")).")
      }
      return try store.results(entry)
    }
  }
#endif
