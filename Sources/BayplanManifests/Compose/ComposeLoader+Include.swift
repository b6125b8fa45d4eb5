import BayplanModel

extension ComposeLoader {
  /// What an included project may bring along.
  private static let importedSections = ["services", "networks", "volumes", "secrets", "configs", "models"]

  /// The file with the projects it includes brought in; one that defines the same thing differently is refused.
  mutating func resolvingIncludes(
    of root: ComposeValue, _ context: Context, including: [String]
  ) -> ComposeValue {
    guard let include = root["include"] else { return root }
    var result = root
    result["include"] = nil
    guard let entries = include.list else {
      diagnostics.refuse(
        include, "include", "include is \(include.kindDescription), not a list", fix: "Write '- path/compose.yaml'.")
      return result
    }
    for entry in entries {
      guard let imported = includedProject(entry, context, including: including) else { continue }
      for section in Self.importedSections {
        guard case .mapping(let pairs)? = imported[section]?.content else { continue }
        var target = result[section] ?? ComposeValue(.mapping([]), at: entry.location)
        if target.isNull { target.content = .mapping([]) }
        for pair in pairs {
          if let own = target[pair.key] {
            if !own.isSame(as: pair.value) {
              diagnostics.report(
                .duplicate, at: own.location, "\(section).\(pair.key)",
                "it conflicts with the one included from \(pair.value.location)",
                fix: "Rename one, or change the included one in an override file of its include.")
            }
          } else {
            target[pair.key] = pair.value
          }
        }
        result[section] = target
      }
    }
    return result
  }

  private mutating func includedProject(
    _ entry: ComposeValue, _ context: Context, including: [String]
  ) -> ComposeValue? {
    guard let paths = (entry["path"] ?? entry).listOrScalar, !paths.isEmpty else {
      diagnostics.refuse(
        entry, "include", "this entry has no path", fix: "Write '- path/compose.yaml' or '- path: path/compose.yaml'.")
      return nil
    }
    var sources: [Source] = []
    for path in paths {
      guard let text = path.text, !text.isEmpty else {
        diagnostics.refuse(path, "include", "\(path.kindDescription) is not a path", fix: "Name a Compose file.")
        return nil
      }
      if ComposePath.isRemote(text) {
        diagnostics.report(
          .unsupported, at: path.location, "include", "'\(text)' is remote: Bayplan never fetches files",
          fix: "Fetch it yourself and include the local copy.")
        return nil
      }
      let full = ComposePath.join(context.folder, text)
      if including.contains(where: { ComposePath.normalized($0) == full }) {
        diagnostics.report(
          .cycle, at: path.location, "include",
          "files include each other in a circle: \((including + [full]).joined(separator: " -> "))",
          fix: "Remove one of the includes.")
        return nil
      }
      guard files.kind(full) == .file else {
        diagnostics.report(
          .unreadable, at: path.location, "include", "'\(text)' does not exist (looked for \(full))",
          fix: "Check the path: it is relative to \(context.folder).")
        continue
      }
      sources.append(Source(path: full))
    }
    guard sources.count == paths.count, let first = sources.first else { return nil }
    if including.count >= 50 {
      diagnostics.report(
        .limit, at: entry.location, "include", "files include each other more than 50 deep", fix: "Include less deep.")
      return nil
    }
    var folder = ComposePath.folder(of: first.path)
    if let stated = entry["project_directory"]?.text { folder = ComposePath.join(context.folder, stated) }
    guard let environment = environment(of: entry, context, folder: folder) else { return nil }
    let imported = project(sources, folder: folder, environment: environment, including: including)
    return imported
  }

  /// The variables an included project sees: its own `.env` files, with those of the including project on top.
  private mutating func environment(
    of entry: ComposeValue, _ context: Context, folder: String
  ) -> [String: String]? {
    var result: [String: String] = [:]
    var paths: [(path: String, value: ComposeValue)] = []
    if let stated = entry["env_file"] {
      paths = (stated.listOrScalar ?? []).compactMap { value in
        value.text.map { (ComposePath.join(context.folder, $0), value) }
      }
    } else if files.kind(ComposePath.join(folder, ".env")) == .file {
      paths = [(ComposePath.join(folder, ".env"), entry)]
    }
    var isComplete = true
    for (path, value) in paths {
      guard files.kind(path) == .file else {
        diagnostics.report(
          .unreadable, at: value.location, "include",
          "env_file '\(value.text ?? path)' does not exist (looked for \(path))",
          fix: "Check the path: it is relative to \(context.folder).")
        isComplete = false
        continue
      }
      do throws(InputError) {
        result.merge(
          try DotEnv.parse(files.text(path), file: path, environment: context.environment)
        ) { $1 }
      } catch {
        error.problems.forEach { diagnostics.report($0) }
        isComplete = false
      }
    }
    return isComplete ? result.merging(context.environment) { $1 } : nil
  }
}
