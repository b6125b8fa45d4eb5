#if CommandLine
  import Foundation
  import Testing

  @testable import BayplanDatasets

  /// A store in a folder of its own, gone afterwards.
  struct TemporaryStore: ~Copyable {
    let root: String
    let store: DataSetStore

    init() throws {
      root = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
      store = DataSetStore(folder: root + "/home")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    /// Every file below the store's folder.
    var files: [String] {
      let names = FileManager.default.enumerator(atPath: store.folder)?.compactMap { $0 as? String } ?? []
      return names.filter {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: "\(store.folder)/\($0)", isDirectory: &isFolder)
        return !isFolder.boolValue
      }.sorted()
    }
  }

  extension DataSet {
    /// A set of these files.
    static func test(
      _ files: [String: Data], downloads: [Download], mirror: [String] = [], folder: String
    ) throws -> DataSet {
      var sums: [String: String] = [:]
      for (name, data) in files {
        let path = "\(folder)/digest-\(UUID().uuidString)"
        try data.write(to: URL(fileURLWithPath: path))
        sums[name] = try Digest.hex(file: path)
      }
      return DataSet(
        name: "test_set", title: "A set", collection: Catalogue.standard.sets[0].collection, instanceCount: files.count,
        fileCount: files.count, byteCount: files.values.reduce(0) { $0 + Int64($1.count) },
        digest: ContentDigest(files: sums).digest, downloads: downloads, mirror: mirror)
    }
  }

  /// A tar archive, byte by byte, so that it may hold what no program would write.
  enum Tar {
    enum Entry {
      case file(String, Data)
      case link(String, to: String)
    }

    static func archive(_ entries: [Entry]) -> Data {
      var result = Data()
      for entry in entries {
        switch entry {
        case .file(let name, let data):
          result += header(name, size: data.count, kind: "0", target: "") + data
          result += Data(count: (512 - data.count % 512) % 512)
        case .link(let name, let target): result += header(name, size: 0, kind: "2", target: target)
        }
      }
      return result + Data(count: 1024)
    }

    private static func header(_ name: String, size: Int, kind: String, target: String) -> Data {
      var bytes = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at offset: Int) {
        bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
      }
      func octal(_ value: Int, _ width: Int) -> String {
        let digits = String(value, radix: 8)
        return String(repeating: "0", count: width - digits.count) + digits
      }
      put(name, at: 0)
      put("0000644", at: 100)
      put("0000000", at: 108)
      put("0000000", at: 116)
      put(octal(size, 11), at: 124)
      put("00000000000", at: 136)
      put("        ", at: 148)
      put(kind, at: 156)
      put(target, at: 157)
      put("ustar", at: 257)
      put("00", at: 263)
      put(octal(bytes.reduce(0) { $0 + Int($1) }, 6), at: 148)
      bytes[154] = 0
      bytes[155] = 32
      return Data(bytes)
    }

    static func gzipped(_ data: Data, in folder: String) throws -> Data {
      let input = "\(folder)/plain-\(UUID().uuidString)"
      try data.write(to: URL(fileURLWithPath: input))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-n", input]
      try process.run()
      process.waitUntilExit()
      return try Data(contentsOf: URL(fileURLWithPath: input + ".gz"))
    }
  }
#endif
