import BayplanModel
import BayplanPacking

/// Jobs and CronJobs.
/// Source: kubernetes pkg/controller/job/job_controller.go and pkg/controller/cronjob, as of 1.34.
extension ClusterSimulation {
  private static let defaultRun: Millis = 60_000

  private func run(of number: Int32) -> Scenario.JobRun? {
    let entry = state.workloads[Int(number)]
    let reference = entry.owner >= 0 ? state.workloads[Int(entry.owner)].workload.reference : entry.workload.reference
    return scenario.runs.first { $0.workload == reference }
  }

  /// How long its pods run.
  func runTime(of number: Int32) -> Millis { run(of: number)?.takes ?? Self.defaultRun }

  mutating func startJob(_ number: Int32) {
    state.workloads[Int(number)].progress = SimulatedWorkload.Progress()
    if let deadline = state.workloads[Int(number)].workload.job?.deadlineMillis {
      let stamp = state.workloads[Int(number)].stamp
      state.queue.schedule(Event(.jobDeadline, number, stamp: stamp), at: state.now + deadline)
    }
    touch(number)
  }

  mutating func handleJob(_ kind: Event.Kind, _ number: Int32) {
    if kind == .jobRetry {
      touch(number)
    } else if state.workloads[Int(number)].progress?.isOver == false {
      fail(number, "DeadlineExceeded", "Job was active longer than specified deadline")
    }
  }

  mutating func reconcileJob(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    guard let progress = entry.progress, let terms = entry.workload.job, !entry.workload.isSuspended else { return }
    let active = entry.pods.filter { state.pods[$0].isActive }
    if progress.isOver {
      if entry.pods.isEmpty && entry.owner >= 0 {
        endWorkload(number)
        startMissedRun(entry.owner)
      }
      return
    }
    if progress.failed > terms.backoffLimit {
      fail(number, "BackoffLimitExceeded", "Job has reached the specified backoff limit")
      return
    }
    if let completions = terms.completions ?? (progress.succeeded > 0 ? progress.succeeded : nil),
      progress.succeeded >= completions
    {
      if active.isEmpty {
        state.workloads[Int(number)].progress!.isOver = true
        state.metrics.jobsCompleted += 1
        logWorkload("Completed", number, by: "job-controller", "Job completed")
        touch(number)
      }
      return
    }
    let left = (terms.completions ?? Int.max) - progress.succeeded
    let lacking = min(entry.replicas, left) - active.count
    if lacking <= 0 { return }
    if progress.retryAt > state.now {
      state.queue.schedule(Event(.jobRetry, number, stamp: state.workloads[Int(number)].stamp), at: progress.retryAt)
      return
    }
    let takes = runTime(of: number)
    for _ in 0..<lacking { makePod(of: number, template: entry.current, runs: takes) }
  }

  mutating func jobFails(_ number: Int32) -> Bool {
    let milli = run(of: number)?.failingMilli ?? 0
    return state.jobRandom.happens(milli: milli)
  }

  /// Books how a pod of a job ended. After failures the next pod waits: ten seconds, twice as long each time, at most ten
  /// minutes.
  mutating func noteEnd(of pod: SimulatedPod, isDone: Bool) {
    let index = Int(pod.workload)
    guard let progress = state.workloads[index].progress, !progress.isOver else { return }
    if isDone && !pod.hasFailed {
      state.workloads[index].progress!.succeeded += 1
      state.workloads[index].progress!.failedInRow = 0
    } else if pod.hasFailed {
      state.workloads[index].progress!.failed += 1
      state.workloads[index].progress!.failedInRow += 1
      let wait = min(600_000, Millis(10_000) << Millis(min(10, progress.failedInRow)))
      state.workloads[index].progress!.retryAt = state.now + wait
    }
  }

  private mutating func fail(_ number: Int32, _ reason: String, _ message: String) {
    state.workloads[Int(number)].progress!.isOver = true
    state.metrics.jobsFailed += 1
    logWorkload(reason, number, by: "job-controller", isWarning: true, message)
    for pod in state.workloads[Int(number)].pods { stop(pod) }
    touch(number)
  }

  // MARK: CronJobs

  /// The run before it is over: it begins now, unless it is too late.
  private mutating func startMissedRun(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    guard entry.missedAt >= 0, !entry.isStopped else { return }
    if let deadline = entry.workload.job?.startingDeadlineMillis, state.now - entry.missedAt > deadline {
      state.workloads[Int(number)].missedAt = -1
      return
    }
    startRun(number)
  }

  mutating func scheduleRun(_ number: Int32) {
    let workload = state.workloads[Int(number)].workload
    guard !workload.isSuspended, let schedule = workload.job?.schedule else { return }
    let start = scenario.startSeconds
    guard let next = schedule.next(after: start + state.now / 1000) else { return }
    state.queue.schedule(Event(.cron, number), at: (next - start) * 1000)
  }

  /// A run of a CronJob is due.
  mutating func fire(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    if entry.isStopped { return }
    scheduleRun(number)
    let running = state.workloads.indices.filter {
      state.workloads[$0].isThere && state.workloads[$0].owner == number
        && state.workloads[$0].progress?.isOver == false
    }
    switch entry.workload.job?.concurrency ?? .allow {
    case .allow: break
    case .forbid:
      if !running.isEmpty {
        logWorkload(
          "JobAlreadyActive", number, by: "cronjob-controller", "Not starting job because prior execution is running")
        state.workloads[Int(number)].missedAt = state.now
        return
      }
    case .replace: for run in running { endWorkload(Int32(run)) }
    }
    startRun(number)
  }

  private mutating func startRun(_ number: Int32) {
    let entry = state.workloads[Int(number)]
    let ordinal = entry.nextOrdinal
    state.workloads[Int(number)].nextOrdinal += 1
    state.workloads[Int(number)].missedAt = -1
    var job = entry.workload
    job.kind = .job
    job.id.name = "\(entry.workload.id.name)-\(ordinal)"
    job.job?.schedule = nil
    logWorkload("SuccessfulCreate", number, by: "cronjob-controller", "Created job \(job.id.name)")
    addWorkload(job, owner: number, template: entry.current)
  }
}
