#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  /// One run of the OpenB experiment: what the bench measures policies with.
  struct ArrivalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "arrivals",
      abstract: "Let pods arrive one by one until nothing fits (the OpenB experiment).",
      discussion: """
        Takes the lists of nodes and pods of the OpenB trace. The order of nodes and arrivals comes from a third file \
        (kind,position,name) or from --seed. Prints the share of devices in use when pods had asked for 100 to 130 % of \
        them.
        """)

    @Argument(help: ArgumentHelp("NODES.csv PODS.csv [ORDER.csv]", valueName: "file"))
    var files: [String]

    @Option(help: "Policy: \(FleetPolicies.standard.spellings.joined(separator: ", ")).")
    var policy: String = "fgd"

    @Option(help: "Seed of the order, and of the random policy.")
    var seed: UInt64 = 1

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      if !(2...3).contains(files.count) {
        throw ValidationError("Name a list of nodes, a list of pods and maybe their order.")
      }
      try checkStrategy(policy, among: FleetPolicies.standard.spellings)
      try output.unsupported(.csv, .markdown, .html)
    }

    func run() throws {
      var cluster = Cluster()
      for path in files.prefix(2) { try OpenB.read(text(path), file: path, into: &cluster) }
      let experiment: ArrivalExperiment
      if files.count == 3 {
        let order = try OpenB.order(text(files[2]), file: files[2], of: cluster)
        let fleet = try Fleet(order.nodes)
        experiment = ArrivalExperiment(fleet, arrivals: order.arrivals.map(fleet.shape))
      } else {
        experiment = try ArrivalExperiment(nodes: cluster.nodes, pods: cluster.pods, seed: seed)
      }
      let start = ProcessClock.cpuSeconds
      let outcome: ArrivalExperiment.Outcome
      if policy == "random" {
        outcome = experiment.runRandomly(seed: seed)
      } else {
        let typical = ArrivalExperiment.typicalShapes(of: cluster.pods, on: experiment.fleet)
        outcome = experiment.run(
          try FleetPolicies.standard.policy(named: policy, typical: typical, on: experiment.fleet))
      }
      let seconds = ProcessClock.cpuSeconds - start
      let report = ArrivalReport(outcome, policy: policy, seed: seed, solveSeconds: seconds)
      try output.format == .table ? output.emit(report.text()) : output.emit(report.value())
    }

    private func text(_ path: String) throws -> String {
      String(decoding: try InputSource(path: path).contents(), as: UTF8.self)
    }
  }
#endif
