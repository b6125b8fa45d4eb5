#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "simulate",
      abstract: "Run a cluster's life on a virtual clock: failures, load, updates, autoscaling.",
      discussion: """
        Reads a scenario (kind: Scenario) that names nodes, workloads and what happens to them, and runs controllers, the \
        scheduler and users on it. The same scenario and seed give the same bytes.

          bayplan simulate scenario.yaml
          bayplan simulate scenario.yaml --log                        what happened, line by line
          bayplan simulate scenario.yaml --events events.jsonl --series series.csv
          bayplan simulate scenario.yaml --check                      every rule checked at every step
          bayplan simulate scenario.yaml --checkpoint run.ckpt --every 1d
          bayplan simulate scenario.yaml --resume run.ckpt            after Ctrl-C or a crash

        Exits with 0 if every pod has a node at the end and no rule was broken, and with 2 otherwise.
        """)

    @Argument(help: ArgumentHelp("A scenario file.", valueName: "scenario"))
    var scenario: String

    @Option(help: ArgumentHelp("Seed, instead of the scenario's.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Stop at this virtual time, like 2h.", valueName: "time"))
    var until: VirtualTime?

    @Option(help: ArgumentHelp("Scheduler or policy, instead of the scenario's.", valueName: "name"))
    var strategy: String?

    @Flag(help: "Check every rule after every step, by independent code.")
    var check = false

    @Flag(help: "Print what happens, line by line, before the result.")
    var log = false

    @Option(help: ArgumentHelp("Write events to this file, one Kubernetes Event as JSON per line.", valueName: "file"))
    var events: String?

    @Option(help: ArgumentHelp("Write the time series to this file, as CSV.", valueName: "file"))
    var series: String?

    @Flag(help: "Show the run in the terminal while it goes on.")
    var watch = false

    @Option(help: ArgumentHelp("Save the run to this file now and then.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("How often to save, in virtual time.", valueName: "time"))
    var every: VirtualTime?

    @Option(help: ArgumentHelp("Go on from a saved run.", valueName: "file"))
    var resume: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      if every != nil && checkpoint == nil { throw ValidationError("--every needs --checkpoint FILE.") }
      if let every, every.millis <= 0 { throw ValidationError("--every takes a time of more than nothing.") }
      if [.csv, .html].contains(output.format) && resume != nil {
        throw ValidationError(
          "-o \(output.format.rawValue) would have only what came after --resume: write it with --series.")
      }
      let written = [events, series, checkpoint, output.output].compactMap { $0.map(Output.target) }
      if Set(written).count < written.count { throw ValidationError("Two outputs have the same path.") }
      if written.contains(Output.target(of: scenario)) {
        throw ValidationError("An output has the path of the scenario.")
      }
    }

    func run() throws { try onLargeStack { try simulate() } }

    private func simulate() throws {
      let scenario = try read()
      var simulation = try ClusterSimulation(scenario)
      simulation.isChecked = check
      let outputs = SimulationOutputs(self, scenario)
      defer { outputs.discard() }
      if let resume {
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: resume)) } catch {
          throw InputError(.unreadable, at: SourceLocation(file: resume), "the checkpoint cannot be read")
        }
        let saved = try Checkpoint(bytes, file: resume)
        try simulation.resume(saved)
        try outputs.resume(saved)
      } else {
        try outputs.begin()
      }
      outputs.attach(&simulation)
      Interruption.catchSignals()
      let line = WatchLine.start(isForced: watch, isQuiet: output.quiet, duration: scenario.duration)
      try run(&simulation, outputs, line)
      line?.stop()
      let report = simulation.report
      if Interruption.isRequested {
        try outputs.flush()
        let hint = checkpoint.map { "; go on with --resume \($0)" } ?? ", nothing is kept"
        Output.log("stopped at \(simulation.now.durationText)\(hint)")
        if output.format == .table { Output.log(SimulationSummary(report, style: output.style).text()) }
        throw ExitCode(130)
      }
      try outputs.finish()
      switch output.format {
      case .table, .markdown:
        let summary = SimulationSummary(report, history: outputs.history, style: output.style)
        try output.emit(output.format == .table ? summary.text() : summary.markdown())
      case .html: try output.emit(SimulationPage(report, history: outputs.history).html())
      case .csv: try output.emit(outputs.rows)
      case .json, .yaml: try output.emit(SimulationDocument.value(report))
      }
      if !report.violations.isEmpty || !report.allPlaced { throw Verdict.honestNo }
    }

    private func read() throws -> Scenario {
      var scenario = try ScenarioReader(.standard, seed: seed).scenario(path: scenario)
      if let strategy { scenario.scheduling.strategy = strategy }
      return scenario
    }

    /// From one checkpoint to the next.
    private func run(_ simulation: inout ClusterSimulation, _ outputs: SimulationOutputs, _ line: WatchLine?) throws {
      let end = min(until?.millis ?? simulation.scenario.duration, simulation.scenario.duration)
      let step = every?.millis ?? max(1, simulation.scenario.duration / 100)
      while true {
        let next = checkpoint == nil && line == nil ? end : min(end, (simulation.now / step + 1) * step)
        simulation.run(until: next) { Interruption.isRequested || outputs.failure != nil }
        if let failure = outputs.failure { throw failure }
        line?.update(simulation.report)
        if let checkpoint {
          try outputs.flush()
          var saved = simulation.checkpoint
          outputs.note(in: &saved)
          do { try Output.emit(try saved.bytes(), to: checkpoint) } catch let error as OutputError { throw error } catch
          {
            throw OutputError(message: "cannot save to \(checkpoint): the state cannot be encoded")
          }
        }
        if Interruption.isRequested || simulation.now >= end { return }
      }
    }
  }

  /// A virtual time on the command line: `90s`, `1h30m`, `7d`.
  struct VirtualTime: ExpressibleByArgument {
    var millis: Millis

    init?(argument: String) {
      guard let time = Millis(duration: argument) else { return nil }
      millis = time
    }
  }

  extension ScenarioReader.Loader {
    /// Reads all formats that the other commands read.
    static var standard: ScenarioReader.Loader {
      ScenarioReader.Loader(
        strategies: [Scenario.Scheduling.kubeScheduler] + FleetPolicies.standard.spellings,
        planners: Planner.strategyNames,
        cluster: { paths throws(InputError) in
          do {
            let options = try InputOptions.parse(["--"] + paths)
            return try options.load(fillsCatalogue: false, defaults: .none).cluster
          } catch let error as InputError {
            throw error
          } catch {
            throw InputError(.unreadable, "\(error)")
          }
        },
        profiles: { path throws(InputError) in
          let source = try InputSource(path: path)
          return try SchedulerConfigurationReader().profiles(
            String(decoding: source.contents(), as: UTF8.self), file: source.name)
        },
        trace: { request throws(InputError) in
          let texts = try request.files.map { path throws(InputError) in
            let source = try InputSource(path: path)
            let bytes = try source.contents()
            if bytes.starts(with: [0x1f, 0x8b]) {
              throw InputError(
                .unsupported, at: SourceLocation(file: source.name), "the file is compressed with gzip",
                fix: "Unpack it with gunzip first.")
            }
            return TraceText(String(decoding: bytes, as: UTF8.self), file: source.name)
          }
          guard let name = request.format else { return try TraceFormat.read(texts) }
          guard let format = TraceFormat(rawValue: name) else {
            throw InputError(
              .unsupported, "there is no format of traces '\(name.prefix(40))'",
              fix: "Take one of \(TraceFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
          }
          return try format.read(texts)
        },
        generate: { pattern throws(InputError) in try TraceGenerator(pattern).generate() })
    }
  }
#endif
