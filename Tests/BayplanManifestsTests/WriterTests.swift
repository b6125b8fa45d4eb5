import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// A cluster written out and read again is the same cluster.
@Suite struct WriterTests {
  private func expectRoundTrip(_ cluster: Cluster, _ comment: Comment? = nil) throws {
    let text = KubernetesWriter.yaml(cluster)
    var reader = ManifestReader()
    reader.read(text, name: "written.yaml")
    var again = try reader.cluster()
    var expected = cluster
    expected.notices = []
    again.notices = []
    // Pods are written, not what made them; autoscalers come without their metrics.
    expected.workloads = []
    again.workloads = []
    for index in expected.autoscalers.indices { expected.autoscalers[index] = bare(expected.autoscalers[index]) }
    for index in again.autoscalers.indices { again.autoscalers[index] = bare(again.autoscalers[index]) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    #expect(try encoder.encode(again) == encoder.encode(expected), comment)
  }

  private func bare(_ autoscaler: Autoscaler) -> Autoscaler {
    Autoscaler(
      id: autoscaler.id, target: autoscaler.target, minReplicas: autoscaler.minReplicas,
      maxReplicas: autoscaler.maxReplicas)
  }

  @Test func everythingThatDecidesAboutPlacement() throws {
    var spec = PodSpec(requests: [.cpu: 250, .memory: 3 << 20, Resource("example.com/disk"): 2], labels: ["a": "1"])
    spec.priority = -5
    spec.preemptionPolicyNever = true
    spec.isGated = true
    spec.nodeSelector = ["disk": "true"]
    spec.nodeAffinity = NodeSelector(terms: [
      NodeSelectorTerm(matchExpressions: [.init(key: "cores", operator: .greaterThan, values: ["8"])]),
      NodeSelectorTerm(matchFields: [.init(key: "metadata.name", operator: .in, values: ["n1"])]),
      NodeSelectorTerm(),
    ])
    spec.preferredNodeAffinity = [
      .init(weight: 3, term: .init(matchExpressions: [.init(key: "x", operator: .exists)]))
    ]
    spec.tolerations = [
      Toleration(operator: .exists), Toleration(key: "k", value: "v", effect: .noExecute, seconds: -1),
    ]
    spec.hostPorts = [HostPort(port: 53, protocol: "UDP", address: "10.0.0.1"), HostPort(port: 80)]
    spec.podAffinity = [
      .init(selector: LabelSelector(), namespaces: ["default", "b"], topologyKey: "zone"),
      .init(selector: nil, namespaces: [], namespaceSelector: LabelSelector(), topologyKey: "zone"),
    ]
    spec.podAntiAffinity = [
      .init(selector: LabelSelector(matchLabels: ["a": "1"]), namespaces: ["default"], topologyKey: "host")
    ]
    spec.preferredPodAffinity = [
      .init(weight: 9, term: spec.podAffinity[0]), .init(weight: -7, term: spec.podAntiAffinity[0]),
    ]
    spec.topologySpread = [
      .init(
        maxSkew: 2, topologyKey: "zone", selector: LabelSelector([.init(key: "a", operator: .doesNotExist)]),
        minDomains: 3, honorsNodeAffinity: false, honorsNodeTaints: true),
      .init(maxSkew: 1, topologyKey: "host", isHard: false, selector: nil),
    ]
    spec.colocation = "net"
    spec.podGroup = "gang"
    spec.maxPerNode = 2
    spec.images = ["a:1", "b@sha256:00"]
    spec.devices = DeviceRequest(
      kind: Resource("nvidia.com/gpu"), count: 1, milliPerDevice: 250, models: ["T4", "V100"])
    spec.scoredRequests = ScoredRequests(arriving: [.cpu: 350, .memory: 9], running: [.cpu: 450])
    spec.defaultSpreadSelector = LabelSelector([.init(key: "a", operator: .notIn, values: ["x: y", "z"])])
    var cluster = Cluster()
    cluster.pods = [
      Pod(id: .init(namespace: "default", name: "a"), workload: "Compose/default/a", spec: spec, isTerminating: true),
      Pod(id: .init(namespace: "b", name: "empty"), spec: PodSpec(), nodeName: "n1"),
    ]
    cluster.nodes = [
      Node(
        name: "n1", labels: ["zone": "on"], taints: [Taint(key: "t", value: "1", effect: .preferNoSchedule)],
        isUnschedulable: true, allocatable: [.cpu: 1930, .memory: 12345, .pods: 10],
        devices: [DeviceGroup(kind: Resource("nvidia.com/gpu"), model: "T4", count: 4)], price: 1_230_001, type: "big")
    ]
    cluster.nodeTypes = [
      NodeType(
        name: "big", labels: ["a": "b"], taints: [Taint(key: "t", effect: .noSchedule)], allocatable: [.cpu: 2000],
        devices: [DeviceGroup(kind: Resource("nvidia.com/gpu"), count: 1)], price: 5, zones: ["x", "y"], maxCount: 7)
    ]
    cluster.namespaces = ["default": ["kubernetes.io/metadata.name": "default"]]
    cluster.podGroups = [PodGroup(namespace: "default", name: "gang", minMember: 3)]
    cluster.disruptionBudgets = [
      DisruptionBudget(namespace: "b", name: "p", selector: LabelSelector(), minAvailable: .percent(50)),
      DisruptionBudget(namespace: "b", name: "q", selector: nil, maxUnavailable: .count(1)),
    ]
    cluster.services = [Service(id: .init(namespace: "b", name: "s"), selector: ["a": "1"])]
    cluster.autoscalers = [
      Autoscaler(id: .init(namespace: "b", name: "h"), target: "Deployment/b/web", minReplicas: 0, maxReplicas: 4)
    ]
    cluster.pods[0].nominatedNodeName = "n1"
    cluster.pods[0].schedulerName = "packer"
    cluster.pods[1].startSeconds = 1_767_225_600
    cluster.pods[0].volumeClaims = ["data", "logs"]
    cluster.nodes[0].images = [NodeImage(names: ["a:1", "b@sha256:00"], bytes: 23 << 20)]
    cluster.disruptionBudgets[1].disruptionsAllowed = 2
    cluster.disruptionBudgets[1].disruptedPods = ["x"]
    cluster.storage.classes = [
      StorageClass(
        name: "fast", provisioner: "csi.example.com", waitsForConsumer: true,
        allowedTopologies: [[.init(key: "zone", operator: .in, values: ["x", "y"])]])
    ]
    cluster.storage.volumes = [
      PersistentVolume(
        name: "v", labels: ["zone": "x"], bytes: 5 << 30, accessModes: ["ReadWriteOnce"], storageClass: "fast",
        claim: .init(namespace: "default", name: "data"), nodeAffinity: NodeSelector(terms: [NodeSelectorTerm()]),
        driver: "csi.example.com", handle: "h", isAvailable: false),
      PersistentVolume(name: "w", bytes: 1, accessModes: ["ReadWriteMany"], mode: "Block", isAvailable: true),
    ]
    cluster.storage.claims = [
      PersistentVolumeClaim(
        id: .init(namespace: "default", name: "data"), bytes: 5 << 30, accessModes: ["ReadWriteOnce"],
        storageClass: "fast", volumeName: "v", isBound: true),
      PersistentVolumeClaim(
        id: .init(namespace: "default", name: "logs"), bytes: 7, accessModes: ["ReadWriteOncePod"],
        selector: LabelSelector(matchLabels: ["zone": "x"]), mode: "Block", selectedNode: "n1"),
    ]
    cluster.storage.attachLimits = ["n1": ["csi.example.com": 8]]
    try expectRoundTrip(cluster)
  }

  @Test func namesThatKubernetesRefuses() throws {
    var cluster = Cluster()
    cluster.namespaces = ["default": ["kubernetes.io/metadata.name": "default"]]
    cluster.pods = ["Web_App.1", "web-app.1"].map {
      Pod(id: .init(namespace: "my_shop", name: $0), workload: "Service/my_shop/Web_App", spec: PodSpec())
    }
    cluster.daemons = [DaemonWorkload(id: .init(namespace: "my_shop", name: "Agent"), spec: PodSpec())]
    // A daemon set's pods tolerate node conditions, whoever wrote it.
    cluster.daemons[0].spec.tolerations = try #require(
      try? self.readAgain(cluster).daemons.first?.spec.tolerations)
    try expectRoundTrip(cluster)
  }

