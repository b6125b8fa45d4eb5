import BayplanModel

/// Reads selectors, affinity and topology spread.
struct SelectorReader {
  let namespace: String
  /// The pod's own labels, for `matchLabelKeys`.
  let labels: [String: String]

  func read(_ affinity: Field, into template: inout PodTemplate) {
    if let node = affinity.mapping("nodeAffinity") { read(nodeAffinity: node, into: &template) }
    for (key, sign) in [("podAffinity", Int32(1)), ("podAntiAffinity", -1)] {
      guard let pods = affinity.mapping(key) else { continue }
      let terms = pods.mappings(Self.required).compactMap(podTerm)
      if sign > 0 { template.spec.podAffinity = terms } else { template.spec.podAntiAffinity = terms }
      for field in pods.mappings(Self.preferred) {
        guard let weight = weight(field), let inner = preference(field, "podAffinityTerm"), let term = podTerm(inner)
        else { continue }
        template.spec.preferredPodAffinity.append(WeightedPodTerm(weight: sign * weight, term: term))
      }
    }
    template.softRules.nodeAffinity = template.spec.preferredNodeAffinity.count
    template.softRules.podAffinity = template.spec.preferredPodAffinity.count
  }

  func read(nodeAffinity: Field, into template: inout PodTemplate) {
    if let required = nodeAffinity.mapping(Self.required) {
      let terms = required.mappings("nodeSelectorTerms")
      if terms.isEmpty {
        required.report(.missing, "'nodeSelectorTerms' is empty: no node would do", fix: "Add a term.")
      }
      template.spec.nodeAffinity = NodeSelector(terms: terms.map(nodeTerm))
    }
    for field in nodeAffinity.mappings(Self.preferred) {
      guard let weight = weight(field), let term = preference(field, "preference") else { continue }
      template.spec.preferredNodeAffinity.append(WeightedNodeTerm(weight: weight, term: nodeTerm(term)))
    }
  }

  private static let required = "requiredDuringSchedulingIgnoredDuringExecution"
  private static let preferred = "preferredDuringSchedulingIgnoredDuringExecution"

  private func weight(_ field: Field) -> Int32? {
    guard let weight = field["weight"] else {
      field.report(.missing, "'weight' is missing", fix: "Add a weight from 1 to 100.")
      return nil
    }
    return weight.integer(in: 1...100)
  }

  private func preference(_ field: Field, _ key: String) -> Field? {
    guard let inner = field[key] else {
      field.report(.missing, "'\(key)' is missing", fix: "Put the term below '\(key)'.")
      return nil
    }
    return inner.mapping
  }

  func nodeTerm(_ field: Field) -> NodeSelectorTerm {
    NodeSelectorTerm(
      matchExpressions: field.mappings("matchExpressions").compactMap { requirement($0, onNodes: true) },
      matchFields: field.mappings("matchFields").compactMap(fieldRequirement))
  }

  private func fieldRequirement(_ field: Field) -> LabelRequirement? {
    guard let result = requirement(field, onNodes: false) else { return nil }
    if result.key != "metadata.name" {
      field.report("'matchFields' knows only metadata.name, not '\(result.key)'", fix: "Use matchExpressions.")
      return nil
    }
    if result.operator != .in && result.operator != .notIn || result.values.count != 1 {
      field.report("'matchFields' takes In or NotIn with exactly one value", fix: "Name one node.")
      return nil
    }
    return result
  }

  private func requirement(_ field: Field, onNodes: Bool) -> LabelRequirement? {
    guard let key = field.required("key") else { return nil }
    guard field["operator"] != nil else {
      field.report(.missing, "'operator' is missing", fix: "Add operator: In, or another one.")
      return nil
    }
    var known: [LabelRequirement.Operator] = [.in, .notIn, .exists, .doesNotExist]
    if onNodes { known += [.greaterThan, .lessThan] }
    guard let relation = field.choice("operator", of: LabelRequirement.Operator.self, among: known) else { return nil }
    let values = field.list("values").compactMap(\.string)
    switch relation {
    case .in, .notIn:
      if values.isEmpty && field["values"]?.items?.isEmpty != false {
        field.report(.missing, "the operator \(relation.rawValue) needs values", fix: "Add 'values'.")
        return nil
      }
    case .exists, .doesNotExist:
      if !values.isEmpty {
        field.report("the operator \(relation.rawValue) takes no values", fix: "Remove 'values'.")
        return nil
      }
    case .greaterThan, .lessThan:
      if values.count != 1 || Int64(values[0]) == nil {
        (field["values"] ?? field).report(
          "the operator \(relation.rawValue) needs one whole number", fix: "Write it like values: [\"10\"].")
        return nil
      }
    }
    return LabelRequirement(key: key, operator: relation, values: values)
  }

