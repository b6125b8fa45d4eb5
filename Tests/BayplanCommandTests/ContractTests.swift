import Bayplan
import Foundation
import Testing

/// What scripts rely on: exit codes, where data goes, files that are whole or absent.
@Suite struct ContractTests {
  static let shop = ["datasets/examples/shop/shop.yaml", "datasets/examples/shop/nodes.yaml"]
  static let gpuTeam = ["datasets/examples/gpu-team/jobs.yaml", "datasets/examples/gpu-team/nodes.yaml"]

  @Test(arguments: Example.all)
  func everyExampleIsOptimalAndVerifies(_ example: Example) throws {
    try withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("plan.json").path
      let plan = try BayplanProcess.run(["plan"] + example.arguments + ["-o", "json", "--output", path])
      #expect(plan.code == example.code, "\(plan.errors)")
      #expect(plan.output.isEmpty)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains("\"status\": \"optimal\""))
      let verification = try BayplanProcess.run(["verify", path])
      #expect(verification.code == 0, "\(verification.output)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["plan.json"])
    }
  }

  @Test func firstFitDecreasingIsStrictlyWorseOnThreeExamples() throws {
    var worse = 0
    for example in Example.all where ["shop", "edge", "gpu-team"].contains(example.name) {
      func values(_ arguments: [String]) throws -> [Int64] {
        let run = try BayplanProcess.run(["plan"] + example.arguments + arguments + ["-o", "json"])
        return try PlanDocument.plan(from: JSONReader.read(Array(run.output.utf8), file: "plan")).plan.criteria.map(
          \.value)
      }
      if try values([]).lexicographicallyPrecedes(values(["--strategy", "first-fit"])) { worse += 1 }
    }
    #expect(worse == 3)
  }

  @Test func usageErrorsExitWith64() throws {
    for arguments in [
      ["plan"], ["plan", "x", "--strategy", "none"], ["plan", "x", "-o", "pdf"], ["nonsense"],
      ["plan", "x", "--time-limit", "0"], ["plan", "x", "--objective", "beauty"], ["plan", "-", "-"],
      ["plan", "x", "--default-requests", "cpu"], ["explain", "pod"], ["verify"], ["convert", "x"],
    ] {
      let run = try BayplanProcess.run(arguments)
      #expect(run.code == 64, "\(arguments)")
      #expect(run.output.isEmpty, "\(arguments)")
      #expect(!run.errors.isEmpty, "\(arguments)")
    }
  }

  @Test(arguments: [
    "", "\u{0}\u{1}binary", "kind: [", "{\"schema\": \"bayplan/plan/v1\"}", "{\"schema\": \"bayplan/cluster/v1\", ",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, resources: {requests: {cpu: 1e}}}]}",
  ])
  func badInputExitsWith65(_ text: String) throws {
    try withTemporaryFolder { folder in
      let output = folder.appendingPathComponent("plan.json").path
      let run = try BayplanProcess.run(["plan", "-", "-o", "json", "--output", output], input: text)
      #expect(run.code == 65, "\(run.errors)")
      #expect(run.errors.hasPrefix("error: "))
      #expect(!FileManager.default.fileExists(atPath: output))
      let verification = try BayplanProcess.run(["verify", "-"], input: text)
      #expect(verification.code == 65, "\(verification.errors)")
    }
  }

  @Test func everyProblemIsReported() throws {
    let run = try BayplanProcess.run(["plan", "missing-1.yaml", "missing-2.yaml"])
    #expect(run.code == 65)
    #expect(run.errors.contains("missing-1.yaml") && run.errors.contains("missing-2.yaml"))
  }

  @Test func inputWithoutPodsIsAnAnswerNotAnError() throws {
    let run = try BayplanProcess.run(
      ["plan", "-"], input: "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("nothing to place"))
  }

  @Test func unknownPodsAreBadInput() throws {
    let run = try BayplanProcess.run(["explain", "cart-77"] + Self.shop)
    #expect(run.code == 65)
    #expect(run.errors.contains("cart"))
  }

  @Test func explanationsOfAPlanDoNotPlanAgain() throws {
    let plan = try BayplanProcess.run(["plan"] + Self.gpuTeam + ["-o", "json"])
    let run = try BayplanProcess.run(["explain", "train-large-0", "-", "-o", "json"], input: plan.output)
    #expect(run.code == 2)
    let value = try JSONReader.read(Array(run.output.utf8), file: "explanation")
    let counts = value["reasons"]?.items?.compactMap { $0["nodes"]?.int64 } ?? []
    #expect(counts.reduce(0, +) == Int64(value["nodes"]?.items?.count ?? -1))
  }

  @Test func tamperedPlansDoNotVerify() throws {
    let plan = try BayplanProcess.run(["plan"] + Self.shop + ["-o", "json"])
    #expect(try BayplanProcess.run(["verify", "-"], input: plan.output).code == 0)
    for (text, replacement) in [
      ("\"name\": \"cost\", \"value\": 1472000", "\"name\": \"cost\", \"value\": 1472001"),
      ("\"bound\": 1472000, \"criterion\": \"cost\"", "\"bound\": 1472001, \"criterion\": \"cost\""),
      ("{\"pod\": \"shop/cart-0\", \"node\": \"large-0\"}", "{\"pod\": \"shop/cart-0\", \"node\": \"small-4\"}"),
    ] where plan.output.contains(text) {
      let tampered = plan.output.replacingOccurrences(of: text, with: replacement)
      let run = try BayplanProcess.run(["verify", "-"], input: tampered)
      // A certificate's own bound is not what counts: the plan's is checked against its multipliers.
      if !text.contains("criterion") { #expect(run.code == 2, "\(replacement)") }
    }
    let moved = plan.output.replacingOccurrences(of: "\"node\": \"small-", with: "\"node\": \"small-1")
    #expect(try BayplanProcess.run(["verify", "-"], input: moved).code == 2)
  }

  @Test func convertingKeepsTheModel() throws {
    func model(_ arguments: [String], input: String = "") throws -> String {
      let run = try BayplanProcess.run(["convert"] + arguments + ["--to", "json"], input: input)
      #expect(run.code == 0, "\(run.errors)")
      var cluster = try ClusterDocument.cluster(from: JSONReader.read(Array(run.output.utf8), file: "cluster"))
      cluster.notices = []
      cluster.pods.sort { $0.id < $1.id }
      return JSONWriter.text(ClusterDocument.value(cluster))
    }
    for inputs in [Self.shop, Self.gpuTeam] {
      let first = try model(inputs)
      let yaml = try BayplanProcess.run(["convert"] + inputs + ["--to", "kubernetes"]).output
      #expect(try model(["-"], input: yaml) == first)
      #expect(try model(["-"], input: first) == first)
    }
  }

  @Test func nothingActsOnATerminalThatIsNone() throws {
    let run = try BayplanProcess.run(["plan"] + Self.gpuTeam)
    #expect(!run.output.contains("\u{1B}") && run.errors.isEmpty)
    let ascii = try BayplanProcess.run(["plan", "--ascii"] + Self.gpuTeam)
    #expect(ascii.output.utf8.allSatisfy { $0 < 128 })
    let locale = try BayplanProcess.run(["plan"] + Self.gpuTeam, environment: ["LANG": "C"])
    #expect(locale.output == ascii.output || locale.output.utf8.allSatisfy { $0 < 128 })
  }

  @Test func outputReplacesAFileOnlyWhenComplete() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("plan.txt")
      try Data("old".utf8).write(to: file)
      #expect(try BayplanProcess.run(["plan", "missing.yaml", "--output", file.path]).code == 65)
      #expect(try String(contentsOf: file, encoding: .utf8) == "old")
      #expect(try BayplanProcess.run(["plan", "--quiet"] + Self.shop + ["--output", file.path]).code == 0)
      #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("OPTIMAL"))
      let nowhere = folder.appendingPathComponent("absent/plan.txt").path
      #expect(try BayplanProcess.run(["plan"] + Self.shop + ["--output", nowhere]).code == 1)
    }
  }
}

