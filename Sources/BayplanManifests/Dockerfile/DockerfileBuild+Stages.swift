import BayplanModel

extension DockerfileBuild {
  /// Set by the builder, not by the file: empty here unless `--build-arg` or an ARG default states them.
  static let platformArguments: Set<String> = [
    "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT", "TARGETPLATFORM", "TARGETOS", "TARGETARCH",
    "TARGETVARIANT", "TARGETSTAGE",
  ]

  /// `FROM [--platform=platform] image [AS name]`.
  mutating func from(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    let parts = words.split(arguments.rest)
    var name: String?
    if parts.count == 3 && parts[1].lowercased() == "as" {
      name = parts[2]
      if !Self.isStageName(parts[2].lowercased()) {
        report(
          .invalidValue, instruction, "'\(parts[2])' cannot name a stage",
          fix: "Use letters, digits, '-', '_' and '.', beginning with a letter.")
      }
    } else if parts.count != 1 {
      report(
        .syntax, instruction, "FROM takes an image, or an image, AS and a name, not \(parts.count) words",
        fix: "Write FROM image [AS name].")
      if parts.isEmpty { return }
    }
    let variables = globals.merging(options.buildArguments.filter { Self.platformArguments.contains($0.key) }) { $1 }
    let base = expand(parts[0], variables, instruction) ?? "scratch"
    if base.isEmpty {
      report(
        .missing, instruction, "the image '\(parts[0])' is empty: a variable has no value",
        fix: "Give the ARG before FROM a default, as in ARG BASE=alpine.")
    }
    var platform: String?
    if let flag = arguments.flags.first(where: { $0.name == "platform" }) {
      let value = expand(flag.value ?? "", variables, instruction) ?? ""
      if !value.isEmpty {
        platform = value
      } else if !(flag.value ?? "").contains("$") {
        report(.missing, instruction, "--platform has no value", fix: "Write --platform=linux/arm64.")
      }
    }
    let parent = stages.lastIndex { $0.name?.lowercased() == base.lowercased() }
    if let name, stages.contains(where: { $0.name?.lowercased() == name.lowercased() }) {
      notices.note(.warning, "Two stages are named '\(name)': the later one counts.", example: place(instruction))
    }
    stages.append(.init(name: name, base: base, parent: parent, platform: platform, line: instruction.line))
    var state = parent.map { states[$0] } ?? StageState()
    state.arguments = [:]
    states.append(state)
  }

  private static func isStageName(_ name: String) -> Bool {
    guard let first = name.first, ("a"..."z").contains(first) else { return false }
    return name.allSatisfy {
      ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" || $0 == "_" || $0 == "."
    }
  }

  /// `ARG name[=default] …`: global before the first FROM, else for the stage.
  mutating func argument(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    for word in words.split(arguments.rest) {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard !name.isEmpty else {
        report(.missing, instruction, "ARG has no name before '='", fix: "Write ARG name=default.")
        continue
      }
      let isGlobal = stages.isEmpty
      var value = options.buildArguments[name]
      if value == nil && parts.count == 2 {
        value = expand(String(parts[1]), isGlobal ? globals : states[states.count - 1].variables, instruction)
      }
      if isGlobal {
        if let value { globals[name] = value }
      } else if let value = value ?? globals[name] {
        states[states.count - 1].arguments[name] = value
      }
    }
  }

  /// `COPY [--from=stage] source … destination`, ADD alike, in exec or plain form.
  mutating func copy(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    // A here-document counts as a source.
    let parts = arguments.json ?? words.split(arguments.rest)
    if parts.count < 2 {
      report(
        .missing, instruction, "\(instruction.keyword) takes at least a source and a destination",
        fix: "Write \(instruction.keyword) source destination.")
    }
    if arguments.json == nil {
      let variables = states[states.count - 1].variables
      for part in parts where !part.hasPrefix("<<") { _ = expand(part, variables, instruction) }
    }
    guard let from = arguments.flags.first(where: { $0.name == "from" })?.value else { return }
    if let index = Int(from), !(0..<max(stages.count - 1, 0)).contains(index) {
      report(
        .unreadable, instruction, "--from=\(from) refers to no earlier stage",
        fix: "Stages are counted from 0, and only earlier ones can be copied from.")
    } else if let name = stages.last?.name, name.lowercased() == from.lowercased(),
      !stages.dropLast().contains(where: { $0.name?.lowercased() == name.lowercased() })
    {
      report(
        .cycle, instruction, "--from=\(from) refers to the stage it stands in", fix: "Copy from an earlier stage.")
    }
  }

  /// `ONBUILD instruction`: checked now, run in the images built upon this one.
  mutating func trigger(_ instruction: DockerfileLine) {
    let keyword = instruction.rest.prefix { !$0.isBlank }.uppercased()
    if ["FROM", "MAINTAINER", "ONBUILD"].contains(keyword) {
      report(
        .invalidValue, instruction, "ONBUILD cannot trigger \(keyword)",
        fix: "Use any instruction but FROM, MAINTAINER and ONBUILD.")
      return
    }
    guard DockerfileGrammar.instructions.contains(keyword) else {
      report(
        .syntax, instruction, "'\(keyword.prefix(40))' is not an instruction",
        fix: DockerfileGrammar.suggestion(for: keyword).map { "Maybe \($0) is meant." }
          ?? "Write ONBUILD and an instruction.")
      return
    }
    let rest = String(instruction.rest.drop { !$0.isBlank }.trimmed)
    // It must be well-formed, but changes nothing here.
    var trial = DockerfileBuild(file: file, options: options, words: words)
    trial.stages = stages
    trial.states = states
    trial.apply(
      DockerfileLine(keyword: keyword, rest: rest, line: instruction.line, heredocs: instruction.heredocs))
    problems += trial.problems
  }

  func place(_ instruction: DockerfileLine) -> String { "\(file):\(instruction.line)" }
}
