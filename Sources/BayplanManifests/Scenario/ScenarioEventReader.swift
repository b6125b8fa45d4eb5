import BayplanModel

/// What happens in a scenario: scripted events and random faults.
struct ScenarioEventReader {
  private static let actions = [
    "fail", "drain", "cordon", "uncordon", "remove", "add", "scale", "update", "crash",
  ]

  func event(_ field: Field) -> ScriptedEvent? {
    field.scope.object = "Scenario"
    guard let name = field.one(of: Self.actions) else { return nil }
    guard let at = field.duration("at") else {
      if field["at"] == nil { field.report(.missing, "'at' is missing", fix: "Say when, like at: 10m.") }
      return nil
    }
    guard let action = action(name, field) else { return nil }
    return ScriptedEvent(at: at, every: field.duration("every"), action)
  }

  private func action(_ name: String, _ field: Field) -> ScriptedEvent.Action? {
    let common: Set<String> = ["at", "every", name]
    switch name {
    case "fail":
      field.refuseKeys(except: common.union(["for"]))
      return target(field[name]!).map { .fail($0, for: field.duration("for")) }
    case "drain":
      field.refuseKeys(except: common.union(["for", "removes"]))
      return target(field[name]!).map {
        .drain($0, for: field.duration("for"), removes: field.bool("removes") ?? false)
      }
    case "cordon", "uncordon", "remove":
      field.refuseKeys(except: common)
      guard let target = target(field[name]!) else { return nil }
      return name == "cordon" ? .cordon(target) : name == "uncordon" ? .uncordon(target) : .remove(target)
    case "add":
      field.refuseKeys(except: common.union(["count"]))
      return field.string(name).map { .add(type: $0, count: field.integer("count", in: 1...100_000) ?? 1) }
    case "scale":
      field.refuseKeys(except: common.union(["replicas"]))
      guard let workload = field.string(name) else { return nil }
      guard let replicas: Int = field.integer("replicas", in: 0...1_000_000) else {
        if field["replicas"] == nil { field.report(.missing, "'replicas' is missing", fix: "Say how many.") }
        return nil
      }
      return .scale(workload: workload, replicas: replicas)
    case "update":
      field.refuseKeys(except: common.union(["requests", "images", "startup"]))
      guard let workload = field.string(name) else { return nil }
      var change = TemplateChange()
      if field["requests"] != nil { change.requests = field.amounts("requests").resources }
      if field["images"] != nil { change.images = field.list("images").compactMap(\.string) }
      change.startup = field.duration("startup")
      if change == TemplateChange() || change.images?.isEmpty == true {
        field.report(.missing, "the update changes nothing", fix: "Give one of requests, images, startup.")
        return nil
      }
      return .update(workload: workload, change)
    default:
      field.refuseKeys(except: common.union(["count"]))
      return field.string(name).map { .crash(workload: $0, count: field.integer("count", in: 1...1_000_000) ?? 1) }
    }
  }

  /// `{node: n1}`, `{nodes: [n1, n2]}`, `{zone: b}`, `{labels: {key: value}}`; a name alone is a node.
  private func target(_ field: Field) -> NodeTarget? {
    if case .string(let name) = field.node.content { return NodeTarget(names: [name]) }
    guard let field = field.mapping else { return nil }
    field.refuseKeys(except: ["node", "nodes", "zone", "labels"])
    var target = NodeTarget(names: field.list("nodes").compactMap(\.string), labels: field.strings("labels"))
    if let name = field.string("node") { target.names.append(name) }
    if let zone = field.string("zone") { target.labels[NodeType.zoneLabel] = zone }
    if target.names.isEmpty && target.labels.isEmpty {
      field.report(.missing, "no node is named", fix: "Give one of node, nodes, zone, labels.")
      return nil
    }
    return target
  }

  func fault(_ field: Field) -> RandomFault? {
    // Pods are started again with their own back-off.
    let common: Set = field["pods"] == nil ? ["mtbf", "mttr"] : ["mtbf"]
    guard field.refuseKeys(except: common, andOneOf: ["nodes", "domains", "pods"]) else { return nil }
    guard let mean = field.duration("mtbf") else {
      if field["mtbf"] == nil { field.report(.missing, "'mtbf' is missing", fix: "Say how often, like mtbf: 30d.") }
      return nil
    }
    let repair = field.duration("mttr") ?? 0
    let kind: RandomFault.Kind
    if let nodes = field["nodes"] {
      if case .string("all") = nodes.node.content {
        kind = .nodes(NodeTarget())
      } else {
        guard let target = target(nodes) else { return nil }
        kind = .nodes(target)
      }
    } else if let key = field.string("domains") {
      kind = .domains(key: key == "zone" ? NodeType.zoneLabel : key)
    } else {
      guard let pods = field.string("pods") else { return nil }
      kind = .pods(workload: pods == "all" ? "" : pods)
    }
    if case .pods = kind {
    } else if field["mttr"] == nil {
      field.report(.missing, "'mttr' is missing", fix: "Say how long a repair takes, like mttr: 15m.")
      return nil
    }
    return RandomFault(kind, meanTimeBetween: mean, meanTimeToRepair: repair)
  }
}

