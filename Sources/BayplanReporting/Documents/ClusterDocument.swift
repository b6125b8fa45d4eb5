import BayplanModel

/// A cluster as a document of its own: `bayplan/cluster/v1`.
///
/// Equal pod specs are written once, in `specs`, and only where they differ from an empty one; a pod names its spec by
/// index, so that 50,000 pods stay small.
public enum ClusterDocument {
  public static let schema = "bayplan/cluster/v1"

  public static func value(_ cluster: Cluster) -> DataValue {
    guard case .object(let members) = body(cluster) else { return .null }
    return .object([.init("schema", .string(schema))] + members)
  }

  public static func cluster(from value: DataValue) throws(InputError) -> Cluster {
    guard value["schema"]?.text == schema else {
      throw InputError(
        .unsupported, object: "schema", "expected \(schema), found \(value["schema"]?.text ?? "none")")
    }
    return try decode(value)
  }
}

// MARK: - Writing

extension ClusterDocument {
  /// The members without `schema`, as a plan embeds them; empty lists are left out.
  static func body(_ cluster: Cluster) -> DataValue {
    var specs: [DataValue] = []
    var indices: [PodSpec: Int] = [:]
    let emptySpec = DataValue(encoding: PodSpec())
    func index(of spec: PodSpec) -> DataValue {
      if let index = indices[spec] { return .integer(Int64(index)) }
      indices[spec] = specs.count
      specs.append(DataValue(encoding: spec).omitting(emptySpec))
      return .integer(Int64(specs.count - 1))
    }
    // Neighbours mostly share a spec: comparing is cheaper than hashing.
    var last: (spec: PodSpec, index: DataValue)?
    let pods = cluster.pods.map { pod -> DataValue in
      let spec: DataValue
      if let last, last.spec == pod.spec { spec = last.index } else { spec = index(of: pod.spec) }
      last = (pod.spec, spec)
      var members: [DataValue.Member] = [.init("id", .string("\(pod.id)"))]
      if pod.isTerminating { members.append(.init("isTerminating", .bool(true))) }
      if let node = pod.nodeName { members.append(.init("nodeName", .string(node))) }
      members.append(.init("spec", spec))
      if let workload = pod.workload { members.append(.init("workload", .string(workload))) }
      return .object(members)
    }
    let daemons = cluster.daemons.map { daemon in
      DataValue.object([.init("id", .string("\(daemon.id)")), .init("spec", index(of: daemon.spec))])
    }
    let lists: [(String, DataValue)] = [
      ("autoscalers", list(cluster.autoscalers)), ("daemons", .array(daemons)),
      ("disruptionBudgets", list(cluster.disruptionBudgets)),
      ("namespaces", DataValue(encoding: cluster.namespaces)),
      ("nodeTypes", list(cluster.nodeTypes, defaults: nodeTypeDefaults)),
      ("nodes", list(cluster.nodes, defaults: nodeDefaults)), ("notices", list(cluster.notices)),
      ("podGroups", list(cluster.podGroups)), ("pods", .array(pods)), ("services", list(cluster.services)),
      ("specs", .array(specs)),
    ]
    return .object(
      lists.filter { $0.1 != .array([]) && $0.1 != .object([]) }.map { DataValue.Member($0.0, $0.1) })
  }

  private static func list(_ values: [some Encodable], defaults: DataValue = .object([])) -> DataValue {
    guard !values.isEmpty, let items = DataValue(encoding: values).items else { return .array([]) }
    return .array(items.map { $0.omitting(defaults) })
  }

  static func node(_ node: Node) -> DataValue { DataValue(encoding: node).omitting(nodeDefaults) }

  static let nodeDefaults = DataValue.withoutIdentity(DataValue(encoding: Node(name: "", allocatable: [:])))
  private static let nodeTypeDefaults = DataValue.withoutIdentity(
    DataValue(encoding: NodeType(name: "", allocatable: [:], price: 0)))
}

