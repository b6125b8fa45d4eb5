import Foundation
import Testing

/// Benches as users run them, with small instances.
@Suite struct BenchTests {
  private static let suite = """
    apiVersion: bayplan/v1
    kind: BenchSuite
    name: tiny
    experiments:
      - name: packing
        task: pack
        instances:
          - {generator: falkenauer-uniform, with: {items: 20}, seeds: 1..4}
        strategies: [auto, first-fit]
        workLimit: 1000
      - name: clusters
        task: plan
        instances:
          - {generator: applications, with: {nodes: 5, pods: 30}, seeds: 1..2}
        strategies: [{strategy: kube-scheduler, task: schedule}, first-fit]
        workLimit: 1000
    """

  private func bench(
    _ folder: URL, _ arguments: [String] = [], suite: String = suite, command: [String] = ["bench"]
  ) throws -> BayplanProcess {
    let file = folder.appendingPathComponent("suite.yaml")
    try Data(suite.utf8).write(to: file)
    return try BayplanProcess.run(command + [file.path, "--store", store(folder)] + arguments)
  }

  private func store(_ folder: URL) -> String { folder.appendingPathComponent("runs.sqlite").path }

  private func rows(_ folder: URL) throws -> [[String]] {
    let run = try BayplanProcess.run(["bench", "export", store(folder), "-o", "csv"])
    return run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test func runsAreMadeOnceAndReportsAreTheSame() throws {
    try withTemporaryFolder { folder in
      let first = try bench(folder)
      #expect(first.code == 0, "\(first.errors)")
      #expect(first.output.contains("12 of 12 runs"))
      let second = try bench(folder)
      // CPU times in it would differ if a run had been made again.
      #expect(second.output == first.output && second.code == 0)
      let report = try BayplanProcess.run(["bench", "report", store(folder)])
      #expect(report.output == first.output)
      let rows = try rows(folder)
      #expect(rows.count == 12 && rows.allSatisfy { ["optimal", "solved"].contains($0[7]) }, "\(rows)")
      for format in ["json", "markdown"] {
        let outputs = try (0..<2).map { _ in
          try BayplanProcess.run(["bench", "report", store(folder), "-o", format]).output
        }
        #expect(outputs[0] == outputs[1] && !outputs[0].isEmpty)
      }
      let document = try BayplanProcess.run(["bench", "export", store(folder), "-o", "json"]).output
      #expect(try SchemaTests.problems(document, schema: "bench") == [])
      let same = ["bench", "compare", store(folder), store(folder), "-o"]
      #expect(
        try SchemaTests.problems(try BayplanProcess.run(same + ["json"]).output, schema: "bench-comparison") == [])
      let table = try BayplanProcess.run(same + ["csv"]).output.split(separator: "\n")
      #expect(table[0].hasPrefix("experiment,strategy,measure,pairs") && table.contains { $0.contains(",equal") })
      let page = try BayplanProcess.run(same + ["html"])
      #expect(page.code == 0 && page.output.contains("Bench comparison</title>"))
      let equal = try BayplanProcess.run(["bench", "compare", store(folder), store(folder)])
      #expect(equal.code == 0 && equal.output.hasPrefix("no difference"), "\(equal.output)")
    }
  }

