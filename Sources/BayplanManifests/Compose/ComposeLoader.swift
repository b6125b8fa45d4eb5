import BayplanModel

/// Brings the files of a project together into one value: interpolated, extended, included and merged.
struct ComposeLoader {
  /// What holds for all that one file says.
  struct Context {
    var file: String
    /// What relative paths in the file start from.
    var folder: String
    var environment: [String: String]
  }

  let files: ComposeFiles
  var diagnostics = ComposeDiagnostics()
  /// Variables that were told to be unset.
  var unset: Set<String> = []
  /// Files that `extends` names, as read.
  var extended: [String: ComposeValue] = [:]
  /// Services with their `extends` resolved, by file and name.
  var resolved: [String: ComposeValue] = [:]
  /// `COMPOSE_PROJECT_NAME`, which files may refer to: that of the folder until a file states one.
  var projectName: String?
  private var isNameFixed: Bool
  private var loadedFiles = 0
  private var loadedBytes = 0

  /// - Parameters:
  ///   - projectName: The name until a file states one.
  ///   - isNameFixed: No file changes it.
  init(files: ComposeFiles, projectName: String? = nil, isNameFixed: Bool = false) {
    self.files = files
    self.projectName = projectName
    self.isNameFixed = isNameFixed
  }

  /// A file given as text instead of a path.
  struct Source {
    var path: String
    var text: String?
  }

  /// - Parameter including: The files whose `include` led here, outermost first.
  mutating func project(
    _ sources: [Source], folder: String, environment: [String: String], including: [String] = []
  ) -> ComposeValue? {
    var result: ComposeValue?
    for source in sources {
      let context = Context(file: source.path, folder: folder, environment: environment)
      for var root in documents(source, context) {
        root = resolvingExtends(of: root, over: result, context)
        root = resolvingIncludes(of: root, context, including: including + [source.path])
        result = result.map { merging($0, root) } ?? root
      }
    }
    return result
  }

  mutating func merging(_ base: ComposeValue, _ over: ComposeValue, at path: [String] = []) -> ComposeValue {
    var merge = ComposeMerge()
    let result = merge.merge(base, over, at: path)
    merge.problems.forEach { diagnostics.report($0) }
    return result
  }

  /// The documents of a file, variables replaced; each is laid over the one before it.
  mutating func documents(_ source: Source, _ context: Context) -> [ComposeValue] {
    loadedFiles += 1
    if loadedFiles > 500 || loadedBytes > 64 << 20 {
      diagnostics.report(
        .limit, at: SourceLocation(file: source.path), nil, "the project takes more than 500 files or 64 MiB",
        fix: "Look for files that include or extend each other too often.")
      return []
    }
    do throws(InputError) {
      let text = if let given = source.text { given } else { try files.text(source.path) }
      loadedBytes += text.utf8.count
      var roots: [ComposeValue] = []
      for node in try YAMLReader.documents(text, file: source.path) {
        let root = ComposeValue(node, file: source.path)
        switch root.content {
        case .mapping:
          if !isNameFixed, let name = root["name"]?.text, !name.contains("$") {
            projectName = name
            isNameFixed = true
          }
          var root = interpolated(root, context.environment, object: nil)
          anchorPaths(of: &root, context)
          roots.append(root)
        case .null: continue
        default:
          diagnostics.report(
            .invalidValue, at: root.location, nil, "a Compose file is a mapping, not \(root.kindDescription)",
            fix: "Begin with 'services:'.")
        }
      }
      return roots
    } catch {
      error.problems.forEach { diagnostics.report($0) }
      return []
    }
  }

  /// Values with variables replaced; keys stay as they are.
  private mutating func interpolated(
    _ value: ComposeValue, _ environment: [String: String], object: String?
  ) -> ComposeValue {
    var result = value
    switch value.content {
    case .string(let text):
      do throws(ComposeInterpolation.Failure) {
        let fallback = projectName.map { ["COMPOSE_PROJECT_NAME": $0] } ?? [:]
        let replaced = try ComposeInterpolation(environment: environment, fallback: fallback).substitute(text)
        result.content = .string(replaced.text)
        result.isHollow = !replaced.unset.isEmpty
        loadedBytes += replaced.text.utf8.count
        if loadedBytes > 64 << 20 {
          throw .init(
            code: .limit, message: "with its variables replaced, the project is larger than 64 MiB",
            fix: "Make the variables shorter.")
        }
        if replaced.hasStrays {
          diagnostics.note(
            .warning, "A '$' that begins no variable is taken as it is: write $$ for a dollar sign.",
            at: value.location, object)
        }
        for name in replaced.unset where unset.insert(name).inserted {
          diagnostics.note(.warning, "The variable '\(name)' is not set: it is taken as empty.", at: value.location)
        }
      } catch {
        diagnostics.report(error.code, at: value.location, object, error.message, fix: error.fix)
      }
    case .list(let values):
      result.content = .list(values.map { interpolated($0, environment, object: object) })
    case .mapping(let pairs):
      result.content = .mapping(
        pairs.map { pair in
          object == nil && pair.key.hasPrefix("x-")
            ? pair
            : .init(
              key: pair.key,
              value: interpolated(pair.value, environment, object: object.map { "\($0).\(pair.key)" } ?? pair.key))
        })
    default: break
    }
    return result
  }

  /// Writes the paths of env_file out from the folder of their file: services move between files.
  private func anchorPaths(of root: inout ComposeValue, _ context: Context) {
    guard var services = root["services"], case .mapping(var pairs) = services.content else { return }
    for index in pairs.indices {
      for key in ["env_file", "label_file"] {
        guard let value = pairs[index].value[key] else { continue }
        pairs[index].value[key] = anchored(value, context)
      }
    }
    services.content = .mapping(pairs)
    root["services"] = services
  }

  private func anchored(_ value: ComposeValue, _ context: Context) -> ComposeValue {
    var result = value
    switch value.content {
    case .string(let path): result.content = .string(ComposePath.join(context.folder, path))
    case .list(let values): result.content = .list(values.map { anchored($0, context) })
    case .mapping: if let path = value["path"] { result["path"] = anchored(path, context) }
    default: break
    }
    return result
  }
}
