#if CommandLine
  import Foundation

  /// How long the process has been running, since a time limit counts from the start of the command.
  enum ProcessClock {
    private static let start = ContinuousClock.now

    /// Called first thing.
    static func begin() { _ = start }

    static var elapsedSeconds: Double {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// What the process has used of all processors so far, its threads included.
    static var cpuSeconds: Double {
      var time = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
  }
#endif
