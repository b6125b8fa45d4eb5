#if CommandLine
  import ArgumentParser
  import Bayplan

  struct ConvertCommand: ParsableCommand {
    enum Target: String, ExpressibleByArgument, CaseIterable {
      case kubernetes, json
    }

    static let configuration = CommandConfiguration(
      commandName: "convert",
      abstract: "Turn any input into Kubernetes YAML or Bayplan JSON.",
      discussion: """
        Each pod becomes one object with its effective requests. With --plan, or from the JSON of a plan, pods carry \
        the node they are placed on, and nodes that the plan adds are there too.

          bayplan convert compose.yaml --to kubernetes > pods.yaml
          bayplan convert app.yaml nodes.yaml --plan --to kubernetes > placed.yaml
        """)

    @OptionGroup(title: "Input") var input: InputOptions

    @Option(help: "What to write: kubernetes (YAML) or json.")
    var to: Target

    @Flag(help: "Plan first, and write where each pod goes.")
    var plan = false

    @OptionGroup(title: "Planning") var planning: PlanningOptions

    @Option(help: "Write the result to this file; it is replaced only once the result is complete.")
    var output: String?

    func run() throws {
      let loaded = try input.load(fillsCatalogue: plan)
      var placed = loaded.plan
      if plan && placed == nil { placed = try planning.plan(loaded.cluster, isQuiet: true) }
      try onLargeStack {
        switch to {
        case .kubernetes:
          var cluster = loaded.cluster
          cluster.nodes += placed?.openedNodes ?? []
          try Output.emit(KubernetesWriter.yaml(cluster, placements: placed?.placements ?? []), to: output)
        case .json:
          let value =
            placed.map { PlanDocument.value($0, cluster: loaded.cluster) } ?? ClusterDocument.value(loaded.cluster)
          try Output.emit(JSONWriter.text(value), to: output)
        }
      }
      if plan, let placed, !placed.unplaced.isEmpty { throw Verdict.honestNo }
    }
  }
#endif
