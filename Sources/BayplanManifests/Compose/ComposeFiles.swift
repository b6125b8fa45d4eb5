import BayplanModel
import Foundation

/// How Compose files reach the files that they name. Never the network.
struct ComposeFiles: Sendable {
  enum Kind: Sendable { case file, folder, absent }

  var kind: @Sendable (_ path: String) -> Kind
  var read: @Sendable (_ path: String) -> Data?

  static let disk = ComposeFiles(
    kind: { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .absent }
      return isFolder.boolValue ? .folder : .file
    },
    read: { path in
      // Devices and pipes could block or never end.
      let attributes = try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
      guard attributes?[.type] as? FileAttributeType == .typeRegular,
        (attributes?[.size] as? Int ?? 0) <= maximumBytes
      else { return nil }
      return FileManager.default.contents(atPath: path)
    })

  /// Files that exist only here, by path.
  static func inMemory(_ texts: [String: String]) -> ComposeFiles {
    ComposeFiles(
      kind: { path in
        if texts[path] != nil { return .file }
        let prefix = path == "." || path.isEmpty ? "" : path + "/"
        return texts.keys.contains { $0.hasPrefix(prefix) } ? .folder : .absent
      },
      read: { texts[$0].map { Data($0.utf8) } })
  }

  static let maximumBytes = 16 << 20
  static var workingFolder: String { FileManager.default.currentDirectoryPath }

  func text(_ path: String) throws(InputError) -> String {
    let location = SourceLocation(file: path)
    switch kind(path) {
    case .absent:
      throw InputError(.unreadable, at: location, "the file does not exist", fix: "Check the path.")
    case .folder:
      throw InputError(.unreadable, at: location, "this is a folder, not a file", fix: "Name a file in it.")
    case .file:
      guard let data = read(path), data.count <= Self.maximumBytes else {
        throw InputError(
          .unreadable, at: location, "the file cannot be read, or is larger than \(Self.maximumBytes >> 20) MiB",
          fix: "Check that it is a regular file and that you may read it.")
      }
      // `withUnsafeBytes` forgets which errors are thrown.
      return try data.withUnsafeBytes { bytes in
        Result { () throws(InputError) in try SourceText.decode(bytes, file: path) }
      }.get()
    }
  }
}

/// Paths as text: nothing is looked up.
enum ComposePath {
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `path` seen from `folder`, with `.` and `..` taken out.
  static func join(_ folder: String, _ path: String) -> String {
    normalized(path.hasPrefix("/") || folder == "." || folder.isEmpty ? path : folder + "/" + path)
  }

  static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    if path.hasPrefix("/") { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }

  /// OCI artifacts, Git repositories and web addresses, which Compose itself would fetch.
  static func isRemote(_ path: String) -> Bool {
    path.contains("://") || path.hasPrefix("git@") || path.hasPrefix("github.com/") || path.hasSuffix(".git")
      || path.contains(".git#") || path.hasPrefix("oci:")
  }
}