  private func readAgain(_ source: Cluster) throws -> Cluster {
    try cluster(KubernetesWriter.yaml(source))
  }

  @Test func placementsBecomeNodeNames() throws {
    var source = Cluster()
    source.pods = [Pod(id: .init(namespace: "default", name: "a"), spec: PodSpec())]
    let text = KubernetesWriter.yaml(
      source, placements: [Placement(pod: source.pods[0].id, node: "n7", devices: [0, 2])])
    #expect(try cluster(text).pods.map(\.nodeName) == ["n7"])
    #expect(text.contains("bayplan/placed-devices: \"0,2\"") || text.contains("placed-devices"))
  }

  @Test(.enabled(if: sharedFolder != nil, "BAYPLAN_SHARED is not set")) func realFilesAndOracleCases() throws {
    let root = try #require(sharedFolder)
    let kubernetes = root + "/datasets/manifests/kubernetes"
    var paths = try FileManager.default.subpathsOfDirectory(atPath: kubernetes).filter { $0.hasSuffix("ml") }
      .map { "\(kubernetes)/\($0)" }
    for feature in ["quirks", "spread-policies", "pod-affinity-namespaces", "pod-affinity-labelkeys", "preemption-pdb"]
    {
      let folder = "\(root)/oracle/\(feature)"
      paths += try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix("input.yaml") }
        .map { "\(folder)/\($0)" }
    }
    var compared = 0
    for path in paths {
      var reader = ManifestReader()
      reader.read(path: path)
      guard let cluster = try? reader.cluster() else { continue }
      try expectRoundTrip(cluster, "\(path)")
      compared += 1
    }
    #expect(compared > 60)
  }
}