  /// A label selector; nil where it is absent, which matches nothing.
  func selector(_ parent: Field, _ key: String) -> LabelSelector? {
    guard let field = parent.mapping(key) else { return nil }
    var selector = LabelSelector(matchLabels: field.strings("matchLabels"))
    selector.requirements += field.mappings("matchExpressions").compactMap { requirement($0, onNodes: false) }
    return selector
  }

  func podTerm(_ field: Field) -> PodAffinityTerm? {
    guard let key = field.required("topologyKey") else { return nil }
    if key.isEmpty { field.report(.missing, "'topologyKey' is empty", fix: "Name a node label.") }
    var selector = selector(field, "labelSelector")
    merge("matchLabelKeys", .in, of: field, into: &selector)
    merge("mismatchLabelKeys", .notIn, of: field, into: &selector)
    var namespaces = field.list("namespaces").compactMap(\.string)
    let namespaceSelector = self.selector(field, "namespaceSelector")
    if namespaces.isEmpty && namespaceSelector == nil { namespaces = [namespace] }
    return PodAffinityTerm(
      selector: selector, namespaces: namespaces, namespaceSelector: namespaceSelector, topologyKey: key)
  }

  /// Writes the pod's own values of some labels into a selector, as the API server does on creation. Labels that the
  /// pod lacks are left out.
  private func merge(
    _ key: String, _ relation: LabelRequirement.Operator, of field: Field, into selector: inout LabelSelector?
  ) {
    guard let list = field[key] else { return }
    let names = list.items?.compactMap(\.string) ?? []
    if selector == nil {
      if !names.isEmpty { list.report("'\(key)' needs a labelSelector", fix: "Add 'labelSelector'.") }
      return
    }
    for name in names {
      guard let value = labels[name] else { continue }
      let merged = LabelRequirement(key: name, operator: relation, values: [value])
      // An API server has merged it already.
      if selector?.requirements.contains(merged) == false { selector?.requirements.append(merged) }
    }
  }

  func spread(_ field: Field) -> TopologySpreadConstraint? {
    guard let key = field.required("topologyKey") else { return nil }
    guard let skew = field["maxSkew"] else {
      field.report(.missing, "'maxSkew' is missing", fix: "Add maxSkew: 1.")
      return nil
    }
    guard let maxSkew: Int32 = skew.integer(in: 1...Int32.max) else { return nil }
    guard field["whenUnsatisfiable"] != nil else {
      field.report(.missing, "'whenUnsatisfiable' is missing", fix: "Add DoNotSchedule or ScheduleAnyway.")
      return nil
    }
    guard let action = field.choice("whenUnsatisfiable", of: UnsatisfiableAction.self) else { return nil }
    let minDomains: Int32? = field.integer("minDomains", in: 1...Int32.max)
    if minDomains != nil && action != .doNotSchedule {
      field["minDomains"]?.report(
        "'minDomains' goes with DoNotSchedule only", fix: "Remove it, or change whenUnsatisfiable.")
    }
    var selector = selector(field, "labelSelector")
    merge("matchLabelKeys", .in, of: field, into: &selector)
    return TopologySpreadConstraint(
      maxSkew: maxSkew, topologyKey: key, isHard: action == .doNotSchedule, selector: selector,
      minDomains: minDomains,
      honorsNodeAffinity: field.choice("nodeAffinityPolicy", of: InclusionPolicy.self) != .ignore,
      honorsNodeTaints: field.choice("nodeTaintsPolicy", of: InclusionPolicy.self) == .honor)
  }
}

enum UnsatisfiableAction: String, CaseIterable {
  case doNotSchedule = "DoNotSchedule"
  case scheduleAnyway = "ScheduleAnyway"
}

enum InclusionPolicy: String, CaseIterable {
  case honor = "Honor"
  case ignore = "Ignore"
}
