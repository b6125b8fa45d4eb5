#if CommandLine
  import ArgumentParser
  import Bayplan

  /// What makes a good plan, and how long to look for one.
  struct PlanningOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "allocated:RESOURCE places as much of a resource as possible before anything else.", valueName: "objective"))
    var objective: String?

    @Option(help: "Strategy: \(Planner.strategyNames.joined(separator: ", ")).")
    var strategy = "auto"

    @OptionGroup var limits: LimitOptions

    func validate() throws {
      _ = try resource()
      try checkStrategy(strategy, among: Planner.strategyNames)
    }

    private func resource() throws -> Resource? {
      guard let objective else { return nil }
      guard case .allocated(let resource)? = Criterion(name: objective) else {
        throw ValidationError("--objective takes allocated:RESOURCE, such as allocated:nvidia.com/gpu.")
      }
      return resource
    }

    /// Plans on a thread with a large stack; Ctrl-C ends the search with what it has.
    /// - Parameter start: placements that the plan must not be worse than.
    func plan(_ cluster: Cluster, from start: [Placement] = [], isQuiet: Bool) throws -> Plan {
      var options = Planner.Options()
      options.start = start
      options.strategy = strategy
      options.seed = limits.seed
      options.allocate = try resource()
      // Reading came out of the allowance, and writing takes about a third of reading.
      options.limits = limits.limits(spent: ProcessClock.elapsedSeconds * 1.35)
      Interruption.catchSignals()
      let line = ProgressLine.start(isForced: limits.progress, isQuiet: isQuiet)
      defer { line?.stop() }
      let planner = Planner(options: options)
      return try onLargeStack { try planner.plan(cluster) { line?.update($0) } }
    }
  }
#endif
