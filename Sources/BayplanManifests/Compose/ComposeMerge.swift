import BayplanModel

/// Lays one Compose file over another.
///
/// Source: Compose Specification, "Merge": mappings merge by key, lists are appended, commands are replaced, entries
/// with a unique key replace each other; `!reset` takes a value away, `!override` replaces it whole.
struct ComposeMerge {
  private(set) var problems: [InputError.Problem] = []

  mutating func merge(_ base: ComposeValue, _ over: ComposeValue, at path: [String] = []) -> ComposeValue {
    // A reset stays as a mark, so that it also takes away what comes from further below.
    if over.isReset || over.tag == "!override" { return over }
    if base.isReset { return over }
    if over.isNull { return base }
    if base.isNull { return over }
    let place = Place(path)
    if place.isReplaced { return over }
    var base = base
    var over = over
    if place.isMapping {
      base = Self.mapping(base)
      over = Self.mapping(over)
    } else if place.isBuild {
      base = Self.build(base)
      over = Self.build(over)
    } else if place.isListOrScalar {
      base = Self.list(base)
      over = Self.list(over)
    }
    switch (base.content, over.content) {
    case (.mapping(let left), .mapping(let right)):
      if place.isLogging, let driver = over["driver"]?.text, let old = base["driver"]?.text, driver != old {
        return over
      }
      var result = over
      result.content = .mapping(merge(left, right, at: path))
      return result
    case (.list(let left), .list(let right)):
      var result = over
      result.content = .list(append(left, right, uniqueBy: place.uniqueKey))
      return result
    case (.mapping, _), (.list, _), (_, .mapping), (_, .list):
      problems.append(
        .init(
          .invalidValue, at: over.location, object: path.joined(separator: "."),
          "\(over.kindDescription) cannot be merged into \(base.kindDescription) at \(base.location)",
          fix: "Give both the same form, or use !override."))
      return over
    default:
      return over
    }
  }

  private mutating func merge(
    _ left: [ComposeValue.Pair], _ right: [ComposeValue.Pair], at path: [String]
  ) -> [ComposeValue.Pair] {
    var result = left
    var places = Dictionary(left.enumerated().map { ($1.key, $0) }) { $1 }
    for pair in right {
      if let index = places[pair.key] {
        result[index].value = merge(result[index].value, pair.value, at: path + [pair.key])
      } else {
        places[pair.key] = result.count
        result.append(pair)
      }
    }
    return result
  }

  private func append(
    _ left: [ComposeValue], _ right: [ComposeValue], uniqueBy key: (ComposeValue) -> String?
  ) -> [ComposeValue] {
    var result: [ComposeValue] = []
    var places: [String: Int] = [:]
    for value in left + right {
      if let key = key(value) {
        if let index = places[key] {
          result[index] = value
          continue
        }
        places[key] = result.count
      }
      result.append(value)
    }
    return result
  }

  /// `KEY=value` and `name` lists as mappings.
  static func mapping(_ value: ComposeValue) -> ComposeValue {
    guard case .list(let values) = value.content else { return value }
    var result = value
    var pairs: [ComposeValue.Pair] = []
    for entry in values {
      guard let text = entry.text else { return value }
      var item = entry
      let separator = text.firstIndex { $0 == "=" }
      item.content = separator.map { .string(String(text[text.index(after: $0)...])) } ?? .null
      pairs.append(.init(key: String(text[..<(separator ?? text.endIndex)]), value: item))
    }
    result.content = .mapping(pairs)
    return result
  }

  private static func build(_ value: ComposeValue) -> ComposeValue {
    guard let context = value.text else { return value }
    var result = value
    result.content = .mapping([.init(key: "context", value: ComposeValue(.string(context), at: value.location))])
    return result
  }

  private static func list(_ value: ComposeValue) -> ComposeValue {
    guard value.text != nil else { return value }
    var result = value
    result.content = .list([value])
    return result
  }

  /// What is special about merging at a path.
  private struct Place {
    /// The path below `services.<name>`; nil elsewhere.
    let service: [String]?

    init(_ path: [String]) {
      service = path.first == "services" && path.count >= 3 ? Array(path.dropFirst(2)) : nil
      isLabels = path.last == "labels" && path.count >= 3
    }

    let isLabels: Bool
    var isReplaced: Bool { [["command"], ["entrypoint"], ["healthcheck", "test"]].contains(service) }
    var isBuild: Bool { service == ["build"] }
    var isLogging: Bool { service == ["logging"] }
    var isMapping: Bool {
      isLabels
        || [
          ["environment"], ["annotations"], ["sysctls"], ["extra_hosts"], ["depends_on"], ["networks"],
          ["build", "args"], ["build", "additional_contexts"], ["build", "extra_hosts"], ["models"],
        ].contains(service)
    }
    var isListOrScalar: Bool {
      [["env_file"], ["label_file"], ["dns"], ["dns_search"], ["tmpfs"]].contains(service)
    }

    var uniqueKey: (ComposeValue) -> String? {
      switch service {
      case ["ports"]: { ComposePort.uniqueKey($0) }
      case ["volumes"], ["devices"]:
        { value in
          if let target = value["target"]?.text { return target }
          let parts = value.text?.split(separator: ":") ?? []
          return parts.count > 1 ? String(parts[1]) : parts.first.map(String.init)
        }
      case ["secrets"], ["configs"]: { $0["target"]?.text ?? $0["source"]?.text ?? $0.text }
      case ["env_file"]: { $0["path"]?.text ?? $0.text }
      default: { $0.text }
      }
    }
  }
}
