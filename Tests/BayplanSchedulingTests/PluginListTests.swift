import BayplanModel
import Testing

@testable import BayplanScheduling

/// Configurations are read by name, without sight of the plugins.
@Suite struct PluginListTests {
  @Test func namesAreThoseOfThePlugins() {
    #expect(SchedulerProfile.allFilters.map { $0.name } == SchedulerProfile.filterNames)
    #expect(Set(SchedulerProfile.allScores.map { $0.name }) == Set(SchedulerProfile.standardWeights.keys))
  }
}
