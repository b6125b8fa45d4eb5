import BayplanModel

/// A Swarm placement constraint, `node.labels.zone == a`.
struct ComposeConstraint: Hashable, Sendable {
  var key: String
  var isEqual: Bool
  var value: String
  /// Written with a single `=`.
  var isLoose = false

  init?(_ text: String) {
    let operators = [("==", true, false), ("!=", false, false), ("=", true, true)]
    for (sign, isEqual, isLoose) in operators {
      guard let range = text.firstRange(of: sign) else { continue }
      key = String(text[..<range.lowerBound].trimmed)
      value = String(text[range.upperBound...].trimmed)
      self.isEqual = isEqual
      self.isLoose = isLoose
      let isKey = key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
      guard isKey, !key.isEmpty, !value.isEmpty, !value.contains("=") else { return nil }
      return
    }
    return nil
  }

  /// The same in Kubernetes' words: requirements on labels, and on the name of the node.
  ///
  /// `node.hostname` is `kubernetes.io/hostname`, `node.role` the control-plane label, `node.platform.*` the labels
  /// for architecture and system, `node.labels.X` and `engine.labels.X` are X. Nil for what has no counterpart.
  var requirement: (label: LabelRequirement?, field: LabelRequirement?)? {
    let `operator` = isEqual ? LabelRequirement.Operator.in : .notIn
    func label(_ key: String, _ value: String) -> (LabelRequirement?, LabelRequirement?) {
      (LabelRequirement(key: key, operator: `operator`, values: [value]), nil)
    }
    switch key.lowercased() {
    case "node.hostname": return label(NodeType.hostnameLabel, value)
    case "node.id": return (nil, LabelRequirement(key: "metadata.name", operator: `operator`, values: [value]))
    case "node.platform.os": return label(Platform.osLabel, value.lowercased())
    case "node.platform.arch": return label(Platform.archLabel, Platform.normalizedArchitecture(value))
    case "node.role":
      guard ["manager", "worker"].contains(value.lowercased()) else { return nil }
      let isManager = (value.lowercased() == "manager") == isEqual
      return (
        LabelRequirement(key: "node-role.kubernetes.io/control-plane", operator: isManager ? .exists : .doesNotExist),
        nil
      )
    default: break
    }
    if let name = Self.label(of: key) { return label(name, value) }
    // The specification's own example leaves the prefix out.
    return isLoose && !key.hasPrefix("node.") ? label(key, value) : nil
  }

  /// `X` for `node.labels.X`, and the label for what is known by another name.
  static func label(of key: String) -> String? {
    for prefix in ["node.labels.", "engine.labels."] where key.lowercased().hasPrefix(prefix) {
      return String(key.dropFirst(prefix.count))
    }
    switch key.lowercased() {
    case "node.hostname", "node.id": return NodeType.hostnameLabel
    case "node.platform.os": return Platform.osLabel
    case "node.platform.arch": return Platform.archLabel
    default: return nil
    }
  }
}

extension ComposeServiceReader {
  /// Reads `deploy.placement` and `platform` into the specification of the pods.
  mutating func place(_ spec: inout PodSpec) {
    if let value = service["platform"], let text = value.text, !text.isEmpty {
      let platform = Platform(text)
      if platform.isNodePlatform {
        spec.nodeSelector = platform.nodeSelector
      } else {
        diagnostics.note(
          .notHonoured, "The platform '\(text)' is not one that nodes have: it restricts nothing.", at: value.location,
          object)
      }
    }
    let placement = service.at("deploy", "placement")
    var term = NodeSelectorTerm()
    for value in placement?["constraints"]?.list ?? [] {
      guard let text = value.text, let constraint = ComposeConstraint(text) else {
        diagnostics.refuse(
          value, object, "'\(value.text ?? value.kindDescription)' is not a placement constraint",
          fix: "Write it like node.labels.zone == a, or with !=.")
        continue
      }
      if constraint.isLoose {
        diagnostics.note(
          .warning, "A placement constraint is written with a single '=': it is taken as '=='.", at: value.location,
          object)
      }
      guard let requirement = constraint.requirement else {
        if constraint.key.lowercased() == "node.ip" {
          diagnostics.note(
            .notHonoured, "Placement by node.ip is not taken into account.", at: value.location, object)
        } else {
          diagnostics.refuse(
            value, object, "'\(text)' constrains nothing that nodes have",
            fix: "Use node.id, node.hostname, node.role, node.platform.os, node.platform.arch or node.labels.*.")
        }
        continue
      }
      if let field = requirement.field { term.matchFields.append(field) }
      guard let label = requirement.label else { continue }
      if label.operator == .in, let only = label.values.first, [nil, only].contains(spec.nodeSelector[label.key]) {
        spec.nodeSelector[label.key] = only
      } else {
        term.matchExpressions.append(label)
      }
    }
    if !term.matchFields.isEmpty || !term.matchExpressions.isEmpty { spec.nodeAffinity = NodeSelector(terms: [term]) }
    spread(over: placement?["preferences"], &spec)
    if let value = placement?["max_replicas_per_node"] {
      if let count = ComposeAmount.count(value) {
        // Zero means no limit.
        spec.maxPerNode = count == 0 ? nil : count
      } else if !value.isNull {
        diagnostics.refuse(
          value, object, "max_replicas_per_node is \(value.kindDescription), not a whole number",
          fix: "Write 'max_replicas_per_node: 1'.")
      }
    }
  }

  private mutating func spread(over preferences: ComposeValue?, _ spec: inout PodSpec) {
    for value in preferences?.list ?? [] {
      guard let key = value["spread"]?.text, !key.isEmpty else {
        diagnostics.refuse(value, object, "the preference has no spread", fix: "Write '- spread: node.labels.zone'.")
        continue
      }
      guard let label = ComposeConstraint.label(of: key) else {
        diagnostics.refuse(
          value, object, "'\(key)' is not a label to spread over", fix: "Write '- spread: node.labels.zone'.")
        continue
      }
      diagnostics.note(
        .notHonoured, "Placement preferences are wishes: plans may go against them.", at: value.location, object)
      spec.topologySpread.append(
        TopologySpreadConstraint(
          maxSkew: 1, topologyKey: label, isHard: false, selector: LabelSelector(matchLabels: spec.labels)))
    }
  }
}
