import BayplanModel

/// Reads a pod's specification: what a Pod says itself, or a controller's template.
struct PodTemplateReader {
  /// The pod's own namespace, which affinity terms look at unless they say otherwise.
  let namespace: String
  let labels: [String: String]
  let annotations: [String: String]

  func read(_ spec: Field) -> PodTemplate {
    var template = PodTemplate(location: spec.location)
    template.spec.labels = labels
    template.spec.nodeSelector = spec.strings("nodeSelector")
    template.spec.tolerations = spec.mappings("tolerations").compactMap(toleration)
    template.spec.isGated = !spec.list("schedulingGates").isEmpty
    template.hasHostNetwork = spec.bool("hostNetwork") ?? false
    readContainers(spec, into: &template)
    readPriority(spec, into: &template)
    if let affinity = spec.mapping("affinity") {
      SelectorReader(namespace: namespace, labels: labels).read(affinity, into: &template)
    }
    template.spec.topologySpread = spec.mappings("topologySpreadConstraints").compactMap {
      SelectorReader(namespace: namespace, labels: labels).spread($0)
    }
    template.softRules.spread = template.spec.topologySpread.count { !$0.isHard }
    template.spec.podGroup = podGroup(spec)
    template.schedulerName = spec.string("schedulerName").flatMap { $0.isEmpty || $0 == "default-scheduler" ? nil : $0 }
    template.nodeName = spec.string("nodeName").flatMap { $0.isEmpty ? nil : $0 }
    template.runtimeClass = spec.string("runtimeClassName")
    if let overhead = spec["overhead"] {
      template.overhead = spec.amounts("overhead")
      _ = overhead.mapping
    }
    template.softRules.unstatedClaims = spec.mappings("volumes").count { $0["ephemeral"] != nil }
    template.volumeClaims = spec.mappings("volumes").compactMap {
      $0.mapping("persistentVolumeClaim")?.required("claimName")
    }
    template.softRules.resourceClaims = spec.list("resourceClaims").count
    readLifecycle(spec, into: &template)
    readOwnAnnotations(spec, into: &template)
    return template
  }

  /// Ready once the slowest container has had its initial delays.
  private func readLifecycle(_ spec: Field, into template: inout PodTemplate) {
    if let seconds: Int64 = spec.integer("terminationGracePeriodSeconds", in: 0...Int64(Int32.max)) {
      template.lifecycle.graceMillis = seconds * 1000
    }
    template.lifecycle.restarts = spec.string("restartPolicy") != "Never"
    for container in spec.mappings("containers") {
      var seconds: Int64?
      for key in ["startupProbe", "readinessProbe"] {
        guard let probe = container.mapping(key) else { continue }
        let delay: Int64 = probe.integer("initialDelaySeconds", in: 0...Int64(Int32.max)) ?? 0
        seconds = max(seconds ?? 0, delay)
      }
      guard let seconds, seconds > 0 else { continue }
      template.lifecycle.startupMillis = max(template.lifecycle.startupMillis ?? 0, seconds * 1000)
    }
  }

  private func readContainers(_ spec: Field, into template: inout PodTemplate) {
    var names: [String: Field] = [:]
    for (key, isInit) in [("initContainers", true), ("containers", false)] {
      for field in spec.mappings(key) {
        var container = container(field)
        if isInit, let policy = field.string("restartPolicy") { container.isSidecar = policy == "Always" }
        if !container.name.isEmpty, let first = names.updateValue(field, forKey: container.name) {
          field.report(
            .duplicate, "the pod has two containers '\(container.name)'",
            fix: "The first one is at \(first.location): give one of them another name.")
        }
        if isInit { template.initContainers.append(container) } else { template.containers.append(container) }
        // Init containers end before the others start, but a port stays announced all the same (KEP 753 for sidecars).
        if !isInit || container.isSidecar { readPorts(field, into: &template) }
        if let image = field.string("image") { template.spec.images.append(image) }
      }
    }
    if let resources = spec.mapping("resources") {
      let requests = resources.amounts("requests")
      template.podLimits = resources.amounts("limits")
      template.podRequests = requests
      checkLimits(resources, requests, template.podLimits)
      let strange = (Array(requests.values.keys) + template.podLimits.values.keys).first { !$0.isPodLevel }
      if let strange {
        resources.report(
          "'\(strange.rawValue)' cannot be given for the pod as a whole", fix: "State it for a container.")
      }
    }
  }

  private func container(_ field: Field) -> ContainerTemplate {
    var container = ContainerTemplate(name: field.string("name") ?? "", requests: Amounts(), limits: Amounts())
    if let resources = field.mapping("resources") {
      container.requests = resources.amounts("requests")
      container.limits = resources.amounts("limits")
      checkLimits(resources, container.requests, container.limits)
    }
    return container
  }

