import BayplanModel

/// Writes what decides where a pod may go: its effective requests stand at one container.
struct PodSpecWriter {
  let spec: PodSpec

  static func annotations(_ spec: PodSpec) -> [String: String] {
    var result: [String: String] = [:]
    result[Annotation.colocation] = spec.colocation
    result[Annotation.maxPerNode] = spec.maxPerNode.map(String.init)
    result[Annotation.podGroup] = spec.podGroup
    result[Annotation.device] = spec.devices.map { Annotation.text($0) }
    result[Annotation.scoredRequests] = spec.scoredRequests.flatMap(Annotation.json)
    result[Annotation.defaultSpread] = spec.defaultSpreadSelector.flatMap(Annotation.json)
    return result
  }

  func write(to out: inout YAMLText, nodeName: String?, claims: [String] = [], schedulerName: String? = nil) {
    if let schedulerName { out.string("schedulerName", schedulerName) }
    if let nodeName { out.string("nodeName", nodeName) }
    out.number("priority", Int64(spec.priority))
    if spec.preemptionPolicyNever { out.string("preemptionPolicy", PreemptionPolicy.never.rawValue) }
    if spec.isGated { out.items("schedulingGates", ["bayplan/gated"]) { $0.string("name", $1) } }
    out.strings("nodeSelector", spec.nodeSelector)
    out.items("tolerations", spec.tolerations) { out, toleration in
      if !toleration.key.isEmpty { out.string("key", toleration.key) }
      out.string("operator", toleration.operator.rawValue)
      if !toleration.value.isEmpty { out.string("value", toleration.value) }
      if let effect = toleration.effect { out.string("effect", effect.rawValue) }
      if let seconds = toleration.seconds { out.number("tolerationSeconds", seconds) }
    }
    writeAffinity(&out)
    writeSpread(&out)
    writeContainers(&out)
    out.items("volumes", Array(claims.enumerated())) { out, claim in
      out.string("name", "v\(claim.offset)")
      out.mapping("persistentVolumeClaim") { $0.string("claimName", claim.element) }
    }
  }

  /// The images of one pod stand at as many containers.
  private func writeContainers(_ out: inout YAMLText) {
    // Zero is stated, so that no default takes its place.
    var stated = spec.requests
    stated[.pods] = 0
    let images: [String?] = spec.images.isEmpty ? [nil] : spec.images
    out.items("containers", Array(images.enumerated())) { out, image in
      out.string("name", "c\(image.offset)")
      if let name = image.element { out.string("image", name) }
      out.mapping("resources") { out in
        let amounts = image.offset == 0 ? stated : Resources()
        KubernetesWriter.write("requests", amounts, to: &out, withZeros: [.cpu, .memory])
      }
      if image.offset == 0 {
        out.items("ports", spec.hostPorts) { out, port in
          out.number("containerPort", Int64(port.port))
          out.number("hostPort", Int64(port.port))
          out.string("protocol", port.protocol)
          if !port.address.isEmpty { out.string("hostIP", port.address) }
        }
      }
    }
  }

  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  private func writeAffinity(_ out: inout YAMLText) {
    out.mapping("affinity") { out in
      out.mapping("nodeAffinity") { out in
        if let required = spec.nodeAffinity {
          out.mapping(Self.required) { out in
            out.items("nodeSelectorTerms", required.terms) { Self.write($1, to: &$0) }
          }
        }
        out.items(Self.preferred, spec.preferredNodeAffinity) { out, preference in
          out.number("weight", Int64(preference.weight))
          out.mapping("preference", keepsEmpty: true) { Self.write(preference.term, to: &$0) }
        }
      }
      let preferred = spec.preferredPodAffinity
      out.mapping("podAffinity") { out in
        out.items(Self.required, spec.podAffinity) { Self.write($1, to: &$0) }
        Self.write(preferred.filter { $0.weight > 0 }, to: &out)
      }
      out.mapping("podAntiAffinity") { out in
        out.items(Self.required, spec.podAntiAffinity) { Self.write($1, to: &$0) }
        Self.write(preferred.filter { $0.weight < 0 }, to: &out)
      }
    }
  }

  private static func write(_ terms: [WeightedPodTerm], to out: inout YAMLText) {
    out.items(preferred, terms) { out, term in
      out.number("weight", Int64(abs(term.weight)))
      out.mapping("podAffinityTerm") { write(term.term, to: &$0) }
    }
  }

  private static func write(_ term: PodAffinityTerm, to out: inout YAMLText) {
    write("labelSelector", term.selector, to: &out)
    out.list("namespaces", term.namespaces)
    write("namespaceSelector", term.namespaceSelector, to: &out)
    out.string("topologyKey", term.topologyKey)
  }

  static func write(_ term: NodeSelectorTerm, to out: inout YAMLText) {
    out.items("matchExpressions", term.matchExpressions) { write($1, to: &$0) }
    out.items("matchFields", term.matchFields) { write($1, to: &$0) }
  }

  private static func write(_ requirement: LabelRequirement, to out: inout YAMLText) {
    out.string("key", requirement.key)
    out.string("operator", requirement.operator.rawValue)
    out.list("values", requirement.values)
  }

  static func write(_ key: String, _ selector: LabelSelector?, to out: inout YAMLText) {
    guard let selector else { return }
    out.mapping(key, keepsEmpty: true) { out in
      out.items("matchExpressions", selector.requirements) { write($1, to: &$0) }
    }
  }

  private func writeSpread(_ out: inout YAMLText) {
    out.items("topologySpreadConstraints", spec.topologySpread) { out, constraint in
      out.number("maxSkew", Int64(constraint.maxSkew))
      out.string("topologyKey", constraint.topologyKey)
      out.string(
        "whenUnsatisfiable",
        (constraint.isHard ? UnsatisfiableAction.doNotSchedule : .scheduleAnyway).rawValue)
      Self.write("labelSelector", constraint.selector, to: &out)
      if let minimum = constraint.minDomains { out.number("minDomains", Int64(minimum)) }
      if !constraint.honorsNodeAffinity { out.string("nodeAffinityPolicy", InclusionPolicy.ignore.rawValue) }
      if constraint.honorsNodeTaints { out.string("nodeTaintsPolicy", InclusionPolicy.honor.rawValue) }
    }
  }
}
