import BayplanModel

extension ExperimentAnalysis {
  /// CPU time to a proof (of packing) or to an answer, by strategy and instance.
  public var timeProfile: PerformanceProfile { PerformanceProfile(costs: solveTimes) }

  /// CPU seconds by strategy and instance, the mean over the seeds; nil unless every seed was solved (of packing:
  /// proved).
  public var solveTimes: [[Double?]] {
    let isPacking = experiment.task == .pack
    var times = experiment.strategies.map { _ in results.instances.map { _ in (sum: 0.0, count: 0, isSolved: true) } }
    for run in results.runs {
      let status = run.record?.status
      let isSolved = status == .optimal || status == .infeasible || status == .solved && !isPacking
      times[run.strategy][run.instance].isSolved = times[run.strategy][run.instance].isSolved && isSolved
      times[run.strategy][run.instance].sum += run.record?.cpuSeconds ?? 0
      times[run.strategy][run.instance].count += 1
    }
    return times.map { $0.map { $0.isSolved && $0.count > 0 ? max(1e-6, $0.sum / Double($0.count)) : nil } }
  }

  /// How CPU time grows with the size of instances; nil under three sizes, or where the largest is less than eight times
  /// the smallest. What ended at its limit says nothing of growth.
  public func growth(of strategy: Int) -> PowerLawFit? {
    let sizes = results.instances.map { max(1, $0.size) }
    guard let least = sizes.min(), let most = sizes.max(), most >= 8 * least else { return nil }
    let times = experiment.task == .pack ? answerTimes(of: strategy) : solveTimes[strategy]
    return PowerLawFit(
      zip(results.instances, times).compactMap { instance, time in
        time.map { (size: Double(max(1, instance.size)), value: $0) }
      })
  }

  /// Of packing also what is solved without a proof, as by heuristics, if it ended before its limit.
  private func answerTimes(of strategy: Int) -> [Double?] {
    var times = results.instances.map { _ in (sum: 0.0, count: 0, isComplete: true) }
    let limit = Double(experiment.limits.timeMillis) / 1000
    for run in results.runs where run.strategy == strategy {
      let isComplete =
        run.record.map { [.optimal, .solved].contains($0.status) && $0.wallSeconds < 0.95 * limit } ?? false
      times[run.instance].isComplete = times[run.instance].isComplete && isComplete
      times[run.instance].sum += run.record?.cpuSeconds ?? 0
      times[run.instance].count += 1
    }
    return times.map { $0.isComplete && $0.count > 0 ? max(1e-6, $0.sum / Double($0.count)) : nil }
  }
}
