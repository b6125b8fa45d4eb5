#if CommandLine
  import ArgumentParser
  import Bayplan

  /// Which scheduler to follow.
  struct SchedulerOptions: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Profiles from a KubeSchedulerConfiguration, instead of the default one. What cannot be honoured is refused.",
        valueName: "file"))
    var schedulerConfig: String?

    enum TieBreaking: String, ExpressibleByArgument, CaseIterable {
      case first, seeded
    }

    @Option(help: "Which of equally good nodes: first in the order of the input, or seeded at random.")
    var tieBreak: TieBreaking = .seeded

    func tieBreak(seed: UInt64) -> TieBreak { tieBreak == .first ? .first : .seeded(seed) }

    func profiles() throws(InputError) -> [SchedulerProfile] {
      guard let schedulerConfig else { return [.standard] }
      let source = try InputSource(path: schedulerConfig)
      return try SchedulerConfigurationReader().profiles(
        String(decoding: source.contents(), as: UTF8.self), file: source.name)
    }

    /// - Throws: `InputError` for a pod that asks for another scheduler.
    func profiles(for pod: Pod) throws(InputError) -> [SchedulerProfile] {
      let profiles = try profiles()
      if profiles.index(for: pod) != nil { return profiles }
      throw InputError(
        .missing, object: "\(pod.id)",
        "it asks for the scheduler '\(pod.wantedScheduler)', which is none of the profiles",
        fix: "Give a configuration with that profile: --scheduler-config FILE.")
    }
  }
#endif
