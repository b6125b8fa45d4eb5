import BayplanModel
import Foundation

@testable import BayplanManifests

/// The folder of shared test data, where there is one.
let sharedFolder: String? = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"]

func cluster(
  _ text: String, name: String = "test.yaml", options: ManifestReader.Options = .init()
) throws -> Cluster {
  var reader = ManifestReader(options: options)
  reader.read(text, name: name)
  return try reader.cluster()
}

/// The problems of an input that must be refused.
func problems(_ text: String, name: String = "bad.yaml") -> [InputError.Problem] {
  problems(Data(text.utf8), name: name)
}

func problems(_ bytes: Data, name: String) -> [InputError.Problem] {
  var reader = ManifestReader()
  reader.read(bytes, name: name)
  do throws(InputError) {
    _ = try reader.cluster()
    return []
  } catch {
    return error.problems
  }
}

extension ManifestReader.Options {
  static var withoutDefaults: Self {
    var options = Self()
    options.defaultRequests = .none
    return options
  }
}

/// A minimal pod; `spec` and `container` are extra lines in flow style.
func pod(_ name: String, container: String = "", spec: String = "", metadata: String = "") -> String {
  """
  apiVersion: v1
  kind: Pod
  metadata: {name: \(name)\(metadata.isEmpty ? "" : ", \(metadata)")}
  spec: {containers: [{name: c\(container.isEmpty ? "" : ", \(container)")}]\(spec.isEmpty ? "" : ", \(spec)")}

  """
}

extension Cluster {
  func pod(_ name: String, in namespace: String = "default") -> Pod? {
    pods.first { $0.id == PodID(namespace: namespace, name: name) }
  }

  func notices(_ kind: Notice.Kind) -> [Notice] { notices.filter { $0.kind == kind } }
}
