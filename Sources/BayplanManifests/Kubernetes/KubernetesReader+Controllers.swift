import BayplanModel

extension KubernetesReader {
  private static let replicaRange: ClosedRange<Int> = 0...maximumPods

  mutating func readController(_ root: Field, _ meta: ObjectMeta) {
    guard let outer = root.mapping("spec") else {
      if root["spec"] == nil { root.report(.missing, "'spec' is missing", fix: "Add a spec with a template.") }
      return
    }
    var controller = KubernetesObjects.Controller(meta: meta, replicas: 1, isSuspended: false)
    var spec = outer
    if meta.kind == "CronJob" {
      controller.isSuspended = outer.bool("suspend") ?? false
      controller.job = JobTerms()
      readSchedule(outer, into: &controller.job!)
      guard let inner = outer.mapping("jobTemplate")?.mapping("spec") else { return notePatch(root, meta) }
      spec = inner
    }
    if meta.kind == "Job" || meta.kind == "CronJob" {
      readJob(spec, status: meta.kind == "Job" ? root.mapping("status") : nil, into: &controller)
    } else if meta.kind != "DaemonSet" {
      controller.replicas = spec.integer("replicas", in: Self.replicaRange) ?? 1
    }
    if let template = spec.mapping("template") {
      controller.template = podTemplate(template, meta, namesJob: meta.kind == "Job")
    }
    if controller.template?.containers.isEmpty ?? true {
      notePatch(root, meta)
      controller.template = nil
    }
    readRollout(spec, meta.kind, into: &controller)
    controller.selector = selector(spec, meta, labels: controller.template?.spec.labels ?? [:])
    if meta.kind == "StatefulSet" {
      controller.firstOrdinal = spec.mapping("ordinals")?.integer("start", in: 0...Int(Int32.max)) ?? 0
    }
    if meta.kind == "StatefulSet" {
      controller.template?.softRules.unstatedClaims += spec.list("volumeClaimTemplates").count
    }
    objects.order.append(.controller(objects.controllers.count))
    objects.controllers.append(controller)
  }

  /// One notice each, within reason: what a plan leaves out should be found by its place, not by a count.
  private mutating func notePatch(_ root: Field, _ meta: ObjectMeta) {
    objects.patches += 1
    let object = objects.patches > 20 ? "A further object" : "\(meta.kind) \(meta.namespace)/\(meta.name)"
    root.note(
      .warning, "\(object) has no containers, as a patch has none: it makes no pods. Render it with kubectl kustomize.")
  }

  private func readJob(_ spec: Field, status: Field?, into controller: inout KubernetesObjects.Controller) {
    let parallelism = spec.integer("parallelism", in: Self.replicaRange) ?? 1
    let completions = spec.integer("completions", in: 0...Int(Int32.max))
    controller.replicas = min(parallelism, completions ?? parallelism)
    controller.completions = completions ?? (spec["parallelism"] == nil ? 1 : nil)
    var terms = controller.job ?? JobTerms()
    terms.completions = controller.completions
    terms.backoffLimit = spec.integer("backoffLimit", in: 0...Int(Int32.max)) ?? terms.backoffLimit
    terms.deadlineMillis = spec.integer("activeDeadlineSeconds", in: 0...Int64(Int32.max)).map { $0 * 1000 }
    controller.job = terms
    if spec.bool("suspend") == true { controller.isSuspended = true }
    controller.succeeded = status?.integer("succeeded", in: 0...Int(Int32.max)) ?? 0
    let isOver = status?.mappings("conditions").contains { condition in
      ["Complete", "Failed", "SuccessCriteriaMet"].contains(condition.string("type") ?? "")
        && condition.string("status") == "True"
    }
    if isOver == true { controller.replicas = 0 }
  }

  private func readSchedule(_ spec: Field, into terms: inout JobTerms) {
    if let field = spec["schedule"], let text = field.string {
      terms.schedule = CronSchedule(text)
      if terms.schedule == nil {
        field.report(
          "'schedule' is '\(text.prefix(60))', which is no schedule",
          fix: "Write minute, hour, day, month and weekday, like \"*/15 * * * *\".")
      }
    }
    if spec["timeZone"] != nil { spec.note(.notHonoured, "Time zones of CronJobs: the simulator's clock is UTC.") }
    terms.concurrency = spec.choice("concurrencyPolicy", of: JobTerms.Concurrency.self) ?? .allow
    terms.startingDeadlineMillis =
      spec.integer("startingDeadlineSeconds", in: 0...Int64(Int32.max)).map { $0 * 1000 }
  }

