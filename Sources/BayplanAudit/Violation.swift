import BayplanModel

/// A rule that a placement breaks.
public struct Violation: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The rule: `resources`, `nodeSelector`, `taints`, `hostPorts`, …
  public var constraint: String
  public var pod: PodID?
  public var node: String?
  /// What is wrong, for a reader who sees nothing else.
  public var message: String

  public init(constraint: String, pod: PodID? = nil, node: String? = nil, message: String) {
    self.constraint = constraint
    self.pod = pod
    self.node = node
    self.message = message
  }

  public var description: String {
    let place = [pod?.description, node].compactMap { $0 }.joined(separator: " on ")
    return place.isEmpty ? "\(constraint): \(message)" : "\(constraint): \(place): \(message)"
  }

  /// Reports never depend on the order of a dictionary.
  static func isOrdered(_ left: Violation, _ right: Violation) -> Bool {
    if left.constraint != right.constraint { return left.constraint < right.constraint }
    if left.pod != right.pod {
      guard let first = left.pod else { return true }
      guard let second = right.pod else { return false }
      return first < second
    }
    return (left.node ?? "", left.message) < (right.node ?? "", right.message)
  }
}

/// What a rule found: violations that a newly placed pod (or an opened node) takes part in, and those that the
/// snapshot has already.
struct Findings {
  var new: [Violation] = []
  var baseline: [Violation] = []

  mutating func add(
    _ constraint: String, pod: PodID? = nil, node: String? = nil, isBaseline: Bool = false, _ message: String
  ) {
    let violation = Violation(constraint: constraint, pod: pod, node: node, message: message)
    if isBaseline { baseline.append(violation) } else { new.append(violation) }
  }

  mutating func add(_ other: Findings) {
    new += other.new
    baseline += other.baseline
  }
}
