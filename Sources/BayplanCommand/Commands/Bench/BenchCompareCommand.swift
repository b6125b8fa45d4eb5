#if CommandLine
  import ArgumentParser
  import Bayplan

  struct BenchCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "compare",
      abstract: "Say whether the second of two stores, or builds, does better or worse than the first.",
      discussion: """
          bayplan bench compare before.sqlite after.sqlite
          bayplan bench compare quick@base quick@new       two builds in one store: bench --engine base=PATH --label new

        Runs of the same experiment, instance, strategy and seed are paired. Exits with 2 if something is worse.
        """)

    @Argument(help: ArgumentHelp("FILE, FILE@LABEL, or the name of a suite.", valueName: "base"))
    var base: String

    @Argument(help: ArgumentHelp("The same, of what is to be judged.", valueName: "new"))
    var new: String

    @Flag(inversion: .prefixedNo, help: "Compare CPU times, where both sides are of one machine.")
    var times = true

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
      let comparison = BenchComparison(
        base: try StoreReference(base).results(), new: try StoreReference(new).results(), times: times)
      if comparison.paired == 0 {
        throw InputError(
          .empty, "the two have no run in common", fix: "Run the same suite with both, with the same seeds.")
      }
      let report = ComparisonReport(comparison, base: base, new: new, style: output.style)
      switch output.format {
      case .markdown: try output.emit(report.markdown())
      case .json, .yaml: try output.emit(report.value())
      case .csv: try output.emit(report.csv())
      case .html: try output.emit(report.html())
      case .table: try output.emit(report.text())
      }
      if comparison.verdict == .worse || comparison.verdict == .mixed { throw Verdict.honestNo }
    }
  }
#endif
