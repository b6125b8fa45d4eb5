import BayplanModel

/// Writes a cluster as Kubernetes YAML, so that reading it gives the same model. What Kubernetes has no field for goes
/// into annotations, and node types into a `NodeCatalogue`.
public struct KubernetesWriter {
  private let cluster: Cluster
  private let placements: [PodID: Placement]
  var out = YAMLText()

  public static func yaml(_ cluster: Cluster, placements: [Placement] = []) -> String {
    var writer = KubernetesWriter(cluster, placements)
    writer.write()
    return writer.out.text
  }

  private init(_ cluster: Cluster, _ placements: [Placement]) {
    self.cluster = cluster
    self.placements = Dictionary(placements.map { ($0.pod, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func write() {
    for (name, labels) in cluster.namespaces.sorted(by: { $0.key < $1.key }) {
      out.document(version: "v1", kind: "Namespace")
      metadata(name: name, labels: labels)
    }
    cluster.nodes.forEach { write($0) }
    if !cluster.nodeTypes.isEmpty { writeCatalogue() }
    for group in cluster.podGroups {
      out.document(version: "scheduling.x-k8s.io/v1alpha1", kind: "PodGroup")
      metadata(name: group.name, namespace: group.namespace)
      out.mapping("spec") { $0.number("minMember", Int64(group.minMember)) }
    }
    for budget in cluster.disruptionBudgets { write(budget) }
    for service in cluster.services {
      out.document(version: "v1", kind: "Service")
      metadata(name: service.id.name, namespace: service.id.namespace)
      out.mapping("spec") { $0.strings("selector", service.selector) }
    }
    for autoscaler in cluster.autoscalers { write(autoscaler) }
    for daemon in cluster.daemons {
      out.document(version: "apps/v1", kind: "DaemonSet")
      metadata(name: daemon.id.name, namespace: daemon.id.namespace)
      out.mapping("spec") { out in
        out.mapping("template") { out in
          out.mapping("metadata") { out in
            out.strings("labels", daemon.spec.labels)
            out.strings("annotations", PodSpecWriter.annotations(daemon.spec))
          }
          out.mapping("spec") { PodSpecWriter(spec: daemon.spec).write(to: &$0, nodeName: nil) }
        }
      }
    }
    write(cluster.storage)
    cluster.pods.forEach { write($0) }
  }

  mutating func metadata(
    name: String, namespace: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:],
    workload: String? = nil, isTerminating: Bool = false
  ) {
    let validName = Annotation.validName(name)
    var annotations = annotations
    if validName != name { annotations[Annotation.name] = name }
    if let namespace, Annotation.validName(namespace) != namespace { annotations[Annotation.namespace] = namespace }
    out.mapping("metadata") { out in
      out.string("name", validName)
      if let namespace { out.string("namespace", Annotation.validName(namespace)) }
      out.strings("labels", labels)
      out.strings("annotations", annotations)
      // The model does not say when.
      if isTerminating { out.string("deletionTimestamp", "1970-01-01T00:00:00Z") }
      let parts = workload?.split(separator: "/", maxSplits: 2).map(String.init) ?? []
      if parts.count == 3 {
        out.items("ownerReferences", [parts]) { out, parts in
          out.string("kind", parts[0])
          out.string("name", parts[2])
          out.bool("controller", true)
        }
      }
    }
  }

  private mutating func write(_ node: Node) {
    var annotations: [String: String] = [:]
    if !node.devices.isEmpty { annotations[Annotation.devices] = Annotation.text(node.devices) }
    if node.price != 0 { annotations[Annotation.price] = Annotation.text(node.price) }
    if let type = node.type { annotations[Annotation.nodeType] = type }
    out.document(version: "v1", kind: "Node")
    metadata(name: node.name, labels: node.labels, annotations: annotations)
    out.mapping("spec") { out in
      if node.isUnschedulable { out.bool("unschedulable", true) }
      Self.write(node.taints, to: &out)
    }
    out.mapping("status") { out in
      Self.write("allocatable", node.allocatable, to: &out)
      out.items("images", node.images) { out, image in
        out.list("names", image.names)
        out.number("sizeBytes", image.bytes)
      }
    }
  }

  private static func write(_ taints: [Taint], to out: inout YAMLText) {
    out.items("taints", taints) { out, taint in
      out.string("key", taint.key)
      if !taint.value.isEmpty { out.string("value", taint.value) }
      out.string("effect", taint.effect.rawValue)
    }
  }

  /// - Parameter withZeros: resources to state even where there is none of them, or reading takes a default.
  static func write(
    _ key: String, _ amounts: Resources, to out: inout YAMLText, withZeros zeros: [Resource] = [.cpu, .memory, .pods]
  ) {
    var texts = Dictionary(
      uniqueKeysWithValues: amounts.names.map { ($0.rawValue, Quantity.text(amounts[$0], of: $0)) })
    for resource in zeros where amounts[resource] == 0 { texts[resource.rawValue] = "0" }
    out.strings(key, texts)
  }

  private mutating func writeCatalogue() {
    out.document(version: "bayplan/v1", kind: "NodeCatalogue")
    out.string("name", "node-types")
    out.items("types", cluster.nodeTypes) { out, type in
      out.string("name", type.name)
      if let maximum = type.maxCount { out.number("max", Int64(maximum)) }
      Self.write("capacity", type.allocatable, to: &out)
      out.strings("labels", type.labels)
      Self.write(type.taints, to: &out)
      out.items("devices", type.devices) { out, group in
        out.string("kind", group.kind.rawValue)
        if !group.model.isEmpty { out.string("model", group.model) }
        out.number("count", Int64(group.count))
      }
      out.string("price", Annotation.text(type.price))
      out.list("zones", type.zones)
    }
  }

  private mutating func write(_ budget: DisruptionBudget) {
    func write(_ key: String, _ value: CountOrPercent?, _ out: inout YAMLText) {
      switch value {
      case .count(let count): out.number(key, Int64(count))
      case .percent(let percent): out.string(key, "\(percent)%")
      case nil: break
      }
    }
    out.document(version: "policy/v1", kind: "PodDisruptionBudget")
    metadata(name: budget.name, namespace: budget.namespace)
    out.mapping("spec") { out in
      PodSpecWriter.write("selector", budget.selector, to: &out)
      write("minAvailable", budget.minAvailable, &out)
      write("maxUnavailable", budget.maxUnavailable, &out)
    }
    out.mapping("status") { out in
      if let allowed = budget.disruptionsAllowed { out.number("disruptionsAllowed", Int64(allowed)) }
      let names = budget.disruptedPods.map { ($0, Timestamp.text(0)) }
      out.strings("disruptedPods", Dictionary(names, uniquingKeysWith: { first, _ in first }))
    }
  }

  private mutating func write(_ autoscaler: Autoscaler) {
    let target = autoscaler.target.split(separator: "/", maxSplits: 2).map(String.init)
    guard target.count == 3 else { return }
    out.document(version: "autoscaling/v2", kind: "HorizontalPodAutoscaler")
    metadata(name: autoscaler.id.name, namespace: autoscaler.id.namespace)
    out.mapping("spec") { out in
      out.mapping("scaleTargetRef") { out in
        out.string("kind", target[0])
        out.string("name", target[2])
      }
      out.number("minReplicas", Int64(autoscaler.minReplicas))
      out.number("maxReplicas", Int64(autoscaler.maxReplicas))
    }
  }

  private mutating func write(_ pod: Pod) {
    let placement = placements[pod.id]
    var annotations = PodSpecWriter.annotations(pod.spec)
    if let devices = placement?.devices, !devices.isEmpty {
      annotations[Annotation.placedDevices] = devices.map(String.init).joined(separator: ",")
    }
    out.document(version: "v1", kind: "Pod")
    metadata(
      name: pod.id.name, namespace: pod.id.namespace, labels: pod.spec.labels, annotations: annotations,
      workload: pod.workload, isTerminating: pod.isTerminating)
    out.mapping("spec") {
      PodSpecWriter(spec: pod.spec).write(
        to: &$0, nodeName: pod.nodeName ?? placement?.node, claims: pod.volumeClaims,
        schedulerName: pod.schedulerName)
    }
    out.mapping("status") { out in
      if let name = pod.nominatedNodeName { out.string("nominatedNodeName", name) }
      if let start = pod.startSeconds { out.string("startTime", Timestamp.text(start)) }
    }
  }
}
