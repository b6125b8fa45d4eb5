import BayplanModel

extension KubernetesReader {
  mutating func readVolume(_ root: Field, _ meta: ObjectMeta) {
    guard let spec = root.mapping("spec") else { return }
    let reader = SelectorReader(namespace: "", labels: [:])
    let csi = spec.mapping("csi")
    let affinity = spec.mapping("nodeAffinity")?.mapping("required").map {
      NodeSelector(terms: $0.mappings("nodeSelectorTerms").map(reader.nodeTerm))
    }
    let claim = spec.mapping("claimRef").flatMap { reference in
      reference.string("name").map { PodID(namespace: reference.string("namespace") ?? defaultNamespace, name: $0) }
    }
    let phase = root.mapping("status")?.string("phase")
    objects.volumes.volumes.append(
      PersistentVolume(
        name: meta.name, labels: meta.labels, bytes: bytes(spec.amounts("capacity")),
        accessModes: spec.list("accessModes").compactMap(\.string), storageClass: spec.string("storageClassName") ?? "",
        claim: claim, nodeAffinity: affinity, driver: csi?.string("driver"), handle: csi?.string("volumeHandle") ?? "",
        mode: spec.string("volumeMode") ?? "Filesystem",
        // A manifest, as opposed to a snapshot, has no status: the volume will be there.
        isAvailable: phase.map { $0 == "Available" } ?? (claim == nil)))
  }

  mutating func readVolumeClaim(_ root: Field, _ meta: ObjectMeta) {
    guard let spec = root.mapping("spec") else { return }
    let name = spec.string("volumeName").flatMap { $0.isEmpty ? nil : $0 }
    objects.volumes.claims.append(
      PersistentVolumeClaim(
        id: meta.id, bytes: bytes(spec.mapping("resources")?.amounts("requests") ?? Amounts()),
        accessModes: spec.list("accessModes").compactMap(\.string), storageClass: spec.string("storageClassName"),
        selector: SelectorReader(namespace: meta.namespace, labels: [:]).selector(spec, "selector"),
        mode: spec.string("volumeMode") ?? "Filesystem", volumeName: name,
        isBound: name != nil && meta.annotations["pv.kubernetes.io/bind-completed"] != nil,
        selectedNode: meta.annotations["volume.kubernetes.io/selected-node"]))
  }

  private func bytes(_ amounts: Amounts) -> Int64 { amounts.resources[Resource("storage")] }

  mutating func readStorageClass(_ root: Field, _ meta: ObjectMeta) {
    guard let provisioner = root.required("provisioner") else { return }
    let mode = root.choice("volumeBindingMode", of: VolumeBindingMode.self)
    objects.volumes.classes.append(
      StorageClass(
        name: meta.name, provisioner: provisioner, waitsForConsumer: mode == .waitForFirstConsumer,
        allowedTopologies: root.mappings("allowedTopologies").map { term in
          term.mappings("matchLabelExpressions").compactMap { expression in
            expression.required("key").map { key in
              LabelRequirement(key: key, operator: .in, values: expression.list("values").compactMap(\.string))
            }
          }
        }))
  }

  mutating func readAttachLimits(_ root: Field, _ meta: ObjectMeta) {
    for driver in root.mapping("spec")?.mappings("drivers") ?? [] {
      guard let name = driver.required("name") else { continue }
      if let count: Int32 = driver.mapping("allocatable")?.integer("count", in: 0...Int32.max) {
        objects.volumes.attachLimits[meta.name, default: [:]][name] = count
      }
    }
  }
}

enum VolumeBindingMode: String, CaseIterable {
  case immediate = "Immediate"
  case waitForFirstConsumer = "WaitForFirstConsumer"
}
