import BayplanModel

/// Reads the arguments of one plugin: an entry of `pluginConfig`.
struct SchedulerArgumentsReader {
  let name: String
  let arguments: Field

  private static let keys: [String: Set<String>] = [
    "NodeResourcesFit": ["ignoredResources", "ignoredResourceGroups", "scoringStrategy"],
    "NodeResourcesBalancedAllocation": ["resources"],
    "InterPodAffinity": ["hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"],
    "PodTopologySpread": ["defaultConstraints", "defaultingType"],
    "NodeAffinity": ["addedAffinity"],
    "VolumeBinding": ["bindTimeoutSeconds", "shape"],
    "DefaultPreemption": ["minCandidateNodesPercentage", "minCandidateNodesAbsolute"],
  ]

  func read(into profile: inout SchedulerProfile) {
    if let keys = Self.keys[name] { arguments.refuseKeys(except: keys.union(["apiVersion", "kind"])) }
    switch name {
    case "NodeResourcesFit": readFit(&profile)
    case "NodeResourcesBalancedAllocation":
      if let resources = resources(arguments) {
        if let odd = resources.first(where: { $0.weight != 1 }) {
          arguments.report(.unsupported, "'\(odd.resource.rawValue)' weighs \(odd.weight)", fix: "Weights are 1 here.")
        }
        profile.balancedResources = resources.map(\.resource)
      }
    case "InterPodAffinity":
      profile.hardPodAffinityWeight = arguments.integer("hardPodAffinityWeight", in: 0...100) ?? 1
      profile.ignoresPreferencesOfExistingPods = arguments.bool("ignorePreferredTermsOfExistingPods") ?? false
    case "PodTopologySpread": readSpread(&profile)
    case "NodeAffinity": readAddedAffinity(&profile)
    case "VolumeBinding":
      if arguments["shape"] != nil { unsupported("shape", "storage capacity is not scored") }
    case "DefaultPreemption":
      // How many candidates a large cluster offers; here all are looked at.
      for key in ["minCandidateNodesPercentage", "minCandidateNodesAbsolute"] where arguments[key] != nil {
        unsupported(key, "preemption looks at every node")
      }
    default:
      arguments.report(
        .unsupported, "the plugin '\(name.prefix(60))' takes no arguments here", fix: "Remove the entry.")
    }
  }

  private func unsupported(_ key: String, _ message: String) {
    arguments[key]?.report(.unsupported, message, fix: "Remove '\(key)'.")
  }

  private func resources(_ field: Field) -> [SchedulerProfile.WeightedResource]? {
    guard field["resources"] != nil else { return nil }
    return field.mappings("resources").compactMap { entry in
      entry.required("name").map {
        .init(Resource($0), weight: entry.integer("weight", in: 1...100) ?? 1)
      }
    }
  }

  private enum Strategy: String, CaseIterable {
    case least = "LeastAllocated"
    case most = "MostAllocated"
    case ratio = "RequestedToCapacityRatio"
  }

  private func readFit(_ profile: inout SchedulerProfile) {
    profile.ignoredResources = Set(
      arguments.list("ignoredResources").compactMap(\.string)
        + arguments.list("ignoredResourceGroups").compactMap(\.string).map { $0 + "/" })
    guard let strategy = arguments.mapping("scoringStrategy") else { return }
    strategy.refuseKeys(except: ["type", "resources", "requestedToCapacityRatio"])
    if let resources = resources(strategy) { profile.scoredResources = resources }
    switch strategy.choice("type", of: Strategy.self) {
    case .most: profile.scoringStrategy = .mostAllocated
    case .ratio:
      let shape = strategy.mapping("requestedToCapacityRatio")?.mappings("shape") ?? []
      let points = shape.compactMap(point)
      if points.isEmpty {
        strategy.report(.missing, "RequestedToCapacityRatio needs a shape", fix: "Add requestedToCapacityRatio.shape.")
      }
      for (point, next) in zip(points, points.dropFirst()) where next.utilization <= point.utilization {
        strategy.report("the shape's utilizations do not ascend: \(next.utilization) comes after \(point.utilization)")
      }
      profile.scoringStrategy = .requestedToCapacityRatio(points)
    case .least, nil: profile.scoringStrategy = .leastAllocated
    }
  }

  /// Scores from 0 to 10 in the file, ten times that here.
  private func point(_ field: Field) -> SchedulerProfile.ShapePoint? {
    guard let utilization: Int64 = field.integer("utilization", in: 0...100) else { return nil }
    return .init(utilization: utilization, score: 10 * (field.integer("score", in: 0...10) ?? 0))
  }

  private enum DefaultingType: String, CaseIterable {
    case system = "System"
    case list = "List"
  }

  private func readSpread(_ profile: inout SchedulerProfile) {
    let constraints = arguments.mappings("defaultConstraints")
    let type = arguments.choice("defaultingType", of: DefaultingType.self) ?? .system
    if type == .system {
      if !constraints.isEmpty {
        arguments.report("'defaultConstraints' need the defaultingType List", fix: "Add defaultingType: List.")
      }
      return
    }
    let reader = SelectorReader(namespace: "", labels: [:])
    profile.defaultSpread = constraints.compactMap { field in
      if field["labelSelector"] != nil {
        field["labelSelector"]?.report("a default constraint has no selector: it is the pod's", fix: "Remove it.")
      }
      return reader.spread(field)
    }
  }

  private func readAddedAffinity(_ profile: inout SchedulerProfile) {
    guard let added = arguments.mapping("addedAffinity") else { return }
    var template = PodTemplate(location: added.location)
    // The same form as in a pod, one level up.
    SelectorReader(namespace: "", labels: [:]).read(nodeAffinity: added, into: &template)
    profile.addedAffinity = template.spec.nodeAffinity
    profile.addedPreferences = template.spec.preferredNodeAffinity
  }
}

extension Field {
  /// Reports what a mapping holds beside the keys that it can have.
  func refuseKeys(except known: Set<String>) {
    for field in pairs where !known.contains(field.key) {
      field.report(
        .unsupported, "there is no field '\(field.key.prefix(60))' here",
        fix: "There are \(known.sorted().joined(separator: ", ")).")
    }
  }
}
