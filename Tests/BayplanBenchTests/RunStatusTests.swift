import Testing

@testable import BayplanBench

@Suite struct RunStatusTests {
  /// Stores keep these words.
  @Test func namesStay() {
    #expect(
      RunStatus.allCases.map(\.rawValue) == [
        "optimal", "claimed", "solved", "infeasible", "unknown", "timedOut", "failed", "skipped",
      ])
  }
}
