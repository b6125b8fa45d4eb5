#if CommandLine
  import Foundation

  /// The sets that are on this machine: a folder for each, and in it the files and their `SHA256SUMS`.
  public struct DataSetStore: Sendable {
    public let folder: String

    public init(folder: String) { self.folder = folder }

    public func path(of set: DataSet) -> String { "\(folder)/\(set.name)" }

    /// Whether the set is there; its content is not looked at.
    public func holds(_ set: DataSet) -> Bool {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path(of: set), isDirectory: &isFolder) && isFolder.boolValue
    }

    /// What a short look at a set says: every byte is read by `verify` only.
    public enum State: String, Sendable {
      case absent
      /// Its sums are the catalogue's, as `fetch` leaves them once it has checked the files.
      case verified
      /// It is there, but was not put there by `fetch`, or the catalogue has changed since.
      case unverified
    }

    public func state(of set: DataSet) -> State {
      guard holds(set) else { return .absent }
      return sums(of: set)?.digest == set.digest ? .verified : .unverified
    }

    /// Which of some files of a set are not those of the catalogue, sorted. Complexity: O(size of these files); of the set,
    /// where the list of sums beside them is not the catalogue's.
    public func changed(_ names: [String], of set: DataSet) throws(DataSetError) -> [String] {
      guard let sums = sums(of: set), sums.digest == set.digest else {
        return try ContentDigest(folder: path(of: set)).digest == set.digest ? [] : names.sorted()
      }
      var changed: [String] = []
      for name in names where try Digest.hex(file: "\(path(of: set))/\(name)") != sums.files[name] {
        changed.append(name)
      }
      return changed.sorted()
    }

    private func sums(of set: DataSet) -> ContentDigest? {
      let text = try? String(contentsOfFile: "\(path(of: set))/\(ContentDigest.fileName)", encoding: .utf8)
      return text.flatMap(ContentDigest.init(text:))
    }

    /// What a look at every byte says of a set.
    public struct Verification: Sendable, Hashable {
      public enum Finding: Sendable, Hashable {
        case absent
        /// Names, sorted.
        case differs(changed: [String], missing: [String], extra: [String])
        /// The files are not those of the catalogue, and their sums are gone or wrong, so that nobody can say which.
        case unknown(String)
        case holds
      }

      public var set: DataSet
      public var finding: Finding
      public var holds: Bool { finding == .holds }
    }

    /// Compares every file with the catalogue. Complexity: O(size of the set).
    ///
    /// The catalogue holds one digest, of the list of sums that lies beside the files: if the list is right, it tells
    /// which file is not.
    public func verify(_ set: DataSet) throws(DataSetError) -> Verification {
      guard holds(set) else { return Verification(set: set, finding: .absent) }
      let found = try ContentDigest(folder: path(of: set))
      let sums = sums(of: set)
      guard let expected = sums, expected.digest == set.digest else {
        if found.digest == set.digest { return Verification(set: set, finding: .holds) }
        let reason = "\(ContentDigest.fileName) \(sums == nil ? "is missing or unreadable" : "is not the catalogue's")"
        return Verification(set: set, finding: .unknown(reason))
      }
      let changed = expected.files.filter { name, sum in found.files[name].map { $0 != sum } ?? false }.keys
      let missing = expected.files.keys.filter { found.files[$0] == nil }
      let extra = found.files.keys.filter { expected.files[$0] == nil }
      if changed.isEmpty && missing.isEmpty && extra.isEmpty { return Verification(set: set, finding: .holds) }
      return Verification(
        set: set, finding: .differs(changed: changed.sorted(), missing: missing.sorted(), extra: extra.sorted()))
    }
  }
#endif
