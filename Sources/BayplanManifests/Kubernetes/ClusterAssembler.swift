import BayplanModel

/// Puts the objects together: which pods run, which are still to be placed, and what constrains them.
struct ClusterAssembler {
  let objects: KubernetesObjects
  let resolver: PodResolver
  let diagnostics: Diagnostics
  private let index: [String: Int]
  /// For each controller: the one at the top of its owners that makes the pods, and the name of that workload.
  private(set) var roots: [(generator: Int, workload: String)] = []
  private var taken: Set<PodID> = []
  /// Pods there are of each controller that makes pods.
  private var existing: [Int: Int] = [:]
  /// Pods of a Job that have succeeded.
  private var succeeded: [Int: Int] = [:]
  /// CronJobs of which a run is under way. Only without one do they make a run from their template.
  private let hasRun: Set<String>

  init(objects: KubernetesObjects, defaults: DefaultRequests, diagnostics: Diagnostics) {
    self.objects = objects
    self.diagnostics = diagnostics
    resolver = PodResolver(objects: objects, defaults: defaults, diagnostics: diagnostics)
    index = Dictionary(
      objects.controllers.enumerated().map { ($1.meta.reference, $0) }, uniquingKeysWith: { first, _ in first })
    hasRun = Set(
      objects.controllers.compactMap { job in
        guard job.meta.kind == "Job", job.replicas > 0, !job.isSuspended, let owner = job.meta.owner else { return nil }
        return workloadName(owner.kind, job.meta.namespace, owner.name)
      })
    for position in objects.controllers.indices { roots.append(root(of: position)) }
  }

  private static let controllerKinds: Set<String> = [
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicationController",
  ]

  /// Owners of other kinds (operators, node objects) make no pods that Bayplan knows of. A Job counts for itself: it
  /// is one run of its CronJob and may stand beside others.
  private func root(of start: Int) -> (generator: Int, workload: String) {
    var position = start
    // More owners than this form a circle.
    for _ in 0..<8 {
      let meta = objects.controllers[position].meta
      guard meta.kind != "Job", let owner = meta.owner, Self.controllerKinds.contains(owner.kind) else { break }
      let reference = workloadName(owner.kind, meta.namespace, owner.name)
      guard let next = index[reference] else { return (position, reference) }
      position = next
    }
    return (position, objects.controllers[position].meta.reference)
  }

  mutating func assemble() -> Cluster {
    var cluster = Cluster()
    cluster.nodes = objects.nodes
    cluster.nodeTypes = objects.nodeTypes
    cluster.namespaces = objects.namespaces
    if cluster.namespaces["default"] == nil {
      cluster.namespaces["default"] = ["kubernetes.io/metadata.name": "default"]
    }
    cluster.podGroups = objects.podGroups
    cluster.disruptionBudgets = objects.disruptionBudgets
    cluster.autoscalers = objects.autoscalers
    cluster.services = objects.services
    cluster.storage = objects.volumes
    cluster.daemons = objects.daemons
    let owners = ownPods()
    for entry in objects.order {
      switch entry {
      case .pod(let position): emit(position, owners[position], into: &cluster)
      case .controller(let position): generate(position, into: &cluster)
      case .external(let position): cluster.pods.append(objects.externalPods[position])
      }
    }
    addWorkloads(to: &cluster)
    noteSkipped()
    noteGroups(of: cluster)
    notePreemption(in: cluster)
    cluster.unifyDevices()
    return cluster
  }

  /// What each pod belongs to, after counting it there.
  private mutating func ownPods() -> [(generator: Int?, workload: String?)] {
    var bySelector: [String: [(LabelSelector, Int)]] = [:]
    for (position, controller) in objects.controllers.enumerated() where roots[position].generator == position {
      if let selector = controller.selector {
        bySelector[controller.meta.namespace, default: []].append((selector, position))
      }
    }
    func match(_ pod: KubernetesObjects.PodObject, _ fits: (ObjectMeta) -> Bool) -> Int? {
      bySelector[pod.meta.namespace]?.first { selector, position in
        selector.matches(pod.meta.labels) && fits(objects.controllers[position].meta)
      }?.1
    }
    for pod in objects.externalPods { taken.insert(pod.id) }
    return objects.pods.map { pod in
      taken.insert(pod.meta.id)
      var result: (generator: Int?, workload: String?) = (nil, nil)
      if let owner = pod.meta.owner {
        let reference = workloadName(owner.kind, pod.meta.namespace, owner.name)
        if let position = index[reference] {
          result = roots[position]
          if pod.phase == .succeeded { succeeded[position, default: 0] += 1 }
        } else if owner.kind == "ReplicaSet", let match = match(pod, { owner.name.hasPrefix("\($0.name)-") }) {
          // A snapshot often leaves out the ReplicaSet between a Deployment and its pods.
          result = roots[match]
        } else if owner.kind != "Node" {
          // Static pods are owned by their node.
          result.workload = reference
        }
      } else if let match = match(pod, { _ in true }) {
        result = roots[match]
      }
      // A pod that is going away has a replacement already.
      if pod.phase == .alive, !pod.meta.isTerminating, let generator = result.generator {
        existing[generator, default: 0] += 1
      }
      return result
    }
  }

