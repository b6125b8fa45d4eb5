#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  struct BenchListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Name the suites that come with the program.")

    @Flag(help: "Print the file of this suite, as a start for one's own.")
    var show = false

    @Argument(help: "With --show: which suite.")
    var suite: String?

    func validate() throws {
      if show != (suite != nil) { throw ValidationError("--show goes with the name of a suite.") }
    }

    func run() throws {
      if let suite {
        guard let found = SuiteSource.builtIn.first(where: { $0.name == suite }) else {
          throw ValidationError("There is no built-in suite '\(suite)'.")
        }
        return try Output.emit(Data(found.bytes), to: nil)
      }
      let width = SuiteSource.builtIn.map(\.name.count).max() ?? 0
      for entry in SuiteSource.builtIn {
        let suite = try SuiteSource.read(
          String(decoding: entry.bytes, as: UTF8.self), file: "\(entry.name).yaml", folder: "")
        let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
        try Output.emit("\(name)  \(suite.summary)\n", to: nil)
      }
    }
  }
#endif
