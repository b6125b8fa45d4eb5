#if CommandLine
  import ArgumentParser
  import Bayplan

  struct DatasetsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the sets of the catalogue, and which of them are here.",
      discussion: """
        A set that is here may still be damaged: 'bayplan datasets verify' looks at every byte.
        """)

    @OptionGroup var sets: DataSetOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.yaml, .markdown) }

    func run() throws {
      let store = sets.store
      let report = DataSetReport(
        Catalogue.standard.sets.map { ($0, store.state(of: $0)) }, folder: store.folder, style: output.style)
      switch output.format {
      case .table: try output.emit(report.text())
      case .csv: try output.emit(report.csv())
      default: try output.emit(report.value())
      }
    }
  }
#endif
