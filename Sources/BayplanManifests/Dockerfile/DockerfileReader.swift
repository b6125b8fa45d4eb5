import BayplanModel

/// Reads a Dockerfile: the full grammar of the reference, as BuildKit parses it.
struct DockerfileReader {
  struct Options: Sendable {
    /// Name or number of the stage to build; nil for the last one.
    var target: String?
    /// `--build-arg`: values for ARG.
    var buildArguments: [String: String] = [:]
  }

  var options = Options()

  /// Whether a file of this name is a Dockerfile: `Dockerfile`, `Dockerfile.web`, `web.Dockerfile`, Containerfile alike.
  static func recognizes(fileName: String) -> Bool {
    let name = fileName.lowercased()
    let isText = [".yaml", ".yml", ".json", ".md", ".txt", ".dockerignore"].contains { name.hasSuffix($0) }
    return !isText
      && ["dockerfile", "containerfile"].contains {
        name == $0 || name.hasPrefix($0 + ".") || name.hasSuffix("." + $0)
      }
  }

  /// - Parameter file: The path to name in messages.
  func read(_ text: String, file: String) throws(InputError) -> DockerfileImage {
    if text.utf8.count > 4 << 20 {
      throw InputError(.limit, at: SourceLocation(file: file), "the Dockerfile is larger than 4 MiB")
    }
    if text.utf8.contains(0) {
      throw InputError(
        .syntax, at: SourceLocation(file: file), "the file is binary, not a Dockerfile",
        fix: "Give the text of a Dockerfile.")
    }
    let lexer = DockerfileLexer(text, file: file)
    var build = DockerfileBuild(file: file, options: options, words: DockerfileWords(escape: lexer.escape))
    build.problems = lexer.problems
    for instruction in lexer.instructions { build.apply(instruction) }
    return try build.finish()
  }
}

/// The state that instructions change, stage by stage.
struct DockerfileBuild {
  /// What one stage has said, its base stage's words included.
  struct StageState {
    var environment: [String: String] = [:]
    var arguments: [String: String] = [:]
    var ports: [DockerfileImage.Port] = []
    var user: String?
    var healthcheck: Healthcheck?
    var labels: [String: String] = [:]
    var labelLines: [String: Int] = [:]
    var entrypoint: DockerfileImage.Command?
    var command: DockerfileImage.Command?
    var stopSignal: String?

    /// ENV wins over ARG.
    var variables: [String: String] { arguments.merging(environment) { $1 } }
  }

  let file: String
  let options: DockerfileReader.Options
  let words: DockerfileWords
  var problems: [InputError.Problem] = []
  var notices: [Notice] = []
  /// ARG before the first FROM.
  var globals: [String: String] = [:]
  var stages: [DockerfileImage.Stage] = []
  var states: [StageState] = []

  init(file: String, options: DockerfileReader.Options, words: DockerfileWords) {
    self.file = file
    self.options = options
    self.words = words
  }

  mutating func apply(_ instruction: DockerfileLine) {
    guard DockerfileGrammar.instructions.contains(instruction.keyword) else {
      let suggestion = DockerfileGrammar.suggestion(for: instruction.keyword)
      report(
        .syntax, instruction, "'\(instruction.keyword.prefix(40))' is not an instruction",
        fix: suggestion.map { "Maybe \($0) is meant." }
          ?? "Maybe the line before should end with '\(words.escape)' to continue.")
      return
    }
    if stages.isEmpty && instruction.keyword != "FROM" && instruction.keyword != "ARG" {
      report(
        .syntax, instruction, "\(instruction.keyword) stands before the first FROM",
        fix: "Begin with FROM; only ARG may come before it.")
      // Reported once: what follows is read as part of a stage.
      stages.append(.init(base: "scratch", line: instruction.line))
      states.append(StageState())
    }
    if instruction.rest.isEmpty {
      report(.missing, instruction, "\(instruction.keyword) has no arguments", fix: usage(of: instruction.keyword))
      return
    }
    let arguments = DockerfileArguments(instruction.rest, words: words)
    checkFlags(arguments, instruction)
    switch instruction.keyword {
    case "FROM": from(arguments, instruction)
    case "ARG": argument(arguments, instruction)
    case "ENV": environment(instruction)
    case "LABEL": label(instruction)
    case "EXPOSE": expose(instruction)
    case "USER": user(instruction)
    case "HEALTHCHECK": healthcheck(arguments, instruction)
    case "CMD", "ENTRYPOINT", "RUN", "SHELL": command(arguments, instruction)
    case "COPY", "ADD": copy(arguments, instruction)
    case "VOLUME", "WORKDIR", "STOPSIGNAL": path(arguments, instruction)
    case "ONBUILD": trigger(instruction)
    default: break
    }
  }

