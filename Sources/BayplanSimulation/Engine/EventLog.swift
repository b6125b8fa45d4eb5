import BayplanModel

/// What happened, as a Kubernetes Event would say it.
public struct LoggedEvent: Hashable, Sendable {
  public var at: Millis
  public var isWarning: Bool
  /// `Scheduled`, `Killing`, `NodeNotReady`, …
  public var reason: String
  /// `Pod`, `Node`, `Deployment`, …
  public var kind: String
  /// Empty for nodes.
  public var namespace: String
  public var name: String
  public var message: String
  /// What reports it: `default-scheduler`, `kubelet`, …
  public var component: String
}
