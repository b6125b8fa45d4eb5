import Foundation
import Testing

/// What the examples print, to the letter. `BAYPLAN_UPDATE_GOLDEN=1 swift test` writes the files anew: read the
/// difference before you commit it.
@Suite struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")

  @Test(arguments: Example.all)
  func table(_ example: Example) throws {
    let run = try BayplanProcess.run(["plan", "--time-limit", "60"] + example.arguments)
    #expect(run.code == example.code, "\(run.errors)")
    try compare(Self.masked(table: run.output), "\(example.name).txt")
  }

  @Test(arguments: Example.all.filter { ["gpu-team", "classic-deployment"].contains($0.name) })
  func json(_ example: Example) throws {
    let run = try BayplanProcess.run(["plan", "--time-limit", "60"] + example.arguments + ["-o", "json"])
    #expect(run.code == example.code, "\(run.errors)")
    try compare(Self.masked(json: run.output), "\(example.name).json")
  }

  @Test func explanation() throws {
    let example = Example.all.first { $0.name == "gpu-team" }!
    let run = try BayplanProcess.run(["explain", "train-large-0", "--planned"] + example.arguments)
    #expect(run.code == 2, "\(run.errors)")
    try compare(run.output, "explain.txt")
  }

  @Test(arguments: ["two-reasons", "large"])
  func schedulerExplanation(_ pod: String) throws {
    let inputs = ["datasets/examples/explain/cluster.yaml", "datasets/examples/explain/pending.yaml"]
    let json = try BayplanProcess.run(["explain", pod] + inputs + ["-o", "json"])
    #expect(json.code == 2, "\(json.errors)")
    try compare(json.output, "explain-\(pod).json")
    let csv = try BayplanProcess.run(["explain", pod] + inputs + ["-o", "csv"])
    try compare(csv.output, "explain-\(pod).csv")
  }

  @Test func headroom() throws {
    let inputs = ["datasets/examples/explain/cluster.yaml"]
    let json = try BayplanProcess.run(["headroom", "-o", "json"] + inputs)
    #expect(json.code == 2, "\(json.errors)")
    try compare(json.output, "headroom.json")
    let csv = try BayplanProcess.run(["headroom", "-o", "csv"] + inputs)
    try compare(csv.output, "headroom.csv")
  }

  @Test func schedule() throws {
    let example = Example.all.first { $0.name == "gpu-team" }!
    let run = try BayplanProcess.run(["schedule", "--tie-break", "first"] + example.arguments)
    #expect(run.code == 2, "\(run.errors)")
    try compare(run.output, "schedule.txt")
    let json = try BayplanProcess.run(["schedule", "--tie-break", "first"] + example.arguments + ["-o", "json"])
    try compare(json.output, "schedule.json")
  }

  /// Small enough to be followed by hand, with every rule checked at every step.
  @Test func simulation() throws {
    let scenario = "datasets/examples/simulation/day.yaml"
    let run = try BayplanProcess.run(["simulate", scenario, "--log", "--check"])
    #expect(run.code == 0, "\(run.errors)")
    try compare(run.output, "simulate-day.txt")
    let json = try BayplanProcess.run(["simulate", scenario, "-o", "json"])
    try compare(json.output, "simulate-day.json")
    let csv = try BayplanProcess.run(["simulate", scenario, "-o", "csv"])
    try compare(csv.output, "simulate-day.csv")
  }

  @Test(arguments: ["datasets/examples/edge/week.yaml", "datasets/examples/simulation/batch.yaml"])
  func simulatedWeeks(_ scenario: String) throws {
    let name = scenario.split(separator: "/").last!.dropLast(5)
    let run = try BayplanProcess.run(["simulate", scenario, "--check"])
    #expect([0, 2].contains(run.code), "\(run.errors)")
    try compare(run.output, "simulate-\(name).txt")
  }

  @Test func pages() throws {
    let example = Example.all.first { $0.name == "gpu-team" }!
    let plan = try BayplanProcess.run(["plan", "--time-limit", "60", "-o", "html"] + example.arguments)
    #expect(plan.code == 2, "\(plan.errors)")
    try compare(Self.masked(html: plan.output), "gpu-team.html")
    let run = try BayplanProcess.run(["simulate", "datasets/examples/simulation/day.yaml", "-o", "html"])
    #expect(run.code == 0, "\(run.errors)")
    try compare(Self.masked(html: run.output), "simulate-day.html")
  }

  @Test func markdown() throws {
    let example = Example.all.first { $0.name == "gpu-team" }!
    let schedule = try BayplanProcess.run(["schedule", "--tie-break", "first", "-o", "markdown"] + example.arguments)
    try compare(schedule.output, "schedule.md")
    let run = try BayplanProcess.run(["simulate", "datasets/examples/simulation/day.yaml", "-o", "markdown"])
    try compare(run.output, "simulate-day.md")
    let pack = try BayplanProcess.run(["pack", "--time-limit", "60", "\(Self.packing)/sizes.mvp", "-o", "markdown"])
    try compare(pack.output, "pack-sizes.md")
  }

  static let packing = "datasets/examples/packing"

  @Test(arguments: ["pipes.txt", "triplets.txt", "servers.vbp", "sizes.mvp"])
  func packing(_ file: String) throws {
    let run = try BayplanProcess.run(["pack", "--time-limit", "60", "\(Self.packing)/\(file)"])
    #expect(run.code == 0, "\(run.errors)")
    try compare(Self.masked(packing: run.output), "pack-\(file).out")
  }

  @Test func packingsOfAFolder() throws {
    let run = try BayplanProcess.run(["pack", "--time-limit", "60", Self.packing])
    #expect(run.code == 0, "\(run.errors)")
    try compare(Self.masked(packing: run.output), "pack-folder.out")
    let csv = try BayplanProcess.run(["pack", "--time-limit", "60", Self.packing, "-o", "csv", "--threads", "1"])
    try compare(Self.masked(csv: csv.output), "pack-folder.csv")
  }

  @Test func verificationOfPackings() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("packings.json").path
    let run = try BayplanProcess.run(["pack", "--time-limit", "60", Self.packing, "-o", "json", "--output", file])
    #expect(run.code == 0, "\(run.errors)")
    let check = try BayplanProcess.run(["verify", file])
    #expect(check.code == 0, "\(check.errors)")
    try compare(check.output, "verify-packings.out")
    let json = try BayplanProcess.run(["verify", file, "-o", "json"])
    try compare(json.output, "verify-packings.json")
  }

  @Test func datasets() throws {
    let nowhere = ["--folder", "datasets/none"]
    let list = try BayplanProcess.run(["datasets", "list"] + nowhere)
    #expect(list.code == 0, "\(list.errors)")
    try compare(list.output, "datasets-list.txt")
    for format in ["csv", "json"] {
      try compare(BayplanProcess.run(["datasets", "list", "-o", format] + nowhere).output, "datasets-list.\(format)")
    }
    let show = try BayplanProcess.run(["datasets", "show", "openb_nodes"] + nowhere)
    #expect(show.code == 0, "\(show.errors)")
    try compare(show.output, "datasets-show.txt")
    let verify = try BayplanProcess.run(["datasets", "verify", "hard28", "ai", "-o", "json"] + nowhere)
    #expect(verify.code == 2, "\(verify.errors)")
    try compare(verify.output, "datasets-verify.json")
    let classes = try BayplanProcess.run(["datasets", "generate"])
    #expect(classes.code == 0, "\(classes.errors)")
    try compare(classes.output, "datasets-classes.txt")
  }

  private func compare(_ text: String, _ name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["BAYPLAN_UPDATE_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
      return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    let lines = (text.split(separator: "\n"), expected.split(separator: "\n"))
    let first = zip(lines.0, lines.1).first { $0.0 != $0.1 }
    #expect(
      text == expected,
      "\(name) differs, first in\n  now: \(first?.0 ?? "(the end)")\n  was: \(first?.1 ?? "(the end)")")
  }

  /// Without the time a run took, the last part of its line.
  static func masked(table: String) -> String {
    table.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard line.hasPrefix("  engine "), let dot = line.lastIndex(of: "·") else { return String(line) }
      return line[...dot] + " TIME"
    }.joined(separator: "\n")
  }

  /// Without the time a run took, and without styles and scripts, which are the same in every page; data stays.
  static func masked(html: String) -> String {
    html.replacing(/(?s)<style>.*?<\/style>/, with: "<style></style>")
      .replacing(/(?s)<script>.*?<\/script>/, with: "<script></script>")
      .replacing(/·\ [0-9.]+ (ms|s)<\/p>/, with: "· TIME</p>")
  }

  /// Without the times at the ends of lines, and the widths of columns that depend on them.
  static func masked(packing text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.replacing(/[0-9.]+ (ms|s|min)$/, with: "TIME").replacing(/[ ]{3,}/, with: "  ")
    }.joined(separator: "\n")
  }

  static func masked(csv text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.replacing(/[0-9]+\.[0-9]+(?=,|$)/) { $0.output == "0.0" ? "0.0" : "TIME" }
    }.joined(separator: "\n")
  }

  static func masked(json: String) -> String {
    json.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let end = line.range(of: "Seconds\": ")?.upperBound else { return String(line) }
      return line[..<end] + "0,"
    }.joined(separator: "\n")
  }
}
