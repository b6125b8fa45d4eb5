import BayplanModel

#if YAML
  import Yams

  /// Turns composed nodes into document nodes and aliases into the values of their anchors.
  struct YAMLConversion {
    /// What an anchor stands for.
    private struct Anchored {
      var node: DocumentNode
      /// Nodes that each alias adds.
      var size: Int
      /// Levels below the node itself.
      var height: Int
    }

    private let file: String
    private let aliasMark: Unicode.Scalar?
    /// Nodes that documents may have in all. Without aliases a node takes a byte of text at least, so what is left
    /// over bounds what aliases and merge keys add.
    private let budget: Int
    private var size = 0
    private var anchors: [String: Anchored] = [:]
    /// The deepest level in the innermost anchored node that is being converted.
    private var deepest = 0

    init(file: String, aliasMark: Unicode.Scalar?, bytes: Int) {
      self.file = file
      self.aliasMark = aliasMark
      budget = 500_000 + 2 * bytes
    }

    /// Anchors hold for one document.
    mutating func document(_ root: Yams.Node) throws(InputError) -> DocumentNode {
      anchors = [:]
      return try convert(root, depth: 1)
    }

    private mutating func convert(_ node: Yams.Node, depth: Int) throws(InputError) -> DocumentNode {
      guard let anchor = aliasMark == nil ? nil : node.anchor else { return try convertContent(node, depth: depth) }
      let (sizeBefore, deepestBefore) = (size, deepest)
      deepest = depth
      let result = try convertContent(node, depth: depth)
      anchors[anchor.rawValue] = Anchored(node: result, size: size - sizeBefore, height: deepest - depth)
      deepest = max(deepest, deepestBefore)
      return result
    }

    private mutating func convertContent(_ node: Yams.Node, depth: Int) throws(InputError) -> DocumentNode {
      try reserve(1, at: node)
      try reach(depth, at: node)
      let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
      switch node {
      case .scalar(let scalar):
        if let anchored = try anchored(scalar) {
          try reserve(anchored.size, at: node)
          try reach(depth + anchored.height, at: node)
          return anchored.node
        }
        let (content, tag) = YAMLScalar.content(
          text(of: scalar), isPlain: scalar.style == .plain, tag: scalar.tag.description)
        return DocumentNode(content, line: line, column: column, tag: tag)
      case .sequence(let sequence):
        var items: [DocumentNode] = []
        items.reserveCapacity(sequence.count)
        for item in sequence { items.append(try convert(item, depth: depth + 1)) }
        return DocumentNode(.sequence(items), line: line, column: column, tag: YAMLScalar.own(sequence.tag.description))
      case .mapping(let mapping):
        let pairs = try pairs(mapping, depth: depth + 1)
        return DocumentNode(.mapping(pairs), line: line, column: column, tag: YAMLScalar.own(mapping.tag.description))
      case .alias(let alias): throw undefined(alias.anchor.rawValue, at: node)
      }
    }

    private func location(_ node: Yams.Node) -> SourceLocation {
      SourceLocation(file: file, line: node.mark?.line ?? 1, column: node.mark?.column)
    }

    private mutating func reserve(_ nodes: Int, at node: Yams.Node) throws(InputError) {
      size += nodes
      if size > budget {
        throw InputError(
          .limit, at: location(node), "aliases expand the text to more than \(budget) values: an alias bomb",
          fix: "Write the values out.")
      }
    }

    private mutating func reach(_ depth: Int, at node: Yams.Node) throws(InputError) {
      deepest = max(deepest, depth)
      if depth > YAMLReader.depthLimit { throw YAMLReader.tooDeep(location(node)) }
    }

    // MARK: - Aliases

    /// The text as it was before aliases were hidden.
    private func text(of scalar: Yams.Node.Scalar) -> String {
      guard let aliasMark, scalar.string.unicodeScalars.contains(aliasMark) else { return scalar.string }
      var text = String.UnicodeScalarView()
      for character in scalar.string.unicodeScalars { text.append(character == aliasMark ? "*" : character) }
      return String(text)
    }

    /// What an alias stands for; nil for any other scalar.
    private func anchored(_ scalar: Yams.Node.Scalar) throws(InputError) -> Anchored? {
      guard let aliasMark, scalar.style == .plain, scalar.string.unicodeScalars.first == aliasMark else { return nil }
      let name = Substring(scalar.string.unicodeScalars.dropFirst())
      let hasProperties = scalar.anchor != nil || YAMLScalar.own(scalar.tag.description) != nil
      guard YAMLAliases.isName(name), !hasProperties else {
        throw InputError(
          .syntax, at: location(.scalar(scalar)), "a plain value begins with '*', which stands for an alias",
          fix: "Put quotes around it.")
      }
      guard let anchored = anchors[String(name)] else { throw undefined(String(name), at: .scalar(scalar)) }
      return anchored
    }

    private func undefined(_ name: String, at node: Yams.Node) -> InputError {
      InputError(
        .syntax, at: location(node), "the alias '*\(name.prefix(80))' has no anchor",
        fix: "Write &\(name.prefix(80)) before the value that it stands for, in the same document.")
    }

    // MARK: - Mappings

    private mutating func pairs(
      _ mapping: Yams.Node.Mapping, depth: Int
    ) throws(InputError) -> [(key: String, value: DocumentNode)] {
      var result: [(key: String, value: DocumentNode)] = []
      result.reserveCapacity(mapping.count)
      var merged: [(key: String, value: DocumentNode)] = []
      var aliasKey: Yams.Node?
      for (key, value) in mapping {
        let (name, isAlias) = try self.name(key, depth: depth)
        if isAlias { aliasKey = key }
        let node = try convert(value, depth: depth)
        if name == "<<" && key.scalar?.style == .plain {
          merged += try mergePairs(node)
        } else {
          result.append((name, node))
        }
      }
      if merged.isEmpty && aliasKey == nil { return result }
      // What is written out wins; of several merged mappings, the earlier.
      var seen = Set(result.map(\.key))
      if let aliasKey, seen.count < result.count {
        throw InputError(
          .duplicate, at: location(aliasKey), "a key stands twice in one mapping, through an alias",
          fix: "Remove one of them.")
      }
      for pair in merged where seen.insert(pair.key).inserted { result.append(pair) }
      return result
    }

    private mutating func name(_ key: Yams.Node, depth: Int) throws(InputError) -> (text: String, isAlias: Bool) {
      if case .scalar(let scalar) = key {
        guard let anchored = try anchored(scalar) else {
          // Keys are text whatever they look like; this is for the anchor alone.
          if scalar.anchor != nil { _ = try convert(key, depth: depth) }
          return (text(of: scalar), false)
        }
        if let text = anchored.node.text { return (text, true) }
      }
      throw InputError(
        .syntax, at: location(key), "a key must be a plain value, not a list or mapping",
        fix: "Maybe a template placeholder like {{ name }} lacks quotes: render the template first.")
    }

    private func mergePairs(_ node: DocumentNode) throws(InputError) -> [(key: String, value: DocumentNode)] {
      switch node.content {
      case .mapping(let pairs): return pairs
      case .sequence(let items):
        var result: [(key: String, value: DocumentNode)] = []
        for item in items { result += try mergePairs(item) }
        return result
      default:
        throw InputError(
          .syntax, at: SourceLocation(file: file, line: node.line, column: node.column),
          "the merge key << takes a mapping or a list of mappings, not \(node.kindDescription)")
      }
    }
  }
#endif
