#if CommandLine
  import ArgumentParser
  import Bayplan

  struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "bench",
      abstract: "Compare strategies on the same instances, and say what the difference is worth.",
      discussion: """
          bayplan bench quick                              a built-in suite; 'bench list' names all
          bayplan bench suite.yaml                         your own: instances, strategies, seeds, limits
          bayplan bench report quick -o html --output quick.html
          bayplan bench compare base.sqlite new.sqlite     better, worse, or no difference
        """,
      subcommands: [
        BenchRunCommand.self, BenchReportCommand.self, BenchCompareCommand.self, BenchListCommand.self,
        ArrivalsCommand.self,
      ], defaultSubcommand: BenchRunCommand.self)
  }
#endif
