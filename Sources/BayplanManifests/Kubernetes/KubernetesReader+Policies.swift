import BayplanModel

extension KubernetesReader {
  /// Objects that say something about pods, but are none.
  mutating func readPolicy(_ root: Field, _ meta: ObjectMeta) {
    switch meta.kind {
    case "PriorityClass": readPriorityClass(root, meta)
    case "RuntimeClass": readRuntimeClass(root, meta)
    case "LimitRange": readLimitRange(root, meta)
    case "ResourceQuota": root.note(.notHonoured, "ResourceQuotas play no part in planning yet.")
    case "PodDisruptionBudget": readDisruptionBudget(root, meta)
    case "HorizontalPodAutoscaler": readAutoscaler(root, meta)
    case "PodGroup": readPodGroup(root, meta)
    case "PersistentVolume": readVolume(root, meta)
    case "PersistentVolumeClaim": readVolumeClaim(root, meta)
    case "StorageClass": readStorageClass(root, meta)
    case "CSINode": readAttachLimits(root, meta)
    case "Service":
      let selector = root.mapping("spec")?.strings("selector") ?? [:]
      objects.services.append(Service(id: meta.id, selector: selector))
    default: break
    }
  }

  private mutating func readPriorityClass(_ root: Field, _ meta: ObjectMeta) {
    guard let field = root["value"] else {
      root.report(.missing, "'value' is missing", fix: "Add a whole number.")
      return
    }
    let isSystem = meta.name.hasPrefix("system-")
    guard let value: Int32 = field.integer(in: Int32.min...(isSystem ? Int32.max : 1_000_000_000)) else { return }
    let policy = root.choice("preemptionPolicy", of: PreemptionPolicy.self)
    objects.priorityClasses[meta.name] = .init(
      meta: meta, value: value, isGlobalDefault: root.bool("globalDefault") ?? false, preemptsNever: policy == .never)
  }

  private mutating func readRuntimeClass(_ root: Field, _ meta: ObjectMeta) {
    let scheduling = root.mapping("scheduling")
    let reader = PodTemplateReader(namespace: "", labels: [:], annotations: [:])
    objects.runtimeClasses[meta.name] = .init(
      meta: meta, overhead: root.mapping("overhead")?.amounts("podFixed"),
      nodeSelector: scheduling?.strings("nodeSelector") ?? [:],
      tolerations: scheduling?.mappings("tolerations").compactMap(reader.toleration) ?? [])
  }

  /// Inside a LimitRange the default limit falls back to the maximum, and the default request to the default limit,
  /// then to the minimum.
  private mutating func readLimitRange(_ root: Field, _ meta: ObjectMeta) {
    for limit in root.mapping("spec")?.mappings("limits") ?? [] {
      if ["min", "max", "maxLimitRequestRatio"].contains(where: { limit[$0] != nil }) {
        limit.note(.notHonoured, "The minima, maxima and ratios of a LimitRange are not checked.")
      }
      guard limit.string("type") == "Container" else { continue }
      var limits = limit.amounts("default")
      limits.fillMissing(from: limit.amounts("max"))
      var requests = limit.amounts("defaultRequest")
      requests.fillMissing(from: limits)
      requests.fillMissing(from: limit.amounts("min"))
      objects.limitRanges[meta.namespace, default: []].append(.init(limits: limits, requests: requests))
    }
  }

  private mutating func readDisruptionBudget(_ root: Field, _ meta: ObjectMeta) {
    guard let spec = root.mapping("spec") else { return }
    let minimum = countOrPercent(spec, "minAvailable")
    let maximum = countOrPercent(spec, "maxUnavailable")
    if minimum != nil && maximum != nil {
      spec.report("both 'minAvailable' and 'maxUnavailable' are set", fix: "Keep one of them.")
    }
    var budget = DisruptionBudget(
      namespace: meta.namespace, name: meta.name,
      selector: SelectorReader(namespace: meta.namespace, labels: [:]).selector(spec, "selector"),
      minAvailable: minimum, maxUnavailable: maximum)
    if let status = root.mapping("status") {
      budget.disruptionsAllowed = status.integer("disruptionsAllowed", in: 0...Int32.max)
      budget.disruptedPods = (status.mapping("disruptedPods")?.pairs ?? []).map(\.key)
    }
    objects.disruptionBudgets.append(budget)
  }

