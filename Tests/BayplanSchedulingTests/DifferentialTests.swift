import BayplanModel
import BayplanScheduling
import Foundation
import Testing

/// The fast way against the plain one, on clusters with something of everything.
@Suite struct DifferentialTests {
  /// More on request: `BAYPLAN_DECISIONS=100000 swift test -c release --filter DifferentialTests`.
  private static let wanted = ProcessInfo.processInfo.environment["BAYPLAN_DECISIONS"].flatMap { Int($0) } ?? 5000

  @Test func fastAndPlainDecideAlike() {
    var decided = 0
    var outcomes: [SchedulingDecision.Outcome: Int] = [:]
    var seed: UInt64 = 0
    while decided < Self.wanted {
      seed += 1
      // Sampling begins at a hundred nodes.
      let isLarge = seed % 50 == 0
      let random = RandomCluster(seed: seed, nodes: isLarge ? 300 : 14, bound: isLarge ? 200 : 30)
      let pending = random.cluster.pods.filter { $0.nodeName == nil }
      let tieBreak: TieBreak = seed % 3 == 0 ? .first : .seeded(seed)
      let snapshot = SchedulerSnapshot(random.cluster)
      var fast = SchedulingPass(snapshot, profiles: random.profiles, tieBreak: tieBreak, isChecked: true)
      fast.schedule(pending)
      #expect(fast.differences == [], "seed \(seed)")
      var plain = SchedulingPass(snapshot, profiles: random.profiles, tieBreak: tieBreak, recording: .everything)
      plain.schedule(pending)
      #expect(fast.decisions.map(\.node) == plain.decisions.map(\.node), "seed \(seed)")
      #expect(fast.decisions.map(\.total) == plain.decisions.map(\.total), "seed \(seed)")
      #expect(fast.victims == plain.victims, "seed \(seed)")
      decided += fast.checkedCount
      for decision in fast.decisions { outcomes[decision.outcome, default: 0] += 1 }
    }
    print("decisions compared: \(decided), \(outcomes.map { "\($0.value) \($0.key.rawValue)" }.sorted())")
    for outcome in [SchedulingDecision.Outcome.scheduled, .unschedulable, .scheduledAfterPreemption, .gated] {
      #expect(outcomes[outcome, default: 0] > 0)
    }
  }
}
