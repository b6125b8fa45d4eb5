#if CommandLine
  import ArgumentParser
  import Bayplan

  struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schedule",
      abstract: "Say what kube-scheduler would do with the pending pods.",
      discussion: """
        Takes the same inputs as plan and makes the decisions of kube-scheduler 1.34 with its default profile, one pod \
        after the other: filters, scores, preemption. With --compare a plan of all pods at once stands beside them.

          kubectl get nodes,pods,pdb,pv,pvc,sc,csinodes,services,rs,sts -A -o json | bayplan schedule -
          bayplan schedule app.yaml nodes.yaml --compare
          bayplan schedule snapshot.json --drain node-7 --fail zone=b --scale deploy/cart=20
          bayplan schedule snapshot.json -o json          scores and reasons for every node

        Containers that state no requests request nothing, as in the scheduler. Exits with 0 if every pending pod gets \
        a node and with 2 if one does not.
        """)

    @OptionGroup(title: "Input") var input: InputOptions

    @OptionGroup(title: "What if") var whatIf: WhatIfOptions

    @OptionGroup(title: "Scheduler") var scheduler: SchedulerOptions

    @Flag(help: "Plan all pods at once as well, and print what that would come to.")
    var compare = false

    @Flag(
      help: """
        Make every decision a second time, the plain and slow way, and compare; then have the outcome audited by code of \
        its own.
        """)
    var check = false

    @OptionGroup(title: "Planning, with --compare") var planning: PlanningOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
      var cluster = try input.load(fillsCatalogue: false, defaults: .none).cluster
      try cluster.apply(whatIf.changes())
      let (seen, pending) = cluster.schedulerView()
      var pass = SchedulingPass(
        SchedulerSnapshot(seen), profiles: try scheduler.profiles(),
        tieBreak: scheduler.tieBreak(seed: planning.limits.seed),
        recording: [.json, .yaml].contains(output.format) ? .everything : .failures, isChecked: check)
      pass.schedule(pending)
      if let difference = pass.differences.first {
        Output.log(
          "error: the fast and the plain way differ in \(pass.differences.count) decisions, first: "
            + TextStyle.neutralized(difference))
        throw Verdict.failure
      }
      let plan = compare ? try plan(cluster, beside: pass) : nil
      var notices = seen.notices
      for notice in plan?.notices ?? [] where !notices.contains(notice) { notices.append(notice) }
      // With the pods that DaemonSets would make.
      var drawn = seen
      drawn.pods += pending.filter(\.isDaemonPod)
      if check {
        let violations = ScheduleAudit(drawn, profiles: pass.profiles)
          .violations(of: pass.placements, evicted: Set(pass.victims))
        if let violation = violations.first {
          Output.log("error: the decisions break a rule: " + TextStyle.neutralized("\(violation)"))
          throw Verdict.failure
        }
      }
      switch output.format {
      case .table, .markdown:
        let report = ScheduleReport(pass, notices: notices, plan: plan, style: output.style)
        try output.emit(output.format == .table ? report.text() : report.markdown())
      case .html:
        let result = ScheduleResult(pass, notices: notices, plan: plan)
        try output.emit(SchedulePage(result, cluster: drawn).html())
      case .csv: try output.emit(ScheduleReport.csv(pass))
      case .json, .yaml: try output.emit(ScheduleDocument.value(pass, cluster: drawn, notices: notices, plan: plan))
      }
      if pass.decisions.contains(where: { $0.node == nil }) { throw Verdict.honestNo }
    }

    /// A plan for the pods that the scheduler has to do with.
    private func plan(_ cluster: Cluster, beside pass: SchedulingPass) throws -> Plan {
      let strangers = Set(pass.decisions.filter { $0.outcome == .ignored }.map(\.pod))
      var cluster = cluster
      cluster.pods.removeAll { strangers.contains($0.id) }
      return try planning.plan(cluster, from: pass.placements, isQuiet: output.quiet)
    }
  }
#endif
