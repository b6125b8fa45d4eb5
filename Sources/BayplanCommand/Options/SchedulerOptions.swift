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

    func profiles() throws(InputError) -> [SchedulerProfile] {
      guard let schedulerConfig else { return [.standard] }
      let source = try InputSource(path: schedulerConfig)
      return try SchedulerConfigurationReader().profiles(
        String(decoding: source.contents(), as: UTF8.self), file: source.name)
    }

    /// - Throws: `InputError` for a pod that asks for another scheduler.
    func profile(for pod: Pod) throws(InputError) -> SchedulerProfile {
      let profiles = try profiles()
      let name = pod.schedulerName ?? SchedulerProfile.standard.schedulerName
      if let profile = profiles.first(where: { $0.schedulerName == name }) { return profile }
      throw InputError(
        .missing, object: "\(pod.id)", "it asks for the scheduler '\(name)', which is none of the profiles",
        fix: "Give a configuration with that profile: --scheduler-config FILE.")
    }
  }
#endif
