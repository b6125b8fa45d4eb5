import Foundation
import Testing

/// Runs the built executable and keeps what it said.
struct BayplanProcess {
  var code: Int32
  var output: String
  var errors: String

  /// The package's root, where examples are named from.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Beside the test bundle.
  static let executable: URL = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let candidates = [
      bundle?.deletingLastPathComponent(), URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent(),
      root.appendingPathComponent(".build/debug"),
    ]
    return candidates.compactMap { $0?.appendingPathComponent("bayplan") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? root.appendingPathComponent("bayplan")
  }()

  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> BayplanProcess {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files instead of pipes: a plan is longer than what a pipe holds.
    func file(_ name: String, _ text: String) throws -> URL {
      let url = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: url)
      return url
    }
    let files = (try file("in", input), try file("out", ""), try file("err", ""))
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = root
    var variables = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "110", "HOME": folder.path]
    if let path = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] { variables["LD_LIBRARY_PATH"] = path }
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: files.0)
    process.standardOutput = try FileHandle(forWritingTo: files.1)
    process.standardError = try FileHandle(forWritingTo: files.2)
    try process.run()
    process.waitUntilExit()
    return BayplanProcess(
      code: process.terminationStatus, output: try String(contentsOf: files.1, encoding: .utf8),
      errors: try String(contentsOf: files.2, encoding: .utf8))
  }
}

/// A folder that is gone afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// One line of `datasets/examples/LIST`.
struct Example: CustomTestStringConvertible {
  var code: Int32
  var name: String
  var arguments: [String]
  var testDescription: String { name }

  static let all: [Example] = {
    let list = BayplanProcess.root.appendingPathComponent("datasets/examples/LIST")
    let text = (try? String(contentsOf: list, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count > 2, let code = Int32(words[0]) else { return nil }
      return Example(code: code, name: words[1], arguments: Array(words[2...]))
    }
  }()
}
