#if CommandLine
  import ArgumentParser
  import Bayplan

  struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Decide where every pod goes.",
      discussion: """
        Pods that name a node stay; all others are placed on the nodes of the input, or on nodes of a catalogue, then \
        the plan says which to rent. Every plan is audited before it is printed.

          bayplan plan app.yaml nodes.yaml
          bayplan plan k8s/ --catalogue builtin --time-limit 30
          bayplan plan snapshot.json --objective allocated:nvidia.com/gpu -o json

        Exits with 0 if every pod is placed and with 2 if one is not.
        """)

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "What if") var whatIf: WhatIfOptions
    @OptionGroup(title: "Planning") var planning: PlanningOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
      var cluster = try input.cluster()
      try cluster.apply(whatIf.changes())
      let plan = try planning.plan(cluster, isQuiet: output.quiet)
      try onLargeStack {
        switch output.format {
        case .table: try output.emit(PlanReport(plan, cluster: cluster, style: output.style).text())
        case .markdown: try output.emit(PlanReport(plan, cluster: cluster, style: output.style).markdown())
        case .csv: try output.emit(PlanReport.csv(plan, cluster: cluster))
        case .html: try output.emit(PlanPage(plan, cluster: cluster).html())
        case .json, .yaml: try output.emit(PlanDocument.value(plan, cluster: cluster))
        }
      }
      if !plan.unplaced.isEmpty { throw Verdict.honestNo }
    }
  }
#endif
