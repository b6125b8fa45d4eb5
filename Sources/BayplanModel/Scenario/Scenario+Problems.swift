extension Scenario {
  /// Something in a scenario that cannot be.
  public struct Problem: Sendable, Hashable {
    public var code: InputError.Code
    /// Where: `events[2].workload`.
    public var path: String
    public var message: String
    public var fix: String?
  }

  /// All workloads that are there at some time.
  public var allWorkloads: [Workload] { cluster.workloads + deployments.flatMap(\.workloads) }

  /// Names that mean nothing, times that cannot be, quantities below zero.
  public func problems() -> [Problem] {
    var found = ScenarioProblems(self)
    found.check()
    return found.problems
  }
}

private struct ScenarioProblems {
  let scenario: Scenario
  private(set) var problems: [Scenario.Problem] = []
  private let references: [String]
  private let daemons: [String]

  init(_ scenario: Scenario) {
    self.scenario = scenario
    references = scenario.allWorkloads.map(\.reference)
    daemons = scenario.cluster.daemons.map(\.workload)
  }

  private mutating func report(_ code: InputError.Code, _ path: String, _ message: String, fix: String? = nil) {
    problems.append(.init(code: code, path: path, message: message, fix: fix))
  }

  mutating func check() {
    if scenario.duration <= 0 { report(.invalidValue, "duration", "the simulation ends before it begins") }
    if scenario.sampleEvery <= 0 { report(.invalidValue, "metrics.every", "it must be more than nothing") }
    if scenario.cluster.nodes.isEmpty && scenario.nodeAutoscaling == nil {
      report(
        .empty, "cluster", "there are no nodes",
        fix: scenario.cluster.nodeTypes.isEmpty
          ? "Name a file with nodes or node pools."
          : "Give the pools a 'min', or let an 'autoscaler' add nodes.")
    }
    if scenario.nodeAutoscaling != nil && scenario.cluster.nodeTypes.isEmpty {
      report(.missing, "autoscaler", "there is no elastic node pool", fix: "Add a NodePool with 'max' to the cluster.")
    }
    for (index, event) in scenario.events.enumerated() { check(event, "events[\(index)]") }
    for (index, fault) in scenario.faults.enumerated() { check(fault, "faults[\(index)]") }
    for (index, run) in scenario.runs.enumerated() {
      check(workload: run.workload, "runs[\(index)].workload")
      if !["Job/", "CronJob/"].contains(where: run.workload.hasPrefix) {
        report(
          .invalidValue, "runs[\(index)].workload", "pods of '\(run.workload.prefix(80))' do not run to an end",
          fix: "Name a Job or a CronJob.")
      }
      if run.takes < 0 { report(.invalidValue, "runs[\(index)].takes", "it is negative") }
      if !(0...1000).contains(run.failingMilli) {
        report(.invalidValue, "runs[\(index)].failing", "it is not between 0 and 100 %")
      }
    }
    for (index, deployment) in scenario.deployments.enumerated() { check(deployment, "workloads[\(index)]") }
    for (index, load) in scenario.loads.enumerated() { check(load, "loads[\(index)]") }
    for source in scenario.arrivals { check(source, "traces") }
    checkNames()
    checkWindows()
  }

  /// Pods of a source are named after it: two of a name would be mixed up.
  private mutating func checkNames() {
    var taken = Set(scenario.allWorkloads.map(\.id.namespace)).union(scenario.cluster.pods.map(\.id.namespace))
    taken.formUnion(scenario.deployments.flatMap(\.pods).map(\.id.namespace))
    for source in scenario.arrivals where !taken.insert(source.name).inserted {
      report(
        .duplicate, "traces",
        "the name '\(source.name.prefix(60))' of a trace or generator is taken, by another or a namespace",
        fix: "Give it a 'name' of its own.")
    }
  }

  /// A workload cannot be there twice at one time.
  private mutating func checkWindows() {
    var windows: [String: [(from: Millis, to: Millis)]] = [:]
    for workload in scenario.cluster.workloads { windows[workload.reference] = [(0, .max)] }
    for (index, deployment) in scenario.deployments.enumerated() {
      let window = (from: deployment.at, to: deployment.until ?? .max)
      for workload in deployment.workloads {
        let others = windows[workload.reference] ?? []
        if others.contains(where: { window.from < $0.to && $0.from < window.to }) {
          report(
            .duplicate, "workloads[\(index)]", "\(workload.reference) is there at the same time already",
            fix: "Let it begin after the other has ended, with 'until'.")
        }
        windows[workload.reference] = others + [window]
      }
    }
  }

  private mutating func check(time: Millis, _ path: String) {
    if time < 0 { report(.invalidValue, path, "it is before the beginning") }
    if time > scenario.duration {
      report(
        .invalidValue, path, "it is at \(time.durationText), after the end at \(scenario.duration.durationText)",
        fix: "Make the simulation longer, or let it happen before.")
    }
  }

  private mutating func check(workload: String, _ path: String) {
    if references.contains(workload) || daemons.contains(workload) { return }
    let name = workload.split(separator: "/").last.map(String.init) ?? workload
    let near = references.filter { $0.hasSuffix("/\(name)") }
    report(
      .missing, path, "there is no workload '\(workload.prefix(80))'",
      fix: InputError.perhaps(near.isEmpty ? references : near) ?? "Name the manifest that has it under 'workloads'.")
  }

