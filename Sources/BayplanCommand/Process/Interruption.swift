#if CommandLine
  import Foundation
  import Synchronization

  /// Ctrl-C while planning: the first one asks for the best plan so far, the second one ends the process.
  enum Interruption {
    private static let count = Atomic<Int>(0)

    static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

    /// From here on signals are requests; before, they end the process at once.
    static func catchSignals() {
      // The handler may not be the first to touch the counter.
      _ = isRequested
      for number in [SIGINT, SIGTERM] {
        signal(number) { number in
          if Interruption.count.add(1, ordering: .relaxed).newValue > 1 { _exit(128 + number) }
        }
      }
    }
  }
#endif
