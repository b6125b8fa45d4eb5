import BayplanModel

/// A placement rule, lowered once to primitives. Its second, independent statement, as violations of a finished plan,
/// is in `BayplanAudit`.
public protocol Constraint: Sendable {
  /// As the auditor and explanations call it.
  var name: String { get }
  func lower(_ view: ClusterView, into builder: inout InstanceBuilder)
}

/// The rules there are; a new one is one file and one line here.
public struct Constraints: Sendable {
  public var all: [any Constraint]

  public init(_ all: [any Constraint]) { self.all = all }

  public static let standard = Constraints([
    NodeSelection(),
    TaintToleration(),
    HostPorts(),
    PodAntiAffinity(),
    PodAffinity(),
    TopologySpread(),
    MaxPerNode(),
  ])
}
