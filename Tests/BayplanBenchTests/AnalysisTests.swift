import BayplanModel
import Testing

@testable import BayplanBench

/// Figures of results that are small enough to be told by hand.
@Suite struct AnalysisTests {
  private func results(
    _ label: String = "a", strategies: [String] = ["good", "bad"], instances: Int = 8,
    _ record: (_ instance: Int, _ strategy: Int) -> RunRecord?
  ) -> BenchResults {
    var experiment = BenchSuite.Experiment(name: "e", task: .pack)
    experiment.strategies = strategies.map { BenchSuite.Strategy($0) }
    let all = (0..<instances).map { BenchInstance(name: "i\($0)", digest: "\($0)", size: 10 << $0) }
    var runs: [PlannedRun] = []
    for instance in all.indices {
      for strategy in strategies.indices {
        let key = "\(label)-\(instance)-\(strategy)"
        runs.append(
          PlannedRun(instance: instance, strategy: strategy, seed: 1, key: key, record: record(instance, strategy)))
      }
    }
    return BenchResults(
      suite: BenchSuite(name: "s", experiments: [experiment]), engine: .init(label: label, digest: label), machine: "m",
      experiments: [ExperimentResults(experiment, instances: all, runs: runs)])
  }

  private func solved(_ value: Double, bound: Double? = nil, seconds: Double = 1) -> RunRecord {
    var measures = ["value": value]
    if let bound { measures["bound"] = bound }
    return RunRecord(value == bound ? .optimal : .solved, measures: measures, cpuSeconds: seconds, wallSeconds: seconds)
  }

  @Test func gapsAreToWhatAnybodyProved() throws {
    let results = results { instance, strategy in
      strategy == 0 ? self.solved(10, bound: 10) : self.solved(instance == 0 ? 10 : 12, bound: 5)
    }
    var part = results.experiments[0]
    part.instances[1].knownValue = 10
    part.instances[2].knownValue = 11
    let analysis = ExperimentAnalysis(part)
    #expect(analysis.bounds == Array(repeating: 10, count: 8))
    #expect(analysis.bests == Array(repeating: 10, count: 8))
    let (good, bad) = (analysis.strategies[0], analysis.strategies[1])
    #expect(good.count(.optimal) == 8 && good.atBest == 8 && good.gaps.max() == 0)
    #expect(bad.solved == 8 && bad.atBest == 1)
    #expect(abs(bad.gaps[1] - 2.0 / 12) < 1e-12 && abs(bad.excesses[1] - 2.0 / 10) < 1e-12)
    #expect(analysis.pairs(.value, 1, 0).map(\.0) == [10, 12, 12, 12, 12, 12, 12, 12])
  }

