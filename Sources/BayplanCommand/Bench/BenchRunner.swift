#if CommandLine
  import Bayplan
  import Foundation
  import Synchronization

  /// Makes runs, several at once, each a process of its own on a processor of its own, and keeps what comes of them.
  final class BenchRunner: Sendable {
    private struct State {
      var next = 0
      var done = 0
      var failure: (any Error)?
      var kinds: [String: Kind] = [:]

      /// Runs that are alike.
      struct Kind {
        /// Wall-clock seconds of those that are done.
        var seconds = 0.0
        var done = 0
        /// Not begun yet.
        var left = 0
        var limit: Double
      }
    }

    private let runs: [PendingRun]
    private let store: RunStore
    private let jobs: Int
    private let grace: Double
    private let folder: String
    private let line: BenchLine?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - runs: those that are not in the store yet.
    ///   - grace: seconds beyond half as much again of its limit, until a run is ended.
    init(_ runs: [PendingRun], store: RunStore, jobs: Int, grace: Double, folder: String, line: BenchLine?) {
      self.runs = runs
      self.store = store
      self.jobs = max(1, min(jobs, runs.count))
      self.grace = grace
      self.folder = folder
      self.line = line
      var kinds: [String: State.Kind] = [:]
      for run in runs {
        let limit = Double(run.experiment.limits.timeMillis) / 1000
        kinds[run.kind, default: State.Kind(limit: limit)].left += 1
      }
      state = Mutex(State(kinds: kinds))
    }

    /// Runs until nothing is left, a request to stop, or an error of the store.
    /// - Returns: how many were made.
    func run() throws -> Int {
      if runs.isEmpty { return 0 }
      let done = DispatchSemaphore(value: 0)
      for lane in 0..<jobs {
        Thread.detachNewThread { [self] in
          work(lane)
          done.signal()
        }
      }
      for _ in 0..<jobs { done.wait() }
      let (count, failure) = state.withLock { ($0.done, $0.failure) }
      if let failure { throw failure }
      return count
    }

    private func work(_ lane: Int) {
      while !Interruption.isRequested {
        let index = state.withLock { state -> Int? in
          guard state.failure == nil, state.next < runs.count else { return nil }
          state.kinds[runs[state.next].kind]!.left -= 1
          state.next += 1
          return state.next - 1
        }
        guard let index else { return }
        do {
          guard let record = try make(runs[index], lane) else { return }
          try store.add(record, key: runs[index].key, command: runs[index].command)
          let estimate = state.withLock { state in
            state.done += 1
            state.kinds[runs[index].kind]!.seconds += record.wallSeconds
            state.kinds[runs[index].kind]!.done += 1
            return (state.done, secondsLeft(state))
          }
          line?.update(done: estimate.0, secondsLeft: estimate.1, last: runs[index], record)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          return
        }
      }
    }

    /// - Returns: nil if it was told to stop.
    private func make(_ run: PendingRun, _ lane: Int) throws -> RunRecord? {
      let place = "\(folder)/lane-\(lane)"
      try? FileManager.default.removeItem(atPath: place)
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let (output, errors) = ("\(place)/out", "\(place)/err")
      let child: ChildProcess
      do {
        child = try ChildProcess(
          run.command, output: output, errors: errors, folder: place, core: core(of: lane, run),
          memory: run.experiment.limits.memory)
      } catch { return RunRecord(.failed, message: error.message) }
      let limit = Double(run.experiment.limits.timeMillis) / 1000
      // Not everything can be told to end in time.
      let isTold = [.pack, .plan].contains(run.task) && run.experiment.limits.work == nil
      let patience = isTold ? limit * 1.5 + grace : max(600, limit * 10)
      let longest = run.strategy.isPeer ? Self.longestPacking : Self.longestAnswer
      let outcome = child.wait(patience: patience, longest: longest) { Interruption.isRequested }
      if outcome.isCancelled { return nil }
      if outcome.isTooLong {
        return RunRecord(
          .failed, message: "it printed more than \(longest >> 20) MiB", cpuSeconds: outcome.cpuSeconds,
          wallSeconds: outcome.wallSeconds)
      }
      // That there is no room for an answer is no fault of the run.
      let said = outcome.code == 0 ? "" : OutcomeReader.end(of: errors)
      let isFull = [ENOSPC, EFBIG, EDQUOT].contains { said.contains(String(cString: strerror($0))) }
      if isFull || outcome.code == 128 + SIGXFSZ {
        throw OutputError(message: "cannot keep an answer in \(place): there is no room")
      }
      let reader = OutcomeReader(
        task: run.task, isPeer: run.strategy.isPeer, problem: run.instance.problem, memory: run.experiment.limits.memory
      )
      var record = reader.record(outcome, output: output, errors: errors)
      record.measures[Measure.memory.name] = outcome.peakBytes.map { (Double($0) / 1_048_576 * 10).rounded() / 10 }
      return record
    }

    /// Bytes of the answer to a packing, and of a plan with its cluster.
    private static let longestPacking: Int64 = 256 << 20
    private static let longestAnswer: Int64 = 4 << 30

    /// Each lane has a processor of its own; a run with several threads takes what there is.
    private func core(of lane: Int, _ run: PendingRun) -> Int? {
      let cores = ChildProcess.cores
      return run.experiment.limits.threads > 1 || cores.isEmpty ? nil : cores[lane % cores.count]
    }

    /// By what runs of the same kind took; of kinds of which none is done yet, their limit at most.
    private func secondsLeft(_ state: borrowing State) -> Double {
      let seconds = state.kinds.values.reduce(0.0) { sum, kind in
        sum + Double(kind.left) * (kind.done == 0 ? kind.limit : kind.seconds / Double(kind.done))
      }
      return seconds / Double(jobs)
    }
  }
#endif
