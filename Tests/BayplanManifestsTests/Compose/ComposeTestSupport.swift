import BayplanModel
import Testing

@testable import BayplanManifests

/// Reads `compose.yaml` of a few files that exist only here.
func composeProject(
  _ files: [String: String], read paths: [String] = ["compose.yaml"], _ options: ComposeReader.Options = .init()
) throws(InputError) -> ComposeProject {
  var options = options
  options.projectName = options.projectName ?? "shop"
  return try ComposeReader(options: options, files: .inMemory(files)).read(files: paths)
}

/// A project of one file.
func composeProject(_ text: String, _ options: ComposeReader.Options = .init()) throws(InputError) -> ComposeProject {
  try composeProject(["compose.yaml": text], options)
}

/// The one service of a file that gives its keys below `image: a`.
func composeService(_ keys: String, _ options: ComposeReader.Options = .init()) throws -> ComposeService {
  let body = keys.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
  let project = try composeProject("services:\n  web:\n    image: a\n\(body)\n", options)
  return try #require(project.services.first)
}

func composeCluster(_ project: ComposeProject) -> Cluster {
  var cluster = Cluster()
  ComposeReader().append(project, to: &cluster)
  return cluster
}
