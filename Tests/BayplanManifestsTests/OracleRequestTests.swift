import BayplanModel
import Foundation
import Testing

@testable import BayplanManifests

/// Effective requests and priorities against what kube-scheduler itself computed.
@Suite(.enabled(if: sharedFolder != nil, "BAYPLAN_SHARED is not set"))
struct OracleRequestTests {
  struct Expected: Decodable {
    struct Entry: Decodable {
      var pod: String
      var priority: Int32
      var requests: [String: Int64]?
    }
    var nodes: [String]
    var filter: [Entry]
  }

  @Test func requestsAgreeWithTheScheduler() throws {
    let root = URL(fileURLWithPath: try #require(sharedFolder)).appendingPathComponent("oracle")
    var cases = 0
    var compared = 0
    for feature in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
      let folder = root.appendingPathComponent(feature)
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? [] {
        let input = folder.appendingPathComponent("\(name)/input.yaml").path
        guard FileManager.default.fileExists(atPath: input) else { continue }
        let data = try Data(contentsOf: folder.appendingPathComponent("\(name)/expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: data)
        var reader = ManifestReader(options: .withoutDefaults)
        reader.read(path: input)
        let cluster = try reader.cluster()
        #expect(cluster.nodes.map(\.name) == expected.nodes, "\(name)")
        for entry in expected.filter {
          let pod = try #require(cluster.pods.first { $0.id.description == entry.pod }, "\(name) \(entry.pod)")
          let requests = Dictionary(
            uniqueKeysWithValues: pod.spec.requests.amounts.map { ($0.key.rawValue, $0.value) })
          #expect(requests == entry.requests ?? [:], "\(name) \(entry.pod)")
          #expect(pod.spec.priority == entry.priority, "\(name) \(entry.pod)")
          compared += 1
        }
        cases += 1
      }
    }
    #expect(cases == 263)
    #expect(compared > 1000)
  }
}
