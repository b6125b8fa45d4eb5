import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// Real files, read where `BAYPLAN_SHARED` says they are.
enum ManifestDataset {
  static let root = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"].map { $0 + "/datasets/manifests" }
  static let isThere = root.map { FileManager.default.fileExists(atPath: $0) } ?? false

  static func files(under folder: String, where matches: (String) -> Bool) -> [String] {
    guard let root, isThere else { return [] }
    let names = FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap { $0 as? String } ?? []
    return names.filter { matches(String($0.split(separator: "/").last ?? "")) }.sorted()
      .map { root + "/" + folder + "/" + $0 }
  }
}

@Suite(.enabled(if: ManifestDataset.isThere, "Set BAYPLAN_SHARED to the folder with datasets/manifests."))
struct DockerfileDatasetTests {
  static let files = ManifestDataset.files(under: "dockerfiles") { $0.contains("Dockerfile") }

  @Test func thereAreFortySeven() { #expect(Self.files.count == 47) }

  @Test(arguments: files)
  func parses(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let image = try DockerfileReader().read(text, file: path)
    #expect(!image.baseImage.isEmpty)
  }

  private func image(_ path: String, target: String? = nil) throws -> DockerfileImage {
    let path = try #require(ManifestDataset.root) + "/dockerfiles/" + path
    return try DockerfileReader(options: .init(target: target))
      .read(String(contentsOfFile: path, encoding: .utf8), file: path)
  }

  @Test func whatTheyBuildIsRead() throws {
    let windows = try image("dotnet__dotnet-docker/samples/aspnetapp/Dockerfile.windowsservercore-iis")
    #expect(windows.baseImage == "mcr.microsoft.com/dotnet/aspnet:10.0-windowsservercore-ltsc2022")
    #expect(windows.isWindows)
    #expect(windows.ports.map(\.first) == [80])
    #expect(windows.entrypoint == .exec(["C:\\ServiceMonitor.exe", "w3svc"]))

    let cassandra = try image("kubernetes__examples/databases/cassandra/image/Dockerfile")
    #expect(cassandra.ports.map(\.first) == [7000, 7001, 7199, 9042, 9160])
    #expect(cassandra.labels["org.label-schema.license"] == "Apache License 2.0")
    #expect(cassandra.labels.count == 8)

    let pilot = try image("istio__istio/pilot/docker/Dockerfile.pilot")
    #expect(pilot.baseImage == "registry.istio.io/release/base:latest")
    #expect(pilot.stages.map(\.name) == ["debug", "distroless", nil])
    #expect(pilot.user == "1337:1337")
  }
}
