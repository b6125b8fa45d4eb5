#if CommandLine
  import ArgumentParser
  import Bayplan

  /// What to plan, and on which nodes.
  struct InputOptions: ParsableArguments {
    @Argument(
      help: ArgumentHelp(
        "Manifests, snapshots, Compose files, Dockerfiles, node pools, OpenB tables, Bayplan JSON; folders; - for standard input.",
        valueName: "input"))
    var inputs: [String] = []

    @Option(help: ArgumentHelp("Nodes from a file of their own (repeatable).", valueName: "file"))
    var nodes: [String] = []

    @Option(
      help: ArgumentHelp(
        "Choose further nodes from this catalogue: a file, or 'builtin'. The default when there are no nodes.",
        valueName: "file"))
    var catalogue: String?

    @Option(
      help: ArgumentHelp(
        "Requests of containers that state none: cpu=100m,memory=128Mi, or 'none'.", valueName: "requests"))
    var defaultRequests: String?

    @Option(
      help: ArgumentHelp(
        "What counts as a Compose service's request: reservations, limits (where there is no reservation) or max.",
        valueName: "policy"))
    var composeRequestPolicy: ComposeRequestPolicy?

    @Option(help: ArgumentHelp("Compose profile to enable (repeatable).", valueName: "name"))
    var profile: [String] = []

    @Option(help: ArgumentHelp("File of variables for Compose interpolation (repeatable).", valueName: "file"))
    var envFile: [String] = []

    func validate() throws {
      if inputs.isEmpty { throw ValidationError("Name at least one input, or - for standard input.") }
      if (inputs + nodes).count(where: { $0 == "-" }) > 1 {
        throw ValidationError("Standard input can be read once only.")
      }
      _ = try requests()
    }

    /// What the inputs amount to; a plan's JSON brings its placements along.
    struct Loaded {
      var cluster = Cluster()
      var plan: Plan?
    }

    func cluster() throws -> Cluster { try load().cluster }

    /// - Parameter fillsCatalogue: take the built-in catalogue where there is no node to plan on.
    /// - Parameter defaults: requests of containers that state none, unless an option says otherwise.
    func load(fillsCatalogue: Bool = true, defaults: DefaultRequests = .standard) throws -> Loaded {
      try onLargeStack {
        var loaded = try read(defaults)
        try check(loaded.cluster)
        if loaded.cluster.pods.isEmpty && loaded.cluster.daemons.isEmpty {
          loaded.cluster.notices.note(.warning, "the input has no pods: there is nothing to place")
        }
        let hasNodes = !loaded.cluster.nodes.isEmpty || !loaded.cluster.nodeTypes.isEmpty
        if catalogue == "builtin" {
          loaded.cluster.addBuiltInCatalogue("further nodes")
        } else if fillsCatalogue && !hasNodes && !loaded.cluster.pods.isEmpty {
          loaded.cluster.addBuiltInCatalogue("no nodes in the input")
        }
        return loaded
      }
    }

    private func read(_ defaults: DefaultRequests) throws(InputError) -> Loaded {
      var loaded = Loaded()
      var problems: [InputError.Problem] = []
      var manifests: [InputSource] = []
      let catalogues = catalogue.map { $0 == "builtin" ? [] : [$0] } ?? []
      for path in inputs + nodes + catalogues {
        do throws(InputError) {
          let source = try InputSource(path: path)
          switch source.language {
          case .manifest: manifests.append(source)
          case .document: try read(document: source, into: &loaded)
          case .openB:
            try OpenB.read(
              String(decoding: source.contents(), as: UTF8.self), file: source.name, into: &loaded.cluster)
          }
        } catch {
          problems += error.problems
        }
      }
      if !manifests.isEmpty {
        do throws(InputError) {
          loaded.cluster.add(try readManifests(manifests, defaults))
        } catch {
          problems += error.problems
        }
      }
      if !problems.isEmpty { throw InputError(problems) }
      return loaded
    }

    private func read(document source: InputSource, into loaded: inout Loaded) throws(InputError) {
      let value = try JSONReader.read(source.contents(), file: source.name)
      if value["schema"]?.text == PlanDocument.schema {
        let (plan, cluster) = try PlanDocument.plan(from: value)
        if inputs.count == 1 { loaded.plan = plan }
        loaded.cluster.add(cluster)
      } else {
        loaded.cluster.add(try ClusterDocument.cluster(from: value))
      }
    }

    /// Names are unique over all inputs.
    private func check(_ cluster: Cluster) throws(InputError) {
      var problems: [InputError.Problem] = []
      var pods: Set<PodID> = []
      for pod in cluster.pods where !pods.insert(pod.id).inserted {
        problems.append(.init(.duplicate, object: "\(pod.id)", "two pods have this name"))
      }
      var nodes: Set<String> = []
      for node in cluster.nodes where !nodes.insert(node.name).inserted {
        problems.append(.init(.duplicate, object: node.name, "two nodes have this name"))
      }
      if !problems.isEmpty { throw InputError(problems) }
    }
  }

  extension Cluster {
    /// Everything of another cluster, after what is there.
    mutating func add(_ other: Cluster) {
      nodes += other.nodes
      nodeTypes += other.nodeTypes
      pods += other.pods
      daemons += other.daemons
      workloads += other.workloads
      namespaces.merge(other.namespaces) { $0.merging($1) { $1 } }
      podGroups += other.podGroups
      disruptionBudgets += other.disruptionBudgets
      autoscalers += other.autoscalers
      services += other.services
      storage.add(other.storage)
      for notice in other.notices {
        notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
      }
    }
  }
#endif
