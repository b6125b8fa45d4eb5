import BayplanModel

/// A cluster, and where its pods go, as Kubernetes objects: namespaces, nodes, pods with `spec.nodeName`, daemon sets.
///
/// Every pod is one object with one container that carries the effective requests, so that reading the result gives
/// the same model. What Kubernetes has no field for is carried in annotations under `bayplan.io/`.
public struct KubernetesManifest: Sendable {
  public let cluster: Cluster
  let nodeNames: [PodID: String]
  let openedNodes: [Node]

  public init(_ cluster: Cluster, plan: Plan? = nil) {
    self.cluster = cluster
    nodeNames = Dictionary((plan?.placements ?? []).map { ($0.pod, $0.node) }, uniquingKeysWith: { first, _ in first })
    openedNodes = plan?.openedNodes ?? []
  }

  /// What cannot be said in Kubernetes objects and is left out.
  public var notices: [Notice] {
    var notices: [Notice] = []
    for pod in cluster.pods {
      if pod.spec.colocation != nil { notices.note(.notHonoured, "pods that share a node by construction", example: "\(pod.id)") }
      if pod.spec.maxPerNode != nil { notices.note(.notHonoured, "limits of pods per node", example: "\(pod.id)") }
    }
    return notices
  }

  public func yaml() -> String { YAMLWriter.documents(objects()) }

  public func objects() -> [DataValue] {
    var result: [DataValue] = []
    for (name, labels) in cluster.namespaces.sorted(by: { $0.key < $1.key }) {
      result.append(
        object("v1", "Namespace", [.init("metadata", .compact([("name", .string(name)), ("labels", map(labels))]))]))
    }
    result += cluster.nodes.map(node) + openedNodes.map(node)
    if !cluster.nodeTypes.isEmpty { result.append(catalogue()) }
    for daemon in cluster.daemons { result.append(daemonSet(daemon)) }
    for pod in cluster.pods { result.append(self.pod(pod)) }
    for budget in cluster.disruptionBudgets { result.append(disruptionBudget(budget)) }
    for service in cluster.services {
      result.append(
        object(
          "v1", "Service",
          [.init("metadata", metadata(service.id)), .init("spec", .compact([("selector", map(service.selector))]))]))
    }
    for autoscaler in cluster.autoscalers { result.append(self.autoscaler(autoscaler)) }
    return result
  }

  func object(_ version: String, _ kind: String, _ members: [DataValue.Member]) -> DataValue {
    .object([.init("apiVersion", .string(version)), .init("kind", .string(kind))] + members)
  }

  func metadata(_ id: PodID, labels: [String: String] = [:]) -> DataValue {
    .compact([("name", .string(id.name)), ("namespace", .string(id.namespace)), ("labels", map(labels))])
  }

  func map(_ dictionary: [String: String]) -> DataValue { .sorted(dictionary.mapValues(DataValue.string)) }
}

extension DataValue {
  /// An object without the members that are null or empty.
  static func compact(_ members: [(String, DataValue)]) -> DataValue {
    .object(
      members.filter { !$0.1.isNull && $0.1 != .object([]) && $0.1 != .array([]) }.map { Member($0.0, $0.1) })
  }
}

// MARK: - Nodes

extension KubernetesManifest {
  static let priceAnnotation = "bayplan.io/price-per-hour"
  static let devicesAnnotation = "bayplan.io/devices"

  private func node(_ node: Node) -> DataValue {
    var annotations: [String: String] = [:]
    if node.price != 0 { annotations[Self.priceAnnotation] = Self.price(node.price) }
    var labels = node.labels
    if let type = node.type { labels["node.kubernetes.io/instance-type"] = labels["node.kubernetes.io/instance-type"] ?? type }
    let amounts = quantities(node.allocatable, devices: node.devices)
    return object(
      "v1", "Node",
      [
        .init(
          "metadata",
          .compact([("name", .string(node.name)), ("labels", map(labels)), ("annotations", map(annotations))])),
        .init(
          "spec",
          .compact([
            ("taints", .array(node.taints.map(taint))), ("unschedulable", node.isUnschedulable ? .bool(true) : .null),
          ])),
        .init("status", .object([.init("allocatable", amounts), .init("capacity", amounts)])),
      ])
  }

  /// Node types have no object of Kubernetes' own: Bayplan's catalogue format.
  private func catalogue() -> DataValue {
    let types = cluster.nodeTypes.map { type in
      DataValue.compact([
        ("name", .string(type.name)), ("labels", map(type.labels)), ("taints", .array(type.taints.map(taint))),
        ("allocatable", quantities(type.allocatable, devices: type.devices)),
        ("pricePerHour", .string(Self.price(type.price))), ("zones", .strings(type.zones)),
        ("maxCount", .optional(type.maxCount.map(Int64.init))),
      ])
    }
    return object(
      "bayplan/v1", "NodeCatalogue",
      [.init("metadata", .object([.init("name", .string("catalogue"))])), .init("types", .array(types))])
  }

  static func price(_ micro: MicroCost) -> String {
    let digits = String(micro.magnitude % 1_000_000)
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    return "\(micro < 0 ? "-" : "")\(micro.magnitude / 1_000_000).\(fraction)"
  }

  func taint(_ taint: Taint) -> DataValue {
    .compact([
      ("key", .string(taint.key)), ("value", taint.value.isEmpty ? .null : .string(taint.value)),
      ("effect", .string(taint.effect.rawValue)),
    ])
  }

  func quantities(_ resources: Resources, devices: [DeviceGroup] = []) -> DataValue {
    var result = Dictionary(
      uniqueKeysWithValues: resources.names.map { ($0.rawValue, Self.quantity(resources[$0], of: $0)) })
    for group in devices where result[group.kind.rawValue] == nil {
      let count = devices.reduce(0) { $1.kind == group.kind ? $0 + Int64($1.count) : $0 }
      result[group.kind.rawValue] = .string(String(count))
    }
    return .sorted(result)
  }

  /// Exact: millicores as `250m`, bytes with a binary suffix where they are whole multiples.
  static func quantity(_ amount: Int64, of resource: Resource) -> DataValue {
    switch resource {
    case .cpu: return .string(amount % 1000 == 0 ? "\(amount / 1000)" : "\(amount)m")
    case .memory, .ephemeralStorage:
      for (suffix, unit) in [("Gi", Int64(1) << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)]
      where amount != 0 && amount % unit == 0 { return .string("\(amount / unit)\(suffix)") }
      return .string("\(amount)")
    default: return .string("\(amount)")
    }
  }
}
