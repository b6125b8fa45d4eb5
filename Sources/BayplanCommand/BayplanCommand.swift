#if CommandLine
  import ArgumentParser

  @main
  struct BayplanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bayplan", abstract: "Plans where containers go.")
  }
#else
  @main
  enum BayplanCommand {
    static func main() { fatalError("built without the CommandLine trait") }
  }
#endif
