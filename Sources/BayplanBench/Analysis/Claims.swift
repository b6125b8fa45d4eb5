// Packings are checked before they are kept; a proof of another solver is only its word.
extension ExperimentResults {
  /// Of packing: runs fail that claim a proof which a packing of another run, or one known from elsewhere, refutes. What
  /// another solver calls optimal is a claim unless the value meets a bound that we proved or that is known.
  var withClaimsJudged: ExperimentResults {
    let values = bestValues
    var result = self
    for (index, run) in runs.enumerated() {
      guard let record = run.record, let best = values[run.instance],
        let claim = record.refutedClaim(best: Double(best))
      else { continue }
      result.runs[index].record = RunRecord(
        .failed, message: "\(claim), but a packing of \(best) exists: \(source(of: best, run))",
        cpuSeconds: record.cpuSeconds, wallSeconds: record.wallSeconds)
    }
    // What was refuted confirms nothing.
    let bounds = result.bestBounds
    for (index, run) in result.runs.enumerated()
    where run.record?.status == .optimal && experiment.strategies[run.strategy].isPeer {
      let isConfirmed = run.value.map { $0 <= bounds[run.instance] ?? .min } ?? false
      if !isConfirmed { result.runs[index].record?.status = .claimed }
    }
    return result
  }

  /// Of packing: the least value of each instance that anybody found or that is known from elsewhere.
  var bestValues: [Int64?] {
    var bests = instances.map(\.knownValue)
    for run in runs {
      guard let value = run.value else { continue }
      bests[run.instance] = min(bests[run.instance] ?? value, value)
    }
    return bests
  }

  /// Of packing: the highest bound of each instance that one of our strategies proved or that is known from elsewhere.
  var bestBounds: [Int64?] {
    var bests = instances.map(\.knownBound)
    for run in runs {
      guard let bound = run.record?.measures[Measure.bound.name].flatMap({ Int64(exactly: $0) }) else { continue }
      bests[run.instance] = max(bests[run.instance] ?? bound, bound)
    }
    return bests
  }

  private func source(of best: Int64, _ refuted: PlannedRun) -> String {
    let finders = runs.filter { $0.instance == refuted.instance && $0.value == best }
    let finder = finders.last { $0.strategy != refuted.strategy } ?? finders.last
    return finder.map { "\(experiment.strategies[$0.strategy].name) found one" } ?? "one is known"
  }
}

extension PlannedRun {
  fileprivate var value: Int64? { record?.measures[Measure.value.name].flatMap { Int64(exactly: $0) } }
}

extension RunRecord {
  fileprivate func refutedClaim(best: Double) -> String? {
    if status == .infeasible { return "it says that nothing can be packed" }
    for name in [Measure.bound.name, Measure.claimedBound.name] {
      if let bound = measures[name], bound > best { return "it claims a bound of \(Self.text(bound))" }
    }
    if status == .optimal, let value = measures[Measure.value.name], value > best {
      return "it claims \(Self.text(value)) to be optimal"
    }
    return nil
  }

  /// Whoever claims may claim anything.
  private static func text(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}
