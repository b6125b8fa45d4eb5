import BayplanModel

extension KubernetesWriter {
  mutating func write(_ storage: VolumeCatalogue) {
    for storageClass in storage.classes {
      out.document(version: "storage.k8s.io/v1", kind: "StorageClass")
      metadata(name: storageClass.name)
      out.string("provisioner", storageClass.provisioner)
      let mode: VolumeBindingMode = storageClass.waitsForConsumer ? .waitForFirstConsumer : .immediate
      out.string("volumeBindingMode", mode.rawValue)
      out.items("allowedTopologies", storageClass.allowedTopologies) { out, term in
        out.items("matchLabelExpressions", term) { out, requirement in
          out.string("key", requirement.key)
          out.list("values", requirement.values)
        }
      }
    }
    storage.volumes.forEach { write($0) }
    storage.claims.forEach { write($0) }
    for (node, limits) in storage.attachLimits.sorted(by: { $0.key < $1.key }) {
      out.document(version: "storage.k8s.io/v1", kind: "CSINode")
      metadata(name: node)
      out.mapping("spec") { out in
        out.items("drivers", limits.sorted { $0.key < $1.key }) { out, limit in
          out.string("name", limit.key)
          out.mapping("allocatable") { $0.number("count", Int64(limit.value)) }
        }
      }
    }
  }

  private mutating func write(_ volume: PersistentVolume) {
    out.document(version: "v1", kind: "PersistentVolume")
    metadata(name: volume.name, labels: volume.labels)
    out.mapping("spec") { out in
      out.strings("capacity", ["storage": String(volume.bytes)])
      out.list("accessModes", volume.accessModes)
      if !volume.storageClass.isEmpty { out.string("storageClassName", volume.storageClass) }
      out.string("volumeMode", volume.mode)
      if let claim = volume.claim {
        out.mapping("claimRef") { out in
          out.string("namespace", claim.namespace)
          out.string("name", claim.name)
        }
      }
      if let driver = volume.driver {
        out.mapping("csi") { out in
          out.string("driver", driver)
          out.string("volumeHandle", volume.handle)
        }
      }
      if let affinity = volume.nodeAffinity {
        out.mapping("nodeAffinity") { out in
          out.mapping("required") { out in
            out.items("nodeSelectorTerms", affinity.terms) { PodSpecWriter.write($1, to: &$0) }
          }
        }
      }
    }
    out.mapping("status") { $0.string("phase", volume.isAvailable ? "Available" : "Bound") }
  }

  private mutating func write(_ claim: PersistentVolumeClaim) {
    var annotations: [String: String] = [:]
    if claim.isBound { annotations["pv.kubernetes.io/bind-completed"] = "yes" }
    annotations["volume.kubernetes.io/selected-node"] = claim.selectedNode
    out.document(version: "v1", kind: "PersistentVolumeClaim")
    metadata(name: claim.id.name, namespace: claim.id.namespace, annotations: annotations)
    out.mapping("spec") { out in
      out.list("accessModes", claim.accessModes)
      if let storageClass = claim.storageClass { out.string("storageClassName", storageClass) }
      PodSpecWriter.write("selector", claim.selector, to: &out)
      out.string("volumeMode", claim.mode)
      if let volume = claim.volumeName { out.string("volumeName", volume) }
      out.mapping("resources") { $0.strings("requests", ["storage": String(claim.bytes)]) }
    }
  }
}
