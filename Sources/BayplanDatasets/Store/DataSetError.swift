#if CommandLine
  /// Why a set could not be had. Nothing is left behind but what a later attempt resumes.
  public struct DataSetError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Open, so that new codes do not break source.
    public struct Code: RawRepresentable, Hashable, Sendable {
      public let rawValue: String
      public init(rawValue: String) { self.rawValue = rawValue }

      /// The server or the mirror does not have it.
      public static let notFound = Code(rawValue: "notFound")
      /// No connection, a broken one, an answer that means nothing, or too many redirects.
      public static let network = Code(rawValue: "network")
      /// Nothing came for as long as the time-out.
      public static let stalled = Code(rawValue: "stalled")
      /// More came than the catalogue allows.
      public static let tooLarge = Code(rawValue: "tooLarge")
      /// What came is not what the catalogue describes.
      public static let mismatch = Code(rawValue: "mismatch")
      /// An archive that is broken, or that would write outside its folder.
      public static let archive = Code(rawValue: "archive")
      /// A program that unpacks is not installed.
      public static let missingTool = Code(rawValue: "missingTool")
      /// A file cannot be read or written.
      public static let file = Code(rawValue: "file")
      public static let cancelled = Code(rawValue: "cancelled")
    }

    public var code: Code
    /// The address or the file.
    public var subject: String
    public var message: String
    /// A likely way out, a full sentence.
    public var fix: String?

    public init(_ code: Code, _ subject: String, _ message: String, fix: String? = nil) {
      self.code = code
      self.subject = subject
      self.message = message
      self.fix = fix
    }

    public var description: String { "\(subject): \(message)" + (fix.map { "\n  \($0)" } ?? "") }
  }
#endif
