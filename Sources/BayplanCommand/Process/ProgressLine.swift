#if CommandLine
  import Bayplan
  import Foundation
  import Synchronization

  /// What a long run is at, on stderr: one line that is redrawn on a terminal, one line a second elsewhere.
  final class ProgressLine: Sendable {
    private struct State {
      var latest: Planner.Progress?
      var isRunning = true
    }

    private let state = Mutex(State())
    private let isTerminal: Bool
    private let start = ContinuousClock.now

    /// - Returns: nil where nobody wants to see it.
    static func start(isForced: Bool, isQuiet: Bool) -> ProgressLine? {
      if isQuiet || !(isForced || Terminal.isErrorTerminal) { return nil }
      let line = ProgressLine(isTerminal: Terminal.isErrorTerminal)
      Thread.detachNewThread { line.run() }
      return line
    }

    private init(isTerminal: Bool) { self.isTerminal = isTerminal }

    func update(_ progress: Planner.Progress) { state.withLock { $0.latest = progress } }

    func stop() {
      let wasDrawn = isTerminal && start.duration(to: .now) > .seconds(1)
      state.withLock { state in
        state.isRunning = false
        if wasDrawn { Self.write("\r\u{1B}[K") }
      }
    }

    private func run() {
      Thread.sleep(forTimeInterval: 1)
      while true {
        let isRunning = state.withLock { state in
          if state.isRunning { draw(state.latest) }
          return state.isRunning
        }
        if !isRunning { return }
        Thread.sleep(forTimeInterval: isTerminal ? 0.25 : 1)
      }
    }

    private func draw(_ progress: Planner.Progress?) {
      let elapsed = start.duration(to: .now).components
      var parts = ["planning \(elapsed.seconds) s"]
      if let progress {
        parts += progress.criteria.map { value in
          let gap = value.gap.map { $0 == 0 ? "proven" : "gap \(Int(($0 * 1000).rounded(.up)) / 10) %" } ?? "no bound"
          return "\(TextStyle.neutralized("\(value.criterion)")) \(value.value) (\(gap))"
        }
        parts.append(TextStyle.neutralized(progress.strategy))
      }
      if Interruption.isRequested { parts.append("stopping, once more to abort") }
      let text = parts.joined(separator: ", ")
      Self.write(isTerminal ? "\r\u{1B}[K\(text.prefix(110))" : text + "\n")
    }

    private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
  }
#endif
