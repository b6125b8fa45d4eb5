import BayplanModel

extension KubernetesManifest {
  func pod(_ pod: Pod) -> DataValue {
    var metadata = self.metadata(pod.id, labels: pod.spec.labels)
    if let owner = owner(of: pod) { metadata.set("ownerReferences", .array([owner])) }
    if pod.isTerminating { metadata.set("deletionTimestamp", .string("1970-01-01T00:00:00Z")) }
    let annotations = self.annotations(pod.spec)
    if annotations != .object([]) { metadata.set("annotations", annotations) }
    var spec = podSpec(pod.spec, of: pod.id)
    if let node = pod.nodeName ?? nodeNames[pod.id] { spec.set("nodeName", .string(node)) }
    return object("v1", "Pod", [.init("metadata", metadata), .init("spec", spec)])
  }

  /// `Deployment/shop/cart` as the controller of its pods.
  private func owner(of pod: Pod) -> DataValue? {
    guard let parts = pod.workload?.split(separator: "/", maxSplits: 2), parts.count == 3 else { return nil }
    let version = ["Job", "CronJob"].contains(parts[0]) ? "batch/v1" : parts[0] == "ReplicationController" ? "v1" : "apps/v1"
    return .object([
      .init("apiVersion", .string(version)), .init("kind", .string(String(parts[0]))),
      .init("name", .string(String(parts[2]))), .init("controller", .bool(true)),
    ])
  }

  func daemonSet(_ daemon: DaemonWorkload) -> DataValue {
    let template = DataValue.object([
      .init("metadata", .compact([("labels", map(daemon.spec.labels)), ("annotations", annotations(daemon.spec))])),
      .init("spec", podSpec(daemon.spec, of: daemon.id)),
    ])
    let selector = DataValue.object([.init("matchLabels", map(daemon.spec.labels))])
    return object(
      "apps/v1", "DaemonSet",
      [
        .init("metadata", metadata(daemon.id)),
        .init("spec", .object([.init("selector", selector), .init("template", template)])),
      ])
  }

  /// Fields without a place in a pod.
  private func annotations(_ spec: PodSpec) -> DataValue {
    var result: [String: String] = [:]
    if let colocation = spec.colocation { result["bayplan.io/colocation"] = colocation }
    if let limit = spec.maxPerNode { result["bayplan.io/max-per-node"] = String(limit) }
    return map(result)
  }

  private func podSpec(_ spec: PodSpec, of id: PodID) -> DataValue {
    var requests = quantities(spec.requests)
    if let devices = spec.devices, devices.milliPerDevice == 1000 {
      requests.set(devices.kind.rawValue, .string(String(devices.count)))
    }
    let ports = spec.hostPorts.map { port in
      DataValue.compact([
        ("containerPort", .integer(Int64(port.port))), ("hostPort", .integer(Int64(port.port))),
        ("protocol", .string(port.protocol)), ("hostIP", port.address.isEmpty ? .null : .string(port.address)),
      ])
    }
    // Extended resources must have equal limits.
    var limits = requests
    if case .object(let members) = requests { limits = .object(members.filter { $0.key.contains("/") }) }
    let container = DataValue.compact([
      ("name", .string("main")), ("image", .string(spec.images.first ?? "none")), ("ports", .array(ports)),
      ("resources", .compact([("requests", requests), ("limits", limits)])),
    ])
    let others = spec.images.dropFirst().enumerated().map { index, image in
      DataValue.object([.init("name", .string("main-\(index + 2)")), .init("image", .string(image))])
    }
    return .compact([
      ("containers", .array([container] + others)),
      ("priority", spec.priority == 0 ? .null : .integer(Int64(spec.priority))),
      ("preemptionPolicy", spec.preemptionPolicyNever ? .string("Never") : .null),
      ("schedulingGates", spec.isGated ? .array([.object([.init("name", .string("bayplan.io/gated"))])]) : .null),
      ("nodeSelector", map(spec.nodeSelector)),
      ("affinity", affinity(spec)),
      ("tolerations", .array(spec.tolerations.map(toleration))),
      ("topologySpreadConstraints", .array(spec.topologySpread.map(spread))),
    ])
  }

  private func toleration(_ toleration: Toleration) -> DataValue {
    .compact([
      ("key", toleration.key.isEmpty ? .null : .string(toleration.key)),
      ("operator", .string(toleration.operator.rawValue)),
      ("value", toleration.value.isEmpty ? .null : .string(toleration.value)),
      ("effect", .optional(toleration.effect?.rawValue)), ("tolerationSeconds", .optional(toleration.seconds)),
    ])
  }

  private func spread(_ spread: TopologySpreadConstraint) -> DataValue {
    .compact([
      ("maxSkew", .integer(Int64(spread.maxSkew))), ("topologyKey", .string(spread.topologyKey)),
      ("whenUnsatisfiable", .string(spread.isHard ? "DoNotSchedule" : "ScheduleAnyway")),
      ("minDomains", .optional(spread.minDomains.map(Int64.init))),
      ("nodeAffinityPolicy", spread.honorsNodeAffinity ? .null : .string("Ignore")),
      ("nodeTaintsPolicy", spread.honorsNodeTaints ? .string("Honor") : .null),
    ]).with("labelSelector", spread.selector.map(selector))
  }
}

