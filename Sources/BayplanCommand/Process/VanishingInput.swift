#if CommandLine
  import Foundation

  /// Input files are mapped into memory; one that another process cuts short while it is read raises SIGBUS.
  enum VanishingInput {
    private static let message: StaticString = "error: an input file was cut short while it was read; try again\n"

    /// Only calls that POSIX allows in a handler.
    static func catchSignal() {
      // The handler may not be the first to touch the message.
      _ = message.utf8CodeUnitCount
      signal(SIGBUS) { _ in
        _ = write(STDERR_FILENO, VanishingInput.message.utf8Start, VanishingInput.message.utf8CodeUnitCount)
        _exit(Verdict.badInput.rawValue)
      }
    }
  }
#endif
