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
      /// Most memory that it had resident; nil where nobody knows.
      var peakBytes: Int64?
      /// It was ended for being too long at it.
      var isTimedOut: Bool
      /// It was ended because the bench was asked to stop.
      var isCancelled: Bool
      /// It was ended for printing more than anybody would read.
      var isTooLong: Bool
    }

    private let pid: pid_t
    private let files: [String]
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
      files = [output, errors]
      pid = bayplan_spawn(&words, &variables, output, errors, core.map(Int32.init) ?? -1, UInt64(max(0, memory ?? 0)))
      if pid < 0 { throw OutputError(message: "cannot run \(command[0]): \(String(cString: strerror(errno)))") }
    }

    /// Waits until it ends, or ends it with all it has started.
    /// - Parameters:
    ///   - patience: seconds of wall-clock time.
    ///   - longest: bytes that it may print, to either of its files.
    func wait(patience: Double, longest: Int64, isCancelled: () -> Bool) -> Outcome {
      var status: Int32 = 0
      var usage = rusage()
      var (isTimedOut, wasCancelled, isTooLong) = (false, false, false)
      var pause: useconds_t = 500
      var seenBytes: Int64 = 0
      while true {
        let result = wait4(pid, &status, WNOHANG, &usage)
        if result == pid { break }
        precondition(result == 0 || errno == EINTR, "nobody else waits for this child")
        if !isTimedOut && !wasCancelled && !isTooLong {
          isTimedOut = elapsed > patience
          wasCancelled = isCancelled()
          isTooLong = files.contains { Self.size(of: $0) > longest }
          if isTimedOut || wasCancelled || isTooLong { kill(-pid, SIGKILL) }
        }
        seenBytes = max(seenBytes, Self.residentPeak(of: pid))
        usleep(pause)
        pause = min(10_000, pause * 5 / 4)
      }
      // What it started and left behind.
      kill(-pid, SIGKILL)
      func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
      let signal = status & 0x7F
      return Outcome(
        code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
        cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), wallSeconds: elapsed,
        peakBytes: Self.peak(of: usage, seen: seenBytes), isTimedOut: isTimedOut, isCancelled: wasCancelled,
        isTooLong: isTooLong || files.contains { Self.size(of: $0) > longest })
    }

    /// The system's own count is that of the child and all it waited for, but begins with what this process had when it
    /// made the child. Below that, what was seen while it ran is closer; the last ten milliseconds are missing in it.
    private static func peak(of usage: rusage, seen: Int64) -> Int64? {
      let counted = Int64(usage.ru_maxrss) * 1024
      let own = residentPeak(of: getpid())
      if own > 0 && counted > own { return counted }
      return seen > 0 ? seen : nil
    }

    /// 0 of what is no file.
    private static func size(of path: String) -> Int64 {
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
    }

    /// 0 where the system does not tell.
    private static func residentPeak(of pid: pid_t) -> Int64 {
      guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kibibytes = Int64(line.filter(\.isNumber))
      else { return 0 }
      return kibibytes * 1024
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