  private func emit(_ position: Int, _ owner: (generator: Int?, workload: String?), into cluster: inout Cluster) {
    let pod = objects.pods[position]
    if pod.phase != .alive { return }
    // The DaemonSet's own rule covers the nodes that its pods still wait for.
    if pod.nodeName == nil, let generator = owner.generator, objects.controllers[generator].meta.kind == "DaemonSet" {
      return
    }
    var spec = resolver.resolve(
      pod.template, of: pod.meta, isAdmitted: pod.meta.wasAdmitted, isBound: pod.nodeName != nil, count: 1)
    let controller = pod.meta.owner.flatMap { index[workloadName($0.kind, pod.meta.namespace, $0.name)] }
    fillSpreadSelector(of: &spec, namespace: pod.meta.namespace, controller)
    var placed = Self.pod(pod.meta.id, of: owner.workload, spec, from: pod.template)
    placed.nodeName = pod.nodeName
    placed.isTerminating = pod.meta.isTerminating
    placed.nominatedNodeName = pod.nominatedNodeName
    placed.startSeconds = pod.startSeconds
    cluster.pods.append(placed)
  }

  /// Makes the pods that a controller lacks.
  private mutating func generate(_ position: Int, into cluster: inout Cluster) {
    let controller = objects.controllers[position]
    guard roots[position].generator == position, let template = controller.template else { return }
    let meta = controller.meta
    if meta.kind == "DaemonSet" {
      var spec = resolver.resolve(template, of: meta, isAdmitted: false, count: 1)
      spec.tolerations += Self.daemonTolerations(hasHostNetwork: template.hasHostNetwork)
        .filter { !spec.tolerations.contains($0) }
      cluster.daemons.append(DaemonWorkload(id: meta.id, spec: spec))
      return
    }
    if controller.isSuspended {
      diagnostics.notices.note(
        .skipped, "A suspended \(meta.kind) makes no pods.", example: "\(meta.location): \(meta.reference)")
      return
    }
    if meta.kind == "CronJob" && hasRun.contains(meta.reference) { return }
    var wanted = controller.replicas
    if meta.kind == "Job", let completions = controller.completions {
      wanted = min(wanted, max(0, completions - max(controller.succeeded, succeeded[position] ?? 0)))
    }
    let missing = wanted - (existing[position] ?? 0)
    guard missing > 0 else { return }
    guard cluster.pods.count + missing <= KubernetesReader.maximumPods else {
      diagnostics.report(
        .init(
          .limit, at: meta.location, object: "\(meta.kind) \(meta.namespace)/\(meta.name)",
          "the input has more than \(KubernetesReader.maximumPods) pods", fix: "Plan a part of it."))
      return
    }
    var spec = resolver.resolve(template, of: meta, isAdmitted: false, count: missing)
    fillSpreadSelector(of: &spec, namespace: meta.namespace, position)
    var ordinal = controller.firstOrdinal
    for _ in 0..<missing {
      var id = PodID(namespace: meta.namespace, name: "\(meta.name)-\(ordinal)")
      while !taken.insert(id).inserted {
        ordinal += 1
        id.name = "\(meta.name)-\(ordinal)"
      }
      ordinal += 1
      cluster.pods.append(Self.pod(id, of: roots[position].workload, spec, from: template))
    }
  }

  static func pod(_ id: PodID, of workload: String?, _ spec: PodSpec, from template: PodTemplate) -> Pod {
    var pod = Pod(id: id, workload: workload, spec: spec)
    pod.volumeClaims = template.volumeClaims
    pod.schedulerName = template.schedulerName
    pod.nodeName = template.nodeName
    return pod
  }

