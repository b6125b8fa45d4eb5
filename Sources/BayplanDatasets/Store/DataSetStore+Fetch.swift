#if CommandLine
  import Foundation

  extension DataSetStore {
    /// Where files come from.
    public enum Source: Sendable, Hashable {
      case origin
      /// A folder or an http(s) address, with the paths of `DataSet.mirror`, or the origin's files by their names.
      case mirror(String)
    }

    public struct Options: Sendable {
      /// Seconds without an answer or a byte after which a server has stalled.
      public var timeout = 30.0
      public var isCancelled: @Sendable () -> Bool = { false }
      /// Called with the address of each file before it is asked for, its number from 1, and how many there are.
      public var progress: @Sendable (_ address: String, _ number: Int, _ count: Int) -> Void = { _, _, _ in }

      public init() {}
    }

    /// One file to have.
    private struct Item {
      var address: String
      var packing: DataSet.Download.Packing
      var limit: Int64
      var sha256: String?
      var members: [String]
      /// Of the file as it is sent.
      var fileName: String
      /// In the set.
      var name: String
    }

    /// Fetches a set, checks it and puts it in its folder: the right files or none.
    ///
    /// A set that is there is replaced once the new one is complete. On an error what has come is kept for the next
    /// attempt in `.parts`, outside the set's folder.
    /// - Throws: `DataSetError`.
    public func fetch(_ set: DataSet, from source: Source, options: Options = Options()) throws(DataSetError) {
      let parts = "\(folder)/.parts/\(set.name)"
      try Self.makeFolder(parts)
      let tree = "\(parts)/unpacked-\(getpid())"
      try Self.remove(tree)
      try Self.makeFolder(tree)
      defer {
        try? Self.remove(tree)
        // Only what is empty goes.
        rmdir(parts)
        rmdir("\(folder)/.parts")
      }
      let alternatives = Self.items(set, source)
      for (index, items) in alternatives.enumerated() {
        do throws(DataSetError) {
          try fetch(items, of: set, parts: parts, tree: tree, options: options)
          break
        } catch  where error.code == .notFound && index + 1 < alternatives.count {
          try Self.remove(tree)
          try Self.makeFolder(tree)
        }
      }
      try install(set, from: tree)
      for item in alternatives.joined() { unlink("\(parts)/\(item.fileName)") }
    }

    /// Ways to have the whole set, to be tried in order while a file is not found.
    private static func items(_ set: DataSet, _ source: Source) -> [[Item]] {
      let downloads = set.downloads.flatMap { download in
        BraceExpansion.names(download.url).map { address in
          let last = address.split(separator: "/").last.map(String.init) ?? ""
          let fileName = last.removingPercentEncoding ?? last
          return Item(
            address: address, packing: download.packing, limit: download.limit, sha256: download.sha256,
            members: download.members.map(BraceExpansion.names) ?? ["*"], fileName: fileName,
            name: download.name ?? fileName)
        }
      }
      guard case .mirror(let base) = source else { return [downloads] }
      let mirrored = set.mirror.flatMap(BraceExpansion.names).map { path in
        let fileName = path.split(separator: "/").last.map(String.init) ?? ""
        let packing: DataSet.Download.Packing =
          [.tarGz, .tarXz, .gz].first { path.hasSuffix("." + $0.rawValue) } ?? .none
        let name = packing == .gz ? String(fileName.dropLast(3)) : fileName
        return Item(
          address: "\(base)/\(path)", packing: packing, limit: max(4 * set.byteCount, 1 << 20), members: ["*"],
          fileName: fileName, name: name)
      }
      let flat = downloads.map { item in
        var item = item
        item.address = "\(base)/\(item.address.split(separator: "/").last ?? "")"
        return item
      }
      return mirrored.isEmpty ? [flat] : [mirrored, flat]
    }

    private func fetch(
      _ items: [Item], of set: DataSet, parts: String, tree: String, options: Options
    ) throws(DataSetError) {
      let downloader = Downloader(timeout: options.timeout, isCancelled: options.isCancelled)
      let unpacker = Unpacker(limit: 2 * set.byteCount + (1 << 20), isCancelled: options.isCancelled)
      for (index, item) in items.enumerated() {
        guard Catalogue.isFileName(item.fileName), Catalogue.isFileName(item.name) else {
          throw DataSetError(.file, item.address, "this cannot be the name of a file: '\(item.fileName)'")
        }
        options.progress(item.address, index + 1, items.count)
        let path = try file(of: item, parts: parts, downloader)
        if item.packing == .none {
          try Self.copy(path, to: "\(tree)/\(item.name)")
          continue
        }
        let archive = "\(tree)/archive-\(index)"
        try Self.makeFolder(archive)
        try unpacker.unpack(path, packing: item.packing, to: archive, name: item.name)
        for (name, path) in try Unpacker.files(below: archive).sorted(by: { $0.key < $1.key })
        where item.members.contains(where: { fnmatch($0, name, 0) == 0 }) {
          guard rename(path, "\(tree)/\(name)") == 0 else {
            throw DataSetError(.file, name, String(cString: strerror(errno)))
          }
        }
        try Self.remove(archive)
      }
    }

    /// The file as it is sent: one that an earlier attempt completed, one of a mirror's folder, or a new one.
    private func file(of item: Item, parts: String, _ downloader: Downloader) throws(DataSetError) -> String {
      let target = "\(parts)/\(item.fileName)"
      if let url = URL(string: item.address), Downloader.isWeb(url) {
        // It has its name since it was complete; the set's digest is checked in any case.
        if let found = try? Digest.hex(file: target), item.sha256 == nil || item.sha256 == found {
          return target
        }
        try downloader.fetch(item.address, to: target, limit: item.limit, sha256: item.sha256)
        return target
      }
      let decoded = item.address.removingPercentEncoding ?? item.address
      guard let path = [item.address, decoded].first(where: FileManager.default.fileExists(atPath:)) else {
        throw DataSetError(
          .notFound, item.address, "the mirror does not have this file",
          fix: "A mirror holds the origin's files by their names, or the paths that 'bayplan datasets show' lists.")
      }
      // A pipe would never end.
      let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
      guard attributes?[.type] as? FileAttributeType == .typeRegular else {
        throw DataSetError(.file, path, "this is no regular file", fix: "Look into the mirror.")
      }
      if let sha256 = item.sha256 {
        let found = try Digest.hex(file: path)
        guard found == sha256 else {
          throw DataSetError(.mismatch, path, "its SHA-256 is \(found), the catalogue says \(sha256)")
        }
      }
      return path
    }

    /// Checks what was unpacked and makes it the set's folder.
    private func install(_ set: DataSet, from tree: String) throws(DataSetError) {
      _ = try Unpacker.files(below: tree)
      let content = try ContentDigest(folder: tree)
      guard content.digest == set.digest else {
        let count = content.files.count
        let reason =
          count == set.fileCount
          ? "the digest of its \(count) files is \(content.digest), the catalogue says \(set.digest)"
          : "there are \(count) files, the catalogue says \(set.fileCount)"
        // What was fetched is of no use: the next attempt starts anew.
        try? Self.remove("\(folder)/.parts/\(set.name)")
        throw DataSetError(
          .mismatch, "set \(set.name)", reason,
          fix: "The files at the origin have changed, or something on the way changes them. Maybe try --mirror.")
      }
      do {
        try content.text.write(toFile: "\(tree)/\(ContentDigest.fileName)", atomically: true, encoding: .utf8)
      } catch {
        throw DataSetError(.file, tree, "the sums cannot be written")
      }
      let target = path(of: set)
      let old = "\(folder)/.parts/\(set.name)/replaced-\(getpid())"
      let replaces = holds(set)
      if replaces, rename(target, old) != 0 { throw DataSetError(.file, target, String(cString: strerror(errno))) }
      guard rename(tree, target) == 0 else {
        let code = errno
        if replaces { rename(old, target) }
        throw DataSetError(.file, target, String(cString: strerror(code)))
      }
      if replaces { try Self.remove(old) }
    }

    private static func makeFolder(_ path: String) throws(DataSetError) {
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw DataSetError(.file, path, "the folder cannot be made", fix: "Maybe give another --folder.")
      }
    }

    private static func remove(_ path: String) throws(DataSetError) {
      guard FileManager.default.fileExists(atPath: path) else { return }
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch {
        throw DataSetError(.file, path, "it cannot be removed")
      }
    }

    private static func copy(_ path: String, to target: String) throws(DataSetError) {
      do {
        try FileManager.default.copyItem(atPath: path, toPath: target)
      } catch {
        throw DataSetError(.file, path, "it cannot be copied to \(target)")
      }
    }
  }
#endif
