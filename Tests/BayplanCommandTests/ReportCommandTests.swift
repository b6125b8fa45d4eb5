import Foundation
import Testing

/// `bayplan report` shows what the command itself shows.
@Suite struct ReportCommandTests {
  static let gpuTeam = ["datasets/examples/gpu-team/jobs.yaml", "datasets/examples/gpu-team/nodes.yaml"]
  static let day = "datasets/examples/simulation/day.yaml"

  @Test(arguments: ["table", "markdown", "html"])
  func plansLookTheSame(_ format: String) throws {
    let arguments = ["plan"] + Self.gpuTeam
    let json = try BayplanProcess.run(arguments + ["-o", "json"])
    let shown = try BayplanProcess.run(["report", "-", "-o", format], input: json.output)
    #expect(shown.code == 0, "\(shown.errors)")
    let own = try BayplanProcess.run(arguments + ["-o", format])
    func timeless(_ text: String) -> String { text.replacing(/[0-9.]+ (ms|s)/, with: "TIME") }
    #expect(timeless(shown.output) == timeless(own.output))
  }

  @Test(arguments: ["table", "markdown", "html"])
  func schedulesLookTheSame(_ format: String) throws {
    let arguments = ["schedule", "--tie-break", "first", "--compare"] + Self.gpuTeam
    let json = try BayplanProcess.run(arguments + ["-o", "json"])
    let shown = try BayplanProcess.run(["report", "-", "-o", format], input: json.output)
    #expect(shown.code == 0, "\(shown.errors)")
    #expect(try BayplanProcess.run(arguments + ["-o", format]).output == shown.output)
  }

  @Test func simulationsLookTheSameWithTheirSeries() throws {
    try withTemporaryFolder { folder in
      let json = folder.appendingPathComponent("run.json").path
      let series = folder.appendingPathComponent("series.csv").path
      let run = try BayplanProcess.run(
        ["simulate", Self.day, "-o", "json", "--output", json, "--series", series])
      #expect(run.code == 0, "\(run.errors)")
      let table = try BayplanProcess.run(["report", json, "--series", series])
      #expect(try BayplanProcess.run(["simulate", Self.day]).output == table.output, "\(table.errors)")
      let markdown = try BayplanProcess.run(["report", json, "-o", "markdown"])
      #expect(try BayplanProcess.run(["simulate", Self.day, "-o", "markdown"]).output == markdown.output)
      let without = try BayplanProcess.run(["report", json, "-o", "html"])
      #expect(without.code == 0 && without.output.contains("are not in this document"))
      let with = try BayplanProcess.run(["report", json, "-o", "html", "--series", series])
      #expect(with.output.contains("id=\"timeline\"") && !with.output.contains("are not in this document"))
      // A row that was cut off.
      let text = try String(contentsOfFile: series, encoding: .utf8)
      try Data(text.dropLast(9).utf8).write(to: URL(fileURLWithPath: series))
      let cut = try BayplanProcess.run(["report", json, "--series", series])
      #expect(cut.code == 65 && cut.errors.contains("series.csv:122"), "\(cut.errors)")
    }
  }

  @Test func packingsFromSeveralFilesAreOneReport() throws {
    try withTemporaryFolder { folder in
      let files = try ["pipes.txt", "servers.vbp"].map { name in
        let path = folder.appendingPathComponent("\(name).json").path
        let run = try BayplanProcess.run(["pack", "datasets/examples/packing/\(name)", "-o", "json", "--output", path])
        #expect(run.code == 0, "\(run.errors)")
        return path
      }
      let page = try BayplanProcess.run(["report", "-o", "html"] + files)
      #expect(page.code == 0 && page.output.contains("2 instances"))
      let table = try BayplanProcess.run(["report"] + files)
      #expect(table.output.contains("2 of 2 proved optimal"))
    }
  }

  @Test func whatIsNoResultIsBadInput() throws {
    for text in ["{}", "[]", "{\"schema\": \"bayplan/cluster/v1\"}", "{\"schema\": \"bayplan/simulation/v1\"}", "{"] {
      let run = try BayplanProcess.run(["report", "-"], input: text)
      #expect(run.code == 65 && run.output.isEmpty, "\(text): \(run.errors)")
    }
    #expect(try BayplanProcess.run(["report", "-", "-o", "json"], input: "{}").code == 64)
    let pack = try BayplanProcess.run(["pack", "datasets/examples/packing/pipes.txt", "-o", "json"])
    let broken = pack.output.replacing(/"items": \[\[[0-9]+,/, with: "\"items\": [[9999,")
    let run = try BayplanProcess.run(["report", "-", "-o", "html"], input: broken)
    #expect(broken != pack.output && run.code == 65 && run.errors.contains("9999"), "\(run.errors)")
  }
}
