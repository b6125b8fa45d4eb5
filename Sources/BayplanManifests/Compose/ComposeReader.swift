import BayplanModel

/// Reads Compose files: Compose Specification with what Docker's compose-go adds.
struct ComposeReader {
  struct Options: Sendable {
    /// What `--profile` activates; `*` stands for all.
    var profiles: [String] = []
    /// `--env-file`, in order; then `.env` is not looked for.
    var envFiles: [String] = []
    /// Variables that win over those files. The environment of the process is for the caller to pass in.
    var environment: [String: String] = [:]
    /// `--project-name`.
    var projectName: String?
    /// What relative paths start from; nil for the folder of the first file.
    var projectFolder: String?
    var requestPolicy = ComposeRequestPolicy.reservations
    /// Requests for cpu and memory where a service has none.
    var defaults: Resources?
  }

  var options: Options
  var files: ComposeFiles

  init(options: Options = Options(), files: ComposeFiles = .disk) {
    self.options = options
    self.files = files
  }

  /// File names that are Compose's own, the preferred ones first.
  static let defaultNames = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]
  static let overrideNames = [
    "compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml",
  ]

  /// Whether a file of this name is likely a Compose file.
  static func recognizes(fileName: String) -> Bool {
    let name = fileName.lowercased()
    return (name.hasSuffix(".yaml") || name.hasSuffix(".yml"))
      && (name.contains("compose") || name.hasPrefix("docker-stack"))
  }

  /// Whether a document looks like a Compose file: services or includes, and nothing of Kubernetes.
  static func recognizes(_ root: DocumentNode) -> Bool {
    guard root["apiVersion"] == nil, root["kind"] == nil else { return false }
    if let services = root["services"] { if case .sequence = services.content { return false } else { return true } }
    if let include = root["include"], case .sequence = include.content { return true }
    return false
  }

  /// Reads the files of one project, each laid over the one before. A folder stands for its default file and that
  /// file's override.
  func read(files paths: [String]) throws(InputError) -> ComposeProject {
    var sources: [ComposeLoader.Source] = []
    var problems: [InputError.Problem] = []
    for path in paths {
      switch files.kind(path) {
      case .file: sources.append(.init(path: path))
      case .absent:
        problems.append(
          .init(.unreadable, at: SourceLocation(file: path), "the file does not exist", fix: "Check the path."))
      case .folder:
        let found = defaultFiles(in: path)
        if found.isEmpty {
          problems.append(
            .init(
              .unreadable, at: SourceLocation(file: path), "the folder has no Compose file",
              fix: "Name the file, or add \(Self.defaultNames[0])."))
        }
        sources += found.map { .init(path: $0) }
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    return try read(sources)
  }

  /// Reads a project given as text.
  /// - Parameters:
  ///   - file: What to call it in messages.
  ///   - folder: What relative paths start from.
  func read(text: String, file: String, folder: String) throws(InputError) -> ComposeProject {
    var reader = self
    reader.options.projectFolder = options.projectFolder ?? folder
    return try reader.read([.init(path: file, text: text)])
  }

  private func defaultFiles(in folder: String) -> [String] {
    func first(_ names: [String]) -> [String] {
      names.map { ComposePath.join(folder, $0) }.first { files.kind($0) == .file }.map { [$0] } ?? []
    }
    let base = first(Self.defaultNames)
    return base.isEmpty ? [] : base + first(Self.overrideNames)
  }

  private func read(_ sources: [ComposeLoader.Source]) throws(InputError) -> ComposeProject {
    guard let first = sources.first else { throw InputError(.empty, "no Compose file is given") }
    let folder = options.projectFolder ?? ComposePath.folder(of: first.path)
    let environment = try environment(in: folder)
    let stated = options.projectName ?? environment["COMPOSE_PROJECT_NAME"]
    var loader = ComposeLoader(
      files: files, projectName: stated.map(Self.normalizedName) ?? Self.name(ofFolder: folder),
      isNameFixed: stated != nil)
    let merged = loader.project(sources, folder: folder, environment: environment)
    if !loader.diagnostics.problems.isEmpty && merged == nil { throw InputError(loader.diagnostics.problems) }
    var root = (merged ?? ComposeValue(.mapping([]), at: SourceLocation(file: first.path))).strippingResets()
    var diagnostics = loader.diagnostics
    if merged == nil { diagnostics.note(.warning, "The file is empty.", at: root.location) }
    ComposeSchema.check(&root, ComposeSchema.topLevel, "project", &diagnostics)
    let name = projectName(root, folder: folder, environment, &diagnostics)
    let project = ComposeProjectBuilder(
      root: root, name: name, files: files, options: options,
      profiles: options.profiles
        + (environment["COMPOSE_PROFILES"] ?? "").split(separator: ",").map { String($0.trimmed) })
    return try project.build(diagnostics)
  }

  /// `.env` or the files named instead, with the given environment on top.
  private func environment(in folder: String) throws(InputError) -> [String: String] {
    var paths = options.envFiles
    let standard = ComposePath.join(folder, ".env")
    if paths.isEmpty && files.kind(standard) == .file { paths = [standard] }
    var result: [String: String] = [:]
    var problems: [InputError.Problem] = []
    for path in paths {
      do throws(InputError) {
        let text = try files.text(path)
        result.merge(try DotEnv.parse(text, file: path, environment: options.environment)) { $1 }
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    return result.merging(options.environment) { $1 }
  }

  private func projectName(
    _ root: ComposeValue, folder: String, _ environment: [String: String], _ diagnostics: inout ComposeDiagnostics
  ) -> String {
    if let name = options.projectName ?? environment["COMPOSE_PROJECT_NAME"], !name.isEmpty {
      return Self.normalizedName(name)
    }
    if let value = root["name"], let name = value.text, !name.isEmpty {
      let normalized = Self.normalizedName(name)
      if normalized != name {
        diagnostics.refuse(
          value, "project", "'\(name)' is not a project name",
          fix: "Use lower-case letters, digits, '-' and '_', beginning with a letter or digit.")
      }
      return normalized
    }
    return Self.name(ofFolder: folder)
  }

  private static func name(ofFolder folder: String) -> String {
    var path = folder
    if path == "." || path.hasSuffix("..") { path = ComposePath.normalized(ComposeFiles.workingFolder + "/" + path) }
    return normalizedName(String(path.split(separator: "/").last ?? "default"))
  }

  static func normalizedName(_ name: String) -> String {
    let kept = name.lowercased().filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
    }
    let trimmed = kept.drop { $0 == "-" || $0 == "_" }
    return trimmed.isEmpty ? "default" : String(trimmed)
  }
}