extension DataValue {
  /// Defaults never stand in for a name or for capacity: those are always written and must be there.
  fileprivate static func withoutIdentity(_ value: DataValue) -> DataValue {
    guard case .object(let members) = value else { return value }
    return .object(members.filter { !["name", "allocatable"].contains($0.key) })
  }
}

// MARK: - Reading

extension ClusterDocument {
  /// Sums of amounts stay far from the integer range.
  private static func check(_ amounts: Resources, at place: String) throws(InputError) {
    for name in amounts.names where !(0...Int64(1) << 56).contains(amounts[name]) {
      throw InputError(.invalidValue, object: place, "'\(name.rawValue)' is \(amounts[name]): no amount of a resource")
    }
  }

  static func decode(_ value: DataValue) throws(InputError) -> Cluster {
    guard case .object = value else { throw InputError(.invalidValue, object: "cluster", "expected an object") }
    var cluster = Cluster()
    let emptySpec = DataValue(encoding: PodSpec())
    var specs: [PodSpec] = []
    for (index, spec) in (value["specs"]?.items ?? []).enumerated() {
      let spec = try spec.filled(from: emptySpec).decode(PodSpec.self, at: "specs[\(index)]")
      try check(spec.requests, at: "specs[\(index)].requests")
      specs.append(spec)
    }
    func spec(_ pod: DataValue, _ place: String) throws(InputError) -> PodSpec {
      guard let index = pod["spec"]?.int64, specs.indices.contains(Int(clamping: index)) else {
        throw InputError(.invalidValue, object: place, "'spec' is no index into 'specs'")
      }
      return specs[Int(index)]
    }
    for (index, pod) in (value["pods"]?.items ?? []).enumerated() {
      let place = "pods[\(index)]"
      cluster.pods.append(
        Pod(
          id: try id(pod["id"], place), workload: pod["workload"]?.text, spec: try spec(pod, place),
          nodeName: pod["nodeName"]?.text, isTerminating: pod["isTerminating"]?.flag ?? false))
    }
    for (index, daemon) in (value["daemons"]?.items ?? []).enumerated() {
      let place = "daemons[\(index)]"
      cluster.daemons.append(DaemonWorkload(id: try id(daemon["id"], place), spec: try spec(daemon, place)))
    }
    cluster.nodes = try values(value, "nodes", defaults: nodeDefaults)
    for (index, node) in cluster.nodes.enumerated() { try check(node.allocatable, at: "nodes[\(index)].allocatable") }
    cluster.nodeTypes = try values(value, "nodeTypes", defaults: nodeTypeDefaults)
    cluster.podGroups = try values(value, "podGroups")
    cluster.disruptionBudgets = try values(value, "disruptionBudgets")
    cluster.autoscalers = try values(value, "autoscalers")
    cluster.services = try values(value, "services")
    cluster.notices = try values(value, "notices")
    cluster.namespaces =
      try value["namespaces"]?.decode([String: [String: String]].self, at: "namespaces") ?? [:]
    return cluster
  }

  /// A pod's or workload's `namespace/name`.
  static func id(_ value: DataValue?, _ place: String) throws(InputError) -> PodID {
    guard let text = value?.text, let slash = text.firstIndex(of: "/") else {
      throw InputError(.invalidValue, object: place, "expected a name of the form namespace/name")
    }
    return PodID(namespace: String(text[..<slash]), name: String(text[text.index(after: slash)...]))
  }

  static func values<Value: Decodable>(
    _ document: DataValue, _ key: String, defaults: DataValue = .object([])
  ) throws(InputError) -> [Value] {
    guard let value = document[key], !value.isNull else { return [] }
    guard let items = value.items else { throw InputError(.invalidValue, object: key, "expected a list") }
    return try DataValue.array(items.map { $0.filled(from: defaults) }).decode([Value].self, at: key)
  }
}
