import Foundation
import Testing

/// Runs that are saved, broken off and resumed, as a user would.
@Suite struct SimulateTests {
  private static let day = "datasets/examples/simulation/day.yaml"

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func aResumedRunWritesTheSameBytes() throws {
    try withFolder { folder in
      func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
      func outputs(_ name: String) -> [String] {
        [
          "--events", path("\(name).jsonl"), "--series", path("\(name).csv"), "-o", "json", "--output",
          path("\(name).json"),
        ]
      }
      let whole = try BayplanProcess.run(["simulate", Self.day] + outputs("whole"))
      #expect(whole.code == 0, "\(whole.errors)")
      let saved = ["--checkpoint", path("run"), "--every", "7m"]
      let first = try BayplanProcess.run(["simulate", Self.day, "--until", "45m"] + saved + outputs("parts"))
      #expect([0, 2].contains(first.code), "\(first.errors)")
      // What a process that was killed may have left behind.
      let handle = try FileHandle(forWritingTo: folder.appendingPathComponent("parts.jsonl"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"half\": ".utf8))
      try handle.close()
      let second = try BayplanProcess.run(["simulate", Self.day, "--resume", path("run")] + outputs("parts"))
      #expect(second.code == 0, "\(second.errors)")
      for kind in ["jsonl", "csv", "json"] {
        let (left, right) = (
          FileManager.default.contents(atPath: path("whole.\(kind)")),
          FileManager.default.contents(atPath: path("parts.\(kind)"))
        )
        #expect(left == right && left?.isEmpty == false, "\(kind)")
      }
      let other = try BayplanProcess.run(["simulate", Self.day, "--seed", "8", "--resume", path("run")])
      #expect(other.code == 65 && other.errors.contains("another scenario or seed"))
    }
  }

  @Test func nothingIsWrittenForABadScenario() throws {
    try withFolder { folder in
      let scenario = folder.appendingPathComponent("bad.yaml")
      try Data("apiVersion: bayplan/v1\nkind: Scenario\nduration: 1h\ncluster: [nowhere.yaml]\nspeed: 3\n".utf8).write(
        to: scenario)
      let events = folder.appendingPathComponent("events.jsonl").path
      let run = try BayplanProcess.run(["simulate", scenario.path, "--events", events])
      #expect(run.code == 65)
      #expect(run.errors.contains("bad.yaml:5:8") && run.errors.contains("there is no field 'speed'"))
      #expect(run.errors.contains("nowhere.yaml"))
      #expect(!FileManager.default.fileExists(atPath: events))
    }
  }

  @Test func eventsAreKubernetesEvents() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("events.jsonl").path
      _ = try BayplanProcess.run(["simulate", Self.day, "--events", path])
      let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      #expect(lines.count > 100)
      for line in lines {
        let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(event["kind"] as? String == "Event" && event["apiVersion"] as? String == "v1")
        #expect(event["reason"] is String && event["message"] is String && event["involvedObject"] is [String: Any])
        #expect((event["firstTimestamp"] as? String)?.hasPrefix("2026-01-05T1") == true)
      }
    }
  }

  @Test func outputsThatWouldHarmEachOtherAreRefused() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("x").path
      for arguments in [
        ["--events", path, "--series", path], ["--events", path, "--checkpoint", path], ["--events", Self.day],
        ["-o", "csv", "--resume", path],
      ] {
        let run = try BayplanProcess.run(["simulate", Self.day] + arguments)
        #expect(run.code == 64, "\(arguments)")
      }
      // Another file than the one that the saved run wrote.
      let run = path + ".run"
      _ = try BayplanProcess.run(["simulate", Self.day, "--until", "45m", "--checkpoint", run, "--events", path])
      let other = try BayplanProcess.run(["simulate", Self.day, "--resume", run, "--events", path + "2"])
      #expect(other.code == 1 && other.errors.contains("is it another file?"))
      let series = try BayplanProcess.run(["simulate", Self.day, "--resume", run, "--series", path + "3"])
      #expect(series.code == 1 && series.errors.contains("wrote no --series"))
    }
  }

  @Test func devicesAndLinksStayWhatTheyAre() throws {
    try withFolder { folder in
      let target = folder.appendingPathComponent("target")
      let link = folder.appendingPathComponent("link")
      try Data().write(to: target)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      let run = try BayplanProcess.run(["simulate", Self.day, "-q", "--events", link.path, "--series", "/dev/null"])
      #expect(run.code == 0, "\(run.errors)")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path).hasSuffix("target"))
      let written = try Data(contentsOf: target)
      #expect(written.count > 1000)
      let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
      #expect(type == .typeCharacterSpecial)
      let full = try BayplanProcess.run(["simulate", Self.day, "-q", "--events", "/dev/full"])
      #expect(full.code == 1 && full.errors.contains("No space left"))
    }
  }

  /// Generated arrivals are part of what a seed decides.
  @Test func anotherSeedIsAnotherDay() throws {
    let outputs = try ["1", "1", "2"].map { seed in
      try BayplanProcess.run(["simulate", "datasets/examples/simulation/batch.yaml", "--seed", seed, "-o", "csv"])
        .output
    }
    #expect(outputs[0] == outputs[1] && outputs[0].split(separator: "\n").count > 10)
    func pods(_ output: String) -> [Substring] {
      output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false)[3] }
    }
    #expect(pods(outputs[0]) != pods(outputs[2]))
  }
}
