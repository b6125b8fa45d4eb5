#if CommandLine
  import Bayplan
  import Foundation

  /// Programs that answer packing problems as `bayplan pack` does: instance in, JSON out. A peer `x` is a program `x`
  /// or `x.py` of a folder; Python programs run in its virtual environment `venv`.
  struct PeerFolder {
    let path: String
    /// For what they print.
    let scratch: String

    struct Peer {
      var words: [String]
      /// Of the program and what it says of itself.
      var digest: String
      /// Why it cannot be run.
      var obstacle: String?

      func command(
        _ experiment: BenchSuite.Experiment, _ strategy: BenchSuite.Strategy, _ paths: [String], seed: UInt64
      ) -> [String] {
        words + paths + [
          "--time-limit", String(Double(experiment.limits.timeMillis) / 1000), "--seed", String(seed), "--threads",
          String(experiment.limits.threads),
        ] + strategy.options
      }
    }

    func peer(named name: String) -> Peer {
      let files = FileManager.default
      func missing(_ why: String) -> Peer { Peer(words: [name], digest: "", obstacle: why) }
      if name.contains("/") || name.hasPrefix(".") { return missing("'\(name)' is no name of a peer") }
      let program = "\(path)/\(name)"
      if files.isExecutableFile(atPath: program) { return identified([program], program) }
      let script = program + ".py"
      guard files.fileExists(atPath: script) else {
        return missing("there is no peer '\(name)' in \(path) (--peers names the folder)")
      }
      let python = "\(path)/venv/bin/python"
      guard files.isExecutableFile(atPath: python) else {
        if files.isExecutableFile(atPath: script) { return identified([script], script) }
        return missing("there is no \(python) to run it with: make peers, or make \(name).py executable")
      }
      return identified([python, script], script)
    }

    /// Asks it for its version, which is part of what its answers depend on.
    private func identified(_ words: [String], _ program: String) -> Peer {
      let output = "\(scratch)/version"
      guard
        let child = try? ChildProcess(words + ["--version"], output: output, errors: "/dev/null", folder: scratch)
      else { return Peer(words: words, digest: "", obstacle: "it cannot be run") }
      let outcome = child.wait(patience: 30, longest: 1 << 20) { Interruption.isRequested }
      if outcome.isTimedOut || outcome.isTooLong {
        return Peer(words: words, digest: "", obstacle: "--version does not end within 30 s and 1 MiB")
      }
      let version = OutcomeReader.end(of: output)
      guard outcome.code == 0, !version.isEmpty else {
        return Peer(words: words, digest: "", obstacle: "it does not say its version: what it needs may be missing")
      }
      // Scripts share code.
      let scripts = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      let code = [program] + scripts.filter { $0.hasSuffix(".py") }.sorted().map { "\(path)/\($0)" }
      let digest = Digest.hex(version + code.map { (try? Digest.hex(file: $0)) ?? "" }.joined())
      return Peer(words: words, digest: digest, obstacle: nil)
    }
  }
#endif
