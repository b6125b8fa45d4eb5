import BayplanModel

/// What a container is taken to request of a resource for which it states neither request nor limit. Such containers
/// are the normal case; counted as zero they would all fit on one node. Pods that are bound to a node already are not
/// charged: kube-scheduler found room for what they state.
public struct DefaultRequests: Hashable, Sendable {
  /// In the units of the model: millicores, bytes.
  public var amounts: Resources

  public init(_ amounts: Resources) { self.amounts = amounts }

  /// A tenth of a core and 128 MiB.
  public static let standard = DefaultRequests([.cpu: 100, .memory: 128 << 20])
  /// Nothing: what is not stated counts as zero.
  public static let none = DefaultRequests([:])

  /// In words: `100m cpu and 128Mi memory`.
  public var summary: String {
    amounts.names.map { "\(Quantity.text(amounts[$0], of: $0)) \($0.rawValue)" }.joined(separator: " and ")
  }
}