  /// Killed again and again at any moment, the bench ends with the runs that it would have made at once.
  @Test func aKilledBenchGoesOn() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("suite.yaml")
      try Data(Self.suite.utf8).write(to: file)
      var known: [[String]] = []
      for round in 0..<4 {
        let process = Process()
        process.executableURL = BayplanProcess.executable
        process.arguments = ["bench", file.path, "--store", store(folder), "--jobs", "1"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        usleep(useconds_t(150_000 + 120_000 * round))
        kill(process.processIdentifier, round == 3 ? SIGINT : SIGKILL)
        process.waitUntilExit()
        if !FileManager.default.fileExists(atPath: store(folder)) { continue }
        // Up to the times: further columns depend on what has been measured so far.
        let rows = try rows(folder).filter { $0[7] != "missing" }.map { Array($0.prefix(10)) }
        for row in known { #expect(rows.contains(row), "lost or made again: \(row)") }
        known = rows
      }
      let last = try bench(folder)
      #expect(last.code == 0 && last.output.contains("12 of 12 runs"), "\(last.errors)")
      let all = try rows(folder).map { Array($0.prefix(10)) }
      for row in known { #expect(all.contains(row), "lost or made again: \(row)") }
    }
  }

  /// A full disk, as a limit on the size of files.
  @Test func aStoreThatCannotGrowLosesNothing() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("suite.yaml")
      try Data(Self.suite.utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = [
        "-c", "trap '' XFSZ; ulimit -f 48; exec \"$0\" \"$@\"", BayplanProcess.executable.path, "bench", file.path,
        "--store", store(folder),
      ]
      process.standardOutput = FileHandle.nullDevice
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1 && said.contains("cannot"), "\(said)")
      let last = try bench(folder)
      #expect(last.code == 0 && last.output.contains("12 of 12 runs"), "\(last.errors)")
    }
  }

  // MARK: Peers

  private static let peerSuite = """
    apiVersion: bayplan/v1
    kind: BenchSuite
    name: peers
    experiments:
      - name: packing
        task: pack
        instances: [{files: [problem.json]}]
        strategies: [auto, {peer: honest}, {peer: liar}, {peer: crash}, {peer: stubborn}, {peer: picky}, {peer: absent},
          {peer: gabby}, {peer: boaster}]
        timeLimit: 1s
    """

  /// Each peer is a shell script; the instance is two items that do not go together.
  private static let peers: [(name: String, body: String)] = [
    (
      "honest",
      #"echo '{"schema":"bayplan/pack/v1","status":"optimal","objective":2,"lowerBound":2,"engine":"x","# + #""bins":"#
        + #"[{"type":0,"copies":2,"items":[[0,1]]}]}'"#
    ),
    (
      "liar",
      #"echo '{"schema":"bayplan/pack/v1","status":"optimal","objective":1,"lowerBound":1,"engine":"x","# + #""bins":"#
        + #"[{"type":0,"copies":1,"items":[[0,2]]}]}'"#
    ),
    ("crash", "echo 'out of luck' >&2; exit 3"),
    ("stubborn", "sleep 60 & sleep 60"),
    ("gabby", "head -c 300000000 /dev/zero"),
    (
      "boaster",
      #"echo '{"schema":"bayplan/pack/v1","status":"feasible","objective":2,"lowerBound":9223372036854775807,"#
        + #""engine":"x","bins":[{"type":0,"copies":2,"items":[[0,1]]}]}'"#
    ),
    ("picky", #"echo '{"status": "unsupported", "reason": "not today"}'"#),
  ]

  @Test func peersAreCheckedAndTheirTroublesTold() throws {
    try withTemporaryFolder { folder in
      let problem = #"{"binTypes": [{"capacity": [10]}], "rows": [{"weights": [6], "demand": 2}]}"#
      try Data(problem.utf8).write(to: folder.appendingPathComponent("problem.json"))
      let programs = folder.appendingPathComponent("peers")
      try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
      for (name, body) in Self.peers {
        let file = programs.appendingPathComponent(name)
        let text = "#!/bin/sh\ncase \"$1\" in --version) echo \"\(name) 1\"; exit 0;; esac\n\(body)\n"
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      }
      let run = try bench(folder, ["--peers", programs.path, "--patience", "2"], suite: Self.peerSuite)
      #expect(run.code == 2, "\(run.errors)")
      let status = Dictionary(
        uniqueKeysWithValues: try rows(folder).map { ($0[5], ($0[7], $0[10...].joined(separator: ","))) })
      #expect(status["auto"]?.0 == "optimal" && status["honest"]?.0 == "optimal")
      #expect(status["liar"]?.0 == "failed" && status["liar"]!.1.contains("its packing is wrong"))
      #expect(status["crash"]?.0 == "failed" && status["crash"]!.1.contains("out of luck"))
      #expect(status["stubborn"]?.0 == "timedOut")
      #expect(status["picky"]?.0 == "skipped" && status["picky"]!.1.contains("not today"))
      #expect(status["absent"]?.0 == "skipped" && status["absent"]!.1.contains("there is no peer 'absent'"))
      #expect(status["boaster"]?.0 == "failed" && status["boaster"]!.1.contains("claims a bound"))
      #expect(status["gabby"]?.0 == "failed" && status["gabby"]!.1.contains("printed more than 256 MiB"))
      #expect(run.output.contains("stubborn timed out on problem"))
    }
  }

  // MARK: Reports

  /// Names from a suite are text in every form.
  @Test func hostileNamesAreText() throws {
    try withTemporaryFolder { folder in
      let name = #"<script>alert(1)</script> \u001b[31m =1+1 | `x` \u202e"#
      let suite = Self.suite.replacingOccurrences(of: "name: packing", with: "name: \"\(name)\"")
        .replacingOccurrences(of: "[auto, first-fit]", with: "[{name: \"=\(name)\", strategy: auto}, first-fit]")
      let run = try bench(folder, suite: suite)
      #expect(run.code == 0 && !run.output.contains("\u{1B}") && !run.output.contains("\u{202E}"), "\(run.errors)")
      let page = try BayplanProcess.run(["bench", "report", store(folder), "-o", "html"]).output
      #expect(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"))
      let parsed = try HTMLReportTests.Parsed(HTMLReportTests.withoutScripts(page))
      #expect(parsed.elements.contains { $0.name == "details" })
      let markdown = try BayplanProcess.run(["bench", "report", store(folder), "-o", "markdown"]).output
      #expect(!markdown.contains("<script>") && !markdown.contains("`x`"))
      let csv = try BayplanProcess.run(["bench", "report", store(folder), "-o", "csv"]).output
      #expect(csv.contains("\"'=<script>") && !csv.contains(",=<script>"))
    }
  }

  /// An export is as good as the store it came from.
  @Test func anExportIsABaseline() throws {
    try withTemporaryFolder { folder in
      #expect(try bench(folder).code == 0)
      let file = folder.appendingPathComponent("baseline.json").path
      #expect(try BayplanProcess.run(["bench", "export", store(folder), "-o", "json", "--output", file]).code == 0)
      let compare = try BayplanProcess.run(["bench", "compare", file, store(folder), "-o", "json"])
      #expect(compare.code == 0 && compare.output.contains("\"verdict\": \"equal\""), "\(compare.errors)")
      #expect(compare.output.contains("\"paired\": 12"))
      // One answer worse, in all instances: not by chance.
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let worse = text.replacingOccurrences(of: #""unplaced": "#, with: #""unplaced": 1"#)
      try Data(worse.utf8).write(to: folder.appendingPathComponent("worse.json"))
      let other = try BayplanProcess.run(["bench", "compare", file, folder.appendingPathComponent("worse.json").path])
      #expect(other.output.contains("unplaced"))
    }
  }

  @Test func aStoreIsOnlyRead() throws {
    try withTemporaryFolder { folder in
      #expect(try bench(folder).code == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(files == ["runs.html", "runs.sqlite", "suite.yaml"])
      let before = try Data(contentsOf: URL(fileURLWithPath: store(folder)))
      #expect(try BayplanProcess.run(["bench", "report", store(folder)]).code == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: store(folder))) == before)
    }
  }

  /// Where a peer is not installed nothing was measured, and nobody is told that all is well.
  @Test func whatIsNotInstalledIsNotWell() throws {
    try withTemporaryFolder { folder in
      let suite = Self.suite.replacingOccurrences(of: "[auto, first-fit]", with: "[first-fit, {peer: absent}]")
      let run = try bench(folder, ["--peers", folder.path], suite: suite)
      #expect(run.code == 2 && run.output.contains("4 of them skipped"), "\(run.output)")
    }
  }

  /// Too little memory is the failure of that run, told as such, and no hang.
  @Test func littleMemoryIsNamed() throws {
    try withTemporaryFolder { folder in
      let suite = Self.suite.replacingOccurrences(of: "workLimit: 1000", with: "memoryLimit: 20Mi")
      let run = try bench(folder, suite: suite)
      #expect(run.code == 2)
      let failed = try rows(folder).filter { $0[7] == "failed" }
      #expect(failed.count == 12 && failed.allSatisfy { $0.last!.contains("memoryLimit of 20 MiB") }, "\(failed)")
    }
  }

  /// One program under two names has two sets of results in a store.
  @Test func labelsDoNotReplaceEachOther() throws {
    try withTemporaryFolder { folder in
      for label in ["old", "new"] { #expect(try bench(folder, ["--label", label, "-q"]).code == 0) }
      for label in ["old", "new"] {
        let run = try BayplanProcess.run(["bench", "report", "\(store(folder))@\(label)"])
        #expect(run.code == 0 && run.output.contains("bayplan \(label) "), "\(run.errors)")
      }
    }
  }

  // MARK: Files

  /// The page has a name of its own, and takes no other file's place.
  @Test func storesAreFilesAndPagesReplacePagesOnly() throws {
    try withTemporaryFolder { folder in
      for name in ["", "x.html", folder.path] {
        let run = try bench(folder, ["--store", name])
        #expect(run.code == 64 && run.errors.contains("--store"), "\(name): \(run.errors)")
      }
      let page = folder.appendingPathComponent("runs.html")
      try Data("notes".utf8).write(to: page)
      let run = try bench(folder)
      #expect(run.code == 0 && run.errors.contains("runs.html is something else"), "\(run.errors)")
      #expect(try String(contentsOf: page, encoding: .utf8) == "notes")
      try FileManager.default.removeItem(at: page)
      #expect(try bench(folder, ["-q"]).code == 0 && !FileManager.default.fileExists(atPath: page.path))
      for _ in 0..<2 {
        let run = try bench(folder)
        #expect(run.code == 0 && run.errors.contains("the same as a page: "), "\(run.errors)")
      }
      #expect(FileManager.default.fileExists(atPath: page.path))
    }
  }

  // MARK: Mistakes

  @Test func whatIsWrongIsSaidBeforeAnythingRuns() throws {
    try withTemporaryFolder { folder in
      let text = Self.suite.replacingOccurrences(of: "generator: falkenauer-uniform", with: "generator: nosuch")
        .replacingOccurrences(of: "pods: 30", with: "pots: 30")
      let run = try bench(folder, suite: text)
      #expect(run.code == 65 && run.errors.contains("nosuch") && run.errors.contains("parameter pots"), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: store(folder)))
      let other = folder.appendingPathComponent("other.sqlite")
      try Data("not a database, by no means, whatever its name says".utf8).write(to: other)
      let report = try BayplanProcess.run(["bench", "report", other.path])
      #expect(report.code == 65 && report.errors.contains("not a store of runs"), "\(report.errors)")
      let missing = try BayplanProcess.run(["bench", "report", "nowhere"])
      #expect(missing.code == 65 && missing.errors.contains("there is no such store"))
      #expect(try BayplanProcess.run(["bench", "nosuch"]).errors.contains("There are quick"))
    }
  }
}
