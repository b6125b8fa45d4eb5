#if CommandLine
  import ArgumentParser
  import Bayplan

  struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pack",
      abstract: "Pack abstract items into the fewest or cheapest bins, and prove it.",
      discussion: """
        Reads BPPLIB text (bin packing and cutting stock), VPSolver's .vbp and .mvp, and Bayplan JSON; folders are \
        searched for such files. Each instance is packed on its own, within the time limit each; several run at once \
        where there are threads, and their answers come in the order of the files.

          bayplan pack N1C1W1_A.txt
          bayplan pack instances/ -o csv --time-limit 20
          bayplan pack vector.vbp -o json > answer.json && bayplan verify answer.json

        Exits with 0 if everything is packed and with 2 if something cannot be, or no packing was found.
        """)

    @Argument(help: ArgumentHelp("Instances; folders of them; - for standard input.", valueName: "file"))
    var files: [String]

    @Option(help: "Strategy: \(Strategies.standard.all.map(\.name).joined(separator: ", ")).")
    var strategy = "auto"

    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      try output.unsupported(.yaml)
      try checkStrategy(strategy, among: Strategies.standard.all.map(\.name))
    }

    func run() throws {
      let problems = try onLargeStack { try PackingInput.problems(files) }
      let style = output.style
      Interruption.catchSignals()
      let line = ProgressLine.start(isForced: limits.progress, isQuiet: output.quiet)
      defer { line?.stop() }
      var options = Packer.Options()
      options.strategy = strategy
      options.seed = limits.seed
      options.limits = limits.limits()
      let packer = Packer(options: options)
      let results = try onLargeStack { try packer.pack(problems) { line?.update($0) } }
      let answers = zip(problems, results).map { (problem: $0, result: $1) }
      line?.stop()
      try onLargeStack {
        switch output.format {
        case .table: try output.emit(PackingReport(answers, style: style).text())
        case .markdown: try output.emit(PackingReport(answers, style: style).markdown())
        case .html: try output.emit(PackingPage(answers).html())
        case .csv: try output.emit(PackingReport.csv(answers))
        default:
          let values = answers.map { PackingDocument.value($0.result, problem: $0.problem) }
          try output.emit(values.count == 1 ? values[0] : PackingDocument.list(values))
        }
      }
      if answers.contains(where: { $0.result.objective == nil }) { throw Verdict.honestNo }
    }
  }
#endif
