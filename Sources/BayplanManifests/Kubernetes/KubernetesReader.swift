import BayplanModel

/// Reads Kubernetes objects one by one, in any order and from any number of files.
struct KubernetesReader {
  var diagnostics: Diagnostics
  var defaultNamespace = "default"
  var objects = KubernetesObjects()
  /// Objects found, whether they are read or not.
  private(set) var documents = 0

  /// More pods than this from one controller, or in all, are a mistake.
  static let maximumPods = 1_000_000

  init(diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// - Parameter listedType: Items of a PodList need not say that they are Pods.
  mutating func read(_ document: DocumentNode, file: String, listedType: ListedType? = nil) {
    let scope = ObjectScope(file: file, object: nil, diagnostics: diagnostics)
    let root = Field(document, key: "document", scope: scope)
    if document.isNull { return }
    documents += 1
    guard case .mapping = document.content else {
      root.report(.unsupported, "a Kubernetes object is a mapping, not \(document.kindDescription)", fix: Self.fix)
      return
    }
    guard let kindField = root["kind"] else {
      if let listedType {
        readObject(root, kind: listedType.kind, version: root.string("apiVersion") ?? listedType.version)
      } else {
        root.report(.unsupported, "the mapping has no 'kind': this is not a Kubernetes object", fix: Self.fix)
      }
      return
    }
    guard let kind = kindField.string else { return }
    let version = root.string("apiVersion") ?? "v1"
    if kind.hasSuffix("List"), root["items"] != nil {
      // The depth is bounded by the reader of the language.
      let listedType = ListedType(listKind: kind, version: version)
      for item in root.list("items") { read(item.node, file: file, listedType: listedType) }
      return
    }
    readObject(root, kind: kind, version: version)
  }

  private static let fix = "Give Kubernetes objects, a Compose file, a Dockerfile or a node pool file."

  /// The API groups in which a kind means what Bayplan reads; Volcano and others have Jobs of their own.
  private static let groups: [String: Set<String>] = [
    "Pod": [""], "Deployment": ["apps", "extensions"], "ReplicaSet": ["apps", "extensions"],
    "StatefulSet": ["apps"], "DaemonSet": ["apps", "extensions"], "Job": ["batch"], "CronJob": ["batch"],
    "ReplicationController": [""], "Node": [""], "Namespace": [""], "PriorityClass": ["scheduling.k8s.io"],
    "PodDisruptionBudget": ["policy"], "LimitRange": [""], "ResourceQuota": [""],
    "RuntimeClass": ["node.k8s.io"], "Service": [""], "HorizontalPodAutoscaler": ["autoscaling"],
    "PersistentVolume": [""], "PersistentVolumeClaim": [""], "StorageClass": ["storage.k8s.io"],
    "CSINode": ["storage.k8s.io"], "NodePool": ["bayplan"], "NodeCatalogue": ["bayplan"],
  ]

  private static let clusterKinds: Set<String> = [
    "Node", "Namespace", "PriorityClass", "RuntimeClass", "NodePool", "NodeCatalogue", "PersistentVolume",
    "StorageClass", "CSINode",
  ]

  private mutating func readObject(_ root: Field, kind: String, version: String) {
    let group = version.contains("/") ? String(version.prefix { $0 != "/" }) : ""
    guard kind == "PodGroup" || Self.groups[kind]?.contains(group) == true else {
      let example = root.location.description
      // A Job of another group must not look as if Jobs were not read.
      let known = Self.groups[kind] == nil ? kind : "\(kind) (\(version))"
      objects.skipped[known, default: (0, example)].count += 1
      return
    }
    let scope = root.scope
    scope.object = kind
    guard let meta = metadata(root, kind: kind) else { return }
    if let first = objects.places[meta.reference] {
      root.report(
        .duplicate, "the object is there twice", fix: "The first one is at \(first): remove or rename one of them.")
      return
    }
    objects.places[meta.reference] = meta.location
    switch kind {
    case "Pod": readPod(root, meta)
    case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob":
      readController(root, meta)
    case "Node": readNode(root, meta)
    case "NodePool": NodePoolReader.readPool(root, meta.name, into: &objects)
    case "NodeCatalogue": NodePoolReader.readCatalogue(root, into: &objects)
    case "Namespace":
      objects.namespaces[meta.name] = meta.labels.merging(["kubernetes.io/metadata.name": meta.name]) { $1 }
    default: readPolicy(root, meta)
    }
  }

  private mutating func metadata(_ root: Field, kind: String) -> ObjectMeta? {
    // The project's own kinds are flat.
    let isOwn = kind == "NodePool" || kind == "NodeCatalogue"
    guard let metadata = root.mapping("metadata") ?? (isOwn ? root : nil) else {
      if root["metadata"] == nil { root.report(.missing, "'metadata' is missing", fix: "Add metadata with a name.") }
      return nil
    }
    let namespace =
      Self.clusterKinds.contains(kind) ? "" : metadata.string("namespace").flatMap { $0.isEmpty ? nil : $0 }
    let inNamespace = namespace ?? (Self.clusterKinds.contains(kind) ? "" : defaultNamespace)
    let name: String
    if let field = metadata["name"] {
      guard let text = field.string, checkName(text, field) else { return nil }
      name = text
    } else if let prefix = metadata.string("generateName") {
      let ordinal = objects.generated[prefix, default: 0]
      objects.generated[prefix] = ordinal + 1
      name = "\(prefix)\(ordinal)"
    } else if kind == "NodeCatalogue" {
      name = "catalogue-\(objects.catalogues.count)"
    } else {
      metadata.report(.missing, "the object has no name", fix: "Add 'name' to its metadata.")
      return nil
    }
    if let namespace, let field = metadata["namespace"], !checkName(namespace, field) { return nil }
    let annotations = metadata.strings("annotations")
    // Compose allows names that Kubernetes does not; the writer keeps them in annotations.
    let ownName = annotations[Annotation.name] ?? name
    let ownNamespace = annotations[Annotation.namespace] ?? inNamespace
    root.scope.object = inNamespace.isEmpty ? "\(kind) \(ownName)" : "\(kind) \(ownNamespace)/\(ownName)"
    let owners = metadata.mappings("ownerReferences").filter { $0.bool("controller") == true }
    let owner = owners.first.flatMap { owner -> ObjectMeta.Owner? in
      guard let kind = owner.required("kind"), let name = owner.required("name") else { return nil }
      return ObjectMeta.Owner(kind: kind, name: name)
    }
    return ObjectMeta(
      kind: kind, namespace: ownNamespace, name: ownName, labels: isOwn ? [:] : metadata.strings("labels"),
      annotations: annotations, owner: owner, wasAdmitted: metadata["uid"] != nil,
      isTerminating: metadata["deletionTimestamp"] != nil, location: root.location)
  }

  private func checkName(_ name: String, _ field: Field) -> Bool {
    let isValid = name.utf8.allSatisfy { byte in
      (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
    }
    if isValid && !name.isEmpty && name.utf8.count <= 253 { return true }
    let isTemplate = name.contains("{{") || name.contains("$")
    field.report(
      "'\(name.prefix(80))' is not a valid \(field.key)",
      fix: isTemplate
        ? "Fill in the template before planning."
        : "Use at most 253 lower-case letters, digits, '-' and '.'.")
    return false
  }

  private mutating func readPod(_ root: Field, _ meta: ObjectMeta) {
    guard let spec = root.mapping("spec") else {
      if root["spec"] == nil { root.report(.missing, "'spec' is missing", fix: "Add a spec with containers.") }
      return
    }
    let template = PodTemplateReader(
      namespace: meta.namespace, labels: meta.labels, annotations: meta.annotations
    ).read(spec)
    if template.containers.isEmpty {
      (spec["containers"] ?? spec).note(.warning, "A pod without containers requests nothing.")
    }
    var pod = KubernetesObjects.PodObject(meta: meta, template: template, nodeName: template.nodeName, phase: .alive)
    if let status = root.mapping("status") { readStatus(status, into: &pod) }
    objects.order.append(.pod(objects.pods.count))
    objects.pods.append(pod)
  }

  private func readStatus(_ status: Field, into pod: inout KubernetesObjects.PodObject) {
    switch status.string("phase") {
    case "Succeeded": pod.phase = .succeeded
    case "Failed": pod.phase = .failed
    default: break
    }
    pod.nominatedNodeName = status.string("nominatedNodeName").flatMap { $0.isEmpty ? nil : $0 }
    if let field = status["startTime"], let text = field.string {
      pod.startSeconds = Timestamp.seconds(text)
      if pod.startSeconds == nil {
        field.report("'startTime' is '\(text.prefix(40))'", fix: "Write it like 2026-01-31T12:00:00Z.")
      }
    }
    readResizes(status, into: &pod.template)
  }

  /// What the kubelet reports about containers whose resources were changed in place.
  private func readResizes(_ status: Field, into template: inout PodTemplate) {
    template.resizeInfeasible = status.mappings("conditions").contains {
      $0.string("type") == "PodResizePending" && $0.string("reason") == "Infeasible"
    }
    for (key, path) in [
      ("containerStatuses", \PodTemplate.containers), ("initContainerStatuses", \PodTemplate.initContainers),
    ] {
      for container in status.mappings(key) {
        guard let name = container.string("name"), let resources = container.mapping("resources"),
          let index = template[keyPath: path].firstIndex(where: { $0.name == name })
        else { continue }
        template[keyPath: path][index].actual = resources.amounts("requests")
        template[keyPath: path][index].allocated = container.amounts("allocatedResources")
      }
    }
  }

  /// Takes over what another format describes.
  mutating func add(_ cluster: Cluster, file: String) {
    documents += 1
    let place = SourceLocation(file: file)
    func isNew(_ kind: String, _ namespace: String, _ name: String) -> Bool {
      let reference = workloadName(kind, namespace, name)
      guard let first = objects.places.updateValue(place, forKey: reference) else { return true }
      let object = namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
      diagnostics.report(
        .init(
          .duplicate, at: place, object: object, "the object is there twice",
          fix: "The first one is at \(first): remove or rename one of them."))
      return false
    }
    objects.nodes += cluster.nodes.filter { isNew("Node", "", $0.name) }
    for pod in cluster.pods where isNew("Pod", pod.id.namespace, pod.id.name) {
      objects.order.append(.external(objects.externalPods.count))
      objects.externalPods.append(pod)
    }
    objects.daemons += cluster.daemons.filter { isNew("DaemonSet", $0.id.namespace, $0.id.name) }
    objects.externalWorkloads += cluster.workloads
    objects.nodeTypes += cluster.nodeTypes
    objects.namespaces.merge(cluster.namespaces) { first, _ in first }
    objects.podGroups += cluster.podGroups
    objects.disruptionBudgets += cluster.disruptionBudgets
    objects.autoscalers += cluster.autoscalers
    objects.services += cluster.services
    for notice in cluster.notices {
      diagnostics.notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
    }
  }
}
