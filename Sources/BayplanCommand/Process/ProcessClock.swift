#if CommandLine
  /// How long the process has been running, since a time limit counts from the start of the command.
  enum ProcessClock {
    private static let start = ContinuousClock.now

    /// Called first thing.
    static func begin() { _ = start }

    static var elapsedSeconds: Double {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return Double(seconds) + Double(attoseconds) * 1e-18
    }
  }
#endif
