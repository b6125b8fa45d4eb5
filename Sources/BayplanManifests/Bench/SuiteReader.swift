import BayplanModel
import Foundation

/// Reads a suite file. Every problem is reported with its place, and nothing unknown is passed over. Paths are made
/// relative to the suite's folder; whether they exist is seen when they are read.
public struct SuiteReader {
  /// Names that strategies may have, by task; a task without any takes every name.
  public var strategies: [BenchSuite.Task: [String]]
  private let diagnostics = Diagnostics()

  public init(strategies: [BenchSuite.Task: [String]]) { self.strategies = strategies }

  /// - Parameter folder: what paths in the suite are relative to.
  public func suite(_ text: String, file: String, folder: String) throws(InputError) -> BenchSuite {
    let root = try Field(
      onlyDocumentOf: text, file: file, object: "BenchSuite", diagnostics, fix: "Give one document of kind BenchSuite.")
    let suite = read(root, folder: folder)
    try diagnostics.throwIfAny()
    return suite
  }

  private func read(_ root: Field, folder: String) -> BenchSuite {
    if root.string("kind") != "BenchSuite" {
      root.report(.unsupported, "this is not a BenchSuite", fix: "Begin with apiVersion: bayplan/v1, kind: BenchSuite.")
      return BenchSuite(name: "")
    }
    if root.string("apiVersion") != "bayplan/v1" {
      (root["apiVersion"] ?? root).report("'apiVersion' is not bayplan/v1", fix: "Write apiVersion: bayplan/v1.")
    }
    root.refuseKeys(except: ["apiVersion", "kind", "name", "summary", "experiments"])
    let stem = ((root.scope.file as NSString).lastPathComponent as NSString).deletingPathExtension
    var suite = BenchSuite(name: root.string("name") ?? stem, summary: root.string("summary") ?? "")
    if suite.name.isEmpty { root["name"]?.report(.empty, "the name is empty") }
    var names = Set<String>()
    for field in root.mappings("experiments") {
      guard let experiment = ExperimentReader(folder: folder, strategies: strategies).read(field) else { continue }
      if !names.insert(experiment.name).inserted {
        (field["name"] ?? field).report(.duplicate, "two experiments have the name '\(experiment.name.prefix(60))'")
      }
      suite.experiments.append(experiment)
    }
    if root["experiments"] == nil || suite.experiments.isEmpty && root.list("experiments").isEmpty {
      root.report(.empty, "there is no experiment", fix: "List at least one under 'experiments'.")
    }
    return suite
  }
}

/// One experiment of a suite.
private struct ExperimentReader {
  let folder: String
  let strategies: [BenchSuite.Task: [String]]

  func read(_ field: Field) -> BenchSuite.Experiment? {
    field.refuseKeys(except: [
      "name", "summary", "task", "instances", "strategies", "seeds", "timeLimit", "workLimit", "threads", "memoryLimit",
      "reference",
    ])
    guard let name = field.required("name") else { return nil }
    guard field["task"] != nil else {
      field.report(.missing, "'task' is missing", fix: "Take one of \(Self.tasks).")
      return nil
    }
    guard let task = field.choice("task", of: BenchSuite.Task.self) else { return nil }
    var experiment = BenchSuite.Experiment(name: name, task: task)
    experiment.summary = field.string("summary") ?? ""
    experiment.instances = field.mappings("instances").compactMap { instances($0, task) }
    if field["instances"] == nil || field.list("instances").isEmpty {
      field.report(.empty, "there are no instances", fix: "List at least one source of them under 'instances'.")
    }
    readStrategies(field, into: &experiment)
    if let seeds = field["seeds"] { experiment.seeds = self.seeds(seeds) ?? experiment.seeds }
    readLimits(field, into: &experiment.limits)
    if let reference = field["reference"], let name = reference.string {
      experiment.reference = name
      if !experiment.strategies.contains(where: { $0.name == name }) {
        reference.report(
          .missing, "there is no strategy '\(name.prefix(60))' in this experiment",
          fix: InputError.perhaps(experiment.strategies.map(\.name)))
      }
    }
    return experiment
  }

  private static var tasks: String { BenchSuite.Task.allCases.map(\.rawValue).joined(separator: ", ") }

  // MARK: Instances

  private func path(_ name: String) -> String { name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)" }

  private func instances(_ field: Field, _ task: BenchSuite.Task) -> BenchSuite.Instances? {
    switch field.one(of: ["files", "inputs", "set", "generator"]) {
    case "files":
      field.refuseKeys(except: ["files"])
      return .files(field.list("files").compactMap(\.string).map(path))
    case "inputs":
      field.refuseKeys(except: ["inputs", "name"])
      let names = field.list("inputs").compactMap(\.string)
      guard let first = names.first else {
        field.report(.empty, "'inputs' names no file")
        return nil
      }
      let stem = ((first as NSString).lastPathComponent as NSString).deletingPathExtension
      return .inputs(name: field.string("name") ?? stem, paths: names.map(path))
    case "set":
      field.refuseKeys(except: ["set", "names", "pick"])
      guard let set = field.string("set") else { return nil }
      return .set(
        name: set, names: field.list("names").compactMap(\.string), pick: field.integer("pick", in: 1...1_000_000))
    case "generator":
      field.refuseKeys(except: ["generator", "with", "seeds"])
      guard let name = field.string("generator") else { return nil }
      var parameters: [String: Int64] = [:]
      if let with = field.mapping("with") {
        for pair in with.pairs { parameters[pair.key] = pair.integer(in: Int64.min / 2...Int64.max / 2) }
      }
      return .generated(generator: name, parameters: parameters, seeds: field["seeds"].map { seeds($0) ?? [] } ?? [1])
    default: return nil
    }
  }

