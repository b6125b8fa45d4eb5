#if CommandLine
  import ArgumentParser
  import Bayplan

  struct DatasetsFetchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "fetch",
      abstract: "Download sets from their origins, or take them from a mirror, and check them.",
      discussion: """
        A set arrives whole and right, or not at all. What an interrupted download has brought is kept, and the same \
        command goes on from there. A mirror is a folder or an address with the paths that 'show' lists, or with the \
        origin's files by their names; it is checked alike.

          bayplan datasets fetch falkenauer_u falkenauer_t
          bayplan datasets fetch openb_pods --mirror /data/sets

        Exits with 1 if a set could not be had; the others are there.
        """)

    @Argument(help: "Names of the sets.") var names: [String]

    @Option(help: ArgumentHelp("Take the files from there instead.", valueName: "folder or address"))
    var mirror: String?

    @Option(help: ArgumentHelp("Give up on a server that sends nothing for so long.", valueName: "seconds"))
    var timeout = 30.0

    @Flag(help: "Fetch sets anew that are here.") var force = false

    @OptionGroup var sets: DataSetOptions

    @Flag(name: [.short, .long], help: "Say nothing but errors.") var quiet = false

    func validate() throws {
      guard timeout > 0, timeout <= 3600 else { throw ValidationError("--timeout is more than 0 and at most 3600.") }
    }

    func run() throws {
      let store = sets.store
      var options = DataSetStore.Options()
      options.timeout = timeout
      options.isCancelled = { Interruption.isRequested }
      if !quiet { options.progress = { Output.log(TextStyle.neutralized("  \($1)/\($2)  \($0)")) } }
      Interruption.catchSignals()
      var hasFailed = false
      for set in try DataSetOptions.sets(names) {
        if store.holds(set) && !force {
          if !quiet { Output.log("\(set.name) is here; 'bayplan datasets verify \(set.name)' checks it") }
          continue
        }
        if !quiet { Output.log(DataSetReport.terms(of: set)) }
        do throws(DataSetError) {
          try store.fetch(set, from: mirror.map { .mirror($0) } ?? .origin, options: options)
          if !quiet { Output.log("\(set.name): \(set.fileCount) files, verified, in \(store.path(of: set))") }
        } catch {
          Failure.log(error)
          hasFailed = true
          if error.code == .cancelled { break }
        }
      }
      if hasFailed { throw Verdict.failure }
    }
  }
#endif