  private mutating func check(_ target: NodeTarget, _ path: String) {
    let nodes = scenario.cluster.nodes
    // Nodes that are added later have names that are not known yet.
    let canAppear = scenario.cluster.nodeTypes.contains { type in
      target.labels.allSatisfy { key, value in
        type.labels[key] == value || key == NodeType.zoneLabel && type.zones.contains(value)
      }
    }
    for name in target.names where !nodes.contains(where: { $0.name == name }) {
      if scenario.cluster.nodeTypes.contains(where: { name.hasPrefix($0.name) }) { continue }
      let near = nodes.map(\.name).filter { $0.contains(name) || name.contains($0) }
      report(
        .missing, path, "there is no node '\(name.prefix(80))'",
        fix: InputError.perhaps(near.isEmpty ? nodes.map(\.name) : near))
    }
    if target.names.isEmpty && !canAppear && !nodes.contains(where: target.matches) {
      report(.missing, path, "no node has \(target)", fix: "Look at the labels of the nodes.")
    }
  }

  private mutating func check(_ event: ScriptedEvent, _ path: String) {
    check(time: event.at, "\(path).at")
    if let every = event.every, every <= 0 { report(.invalidValue, "\(path).every", "it must be more than nothing") }
    switch event.action {
    case .fail(let target, let time), .drain(let target, let time, _):
      check(target, path)
      if let time, time < 0 { report(.invalidValue, "\(path).for", "it is negative") }
    case .cordon(let target), .uncordon(let target), .remove(let target): check(target, path)
    case .add(let type, let count):
      if !scenario.cluster.nodeTypes.contains(where: { $0.name == type }) {
        report(
          .missing, path, "there is no elastic node pool '\(type.prefix(60))'",
          fix: InputError.perhaps(scenario.cluster.nodeTypes.map(\.name)))
      }
      if count < 0 { report(.invalidValue, path, "the number of nodes is negative") }
    case .scale(let workload, let replicas):
      check(workload: workload, "\(path).scale")
      if replicas < 0 { report(.invalidValue, "\(path).replicas", "it is negative") }
      if ["DaemonSet/", "Job/", "CronJob/"].contains(where: workload.hasPrefix) {
        report(.invalidValue, "\(path).scale", "'\(workload.prefix(80))' has no number of replicas to change")
      }
    case .update(let workload, _): check(workload: workload, "\(path).update")
    case .crash(let workload, _): check(workload: workload, "\(path).crash")
    }
  }

  private mutating func check(_ fault: RandomFault, _ path: String) {
    if fault.meanTimeBetween <= 0 { report(.invalidValue, "\(path).mtbf", "it must be more than nothing") }
    if fault.meanTimeToRepair < 0 { report(.invalidValue, "\(path).mttr", "it is negative") }
    switch fault.kind {
    case .nodes(let target): check(target, path)
    case .domains(let key):
      if !scenario.cluster.nodes.contains(where: { $0.labels[key] != nil }) {
        report(.missing, path, "no node has the label '\(key.prefix(60))'", fix: "Look at the labels of the nodes.")
      }
    case .pods(let workload): if !workload.isEmpty { check(workload: workload, path) }
    }
  }

  private mutating func check(_ deployment: Scenario.Deployment, _ path: String) {
    check(time: deployment.at, "\(path).at")
    if let until = deployment.until, until < deployment.at {
      report(.invalidValue, "\(path).until", "it is before 'at'")
    }
  }

  private mutating func check(_ load: ServiceLoad, _ path: String) {
    if load.perPod <= 0 { report(.invalidValue, "\(path).perPod", "it must be more than nothing") }
    if load.burstPercent <= 0 { report(.invalidValue, "\(path).burst", "it must be more than nothing") }
    if load.curve.points.isEmpty { report(.empty, "\(path).curve", "the curve has no points") }
    for (before, after) in zip(load.curve.points, load.curve.points.dropFirst()) where after.at < before.at {
      report(.invalidValue, "\(path).curve", "the points are not in the order of time")
    }
    if load.curve.points.contains(where: { $0.at < 0 || $0.value < 0 }) {
      report(.invalidValue, "\(path).curve", "a point is negative")
    }
    if let period = load.curve.period, period <= (load.curve.points.last?.at ?? 0) {
      report(.invalidValue, "\(path).curve", "the period ends before its last point", fix: "Make it longer.")
    }
  }

  private mutating func check(_ source: Scenario.ArrivalSource, _ path: String) {
    if source.trace.arrivals.isEmpty { report(.empty, path, "the trace \(source.name) has no arrivals") }
    check(time: source.at, "\(path).at")
  }
}

extension Millis {
  /// A length of time as people write it: `90s`, `1h30m`, `2d`, `250ms`.
  public var durationText: String {
    if self < 0 { return "-" + (0 - self).durationText }
    if self < 1000 { return self == 0 ? "0s" : "\(self)ms" }
    var left = self
    var text = ""
    for (unit, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] {
      if left >= size {
        text += "\(left / size)\(unit)"
        left %= size
      }
    }
    return left == 0 ? text : "\(text)\(left)ms"
  }

  /// Reads `90s`, `1h30m`, `2d`, `250ms`; nil for anything else, and for more than a thousand years.
  public init?(duration text: String) {
    let units: [(String, Int64)] = [
      ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]
    var rest = text[...]
    if rest.isEmpty { return nil }
    var sum: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isNumber && $0.isASCII }
      guard let number = Int64(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      guard let unit = units.first(where: { $0.0 == letters }) else { return nil }
      rest = rest.dropFirst(letters.count)
      sum = sum.addingSaturated(number.multipliedSaturated(by: unit.1))
    }
    guard sum <= 1000 * 366 * 86_400_000 else { return nil }
    self = sum
  }
}