  /// `7`, `1..10`, `[3, 4, 10..12]`.
  private func seeds(_ field: Field) -> [UInt64]? {
    if case .sequence = field.node.content {
      let parts = (field.items ?? []).map { seeds($0) }
      if parts.contains(where: { $0 == nil }) { return nil }
      let all = parts.flatMap { $0 ?? [] }
      if Set(all).count < all.count { field.report(.duplicate, "'\(field.key)' has a seed twice") }
      return all
    }
    let text = field.node.text ?? ""
    let ends = text.components(separatedBy: "..").map { UInt64($0.trimmingCharacters(in: .whitespaces)) }
    if ends.count == 1, let seed = ends[0] { return [seed] }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last - first < 100_000 else {
      field.report("'\(field.key)' is \(field.node.text ?? field.node.kindDescription)", fix: "Write seeds like 1..10.")
      return nil
    }
    return Array(first...last)
  }

  // MARK: Strategies

  private func readStrategies(_ field: Field, into experiment: inout BenchSuite.Experiment) {
    var names = Set<String>()
    for item in field.list("strategies") {
      guard let strategy = strategy(item, experiment.task) else { continue }
      if !names.insert(strategy.name).inserted {
        item.report(.duplicate, "two strategies have the name '\(strategy.name.prefix(60))'", fix: "Give one a 'name'.")
      }
      experiment.strategies.append(strategy)
    }
    if field["strategies"] == nil || field.list("strategies").isEmpty {
      field.report(.empty, "there are no strategies", fix: "List at least one under 'strategies'.")
    }
  }

  private func strategy(_ field: Field, _ task: BenchSuite.Task) -> BenchSuite.Strategy? {
    if case .string(let name) = field.node.content {
      return check(field, name, task) ? BenchSuite.Strategy(name) : nil
    }
    guard let field = field.mapping else { return nil }
    field.refuseKeys(except: ["name", "strategy", "peer", "task", "options"])
    guard let key = field.one(of: ["strategy", "peer"]), let name = field.string(key) else { return nil }
    var strategy = BenchSuite.Strategy(field.string("name") ?? name, strategy: name)
    strategy.isPeer = key == "peer"
    strategy.options = field.list("options").compactMap { item in
      if item.node.text == nil { item.report("an option must be a word") }
      refuse(item)
      // A file beside the suite.
      return item.node.text.map { $0.hasPrefix("./") ? path(String($0.dropFirst(2))) : $0 }
    }
    strategy.task = field.choice("task", of: BenchSuite.Task.self)
    if strategy.isPeer && (task != .pack || strategy.task != nil) {
      field.report(.unsupported, "peers take part in tasks of kind pack only")
    }
    return strategy.isPeer || check(field, name, strategy.task ?? task) ? strategy : nil
  }

  /// Options that would undo what the experiment says, or the form of the answer.
  private func refuse(_ option: Field) {
    let word = option.node.text?.split(separator: "=").first.map(String.init) ?? ""
    let fields = [
      "--seed": "seeds", "--time-limit": "timeLimit", "--work-limit": "workLimit", "--threads": "threads",
      "--strategy": "strategy", "--policy": "strategy",
    ]
    if let field = fields[word] {
      option.report(.unsupported, "'\(word)' is not an option here", fix: "Say it with '\(field)'.")
    } else if ["-o", "--format", "--output", "-q", "--quiet", "-h", "--help", "--version"].contains(word) {
      option.report(.unsupported, "'\(word)' is not an option here", fix: "The bench reads the answer as JSON.")
    }
  }

  private func check(_ field: Field, _ name: String, _ task: BenchSuite.Task) -> Bool {
    guard let known = strategies[task], !known.contains(name) else { return true }
    (field["strategy"] ?? field).report(
      .unsupported, "there is no strategy '\(name.prefix(60))' for \(task.rawValue)",
      fix: "There are \(known.joined(separator: ", ")).")
    return false
  }

  // MARK: Limits

  private func readLimits(_ field: Field, into limits: inout BenchSuite.Limits) {
    if let time = field.duration("timeLimit") {
      if time == 0 { field["timeLimit"]?.report("it must be more than nothing") }
      if time > 10_000_000_000 { field["timeLimit"]?.report(.limit, "it is more than 10,000,000 seconds") }
      limits.timeMillis = time
    }
    limits.work = field.integer("workLimit", in: 1...Int.max)
    limits.threads = field.integer("threads", in: 1...1024) ?? limits.threads
    limits.memory = field["memoryLimit"]?.milliQuantity.map { $0 / 1000 }
  }
}