  @Test func claimsThatAnotherRunRefutesAreFailures() {
    let results = results(instances: 3) { instance, strategy in
      if strategy == 0 { return self.solved(10, bound: 10) }
      return switch instance {
      case 0: self.solved(11, bound: 11)
      case 1: RunRecord(.infeasible)
      default: RunRecord(.solved, measures: ["value": 12, "claimedBound": 9])
      }
    }
    let analysis = ExperimentAnalysis(results.experiments[0])
    #expect(analysis.strategies[0].count(.optimal) == 3)
    #expect(analysis.strategies[1].count(.failed) == 2 && analysis.strategies[1].solved == 1)
    #expect(
      analysis.strategies[1].troubles.contains { $0.message.contains("but a packing of 10 exists: good found one") })
    #expect(analysis.bounds == [10, 10, 10])
  }

  @Test func whatDidNotEndWellIsCounted() throws {
    let results = results { instance, strategy in
      switch (strategy, instance) {
      case (0, 0): RunRecord(.failed, message: "crash")
      case (0, 1): RunRecord(.failed, message: "crash")
      case (0, 2): RunRecord(.timedOut, message: "long")
      case (0, 3): nil
      case (1, _): RunRecord(.skipped, message: "not there")
      default: self.solved(3)
      }
    }
    let analysis = ExperimentAnalysis(results.experiments[0])
    let good = analysis.strategies[0]
    #expect(good.solved == 4 && good.missing == 1 && good.answered["value"] == 4)
    #expect(good.troubles.map(\.count) == [2, 1] && good.troubles[0].instance == "i0")
    #expect(analysis.strategies[1].cpuSeconds.isEmpty && analysis.strategies[1].troubles[0].count == 8)
    #expect(analysis.pairs(.value, 0, 1).isEmpty)
  }

  @Test func growthIsThatOfTheTimes() throws {
    let results = results { instance, strategy in
      let size = Double(10 << instance)
      return self.solved(3, bound: 3, seconds: strategy == 0 ? size * size / 1000 : size / 10)
    }
    let analysis = ExperimentAnalysis(results.experiments[0])
    #expect(abs(analysis.growth(of: 0)!.exponent - 2) < 1e-9 && abs(analysis.growth(of: 1)!.exponent - 1) < 1e-9)
    #expect(analysis.timeProfile.points(of: 0).last?.share == 1)
  }

  /// The same day eight times over is one day.
  @Test func seedsThatChangeNothingAreOneObservation() {
    var experiment = BenchSuite.Experiment(name: "e", task: .simulate)
    experiment.strategies = [BenchSuite.Strategy("a"), BenchSuite.Strategy("b")]
    experiment.seeds = Array(1...8)
    func runs(_ pending: (UInt64, Int) -> Double) -> ExperimentAnalysis {
      let runs = experiment.seeds.flatMap { seed in
        (0..<2).map { strategy in
          PlannedRun(
            instance: 0, strategy: strategy, seed: seed, key: "",
            record: RunRecord(.solved, measures: ["pending": pending(seed, strategy)], cpuSeconds: Double(seed)))
        }
      }
      return ExperimentAnalysis(
        ExperimentResults(experiment, instances: [BenchInstance(name: "i", digest: "", size: 1)], runs: runs))
    }
    let measure = Measure.quality(of: .simulate)[0]
    #expect(runs { _, strategy in Double(strategy) }.pairs(measure, 1, 0).count == 1)
    #expect(runs { seed, strategy in Double(seed) + Double(strategy) }.pairs(measure, 1, 0).count == 8)
    // A seed that failed on either side is no second day.
    let flawed = runs { _, strategy in Double(strategy) }
    var part = flawed.results
    part.runs[0].record = RunRecord(.failed)
    part.runs[3].record = RunRecord(.timedOut)
    #expect(ExperimentAnalysis(part).pairs(measure, 1, 0).count == 1)
    // One side has been told one day, whatever dice the other throws.
    #expect(runs { seed, strategy in strategy == 0 ? 3 : Double(seed) }.pairs(measure, 1, 0).count == 1)
  }

  /// Another solver's word is a proof where a bound of ours, or one that is known, says the same.
  @Test func proofsOfPeersAreClaimsUntilConfirmed() {
    var results = results(instances: 3) { instance, strategy in
      if strategy == 1 { return RunRecord(.optimal, measures: ["value": 10, "claimedBound": 10], cpuSeconds: 1) }
      return self.solved(11, bound: instance == 0 ? 10 : 9)
    }
    var part = results.experiments[0]
    part.experiment.strategies[1].isPeer = true
    part.instances[1].knownBound = 10
    results = BenchResults(suite: results.suite, engine: results.engine, machine: "m", experiments: [part])
    let judged = results.experiments[0].runs.filter { $0.strategy == 1 }.map { $0.record?.status }
    #expect(judged == [.optimal, .optimal, .claimed])
    let summary = ExperimentAnalysis(results.experiments[0]).strategies[1]
    #expect(summary.count(.optimal) == 2 && summary.solved == 3)
  }

  /// Who places fewer pods needs fewer nodes: that is no merit.
  @Test func nodesAreComparedWhereAsManyPodsArePlaced() {
    var results = results { instance, strategy in
      let unplaced = strategy == 0 || instance < 3 ? 0.0 : 5
      return RunRecord(.solved, measures: ["unplaced": unplaced, "nodes": strategy == 0 ? 9 : 7], cpuSeconds: 1)
    }
    var part = results.experiments[0]
    part.experiment.task = .plan
    results = BenchResults(suite: results.suite, engine: results.engine, machine: "m", experiments: [part])
    let analysis = ExperimentAnalysis(results.experiments[0])
    #expect(analysis.pairs(.nodes, 1, 0).count == 3)
    #expect(analysis.pairs(.unplaced, 1, 0).count == 8)
  }

  @Test func sizesOfDifferentFamiliesAreNotOneAxis() {
    var part = results { instance, _ in self.solved(3, bound: 3, seconds: Double(10 << instance)) }.experiments[0]
    #expect(ExperimentAnalysis(part).growth(of: 0) != nil)
    part.instances[0].family = "other"
    #expect(ExperimentAnalysis(part).growth(of: 0) == nil)
  }

  @Test func aCrashIsNotFast() {
    let results = results { _, strategy in
      strategy == 0 ? self.solved(3, seconds: 5) : RunRecord(.failed, message: "crash", cpuSeconds: 0.01)
    }
    let analysis = ExperimentAnalysis(results.experiments[0])
    #expect(analysis.pairs(.cpu, 1, 0).isEmpty)
    let other = self.results("b") { _, _ in self.solved(3, seconds: 5) }
    let comparison = BenchComparison(base: other, new: results)
    #expect(comparison.lost.count == 8 && comparison.verdict == .worse)
    #expect(comparison.rows.allSatisfy { $0.strategy == "good" })
  }

  // MARK: Comparisons

  private func noisy(_ instance: Int, _ factor: Double, salt: Int) -> RunRecord {
    // Some percent up and down, another way each time.
    let noise = 1 + 0.02 * Double((instance * 7 + salt * 5) % 5 - 2)
    return solved(20, bound: 20, seconds: factor * noise)
  }

  @Test func aSlowdownIsFound() throws {
    let base = results("base", strategies: ["x"], instances: 12) { instance, _ in self.noisy(instance, 1, salt: 1) }
    let slow = results("slow", strategies: ["x"], instances: 12) { instance, _ in self.noisy(instance, 1.5, salt: 2) }
    let comparison = BenchComparison(base: base, new: slow)
    let row = try #require(comparison.rows.first { $0.measure == .cpu })
    #expect(comparison.verdict == .worse && row.verdict == .worse && row.pValue < 0.05)
    #expect(row.comparison.geometricMeanRatio!.interval!.contains(1.5))
    #expect(BenchComparison(base: slow, new: base).verdict == .better)
    #expect(comparison.rows.filter { $0.measure != .cpu }.allSatisfy { $0.verdict == .equal })
  }

  @Test func noiseIsNoDifference() throws {
    let base = results("base", strategies: ["x"], instances: 12) { instance, _ in self.noisy(instance, 1, salt: 1) }
    let new = results("new", strategies: ["x"], instances: 12) { instance, _ in self.noisy(instance, 1.01, salt: 2) }
    #expect(BenchComparison(base: base, new: new).verdict == .equal)
    #expect(BenchComparison(base: base, new: base).verdict == .equal)
  }

  @Test func worseAnswersAreFound() throws {
    let base = results("base", strategies: ["x"], instances: 12) { _, _ in self.solved(20) }
    let new = results("new", strategies: ["x"], instances: 12) { instance, _ in self.solved(instance < 9 ? 21 : 20) }
    let comparison = BenchComparison(base: base, new: new)
    #expect(comparison.verdict == .worse)
    #expect(comparison.rows.first { $0.measure == .value }?.comparison.winTieLoss.losses == 9)
    let lost = results("new", strategies: ["x"], instances: 12) { instance, _ in
      instance == 3 ? RunRecord(.timedOut) : self.solved(20)
    }
    let other = BenchComparison(base: base, new: lost)
    #expect(other.verdict == .worse && other.lost.map(\.instance) == ["i3"] && other.paired == 12)
  }
}
