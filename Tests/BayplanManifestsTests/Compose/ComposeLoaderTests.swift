import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct ComposeLoaderTests {
  @Test func servicesExtendEachOther() throws {
    let project = try composeProject([
      "compose.yaml": """
      services:
        base: {image: a, scale: 2, ports: ["80:80"], command: run}
        web:
          extends: base
          image: b
          ports: ["81:81"]
          command: !reset null
        app:
          extends: {service: common, file: lib/common.yaml}
          mem_limit: 2g
        deep: {extends: web}
      """,
      "lib/common.yaml": """
      services:
        common:
          extends: {service: root, file: root.yaml}
          env_file: common.env
        unused: {image: "${NEVER_ASKED}"}
      """,
      "lib/root.yaml": "services: {root: {image: \"r:${TAG:-9}\", cpus: 1}}",
      "lib/common.env": "",
    ])
    let web = try #require(project.services.first { $0.name == "web" })
    #expect(web.image == "b")
    #expect(web.replicas == 2)
    #expect(web.spec.hostPorts.map(\.port) == [80, 81])
    let app = try #require(project.services.first { $0.name == "app" })
    #expect(app.image == "r:9")
    #expect(app.resources.limits == [.cpu: 1000, .memory: 2 << 30])
    #expect(project.services.first { $0.name == "deep" }?.spec.hostPorts.count == 2)
  }

  @Test func overridesMayExtendEarlierFiles() throws {
    let project = try composeProject(
      [
        "compose.yaml": "services: {web: {image: a, scale: 2}}",
        "more.yaml": "services: {api: {extends: web, image: b}}",
      ], read: ["compose.yaml", "more.yaml"])
    #expect(project.services.map(\.replicas) == [2, 2])
  }

  @Test func projectsIncludeOthers() throws {
    let project = try composeProject([
      "compose.yaml": """
      include:
        - db/compose.yaml
        - path: [cache/a.yaml, cache/b.yaml]
          project_directory: .
          env_file: cache.env
      services:
        web: {image: "w:${TAG:-none}", depends_on: [db, cache]}
      """,
      ".env": "TOP=top",
      "db/compose.yaml": "include: [more/c.yaml]\nservices: {db: {image: \"d:${TAG}-${TOP}\", env_file: x.env}}",
      "db/.env": "TAG=db\nTOP=lost", "db/x.env": "",
      "db/more/c.yaml": "services: {more: {image: m}}",
      "cache/a.yaml": "services: {cache: {image: \"c:${TAG}\", env_file: here.env}}",
      "cache/b.yaml": "services: {cache: {scale: 2}}",
      "cache.env": "TAG=cache", "here.env": "",
    ])
    let images = Dictionary(uniqueKeysWithValues: project.services.map { ($0.name, $0.image) })
    #expect(images == ["web": "w:none", "db": "d:db-top", "more": "m", "cache": "c:cache"])
    #expect(project.services.first { $0.name == "cache" }?.replicas == 2)
  }

  @Test func sameDefinitionsFromTwoIncludesAgree() throws {
    let project = try composeProject([
      "compose.yaml": "include: [a.yaml, b.yaml]", "a.yaml": "include: [c.yaml]", "b.yaml": "include: [c.yaml]",
      "c.yaml": "services: {c: {image: c}}",
    ])
    #expect(project.services.map(\.name) == ["c"])
  }

  @Test func profilesSwitchServices() throws {
    let text = """
      services:
        web: {image: a}
        debug: {image: b, profiles: [dev, test], depends_on: [web]}
        seed: {image: c, profiles: [seed]}
        soft: {image: d, depends_on: {seed: {condition: service_started, required: false}}}
      """
    func names(_ profiles: [String], _ environment: [String: String] = [:]) throws -> [String] {
      try composeProject(text, .init(profiles: profiles, environment: environment)).services.map(\.name)
    }
    #expect(try names([]) == ["web", "soft"])
    #expect(try names(["test"]) == ["web", "debug", "soft"])
    #expect(try names(["*"]).count == 4)
    #expect(try names([], ["COMPOSE_PROFILES": "dev, seed"]).count == 4)
    let project = try composeProject(text)
    #expect(project.disabledServices == ["debug", "seed"])
    #expect(project.availableProfiles == ["dev", "seed", "test"])
  }

  @Test func environmentFilesOfDisabledServicesAreNotAskedFor() throws {
    let text = "services: {web: {image: a, profiles: [p], env_file: no.env}, b: {image: b}}"
    #expect(try composeProject(text).services.count == 1)
    #expect(throws: InputError.self) { try composeProject(text, .init(profiles: ["p"])) }
    let optional = "services: {web: {image: a, env_file: [{path: no.env, required: false}]}}"
    #expect(try composeProject(optional).services.count == 1)
  }

  @Test func textNeedsNoFile() throws {
    let reader = ComposeReader(files: .inMemory([:]))
    let project = try reader.read(text: "services: {web: {image: a}}", file: "<stdin>", folder: "shop")
    #expect(project.name == "shop")
  }

  @Test func manyIncludesAreStopped() throws {
    // Each level includes the next twice: 2^40 files without a limit.
    var files = ["compose.yaml": "include: [\"0.yaml\"]"]
    for level in 0..<40 { files["\(level).yaml"] = "include: [\"\(level + 1).yaml\", \"./\(level + 1).yaml\"]" }
    files["40.yaml"] = "services: {a: {image: a}}"
    let error = #expect(throws: InputError.self) { try composeProject(files) }
    #expect(error?.problems.contains { $0.code == .limit } == true)
  }
}
