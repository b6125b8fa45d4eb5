#if CommandLine
  import ArgumentParser
  import Bayplan

  struct DatasetsVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Compare every byte of the sets that are here with the catalogue.",
      discussion: """
        Without names: all that are here. Exits with 2 if one differs or, being named, is not here.
        """)

    @Argument(help: "Names of the sets.") var names: [String] = []

    @OptionGroup var sets: DataSetOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.yaml, .markdown) }

    func run() throws {
      let store = sets.store
      let asked = try DataSetOptions.sets(names).filter { !names.isEmpty || store.holds($0) }
      let results = try asked.map { try store.verify($0) }
      let report = DataSetVerificationReport(results, folder: store.folder, style: output.style)
      switch output.format {
      case .table: try output.emit(report.text())
      case .csv: try output.emit(report.csv())
      default: try output.emit(report.value())
      }
      if results.contains(where: { !$0.holds }) { throw Verdict.honestNo }
    }
  }
#endif
