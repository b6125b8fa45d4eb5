/// One condition on a set of labels, as in `matchExpressions`.
public struct LabelRequirement: Hashable, Sendable, Codable {
  public enum Operator: String, Sendable, Codable {
    case `in` = "In"
    case notIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"
    case greaterThan = "Gt"
    case lessThan = "Lt"
  }

  public var key: String
  public var `operator`: Operator
  public var values: [String]

  public init(key: String, operator: Operator, values: [String] = []) {
    self.key = key
    self.operator = `operator`
    self.values = values
  }

  /// `NotIn` and `DoesNotExist` hold where the key is absent; `Gt` and `Lt` compare 64-bit integers and fail on
  /// anything else (Kubernetes `labels.Requirement.Matches`).
  public func matches(_ labels: [String: String]) -> Bool { matches(value: labels[key]) }

  public func matches(value: String?) -> Bool {
    switch `operator` {
    case .in: value.map(values.contains) ?? false
    case .notIn: value.map { !values.contains($0) } ?? true
    case .exists: value != nil
    case .doesNotExist: value == nil
    case .greaterThan, .lessThan:
      if let value, let number = Int64(value), values.count == 1, let limit = Int64(values[0]) {
        `operator` == .greaterThan ? number > limit : number < limit
      } else {
        false
      }
    }
  }
}

/// A conjunction of label requirements; the empty selector matches everything.
public struct LabelSelector: Hashable, Sendable, Codable {
  public var requirements: [LabelRequirement]

  public init(_ requirements: [LabelRequirement] = []) { self.requirements = requirements }

  public init(matchLabels: [String: String]) {
    requirements = matchLabels.sorted { $0.key < $1.key }
      .map { LabelRequirement(key: $0.key, operator: .in, values: [$0.value]) }
  }

  public func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.matches(labels) } }
}

/// One alternative of a node selector: all requirements hold. A term without any requirement matches no node.
public struct NodeSelectorTerm: Hashable, Sendable, Codable {
  public var matchExpressions: [LabelRequirement]
  /// Requirements on `metadata.name`.
  public var matchFields: [LabelRequirement]

  public init(matchExpressions: [LabelRequirement] = [], matchFields: [LabelRequirement] = []) {
    self.matchExpressions = matchExpressions
    self.matchFields = matchFields
  }

  public func matches(name: String, labels: [String: String]) -> Bool {
    if matchExpressions.isEmpty && matchFields.isEmpty { return false }
    return matchExpressions.allSatisfy { $0.matches(labels) } && matchFields.allSatisfy { $0.matches(value: name) }
  }
}

/// Required node affinity: at least one term matches; no terms match nothing.
public struct NodeSelector: Hashable, Sendable, Codable {
  public var terms: [NodeSelectorTerm]

  public init(terms: [NodeSelectorTerm]) { self.terms = terms }

  public func matches(name: String, labels: [String: String]) -> Bool {
    terms.contains { $0.matches(name: name, labels: labels) }
  }
}
