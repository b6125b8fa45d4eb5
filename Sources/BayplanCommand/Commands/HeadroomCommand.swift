#if CommandLine
  import ArgumentParser
  import Bayplan

  struct HeadroomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "headroom",
      abstract: "Say which failures a cluster survives, and how many more replicas fit.",
      discussion: """
        Takes a cluster as schedule does, and tries what kube-scheduler would make of it: every single node failing, or \
        every pair; every zone failing; every workload growing until the next replica finds no node. Nothing is evicted \
        to make room. Pods of DaemonSets go with their nodes.

          kubectl get nodes,pods,pdb,pv,pvc,sc,csinodes,services,rs,sts -A -o json | bayplan headroom -
          bayplan headroom snapshot.json --failures 2
          bayplan headroom snapshot.json --for deploy/cart --for sts/db --failures 0 --domain none
          bayplan headroom snapshot.json --add 2xnode-1         would two more like node-1 do?

        Exits with 0 if every pod finds a node whatever fails, and with 2 if one does not.
        """)

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "What if") var whatIf: WhatIfOptions
    @OptionGroup(title: "Scheduler") var scheduler: SchedulerOptions

    @Option(help: ArgumentHelp("How many nodes fail at once; 0 for none.", valueName: "n"))
    var failures = 1

    @Option(help: ArgumentHelp("Label whose domains fail as a whole, or none.", valueName: "label"))
    var domain = NodeType.zoneLabel

    @Option(
      name: .customLong("for"),
      help: ArgumentHelp("Workload to grow (repeatable); all by default.", valueName: "kind/name"))
    var workloads: [String] = []

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      try output.unsupported(.markdown, .html)
      if !(0...5).contains(failures) { throw ValidationError("--failures takes 0 to 5.") }
    }

    func run() throws {
      var cluster = try input.load(fillsCatalogue: false, defaults: .none).cluster
      try cluster.apply(whatIf.changes())
      var options = Headroom.Options()
      options.failures = failures
      options.domainKey = domain == "none" ? nil : domain == "zone" ? NodeType.zoneLabel : domain
      if !workloads.isEmpty {
        options.workloads = try workloads.map { name throws(InputError) in
          try cluster.workload(named: name, for: "--for \(name)")
        }
      }
      let headroom = try Headroom(cluster, profiles: scheduler.profiles(), options: options)
      switch output.format {
      case .table, .markdown, .html:
        try output.emit(HeadroomReport(headroom, style: output.style).text())
      case .csv: try output.emit(HeadroomReport.csv(headroom))
      case .json, .yaml: try output.emit(HeadroomReport.value(headroom))
      }
      if !headroom.holds { throw Verdict.honestNo }
    }
  }
#endif
