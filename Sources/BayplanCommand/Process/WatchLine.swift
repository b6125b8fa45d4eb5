#if CommandLine
  import Bayplan
  import Foundation

  /// What a simulation is at, on stderr: a few bars that are redrawn on a terminal, a line now and then elsewhere.
  final class WatchLine {
    private let isTerminal: Bool
    private let isForced: Bool
    private let duration: Millis
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var drawn = 0

    /// - Returns: nil where nobody wants to see it.
    static func start(isForced: Bool, isQuiet: Bool, duration: Millis) -> WatchLine? {
      if isQuiet || !(isForced || Terminal.isErrorTerminal) { return nil }
      return WatchLine(isForced: isForced, duration: duration)
    }

    private init(isForced: Bool, duration: Millis) {
      isTerminal = Terminal.isErrorTerminal
      self.isForced = isForced
      self.duration = duration
    }

    func update(_ report: SimulationReport) {
      let now = ContinuousClock.now
      let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(1)
      if !isForced && start.duration(to: now) < .seconds(1) { return }
      if last.duration(to: now) < pause && report.time < duration && drawn > 0 { return }
      last = now
      let lines = SimulationSummary(report, style: Terminal.style(isASCII: false, isComplete: false, isFile: false))
        .watch(duration: duration)
      clear()
      write(lines.joined(separator: "\n") + "\n")
      drawn = lines.count
    }

    private func clear() {
      if isTerminal && drawn > 0 { write("\u{1B}[\(drawn)A\u{1B}[J") }
    }

    func stop() {
      clear()
      drawn = 0
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
  }
#endif
