#if CommandLine
  import Bayplan
  import Foundation

  /// A run that is still to be made.
  struct PendingRun {
    var experiment: BenchSuite.Experiment
    var strategy: BenchSuite.Strategy
    var instance: LoadedInstance
    var key: String
    var command: [String]
    /// Set where it cannot be begun.
    var obstacle: String?

    /// For estimates: runs that are alike take about as long.
    var kind: String { "\(experiment.name)\u{0}\(strategy.name)" }
    var task: BenchSuite.Task { strategy.task ?? experiment.task }
  }

  /// A suite, expanded: every run with its key and its command line.
  struct BenchPlan {
    let results: BenchResults
    private(set) var runs: [PendingRun] = []

    private struct Key: Encodable {
      /// Of what is read off an answer: other figures need other runs.
      var version = 3
      /// Times of another machine are other times.
      var machine = Machine.description
      var task: BenchSuite.Task
      var instance: String
      var strategy: String
      var options: [String]
      var seed: UInt64
      var limits: BenchSuite.Limits
      /// Of the program that makes the run.
      var engine: String
    }

    /// - Throws: `InputError` with everything that is wrong with any instance.
    init(_ suite: BenchSuite, _ instances: [[LoadedInstance]], engine: BenchEngine, peers: PeerFolder) throws {
      var parts: [ExperimentResults] = []
      // Asked once each for what they are.
      let named = Set(suite.experiments.flatMap(\.strategies).filter(\.isPeer).map(\.strategy))
      let known = Dictionary(uniqueKeysWithValues: named.map { ($0, peers.peer(named: $0)) })
      for (experiment, loaded) in zip(suite.experiments, instances) {
        let options = try experiment.strategies.map { try $0.options.map(Self.content) }
        var part = ExperimentResults(experiment, instances: loaded.map(\.instance), runs: [])
        for (instance, entry) in loaded.enumerated() {
          for (index, strategy) in experiment.strategies.enumerated() {
            let peer = strategy.isPeer ? known[strategy.strategy] : nil
            for seed in experiment.seeds {
              let key = Key(
                task: strategy.task ?? experiment.task, instance: entry.instance.digest, strategy: strategy.strategy,
                options: options[index], seed: seed, limits: experiment.limits,
                engine: peer?.digest ?? engine.engine.digest)
              let run = PendingRun(
                experiment: experiment, strategy: strategy, instance: entry, key: try Digest.hex(of: key),
                command: peer?.command(experiment, strategy, entry.paths, seed: seed)
                  ?? engine.command(experiment, strategy, entry.paths, seed: seed), obstacle: peer?.obstacle)
              part.runs.append(PlannedRun(instance: instance, strategy: index, seed: seed, key: run.key))
              runs.append(run)
            }
          }
        }
        parts.append(part)
      }
      results = BenchResults(suite: suite, engine: engine.engine, machine: Machine.description, experiments: parts)
    }

    /// Of a file what is in it, wherever it is.
    private static func content(of option: String) throws -> String {
      FileManager.default.isFile(atPath: option) ? try Digest.hex(file: option) : option
    }
  }
#endif