extension Field {
  /// The one of several fields that is there.
  func one(of keys: [String]) -> String? {
    let found = keys.filter { self[$0] != nil }
    if found.count == 1 { return found[0] }
    report(
      .missing, found.isEmpty ? "something is missing here" : "only one can be here: \(found.joined(separator: ", "))",
      fix: "Give one of \(keys.joined(separator: ", ")).")
    return nil
  }

  /// - Returns: whether exactly one of the alternatives is there.
  func refuseKeys(except common: Set<String>, andOneOf keys: [String]) -> Bool {
    guard let key = one(of: keys) else { return false }
    refuseKeys(except: common.union([key]))
    return true
  }
}

/// The load of a service.
struct LoadReader {
  let services: [Service]

  func read(_ field: Field) -> ServiceLoad? {
    let common: Set<String> = ["service", "perPod", "burst", "sameZoneFirst"]
    guard field.refuseKeys(except: common, andOneOf: ["curve", "daily", "constant"]) else { return nil }
    guard let name = field.required("service") else { return nil }
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    let id = PodID(namespace: parts.count == 2 ? parts[0] : "default", name: parts.last ?? "")
    guard let service = services.first(where: { $0.id == id }) else {
      field["service"]?.report(
        .missing, "there is no Service '\(name.prefix(80))'", fix: InputError.perhaps(services.map(\.id.description)))
      return nil
    }
    guard let perPod = field["perPod"]?.milliNumber else {
      if field["perPod"] == nil {
        field.report(.missing, "'perPod' is missing", fix: "Say how many requests per second take a pod's CPU request.")
      }
      return nil
    }
    guard let curve = curve(field) else { return nil }
    var load = ServiceLoad(service: id, selector: service.selector, curve: curve, perPod: perPod)
    if let burst = field["burst"]?.percentMilli { load.burstPercent = burst / 10 }
    load.prefersSameZone = field.bool("sameZoneFirst") ?? false
    return load
  }

  private func curve(_ field: Field) -> LoadCurve? {
    if let constant = field["constant"] {
      return constant.milliNumber.map { LoadCurve(points: [.init(at: 0, value: $0)]) }
    }
    if let daily = field.mapping("daily") { return self.daily(daily) }
    guard let curve = field.mapping("curve") else { return nil }
    curve.refuseKeys(except: ["points", "every", "steps"])
    var points: [LoadCurve.Point] = []
    for point in curve.list("points") {
      guard let pair = point.items else { return nil }
      guard pair.count == 2, let at = pair[0].duration, let value = pair[1].milliNumber else {
        if pair.count != 2 { point.report("a point is a time and a number", fix: "Write it like [10m, 250].") }
        return nil
      }
      points.append(.init(at: at, value: value))
    }
    var result = LoadCurve(points: points, period: curve.duration("every"))
    result.isStepwise = curve.bool("steps") ?? false
    return result
  }

  /// A smooth day between two values: `{low: 50, high: 400, peak: 14h}`.
  private func daily(_ field: Field) -> LoadCurve? {
    field.refuseKeys(except: ["low", "high", "peak"])
    guard let low = field["low"]?.milliNumber, let high = field["high"]?.milliNumber else {
      field.report(
        .missing, "'low' and 'high' are needed", fix: "Write it like daily: {low: 50, high: 400, peak: 14h}.")
      return nil
    }
    let peak = field.duration("peak") ?? 14 * 3_600_000
    let day: Millis = 86_400_000
    // A cosine, by the quarter of an hour: its values to four digits are the same on any machine.
    let points = stride(from: Millis(0), to: day, by: 900_000).map { time -> LoadCurve.Point in
      let angle = Double((time - peak + day) % day) / Double(day) * 2 * Double.pi
      let share = Int64(((1 + cosine(angle)) * 5000).rounded())
      return .init(at: time, value: low + Int64(Int128(high - low) * Int128(share) / 10_000))
    }
    return LoadCurve(points: points, period: day)
  }
}
