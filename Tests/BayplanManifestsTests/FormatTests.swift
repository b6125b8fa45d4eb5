import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// Formats are told apart by name and content, and folders are read as a whole.
@Suite struct FormatTests {
  private func workloads(_ text: String, _ name: String) throws -> [String?] {
    Array(Set(try cluster(text, name: name).pods.map(\.workload))).sorted { ($0 ?? "") < ($1 ?? "") }
  }

  @Test func formatsAreToldApart() throws {
    #expect(try workloads(pod("a"), "a.yaml") == [nil])
    #expect(try workloads("{\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {}}", "x") == [nil])
    #expect(try workloads("FROM nginx\n", "standard input").first??.hasPrefix("Dockerfile/") == true)
    #expect(try workloads("# syntax=docker/dockerfile:1\nFROM nginx\n", "web/Dockerfile") == ["Dockerfile/default/web"])
    let compose = "services:\n  web:\n    image: nginx\n"
    #expect(try workloads(compose, "stack.yml").first??.hasSuffix("/web") == true)
    #expect(try workloads("# a\n" + compose, "compose.yaml").first??.hasSuffix("/web") == true)
    // A name does not outweigh what the text says.
    #expect(try workloads(pod("a"), "compose-pod.yaml") == [nil])
  }

  @Test(arguments: ["list.json", "list.yaml"]) func itemsOfTypedListsNeedNoKind(_ name: String) throws {
    let head = "\"apiVersion\": \"v1\", \"metadata\": {\"x\": [1]}"
    let kind = "\"kind\": \"PodList\""
    let items = "\"items\": [{\"metadata\": {\"name\": \"a\"}, \"spec\": {}}, {\"kind\": \"Secret\"}]"
    for text in ["{\(kind), \(head), \(items)}", "{\(items), \(kind), \(head)}", "{\(head), \(items), \(kind)}"] {
      #expect(try cluster(text, name: name).pods.map(\.id.name) == ["a"], "\(text)")
    }
    let deployments =
      "{\"items\": [{\"metadata\": {\"name\": \"d\"}, \"spec\": {\"template\": {\"spec\": {\"containers\": "
      + "[{\"name\": \"c\"}]}}}}], \"kind\": \"DeploymentList\", \"apiVersion\": \"apps/v1\"}"
    #expect(try cluster(deployments, name: name).pods.map(\.id.name) == ["d-0"])
    // Nothing says what these are.
    let plain = "{\"kind\": \"List\", \(items)}"
    #expect(problems(plain, name: name).first?.message.contains("no 'kind'") == true)
  }

  @Test func furtherFormatsAreAskedFirst() throws {
    let lines = ManifestFormat(
      name: "Lines", recognizes: { name, _ in name.hasSuffix(".lines") },
      read: { (text, file, cluster) throws(InputError) in
        if text.isEmpty { throw InputError(.empty, at: SourceLocation(file: file), "no line") }
        for line in text.split(separator: "\n") {
          cluster.pods.append(Pod(id: .init(namespace: "default", name: String(line)), spec: PodSpec()))
        }
      })
    var reader = ManifestReader(formats: [lines])
    reader.read("a\nb\n", name: "pods.lines")
    reader.read(pod("c"), name: "c.yaml")
    #expect(try reader.cluster().pods.map(\.id.name) == ["a", "b", "c"])
    reader.read(pod("b"), name: "b.yaml")
    #expect(throws: InputError.self) { try reader.cluster() }
  }

  @Test func foldersAreReadInOrderAndOtherFilesAreNamed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = [
      "b.yaml": pod("b"), "a.yml": pod("a"),
      "deep/c.json": "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"c\"},\"spec\":{}}",
      "README.md": "# Not a manifest", ".hidden.yaml": "{", "app/compose.yaml": "services: {web: {image: a}}",
      "app/compose.override.yaml": "services: {web: {image: b}}", "app/compose.prod.yaml": "services: {x: {image: c}}",
    ]
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    var reader = ManifestReader()
    reader.read(path: folder.path)
    let cluster = try reader.cluster()
    #expect(cluster.pods.map(\.id.name) == ["a", "b", "c", "web.1"])
    #expect(cluster.pods.last?.spec.images == ["b"])
    #expect(cluster.notices(.skipped).map(\.count) == [2])
  }

  @Test func snapshotsInJSONNameTheirLines() throws {
    let text = "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"items\": [\n{\"kind\": \"Pod\"}\n]}"
    let found = problems(text, name: "snapshot.json")
    #expect(found.map(\.location?.line) == [2])
  }

  @Test(.enabled(if: sharedFolder != nil, "BAYPLAN_SHARED is not set")) func containerFilesOfManyProjects() throws {
    let root = try #require(sharedFolder) + "/datasets/manifests"
    for (kind, least) in [("compose", 40), ("dockerfiles", 47)] {
      var read = 0
      for path in try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(kind)").sorted() {
        let file = "\(root)/\(kind)/\(path)"
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
        if isFolder.boolValue || file.hasSuffix(".env") { continue }
        var reader = ManifestReader()
        reader.read(path: file)
        do throws(InputError) {
          _ = try reader.cluster()
          read += 1
        } catch {
          #expect(error.problems.allSatisfy { $0.location != nil }, "\(error)")
          if kind == "dockerfiles" { Issue.record("\(error)") }
        }
      }
      #expect(read >= least, "\(kind)")
    }
  }
}
