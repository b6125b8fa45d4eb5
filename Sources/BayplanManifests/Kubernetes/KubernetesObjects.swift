import BayplanModel

/// Objects as read, each light and with its place; nothing refers to anything yet.
struct KubernetesObjects {
  struct PodObject {
    var meta: ObjectMeta
    var template: PodTemplate
    var nodeName: String?
    var phase: Phase
    var nominatedNodeName: String?
    var startSeconds: Int64?

    enum Phase { case alive, succeeded, failed }
  }

  struct Controller {
    var meta: ObjectMeta
    /// Pods it wants; for a DaemonSet one per node.
    var replicas: Int
    /// Of a Job: how many pods must succeed in all.
    var completions: Int?
    var succeeded: Int = 0
    /// Of a StatefulSet: the number of its first pod.
    var firstOrdinal = 0
    var isSuspended: Bool
    /// Of a StatefulSet: one pod after the other.
    var isOrdered = true
    var rollout = Rollout()
    var minReadyMillis: Int64 = 0
    var job: JobTerms?
    var selector: LabelSelector?
    var template: PodTemplate?
  }

  struct PriorityClass {
    var meta: ObjectMeta
    var value: Int32
    var isGlobalDefault: Bool
    var preemptsNever: Bool
  }

  struct RuntimeClass {
    var meta: ObjectMeta
    var overhead: Amounts?
    var nodeSelector: [String: String]
    var tolerations: [Toleration]
  }

  /// What a LimitRange fills into containers; its own defaults are already filled in.
  struct ContainerDefaults {
    var limits: Amounts
    var requests: Amounts
  }

  enum Entry {
    case pod(Int)
    case controller(Int)
    case external(Int)
  }

  var pods: [PodObject] = []
  var controllers: [Controller] = []
  /// Pods and controllers in the order of the input.
  var order: [Entry] = []
  /// Pods of other formats, and what keeps them running.
  var externalPods: [Pod] = []
  var externalWorkloads: [Workload] = []
  var nodes: [Node] = []
  var nodeTypes: [NodeType] = []
  var catalogues: [NodeCatalogue] = []
  var namespaces: [String: [String: String]] = [:]
  var priorityClasses: [String: PriorityClass] = [:]
  var runtimeClasses: [String: RuntimeClass] = [:]
  var limitRanges: [String: [ContainerDefaults]] = [:]
  var podGroups: [PodGroup] = []
  var disruptionBudgets: [DisruptionBudget] = []
  var autoscalers: [Autoscaler] = []
  var services: [Service] = []
  var volumes = VolumeCatalogue()
  var daemons: [DaemonWorkload] = []
  /// Where each object stood, by `Kind/namespace/name`.
  var places: [String: SourceLocation] = [:]
  /// Objects of kinds that are not read, by kind.
  var skipped: [String: (count: Int, example: String)] = [:]
  /// Controllers without containers.
  var patches = 0
  /// Compose files on disk that are still to be read.
  var composeFiles: [String] = []
  /// Names made from `generateName`, by prefix.
  var generated: [String: Int] = [:]
}