  /// What the default topology spread counts, unless the pod says: pods with the labels that the Services of a pod ask for, and what the
  /// selector of its controller asks for.
  /// Source: kubernetes pkg/scheduler/framework/plugins/helper/spread.go.
  func fillSpreadSelector(of spec: inout PodSpec, namespace: String, _ controller: Int?) {
    if spec.defaultSpreadSelector != nil { return }
    let labels = spec.labels
    var wanted: [String: String] = [:]
    for service in objects.services where service.id.namespace == namespace && !service.selector.isEmpty {
      if service.selector.allSatisfy({ labels[$0.key] == $0.value }) { wanted.merge(service.selector) { $1 } }
    }
    var selector = LabelSelector(matchLabels: wanted)
    // A Deployment's pods have a ReplicaSet of the same selector between them.
    let kinds: Set<String> = ["ReplicaSet", "StatefulSet", "ReplicationController", "Deployment"]
    if let controller, kinds.contains(objects.controllers[controller].meta.kind) {
      selector.requirements += objects.controllers[controller].selector?.requirements ?? []
    }
    if !selector.requirements.isEmpty { spec.defaultSpreadSelector = selector }
  }

  /// What the daemon controller adds to its pods.
  static func daemonTolerations(hasHostNetwork: Bool) -> [Toleration] {
    var conditions: [(String, Taint.Effect)] = [
      ("not-ready", .noExecute), ("unreachable", .noExecute), ("disk-pressure", .noSchedule),
      ("memory-pressure", .noSchedule), ("pid-pressure", .noSchedule), ("unschedulable", .noSchedule),
    ]
    if hasHostNetwork { conditions.append(("network-unavailable", .noSchedule)) }
    return conditions.map { Toleration(key: "node.kubernetes.io/\($0.0)", operator: .exists, effect: $0.1) }
  }

  private func noteSkipped() {
    for (kind, entry) in objects.skipped.sorted(by: { $0.key < $1.key }) {
      diagnostics.notices.note(
        .skipped, "Objects of kind \(kind) are not read.", count: entry.count, example: entry.example)
    }
  }

  private func notePreemption(in cluster: Cluster) {
    guard let lowest = cluster.pods.lazy.filter({ $0.nodeName != nil }).map(\.spec.priority).min() else { return }
    let preemptors = cluster.pods.filter {
      $0.nodeName == nil && $0.spec.priority > lowest && !$0.spec.preemptionPolicyNever
    }
    if let first = preemptors.first {
      diagnostics.notices.note(
        .notHonoured, Notice.SchedulerRule.preemption.rawValue, count: preemptors.count,
        example: first.id.description)
    }
  }

  private func noteGroups(of cluster: Cluster) {
    let known = Set(cluster.podGroups.map { "\($0.namespace)/\($0.name)" })
    for pod in cluster.pods {
      guard let group = pod.spec.podGroup, !known.contains("\(pod.id.namespace)/\(group)") else { continue }
      diagnostics.notices.note(
        .warning, "Pods name a pod group that is not in the input: they are placed one by one.",
        example: pod.id.description)
    }
  }
}

extension Cluster {
  /// Once any node names its devices of a kind, that kind is counted in devices everywhere: a pod that asks for the
  /// plain resource takes whole devices, and a node that states only a number has unnamed ones.
  mutating func unifyDevices() {
    let kinds = Set((nodes.flatMap(\.devices) + nodeTypes.flatMap(\.devices)).map(\.kind))
    if kinds.isEmpty { return }
    for kind in kinds.sorted() {
      for index in nodes.indices { Self.unify(kind, of: &nodes[index], \.allocatable, \.devices) }
      for index in nodeTypes.indices { Self.unify(kind, of: &nodeTypes[index], \.allocatable, \.devices) }
      for index in pods.indices { Self.unify(kind, &pods[index].spec) }
      for index in daemons.indices { Self.unify(kind, &daemons[index].spec) }
      for index in workloads.indices { Self.unify(kind, &workloads[index].template.spec) }
    }
  }

  private static func unify<Machine>(
    _ kind: Resource, of machine: inout Machine, _ allocatable: WritableKeyPath<Machine, Resources>,
    _ devices: WritableKeyPath<Machine, [DeviceGroup]>
  ) {
    let count = machine[keyPath: allocatable][kind]
    guard count != 0 else { return }
    if !machine[keyPath: devices].contains(where: { $0.kind == kind }) {
      machine[keyPath: devices].append(DeviceGroup(kind: kind, count: Int32(clamping: count)))
    }
    machine[keyPath: allocatable][kind] = 0
  }

  private static func unify(_ kind: Resource, _ spec: inout PodSpec) {
    let count = spec.requests[kind]
    guard count != 0, spec.devices == nil || spec.devices?.kind == kind else { return }
    if spec.devices == nil { spec.devices = DeviceRequest(kind: kind, count: Int32(clamping: count)) }
    spec.requests[kind] = 0
  }
}
