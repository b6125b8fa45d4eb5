import BayplanModel
import Testing

@testable import BayplanManifests

/// Controllers and their pods count once.
@Suite struct WorkloadTests {
  private func owned(_ name: String, _ kind: String, _ owner: String, extra: String = "", spec: String = "") -> String {
    pod(
      name, spec: spec,
      metadata: "ownerReferences: [{kind: \(kind), name: \(owner), controller: true}]\(extra)") + "---\n"
  }

  private func controller(
    _ kind: String, _ name: String, version: String = "apps/v1", spec: String = "replicas: 3", metadata: String = ""
  ) -> String {
    """
    apiVersion: \(version)
    kind: \(kind)
    metadata: {name: \(name)\(metadata)}
    spec: {\(spec), template: {metadata: {labels: {app: \(name)}}, spec: {containers: [{name: c}]}}}
    ---

    """
  }

  @Test func onlyMissingReplicasArePending() throws {
    let text =
      controller("Deployment", "web", spec: "replicas: 4, selector: {matchLabels: {app: web}}")
      + controller(
        "ReplicaSet", "web-abc", spec: "replicas: 4",
        metadata: ", ownerReferences: [{kind: Deployment, name: web, controller: true}]")
      + owned("web-abc-1", "ReplicaSet", "web-abc", spec: "nodeName: n1")
      + owned("web-0", "ReplicaSet", "web-abc")
      + owned("web-abc-2", "ReplicaSet", "web-abc", extra: ", deletionTimestamp: \"2026-01-01T00:00:00Z\"")
    let pods = try cluster(text).pods
    #expect(pods.map(\.id.name) == ["web-1", "web-2", "web-abc-1", "web-0", "web-abc-2"])
    #expect(pods.allSatisfy { $0.workload == "Deployment/default/web" })
    #expect(pods.last?.isTerminating == true)
  }

  @Test func barePodsAreMatchedBySelector() throws {
    let text =
      controller("ReplicaSet", "web", spec: "replicas: 2, selector: {matchLabels: {app: web}}")
      + pod("mine", metadata: "labels: {app: web}") + "---\n" + pod("other", metadata: "labels: {app: db}") + "---\n"
      + pod("far", metadata: "namespace: elsewhere, labels: {app: web}")
    let cluster = try cluster(text)
    #expect(cluster.pods.map(\.id.description) == ["default/web-0", "default/mine", "default/other", "elsewhere/far"])
    #expect(cluster.pods.map(\.workload) == ["ReplicaSet/default/web", "ReplicaSet/default/web", nil, nil])
  }

