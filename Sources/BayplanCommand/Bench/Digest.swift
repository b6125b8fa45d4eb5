#if CommandLine
  import Bayplan
  import Crypto
  import Foundation

  /// SHA-256 as hexadecimal digits.
  enum Digest {
    static func hex(_ bytes: some DataProtocol) -> String { text(SHA256.hash(data: bytes)) }

    static func hex(_ text: String) -> String { hex(Data(text.utf8)) }

    /// Of the JSON of a value, keys sorted.
    static func hex(of value: some Encodable) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return hex(try encoder.encode(value))
    }

    /// - Throws: `InputError` if the file cannot be read.
    static func hex(file path: String) throws -> String {
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw InputError(.unreadable, at: SourceLocation(file: path), "the file cannot be read", fix: "Check the path.")
      }
      defer { try? file.close() }
      var hash = SHA256()
      while let part = try file.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
      return text(hash.finalize())
    }

    private static func text(_ digest: SHA256.Digest) -> String {
      digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
#endif
