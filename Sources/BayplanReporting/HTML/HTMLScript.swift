/// A script of a page, and what lets a browser run it: the page's policy names the hash of each script, and so of nothing
/// that an input might have smuggled in.
public struct HTMLScript: Sendable {
  public let source: StaticString
  /// SHA-256 of what stands between the tags, in Base64. A test compares it with the source: building pages needs no
  /// cryptography.
  public let digest: StaticString

  public init(_ source: StaticString, digest: StaticString) {
    self.source = source
    self.digest = digest
  }

  /// What stands between the tags.
  public var text: String { "\n\(source)" }
}
