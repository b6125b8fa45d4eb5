#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  /// How long to look for an answer, and how to follow it.
  struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Seconds to plan at most.", valueName: "seconds"))
    var timeLimit: Double = 10

    @Option(
      help: ArgumentHelp(
        "Units of work at most, instead of a time limit: the plan is the same on every machine.", valueName: "units"))
    var workLimit: Int?

    @Option(
      help: ArgumentHelp(
        "Threads to use at most; all processors by default. They change how long it takes and nothing else.",
        valueName: "number"))
    var threads: Int?

    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 1

    @Flag(help: "Report progress on stderr even if it is not a terminal.")
    var progress = false

    func validate() throws {
      guard timeLimit > 0, timeLimit <= 1e7 else {
        throw ValidationError("--time-limit takes a positive number of seconds.")
      }
      if let workLimit, workLimit <= 0 { throw ValidationError("--work-limit takes a positive number.") }
      if let threads, !(1...1024).contains(threads) {
        throw ValidationError("--threads takes a number from 1 to 1024.")
      }
    }

    /// - Parameter spent: seconds that came out of the allowance already.
    func limits(spent: Double = 0) -> Limits {
      Limits(
        seconds: workLimit == nil ? max(0.05, timeLimit - spent) : nil, work: workLimit,
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, isCancelled: { Interruption.isRequested })
    }
  }

  func checkStrategy(_ name: String, among names: [String]) throws {
    if !names.contains(name) {
      throw ValidationError("There is no strategy '\(name)'. There are: \(names.joined(separator: ", ")).")
    }
  }
#endif
