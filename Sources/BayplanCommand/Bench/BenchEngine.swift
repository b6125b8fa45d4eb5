#if CommandLine
  import Bayplan
  import Foundation

  /// A build of Bayplan that runs are made with.
  struct BenchEngine {
    var engine: BenchResults.Engine
    var path: String

    /// This very program.
    static func current(label: String? = nil) throws -> BenchEngine {
      let path = "/proc/self/exe"
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
      return try BenchEngine(label: label ?? BayplanVersion.current, path: target ?? CommandLine.arguments[0])
    }

    /// - Throws: `InputError` if there is no such program.
    init(label: String, path: String) throws {
      guard FileManager.default.isExecutableFile(atPath: path), FileManager.default.isFile(atPath: path) else {
        throw InputError(.unreadable, at: SourceLocation(file: path), "this is no program", fix: "Check the path.")
      }
      self.path = path
      engine = .init(label: label, digest: try Digest.hex(file: path))
    }

    /// The command line of a run.
    func command(
      _ experiment: BenchSuite.Experiment, _ strategy: BenchSuite.Strategy, _ paths: [String], seed: UInt64
    ) -> [String] {
      let limits = experiment.limits
      let task = strategy.task ?? experiment.task
      var words = [path]
      var bounds: [String] = []
      if let work = limits.work {
        bounds = ["--work-limit", String(work)]
      } else {
        bounds = ["--time-limit", String(Double(limits.timeMillis) / 1000)]
      }
      bounds += ["--threads", String(limits.threads)]
      switch task {
      case .pack, .plan:
        words += [task.rawValue] + paths + ["--strategy", strategy.strategy, "--seed", String(seed)] + bounds
      case .schedule: words += ["schedule"] + paths + ["--seed", String(seed)]
      case .simulate: words += ["simulate"] + paths + ["--strategy", strategy.strategy, "--seed", String(seed)]
      case .arrivals: words += ["bench", "arrivals"] + paths + ["--policy", strategy.strategy, "--seed", String(seed)]
      }
      if task == .plan { words += ["--default-requests", "none"] }
      return words + ["-o", "json"] + strategy.options
    }
  }

  /// What the machine is, for the reader of a report.
  enum Machine {
    static let description: String = {
      let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
      let name = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
      let system = ProcessInfo.processInfo
      let memory = (system.physicalMemory + (1 << 29)) >> 30
      return "\(name), \(system.processorCount) \(system.processorCount == 1 ? "core" : "cores"), \(memory) GiB"
    }()
  }
#endif