  func countOrPercent(_ spec: Field, _ key: String) -> CountOrPercent? {
    guard let field = spec[key] else { return nil }
    if case .string(let text) = field.node.content {
      if text.hasSuffix("%"), let percent = Int32(text.dropLast()), percent >= 0 { return .percent(percent) }
      if let count = Int32(text), count >= 0 { return .count(count) }
      field.report("'\(key)' is '\(text.prefix(40))'", fix: "Write a number, or a percentage like \"50%\".")
      return nil
    }
    return field.integer(in: 0...Int32.max).map(CountOrPercent.count)
  }

  private mutating func readAutoscaler(_ root: Field, _ meta: ObjectMeta) {
    guard let spec = root.mapping("spec"), let target = spec.mapping("scaleTargetRef"),
      let kind = target.required("kind"), let name = target.required("name")
    else { return }
    root.note(.notHonoured, Notice.autoscalersLeftOut)
    let minimum: Int32 = spec.integer("minReplicas", in: 0...Int32.max) ?? 1
    let maximum: Int32 = spec.integer("maxReplicas", in: 1...Int32.max) ?? max(1, minimum)
    if maximum < minimum {
      spec["maxReplicas"]?.report("'maxReplicas' is below 'minReplicas'", fix: "Raise it to \(minimum) or more.")
    }
    var autoscaler = Autoscaler(
      id: meta.id, target: workloadName(kind, meta.namespace, name), minReplicas: minimum, maxReplicas: maximum)
    readMetrics(spec, into: &autoscaler)
    objects.autoscalers.append(autoscaler)
  }

  /// CPU as a percentage of requests is the one metric that is known without running anything.
  private func readMetrics(_ spec: Field, into autoscaler: inout Autoscaler) {
    let percents: ClosedRange<Int32> = 1...Int32.max
    if let percent: Int32 = spec.integer("targetCPUUtilizationPercentage", in: percents) {
      autoscaler.cpuPercent = percent
    }
    let metrics = spec.mappings("metrics")
    if !metrics.isEmpty {
      autoscaler.cpuPercent = nil
      for metric in metrics {
        let resource = metric.mapping(metric.string("type") == "ContainerResource" ? "containerResource" : "resource")
        guard let resource, resource.string("name") == "cpu" else { continue }
        autoscaler.cpuPercent = resource.mapping("target")?.integer("averageUtilization", in: percents)
      }
    }
    if autoscaler.cpuPercent == nil {
      spec.note(
        .notHonoured, "Autoscalers by other metrics than CPU in percent of requests stand still in simulations.")
    }
    let hasPolicies = ["scaleUp", "scaleDown"].contains { key in
      let rules = spec.mapping("behavior")?.mapping(key)
      return rules?["policies"] != nil || rules?["selectPolicy"] != nil
    }
    if hasPolicies { spec.note(.notHonoured, "Policies of autoscalers: simulations scale at the default pace.") }
    func window(_ key: String) -> Int64? {
      spec.mapping("behavior")?.mapping(key)?.integer("stabilizationWindowSeconds", in: 0...3600).map { $0 * 1000 }
    }
    autoscaler.scaleDownWindowMillis = window("scaleDown") ?? autoscaler.scaleDownWindowMillis
    autoscaler.scaleUpWindowMillis = window("scaleUp") ?? autoscaler.scaleUpWindowMillis
  }

  private mutating func readPodGroup(_ root: Field, _ meta: ObjectMeta) {
    let spec = root.mapping("spec")
    let gang = spec?.mapping("schedulingPolicy")?.mapping("gang")
    let minimum: Int32? =
      spec?.integer("minMember", in: 0...Int32.max) ?? gang?.integer("minCount", in: 0...Int32.max)
    objects.podGroups.append(PodGroup(namespace: meta.namespace, name: meta.name, minMember: minimum ?? 1))
  }
}
