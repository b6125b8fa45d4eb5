import BayplanModel

/// Checks what services refer to: files, volumes, networks, secrets, configs and each other.
///
/// A reference into a section that the project has must be defined there. Where the whole section is missing, the file
/// is taken as a part of a larger project, as overrides and includes are, and only a warning is given: placement does
/// not depend on it.
struct ComposeReferences {
  let root: ComposeValue
  let files: ComposeFiles
  let enabled: Set<String>
  let disabled: Set<String>
  var diagnostics = ComposeDiagnostics()

  init(root: ComposeValue, files: ComposeFiles, enabled: Set<String>, disabled: Set<String>) {
    self.root = root
    self.files = files
    self.enabled = enabled
    self.disabled = disabled
  }

  mutating func check(_ name: String, _ service: ComposeValue) {
    let object = "service \(name)"
    checkFiles(service["env_file"], "env_file", object)
    checkFiles(service["label_file"], "label_file", object)
    for volume in service["volumes"]?.list ?? [] {
      guard let source = Self.namedVolume(volume) else {
        if let problem = Self.malformedVolume(volume) {
          diagnostics.refuse(volume, object, problem, fix: "Write \"name:/path\" or the long form.")
        }
        continue
      }
      checkDefined(source, "volumes", volume, object)
    }
    for section in ["secrets", "configs"] {
      for entry in service[section]?.list ?? [] {
        guard let source = entry["source"]?.text ?? entry.text else {
          diagnostics.refuse(entry, object, "an entry of \(section) has no source", fix: "Name it.")
          continue
        }
        checkDefined(source, section, entry, object)
      }
    }
    let networks = service["networks"]
    let names = networks?.list?.map { ($0.text ?? "", $0) } ?? networks?.pairs?.map { ($0.key, $0.value) } ?? []
    for (network, value) in names where network != "default" { checkDefined(network, "networks", value, object) }
    checkDependencies(service["depends_on"], object)
  }

  private mutating func checkFiles(_ value: ComposeValue?, _ key: String, _ object: String) {
    for entry in value?.listOrScalar ?? [] {
      let path = entry["path"] ?? entry
      guard let text = path.text, !text.isEmpty else {
        diagnostics.refuse(entry, object, "\(key) has \(entry.kindDescription), not a path", fix: "Name a file.")
        continue
      }
      if files.kind(text) == .file || entry["required"]?.text == "false" { continue }
      if path.isHollow {
        diagnostics.refuse(path, object, "")
      } else {
        diagnostics.report(
          .unreadable, at: path.location, object, "\(key) '\(text)' does not exist",
          fix: "Create it, or write '- path: …' with 'required: false'.")
      }
    }
  }

  private mutating func checkDefined(_ name: String, _ section: String, _ value: ComposeValue, _ object: String) {
    let kind = section.dropLast()
    guard let definitions = root[section], !definitions.isNull else {
      diagnostics.note(
        .warning, "A \(kind) is used, but there are no \(section): the file is taken as part of a larger project.",
        at: value.location, object)
      return
    }
    if definitions[name] != nil { return }
    diagnostics.refuse(
      value, object, "it uses the \(kind) '\(name)', which is not defined",
      fix: "Add it to the top-level \(section), or correct the name.")
  }

  private mutating func checkDependencies(_ value: ComposeValue?, _ object: String) {
    let entries = value?.list?.map { ($0.text ?? "", $0) } ?? value?.pairs?.map { ($0.key, $0.value) } ?? []
    for (name, entry) in entries {
      if let condition = entry["condition"]?.text,
        !["service_started", "service_healthy", "service_completed_successfully"].contains(condition)
      {
        diagnostics.refuse(
          entry, object, "the condition '\(condition)' is not known",
          fix: "Use service_started, service_healthy or service_completed_successfully.")
      }
      if enabled.contains(name) || entry["required"]?.text == "false" { continue }
      if disabled.contains(name) {
        diagnostics.refuse(
          entry, object, "it depends on '\(name)', whose profiles are not active",
          fix: "Activate one of its profiles, or write 'required: false'.")
      } else {
        diagnostics.note(
          .warning, "A service is depended on that is not defined: the file is taken as part of a larger project.",
          at: entry.location, object)
      }
    }
  }

  /// The volume an entry mounts by name; nil for paths, tmpfs and the like.
  static func namedVolume(_ value: ComposeValue) -> String? {
    if case .mapping = value.content {
      guard ["volume", nil].contains(value["type"]?.text) else { return nil }
      return value["source"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }
    let parts = (value.text ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1, let source = parts.first, !source.isEmpty, let first = source.first else { return nil }
    // A drive letter, a path or a home folder.
    if source.count == 1 && parts[1].first.map({ $0 == "\\" || $0 == "/" }) == true && first.isLetter { return nil }
    return source.contains("/") || source.contains("\\") || first == "." || first == "~" ? nil : String(source)
  }

  private static func malformedVolume(_ value: ComposeValue) -> String? {
    switch value.content {
    case .mapping:
      if value["target"]?.text?.isEmpty ?? true { return "the volume has no target" }
      let types = ["bind", "volume", "tmpfs", "npipe", "cluster", "image"]
      if let type = value["type"]?.text, !types.contains(type) { return "the volume type '\(type)' is not known" }
      return nil
    case .string(let text): return text.isEmpty ? "the volume is empty" : nil
    default: return "\(value.kindDescription) is not a volume"
    }
  }
}
