#if CommandLine
  import Foundation

  /// The SHA-256 of each file of a folder, and of all of them.
  struct ContentDigest: Sendable, Hashable {
    /// In hexadecimal, by name.
    var files: [String: String]

    /// The name under which a folder keeps them, in the format of `sha256sum`.
    static let fileName = "SHA256SUMS"

    /// The lines that `sha256sum *` prints, sorted by their bytes.
    var text: String {
      files.map { "\($0.value)  \($0.key)\n" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined()
    }

    /// What `DataSet.digest` holds.
    var digest: String { Digest.hex(text) }

    init(files: [String: String]) { self.files = files }

    /// Reads the lines; nil where one is not of this kind.
    init?(text: String) {
      files = [:]
      for line in text.split(separator: "\n") {
        guard let gap = line.range(of: "  ") else { return nil }
        files[String(line[gap.upperBound...])] = String(line[..<gap.lowerBound])
      }
    }

    /// Of what is directly in a folder, but for the sums and hidden files. What is no file equals no file.
    /// - Throws: `DataSetError` for what cannot be read.
    init(folder: String) throws(DataSetError) {
      files = [:]
      let names: [String]
      do {
        names = try FileManager.default.contentsOfDirectory(atPath: folder)
      } catch {
        throw DataSetError(.file, folder, "the folder cannot be read")
      }
      for name in names where name != Self.fileName && !name.hasPrefix(".") {
        let path = "\(folder)/\(name)"
        var status = stat()
        // A link is not followed: what it points to is not in the set.
        let isFile = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        files[name] = isFile ? try Digest.hex(file: path) : "no file"
      }
    }
  }
#endif
