#if CommandLine
  import ArgumentParser
  import Bayplan

  struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Say, node by node, why a pod fits or does not.",
      discussion: """
        Takes the same inputs as plan, and plans first; or the JSON of a plan, and explains that one. The counts always \
        sum to the number of nodes.

          bayplan explain shop/cart-3 app.yaml nodes.yaml
          bayplan explain cart-3 plan.json -o json

        Exits with 0 if the pod has or finds a place and with 2 if it does not.
        """)

    @Argument(help: "The pod: namespace/name, or the name alone if only one pod has it.")
    var pod: String

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Planning") var planning: PlanningOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.markdown) }

    func run() throws {
      let loaded = try input.load()
      let cluster = loaded.cluster
      let subject = try find(pod, in: cluster)
      let plan = try loaded.plan ?? planning.plan(cluster, isQuiet: output.quiet)
      let answer = try onLargeStack {
        explain(subject.id, in: cluster, placements: plan.placements, openedNodes: plan.openedNodes)
      }
      guard let answer else { throw Verdict.failure }
      let node = plan.placements.first { $0.pod == subject.id }?.node
      switch output.format {
      case .table, .markdown:
        try output.emit(ExplanationReport(answer, pod: subject, node: node, style: output.style).text())
      case .csv: try output.emit(ExplanationReport.csv(answer))
      case .json, .yaml: try output.emit(ExplanationReport.value(answer, node: node))
      }
      if node == nil && !answer.nodes.contains(where: { $0.constraint == nil }) { throw Verdict.honestNo }
    }

    /// - Throws: `InputError` with the names that come closest.
    private func find(_ name: String, in cluster: Cluster) throws(InputError) -> Pod {
      let matches = cluster.pods.filter { "\($0.id)" == name || $0.id.name == name }
      if matches.count == 1 { return matches[0] }
      if matches.count > 1 {
        throw InputError(
          .duplicate, object: name, "\(matches.count) pods have this name",
          fix: InputError.sayWhich(matches.map { "\($0.id)" }))
      }
      let near = cluster.pods.filter { "\($0.id)".contains(name) || ($0.workload?.contains(name) ?? false) }
      throw InputError(
        .missing, object: name, "there is no such pod among \(cluster.pods.count)",
        fix: InputError.perhaps((near.isEmpty ? cluster.pods : near).map { "\($0.id)" }))
    }
  }
#endif
