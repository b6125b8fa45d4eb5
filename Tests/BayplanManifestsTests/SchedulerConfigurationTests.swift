import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct SchedulerConfigurationTests {
  private func profiles(_ text: String) throws -> [SchedulerProfile] {
    let head = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
    return try SchedulerConfigurationReader().profiles(head + text, file: "scheduler.yaml")
  }

  private func problem(_ text: String) -> String {
    do {
      _ = try profiles(text)
      return ""
    } catch {
      return (error as? InputError)?.problems.first?.description ?? "\(error)"
    }
  }

  @Test func withoutProfilesItIsTheDefault() throws {
    #expect(try profiles("leaderElection: {leaderElect: false}") == [.standard])
  }

  /// For all profiles, unless one has its own.
  @Test func nodeSampling() throws {
    #expect(try profiles("percentageOfNodesToScore: 30").map(\.percentageOfNodesToScore) == [30])
    let text = """
      percentageOfNodesToScore: 0
      profiles: [{schedulerName: a}, {schedulerName: b, percentageOfNodesToScore: 70}]
      """
    #expect(try profiles(text).map(\.percentageOfNodesToScore) == [0, 70])
  }

  @Test func pluginsAndWeights() throws {
    let profile = try profiles(
      """
      profiles:
      - schedulerName: packer
        plugins:
          multiPoint:
            disabled: [{name: ImageLocality}, {name: VolumeZone}]
            enabled: [{name: TaintToleration, weight: 7}]
          score:
            disabled: [{name: NodeResourcesBalancedAllocation}]
            enabled: [{name: NodeAffinity, weight: 5}, {name: ImageLocality}]
          postFilter:
            disabled: [{name: "*"}]
      """)[0]
    #expect(profile.schedulerName == "packer")
    #expect(
      profile.weights == [
        "TaintToleration": 7, "NodeAffinity": 5, "PodTopologySpread": 2, "InterPodAffinity": 2, "NodeResourcesFit": 1,
        "ImageLocality": 1,
      ])
    // Image locality filters nothing.
    #expect(profile.disabledFilters == ["VolumeZone", "ImageLocality"])
    #expect(!profile.preempts)
  }

  @Test func allDisabledAndSomeEnabledAgain() throws {
    let profile = try profiles(
      """
      profiles:
      - plugins:
          multiPoint: {disabled: [{name: "*"}], enabled: [{name: NodeResourcesFit}, {name: NodeAffinity, weight: 3}]}
      """)[0]
    #expect(profile.weights == ["NodeResourcesFit": 1, "NodeAffinity": 3])
    #expect(
      Set(SchedulerProfile.filterNames).subtracting(profile.disabledFilters) == ["NodeResourcesFit", "NodeAffinity"])
    #expect(!profile.preempts)
  }

  @Test func arguments() throws {
    let profile = try profiles(
      """
      profiles:
      - pluginConfig:
        - name: NodeResourcesFit
          args:
            ignoredResources: [example.com/a]
            ignoredResourceGroups: [example.org]
            scoringStrategy:
              type: RequestedToCapacityRatio
              resources: [{name: nvidia.com/gpu, weight: 5}, {name: cpu}]
              requestedToCapacityRatio: {shape: [{utilization: 0, score: 0}, {utilization: 100, score: 10}]}
        - name: InterPodAffinity
          args: {hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true}
        - name: PodTopologySpread
          args:
            defaultingType: List
            defaultConstraints: [{maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
        - name: NodeAffinity
          args:
            addedAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms: [{matchExpressions: [{key: team, operator: Exists}]}]
      """)[0]
    #expect(profile.ignoredResources == ["example.com/a", "example.org/"])
    #expect(
      profile.scoringStrategy
        == .requestedToCapacityRatio([.init(utilization: 0, score: 0), .init(utilization: 100, score: 100)]))
    #expect(profile.scoredResources == [.init(Resource("nvidia.com/gpu"), weight: 5), .init(.cpu)])
    #expect(profile.hardPodAffinityWeight == 0)
    #expect(profile.ignoresPreferencesOfExistingPods)
    #expect(profile.defaultSpread == [.init(maxSkew: 2, topologyKey: "zone", selector: nil)])
    #expect(profile.addedAffinity?.matches(name: "n", labels: ["team": ""]) == true)
    #expect(profile.addedAffinity?.matches(name: "n", labels: [:]) == false)
  }

  @Test(arguments: [
    ("extenders: [{urlPrefix: http://x}]", "extenders are not asked"),
    ("percentageOfNodesToScore: 130", "130"),
    ("profilez: []", "there is no field 'profilez' here"),
    ("profiles: [{schedulerNam: a}]", "there is no field 'schedulerNam' here"),
    ("profiles: [{plugins: {score: {enabled: [{name: NodeAffinity, wight: 5}]}}}]", "there is no field 'wight' here"),
    (
      "profiles: [{plugins: {score: {enabled: [{name: NodeAffinity}, {name: NodeAffinity}]}}}]",
      "'NodeAffinity' is enabled twice"
    ),
    (
      "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategi: {}}}]}]",
      "there is no field 'scoringStrategi' here"
    ),
    ("profiles: [{schedulerName: a}, {schedulerName: a}]", "two profiles are called 'a'"),
    ("profiles: [{plugins: {score: {enabled: [{name: Coscheduling}]}}}]", "there is no plugin 'Coscheduling' here"),
    ("profiles: [{plugins: {reserve: {disabled: [{name: VolumeBinding}]}}}]", "taken as a whole"),
    ("profiles: [{plugins: {bind: {enabled: [{name: Mine}]}}}]", "'bind' cannot be changed"),
    ("profiles: [{plugins: {multiPoint: {disabled: [{name: PrioritySort}]}}}]", "cannot be left out"),
    ("profiles: [{pluginConfig: [{name: DynamicResources, args: {}}]}]", "takes no arguments here"),
    (
      "profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: Mine}}}]}]",
      "'type' is 'Mine', which does not exist"
    ),
    (
      "profiles: [{pluginConfig: [{name: PodTopologySpread, args: {defaultConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway}]}}]}]",
      "need the defaultingType List"
    ),
  ])
  func refusals(_ text: String, _ message: String) {
    let problem = problem(text)
    #expect(problem.contains(message), "\(problem)")
    #expect(problem.contains("scheduler.yaml:"), "\(problem)")
  }

  @Test func otherDocuments() {
    #expect(throws: InputError.self) { try SchedulerConfigurationReader().profiles("", file: "x") }
    #expect(throws: InputError.self) { try SchedulerConfigurationReader().profiles("kind: Pod", file: "x") }
    #expect(throws: InputError.self) { try SchedulerConfigurationReader().profiles("[1, 2]", file: "x") }
    #expect(throws: InputError.self) { try SchedulerConfigurationReader().profiles("a: b\n---\nc: d", file: "x") }
  }
}
