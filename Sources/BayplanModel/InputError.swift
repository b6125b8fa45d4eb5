/// A place in an input: file, line and column (from 1), as far as known.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  public var file: String
  public var line: Int?
  public var column: Int?

  public init(file: String, line: Int? = nil, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String {
    [file, line.map(String.init), line == nil ? nil : column.map(String.init)].compactMap { $0 }
      .joined(separator: ":")
  }
}

/// Bad input: every problem found, each with its place, its object and a likely fix.
public struct InputError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong. Open, so that new codes do not break source.
  public struct Code: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text is not valid YAML, JSON, CSV or Dockerfile syntax.
    public static let syntax = Code(rawValue: "syntax")
    /// A field has a value it may not have.
    public static let invalidValue = Code(rawValue: "invalidValue")
    /// A field that must be there is not.
    public static let missing = Code(rawValue: "missing")
    /// Two objects have one name.
    public static let duplicate = Code(rawValue: "duplicate")
    /// A file or object that is named does not exist or cannot be read.
    public static let unreadable = Code(rawValue: "unreadable")
    /// Things include or extend each other in a circle.
    public static let cycle = Code(rawValue: "cycle")
    /// The input exceeds a limit that protects the process.
    public static let limit = Code(rawValue: "limit")
    /// Nothing to do: no object was found.
    public static let empty = Code(rawValue: "empty")
    /// Valid in its language, but nothing Bayplan can take.
    public static let unsupported = Code(rawValue: "unsupported")
  }

  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    public var code: Code
    public var location: SourceLocation?
    /// `Deployment shop/cart`, `service web`, `FROM`, …
    public var object: String?
    public var message: String
    /// A likely way out, a full sentence.
    public var fix: String?

    public init(
      _ code: Code, at location: SourceLocation? = nil, object: String? = nil, _ message: String, fix: String? = nil
    ) {
      self.code = code
      self.location = location
      self.object = object
      self.message = message
      self.fix = fix
    }

    public var description: String {
      let place = [location?.description, object].compactMap { $0 }.joined(separator: ": ")
      return (place.isEmpty ? message : "\(place): \(message)") + (fix.map { "\n  \($0)" } ?? "")
    }
  }

  public var problems: [Problem]

  public init(_ problems: [Problem]) { self.problems = problems }
  public init(
    _ code: Code, at location: SourceLocation? = nil, object: String? = nil, _ message: String, fix: String? = nil
  ) {
    problems = [Problem(code, at: location, object: object, message, fix: fix)]
  }

  /// A way out where a name means nothing: names that do.
  public static func perhaps(_ names: [String]) -> String? {
    names.isEmpty ? nil : "Perhaps one of: \(names.prefix(5).joined(separator: ", "))."
  }

  /// A way out where a name means several.
  public static func sayWhich(_ names: [String]) -> String {
    "Say which: \(names.prefix(5).joined(separator: ", "))."
  }

  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
