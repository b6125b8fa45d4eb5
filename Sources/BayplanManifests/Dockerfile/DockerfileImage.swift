import BayplanModel

/// What a Dockerfile says about the container it builds.
struct DockerfileImage: Sendable, Equatable {
  struct Port: Sendable, Hashable {
    var first: Int32
    var last: Int32
    /// `TCP`, `UDP` or `SCTP`.
    var `protocol`: String
  }

  /// `["executable", "argument"]`, or a line for the shell.
  enum Command: Sendable, Hashable {
    case exec([String])
    case shell(String)
  }

  struct Stage: Sendable, Hashable {
    var name: String?
    /// As in the file, variables replaced: an image, `scratch` or the name of an earlier stage.
    var base: String
    /// The earlier stage that `base` names.
    var parent: Int?
    var platform: String?
    var line: Int
  }

  var file: String
  var stages: [Stage]
  /// The stage that is built.
  var target: Int
  /// The image the target stands on, followed through the stages; `scratch` for none.
  var baseImage: String
  /// `os/arch[/variant]`, where the file states one.
  var platform: String?
  var isWindows: Bool
  /// What EXPOSE names. A hint: nothing is taken on the node.
  var ports: [Port]
  var user: String?
  var healthcheck: Healthcheck?
  var labels: [String: String]
  /// Where each label is set last.
  var labelLines: [String: Int]
  var entrypoint: Command?
  var command: Command?
  var stopSignal: String?
  var notices: [Notice]
}

/// How a container is asked for its health.
struct Healthcheck: Sendable, Hashable {
  /// Nil for a check that is switched off, or one that only changes the image's times.
  var test: [String]?
  var isDisabled = false
  /// In milliseconds; nil means the default of the runtime.
  var interval: Int64?
  var timeout: Int64?
  var startPeriod: Int64?
  var startInterval: Int64?
  var retries: Int?
}

extension DockerfileImage {
  /// Labels by which an image states what it asks for: `bayplan.cpu=500m`, `bayplan.memory=256Mi`.
  static let cpuLabel = "bayplan.cpu"
  static let memoryLabel = "bayplan.memory"

  /// The workload of one container that the image makes.
  /// - Parameter defaults: requests for resources about which the image says nothing.
  func pod(named name: String, defaults: Resources? = nil, notices: inout [Notice]) throws(InputError) -> Pod {
    var spec = PodSpec()
    spec.labels = labels
    spec.images = [baseImage]
    if let platform { spec.nodeSelector = Platform(platform).nodeSelector }
    if isWindows { spec.nodeSelector[Platform.osLabel] = "windows" }
    var problems: [InputError.Problem] = []
    for (label, resource) in [(Self.cpuLabel, Resource.cpu), (Self.memoryLabel, Resource.memory)] {
      guard let text = labels[label] else { continue }
      if let amount = ResourceHint.amount(text, of: resource) {
        spec.requests[resource] = amount
      } else {
        problems.append(
          .init(
            .invalidValue, at: SourceLocation(file: file, line: labelLines[label]), object: "LABEL \(label)",
            "'\(text)' is not a quantity",
            fix: "Write it like \(resource == .cpu ? "500m or 0.5" : "256Mi")."))
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    if let defaults { DefaultedRequests.fill(&spec.requests, from: defaults, of: name, notices: &notices) }
    return Pod(id: PodID(namespace: "default", name: name), workload: "Dockerfile/default/\(name)", spec: spec)
  }

  /// Adds the workload, and what was noticed, to a cluster.
  func append(to cluster: inout Cluster, named name: String, defaults: Resources? = nil) throws(InputError) {
    let pod = try pod(named: name, defaults: defaults, notices: &cluster.notices)
    cluster.pods.append(pod)
    for notice in notices {
      cluster.notices.note(notice.kind, notice.message, count: notice.count, example: notice.example)
    }
  }

  /// A name for the workload of the Dockerfile at `path`: `web` for `web/Dockerfile`, `docs` for `docs.Dockerfile`.
  static func workloadName(path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." && $0 != ".." }.map(String.init)
    guard let file = parts.last else { return "dockerfile" }
    let lowered = file.lowercased()
    let folder = parts.dropLast().last ?? "dockerfile"
    let stem: String
    if lowered == "dockerfile" || lowered == "containerfile" || !lowered.contains("file") {
      stem = folder
    } else if lowered.hasSuffix(".dockerfile") || lowered.hasSuffix(".containerfile") {
      stem = file.split(separator: ".").dropLast().joined(separator: ".")
    } else if lowered.hasPrefix("dockerfile.") || lowered.hasPrefix("containerfile.") {
      stem = file.split(separator: ".").dropFirst().joined(separator: ".")
    } else {
      stem = folder
    }
    return DNSName.label(from: stem, else: "dockerfile")
  }
}

/// Names that Kubernetes accepts.
enum DNSName {
  /// Lower-case letters, digits and inner dashes, at most 63.
  static func label(from text: String, else fallback: String) -> String {
    var result = ""
    for character in text.lowercased() {
      if character.isASCII && (character.isLetter || character.isNumber) {
        result.append(character)
      } else if !result.isEmpty && result.last != "-" {
        result.append("-")
      }
      if result.count == 63 { break }
    }
    while result.last == "-" { result.removeLast() }
    return result.isEmpty ? fallback : result
  }
}
