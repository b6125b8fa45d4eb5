import BayplanModel

extension ExperimentAnalysis {
  /// Strategies that proved something.
  public var provers: [Int] { strategies.indices.filter { strategies[$0].count(.optimal) > 0 } }

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

  /// How the time of a strategy grows with the size of instances: what it says it took, without the start of its process,
  /// else CPU time. Nil under three sizes, where the largest is less than eight times the smallest, and where instances are of different
  /// generators or data sets: their sizes are no one thing.
  ///
  /// What ended at a limit says nothing of growth, and leaving out the hard ones of a size would flatter: a size counts
  /// only if all its runs came to their end.
  public func growth(of strategy: Int) -> PowerLawFit? {
    if Set(results.instances.map(\.family)).count > 1 { return nil }
    var sizes: [Int: (values: [Double], isComplete: Bool)] = [:]
    for run in results.runs where run.strategy == strategy {
      let size = max(1, results.instances[run.instance].size)
      var entry = sizes[size] ?? ([], true)
      if let record = run.record, let value = record[.solve] ?? record[.cpu],
        record.status == .optimal || record.status == .claimed
          || record.status == .solved && experiment.limits.work == nil && !isStopped(run)
      {
        entry.values.append(max(1e-6, value))
      } else {
        entry.isComplete = false
      }
      sizes[size] = entry
    }
    let complete = sizes.filter(\.value.isComplete)
    guard let least = complete.keys.min(), let most = complete.keys.max(), most >= 8 * least else { return nil }
    return PowerLawFit(
      complete.sorted { $0.key < $1.key }.flatMap { size, entry in
        entry.values.map { (size: Double(size), value: $0) }
      })
  }

  /// Without a proof and not before its time was up: how long it would have taken is not known.
  public func isStopped(_ run: PlannedRun) -> Bool {
    guard let record = run.record, record.status != .timedOut else { return run.record != nil }
    let task = experiment.strategies[run.strategy].task ?? experiment.task
    let isTold = [.pack, .plan].contains(task) && experiment.limits.work == nil
    let hasNoProof = record.status == .solved || record.status == .unknown
    return isTold && hasNoProof && record.wallSeconds >= 0.95 * Double(experiment.limits.timeMillis) / 1000
  }
}
