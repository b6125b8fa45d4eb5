import BayplanModel

/// A project with its files merged: what is left of Compose is services, ready to become pods.
struct ComposeProject: Sendable {
  /// As Compose names it: lower-case letters, digits, dashes and underscores.
  var name: String
  /// Those that are enabled, in the order of the files.
  var services: [ComposeService]
  /// Those whose profiles are not active.
  var disabledServices: [String]
  /// The profiles that the disabled services name.
  var availableProfiles: [String]
  var notices: [Notice]

  /// The namespace of its pods.
  var namespace: String { DNSName.label(from: name, else: "default") }
}

struct ComposeService: Sendable {
  /// A service whose container this one shares something with, so that both run on one node.
  struct Companion: Sendable, Hashable {
    var service: String
    /// `network_mode`, `pid`, `ipc` or `volumes_from`.
    var key: String
    var location: SourceLocation
  }

  var name: String
  var location: SourceLocation
  var image: String?
  var isBuilt = false
  var replicas = 1
  /// `deploy.mode: global`: one on every node.
  var isGlobal = false
  var resources = ComposeServiceResources()
  var ports: [ComposePort] = []
  var healthcheck: Healthcheck?
  var dependencies: [String] = []
  var companions: [Companion] = []
  var usesNamedVolumes = false
  /// What all its pods share.
  var spec = PodSpec()
}
