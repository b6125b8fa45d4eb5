import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

@Suite(.enabled(if: ManifestDataset.isThere, "Set BAYPLAN_SHARED to the folder with datasets/manifests."))
struct ComposeDatasetTests {
  static let files = ManifestDataset.files(under: "compose") { $0.hasSuffix(".yml") || $0.hasSuffix(".yaml") }

  /// Files whose include, extends or env_file target is not in the collection, and that target.
  static let incomplete = [
    "compose-spec__compose-go/loader/testdata/extends/base.yaml": "sibling.yaml",
    "compose-spec__compose-go/loader/testdata/include/dir/compose.yaml": "extra.env",
    "laradock__laradock/docker-compose.multi-php.yml": "php-fpm/defaults.env",
    "laradock__laradock/docker-compose.yml": "adminer/compose.yml",
    "laradock__laradock/multi-php/compose.yml": "../php-fpm/compose.yml",
    "vegasbrianc__prometheus/docker-stack.yml": "grafana/config.monitoring",
    "vegasbrianc__prometheus/docker-traefik-stack.yml": "grafana/config.monitoring",
  ]

  static func name(_ path: String) -> String {
    String(path.dropFirst(((ManifestDataset.root ?? "") + "/compose/").count))
  }

  @Test func thereAreFiftySeven() { #expect(Self.files.count == 57) }

  @Test(arguments: files)
  func parsesOrNamesWhatIsAbsent(_ path: String) throws {
    guard let target = Self.incomplete[Self.name(path)] else {
      _ = composeCluster(try ComposeReader().read(files: [path]))
      return
    }
    let error = #expect(throws: InputError.self) { try ComposeReader().read(files: [path]) }
    let problems = error?.problems ?? []
    #expect(problems.allSatisfy { $0.code == .unreadable && $0.location?.line != nil })
    #expect(problems.first?.message.contains(target) == true)
  }

  private func project(_ names: [String], _ options: ComposeReader.Options = .init()) throws -> ComposeProject {
    let root = try #require(ManifestDataset.root)
    return try ComposeReader(options: options).read(files: names.map { root + "/compose/" + $0 })
  }

  /// Services and pods, counted by hand.
  @Test(arguments: [
    ("dockersamples__example-voting-app/docker-stack.yml", 5, 7),
    ("dockersamples__example-voting-app/docker-compose.yml", 5, 5),
    ("instana__robot-shop/docker-compose.yaml", 12, 12),
    ("delimitrou__DeathStarBench/socialNetwork/docker-compose-swarm.yml", 31, 31),
    ("delimitrou__DeathStarBench/hotelReservation/docker-compose.yml", 24, 24),
    ("open-telemetry__opentelemetry-demo/compose.yaml", 20, 20),
    ("moby__buildkit/hack/composefiles/compose.yaml", 2, 2),
    ("deviantony__docker-elk/docker-compose.yml", 3, 3),
    ("langfuse__langfuse/docker-compose.dev-redis-cluster.yml", 9, 9),
    ("stefanprodan__dockprom/docker-compose.yml", 7, 7),
    ("compose-spec__compose-go/loader/testdata/combined/compose.yaml", 1, 1),
    ("nickjj__docker-flask-example/compose.yaml", 0, 0),
  ])
  func countsAreRight(_ name: String, _ services: Int, _ pods: Int) throws {
    let project = try project([name])
    #expect(project.services.count == services)
    #expect(composeCluster(project).pods.count == pods)
  }

  @Test func requestsOfTheTelemetryDemo() throws {
    let base = "open-telemetry__opentelemetry-demo/"
    let options = ComposeReader.Options(requestPolicy: .limits)
    let demo = composeCluster(try project([base + "compose.yaml"], options))
    let memory = Dictionary(uniqueKeysWithValues: demo.pods.map { ($0.id.name, $0.spec.requests[.memory]) })
    #expect(memory["ad.1"] == 300 << 20)
    #expect(memory["load-generator.1"] == 512 << 20)
    #expect(memory["quote.1"] == 40 << 20)
    // 300+160+20+20+100+250+90+120+512+140+20+40+500+20+75+200+100+80+20+400
    #expect(demo.pods.reduce(0) { $0 + $1.spec.requests[.memory] } == 3167 << 20)
    // The ports come from the .env file beside it.
    #expect(demo.pods.first { $0.id.name == "frontend-proxy.1" }?.spec.hostPorts.map(\.port) == [8080, 10000])
    #expect(demo.pods.first { $0.id.name == "ad.1" }?.spec.hostPorts == [])

    let full = try project(
      [base + "compose.yaml", base + "compose.observability.yaml", base + "compose.agent.yaml"], options)
    #expect(full.services.count == 28)
    // And 1200+175+200+1024+65 for observability, 3×500 for the agent.
    let total = composeCluster(full).pods.reduce(0) { $0 + $1.spec.requests[.memory] }
    #expect(total == (3167 + 2664 + 1500) << 20)
    let none = composeCluster(try project([base + "compose.yaml"]))
    #expect(none.pods.allSatisfy { $0.spec.requests.isEmpty })
  }

  @Test func profilesOfRealFiles() throws {
    let elk = try project(["deviantony__docker-elk/docker-compose.yml"], .init(profiles: ["setup"]))
    #expect(elk.services.count == 5)
    let pods = composeCluster(elk).pods
    let setup = try #require(pods.first { $0.id.name == "setup.1" }?.spec.colocation)
    #expect(pods.filter { $0.spec.colocation == setup }.map(\.id.name).sorted() == ["elasticsearch.1", "setup.1"])
    #expect(try project(["moby__buildkit/hack/composefiles/compose.yaml"], .init(profiles: ["*"])).services.count == 5)
    let error = #expect(throws: InputError.self) {
      try project(["nickjj__docker-flask-example/compose.yaml"], .init(profiles: ["web"]))
    }
    #expect(error?.problems.first?.message.contains(".env") == true)
    #expect(error?.problems.first?.location?.line == 18)
  }

  @Test func placementOfRealFiles() throws {
    let root = try #require(ManifestDataset.root) + "/compose/"
    let path = root + "vegasbrianc__prometheus/docker-traefik-stack.yml"
    // The environment file of grafana is not in the collection: an empty one stands in for it.
    var files = ComposeFiles.disk
    files.kind = { $0.hasSuffix("config.monitoring") ? .file : ComposeFiles.disk.kind($0) }
    let cluster = composeCluster(try ComposeReader(files: files).read(files: [path]))
    #expect(cluster.pods.map(\.id.name) == ["prometheus.1", "alertmanager.1", "grafana.1"])
    #expect(cluster.daemons.map(\.id.name) == ["traefik", "node-exporter", "cadvisor"])
    let traefik = try #require(cluster.daemons.first)
    #expect(traefik.spec.hostPorts.map(\.port) == [80, 443])
    #expect(traefik.spec.nodeAffinity?.terms.first?.matchExpressions.map(\.operator) == [.exists])

    let vllm = composeCluster(try project(["laradock__laradock/vllm/compose.yml"]))
    #expect(vllm.pods.first?.spec.requests == [Resource("nvidia.com/gpu"): 1])
    let hotel = composeCluster(try project(["delimitrou__DeathStarBench/hotelReservation/docker-compose.yml"]))
    let consul = try #require(hotel.pods.first { $0.id.name == "consul.1" })
    #expect(consul.spec.hostPorts.map(\.port) == [8300, 8400, 8500, 8600])
    #expect(consul.spec.hostPorts.last?.protocol == "UDP")
  }
}