// MARK: - Affinity

extension KubernetesManifest {
  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  private func affinity(_ spec: PodSpec) -> DataValue {
    let preferredNodes = spec.preferredNodeAffinity.map { term in
      DataValue.object([.init("weight", .integer(Int64(term.weight))), .init("preference", nodeTerm(term.term))])
    }
    func weighted(_ terms: [WeightedPodTerm]) -> DataValue {
      .array(
        terms.map {
          .object([
            .init("weight", .integer(Int64($0.weight.magnitude))), .init("podAffinityTerm", podTerm($0.term)),
          ])
        })
    }
    let nodeSelector = spec.nodeAffinity.map { selector in
      DataValue.object([.init("nodeSelectorTerms", .array(selector.terms.map(nodeTerm)))])
    }
    return .compact([
      ("nodeAffinity", .compact([(Self.required, nodeSelector ?? .null), (Self.preferred, .array(preferredNodes))])),
      (
        "podAffinity",
        .compact([
          (Self.required, .array(spec.podAffinity.map(podTerm))),
          (Self.preferred, weighted(spec.preferredPodAffinity.filter { $0.weight >= 0 })),
        ])
      ),
      (
        "podAntiAffinity",
        .compact([
          (Self.required, .array(spec.podAntiAffinity.map(podTerm))),
          (Self.preferred, weighted(spec.preferredPodAffinity.filter { $0.weight < 0 })),
        ])
      ),
    ])
  }

  private func nodeTerm(_ term: NodeSelectorTerm) -> DataValue {
    .compact([
      ("matchExpressions", .array(term.matchExpressions.map(requirement))),
      ("matchFields", .array(term.matchFields.map(requirement))),
    ])
  }

  private func podTerm(_ term: PodAffinityTerm) -> DataValue {
    DataValue.compact([
      ("topologyKey", .string(term.topologyKey)), ("namespaces", .strings(term.namespaces)),
    ])
    .with("labelSelector", term.selector.map(selector))
    .with("namespaceSelector", term.namespaceSelector.map(selector))
  }

  func selector(_ selector: LabelSelector) -> DataValue {
    // An empty selector matches everything and must stay visible; one value and `In` is what matchLabels says.
    var labels: [String: String] = [:]
    var expressions: [DataValue] = []
    for requirement in selector.requirements {
      if requirement.operator == .in && requirement.values.count == 1 && labels[requirement.key] == nil {
        labels[requirement.key] = requirement.values[0]
      } else {
        expressions.append(self.requirement(requirement))
      }
    }
    return .compact([("matchLabels", map(labels)), ("matchExpressions", .array(expressions))])
  }

  private func requirement(_ requirement: LabelRequirement) -> DataValue {
    .compact([
      ("key", .string(requirement.key)), ("operator", .string(requirement.operator.rawValue)),
      ("values", .strings(requirement.values)),
    ])
  }
}

// MARK: - Other objects

extension KubernetesManifest {
  func disruptionBudget(_ budget: DisruptionBudget) -> DataValue {
    func count(_ value: CountOrPercent?) -> DataValue {
      switch value {
      case .count(let count)?: .integer(Int64(count))
      case .percent(let percent)?: .string("\(percent)%")
      case nil: .null
      }
    }
    return object(
      "policy/v1", "PodDisruptionBudget",
      [
        .init("metadata", metadata(PodID(namespace: budget.namespace, name: budget.name))),
        .init(
          "spec",
          DataValue.compact([
            ("minAvailable", count(budget.minAvailable)), ("maxUnavailable", count(budget.maxUnavailable)),
          ]).with("selector", budget.selector.map(selector))),
      ])
  }

  func autoscaler(_ autoscaler: Autoscaler) -> DataValue {
    let parts = autoscaler.target.split(separator: "/", maxSplits: 2).map(String.init)
    return object(
      "autoscaling/v2", "HorizontalPodAutoscaler",
      [
        .init("metadata", metadata(autoscaler.id)),
        .init(
          "spec",
          .compact([
            (
              "scaleTargetRef",
              .object([
                .init("apiVersion", .string("apps/v1")), .init("kind", .string(parts.first ?? "")),
                .init("name", .string(parts.last ?? "")),
              ])
            ), ("minReplicas", .integer(Int64(autoscaler.minReplicas))),
            ("maxReplicas", .integer(Int64(autoscaler.maxReplicas))),
          ])),
      ])
  }
}

extension DataValue {
  /// With one more member, which may be empty; without it where the value is nil.
  fileprivate func with(_ key: String, _ value: DataValue?) -> DataValue {
    guard let value else { return self }
    var result = self
    result.set(key, value)
    return result
  }
}
