#if CommandLine
  import ArgumentParser
  import Bayplan

  struct BenchReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Print what runs of a store came to; -o csv and json give every run.",
      discussion: """
          bayplan bench report quick                       of bayplan-bench/quick.sqlite
          bayplan bench report runs.sqlite@v1 -o markdown  of the build that is called v1

        The same store gives the same bytes.
        """, aliases: ["export"])

    @Argument(help: ArgumentHelp("FILE, FILE@LABEL, or the name of a suite.", valueName: "store"))
    var store: String

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws { try BenchOutput(output).emit(StoreReference(store).results()) }
  }
#endif
