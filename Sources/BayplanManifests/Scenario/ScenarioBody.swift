import BayplanModel
import Foundation

/// The fields of a scenario.
struct ScenarioBody {
  let root: Field
  let folder: String
  let seed: UInt64?
  let loader: ScenarioReader.Loader
  let diagnostics: Diagnostics
  /// Where each part stands, by its path.
  private var places: [String: SourceLocation] = [:]

  init(root: Field, folder: String, seed: UInt64?, loader: ScenarioReader.Loader, diagnostics: Diagnostics) {
    self.root = root
    self.folder = folder
    self.seed = seed
    self.loader = loader
    self.diagnostics = diagnostics
  }

  /// Of a path, or of the nearest part around it.
  func place(of path: String) -> SourceLocation {
    var path = path[...]
    while true {
      if let place = places[String(path)] { return place }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return root.location }
      path = path[..<cut]
    }
  }

  mutating func read() -> Scenario? {
    note(root, "")
    if root.string("kind") != "Scenario" {
      root.report(.unsupported, "this is not a Scenario", fix: "Begin with apiVersion: bayplan/v1 and kind: Scenario.")
      return nil
    }
    if root.string("apiVersion") != "bayplan/v1" {
      (root["apiVersion"] ?? root).report("'apiVersion' is not bayplan/v1", fix: "Write apiVersion: bayplan/v1.")
    }
    root.refuseKeys(except: [
      "apiVersion", "kind", "name", "seed", "start", "duration", "cluster", "workloads", "scheduler", "timings",
      "loads",
      "runs", "autoscaler", "events", "faults", "traces", "generators", "metrics", "reoptimize",
    ])
    let duration = root.duration("duration")
    if root["duration"] == nil {
      root.report(.missing, "'duration' is missing", fix: "Say how long, like duration: 2h.")
    }
    var scenario = Scenario(duration: duration ?? 1, cluster: Cluster())
    scenario.name =
      root.string("name") ?? ((root.scope.file as NSString).lastPathComponent as NSString).deletingPathExtension
    let written = root.integer("seed", in: 0...UInt64(Int64.max)) ?? 1
    scenario.seed = seed ?? written
    readStart(into: &scenario)
    readInputs(into: &scenario)
    readScheduler(into: &scenario)
    readTimings(into: &scenario.timings)
    if let metrics = root.mapping("metrics") {
      metrics.refuseKeys(except: ["every"])
      scenario.sampleEvery = metrics.duration("every") ?? scenario.sampleEvery
    }
    scenario.runs = root.mappings("runs").compactMap(run)
    scenario.loads = root.mappings("loads").compactMap { LoadReader(services: scenario.cluster.services).read($0) }
    readAutoscaler(into: &scenario)
    scenario.events = root.mappings("events").compactMap { ScenarioEventReader().event($0) }
    scenario.faults = root.mappings("faults").compactMap { ScenarioEventReader().fault($0) }
    readTraces(into: &scenario)
    readReoptimization(into: &scenario)
    return scenario
  }

  /// Remembers where everything stands.
  private mutating func note(_ field: Field, _ path: String) {
    places[path] = field.location
    switch field.node.content {
    case .mapping:
      for pair in field.pairs { note(pair, path.isEmpty ? pair.key : "\(path).\(pair.key)") }
    case .sequence:
      for (index, item) in (field.items ?? []).enumerated() { note(item, "\(path)[\(index)]") }
    default: break
    }
  }

  private func readStart(into scenario: inout Scenario) {
    guard let field = root["start"], let text = field.string else { return }
    if let seconds = Timestamp.seconds(text) {
      scenario.startSeconds = seconds
    } else {
      field.report("'start' is '\(text.prefix(40))'", fix: "Write it like 2026-01-31T12:00:00Z.")
    }
  }

  // MARK: Inputs

  func path(_ name: String) -> String {
    name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
  }

  private func attempt<Value>(_ field: Field, _ body: () throws(InputError) -> Value) -> Value? {
    do throws(InputError) {
      return try body()
    } catch {
      for problem in error.problems {
        var problem = problem
        if problem.location == nil { problem.location = field.location }
        if problem.fix == nil { problem.fix = "It is asked for at \(field.location)." }
        diagnostics.report(problem)
      }
      return nil
    }
  }

  private func names(_ key: String) -> [String] {
    guard let field = root[key] else { return [] }
    if case .string(let name) = field.node.content { return [name] }
    return (field.items ?? []).compactMap(\.string)
  }

  private mutating func readInputs(into scenario: inout Scenario) {
    guard let cluster = root["cluster"] else {
      root.report(
        .missing, "'cluster' is missing", fix: "Name files with nodes or node pools, like cluster: [nodes.yaml].")
      return
    }
    var inputs = names("cluster")
    var later: [Field] = []
    for field in root["workloads"].map({ $0.node.text == nil ? $0.items ?? [] : [$0] }) ?? [] {
      if case .string(let name) = field.node.content { inputs.append(name) } else { later.append(field) }
    }
    if inputs.isEmpty {
      return cluster.report(.empty, "no file is named", fix: "Name a file with nodes or node pools.")
    }
    let paths = inputs.map(path)
    guard let base = attempt(cluster, { () throws(InputError) in try loader.cluster(paths) }) else { return }
    scenario.cluster = base
    for field in later {
      guard let field = field.mapping else { continue }
      readDeployment(field, base: paths, into: &scenario)
    }
  }

  /// Read with everything that is there from the start, for what its objects refer to.
  private mutating func readDeployment(_ field: Field, base: [String], into scenario: inout Scenario) {
    field.refuseKeys(except: ["inputs", "at", "until"])
    let inputs = field.list("inputs").compactMap(\.string).map(path)
    if inputs.isEmpty {
      return field.report(.missing, "'inputs' is missing", fix: "Name files, like inputs: [batch.yaml].")
    }
    guard let all = attempt(field, { () throws(InputError) in try loader.cluster(base + inputs) }) else { return }
    let known = Set(scenario.cluster.workloads.map(\.reference))
    let knownPods = Set(scenario.cluster.pods.map(\.id))
    let workloads = all.workloads.filter { !known.contains($0.reference) }
    let pods = all.pods.filter { !knownPods.contains($0.id) }
    scenario.deployments.append(
      .init(at: field.duration("at") ?? 0, until: field.duration("until"), workloads: workloads, pods: pods))
    // Policies are there from the start: without pods they do nothing.
    scenario.cluster.services = all.services
    scenario.cluster.disruptionBudgets = all.disruptionBudgets
    scenario.cluster.autoscalers = all.autoscalers
  }

  private mutating func readTraces(into scenario: inout Scenario) {
    for (index, field) in root.mappings("traces").enumerated() {
      field.refuseKeys(except: ["name", "at", "file", "files", "format"])
      var files = field.list("files").compactMap(\.string)
      if let file = field.string("file") { files.insert(file, at: 0) }
      if files.isEmpty {
        field.report(.missing, "'file' is missing", fix: "Name the trace, like file: arrivals.csv.")
        continue
      }
      let request = ScenarioReader.TraceRequest(files: files.map(path), format: field.string("format"))
      let trace = attempt(field, { () throws(InputError) in try loader.trace(request) })
      add(trace, field, name: "trace", index, into: &scenario)
    }
    for (index, field) in root.mappings("generators").enumerated() {
      guard let pattern = PatternReader(duration: scenario.duration, seed: scenario.seed &+ UInt64(index)).read(field)
      else {
        continue
      }
      let trace = attempt(field, { () throws(InputError) in try loader.generate(pattern) })
      add(trace, field, name: "generated", index, into: &scenario)
    }
  }

  private func add(_ trace: Trace?, _ field: Field, name: String, _ index: Int, into scenario: inout Scenario) {
    guard let trace else { return }
    let at = field.duration("at") ?? 0
    if at > scenario.duration { field["at"]?.report("it is after the end of the simulation") }
    let name = field.string("name") ?? (index == 0 ? name : "\(name)-\(index)")
    scenario.arrivals.append(.init(name: name, at: at, trace))
  }

  // MARK: Settings

  private mutating func readScheduler(into scenario: inout Scenario) {
    guard let field = root.mapping("scheduler") else { return }
    field.refuseKeys(except: ["strategy", "configuration", "ties", "initialBackoff", "maxBackoff", "flushAfter"])
    if let strategy = field["strategy"], let name = strategy.string {
      scenario.scheduling.strategy = name
      check(strategy, name, among: loader.strategies)
    }
    if let file = field["configuration"], let name = file.string {
      let path = path(name)
      if let profiles = attempt(file, { () throws(InputError) in try loader.profiles(path) }) {
        scenario.scheduling.profiles = profiles
      }
    }
    if let ties = field["ties"], let text = ties.string {
      switch text {
      case "first": scenario.scheduling.breaksTiesByChance = false
      case "seeded": scenario.scheduling.breaksTiesByChance = true
      default: ties.report("'ties' is '\(text.prefix(40))'", fix: "Take first or seeded.")
      }
    }
    scenario.scheduling.initialBackoff = field.duration("initialBackoff") ?? scenario.scheduling.initialBackoff
    scenario.scheduling.maxBackoff = field.duration("maxBackoff") ?? scenario.scheduling.maxBackoff
    scenario.scheduling.flushAfter = field.duration("flushAfter") ?? scenario.scheduling.flushAfter
  }

  private func readTimings(into timings: inout Scenario.Timings) {
    guard let field = root.mapping("timings") else { return }
    field.refuseKeys(except: [
      "startup", "shutdown", "pullPerSecond", "imageSize", "nodeGrace", "unreachableToleration", "evictionInterval",
    ])
    timings.startup = field.duration("startup") ?? timings.startup
    timings.shutdown = field.duration("shutdown") ?? timings.shutdown
    timings.pullBytesPerSecond = field["pullPerSecond"]?.milliQuantity.map { $0 / 1000 } ?? timings.pullBytesPerSecond
    timings.imageBytes = field["imageSize"]?.milliQuantity.map { $0 / 1000 } ?? timings.imageBytes
    timings.nodeGrace = field.duration("nodeGrace") ?? timings.nodeGrace
    timings.unreachableToleration = field.duration("unreachableToleration") ?? timings.unreachableToleration
    timings.evictionInterval = field.duration("evictionInterval") ?? timings.evictionInterval
  }

  private func check(_ field: Field, _ name: String, among names: [String]) {
    if names.contains(name) { return }
    field.report(
      .unsupported, "there is no strategy '\(name.prefix(60))'", fix: "There are \(names.joined(separator: ", ")).")
  }

  private func run(_ field: Field) -> Scenario.JobRun? {
    field.refuseKeys(except: ["workload", "takes", "failing"])
    guard let workload = field.required("workload") else { return nil }
    guard let takes = field.duration("takes") else {
      if field["takes"] == nil { field.report(.missing, "'takes' is missing", fix: "Say how long, like takes: 10m.") }
      return nil
    }
    return .init(workload: workload, takes: takes, failingMilli: field["failing"]?.percentMilli ?? 0)
  }

  private func readAutoscaler(into scenario: inout Scenario) {
    guard let field = root.mapping("autoscaler") else { return }
    field.refuseKeys(except: [
      "scanEvery", "provisioning", "utilization", "scaleDownAfter", "scaleDownDelayAfterAdd", "unreadyAfter",
    ])
    var scaling = Scenario.NodeAutoscaling()
    scaling.scanEvery = field.duration("scanEvery") ?? scaling.scanEvery
    if scaling.scanEvery == 0 { field["scanEvery"]?.report("'scanEvery' must be more than nothing") }
    scaling.provisioning = field.duration("provisioning") ?? scaling.provisioning
    scaling.utilizationPercent = field["utilization"]?.percentMilli.map { $0 / 10 } ?? scaling.utilizationPercent
    scaling.scaleDownAfter = field.duration("scaleDownAfter") ?? scaling.scaleDownAfter
    scaling.scaleDownDelayAfterAdd = field.duration("scaleDownDelayAfterAdd") ?? scaling.scaleDownDelayAfterAdd
    scaling.unreadyAfter = field.duration("unreadyAfter") ?? scaling.unreadyAfter
    scenario.nodeAutoscaling = scaling
  }

  private func readReoptimization(into scenario: inout Scenario) {
    guard let field = root.mapping("reoptimize") else { return }
    field.refuseKeys(except: ["every", "strategy", "moves", "work"])
    guard let every = field.duration("every"), every > 0 else {
      (field["every"] ?? field).report(
        .missing, "'every' must be more than nothing", fix: "Say how often, like every: 1h.")
      return
    }
    if let strategy = field["strategy"], let name = strategy.string { check(strategy, name, among: loader.planners) }
    scenario.reoptimization = .init(
      every: every, strategy: field.string("strategy") ?? "auto",
      moves: field.integer("moves", in: 1...100_000) ?? 10, workLimit: field.integer("work", in: 1...Int.max) ?? 20_000)
  }
}
