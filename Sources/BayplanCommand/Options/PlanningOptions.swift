#if CommandLine
  import ArgumentParser
  import Bayplan

  /// What makes a good plan, and how long to look for one.
  struct PlanningOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "allocated:RESOURCE places as much of a resource as possible before anything else.", valueName: "objective"))
    var objective: String?

    @Option(help: "Strategy: \(Strategies.standard.all.map(\.name).joined(separator: ", ")).")
    var strategy = "auto"

    @Option(help: ArgumentHelp("Seconds to plan at most.", valueName: "seconds"))
    var timeLimit: Double = 10

    @Option(
      help: ArgumentHelp(
        "Units of work at most, instead of a time limit: the plan is the same on every machine.", valueName: "units"))
    var workLimit: Int?

    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1

    @Flag(help: "Report progress on stderr even if it is not a terminal.")
    var progress = false

    func validate() throws {
      guard timeLimit > 0, timeLimit <= 1e7 else {
        throw ValidationError("--time-limit takes a positive number of seconds.")
      }
      if let workLimit, workLimit <= 0 { throw ValidationError("--work-limit takes a positive number.") }
      _ = try resource()
      if Strategies.standard[strategy] == nil {
        let names = Strategies.standard.all.map(\.name).joined(separator: ", ")
        throw ValidationError("There is no strategy '\(strategy)'. There are: \(names).")
      }
    }

    private func resource() throws -> Resource? {
      guard let objective else { return nil }
      guard case .allocated(let resource)? = Criterion(name: objective) else {
        throw ValidationError("--objective takes allocated:RESOURCE, such as allocated:nvidia.com/gpu.")
      }
      return resource
    }

    /// Plans on a thread with a large stack; Ctrl-C ends the search with what it has.
    func plan(_ cluster: Cluster, isQuiet: Bool) throws -> Plan {
      var options = Planner.Options()
      options.strategy = strategy
      options.seed = seed
      options.allocate = try resource()
      // Reading came out of the allowance, and writing takes about a third of reading.
      let left = max(0.05, timeLimit - ProcessClock.elapsedSeconds * 1.35)
      options.limits = Limits(
        seconds: workLimit == nil ? left : nil, work: workLimit, isCancelled: { Interruption.isRequested })
      Interruption.catchSignals()
      let line = ProgressLine.start(isForced: progress, isQuiet: isQuiet)
      defer { line?.stop() }
      let planner = Planner(options: options)
      return try onLargeStack { try planner.plan(cluster) { line?.update($0) } }
    }
  }
#endif
