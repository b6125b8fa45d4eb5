#if CommandLine
  import Crypto
  import Foundation

  /// SHA-256 as hexadecimal digits.
  public enum Digest {
    public static func hex(_ bytes: some DataProtocol) -> String { text(SHA256.hash(data: bytes)) }

    public static func hex(_ text: String) -> String { hex(Data(text.utf8)) }

    /// Of the JSON of a value, keys sorted.
    public static func hex(of value: some Encodable) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return hex(try encoder.encode(value))
    }

    /// Complexity: O(size), a mebibyte at a time.
    /// - Throws: `DataSetError` for what cannot be read.
    public static func hex(file path: String) throws(DataSetError) -> String {
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw DataSetError(.file, path, "the file cannot be read", fix: "Check the path.")
      }
      defer { try? file.close() }
      var hash = SHA256()
      do {
        while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
      } catch {
        throw DataSetError(.file, path, "the file cannot be read")
      }
      return text(hash.finalize())
    }

    private static func text(_ digest: SHA256.Digest) -> String {
      let digits = Array("0123456789abcdef".utf8)
      return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
  }
#endif
