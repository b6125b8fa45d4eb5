/// A public set of instances or traces: where it comes from, under which terms, and how to tell that a copy is right.
public struct DataSet: Sendable, Hashable, Identifiable {
  /// Also the name of its folder.
  public var name: String
  public var title: String
  public var collection: Collection
  /// Instances or traces; `fileCount` may be more, as an instance may be two files.
  public var instanceCount: Int
  public var fileCount: Int
  /// Of all files, unpacked.
  public var byteCount: Int64
  /// SHA-256 over the sorted lines `sha256  name` of the files, in hexadecimal: what a `SHA256SUMS` file of them hashes
  /// to. It does not depend on how they were packed.
  public var digest: String
  /// What to fetch from the origin; together it is the whole set.
  public var downloads: [Download]
  /// The same in a mirror, as paths with braces (see `BraceExpansion`); packing is told by the extension.
  public var mirror: [String]
  /// The table of best known values; nil where there is none.
  public var bestKnown: String?
  public var note: String?

  public var id: String { name }

  /// What sets of one origin share.
  public struct Collection: Sendable, Hashable, Codable {
    public var title: String
    /// A repository, without the commit.
    public var origin: String
    public var commit: String
    /// As stated at the origin.
    public var licence: String
    /// Whether it may be passed on, in words.
    public var redistribution: String
    public var citation: String
    /// Which reader takes it: `bpp`, `vbp`, `openb`, `azure-v1`, `roadef`.
    public var format: String
    public var bestKnownSource: String?
  }

  /// One or several files at the origin.
  public struct Download: Sendable, Hashable, Codable {
    public enum Packing: String, Sendable, Codable, CaseIterable {
      case none, gz, rar
      case tarGz = "tar.gz"
      case tarXz = "tar.xz"
    }

    /// With braces for several files.
    public var url: String
    public var packing: Packing
    /// No file is longer, in bytes: a server that sends more is cut off.
    public var limit: Int64
    /// Of the file as it is sent; nil where only the digest of the whole set is known.
    public var sha256: String?
    /// Which files of an archive belong to the set: a pattern of their names, with braces, `*` and `?`; nil for all.
    public var members: String?
    /// What the file is called in the set; nil for the last component of the address.
    public var name: String?

    public init(
      url: String, packing: Packing = .none, limit: Int64, sha256: String? = nil, members: String? = nil,
      name: String? = nil
    ) {
      self.url = url
      self.packing = packing
      self.limit = limit
      self.sha256 = sha256
      self.members = members
      self.name = name
    }
  }

  public init(
    name: String, title: String, collection: Collection, instanceCount: Int, fileCount: Int, byteCount: Int64,
    digest: String, downloads: [Download], mirror: [String], bestKnown: String? = nil, note: String? = nil
  ) {
    self.name = name
    self.title = title
    self.collection = collection
    self.instanceCount = instanceCount
    self.fileCount = fileCount
    self.byteCount = byteCount
    self.digest = digest
    self.downloads = downloads
    self.mirror = mirror
    self.bestKnown = bestKnown
    self.note = note
  }
}