  private func readRollout(_ spec: Field, _ kind: String, into controller: inout KubernetesObjects.Controller) {
    controller.minReadyMillis = (spec.integer("minReadySeconds", in: 0...Int64(Int32.max)) ?? 0) * 1000
    if kind == "StatefulSet" {
      controller.isOrdered = spec.string("podManagementPolicy") != "Parallel"
      controller.rollout.maxUnavailable = .count(1)
    }
    if kind == "DaemonSet" {
      controller.rollout.maxSurge = .count(0)
      controller.rollout.maxUnavailable = .count(1)
    }
    guard kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet",
      let strategy = spec.mapping(kind == "Deployment" ? "strategy" : "updateStrategy")
    else { return }
    let ways: [Rollout.Way] = kind == "Deployment" ? [.rolling, .recreate] : [.rolling, .onDelete]
    controller.rollout.way = strategy.choice("type", of: Rollout.Way.self, among: ways) ?? .rolling
    guard let rolling = strategy.mapping("rollingUpdate") else { return }
    if let surge = countOrPercent(rolling, "maxSurge") { controller.rollout.maxSurge = surge }
    if let unavailable = countOrPercent(rolling, "maxUnavailable") { controller.rollout.maxUnavailable = unavailable }
    controller.rollout.partition = rolling.integer("partition", in: 0...Int(Int32.max)) ?? 0
  }

  private func podTemplate(_ field: Field, _ owner: ObjectMeta, namesJob: Bool) -> PodTemplate? {
    guard let spec = field.mapping("spec") else { return nil }
    let metadata = field.mapping("metadata")
    var labels = metadata?.strings("labels") ?? [:]
    if namesJob {
      // The job controller puts them on; affinity and services may select by them.
      for key in ["job-name", "batch.kubernetes.io/job-name"] where labels[key] == nil { labels[key] = owner.name }
    }
    return PodTemplateReader(
      namespace: owner.namespace, labels: labels, annotations: metadata?.strings("annotations") ?? [:]
    ).read(spec)
  }

  private func selector(_ spec: Field, _ meta: ObjectMeta, labels: [String: String]) -> LabelSelector? {
    // Jobs choose their pods by a label of their own making.
    if meta.kind == "Job" || meta.kind == "CronJob" { return nil }
    if meta.kind == "ReplicationController" {
      let selector = spec.strings("selector")
      return selector.isEmpty ? nil : LabelSelector(matchLabels: selector)
    }
    let reader = SelectorReader(namespace: meta.namespace, labels: labels)
    guard let selector = reader.selector(spec, "selector") else { return nil }
    if !labels.isEmpty && !selector.matches(labels) {
      spec["selector"]?.report(
        "the selector does not match the labels of the pod template",
        fix: "Give the template the labels that the selector asks for.")
    }
    return selector.requirements.isEmpty ? nil : selector
  }

  mutating func readNode(_ root: Field, _ meta: ObjectMeta) {
    var node = Node(name: meta.name, labels: meta.labels, allocatable: Resources())
    if let spec = root.mapping("spec") {
      node.isUnschedulable = spec.bool("unschedulable") ?? false
      node.taints = spec.mappings("taints").compactMap(Self.taint)
    }
    let status = root.mapping("status")
    var allocatable = status?.amounts("capacity") ?? Amounts()
    // Kubernetes takes `allocatable` as a whole where it is set.
    if let stated = status?.amounts("allocatable"), !stated.isEmpty { allocatable = stated }
    if allocatable.isEmpty {
      root.note(.warning, "A node without capacity takes no pods.")
    } else if allocatable[.pods] == nil {
      root.note(.defaulted, "A node that does not say how many pods it takes is taken to take 110.")
      allocatable[.pods] = 110_000
    }
    node.allocatable = allocatable.resources
    node.images = (status?.mappings("images") ?? []).map { image in
      NodeImage(
        names: image.list("names").compactMap(\.string), bytes: image.integer("sizeBytes", in: 0...Int64.max) ?? 0)
    }
    let annotations = root.mapping("metadata")?["annotations"] ?? root
    if let text = meta.annotations[Annotation.devices] {
      if let groups = Annotation.deviceGroups(text) {
        node.devices = groups
      } else {
        annotations.report(
          "the annotation \(Annotation.devices) is '\(text.prefix(60))'", fix: "Write it like nvidia.com/gpu=4:T4.")
      }
    }
    if let text = meta.annotations[Annotation.price] {
      if let price = Annotation.price(text) {
        node.price = price
      } else {
        annotations.report("the annotation \(Annotation.price) is '\(text.prefix(40))'", fix: "Write it like 0.096.")
      }
    }
    node.type = meta.annotations[Annotation.nodeType]
    objects.nodes.append(node)
  }

  static func taint(_ field: Field) -> Taint? {
    guard let key = field.required("key") else { return nil }
    guard field["effect"] != nil else {
      field.report(.missing, "'effect' is missing", fix: "Add effect: NoSchedule, or another one.")
      return nil
    }
    guard let effect = field.choice("effect", of: Taint.Effect.self, among: Taint.Effect.known) else { return nil }
    return Taint(key: key, value: field.string("value") ?? "", effect: effect)
  }
}