  private func checkLimits(_ field: Field, _ requests: Amounts, _ limits: Amounts) {
    for (resource, limit) in limits.values.sorted(by: { $0.key < $1.key }) {
      guard let request = requests[resource], request > limit else { continue }
      (field["requests"] ?? field).report(
        "the \(resource.rawValue) request is larger than its limit",
        fix: "Lower the request, or raise the limit.")
    }
  }

  private func readPorts(_ container: Field, into template: inout PodTemplate) {
    for port in container.mappings("ports") {
      let inside: Int32? = port.integer("containerPort", in: 1...65535)
      var outside: Int32 = port.integer("hostPort", in: 0...65535) ?? 0
      if template.hasHostNetwork, let inside {
        if outside != 0 && outside != inside {
          port.report(
            "'hostPort' is \(outside) but 'containerPort' is \(inside)",
            fix: "With hostNetwork both are the same port: leave hostPort out.")
        }
        outside = inside
      }
      let transport = port.choice("protocol", of: TransportProtocol.self) ?? .tcp
      if outside == 0 { continue }
      let taken = HostPort(port: outside, protocol: transport.rawValue, address: port.string("hostIP") ?? "")
      if !template.spec.hostPorts.contains(taken) { template.spec.hostPorts.append(taken) }
    }
  }

  private func readPriority(_ spec: Field, into template: inout PodTemplate) {
    template.priority = spec.integer("priority", in: Int32.min...Int32.max)
    template.priorityClass = spec.string("priorityClassName")
    if let policy = spec.choice("preemptionPolicy", of: PreemptionPolicy.self) {
      template.hasPreemptionPolicy = true
      template.spec.preemptionPolicyNever = policy == .never
    }
  }

  func toleration(_ field: Field) -> Toleration? {
    let key = field.string("key") ?? ""
    let relation =
      field.choice("operator", of: Toleration.Operator.self, among: [.equal, .exists, .greaterThan, .lessThan])
      ?? .equal
    let value = field.string("value") ?? ""
    let effect = field["effect"]?.string.flatMap { text in
      text.isEmpty ? nil : field.choice("effect", of: Taint.Effect.self, among: Taint.Effect.known)
    }
    if key.isEmpty && relation != .exists {
      field.report("a toleration without 'key' needs the operator Exists", fix: "Add operator: Exists, or a key.")
      return nil
    }
    if relation == .exists && !value.isEmpty {
      field.report("a toleration with the operator Exists has a value", fix: "Remove the value.")
      return nil
    }
    if (relation == .greaterThan || relation == .lessThan) && Int64(value) == nil {
      field.report("the operators Gt and Lt need a whole number as value", fix: "Write it like value: \"10\".")
      return nil
    }
    return Toleration(
      key: key, operator: relation, value: value, effect: effect,
      seconds: field.integer("tolerationSeconds", in: Int64.min...Int64.max))
  }

  private func podGroup(_ spec: Field) -> String? {
    if let group = spec.mapping("schedulingGroup")?.string("podGroupName") { return group }
    let names = ["scheduling.x-k8s.io/pod-group", "pod-group.scheduling.sigs.k8s.io"]
    if let label = names.lazy.compactMap({ labels[$0] }).first(where: { !$0.isEmpty }) { return label }
    return annotations["scheduling.k8s.io/group-name"]
  }

  /// What Kubernetes has no field for stands in annotations of our own.
  private func readOwnAnnotations(_ spec: Field, into template: inout PodTemplate) {
    template.spec.colocation = annotations[Annotation.colocation]
    if let text = annotations[Annotation.podGroup] { template.spec.podGroup = text }
    template.spec.scoredRequests = annotations[Annotation.scoredRequests].flatMap(Annotation.decode)
    template.spec.defaultSpreadSelector = annotations[Annotation.defaultSpread].flatMap(Annotation.decode)
    if let text = annotations[Annotation.maxPerNode] {
      if let number = Int(text), number > 0 {
        template.spec.maxPerNode = number
      } else {
        spec.report("the annotation \(Annotation.maxPerNode) is '\(text.prefix(40))'", fix: "Write a number above 0.")
      }
    }
    if let text = annotations[Annotation.device] {
      if let request = Annotation.deviceRequest(text) {
        template.spec.devices = request
      } else {
        spec.report(
          "the annotation \(Annotation.device) is '\(text.prefix(60))'",
          fix: "Write it like nvidia.com/gpu=1x500 or nvidia.com/gpu=2x1000:T4,V100.")
      }
    }
  }
}

enum TransportProtocol: String, CaseIterable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"
}

enum PreemptionPolicy: String, CaseIterable {
  case never = "Never"
  case lower = "PreemptLowerPriority"
}

extension Taint.Effect {
  static let known: [Taint.Effect] = [.noSchedule, .preferNoSchedule, .noExecute]
}
