#if CommandLine
  import Bayplan
  import CProcess
  import Foundation

  /// A program that runs as a process group of its own, what it prints going to files, and what it used.
  ///
  /// Foundation's `Process` does not tell what a child has used, nor takes a group down with it.
  struct ChildProcess: Sendable {
    struct Outcome: Sendable {
      /// As a shell tells it: 128 and the signal for a process that was ended.
      var code: Int32
      var cpuSeconds: Double
      var wallSeconds: Double
      /// It was ended for being too long at it.
      var isTimedOut: Bool
      /// It was ended because the bench was asked to stop.
      var isCancelled: Bool
    }

    private let pid: pid_t
    private let start = ContinuousClock.now

    /// - Parameters:
    ///   - command: path of the program, then its arguments.
    ///   - folder: for its temporary files.
    ///   - core: processor to keep to.
    ///   - memory: bytes of address space.
    /// - Throws: `OutputError` if it cannot be started.
    init(
      _ command: [String], output: String, errors: String, folder: String, core: Int? = nil, memory: Int64? = nil
    ) throws(OutputError) {
      var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
      defer { for word in words { free(word) } }
      var environment = ProcessInfo.processInfo.environment
      environment["TMPDIR"] = folder
      var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
      defer { for variable in variables { free(variable) } }
      pid = bayplan_spawn(&words, &variables, output, errors, core.map(Int32.init) ?? -1, UInt64(max(0, memory ?? 0)))
      if pid < 0 { throw OutputError(message: "cannot run \(command[0]): \(String(cString: strerror(errno)))") }
    }

    /// Waits until it ends, or ends it with all it has started.
    /// - Parameter patience: seconds of wall-clock time.
    func wait(patience: Double, isCancelled: () -> Bool) -> Outcome {
      var status: Int32 = 0
      var usage = rusage()
      var (isTimedOut, wasCancelled) = (false, false)
      var pause: useconds_t = 500
      while true {
        let result = wait4(pid, &status, WNOHANG, &usage)
        if result == pid { break }
        precondition(result == 0 || errno == EINTR, "nobody else waits for this child")
        if !isTimedOut && !wasCancelled {
          isTimedOut = elapsed > patience
          wasCancelled = isCancelled()
          if isTimedOut || wasCancelled { kill(-pid, SIGKILL) }
        }
        usleep(pause)
        pause = min(10_000, pause * 5 / 4)
      }
      // What it started and left behind.
      kill(-pid, SIGKILL)
      func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
      let signal = status & 0x7F
      return Outcome(
        code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
        cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), wallSeconds: elapsed, isTimedOut: isTimedOut,
        isCancelled: wasCancelled)
    }

    private var elapsed: Double { start.duration(to: .now) / .seconds(1) }

    /// Processors that this process may use; empty where the system does not tell.
    static let cores: [Int] = {
      var cores = [Int32](repeating: 0, count: 1024)
      let count = bayplan_cores(&cores, Int32(cores.count))
      return cores.prefix(Int(count)).map(Int.init)
    }()
  }
#endif
