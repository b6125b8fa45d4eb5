import BayplanModel

/// A container as far as it matters for placement.
struct ContainerTemplate: Hashable {
  var name: String
  var requests: Amounts
  var limits: Amounts
  /// An init container that runs beside the others (`restartPolicy: Always`).
  var isSidecar = false
  /// What the kubelet says the container has, of a pod whose resources were changed in place.
  var actual: Amounts?
  var allocated = Amounts()
}

/// A pod's specification as written. What other objects decide (priority classes, runtime classes, limit ranges)
/// is filled in when all objects are known.
struct PodTemplate: Hashable {
  /// Everything that needs no other object.
  var spec = PodSpec()
  var containers: [ContainerTemplate] = []
  var initContainers: [ContainerTemplate] = []
  var podRequests: Amounts?
  var podLimits = Amounts()
  var overhead: Amounts?
  var priority: Int32?
  var priorityClass: String?
  var hasPreemptionPolicy = false
  var runtimeClass: String?
  /// The kubelet cannot give the pod the resources it was changed to ask for.
  var resizeInfeasible = false
  var hasHostNetwork = false
  var softRules = SoftRules()
  /// Claims that it names, as opposed to those made for it.
  var volumeClaims: [String] = []
  var schedulerName: String?
  var nodeName: String?
  var lifecycle = PodLifecycle()
  var location: SourceLocation
}

/// How many rules of each soft kind a pod has; they only score.
struct SoftRules: Hashable {
  var nodeAffinity = 0
  var podAffinity = 0
  var spread = 0
  var unstatedClaims = 0
  var resourceClaims = 0
}

/// What object metadata says.
struct ObjectMeta {
  var kind: String
  var namespace: String
  var name: String
  var labels: [String: String]
  var annotations: [String: String]
  var owner: Owner?
  /// It comes from an API server, which has admitted it and filled in its defaults.
  var wasAdmitted: Bool
  var isTerminating: Bool
  var location: SourceLocation

  struct Owner: Hashable {
    var kind: String
    var name: String
  }

  var id: PodID { PodID(namespace: namespace, name: name) }
  var reference: String { "\(kind)/\(namespace)/\(name)" }
}

/// Lowercases nothing and guesses nothing: what `workload` fields look like.
func workloadName(_ kind: String, _ namespace: String, _ name: String) -> String { "\(kind)/\(namespace)/\(name)" }