  @Test func podsOfAnAbsentReplicaSetCountForTheirDeployment() throws {
    let labels = ", labels: {app: web}"
    let text =
      controller("Deployment", "web", spec: "replicas: 3, selector: {matchLabels: {app: web}}")
      + owned("web-abc-1", "ReplicaSet", "web-abc", extra: labels, spec: "nodeName: n1")
      + owned("web-abc-2", "ReplicaSet", "web-abc", extra: labels)
      + owned("other-abc-1", "ReplicaSet", "other-abc", extra: labels)
      + owned("web-x", "Operator", "web-abc", extra: labels)
    let pods = try cluster(text).pods
    #expect(pods.map(\.id.name) == ["web-0", "web-abc-1", "web-abc-2", "other-abc-1", "web-x"])
    let deployment = "Deployment/default/web"
    #expect(
      pods.map(\.workload) == [
        deployment, deployment, deployment, "ReplicaSet/default/other-abc", "Operator/default/web-abc",
      ])
  }

  @Test func statefulSetsNumberTheirPodsFromTheStart() throws {
    let text =
      controller("StatefulSet", "db", spec: "replicas: 3, ordinals: {start: 5}")
      + owned("db-5", "StatefulSet", "db", spec: "nodeName: n1")
    #expect(try cluster(text).pods.map(\.id.name) == ["db-6", "db-7", "db-5"])
  }

  @Test func jobsMakeWhatIsLeftToDo() throws {
    let text =
      controller("Job", "a", version: "batch/v1", spec: "parallelism: 5, completions: 3")
      + controller("Job", "b", version: "batch/v1", spec: "parallelism: 2")
      + controller("Job", "c", version: "batch/v1", spec: "parallelism: 2, suspend: true")
      + controller("Job", "d", version: "batch/v1", spec: "completions: 2, parallelism: 2")
      + owned("d-x", "Job", "d").replacingOccurrence("spec:", with: "status: {phase: Succeeded}\nspec:")
    let cluster = try cluster(text)
    #expect(cluster.pods.map(\.id.name) == ["a-0", "a-1", "a-2", "b-0", "b-1", "d-0"])
    #expect(cluster.notices(.skipped).count == 1)
  }

  @Test func cronJobsMakeOneRun() throws {
    let text = """
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: nightly}
      spec: {jobTemplate: {spec: {parallelism: 2, completions: 9, template: {spec: {containers: [{name: c}]}}}}}
      """
    #expect(try cluster(text).pods.map(\.workload) == Array(repeating: "CronJob/default/nightly", count: 2))
    #expect(try cluster(text.replacingOccurrence("{jobTemplate", with: "{suspend: true, jobTemplate")).pods.isEmpty)
  }

  @Test func jobsOfACronJobAreWorkloadsOfTheirOwn() throws {
    let owner = ", ownerReferences: [{kind: CronJob, name: nightly, controller: true}]"
    func cron(_ extra: String) -> String {
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {\(extra)jobTemplate: {spec: "
        + "{template: {spec: {containers: [{name: c}]}}}}}\n---\n"
    }
    let first = controller("Job", "nightly-1", version: "batch/v1", spec: "parallelism: 2", metadata: owner)
    let second = controller("Job", "nightly-2", version: "batch/v1", spec: "parallelism: 1", metadata: owner)
    let runs = first + second + owned("nightly-1-x", "Job", "nightly-1", spec: "nodeName: n1")
    for text in [cron(""), cron("suspend: true, "), ""] {
      let pods = try cluster(text + runs).pods
      #expect(pods.map(\.id.name) == ["nightly-1-0", "nightly-2-0", "nightly-1-x"])
      #expect(pods.map(\.workload) == [1, 2, 1].map { "Job/default/nightly-\($0)" })
    }
    // A finished run leaves the next one to be planned.
    let finished = first.replacingOccurrence(
      "spec:", with: "status: {conditions: [{type: Complete, status: \"True\"}]}\nspec:")
    #expect(try cluster(cron("") + finished).pods.map(\.workload) == ["CronJob/default/nightly"])
  }

  @Test func daemonPodsStayBoundAndPendingOnesAreCovered() throws {
    let text =
      controller("DaemonSet", "agent", spec: "selector: {matchLabels: {app: agent}}")
      + owned("agent-a", "DaemonSet", "agent", spec: "nodeName: n1") + owned("agent-b", "DaemonSet", "agent")
    let cluster = try cluster(text)
    #expect(cluster.pods.map(\.id.name) == ["agent-a"])
    #expect(cluster.pods.first?.workload == "DaemonSet/default/agent")
    #expect(cluster.daemons.map(\.id.name) == ["agent"])
    #expect(cluster.daemons[0].spec.tolerations.contains { $0.key == "node.kubernetes.io/unschedulable" })
  }

  @Test func defaultsAreCountedInOneNotice() throws {
    let text =
      controller("Deployment", "web") + pod("a", container: "resources: {requests: {cpu: 10m}}")
      + "---\n" + pod("b", container: "resources: {limits: {cpu: 1, memory: 1Gi}}")
    let cluster = try cluster(text)
    #expect(cluster.pod("web-0")?.spec.requests == [.cpu: 100, .memory: 128 << 20])
    #expect(cluster.pod("a")?.spec.requests == [.cpu: 10, .memory: 128 << 20])
    #expect(cluster.pod("b")?.spec.requests == [.cpu: 1000, .memory: 1 << 30])
    let notices = cluster.notices(.defaulted)
    #expect(notices.map(\.count) == [4])
    #expect(notices.first?.message.contains("100m cpu and 128Mi memory") == true)
  }

  @Test func defaultsAreNotChargedToRunningPods() throws {
    let text =
      pod("a", spec: "nodeName: n") + "---\n"
      + pod("b", container: "resources: {requests: {cpu: 10m}}", spec: "nodeName: n")
      + "---\n" + pod("c") + "---\n"
      + pod("d", container: "resources: {limits: {cpu: 1, memory: 1Gi}}", spec: "nodeName: n")
    let cluster = try cluster(text)
    #expect(cluster.pod("a")?.spec.requests == [:])
    #expect(cluster.pod("b")?.spec.requests == [.cpu: 10])
    #expect(cluster.pod("c")?.spec.requests == [.cpu: 100, .memory: 128 << 20])
    #expect(cluster.pod("d")?.spec.requests == [.cpu: 1000, .memory: 1 << 30])
    #expect(cluster.notices(.defaulted).map(\.count) == [2, 1])
    #expect(cluster.notices(.defaulted).first?.message.contains("running pods") == true)
  }

  @Test func limitRangesFillInAsTheAdmissionPluginDoes() throws {
    let range = """
      apiVersion: v1
      kind: LimitRange
      metadata: {name: r}
      spec: {limits: [{type: Container, max: {memory: 1Gi}, default: {cpu: 500m}, defaultRequest: {cpu: 200m}}]}
      ---

      """
    let text =
      range + pod("none") + "---\n" + pod("limited", container: "resources: {limits: {cpu: 300m}}") + "---\n"
      + pod("old", metadata: "uid: abc")
    let cluster = try cluster(text, options: .withoutDefaults)
    #expect(cluster.pod("none")?.spec.requests == [.cpu: 200, .memory: 1 << 30])
    #expect(cluster.pod("limited")?.spec.requests == [.cpu: 300, .memory: 1 << 30])
    #expect(cluster.pod("old")?.spec.requests == [:])
  }

  @Test func nodePoolsMakeNodesAndTypes() throws {
    let text = """
      apiVersion: bayplan/v1
      kind: NodePool
      name: fixed
      count: 3
      capacity: {cpu: 4, memory: 16Gi}
      reserved: {cpu: 100m, memory: 1Gi}
      devices: [{kind: nvidia.com/gpu, model: T4, count: 2}]
      price: 0.1925
      zones: [a, b]
      ---
      apiVersion: bayplan/v1
      kind: NodePool
      name: elastic
      min: 1
      max: 5
      capacity: {cpu: 2, memory: 8Gi, pods: 20}
      ---
      """ + "\n" + pod("gpu", container: "resources: {limits: {nvidia.com/gpu: 1}}")
    let cluster = try cluster(text)
    #expect(cluster.nodes.map(\.name) == ["fixed-0", "fixed-1", "fixed-2", "elastic-min-0"])
    #expect(cluster.nodes.map { $0.labels[NodeType.zoneLabel] } == ["a", "b", "a", nil])
    #expect(cluster.nodes[0].allocatable == [.cpu: 3900, .memory: 15 << 30, .pods: 110])
    #expect(cluster.nodes[0].price == 192_500)
    #expect(cluster.nodeTypes.map(\.maxCount) == [4])
    #expect(cluster.pods[0].spec.devices == DeviceRequest(kind: Resource("nvidia.com/gpu"), count: 1))
  }

  /// The pods of such a workload are bound from the start: no scheduler sees them.
  @Test func templatesThatNameTheirNode() throws {
    let cluster = try cluster(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: d}
      spec:
        replicas: 2
        selector: {matchLabels: {a: b}}
        template:
          metadata: {labels: {a: b}}
          spec: {nodeName: n1, containers: [{name: c, image: i}]}
      """)
    #expect(cluster.pods.map(\.nodeName) == ["n1", "n1"])
  }

  @Test func whatPlaysNoPartIsSaidOncePerKind() throws {
    let soft =
      "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
      + "[{weight: 1, podAffinityTerm: {topologyKey: z, labelSelector: {}}}]}}"
    let text =
      pod("a", spec: soft) + "---\n" + pod("b", spec: soft) + "---\n" + pod("c", spec: "nodeName: n, priority: -1")
      + "---\n" + pod("d", spec: "volumes: [{name: v, ephemeral: {}}]")
      + "---\n{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: j}}\n"
      + "---\n{apiVersion: v1, kind: Secret, metadata: {name: s}}\n"
    let cluster = try cluster(text)
    #expect(cluster.notices(.notHonoured).map(\.count).sorted() == [1, 2, 3])
    #expect(
      cluster.notices(.skipped).map(\.message) == [
        "Objects of kind Job (batch.volcano.sh/v1alpha1) are not read.", "Objects of kind Secret are not read.",
      ])
    #expect(cluster.notices.allSatisfy { $0.example != nil })
  }

  @Test func patchesMakeNoPods() throws {
    let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: "
    let text =
      controller("Deployment", "web", spec: "replicas: 1") + head + "a}\nspec: {replicas: 5}\n---\n"
      + head + "b}\nspec: {template: {spec: {nodeSelector: {a: b}}}}\n---\n"
      + head + "c}\nspec: {template: {metadata: {annotations: {a: b}}}}\n---\n"
    let cluster = try cluster(text)
    #expect(cluster.pods.map(\.id.name) == ["web-0"])
    let notices = cluster.notices(.warning)
    #expect(
      notices.map { $0.message.prefix { $0 != "," } }
        == ["a", "b", "c"].map { "Deployment default/\($0) has no containers" })
    #expect(notices.compactMap(\.example).map { $0.prefix(12) } == ["test.yaml:6:", "test.yaml:11", "test.yaml:16"])
  }

  @Test func theBuiltInCatalogueIsComplete() {
    let types = NodeCatalogue.builtIn.types
    #expect(types.count == 12 && Set(types.map(\.name)).count == 12)
    for type in types {
      #expect(type.price > 0 && type.allocatable[.cpu] > 1500 && type.allocatable[.memory] > 4 << 30)
      #expect(type.labels["kubernetes.io/arch"] != nil && type.labels["kubernetes.io/os"] == "linux")
    }
  }
}

extension String {
  fileprivate func replacingOccurrence(_ text: String, with other: String) -> String {
    guard let range = firstRange(of: text) else { return self }
    return replacingCharacters(of: range, with: other)
  }

  private func replacingCharacters(of range: Range<Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
