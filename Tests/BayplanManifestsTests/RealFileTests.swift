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
}
