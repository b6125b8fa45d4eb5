import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// Files of public repositories: all are read or refused, and the counts of many were made by hand.
@Suite(.enabled(if: sharedFolder != nil, "BAYPLAN_SHARED is not set"))
struct RealFileTests {
  private static var root: String { (sharedFolder ?? "") + "/datasets/manifests/kubernetes" }

  /// Not YAML, by the word of the collection.
  private static let broken: Set<String> = [
    "kubernetes__examples/_archived/storage/vitess/etcd-controller-template.yaml",
    "kubernetes-sigs__scheduler-plugins/manifests/appgroup/onlineBoutique-appGroup-example.yaml",
  ]

  @Test func everyFileIsReadOrRefusedByName() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.root)
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    #expect(paths.count == 47)
    var refused: Set<String> = []
    for path in paths {
      var reader = ManifestReader()
      reader.read(path: "\(Self.root)/\(path)")
      do throws(InputError) {
        _ = try reader.cluster()
      } catch {
        refused.insert(path)
        for problem in error.problems {
          #expect(problem.location?.line != nil, "\(problem)")
          #expect(problem.location?.file.hasSuffix(path) == true)
        }
        if !Self.broken.contains(path) { Issue.record("\(error)") }
      }
    }
    #expect(refused == Self.broken)
  }

  struct Golden: Sendable {
    var path: String
    var pods = 0
    var daemons = 0
    /// Sums over all pods and daemons: millicores, mebibytes.
    var cpu: Int64 = 0
    var memory: Int64 = 0
  }

  /// Added up by hand from the files, and once more by an independent script.
  private static let goldens: [Golden] = [
    .init(
      path: "GoogleCloudPlatform__microservices-demo/kubernetes-manifests/cartservice.yaml", pods: 2, cpu: 270,
      memory: 264),
    .init(
      path: "GoogleCloudPlatform__microservices-demo/kustomize/base/frontend.yaml", pods: 1, cpu: 100, memory: 64),
    .init(
      path: "GoogleCloudPlatform__microservices-demo/release/kubernetes-manifests.yaml", pods: 12, cpu: 1570,
      memory: 1368),
    .init(path: "NVIDIA__k8s-device-plugin/deployments/static/nvidia-device-plugin.yml", daemons: 1),
    .init(
      path: "argoproj__argo-cd/manifests/base/application-controller/argocd-application-controller-statefulset.yaml",
      pods: 1),
    .init(path: "argoproj__argo-cd/manifests/base/dex/argocd-dex-server-deployment.yaml", pods: 1),
    .init(
      path: "delimitrou__DeathStarBench/hotelReservation/kubernetes/frontend/frontend-deployment.yaml", pods: 1,
      cpu: 100),
    .init(
      path: "delimitrou__DeathStarBench/hotelReservation/kubernetes/rate/mongodb-rate-deployment.yaml", pods: 1,
      cpu: 100),
    .init(path: "dockersamples__example-voting-app/k8s-specifications/db-deployment.yaml", pods: 1),
    .init(path: "instana__robot-shop/fluentd/Kubernetes/fluentd.yaml", daemons: 1, cpu: 100, memory: 200),
    .init(path: "istio__istio/samples/bookinfo/platform/kube/bookinfo.yaml", pods: 6),
    .init(path: "istio__istio/samples/httpbin/httpbin.yaml", pods: 1),
    .init(path: "kubernetes-sigs__metrics-server/manifests/base/deployment.yaml", pods: 1, cpu: 100, memory: 200),
    // A patch.
    .init(path: "kubernetes-sigs__metrics-server/manifests/components/high-availability/patch.yaml", pods: 0),
    .init(path: "kubernetes__examples/AI/vllm-deployment/vllm-deployment.yaml", pods: 1, cpu: 2000, memory: 10240),
    .init(path: "kubernetes__examples/_archived/elasticsearch/es-rc.yaml", pods: 1),
    .init(
      path: "kubernetes__examples/databases/cassandra/cassandra-statefulset.yaml", pods: 3, cpu: 1500, memory: 3072),
    .init(
      path: "kubernetes__examples/web/guestbook/all-in-one/guestbook-all-in-one.yaml", pods: 6, cpu: 600, memory: 600),
    .init(
      path: "microservices-demo__microservices-demo/deploy/kubernetes/complete-demo.yaml", pods: 14, cpu: 799,
      memory: 1700),
    .init(
      path: "prometheus-operator__kube-prometheus/manifests/kubeStateMetrics-deployment.yaml", pods: 1, cpu: 40,
      memory: 230),
    .init(
      path: "prometheus-operator__kube-prometheus/manifests/nodeExporter-daemonset.yaml", daemons: 1, cpu: 112,
      memory: 200),
    .init(
      path: "prometheus-operator__kube-prometheus/manifests/prometheusOperator-deployment.yaml", pods: 1, cpu: 110,
      memory: 120),
    .init(
      path: "stefanprodan__podinfo/deploy/bases/database/statefulset-primary.yaml", pods: 1, cpu: 100, memory: 32),
    .init(
      path: "stefanprodan__podinfo/deploy/bases/frontend/cronjob-warm-cache.yaml", pods: 1, cpu: 10, memory: 16),
    .init(path: "stefanprodan__podinfo/kustomize/deployment.yaml", pods: 1, cpu: 100, memory: 64),
    .init(path: "volcano-sh__volcano/example/task-start-dependency/job.yaml"),
  ]

  @Test(arguments: goldens) func podsAndRequests(_ golden: Golden) throws {
    var reader = ManifestReader(options: .withoutDefaults)
    reader.read(path: "\(Self.root)/\(golden.path)")
    let cluster = try reader.cluster()
    #expect(cluster.pods.count == golden.pods)
    #expect(cluster.daemons.count == golden.daemons)
    let specs = cluster.pods.map(\.spec) + cluster.daemons.map(\.spec)
    let total = specs.reduce(Resources()) { $0 + $1.requests }
    #expect(total[.cpu] == golden.cpu)
    #expect(total[.memory] == golden.memory << 20)
  }
}
