extension ExperimentResults {
  /// Of packing: runs fail that claim a proof which a packing of another run, or one known from elsewhere, refutes.
  /// Packings are checked before they are kept; a proof of a peer is only its word.
  var withoutRefutedClaims: ExperimentResults {
    let bests = bestValues
    var result = self
    for (index, run) in runs.enumerated() {
      guard let record = run.record, let best = bests[run.instance],
        let claim = record.refutedClaim(best: Double(best))
      else { continue }
      result.runs[index].record = RunRecord(
        .failed, message: "\(claim), but a packing of \(best) exists: \(source(of: best, run.instance))",
        cpuSeconds: record.cpuSeconds,
        wallSeconds: record.wallSeconds)
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

  private func source(of best: Int64, _ instance: Int) -> String {
    runs.last { $0.instance == instance && $0.value == best }
      .map { "\(experiment.strategies[$0.strategy].name) found one" } ?? "one is known"
  }
}

extension PlannedRun {
  fileprivate var value: Int64? { record?.measures[Measure.value.name].flatMap { Int64(exactly: $0) } }
}

extension RunRecord {
  fileprivate func refutedClaim(best: Double) -> String? {
    if status == .infeasible { return "it says that nothing can be packed" }
    for name in [Measure.bound.name, Measure.claimedBound.name] {
      if let bound = measures[name], bound > best { return "it claims a bound of \(Int64(bound))" }
    }
    if status == .optimal, let value = measures[Measure.value.name], value > best {
      return "it claims \(Int64(value)) to be optimal"
    }
    return nil
  }
}
