import BayplanModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The public sets that Bayplan knows. A value: an embedder may have another.
public struct Catalogue: Sendable {
  /// In order of the catalogue; names are unique.
  public var sets: [DataSet]
  /// By the name of the table, then of the instance.
  var bestKnown: [String: BestKnownTable]

  public init(sets: [DataSet]) {
    self.sets = sets
    bestKnown = [:]
  }

  /// What `datasets/catalogue.json` and `datasets/best-known` say, as built in.
  public static let standard: Catalogue = {
    do {
      var catalogue = try Catalogue(json: PackageResources.catalogue_json, file: "datasets/catalogue.json")
      let tables = [
        "bpplib": PackageResources.bpplib_csv, "caprara_toth": PackageResources.caprara_toth_csv,
        "vectorpack": PackageResources.vectorpack_csv, "roadef": PackageResources.roadef_csv,
      ]
      for (name, text) in tables {
        catalogue.bestKnown[name] = try BestKnownTable(
          String(decoding: text, as: UTF8.self), file: "datasets/best-known/\(name).csv")
      }
      return catalogue
    } catch {
      preconditionFailure("the built-in catalogue is broken: \(error)")
    }
  }()

  /// Reads a catalogue in JSON.
  /// - Throws: `InputError` for what is not JSON of this kind, a set of an unknown collection, a name that stands twice
  ///   or that could not be a folder.
  public init(json: [UInt8], file: String) throws(InputError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw InputError(
        .syntax, at: SourceLocation(file: file), "this is no catalogue: \(error)",
        fix: "Compare with datasets/catalogue.json.")
    }
    var faults: [InputError.Problem] = []
    var names = Set<String>()
    sets = []
    bestKnown = [:]
    for entry in document.sets {
      func fault(_ code: InputError.Code, _ message: String) {
        faults.append(.init(code, at: SourceLocation(file: file), object: "set \(entry.name)", message))
      }
      if !names.insert(entry.name).inserted { fault(.duplicate, "it stands twice") }
      if !Self.isFileName(entry.name) { fault(.invalidValue, "its name cannot be the name of a folder") }
      guard let collection = document.collections[entry.collection] else {
        fault(.missing, "there is no collection '\(entry.collection)'")
        continue
      }
      sets.append(
        DataSet(
          name: entry.name, title: entry.title, collection: collection, instanceCount: entry.instances,
          fileCount: entry.files, byteCount: entry.bytes, digest: entry.digest, downloads: entry.downloads,
          mirror: entry.mirror, bestKnown: entry.bestKnown, note: entry.note))
    }
    if !faults.isEmpty { throw InputError(faults) }
  }

  /// - Throws: `InputError` with the names there are.
  public func set(named name: String) throws(InputError) -> DataSet {
    if let set = sets.first(where: { $0.name == name }) { return set }
    throw InputError(
      .unreadable, object: "set \(name)", "it is not in the catalogue",
      fix: "There are: \(sets.map(\.name).joined(separator: ", ")).")
  }

  /// What is known of an instance: bounds on its optimum, which they are where they agree.
  ///
  /// - Parameter instance: The name of its file, without the extension.
  /// - Returns: nil for an instance, or a set, of which nothing is known.
  public func bestKnown(set: String, instance: String) -> (lowerBound: Int64?, value: Int64?)? {
    guard let table = sets.first(where: { $0.name == set })?.bestKnown else { return nil }
    return bestKnown[table]?.values[instance].map { ($0.lowerBound, $0.value) }
  }

  /// The folder in which sets are kept, a subfolder for each: the one asked for, else `BAYPLAN_DATASETS`, else
  /// `bayplan/datasets` in the user's data folder (XDG Base Directory Specification).
  public static func folder(_ asked: String? = nil, environment: [String: String]) -> String {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let folder = asked ?? variable("BAYPLAN_DATASETS") { return folder }
    let data = variable("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (data ?? (variable("HOME") ?? ".") + "/.local/share") + "/bayplan/datasets"
  }

  /// Whether a name can be a file's: not empty, hidden, nor a path.
  static func isFileName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && !name.hasPrefix(".") && !name.contains("/")
      && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
  }

  private struct Document: Codable {
    var collections: [String: DataSet.Collection]
    var sets: [Entry]

    struct Entry: Codable {
      var name, title, collection, digest: String
      var instances, files: Int
      var bytes: Int64
      var downloads: [DataSet.Download]
      var mirror: [String]
      var bestKnown, note: String?
    }
  }
}
