import BayplanModel
import Testing

@testable import BayplanManifests

@Suite struct ComposeMergeTests {
  /// The service `web` after `over` was laid over `base`, both given as the keys of that service.
  private func merged(_ base: String, _ over: String) throws -> ComposeValue {
    func document(_ keys: String) throws -> ComposeValue {
      let text = "services:\n  web:\n" + keys.split(separator: "\n").map { "    \($0)\n" }.joined()
      return try ComposeValue(#require(YAMLReader.documents(text, file: "f").first), file: "f")
    }
    var merge = ComposeMerge()
    let result = merge.merge(try document(base), try document(over))
    #expect(merge.problems.isEmpty)
    return try #require(result.strippingResets().at("services", "web"))
  }

  private func texts(_ value: ComposeValue?) -> [String] { (value?.list ?? []).compactMap(\.text) }

  @Test func mappingsMergeAndListsAppend() throws {
    let web = try merged(
      "image: a\ndeploy: {replicas: 1, mode: replicated}\ndns: 1.1.1.1\ncap_add: [A, B]",
      "image: b\ndeploy: {replicas: 2}\ndns: [8.8.8.8]\ncap_add: [B, C]\nhostname: h")
    #expect(web["image"]?.text == "b")
    #expect(web.at("deploy", "replicas")?.text == "2")
    #expect(web.at("deploy", "mode")?.text == "replicated")
    #expect(texts(web["dns"]) == ["1.1.1.1", "8.8.8.8"])
    #expect(texts(web["cap_add"]) == ["A", "B", "C"])
    #expect(web["hostname"]?.text == "h")
  }

  @Test func commandsAreReplaced() throws {
    let web = try merged(
      "command: [a, b]\nentrypoint: x\nhealthcheck: {test: [CMD, a], retries: 2}",
      "command: c\nentrypoint: [y]\nhealthcheck: {test: [CMD, b]}")
    #expect(web["command"]?.text == "c")
    #expect(texts(web["entrypoint"]) == ["y"])
    #expect(texts(web.at("healthcheck", "test")) == ["CMD", "b"])
    #expect(web.at("healthcheck", "retries")?.text == "2")
  }

  @Test func pairsMeetInEitherForm() throws {
    let web = try merged(
      "environment: [A=1, B=2, C]\nlabels: {x: 1}\ndepends_on: [db]\nnetworks: [n]\nbuild: .",
      "environment: {B: 3}\nlabels: [x=2, y=3]\ndepends_on: {cache: {condition: service_started}}\nnetworks: {m: }\n"
        + "build: {target: t}")
    #expect(web.at("environment", "A")?.text == "1")
    #expect(web.at("environment", "B")?.text == "3")
    #expect(web["environment"]?.pairs?.count == 3)
    #expect(web.at("labels", "x")?.text == "2")
    #expect(web["depends_on"]?.pairs?.map(\.key) == ["db", "cache"])
    #expect(web["networks"]?.pairs?.map(\.key) == ["n", "m"])
    #expect(web.at("build", "context")?.text == ".")
    #expect(web.at("build", "target")?.text == "t")
  }

  @Test func entriesWithAUniqueKeyReplaceEachOther() throws {
    let web = try merged(
      "ports: [\"80:80\", \"81:81\"]\nvolumes: [\"a:/x\", \"b:/y\"]\nsecrets: [s]\nconfigs: [{source: c, target: /t}]",
      "ports: [{target: 80, published: 80, name: web}, \"80:80/udp\"]\nvolumes: [\"c:/x:ro\"]\nsecrets: [{source: s}]\n"
        + "configs: [{source: d, target: /t}]")
    #expect(web["ports"]?.list?.count == 3)
    #expect(web["ports"]?.list?.first?["name"]?.text == "web")
    #expect(texts(web["volumes"]) == ["c:/x:ro", "b:/y"])
    #expect(web["secrets"]?.list?.count == 1)
    #expect(web["configs"]?.list?.first?["source"]?.text == "d")
  }

  @Test func resetTakesAwayAndOverrideReplaces() throws {
    let web = try merged(
      "ports: [\"80:80\"]\nenvironment: {A: 1, B: 2}\ncap_add: [A]\nhostname: h",
      "ports: !reset []\nenvironment: {A: !reset null}\ncap_add: !override [B]\nhostname: !reset h")
    #expect(web["ports"] == nil)
    #expect(web["environment"]?.pairs?.map(\.key) == ["B"])
    #expect(texts(web["cap_add"]) == ["B"])
    #expect(web["hostname"] == nil)
  }

  @Test func loggingOfAnotherDriverIsReplaced() throws {
    let web = try merged(
      "logging: {driver: a, options: {x: 1}}", "logging: {driver: b, options: {y: 1}}")
    #expect(web.at("logging", "options")?.pairs?.map(\.key) == ["y"])
    let same = try merged("logging: {driver: a, options: {x: 1}}", "logging: {options: {y: 1}}")
    #expect(same.at("logging", "options")?.pairs?.map(\.key) == ["x", "y"])
  }

  @Test func formsThatDoNotMeetAreRefused() {
    let error = #expect(throws: InputError.self) {
      try composeProject(
        ["a.yaml": "services: {web: {image: a, ports: [80]}}", "b.yaml": "services:\n  web:\n    ports: {a: 1}"],
        read: ["a.yaml", "b.yaml"])
    }
    #expect(error?.problems.first?.location?.description.hasPrefix("b.yaml:3") == true)
  }

  @Test func foldersBringTheirOverride() throws {
    let files = [
      "p/compose.yaml": "services: {web: {image: a}}", "p/docker-compose.yml": "services: {no: {image: a}}",
      "p/compose.override.yaml": "services: {web: {scale: 2}}",
    ]
    #expect(try composeProject(files, read: ["p"]).services.map(\.replicas) == [2])
    #expect(try composeProject(files, read: ["p/compose.yaml"]).services.map(\.replicas) == [1])
    #expect(
      try composeProject(files, read: ["p/compose.yaml", "p/docker-compose.yml"]).services.map(\.name)
        == ["web", "no"])
  }

  @Test func severalDocumentsAreLaidOverEachOther() throws {
    let project = try composeProject("services: {web: {image: a}}\n---\nservices: {web: {scale: 3}}")
    #expect(project.services.map(\.replicas) == [3])
  }

  @Test func mergeKeysAndAnchorsWork() throws {
    let project = try composeProject(
      """
      x-base: &base
        image: "a:${TAG:-1}"
        deploy: {replicas: 2}
      services:
        one: {<<: *base}
        two:
          <<: *base
          image: b
      """)
    #expect(project.services.map(\.image) == ["a:1", "b"])
    #expect(project.services.map(\.replicas) == [2, 2])
  }
}
