#if CommandLine
  import Bayplan
  import Foundation

  /// An instance with what a command line needs to name it.
  struct LoadedInstance {
    var instance: BenchInstance
    /// Paths that the command takes.
    var paths: [String]
    /// Of tasks of abstract packing.
    var problem: PackingProblem?
  }

  /// Finds, makes and reads the instances of an experiment.
  struct InstanceLoader {
    let task: BenchSuite.Task
    /// Where what is generated is written to.
    let folder: String
    /// Where the sets of the catalogue are.
    let sets: DataSetFolder

    /// - Throws: `InputError` with everything that is wrong with any of them.
    func load(_ sources: [BenchSuite.Instances]) throws -> [LoadedInstance] {
      var result: [LoadedInstance] = []
      var problems: [InputError.Problem] = []
      for source in sources {
        do {
          result += try load(source).map { loaded in
            var loaded = loaded
            loaded.instance.family = source.family
            return loaded
          }
        } catch let error as InputError { problems += error.problems }
      }
      if result.isEmpty && problems.isEmpty {
        problems = [.init(.empty, "there is no instance", fix: "Name files that exist, a data set, or a generator.")]
      }
      if !problems.isEmpty { throw InputError(problems) }
      return unique(result)
    }

    /// Names tell instances apart: those that are the same get a number.
    private func unique(_ instances: [LoadedInstance]) -> [LoadedInstance] {
      var taken = Set<String>()
      return instances.map { loaded in
        var loaded = loaded
        let name = loaded.instance.name
        var number = 1
        while !taken.insert(loaded.instance.name).inserted {
          number += 1
          loaded.instance.name = "\(name) (\(number))"
        }
        return loaded
      }
    }

    private func load(_ source: BenchSuite.Instances) throws -> [LoadedInstance] {
      switch source {
      case .files(let paths):
        if task == .pack { return try PackingInput.problems(paths).map { try packing($0) } }
        return try paths.map { try inputs(name: stem($0), [$0]) }
      case .inputs(let name, let paths):
        if task == .pack {
          return try PackingInput.problems(paths.map { try sets.resolve($0) }).map { try packing($0) }
        }
        return [try inputs(name: name, paths.map { try sets.resolve($0) })]
      case .set(let name, let names, let pick):
        let files = try sets.files(of: name, named: names, pick: pick)
        if task != .pack { return try files.map { try inputs(name: stem($0), [$0]) } }
        return try PackingInput.problems(files).map { problem in
          var loaded = try packing(problem)
          if let known = sets.bestKnown(set: name, instance: problem.name) {
            loaded.instance.knownValue = known.value
            loaded.instance.knownBound = known.lowerBound
          }
          return loaded
        }
      case .generated(let generator, let parameters, let seeds):
        return try seeds.map { try generated(generator, parameters, seed: $0) }
      }
    }

    private func stem(_ path: String) -> String {
      ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    }

    // MARK: Packing

    private func packing(_ problem: PackingProblem) throws -> LoadedInstance {
      var nameless = problem
      nameless.name = ""
      let digest = Digest.hex(JSONWriter.compact(PackingDocument.value(nameless)))
      let path = "\(folder)/\(digest).json"
      if !FileManager.default.fileExists(atPath: path) {
        try Output.emit(JSONWriter.compact(PackingDocument.value(problem)) + "\n", to: path)
      }
      return LoadedInstance(
        instance: BenchInstance(name: problem.name, digest: digest, size: problem.totalDemand), paths: [path],
        problem: problem)
    }

    private func generated(_ generator: String, _ parameters: [String: Int64], seed: UInt64) throws -> LoadedInstance {
      if task == .pack { return try packing(PackingGenerators.standard.named(generator).make(parameters, seed: seed)) }
      let made = try ClusterGenerators.standard.named(generator)
      let cluster = try made.make(parameters, seed: seed)
      let text = JSONWriter.compact(ClusterDocument.value(cluster)) + "\n"
      let path = "\(folder)/\(Digest.hex(text)).json"
      if !FileManager.default.fileExists(atPath: path) { try Output.emit(text, to: path) }
      return try inputs(name: made.instanceName(parameters, seed: seed), [path])
    }

    // MARK: Clusters

    private func inputs(name: String, _ paths: [String]) throws -> LoadedInstance {
      let digest: String
      let size: Int
      switch task {
      case .pack: preconditionFailure("read as packing problems")
      case .plan, .schedule:
        let options = try InputOptions.parse(["--"] + paths)
        let cluster = try options.load(fillsCatalogue: task == .plan, defaults: .none).cluster
        (digest, size) = (try Digest.hex(of: cluster), cluster.pods.count)
      case .simulate:
        guard paths.count == 1 else {
          throw InputError(.invalidValue, object: name, "a simulation takes one scenario file")
        }
        let scenario = try ScenarioReader(.standard).scenario(path: paths[0])
        let workloads = scenario.allWorkloads.reduce(scenario.cluster.pods.count) { $0 + $1.replicas }
        size = scenario.arrivals.reduce(workloads) { $0 + $1.trace.arrivals.count }
        digest = try Digest.hex(of: scenario)
      case .arrivals:
        guard (2...3).contains(paths.count) else {
          throw InputError(
            .invalidValue, object: name, "arrivals take a list of nodes, a list of pods and maybe their order")
        }
        digest = Digest.hex(try paths.map { try Digest.hex(file: $0) }.joined())
        var cluster = Cluster()
        try OpenB.read(
          String(decoding: InputSource(path: paths[1]).contents(), as: UTF8.self), file: paths[1], into: &cluster)
        size = cluster.pods.count
      }
      return LoadedInstance(instance: BenchInstance(name: name, digest: digest, size: size), paths: paths)
    }
  }
#endif
