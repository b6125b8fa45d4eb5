import BayplanModel

extension DockerfileBuild {
  mutating func environment(_ instruction: DockerfileLine) {
    // All values of one instruction see the variables as they were before it.
    for (name, value) in pairs(instruction) { states[states.count - 1].environment[name] = value }
  }

  mutating func label(_ instruction: DockerfileLine) {
    for (name, value) in pairs(instruction) {
      states[states.count - 1].labels[name] = value
      states[states.count - 1].labelLines[name] = instruction.line
    }
  }

  /// `name=value …`, or the old `name value` with one value to the end of the line.
  private mutating func pairs(_ instruction: DockerfileLine) -> [(String, String)] {
    let variables = states[states.count - 1].variables
    let parts = words.split(instruction.rest)
    guard let first = parts.first else { return [] }
    if !first.contains("=") {
      let value = instruction.rest.dropFirst(first.count).trimmed
      guard !value.isEmpty else {
        report(
          .missing, instruction, "\(instruction.keyword) \(first) has no value",
          fix: "Write \(instruction.keyword) \(first)=value.")
        return []
      }
      guard let name = expand(first, variables, instruction),
        let value = expand(String(value), variables, instruction)
      else { return [] }
      return [(name, value)]
    }
    var result: [(String, String)] = []
    for part in parts {
      guard let equals = part.firstIndex(of: "=") else {
        report(
          .syntax, instruction, "'\(part.prefix(60))' has no '='",
          fix: "Write name=value, with quotes around a value that has blanks.")
        continue
      }
      let name = expand(String(part[..<equals]), variables, instruction)
      let value = expand(String(part[part.index(after: equals)...]), variables, instruction)
      if name == "" {
        report(.missing, instruction, "there is no name before '=' in '\(part.prefix(60))'", fix: "Write name=value.")
      } else if let name, let value {
        result.append((name, value))
      }
    }
    return result
  }

  /// `EXPOSE 80 443/tcp 8000-8010/udp`.
  mutating func expose(_ instruction: DockerfileLine) {
    for word in words.split(instruction.rest) {
      guard let text = expand(word, states[states.count - 1].variables, instruction) else { continue }
      if text.isEmpty {
        notices.note(
          .warning, "EXPOSE \(word) is empty: the variable has no value here.", example: place(instruction))
      }
      for part in text.split(whereSeparator: \.isBlank) {
        guard let port = Self.port(part) else {
          report(
            .invalidValue, instruction, "'\(part.prefix(60))' is not a port",
            fix: "Write 80, 443/tcp or 8000-8010/udp, with numbers up to 65535.")
          continue
        }
        if !states[states.count - 1].ports.contains(port) { states[states.count - 1].ports.append(port) }
      }
    }
  }

  private static func port(_ text: Substring) -> DockerfileImage.Port? {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    let transport = halves.count == 2 ? halves[1].uppercased() : "TCP"
    guard halves.count <= 2, ["TCP", "UDP", "SCTP"].contains(transport) else { return nil }
    // A host part is allowed and without effect.
    let target = halves[0].split(separator: ":", omittingEmptySubsequences: false).last ?? ""
    let ends = target.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = PortNumber.parse(ends[0]), let last = PortNumber.parse(ends[ends.count - 1]),
      first <= last
    else { return nil }
    return .init(first: first, last: last, protocol: transport)
  }

  mutating func user(_ instruction: DockerfileLine) {
    guard let text = expand(instruction.rest, states[states.count - 1].variables, instruction) else { return }
    if text.isEmpty {
      notices.note(.warning, "USER is empty: the variable has no value here.", example: place(instruction))
    } else if text.contains(where: \.isBlank) {
      report(.invalidValue, instruction, "'\(text.prefix(60))' is not one user", fix: "Write USER user[:group].")
    } else {
      states[states.count - 1].user = text
    }
  }

