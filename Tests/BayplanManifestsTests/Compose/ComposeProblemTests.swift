import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

@Suite struct ComposeProblemTests {
  /// A file, and for each problem its line and a word of its message.
  static let cases: [(String, [(Int, String)])] = [
    ("- a\n- b", [(1, "a Compose file is a mapping")]),
    ("services: [a]", [(1, "services is a list")]),
    ("services:\n  web: image", [(2, "not a mapping")]),
    ("services:\n  web:\n    image: [a]", [(3, "image is a list")]),
    ("services:\n  web:\n    image: 5", [(3, "image is the number 5")]),
    ("services:\n  web:\n    image: a\n    ports: 80", [(4, "ports is the number")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - \"80:x\"", [(5, "does not end with a port")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - \"80:80/icmp\"", [(5, "protocol")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - \"99999:80\"", [(5, "not a published port")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - \"80-81:80-85\"", [(5, "differ in length")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - \"host:80:80\"", [(5, "not an address")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - published: 80", [(5, "no target")]),
    ("services:\n  web:\n    image: a\n    ports:\n      - {target: 80, mode: x}", [(5, "neither host nor ingress")]),
    ("services:\n  web:\n    image: a\n    deploy:\n      replicas: -1", [(5, "deploy.replicas")]),
    ("services:\n  web:\n    image: a\n    deploy:\n      replicas: many", [(5, "deploy.replicas")]),
    ("services:\n  web:\n    image: a\n    deploy:\n      mode: sometimes", [(5, "deploy.mode")]),
    ("services:\n  web:\n    image: a\n    deploy: {replicas: 2}\n    scale: 3", [(5, "differ")]),
    ("services:\n  web:\n    image: a\n    container_name: x\n    scale: 3", [(5, "container_name")]),
    ("services:\n  web:\n    image: a\n    cpus: lots", [(4, "cpus 'lots'")]),
    ("services:\n  web:\n    image: a\n    cpus: -1", [(4, "cpus '-1'")]),
    ("services:\n  web:\n    image: a\n    mem_limit: 1q", [(4, "mem_limit '1q'")]),
    ("services:\n  web:\n    image: a\n    mem_limit: 99999999999t", [(4, "mem_limit")]),
    (
      "services:\n  web:\n    image: a\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 2g}}}",
      [(4, "differ")]
    ),
    (
      "services:\n  web:\n    image: a\n    mem_reservation: 2g\n    mem_limit: 1g",
      [(4, "reservation is larger than the limit")]
    ),
    ("services:\n  web:\n    image: a\n    gpus: some", [(4, "gpus")]),
    (
      "services:\n  web:\n    image: a\n    deploy:\n      resources:\n        reservations:\n          devices:\n"
        + "            - count: 1",
      [(8, "no capabilities")]
    ),
    (
      "services:\n  web:\n    image: a\n    gpus:\n      - {count: 1, device_ids: [a]}\n      - {count: few}",
      [(5, "exclude"), (6, "neither a number")]
    ),
    (
      "services:\n  web:\n    image: a\n    deploy:\n      placement:\n        constraints:\n          - node.labels.a\n"
        + "          - node.colour == red\n          - node.role == boss",
      [(7, "not a placement constraint"), (8, "constrains nothing"), (9, "constrains nothing")]
    ),
    (
      "services:\n  web:\n    image: a\n    deploy:\n      placement:\n        max_replicas_per_node: x",
      [(6, "max_replicas_per_node")]
    ),
    ("services:\n  web:\n    image: a\n    healthcheck: {interval: 5 parsecs}", [(4, "healthcheck.interval")]),
    ("services:\n  web:\n    image: a\n    healthcheck:\n      test: [curl, x]", [(5, "begins with 'curl'")]),
    ("services:\n  web:\n    image: a\n    healthcheck:\n      retries: -2", [(5, "retries")]),
    ("services:\n  web:\n    image: a\n    volumes:\n      - data:/x\nvolumes:\n  other:", [(5, "volume 'data'")]),
    ("services:\n  web:\n    image: a\n    secrets:\n      - s\nsecrets: {t: {file: f}}", [(5, "secret 's'")]),
    ("services:\n  web:\n    image: a\n    configs:\n      - source: c\nconfigs: {}", [(5, "config 'c'")]),
    ("services:\n  web:\n    image: a\n    networks: [n]\nnetworks: {m: }", [(4, "network 'n'")]),
    (
      "services:\n  web:\n    image: a\n    depends_on:\n      - db\n  db: {image: b, profiles: [p]}",
      [(5, "profiles are not active")]
    ),
    ("services:\n  web:\n    image: a\n    network_mode: service:vpn", [(4, "'vpn', which is not defined")]),
    ("services:\n  web:\n    image: a\n    env_file:\n      - no.env", [(5, "env_file 'no.env'")]),
    ("services:\n  web:\n    extends: {service: b, file: no.yaml}", [(3, "'no.yaml' does not exist")]),
    ("services:\n  web:\n    extends: b\n  c: {image: c}", [(3, "extends 'b'")]),
    ("services:\n  a:\n    extends: b\n  b:\n    extends: a", [(3, "circle")]),
    ("services:\n  a:\n    extends:\n      service: a", [(4, "circle")]),
    ("services:\n  a:\n    extends: {service: b, file: \"https://x/y.yaml\"}", [(3, "remote")]),
    ("include:\n  - no.yaml", [(2, "'no.yaml' does not exist")]),
    ("include:\n  - compose.yaml\nservices: {a: {image: a}}", [(2, "circle")]),
    ("include:\n  - loop.yaml", [(1, "circle")]),
    ("include:\n  - oci://docker.io/x\n  - git@github.com:a/b.git\n", [(2, "remote"), (3, "remote")]),
    ("include:\n  - path: other.yaml\n    env_file: no.env", [(3, "env_file 'no.env'")]),
    ("include: [other.yaml]\nservices:\n  other: {image: x}", [(3, "conflicts")]),
    ("services:\n  web:\n    image: ${TAG:?which tag}", [(3, "which tag")]),
    ("services:\n  web:\n    image: \"${TAG\"\n    hostname: \"${}\"", [(3, "not closed"), (4, "not followed")]),
    ("services:\n  w/eb:\n    image: a", [(3, "cannot name a service")]),
    ("name: My Shop\nservices: {a: {image: a}}", [(1, "not a project name")]),
    ("services:\n  web:\n    image: \"a\n", [(3, "")]),
  ]

  static let others = [
    "other.yaml": "services: {other: {image: o}}", "loop.yaml": "include: [compose.yaml]",
  ]

  @Test(arguments: cases.indices)
  func isRefusedAtItsLine(_ index: Int) throws {
    let (text, expected) = Self.cases[index]
    var files = Self.others
    files["compose.yaml"] = text
    let isNamed = text.hasPrefix("name")
    let error = #expect(throws: InputError.self) {
      if isNamed { return try ComposeReader(files: .inMemory(files)).read(files: ["compose.yaml"]) }
      return try composeProject(files)
    }
    let problems = error?.problems ?? []
    // A YAML error is the parser's: it may be told at the line after.
    if expected[0].1.isEmpty {
      #expect(problems.first?.code == .syntax)
      return
    }
    #expect(problems.map(\.location?.line) == expected.map(\.0), "\(text)\n\(problems)")
    for (problem, (_, words)) in zip(problems, expected) {
      #expect(problem.message.contains(words), "\(text)")
      #expect(problem.fix != nil)
    }
  }

  @Test func allProblemsAreTold() throws {
    let error = #expect(throws: InputError.self) {
      try composeProject(
        "services:\n  a: {image: a, cpus: x, mem_limit: y, scale: z}\n  b: {image: b, extends: no}\n  c: [1]")
    }
    #expect(error?.problems.count == 5)
    #expect(Set((error?.problems ?? []).compactMap(\.object)) == ["service a", "service b", "service c"])
  }

  @Test func missingInputsAreNamed() {
    let files = ComposeFiles.inMemory(["d/x.txt": "", "e.yaml": "services: {a: {image: a}}"])
    func problems(_ paths: [String], _ options: ComposeReader.Options = .init()) -> [InputError.Problem] {
      do throws(InputError) {
        _ = try ComposeReader(options: options, files: files).read(files: paths)
        return []
      } catch {
        return error.problems
      }
    }
    #expect(problems(["no.yaml", "d"]).map(\.location?.file) == ["no.yaml", "d"])
    #expect(problems([]).map(\.code) == [.empty])
    #expect(problems(["e.yaml"], .init(envFiles: ["no.env"])).map(\.location?.file) == ["no.env"])
  }

  @Test func deepAndExplodingFilesAreSurvived() {
    let deep = "services: {web: {image: a, labels: " + String(repeating: "[", count: 900)
    _ = try? composeProject(deep + String(repeating: "]", count: 900) + "}}")
    #expect(throws: InputError.self) { try composeProject(String(repeating: "[", count: 100_000)) }
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(throws: InputError.self) { try composeProject(bomb) }
  }

  @Test func binaryFilesAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("compose.yaml").path
    try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: URL(fileURLWithPath: path))
    #expect(throws: InputError.self) { try ComposeReader().read(files: [path]) }
    #expect(throws: InputError.self) { try ComposeReader().read(files: [folder.path + "/no.yaml"]) }
    try Data("services: {web: {image: a}}".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try ComposeReader().read(files: [folder.path]).services.count == 1)
  }

  @Test func mutilatedFilesNeverCrash() {
    var random = ManifestFuzzRandom(seed: 11)
    let alphabet = Array("services:\n  web: {}[]\"'${:-?+}!reset &a *a <<- 0123456789gGmM/=~|>\t\u{0}é")
    let seeds = Self.cases.map(\.0)
    for _ in 0..<2000 {
      var text = Array(seeds[Int(random.next() % UInt64(seeds.count))])
      for _ in 0..<Int(random.next() % 6 + 1) {
        let character = alphabet[Int(random.next() % UInt64(alphabet.count))]
        let position = Int(random.next() % UInt64(text.count + 1))
        if random.next() % 3 == 0, position < text.count {
          text.remove(at: position)
        } else {
          text.insert(character, at: position)
        }
      }
      var files = Self.others
      files["compose.yaml"] = String(text)
      if let project = try? composeProject(files), project.services.reduce(0, { $0 + $1.replicas }) < 1000 {
        _ = composeCluster(project)
      }
    }
  }
}
