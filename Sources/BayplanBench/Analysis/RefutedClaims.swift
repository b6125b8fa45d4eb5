extension ExperimentResults {
  /// Of packing: runs fail that claim a proof which a packing of another run, or one known from elsewhere, refutes.
  /// Packings are checked before they are kept; a proof of a peer is only its word.
  var withoutRefutedClaims: ExperimentResults {
    var bests = instances.map(\.knownValue)
    var sources = instances.map { _ in "one is known" }
    for run in runs {
      guard let value = run.record?.measures[Measure.value.name].flatMap({ Int64(exactly: $0) }) else { continue }
      if value <= bests[run.instance] ?? value {
        bests[run.instance] = value
        sources[run.instance] = "\(experiment.strategies[run.strategy].name) found one"
      }
    }
    var result = self
    for (index, run) in runs.enumerated() {
      guard let record = run.record, let best = bests[run.instance],
        let claim = record.refutedClaim(best: Double(best))
      else { continue }
      result.runs[index].record = RunRecord(
        .failed, message: "\(claim), but a packing of \(best) exists: \(sources[run.instance])",
        cpuSeconds: record.cpuSeconds,
        wallSeconds: record.wallSeconds)
    }
    return result
  }
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
