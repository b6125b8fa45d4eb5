import BayplanModel
import Testing

@testable import BayplanManifests

/// What the simulator needs to know of controllers.
@Suite struct ControllerModelTests {
  private func workloads(_ text: String, name: String = "a.yaml") throws -> [Workload] {
    var reader = ManifestReader()
    reader.read(text, name: name)
    return try reader.cluster().workloads
  }

  @Test func deployments() throws {
    let workload = try workloads(
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        replicas: 0
        minReadySeconds: 7
        strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 10%}}
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            terminationGracePeriodSeconds: 90
            containers:
              - {name: web, image: "w:1", resources: {requests: {cpu: 200m}}, readinessProbe: {initialDelaySeconds: 12}}
      """)[0]
    #expect(workload.reference == "Deployment/shop/web" && workload.replicas == 0)
    #expect(workload.template.spec.requests[.cpu] == 200 && workload.template.workload == "Deployment/shop/web")
    #expect(workload.lifecycle.startupMillis == 12_000 && workload.lifecycle.graceMillis == 90_000)
    #expect(workload.lifecycle.minReadyMillis == 7000)
    #expect(workload.rollout.maxSurge == .count(2) && workload.rollout.maxUnavailable == .percent(10))
  }

  @Test func cronJobs() throws {
    let text = """
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: tidy}
      spec:
        schedule: "*/10 * * * *"
        concurrencyPolicy: Forbid
        jobTemplate:
          spec:
            completions: 4
            parallelism: 2
            backoffLimit: 1
            activeDeadlineSeconds: 60
            template: {spec: {containers: [{name: tidy, image: "t:1"}]}}
      """
    let workload = try workloads(text)[0]
    let terms = try #require(workload.job)
    #expect(terms.schedule == CronSchedule("*/10 * * * *") && terms.concurrency == .forbid)
    #expect(terms.completions == 4 && workload.replicas == 2 && terms.backoffLimit == 1)
    #expect(terms.deadlineMillis == 60_000)
    #expect(throws: InputError.self) { try workloads(text.replacingOccurrences(of: "*/10", with: "*/x")) }
  }

  @Test func autoscalers() throws {
    var reader = ManifestReader()
    reader.read(
      """
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: web}
      spec:
        scaleTargetRef: {kind: Deployment, name: web}
        maxReplicas: 9
        behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
        metrics:
          - {type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 70}}}
          - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 55}}}
      """, name: "hpa.yaml")
    let autoscaler = try reader.cluster().autoscalers[0]
    #expect(autoscaler.cpuPercent == 55 && autoscaler.scaleDownWindowMillis == 60_000)
  }

  @Test func composeServicesAndDockerfilesAreKeptRunning() throws {
    let services = try workloads(
      """
      services:
        web:
          image: web
          deploy: {replicas: 3}
          healthcheck: {test: [CMD, "true"], start_period: 1m30s}
        agent: {image: agent, deploy: {mode: global}}
      """, name: "compose.yaml")
    #expect(services.map(\.kind) == [.service] && services[0].replicas == 3)
    #expect(services[0].lifecycle.startupMillis == 90_000)
    let image = try workloads("FROM x\nHEALTHCHECK --start-period=40s CMD true\n", name: "Dockerfile")
    #expect(image.map(\.lifecycle.startupMillis) == [40_000])
  }
}