  /// `HEALTHCHECK [flags] CMD command` or `HEALTHCHECK NONE`; the last one counts.
  mutating func healthcheck(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    let kind = arguments.rest.prefix { !$0.isBlank }.uppercased()
    let rest = String(arguments.rest.dropFirst(kind.count).trimmed)
    var check = Healthcheck()
    switch kind {
    case "NONE":
      if !rest.isEmpty {
        report(.syntax, instruction, "HEALTHCHECK NONE takes no arguments", fix: "Remove '\(rest.prefix(40))'.")
      }
      check.isDisabled = true
      check.test = ["NONE"]
    case "CMD":
      let command = DockerfileArguments(rest, words: words)
      if rest.isEmpty {
        report(.missing, instruction, "HEALTHCHECK CMD has no command", fix: "Write HEALTHCHECK CMD command.")
      }
      check.test = command.json.map { ["CMD"] + $0 } ?? ["CMD-SHELL", rest]
    default:
      report(
        .syntax, instruction, "'\(kind.prefix(40))' is not a kind of health check",
        fix: "Write HEALTHCHECK CMD command, or HEALTHCHECK NONE.")
    }
    check.interval = duration("interval", arguments, instruction)
    check.timeout = duration("timeout", arguments, instruction)
    check.startPeriod = duration("start-period", arguments, instruction)
    check.startInterval = duration("start-interval", arguments, instruction)
    if let text = arguments.flags.first(where: { $0.name == "retries" })?.value {
      if let retries = Int(text), retries >= 0 {
        check.retries = retries
      } else {
        report(.invalidValue, instruction, "--retries=\(text) is not a number of tries", fix: "Write --retries=3.")
      }
    }
    states[states.count - 1].healthcheck = check
  }

  private mutating func duration(
    _ name: String, _ arguments: DockerfileArguments, _ instruction: DockerfileLine
  ) -> Int64? {
    guard let flag = arguments.flags.first(where: { $0.name == name }) else { return nil }
    if let duration = GoDuration.milliseconds(flag.value ?? "") { return duration }
    report(
      .invalidValue, instruction, "--\(name)=\(flag.value ?? "") is not a duration",
      fix: "Write it like 30s, 1m30s or 500ms.")
    return nil
  }

  /// CMD, ENTRYPOINT, RUN and SHELL.
  mutating func command(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    if instruction.keyword == "SHELL" {
      if arguments.json?.isEmpty ?? true {
        report(
          .syntax, instruction, "SHELL is not written as an array",
          fix: "Write SHELL [\"executable\", \"argument\"].")
      }
      return
    }
    if instruction.keyword == "RUN" {
      if arguments.rest.isEmpty {
        report(.missing, instruction, "RUN has flags but no command", fix: "Write the command after the flags.")
      }
      return
    }
    let command = arguments.json.map { DockerfileImage.Command.exec($0) } ?? .shell(arguments.rest)
    if instruction.keyword == "CMD" {
      states[states.count - 1].command = command
    } else {
      states[states.count - 1].entrypoint = command
    }
  }

  /// VOLUME, WORKDIR and STOPSIGNAL.
  mutating func path(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    let variables = states[states.count - 1].variables
    if instruction.keyword == "VOLUME" {
      for part in arguments.json ?? words.split(arguments.rest) {
        if expand(part, variables, instruction) == "" {
          report(.invalidValue, instruction, "VOLUME has an empty path", fix: "Write an absolute path.")
        }
      }
      return
    }
    guard let text = expand(arguments.rest, variables, instruction) else { return }
    if instruction.keyword == "STOPSIGNAL" {
      if text.contains(where: \.isBlank) {
        report(.invalidValue, instruction, "'\(text.prefix(40))' is not a signal", fix: "Write STOPSIGNAL SIGTERM.")
      }
      states[states.count - 1].stopSignal = text
    }
  }
}

/// Port numbers of the Internet protocols.
enum PortNumber {
  /// 0...65535, digits only.
  static func parse(_ text: some StringProtocol) -> Int32? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int32(text), number <= 65535
    else { return nil }
    return number
  }
}
