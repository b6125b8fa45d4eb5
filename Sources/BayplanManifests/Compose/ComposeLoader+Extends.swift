import BayplanModel

extension ComposeLoader {
  /// The file with each service merged over the one it extends.
  /// - Parameter earlier: The files before, whose services can be extended too.
  mutating func resolvingExtends(
    of root: ComposeValue, over earlier: ComposeValue?, _ context: Context
  ) -> ComposeValue {
    guard var services = root["services"], case .mapping(var pairs) = services.content else { return root }
    guard pairs.contains(where: { $0.value["extends"] != nil }) else { return root }
    resolved.removeAll()
    for index in pairs.indices where pairs[index].value["extends"] != nil {
      pairs[index].value =
        resolvedService(pairs[index].key, in: root, over: earlier, context, stack: []) ?? pairs[index].value
    }
    services.content = .mapping(pairs)
    var result = root
    result["services"] = services
    return result
  }

  private mutating func resolvedService(
    _ name: String, in root: ComposeValue, over earlier: ComposeValue?, _ context: Context, stack: [String]
  ) -> ComposeValue? {
    guard let service = root["services"]?[name] ?? earlier?["services"]?[name] else { return nil }
    guard let extends = service["extends"] else { return service }
    let object = "service \(name)"
    let key = "\(context.file): \(name)"
    if let known = resolved[key] { return known }
    var own = service
    own["extends"] = nil
    if stack.contains(key) {
      diagnostics.report(
        .cycle, at: extends.location, object,
        "services extend each other in a circle: \((stack.drop { $0 != key } + [key]).joined(separator: " -> "))",
        fix: "Remove one of the extends.")
      return own
    }
    if stack.count >= 100 {
      diagnostics.report(
        .limit, at: extends.location, object, "more than 100 services extend each other in a row",
        fix: "Extend fewer times.")
      return own
    }
    guard let base = base(of: extends, object, in: root, over: earlier, context, stack: stack + [key]) else {
      return own
    }
    let merged = merging(base, own, at: ["services", name])
    resolved[key] = merged
    return merged
  }

  private mutating func base(
    of extends: ComposeValue, _ object: String, in root: ComposeValue, over earlier: ComposeValue?,
    _ context: Context, stack: [String]
  ) -> ComposeValue? {
    guard let target = (extends["service"] ?? extends).text, !target.isEmpty else {
      diagnostics.refuse(
        extends, object, "extends does not name a service", fix: "Write 'extends: {service: name, file: path}'.")
      return nil
    }
    var root = root
    var earlier = earlier
    var context = context
    if let file = extends["file"] {
      guard let path = file.text, !path.isEmpty else {
        diagnostics.refuse(file, object, "extends.file is not a path", fix: "Name a Compose file.")
        return nil
      }
      if ComposePath.isRemote(path) {
        diagnostics.report(
          .unsupported, at: file.location, object, "extends.file '\(path)' is remote: Bayplan never fetches files",
          fix: "Fetch it yourself and name the local copy.")
        return nil
      }
      let full = ComposePath.join(context.folder, path)
      if full != ComposePath.normalized(context.file) {
        guard files.kind(full) == .file else {
          diagnostics.report(
            .unreadable, at: file.location, object, "extends.file '\(path)' does not exist (looked for \(full))",
            fix: "Check the path: it is relative to \(context.folder).")
          return nil
        }
        context.file = full
        context.folder = ComposePath.folder(of: full)
        earlier = nil
        guard let other = extendedFile(context) else { return nil }
        root = other
      }
    }
    if let service = resolvedService(target, in: root, over: earlier, context, stack: stack) { return service }
    let names = (root["services"]?.pairs ?? []).map(\.key)
    diagnostics.report(
      .unreadable, at: extends.location, object, "it extends '\(target)', which \(context.file) does not define",
      fix: names.isEmpty ? "Check the name." : "Its services are \(names.prefix(8).joined(separator: ", ")).")
    return nil
  }

  private mutating func extendedFile(_ context: Context) -> ComposeValue? {
    if let known = extended[context.file] { return known }
    var result: ComposeValue?
    for root in documents(Source(path: context.file), context) {
      result = result.map { merging($0, root) } ?? root
    }
    extended[context.file] = result
    return result
  }
}
