#if CommandLine
  import Crypto
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
    var digest: String { Self.hexadecimal(SHA256.hash(data: Data(text.utf8))) }

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
        files[name] = isFile ? try Self.sha256(file: path) : "no file"
      }
    }

    /// Complexity: O(size), a mebibyte at a time.
    static func sha256(file: String) throws(DataSetError) -> String {
      guard let handle = FileHandle(forReadingAtPath: file) else {
        throw DataSetError(.file, file, "the file cannot be read")
      }
      defer { try? handle.close() }
      var hash = SHA256()
      do {
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty { hash.update(data: data) }
      } catch {
        throw DataSetError(.file, file, "the file cannot be read")
      }
      return hexadecimal(hash.finalize())
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
      let digits = Array("0123456789abcdef".utf8)
      return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }
#endif
