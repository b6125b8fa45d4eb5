import BayplanModel
import Foundation

/// Reads a `KubeSchedulerConfiguration`. What Bayplan would do otherwise than kube-scheduler 1.34 is refused.
public struct SchedulerConfigurationReader {
  private let diagnostics = Diagnostics()

  public init() {}

  /// The profiles, at least one, with different names.
  public func profiles(_ text: String, file: String) throws(InputError) -> [SchedulerProfile] {
    let profiles = read(
      try Field(
        onlyDocumentOf: text, file: file, object: "KubeSchedulerConfiguration", diagnostics,
        fix: "Give one KubeSchedulerConfiguration."))
    try diagnostics.throwIfAny()
    return profiles
  }

  private func read(_ root: Field) -> [SchedulerProfile] {
    if root.string("kind") != "KubeSchedulerConfiguration" {
      root.report(.unsupported, "this is not a KubeSchedulerConfiguration", fix: "Check 'kind'.")
      return []
    }
    if let version = root.string("apiVersion"), version != "kubescheduler.config.k8s.io/v1" {
      root["apiVersion"]?.report("'\(version.prefix(60))' is not read", fix: "Use kubescheduler.config.k8s.io/v1.")
    }
    root.refuseKeys(
      except: [
        "apiVersion", "kind", "profiles", "extenders", "percentageOfNodesToScore",
        // Of no consequence for decisions.
        "parallelism", "leaderElection", "clientConnection", "enableProfiling", "enableContentionProfiling",
        "podInitialBackoffSeconds", "podMaxBackoffSeconds", "delayCacheUntilActive", "metadata",
      ])
    refuse(root["extenders"].flatMap { $0.items?.isEmpty == false ? $0 : nil }, "extenders are not asked")
    let share: Int32? = root.integer("percentageOfNodesToScore", in: 0...100)
    let fields = root.mappings("profiles")
    if fields.isEmpty {
      var profile = SchedulerProfile()
      profile.percentageOfNodesToScore = share.map(Int.init)
      return [profile]
    }
    var profiles: [SchedulerProfile] = []
    for field in fields {
      let profile = profile(field, share: share)
      if profiles.contains(where: { $0.schedulerName == profile.schedulerName }) {
        field.report(.duplicate, "two profiles are called '\(profile.schedulerName)'", fix: "Rename one of them.")
      }
      profiles.append(profile)
    }
    return profiles
  }

  private func refuse(_ field: Field?, _ message: String) {
    field?.report(.unsupported, message, fix: "Remove '\(field?.key ?? "")', or schedule without a configuration.")
  }

  private func profile(_ field: Field, share: Int32?) -> SchedulerProfile {
    var profile = SchedulerProfile()
    field.refuseKeys(except: ["schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig"])
    profile.schedulerName = field.string("schedulerName") ?? profile.schedulerName
    profile.percentageOfNodesToScore = (field.integer("percentageOfNodesToScore", in: 0...100) ?? share).map(Int.init)
    if let plugins = field.mapping("plugins") { read(plugins: plugins, into: &profile) }
    var seen = Set<String>()
    for entry in field.mappings("pluginConfig") {
      entry.refuseKeys(except: ["name", "args"])
      guard let name = entry.required("name"), let arguments = entry.mapping("args") else { continue }
      if !seen.insert(name).inserted {
        entry.report(.duplicate, "the arguments of '\(name.prefix(60))' are there twice", fix: "Keep one of them.")
      }
      SchedulerArgumentsReader(name: name, arguments: arguments).read(into: &profile)
    }
    return profile
  }

  // MARK: Plugins

  /// Extension points that can be changed.
  private static let points = ["multiPoint", "filter", "score", "postFilter"]
  /// Extension points at which the plugins here do all or part of their work.
  private static let preparing: Set<String> = ["preFilter", "preScore", "reserve", "preBind"]

  /// First what holds for all extension points, then the single ones.
  private func read(plugins: Field, into profile: inout SchedulerProfile) {
    for point in Self.points {
      guard let set = plugins.mapping(point) else { continue }
      set.refuseKeys(except: ["enabled", "disabled"])
      for list in ["enabled", "disabled"] { checkEntries(set.mappings(list), list) }
      for entry in set.mappings("disabled") { disable(entry, point, &profile) }
      for entry in set.mappings("enabled") { enable(entry, point, &profile) }
    }
    for field in plugins.pairs where !Self.points.contains(field.key) {
      let isEmpty = field.list("enabled").isEmpty && field.list("disabled").isEmpty
      if isEmpty { continue }
      if Self.preparing.contains(field.key) {
        refuse(field, "a plugin is taken as a whole: it cannot be changed at '\(field.key)' alone")
      } else {
        refuse(field, "the extension point '\(field.key)' cannot be changed")
      }
    }
  }

  private func checkEntries(_ entries: [Field], _ list: String) {
    var seen = Set<String>()
    for entry in entries {
      entry.refuseKeys(except: list == "enabled" ? ["name", "weight"] : ["name"])
      if let name = entry["name"]?.string, !seen.insert(name).inserted {
        entry.report(.duplicate, "'\(name.prefix(60))' is \(list) twice", fix: "Keep one of them.")
      }
    }
  }

  private static let preemption = "DefaultPreemption"
  private static let indispensable: Set<String> = ["PrioritySort", "SchedulingGates", "DefaultBinder"]
  /// Plugins without a say in where pods go here.
  private static let neutral = indispensable.union(["DynamicResources", "NodeDeclaredFeatures"])

  private func disable(_ entry: Field, _ point: String, _ profile: inout SchedulerProfile) {
    guard let name = entry.required("name") else { return }
    let isAll = name == "*"
    guard isAll || isKnown(name, entry) else { return }
    if Self.indispensable.contains(name) {
      refuse(entry["name"], "'\(name)' cannot be left out")
    }
    if point == "multiPoint" || point == "filter" {
      if isAll {
        profile.disabledFilters = Set(SchedulerProfile.filterNames)
      } else {
        profile.disabledFilters.insert(name)
      }
    }
    if point == "multiPoint" || point == "score" {
      if isAll { profile.weights = [:] } else { profile.weights[name] = nil }
    }
    if (point == "multiPoint" || point == "postFilter") && (isAll || name == Self.preemption) {
      profile.preempts = false
    }
  }

  private func enable(_ entry: Field, _ point: String, _ profile: inout SchedulerProfile) {
    guard let name = entry.required("name"), isKnown(name, entry) else { return }
    if (point == "multiPoint" || point == "filter") && SchedulerProfile.filterNames.contains(name) {
      profile.disabledFilters.remove(name)
    }
    if point == "multiPoint" || point == "score", let standard = SchedulerProfile.standardWeights[name] {
      let weight: Int64 = entry.integer("weight", in: 0...1_000_000) ?? 0
      // At one extension point the weight of a plugin is 1 unless it is stated; for all of them its own.
      profile.weights[name] = weight > 0 ? weight : point == "score" ? 1 : standard
    }
    if (point == "multiPoint" || point == "postFilter") && name == Self.preemption { profile.preempts = true }
  }

  private func isKnown(_ name: String, _ entry: Field) -> Bool {
    let known = SchedulerProfile.filterNames + SchedulerProfile.standardWeights.keys + [Self.preemption]
    if known.contains(name) || Self.neutral.contains(name) { return true }
    entry["name"]?.report(
      .unsupported, "there is no plugin '\(name.prefix(60))' here",
      fix: "There are \(Set(known).sorted().joined(separator: ", ")).")
    return false
  }
}
