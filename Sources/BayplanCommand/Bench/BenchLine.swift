#if CommandLine
  import Bayplan
  import Foundation
  import Synchronization

  /// How far a bench is, on stderr: a line that is redrawn on a terminal, a line now and then elsewhere.
  final class BenchLine: Sendable {
    private let total: Int
    private let isTerminal: Bool
    private let lastShown: Mutex<ContinuousClock.Instant>
    private let interval: Duration

    /// - Returns: nil where nobody wants to see it.
    static func start(total: Int, isForced: Bool, isQuiet: Bool) -> BenchLine? {
      isQuiet || !(isForced || Terminal.isErrorTerminal) ? nil : BenchLine(total: total)
    }

    private init(total: Int) {
      self.total = total
      isTerminal = Terminal.isErrorTerminal
      interval = isTerminal ? .milliseconds(100) : .seconds(5)
      lastShown = Mutex(.now - interval)
    }

    func update(done: Int, secondsLeft: Double, last: PendingRun, _ record: RunRecord) {
      let isDue = lastShown.withLock { shown in
        if shown.duration(to: .now) < interval && done < total { return false }
        shown = .now
        return true
      }
      if !isDue { return }
      let left = done == total ? "" : ", about \(Millis(secondsLeft * 1000).roundedText) left"
      let what = TextStyle.neutralized(
        "\(last.strategy.name) on \(last.instance.instance.name): \(record.status.rawValue)")
      let text = "\(done) of \(total) runs\(left), \(what)"
      FileHandle.standardError.write(Data((isTerminal ? "\r\u{1B}[K\(text.prefix(110))" : text + "\n").utf8))
    }

    func stop() {
      if isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
  }

  extension Millis {
    /// In whole seconds, or minutes where it is long.
    fileprivate var roundedText: String {
      let seconds = Swift.max(1, (self + 500) / 1000)
      return (seconds < 120 ? seconds * 1000 : (seconds + 30) / 60 * 60_000).durationText
    }
  }
#endif
