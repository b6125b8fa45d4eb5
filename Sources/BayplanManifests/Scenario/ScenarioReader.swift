import BayplanModel
import Foundation

/// Reads a scenario file. Every problem is reported with its place, and nothing unknown is passed over.
///
/// What a scenario names (manifests, node lists, traces) is read by whoever reads those formats, see `Loader`; paths are
/// relative to the scenario's folder.
public struct ScenarioReader {
  public struct Loader {
    /// Everything in some files or folders, as one cluster.
    public var cluster: (_ paths: [String]) throws(InputError) -> Cluster
    public var profiles: (_ path: String) throws(InputError) -> [SchedulerProfile]
    /// A trace, from its file and files that belong to it.
    public var trace: (_ request: TraceRequest) throws(InputError) -> Trace
    /// A synthetic trace.
    public var generate: (_ pattern: TracePattern) throws(InputError) -> Trace

    /// Names that `scheduler.strategy` and `reoptimize.strategy` may have.
    public var strategies: [String]
    public var planners: [String]

    public init(
      strategies: [String], planners: [String],
      cluster: @escaping (_ paths: [String]) throws(InputError) -> Cluster,
      profiles: @escaping (_ path: String) throws(InputError) -> [SchedulerProfile],
      trace: @escaping (_ request: TraceRequest) throws(InputError) -> Trace,
      generate: @escaping (_ pattern: TracePattern) throws(InputError) -> Trace
    ) {
      self.strategies = strategies
      self.planners = planners
      self.cluster = cluster
      self.profiles = profiles
      self.trace = trace
      self.generate = generate
    }
  }

  /// A trace that a scenario names.
  public struct TraceRequest {
    /// The trace, then files that belong to it.
    public var files: [String]
    /// Nil: told by its looks.
    public var format: String?
  }

  private let loader: Loader
  private let seed: UInt64?
  private let diagnostics = Diagnostics()

  /// - Parameter seed: instead of the scenario's; generated arrivals depend on it.
  public init(_ loader: Loader, seed: UInt64? = nil) {
    self.loader = loader
    self.seed = seed
  }

  public func scenario(path: String) throws(InputError) -> Scenario {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw InputError(.unreadable, at: SourceLocation(file: path), "the file cannot be read", fix: "Check the path.")
    }
    let decoded: Result<String, InputError> = data.withUnsafeBytes { bytes in
      do throws(InputError) { return .success(try SourceText.decode(bytes, file: path)) } catch {
        return .failure(error)
      }
    }
    return try scenario(decoded.get(), file: path, folder: (path as NSString).deletingLastPathComponent)
  }

  /// - Parameter folder: what paths in the scenario are relative to.
  public func scenario(_ text: String, file: String, folder: String) throws(InputError) -> Scenario {
    let root = try Field(
      onlyDocumentOf: text, file: file, object: "Scenario", diagnostics, fix: "Give one document of kind Scenario.")
    var body = ScenarioBody(root: root, folder: folder, seed: seed, loader: loader, diagnostics: diagnostics)
    let scenario = body.read()
    try diagnostics.throwIfAny()
    guard let scenario else { throw InputError(.missing, at: SourceLocation(file: file), "the scenario is empty") }
    for problem in scenario.problems() {
      diagnostics.report(
        .init(problem.code, at: body.place(of: problem.path), object: problem.path, problem.message, fix: problem.fix))
    }
    try diagnostics.throwIfAny()
    return scenario
  }
}

extension Field {
  private static let longestSeconds: Int64 = 1000 * 366 * 86_400

  /// A length of time: `90s`, `1h30m`, `2d`; a bare number means seconds.
  var duration: Millis? {
    if case .number(let text) = node.content, let seconds = Int64(text) {
      if seconds < 0 {
        report("'\(key)' is \(text): it cannot be negative", fix: "Count from the beginning.")
        return nil
      }
      guard seconds <= Self.longestSeconds else {
        report(.limit, "'\(key)' is \(text) seconds, more than a thousand years", fix: "Write it like 90s, 15m or 7d.")
        return nil
      }
      return seconds * 1000
    }
    guard case .string(let text) = node.content, let time = Millis(duration: text) else {
      report(
        "'\(key)' must be a length of time, not \(node.text ?? node.kindDescription)",
        fix: "Write it like 90s, 15m, 1h30m or 7d.")
      return nil
    }
    return time
  }

  func duration(_ key: String) -> Millis? { self[key]?.duration }

  /// A number that may have a fraction, in thousandths.
  var milliNumber: Int64? {
    guard case .number(let text) = node.content, let value = Double(text), abs(value) < 1e12 else {
      report("'\(key)' must be a number, not \(node.text ?? node.kindDescription)")
      return nil
    }
    if value < 0 {
      report("'\(key)' is \(text): it cannot be negative")
      return nil
    }
    return Int64((value * 1000).rounded())
  }

  /// `50%`, or 50; in thousandths of one.
  var percentMilli: Int64? {
    var text: Substring
    switch node.content {
    case .number(let number): text = number[...]
    case .string(let string): text = string[...]
    default: text = ""
    }
    if text.hasSuffix("%") { text = text.dropLast() }
    guard let value = Double(text), value >= 0, value <= 1e6 else {
      report("'\(key)' must be a percentage, not \(node.text ?? node.kindDescription)", fix: "Write it like 50%.")
      return nil
    }
    return Int64((value * 10).rounded())
  }
}
