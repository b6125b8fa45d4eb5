#if CommandLine
  import ArgumentParser
  import Bayplan

  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, yaml, csv, markdown, html
  }

  /// How a result is printed, and where.
  struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "Output format: table, json, yaml, csv, markdown or html.")
    var format: OutputFormat = .table

    @Option(help: "Write the result to this file; it is replaced only once the result is complete.")
    var output: String?

    @Flag(help: "Plain ASCII instead of block characters.")
    var ascii = false

    @Flag(help: "List every node and pod instead of folding long lists.")
    var all = false

    @Flag(name: [.short, .long], help: "Print nothing: the exit code is the answer. --output is still written.")
    var quiet = false

    var style: TextStyle { Terminal.style(isASCII: ascii, isComplete: all, isFile: output != nil) }

    func emit(_ text: String) throws {
      if quiet && output == nil { return }
      try Output.emit(text, to: output)
    }

    /// Prints a document in one of the two data languages.
    func emit(_ value: DataValue) throws {
      try emit(format == .yaml ? YAMLWriter.text(value) : JSONWriter.text(value))
    }

    func unsupported(_ formats: OutputFormat...) throws {
      if formats.contains(format) {
        let names = OutputFormat.allCases.filter { !formats.contains($0) }.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(format.rawValue)' is not an output format of this command. There are: \(names).")
      }
    }
  }
#endif
