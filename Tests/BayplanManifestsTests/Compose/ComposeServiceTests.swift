import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct ComposeServiceTests {
  @Test func theClassicService() throws {
    let options = ComposeReader.Options(defaults: [.cpu: 100, .memory: 128 << 20])
    let project = try composeProject("services:\n  web:\n    build: .\n    ports:\n      - \"80:80\"\n", options)
    let cluster = composeCluster(project)
    #expect(cluster.pods.count == 1)
    let pod = try #require(cluster.pods.first)
    #expect(pod.id == PodID(namespace: "shop", name: "web.1"))
    #expect(pod.workload == "Service/shop/web")
    #expect(pod.spec.hostPorts == [HostPort(port: 80)])
    #expect(pod.spec.images == ["shop-web"])
    #expect(pod.spec.requests == [.cpu: 100, .memory: 128 << 20])
    #expect(
      pod.spec.labels == ["com.docker.compose.project": "shop", "com.docker.compose.service": "web"])
    #expect(cluster.notices.filter { $0.kind == .defaulted }.count == 2)
  }

  @Test(arguments: [
    ("scale: 3", 3, false), ("deploy: {replicas: 2}", 2, false), ("deploy: {replicas: 0}", 0, false),
    ("deploy: {replicas: \"4\"}", 4, false), ("scale: 2\ndeploy: {replicas: 2}", 2, false),
    ("deploy: {mode: global}", 1, true), ("deploy: {mode: replicated}", 1, false),
    ("deploy: {mode: global-job}", 1, true),
  ])
  func replicasAreCounted(_ keys: String, _ count: Int, _ isGlobal: Bool) throws {
    let project = try composeProject(
      "services:\n  web:\n    image: a\n" + keys.split(separator: "\n").map { "    \($0)\n" }.joined())
    let cluster = composeCluster(project)
    #expect(cluster.pods.map(\.id.name) == (isGlobal || count == 0 ? [] : (1...count).map { "web.\($0)" }))
    #expect(cluster.daemons.map(\.id) == (isGlobal ? [PodID(namespace: "shop", name: "web")] : []))
  }

  @Test(arguments: [
    ("0.5", 500), ("2", 2000), ("\"1.5\"", 1500), ("0.0001", 1), ("0", 0), ("1.0005", 1001),
  ])
  func coresAreExact(_ text: String, _ millicores: Int64) throws {
    let service = try composeService("cpus: \(text)")
    #expect(service.resources.limits[.cpu] == millicores)
  }

  @Test(arguments: [
    ("512", 512), ("1k", 1024), ("1kb", 1024), ("50M", 52_428_800), ("50mb", 52_428_800), ("1.5g", 1_610_612_736),
    ("2GB", 2_147_483_648), ("64B", 64), ("1GiB", 1_073_741_824), ("0", 0), ("\"300M\"", 314_572_800),
  ])
  func bytesAreOfBase1024(_ text: String, _ bytes: Int64) throws {
    let service = try composeService("mem_limit: \(text)")
    #expect(service.resources.limits[.memory] == bytes)
  }

  @Test func policiesChooseBetweenReservationAndLimit() throws {
    let keys = """
      deploy:
        resources:
          limits: {cpus: "2", memory: 1G}
          reservations: {memory: 256M}
      """
    func requests(_ policy: ComposeRequestPolicy) throws -> Resources {
      try composeService(keys, .init(requestPolicy: policy)).spec.requests
    }
    #expect(try requests(.reservations) == [.memory: 256 << 20])
    #expect(try requests(.limits) == [.cpu: 2000, .memory: 256 << 20])
    #expect(try requests(.max) == [.cpu: 2000, .memory: 1 << 30])
  }

  @Test func defaultsFillGapsUpToTheLimit() throws {
    let options = ComposeReader.Options(defaults: [.cpu: 100, .memory: 128 << 20])
    let project = try composeProject("services: {web: {image: a, scale: 3, mem_limit: 20m, cpus: 2}}", options)
    #expect(project.services.first?.spec.requests == [.cpu: 100, .memory: 20 << 20])
    #expect(project.notices.filter { $0.kind == .defaulted }.map(\.count) == [3, 3])
  }

  @Test func olderKeysMeanTheSame() throws {
    let service = try composeService("cpus: 0.5\nmem_limit: 1g\nmem_reservation: 64m\npids_limit: -1")
    #expect(service.resources.limits == [.cpu: 500, .memory: 1 << 30])
    #expect(service.resources.reservations == [.memory: 64 << 20])
    let both = try composeService("mem_limit: 1g\ndeploy: {resources: {limits: {memory: 1024M}}}")
    #expect(both.resources.limits == [.memory: 1 << 30])
  }

  @Test(arguments: [
    ("gpus: all", "nvidia.com/gpu", 1), ("gpus: [{count: 2}]", "nvidia.com/gpu", 2),
    ("gpus: [{driver: amd, count: 1}]", "amd.com/gpu", 1),
    ("deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 3}]}}}", "nvidia.com/gpu", 3),
    ("deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: all}]}}}", "nvidia.com/gpu", 1),
    ("deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}", "nvidia.com/gpu", 1),
    (
      "deploy: {resources: {reservations: {devices: [{driver: nvidia, device_ids: ['0', '3'], capabilities: [gpu]}]}}}",
      "nvidia.com/gpu", 2
    ),
    (
      "deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: SSD, value: 2}}]}}}",
      "SSD", 2
    ),
  ])
  func devicesAreRequested(_ keys: String, _ resource: String, _ count: Int64) throws {
    #expect(try composeService(keys).spec.requests == [Resource(resource): count])
  }

  @Test func constraintsSpeakOfNodes() throws {
    let keys = """
      platform: linux/aarch64
      deploy:
        placement:
          max_replicas_per_node: 2
          preferences: [{spread: node.labels.zone}]
          constraints:
            - node.hostname==n1
            - node.role == manager
            - node.role != worker
            - node.platform.arch != x86_64
            - node.labels.tier != slow
            - engine.labels.operatingsystem == debian
            - node.id == abc
            - disktype=ssd
      """
    let service = try composeService(keys)
    #expect(
      service.spec.nodeSelector == [
        "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64", "kubernetes.io/hostname": "n1",
        "operatingsystem": "debian", "disktype": "ssd",
      ])
    let controlPlane = LabelRequirement(key: "node-role.kubernetes.io/control-plane", operator: .exists)
    #expect(
      service.spec.nodeAffinity
        == NodeSelector(terms: [
          NodeSelectorTerm(
            matchExpressions: [
              controlPlane, controlPlane,
              LabelRequirement(key: "kubernetes.io/arch", operator: .notIn, values: ["amd64"]),
              LabelRequirement(key: "tier", operator: .notIn, values: ["slow"]),
            ], matchFields: [LabelRequirement(key: "metadata.name", operator: .in, values: ["abc"])])
        ]))
    #expect(service.spec.maxPerNode == 2)
    #expect(service.spec.topologySpread.map(\.topologyKey) == ["zone"])
    #expect(service.spec.topologySpread.first?.isHard == false)
    #expect(service.spec.topologySpread.first?.selector?.matches(service.spec.labels) == true)
  }

  @Test func contradictingConstraintsStayContradictions() throws {
    let service = try composeService("deploy: {placement: {constraints: [node.labels.a==1, node.labels.a==2]}}")
    #expect(service.spec.nodeSelector == ["a": "1"])
    #expect(service.spec.nodeAffinity?.matches(name: "n", labels: ["a": "1"]) == false)
  }

  @Test(arguments: [
    ("80", []), ("8080:80", [HostPort(port: 8080)]),
    ("127.0.0.1:8080:80", [HostPort(port: 8080, address: "127.0.0.1")]),
    ("53:53/udp", [HostPort(port: 53, protocol: "UDP")]), ("[::1]:80:80", [HostPort(port: 80, address: "::1")]),
    ("8000-8001:9000-9001", [HostPort(port: 8000), HostPort(port: 8001)]), ("8000-8005:80", []),
    ("127.0.0.1::80", []), ("3000-3005", []), (":9000", []), ("0.0.0.0:80:80", [HostPort(port: 80)]),
    ("{target: 80, published: 8080}", [HostPort(port: 8080)]),
    ("{target: 80, published: \"8080\", mode: host, protocol: tcp}", [HostPort(port: 8080)]),
    ("{target: 80, published: 8080, mode: ingress}", []), ("{target: 80}", []),
    ("{target: 80, published: \"8000-8100\", host_ip: 10.0.0.1}", []),
  ])
  func publishedPortsAreTakenOnTheNode(_ port: String, _ expected: [HostPort]) throws {
    let text = port.hasPrefix("{") ? port : "\"\(port)\""
    #expect(try composeService("ports: [\(text)]").spec.hostPorts == expected)
  }

  @Test func hostNetworkPublishesNothing() throws {
    #expect(try composeService("network_mode: host\nports: [\"80:80\"]").spec.hostPorts == [])
  }

  @Test func sharingPutsReplicasOnOneNode() throws {
    let project = try composeProject(
      """
      services:
        app: {image: a, scale: 3, network_mode: "service:vpn"}
        vpn: {image: b, scale: 2}
        log: {image: c, volumes_from: ["app:ro"]}
        spy: {image: d, pid: "service:log"}
        lone: {image: e, ipc: host}
      """)
    let pods = composeCluster(project).pods
    let keys = Dictionary(uniqueKeysWithValues: pods.map { ($0.id.name, $0.spec.colocation) })
    #expect(keys["app.1"] == keys["vpn.1"])
    #expect(keys["app.2"] == keys["vpn.2"])
    #expect(keys["app.3"] == keys["vpn.2"])
    #expect(keys["app.1"] != keys["app.2"])
    #expect(keys["log.1"] == keys["app.1"])
    #expect(keys["spy.1"] == keys["vpn.1"])
    #expect(keys["app.1"] != .some(nil))
    #expect(keys["lone.1"] == .some(nil))
  }

  @Test func healthChecksAreRead() throws {
    let keys = "healthcheck: {test: [CMD, curl, x], interval: 1m30s, timeout: 500ms, retries: 3, start_period: 5s}"
    #expect(
      try composeService(keys).healthcheck
        == Healthcheck(test: ["CMD", "curl", "x"], interval: 90_000, timeout: 500, startPeriod: 5000, retries: 3))
    #expect(try composeService("healthcheck: {disable: true}").healthcheck?.isDisabled == true)
    #expect(try composeService("healthcheck: {test: [NONE]}").healthcheck?.isDisabled == true)
    #expect(try composeService("healthcheck: {test: curl x}").healthcheck?.test == ["CMD-SHELL", "curl x"])
  }

  @Test func nothingIsIgnoredSilently() throws {
    let project = try composeProject(
      """
      x-top: 1
      nonsense: 1
      services:
        web:
          image: a
          x-own: 1
          cpuset: "0,1"
          imagee: b
          volumes: ["data:/data"]
          platform: wasi/wasm
      """)
    let told = project.notices.filter { $0.kind == .notHonoured }.map(\.message)
    #expect(told.count == 3)
    for word in ["cpuset", "named volumes", "wasi/wasm"] { #expect(told.contains { $0.contains(word) }) }
    #expect(project.notices.contains { $0.message.contains("A volume is used") })
    #expect(project.notices.filter { $0.message.contains("has no key") }.count == 2)
  }

  @Test func projectsAreNamed() throws {
    let text = "name: my_shop\nservices: {web: {image: a}}"
    let named = try ComposeReader(files: .inMemory(["Some Dir/compose.yaml": text])).read(files: ["Some Dir"])
    #expect(named.name == "my_shop")
    #expect(named.namespace == "my-shop")
    let files = ComposeFiles.inMemory(["Some Dir/compose.yaml": "services: {web: {image: a}}"])
    #expect(try ComposeReader(files: files).read(files: ["Some Dir"]).name == "somedir")
    let asked = "name: my\nservices: {web: {image: \"${COMPOSE_PROJECT_NAME}:1\"}}"
    let own = try ComposeReader(files: .inMemory(["x/compose.yaml": asked])).read(files: ["x"])
    #expect(own.services.first?.image == "my:1")
    #expect(own.notices.isEmpty)
    let options = ComposeReader.Options(environment: ["COMPOSE_PROJECT_NAME": "other"])
    #expect(try ComposeReader(options: options, files: files).read(files: ["Some Dir"]).name == "other")
  }

  @Test func composeFilesAreRecognized() throws {
    for name in ["compose.yaml", "docker-compose.prod.yml", "docker-stack.yml"] {
      #expect(ComposeReader.recognizes(fileName: name))
    }
    #expect(!ComposeReader.recognizes(fileName: "deployment.yaml"))
    func root(_ text: String) throws -> DocumentNode {
      try #require(YAMLReader.documents(text, file: "x").first)
    }
    #expect(try ComposeReader.recognizes(root("services: {a: {image: b}}")))
    #expect(try !ComposeReader.recognizes(root("kind: Service\napiVersion: v1\nservices: {}")))
    #expect(try !ComposeReader.recognizes(root("services: [a]")))
  }
}