  mutating func finish() throws(InputError) -> DockerfileImage {
    if stages.isEmpty && problems.isEmpty {
      problems.append(
        .init(
          .missing, at: SourceLocation(file: file, line: 1), object: "FROM", "the Dockerfile has no FROM",
          fix: "Begin the stage with FROM image."))
    }
    let target = targetStage()
    if !problems.isEmpty { throw InputError(problems) }
    guard let target else { throw InputError(.missing, at: SourceLocation(file: file), "no stage can be built") }
    // Stages only refer back, so this ends.
    var root = target
    var platform = stages[root].platform
    while let parent = stages[root].parent {
      root = parent
      platform = platform ?? stages[root].platform
    }
    if let stated = platform, !Platform(stated).isNodePlatform {
      notices.note(
        .notHonoured, "The platform '\(stated)' is not one that nodes have: it restricts nothing.",
        example: "\(file):\(stages[root].line)")
      platform = nil
    }
    let base = stages[root].base
    let state = states[target]
    return DockerfileImage(
      file: file, stages: stages, target: target, baseImage: base, platform: platform,
      isWindows: Self.isWindows(base), ports: state.ports, user: state.user, healthcheck: state.healthcheck,
      labels: state.labels, labelLines: state.labelLines, entrypoint: state.entrypoint, command: state.command,
      stopSignal: state.stopSignal,
      notices: notices)
  }

  private mutating func targetStage() -> Int? {
    guard let name = options.target else { return stages.indices.last }
    if let index = stages.lastIndex(where: { $0.name?.lowercased() == name.lowercased() }) { return index }
    if let index = Int(name), stages.indices.contains(index) { return index }
    problems.append(
      .init(
        .unreadable, at: SourceLocation(file: file), object: "FROM", "there is no stage '\(name)' to build",
        fix: "The stages are \(stages.enumerated().map { $1.name ?? String($0) }.joined(separator: ", "))."))
    return nil
  }

  /// Windows containers run on Windows nodes only, whatever the file says about platforms.
  static func isWindows(_ image: String) -> Bool {
    let image = image.lowercased()
    return image.hasPrefix("mcr.microsoft.com/windows") || image.contains("windowsservercore")
      || image.contains("nanoserver")
  }

  private mutating func checkFlags(_ arguments: DockerfileArguments, _ instruction: DockerfileLine) {
    let known = DockerfileGrammar.flags(of: instruction.keyword)
    // An ENV or LABEL may well begin with dashes, and ONBUILD's flags belong to its trigger.
    if ["ENV", "LABEL", "ONBUILD", "MAINTAINER"].contains(instruction.keyword) { return }
    for flag in arguments.flags where !known.contains(flag.name) {
      notices.note(
        .warning, "\(instruction.keyword) has no flag --\(flag.name): it is ignored.",
        example: "\(file):\(instruction.line)")
    }
    if arguments.hasForeignJSON && !["FROM", "ARG", "EXPOSE", "USER"].contains(instruction.keyword) {
      report(
        .invalidValue, instruction, "the array holds something else than strings",
        fix: "Put every element into double quotes.")
    }
  }

  private func usage(of keyword: String) -> String {
    switch keyword {
    case "FROM": "Write FROM image [AS name]."
    case "ENV", "LABEL": "Write \(keyword) name=value."
    case "ARG": "Write ARG name[=default]."
    case "EXPOSE": "Write EXPOSE 80 or EXPOSE 53/udp."
    case "COPY", "ADD": "Write \(keyword) source destination."
    case "HEALTHCHECK": "Write HEALTHCHECK CMD command, or HEALTHCHECK NONE."
    case "SHELL": "Write SHELL [\"executable\", \"argument\"]."
    default: "Write what \(keyword) is for, or remove the line."
    }
  }

  mutating func report(
    _ code: InputError.Code, _ instruction: DockerfileLine, _ message: String, fix: String? = nil
  ) {
    problems.append(
      .init(
        code, at: SourceLocation(file: file, line: instruction.line),
        object: String(instruction.keyword.prefix(40)), message, fix: fix))
  }

  /// Replaces variables, or reports why it cannot be done.
  mutating func expand(_ word: String, _ variables: [String: String], _ instruction: DockerfileLine) -> String? {
    do throws(DockerfileWords.Failure) {
      return try words.expanded(word, variables)
    } catch {
      report(
        .syntax, instruction, "'\(word.prefix(60))': \(error.message)",
        fix: "Close the quote or brace, or escape it with '\(words.escape)'.")
      return nil
    }
  }
}
