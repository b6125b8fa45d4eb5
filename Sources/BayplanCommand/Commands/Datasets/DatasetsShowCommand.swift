#if CommandLine
  import ArgumentParser
  import Bayplan

  struct DatasetsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show a set: origin, licence, citation, files, digest.")

    @Argument(help: "Name of the set.") var name: String

    @OptionGroup var sets: DataSetOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.yaml, .markdown, .csv) }

    func run() throws {
      let set = try Catalogue.standard.set(named: name)
      let store = sets.store
      let report = DataSetReport([(set, store.state(of: set))], folder: store.folder, style: output.style)
      switch output.format {
      case .table: try output.emit(report.details(of: set))
      default: try output.emit(report.value())
      }
    }
  }
#endif
