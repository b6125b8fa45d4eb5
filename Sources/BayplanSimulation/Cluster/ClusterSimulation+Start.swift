import BayplanModel
import BayplanPacking

/// From the scenario to the first instant.
extension ClusterSimulation {
  mutating func populate() {
    let cluster = scenario.cluster
    for node in cluster.nodes { addNode(node, .ready) }
    var workloads = cluster.workloads
    for daemon in cluster.daemons where !workloads.contains(where: { $0.kind == .daemonSet && $0.id == daemon.id }) {
      let template = Pod(id: daemon.id, workload: daemon.workload, spec: daemon.spec)
      workloads.append(Workload(kind: .daemonSet, id: daemon.id, template: template, replicas: 0))
    }
    for workload in workloads { addWorkload(workload) }
    addPods(cluster.pods)
    addLoads()
    for (number, deployment) in scenario.deployments.enumerated() {
      state.queue.schedule(Event(.begin, Int32(number)), at: deployment.at)
      if let until = deployment.until { state.queue.schedule(Event(.end, Int32(number)), at: until) }
    }
    for (number, event) in scenario.events.enumerated() {
      state.queue.schedule(Event(.scripted, Int32(number)), at: event.at)
    }
    for (number, source) in scenario.arrivals.enumerated() {
      for notice in source.trace.notices {
        notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
      }
      sourceTemplates.append(Int32(state.templates.count))
      for spec in source.trace.shapes {
        let id = PodID(namespace: source.name, name: source.name)
        _ = addTemplate(Pod(id: id, spec: spec), PodLifecycle())
      }
      state.sources.append(0)
      if let first = source.trace.arrivals.first {
        state.queue.schedule(Event(.arrival, Int32(number)), at: source.at + first.atMillis)
      }
    }
    for number in scenario.faults.indices {
      state.faultRandom.append(SplitMix64(seed: scenario.seed ^ 0x6661_756C_7400 ^ UInt64(number)))
      beginFault(number)
    }
    if let scaling = scenario.nodeAutoscaling { state.queue.schedule(Event(.scaleNodes), at: scaling.scanEvery) }
    if let reoptimization = scenario.reoptimization {
      state.queue.schedule(Event(.reoptimize), at: reoptimization.every)
    }
    state.queue.schedule(Event(.sample), at: 0)
  }

  /// Pods of the input: those on nodes run already; those without a controller wait; others are made by theirs.
  private mutating func addPods(_ pods: [Pod]) {
    var numbers: [String: Int32] = [:]
    for (number, entry) in state.workloads.enumerated() { numbers[entry.workload.reference] = Int32(number) }
    let nodes = Dictionary(
      state.nodes.enumerated().map { ($1.node.name, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    var templates: [PodTemplate.Key: Int32] = [:]
    for pod in pods {
      let workload = pod.workload.flatMap { numbers[$0] } ?? -1
      let node = pod.nodeName.flatMap { nodes[$0] }
      if node == nil && (workload >= 0 || pod.nodeName != nil) { continue }
      let key = PodTemplate.Key(pod)
      let template = templates[key] ?? addTemplate(pod, lifecycle(of: workload))
      templates[key] = template
      let number = createPod(pod.id.name, template: template, workload: workload)
      if workload >= 0 { adopt(number, pod, workload, node) }
      if let node { start(number, on: node, isTerminating: pod.isTerminating) }
    }
  }

  private func lifecycle(of workload: Int32) -> PodLifecycle {
    workload < 0 ? PodLifecycle() : state.workloads[Int(workload)].workload.lifecycle
  }

  private mutating func adopt(_ number: Int32, _ pod: Pod, _ workload: Int32, _ node: Int32?) {
    state.pods[number].revision = state.workloads[Int(workload)].current
    let suffix = pod.id.name.split(separator: "-").last.flatMap { Int($0) }
    switch state.workloads[Int(workload)].workload.kind {
    case .statefulSet: state.pods[number].ordinal = Int32(clamping: suffix ?? 0)
    case .daemonSet: state.pods[number].ordinal = node ?? 0
    case .job, .cronJob:
      state.pods[number].runs = runTime(of: workload)
    default:
      if let suffix, suffix >= state.workloads[Int(workload)].nextOrdinal {
        state.workloads[Int(workload)].nextOrdinal = suffix + 1
      }
    }
  }

  mutating func addLoads() {
    state.services = scenario.loads.map(SimulatedService.init)
    for autoscaler in scenario.cluster.autoscalers {
      let target = scenario.allWorkloads.first { $0.reference == autoscaler.target }
      let services = state.services.indices.filter { index in
        target.map { state.services[index].load.selects($0.template) } ?? false
      }
      if services.isEmpty {
        notices.note(
          .notHonoured, "Autoscalers of workloads without a load stand still.", example: autoscaler.id.description)
        continue
      }
      state.autoscalers.append(LoadScaler(autoscaler: autoscaler, services: services.map(Int32.init)))
      let number = Int32(state.autoscalers.count - 1)
      state.queue.schedule(Event(.scaleByLoad, number), at: Self.scalingInterval)
    }
    if !state.services.isEmpty {
      state.dirtyServices = Set(state.services.indices)
      state.queue.schedule(Event(.load), at: nextLoadChange()!)
    }
  }

  mutating func begin(_ number: Int32) {
    let deployment = scenario.deployments[Int(number)]
    for workload in deployment.workloads { addWorkload(workload) }
    for pod in deployment.pods where pod.workload == nil {
      createPod(pod.id.name, template: addTemplate(pod, PodLifecycle()), workload: -1)
    }
  }

  mutating func end(_ number: Int32) {
    let deployment = scenario.deployments[Int(number)]
    for workload in deployment.workloads {
      if let number = self.workload(workload.reference) { endWorkload(number) }
    }
    let names = Set(deployment.pods.filter { $0.workload == nil }.map(\.id))
    for number in state.pods.slots.indices.map(Int32.init) where state.pods[number].isThere {
      if state.pods[number].workload < 0, names.contains(modelPod(number).id) { stop(number) }
    }
  }
}

extension PodTemplate {
  /// Pods of the same key can be made from one template.
  struct Key: Hashable {
    var namespace: String
    var workload: String?
    var spec: PodSpec
    var claims: [String]
    var schedulerName: String?

    init(_ pod: Pod) {
      namespace = pod.id.namespace
      workload = pod.workload
      spec = pod.spec
      claims = pod.volumeClaims
      schedulerName = pod.schedulerName
    }
  }
}
