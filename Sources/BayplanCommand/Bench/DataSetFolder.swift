#if CommandLine
  import Bayplan
  import Foundation

  /// The sets of the catalogue on this machine, as instances of a bench.
  struct DataSetFolder {
    private let store: DataSetStore
    private let catalogue: Catalogue

    /// - Parameter path: nil for the usual place.
    init(_ path: String?, catalogue: Catalogue = .standard) {
      store = DataSetStore(folder: Catalogue.folder(path, environment: ProcessInfo.processInfo.environment))
      self.catalogue = catalogue
    }

    private static let prefix = "set:"

    /// `set:NAME/FILE` is a file of a set; all else is a path.
    func resolve(_ path: String) throws(InputError) -> String {
      // A suite's folder may stand before it.
      guard let start = path.range(of: Self.prefix)?.upperBound,
        path.hasPrefix(Self.prefix) || path.contains("/" + Self.prefix)
      else { return path }
      let parts = path[start...].split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[1].contains("..") else {
        throw InputError(.invalidValue, object: path, "this names no file of a set", fix: "Write set:NAME/FILE.")
      }
      let file = "\(try folder(of: parts[0]))/\(parts[1])"
      guard FileManager.default.fileExists(atPath: file) else {
        throw InputError(.missing, object: path, "the set has no such file", fix: "Look into \(store.folder).")
      }
      return file
    }

    /// Known values are those of the published bytes.
    private func requireOriginals(_ paths: [String], of name: String) throws {
      let set = try catalogue.set(named: name)
      let changed = try store.changed(paths.map { ($0 as NSString).lastPathComponent }, of: set)
      guard let first = changed.first else { return }
      throw InputError(
        .invalidValue, at: SourceLocation(file: "\(store.path(of: set))/\(first)"), object: name,
        "\(changed.count) of the files used \(changed.count == 1 ? "is" : "are") not as published",
        fix: "Get it anew with: bayplan datasets fetch \(name) --force; or name your own under 'files'.")
    }

    private func folder(of name: String) throws(InputError) -> String {
      let set = try catalogue.set(named: name)
      guard store.holds(set) else {
        throw InputError(
          .missing, object: name, "the data set is not on this machine",
          fix: "Get it with: bayplan datasets fetch \(name)")
      }
      return store.path(of: set)
    }

    /// Instances of a set: those that are named (braces as in shells: `402_10000_DI_{0..49}`), or so many of them, evenly spread;
    /// all where nothing is said.
    func files(of set: String, named names: [String], pick: Int?) throws -> [String] {
      let folder = try folder(of: set)
      let all = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
        .filter { !$0.hasSuffix("SHA256SUMS") }
        .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        .map { "\(folder)/\($0)" }
        .filter(FileManager.default.isFile)
      func stem(_ path: String) -> String {
        ((path as NSString).lastPathComponent as NSString).deletingPathExtension
      }
      var chosen = all
      if !names.isEmpty {
        var byName: [String: String] = [:]
        for path in all {
          byName[stem(path)] = path
          byName[(path as NSString).lastPathComponent] = path
        }
        let names = names.flatMap { BraceExpansion.names($0) }
        let missing = names.filter { byName[$0] == nil }
        if !missing.isEmpty {
          throw InputError(
            missing.map { .init(.missing, object: set, "the set has no instance '\($0.prefix(60))'", fix: nil) })
        }
        chosen = names.map { byName[$0]! }
      }
      if let pick, pick < chosen.count { chosen = (0..<pick).map { chosen[$0 * chosen.count / pick] } }
      try requireOriginals(chosen, of: set)
      return chosen
    }

    func bestKnown(set: String, instance: String) -> (lowerBound: Int64?, value: Int64?)? {
      catalogue.bestKnown(set: set, instance: instance)
    }
  }
#endif
