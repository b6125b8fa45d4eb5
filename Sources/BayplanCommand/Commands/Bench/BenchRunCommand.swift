#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  struct BenchRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run",
      abstract: "Make the runs of a suite, and print what they came to.",
      discussion: """
        Each run is a process of its own on a processor of its own, and is kept in a store as soon as it is done: after \
        Ctrl-C, a crash or a full disk the same command goes on where it stopped. Runs that are in the store already \
        are not made again, whichever suite asked for them.

        Exits with 0 if every run was made and none failed, and with 2 otherwise.
        """)

    @Argument(help: ArgumentHelp("A suite file, or the name of a built-in suite.", valueName: "suite"))
    var suite: String

    @OptionGroup(title: "Store") var store: StoreOptions

    @Option(help: ArgumentHelp("Runs at once; all processors by default.", valueName: "number"))
    var jobs: Int?

    @Option(
      help: ArgumentHelp(
        "Measure another build of bayplan as well, run by run beside this one (repeatable).", valueName: "label=path"))
    var engine: [String] = []

    @Option(help: "What this build is called in the store; its version by default.")
    var label: String?

    @Option(help: ArgumentHelp("Folder of peers; Benchmarks/peers by default.", valueName: "folder"))
    var peers: String = "Benchmarks/peers"

    @Option(help: ArgumentHelp("Folder of data sets.", valueName: "folder"))
    var datasets: String?

    @Option(
      help: ArgumentHelp(
        "Seconds of grace beyond half as much again of its limit, until a run is ended.", valueName: "seconds"))
    var patience: Double = 15

    @Flag(help: "Make runs that failed or timed out again.")
    var retry = false

    @Flag(help: "Report progress on stderr even if it is not a terminal.")
    var progress = false

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 1024.") }
      if label?.isEmpty ?? false { throw ValidationError("--label takes a name.") }
      guard (0...1e6).contains(patience) else { throw ValidationError("--patience takes a number of seconds.") }
      for entry in engine where entry.split(separator: "=", maxSplits: 1).count != 2 {
        throw ValidationError("--engine takes label=path, not '\(entry)'.")
      }
    }

    func run() throws { try onLargeStack { try bench() } }

    private func bench() throws {
      let scratch = try ScratchFolder()
      defer { withExtendedLifetime(scratch) {} }
      let folder = scratch.path
      let suite = try SuiteSource(suite, folder: folder).suite()
      let sets = DataSetFolder(datasets)
      let instances = try load(suite, folder: folder, sets)
      let plans = try engines().map { engine in
        try BenchPlan(suite, instances, engine: engine, peers: PeerFolder(path: peers, scratch: folder))
      }
      let path = try store.path(of: suite.name)
      try makeFolder((path as NSString).deletingLastPathComponent)
      let lock = try StoreLock(store: path)
      defer { withExtendedLifetime(lock) {} }
      let store = try RunStore(path: path)
      for plan in plans { try store.begin(plan.results) }
      Interruption.catchSignals()
      let pending = try pending(plans, in: store)
      let line = BenchLine.start(total: pending.count, isForced: progress, isQuiet: output.quiet)
      let made = try BenchRunner(
        pending, store: store, jobs: jobs ?? lanes(of: suite), grace: patience, folder: folder, line: line
      ).run()
      line?.stop()
      if Interruption.isRequested {
        Output.log("stopped after \(made) of \(pending.count) runs; the same command goes on with the others")
        throw ExitCode(130)
      }
      let entries = try store.entries()
      var isSound = true
      for plan in plans {
        let entry = entries.last { $0.engine == plan.results.engine && $0.suite == suite.name }!
        let results = try store.results(entry)
        try BenchOutput(output).emit(results)
        if output.format == .table && !output.quiet && plan.results.engine == plans.last!.results.engine {
          try writePage(results, beside: path)
        }
        isSound = isSound && results.isSound
      }
      if !isSound { throw Verdict.honestNo }
    }

    private func writePage(_ results: BenchResults, beside store: String) throws {
      let page = (store as NSString).deletingPathExtension + ".html"
      // Nobody asked for it by name: what is there already has to be one as well.
      let file = FileHandle(forReadingAtPath: page)
      let head = file.flatMap { try? $0.read(upToCount: 1 << 16) }.map { String(decoding: $0, as: UTF8.self) }
      if FileManager.default.fileExists(atPath: page), !(head?.contains(" · \(BenchPage.kind)</title>") ?? false) {
        return Output.log("no page: \(page) is something else; -o html --output FILE writes one")
      }
      try Output.emit(BenchPage(results).html(), to: page)
      Output.log("the same as a page: \(page)")
    }

    private func makeFolder(_ path: String) throws {
      if path.isEmpty { return }
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch { throw OutputError(message: "cannot make the folder \(path)") }
    }

    /// As many runs as there are processors for their threads.
    private func lanes(of suite: BenchSuite) -> Int {
      max(1, ChildProcess.cores.count / (suite.experiments.map(\.limits.threads).max() ?? 1))
    }

    /// This build last.
    private func engines() throws -> [BenchEngine] {
      var engines = try engine.map { entry in
        let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
        return try BenchEngine(label: parts[0], path: parts[1])
      }
      engines.append(try BenchEngine.current(label: label))
      for (index, engine) in engines.enumerated() {
        if let twin = engines[..<index].first(where: { $0.engine.digest == engine.engine.digest }) {
          throw ValidationError("'\(twin.engine.label)' and '\(engine.engine.label)' are the same program.")
        }
        if engines[..<index].contains(where: { $0.engine.label == engine.engine.label }) {
          throw ValidationError("Two builds are called '\(engine.engine.label)': say --label, or another --engine.")
        }
      }
      return engines
    }

    private func load(_ suite: BenchSuite, folder: String, _ sets: DataSetFolder) throws -> [[LoadedInstance]] {
      var problems: [InputError.Problem] = []
      var instances: [[LoadedInstance]] = []
      for experiment in suite.experiments {
        do {
          let loader = InstanceLoader(task: experiment.task, folder: folder, sets: sets)
          instances.append(try loader.load(experiment.instances))
        } catch let error as InputError {
          problems += error.problems.map { problem in
            // What is wrong is elsewhere, but was named in the suite.
            var problem = problem
            let place = "experiment \(experiment.name)"
            problem.object = problem.object.map { "\(place), \($0)" } ?? place
            if problem.location == nil { problem.location = SourceLocation(file: self.suite) }
            return problem
          }
        }
      }
      if !problems.isEmpty { throw InputError(problems) }
      return instances
    }

    /// What is not in the store yet; of several engines the same run one after the other.
    private func pending(_ plans: [BenchPlan], in store: RunStore) throws -> [PendingRun] {
      let done = try store.records(plans.flatMap { $0.runs.map(\.key) })
      var seen = Set<String>()
      var pending: [PendingRun] = []
      for index in plans[0].runs.indices {
        for run in plans.map({ $0.runs[index] }) where seen.insert(run.key).inserted {
          if let record = done[run.key] {
            if !record.wasNotBegun && !(retry && record.status.isFailure) { continue }
          }
          if let obstacle = run.obstacle {
            try store.add(RunRecord(.skipped, message: obstacle), key: run.key, command: run.command)
          } else {
            pending.append(run)
          }
        }
      }
      return pending
    }
  }

  extension BenchResults {
    /// Every run was made, and none failed. That a strategy does not take an instance is an answer; that it is not
    /// installed is none.
    var isSound: Bool {
      experiments.allSatisfy { part in
        part.runs.allSatisfy { run in run.record.map { !$0.status.isFailure && !$0.wasNotBegun } ?? false }
      }
    }
  }

  /// Prints results in the form that was asked for.
  struct BenchOutput {
    let output: OutputOptions

    init(_ output: OutputOptions) { self.output = output }

    func emit(_ results: BenchResults) throws {
      let report = BenchReport(results, style: output.style)
      switch output.format {
      case .table: try output.emit(report.text())
      case .markdown: try output.emit(report.markdown())
      case .csv: try output.emit(report.csv())
      case .html: try output.emit(BenchPage(results).html())
      case .json, .yaml: try output.emit(BenchDocument.value(results))
      }
    }
  }
#endif
