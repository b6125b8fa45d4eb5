/// A mark on a node that keeps pods away unless they tolerate it.
public struct Taint: Hashable, Sendable, Codable {
  public enum Effect: String, Sendable, Codable {
    case noSchedule = "NoSchedule"
    case preferNoSchedule = "PreferNoSchedule"
    case noExecute = "NoExecute"
  }

  public var key: String
  public var value: String
  public var effect: Effect

  public init(key: String, value: String = "", effect: Effect) {
    self.key = key
    self.value = value
    self.effect = effect
  }

  /// What `spec.unschedulable` of a node amounts to.
  public static let unschedulable = Taint(key: "node.kubernetes.io/unschedulable", effect: .noSchedule)

  /// Whether the taint keeps a pod from being placed; `PreferNoSchedule` only scores.
  public var isHard: Bool { effect != .preferNoSchedule }
}

extension Taint: CustomStringConvertible {
  /// As `kubectl` writes it.
  public var description: String { "\(key)\(value.isEmpty ? "" : "=\(value)"):\(effect.rawValue)" }
}

/// A pod's consent to taints. An empty key (with `exists`) or a nil effect matches all.
public struct Toleration: Hashable, Sendable, Codable {
  public enum Operator: String, Sendable, Codable {
    case equal = "Equal"
    case exists = "Exists"
    case greaterThan = "Gt"
    case lessThan = "Lt"
  }

  public var key: String
  public var `operator`: Operator
  public var value: String
  public var effect: Taint.Effect?
  /// Seconds a `NoExecute` taint is tolerated; timing only, never placement.
  public var seconds: Int64?

  public init(
    key: String = "", operator: Operator = .equal, value: String = "", effect: Taint.Effect? = nil,
    seconds: Int64? = nil
  ) {
    self.key = key
    self.operator = `operator`
    self.value = value
    self.effect = effect
    self.seconds = seconds
  }

  public func tolerates(_ taint: Taint) -> Bool {
    if let effect, effect != taint.effect { return false }
    if !key.isEmpty && key != taint.key { return false }
    switch `operator` {
    case .exists: return true
    case .equal: return value == taint.value && !key.isEmpty
    case .greaterThan, .lessThan:
      guard let limit = Int64(value), let number = Int64(taint.value) else { return false }
      return `operator` == .greaterThan ? number > limit : number < limit
    }
  }
}