/// `headroom` and `explain` as scripts see them.
@Suite struct HeadroomContractTests {
  private static let cluster = "datasets/examples/explain/cluster.yaml"

  @Test func exitCodes() throws {
    let breaks = try BayplanProcess.run(["headroom", Self.cluster])
    #expect(breaks.code == 2, "\(breaks.errors)")
    let quiet = ["headroom", Self.cluster, "--failures", "0", "--domain", "none"]
    #expect(try BayplanProcess.run(quiet).code == 0)
    let unknown = try BayplanProcess.run(["headroom", Self.cluster, "--for", "deploy/nothing"])
    #expect(unknown.code == 65)
    #expect(unknown.errors.contains("--for deploy/nothing"))
    #expect(try BayplanProcess.run(["headroom", Self.cluster, "--failures", "9"]).code == 64)
  }

  @Test func decisionsAreChecked() throws {
    let run = try BayplanProcess.run(["schedule", "datasets/examples/snapshot/cluster.json", "--check"])
    #expect(run.code == 2, "\(run.errors)")
  }

  @Test func podsOfOtherSchedulersAreRefused() throws {
    let text = """
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec: {schedulerName: mine, containers: [{name: c, image: i}]}
      """
    let run = try BayplanProcess.run(["explain", "p", "-", Self.cluster], input: text)
    #expect(run.code == 65)
    #expect(run.errors.contains("'mine'"))
  }
}

@Suite struct StandardInputTests {
  /// A folder in place of a text.
  @Test func whatCannotBeReadIsSaid() throws {
    let process = Process()
    process.executableURL = BayplanProcess.executable
    process.arguments = ["schedule", "-"]
    process.standardInput = try FileHandle(forReadingFrom: BayplanProcess.root)
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 65)
    #expect(text.contains("standard input: it cannot be read"))
  }
}
