import BayplanModel

/// Turns templates into specifications, with what other objects say about them.
struct PodResolver {
  let objects: KubernetesObjects
  let defaults: DefaultRequests
  let diagnostics: Diagnostics
  private let globalDefault: KubernetesObjects.PriorityClass?

  init(objects: KubernetesObjects, defaults: DefaultRequests, diagnostics: Diagnostics) {
    self.objects = objects
    self.defaults = defaults
    self.diagnostics = diagnostics
    // Of several, Kubernetes takes the one with the least value.
    globalDefault = objects.priorityClasses.values.filter(\.isGlobalDefault)
      .min { ($0.value, $0.meta.name) < ($1.value, $1.meta.name) }
  }

  /// - Parameter count: how many pods get this specification, for the notices.
  func resolve(
    _ template: PodTemplate, of meta: ObjectMeta, isAdmitted: Bool, isBound: Bool = false, count: Int
  ) -> PodSpec {
    let requests = EffectiveRequests(
      template, limitRanges: isAdmitted ? [] : objects.limitRanges[meta.namespace] ?? [], defaults: defaults,
      isBound: isBound)
    var spec = template.spec
    var overhead = template.overhead
    applyRuntimeClass(template, meta, to: &spec, overhead: &overhead)
    spec.requests = requests.total(overhead: overhead)
    spec.requests[.pods] = 0
    spec.scoredRequests = template.spec.scoredRequests ?? requests.scored(overhead: overhead)
    applyPriority(template, meta, isAdmitted: isAdmitted, to: &spec)
    note(template, requests, meta, isBound, count)
    return spec
  }

  private func example(_ template: PodTemplate, _ meta: ObjectMeta) -> String {
    "\(template.location): \(meta.kind) \(meta.namespace)/\(meta.name)"
  }

  private func applyRuntimeClass(
    _ template: PodTemplate, _ meta: ObjectMeta, to spec: inout PodSpec, overhead: inout Amounts?
  ) {
    guard let name = template.runtimeClass, !name.isEmpty else { return }
    guard let runtime = objects.runtimeClasses[name] else {
      diagnostics.notices.note(
        .warning, "The RuntimeClass '\(name)' is not in the input: its overhead is taken as nothing.",
        example: example(template, meta))
      return
    }
    overhead = overhead ?? runtime.overhead
    for (key, value) in runtime.nodeSelector {
      if let own = spec.nodeSelector.updateValue(value, forKey: key), own != value {
        diagnostics.report(
          .init(
            .invalidValue, at: template.location, object: "\(meta.kind) \(meta.namespace)/\(meta.name)",
            "the node selector asks for \(key)=\(own), its RuntimeClass '\(name)' for \(key)=\(value)",
            fix: "Change one of them: no node can have both."))
      }
    }
    for toleration in runtime.tolerations where !spec.tolerations.contains(toleration) {
      spec.tolerations.append(toleration)
    }
  }

  private func applyPriority(
    _ template: PodTemplate, _ meta: ObjectMeta, isAdmitted: Bool, to spec: inout PodSpec
  ) {
    if isAdmitted, let priority = template.priority {
      spec.priority = priority
      return
    }
    guard let name = template.priorityClass, !name.isEmpty else {
      if let priority = template.priority {
        spec.priority = priority
      } else if let globalDefault {
        spec.priority = globalDefault.value
        if !template.hasPreemptionPolicy { spec.preemptionPolicyNever = globalDefault.preemptsNever }
      }
      return
    }
    if let known = objects.priorityClasses[name] {
      spec.priority = known.value
      if !template.hasPreemptionPolicy { spec.preemptionPolicyNever = known.preemptsNever }
    } else if let value = Self.systemClasses[name] ?? template.priority {
      spec.priority = value
    } else {
      diagnostics.notices.note(
        .warning, "The PriorityClass '\(name)' is not in the input: its priority is taken as 0.",
        example: example(template, meta))
    }
  }

  private static let systemClasses: [String: Int32] = [
    "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
  ]

  private func note(
    _ template: PodTemplate, _ requests: EffectiveRequests, _ meta: ObjectMeta, _ isBound: Bool, _ count: Int
  ) {
    if count == 0 { return }
    func note(_ applies: Bool, _ kind: Notice.Kind, _ message: String, times: Int = 1) {
      if applies {
        diagnostics.notices.note(kind, message, count: count * times, example: example(template, meta))
      }
    }
    note(
      requests.defaultedContainers > 0, .defaulted,
      isBound
        ? "Containers of running pods that state neither request nor limit count as nothing, as in kube-scheduler."
        : "Where containers state neither request nor limit, they count as \(defaults.summary).",
      times: requests.defaultedContainers)
    let rules = template.softRules
    typealias Rule = Notice.SchedulerRule
    note(rules.nodeAffinity > 0, .notHonoured, Rule.nodeAffinity.rawValue)
    note(rules.podAffinity > 0, .notHonoured, Rule.podAffinity.rawValue)
    note(rules.spread > 0, .notHonoured, Rule.spread.rawValue)
    note(
      rules.unstatedClaims > 0, .notHonoured,
      "Volume claims that are made with a pod (StatefulSet templates, ephemeral volumes) play no part.")
    note(rules.resourceClaims > 0, .notHonoured, "Resource claims of pods play no part in planning yet.")
  }
}
