#if CommandLine
  import ArgumentParser
  import Bayplan

  struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Say, node by node, why a pod fits or does not, and what would make it fit.",
      discussion: """
        Takes the same inputs as schedule and asks what kube-scheduler asks: the plugin that rejects each node and its \
        reason, scores of the others, who would be preempted, and the smallest sets of changes after which the pod fits. \
        Pending pods before it in the queue are placed first. The counts always sum to the number of nodes.

          kubectl get nodes,pods,pdb,pv,pvc,sc,csinodes -A -o json | bayplan explain shop/cart-3 -
          bayplan explain cart-3 app.yaml nodes.yaml -o json
          bayplan explain cart-3 snapshot.json --drain node-7

        The JSON of a plan, or --planned, explains the pod against a plan of everything at once instead.

        Exits with 0 if the pod has or finds a place without anybody being evicted, and with 2 if it does not.
        """)

    @Argument(help: "The pod: namespace/name, or the name alone if only one pod has it.")
    var pod: String

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "What if") var whatIf: WhatIfOptions
    @OptionGroup(title: "Scheduler") var scheduler: SchedulerOptions

    @Flag(help: "Plan everything at once, and explain the pod against that.")
    var planned = false

    @OptionGroup(title: "Planning, with --planned") var planning: PlanningOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.markdown, .html) }

    func run() throws {
      var loaded = try input.load(fillsCatalogue: planned, defaults: planned ? .standard : .none)
      let changes = try whatIf.changes()
      try loaded.cluster.apply(changes)
      // A plan for the cluster as it was says nothing about the changed one.
      if !changes.isEmpty { loaded.plan = nil }
      if planned || loaded.plan != nil {
        try explainPlanned(loaded)
      } else {
        try explainScheduled(loaded.cluster)
      }
    }

    private func explainScheduled(_ cluster: Cluster) throws {
      let (seen, pending) = cluster.schedulerView()
      let subject = try find(pod, among: seen.pods + pending.filter(\.isDaemonPod))
      let answer = SchedulerExplanation(
        subject.id, in: cluster, profiles: try scheduler.profiles(for: subject),
        tieBreak: scheduler.tieBreak(seed: planning.limits.seed))
      guard let answer else { throw Verdict.failure }
      switch output.format {
      case .table, .markdown, .html: try output.emit(SchedulerExplanationReport(answer, style: output.style).text())
      case .csv: try output.emit(SchedulerExplanationReport.csv(answer))
      case .json, .yaml: try output.emit(SchedulerExplanationReport.value(answer))
      }
      if answer.evaluation.feasible.isEmpty || answer.pod.spec.isGated { throw Verdict.honestNo }
    }

    private func explainPlanned(_ loaded: InputOptions.Loaded) throws {
      let subject = try find(pod, among: loaded.cluster.pods)
      let plan = try loaded.plan ?? planning.plan(loaded.cluster, isQuiet: output.quiet)
      let answer = try onLargeStack {
        explain(subject.id, in: loaded.cluster, placements: plan.placements, openedNodes: plan.openedNodes)
      }
      guard let answer else { throw Verdict.failure }
      let node = plan.placements.first { $0.pod == subject.id }?.node
      switch output.format {
      case .table, .markdown, .html:
        try output.emit(PlanExplanationReport(answer, pod: subject, node: node, style: output.style).text())
      case .csv: try output.emit(PlanExplanationReport.csv(answer))
      case .json, .yaml: try output.emit(PlanExplanationReport.value(answer, node: node))
      }
      if node == nil && !answer.nodes.contains(where: { $0.constraint == nil }) { throw Verdict.honestNo }
    }

    /// - Throws: `InputError` with the names that come closest.
    private func find(_ name: String, among pods: [Pod]) throws(InputError) -> Pod {
      let matches = pods.filter { "\($0.id)" == name || $0.id.name == name }
      if matches.count == 1 { return matches[0] }
      if matches.count > 1 {
        throw InputError(
          .duplicate, object: name, "\(matches.count) pods have this name",
          fix: InputError.sayWhich(matches.map { "\($0.id)" }))
      }
      let near = pods.filter { "\($0.id)".contains(name) || ($0.workload?.contains(name) ?? false) }
      throw InputError(
        .missing, object: name, "there is no such pod among \(pods.count)",
        fix: InputError.perhaps((near.isEmpty ? pods : near).map { "\($0.id)" }))
    }
  }
#endif
