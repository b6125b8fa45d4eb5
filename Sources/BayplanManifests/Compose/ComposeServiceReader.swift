import BayplanModel

/// Reads one service of a merged project.
struct ComposeServiceReader {
  let name: String
  let project: String
  var service: ComposeValue
  var diagnostics = ComposeDiagnostics()

  var object: String { "service \(name)" }

  init(_ name: String, _ service: ComposeValue, project: String) {
    self.name = name
    self.project = project
    self.service = service
  }

  static let projectLabel = "com.docker.compose.project"
  static let serviceLabel = "com.docker.compose.service"

  mutating func checkForm() {
    ComposeSchema.check(&service, ComposeSchema.service, object, &diagnostics)
    check(["deploy"], ComposeSchema.deploy)
    check(["deploy", "resources"], ComposeSchema.resources)
    check(["deploy", "resources", "limits"], ComposeSchema.limits)
    check(["deploy", "resources", "reservations"], ComposeSchema.reservations)
    check(["deploy", "placement"], ComposeSchema.placement)
    check(["healthcheck"], ComposeSchema.healthcheck)
  }

  private mutating func check(_ path: [String], _ forms: [String: ComposeSchema.Form]) {
    func descend(_ value: inout ComposeValue, _ path: ArraySlice<String>) {
      guard let key = path.first else {
        ComposeSchema.check(&value, forms, object, &diagnostics)
        return
      }
      guard var child = value[key] else { return }
      descend(&child, path.dropFirst())
      value[key] = child
    }
    var value = service
    descend(&value, path[...])
    service = value
  }

  mutating func read() -> ComposeService {
    var result = ComposeService(name: name, location: service.location)
    result.image = service["image"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    result.isBuilt = service["build"].map { !$0.isNull } ?? false
    readCount(&result)
    result.resources = resources()
    result.healthcheck = healthcheck()
    result.spec.labels = [Self.projectLabel: project, Self.serviceLabel: name]
    result.spec.images = [result.image ?? "\(project)-\(name)"]
    place(&result.spec)
    readPorts(&result)
    readCompanions(&result)
    if let dependencies = service["depends_on"] {
      result.dependencies = dependencies.list?.compactMap(\.text) ?? dependencies.pairs?.map(\.key) ?? []
    }
    for key in ComposeSchema.notHonoured.sorted() {
      guard let value = service[key], !value.isNull else { continue }
      diagnostics.note(.notHonoured, "The key '\(key)' is not taken into account.", at: value.location, object)
    }
    return result
  }

  private mutating func readCount(_ result: inout ComposeService) {
    let mode = service.at("deploy", "mode")
    switch mode?.text ?? "" {
    case "", "replicated", "replicated-job": break
    case "global", "global-job": result.isGlobal = true
    case let text:
      diagnostics.refuse(
        mode ?? service, object, "deploy.mode '\(text)' is not known", fix: "Use replicated or global.")
    }
    var counts: [(value: ComposeValue, count: Int)] = []
    for (key, value) in [("deploy.replicas", service.at("deploy", "replicas")), ("scale", service["scale"])] {
      guard let value, !value.isNull else { continue }
      if let count = ComposeAmount.count(value), count <= 1_000_000 {
        counts.append((value, count))
      } else {
        diagnostics.refuse(
          value, object, "\(key) is \(value.kindDescription), not a whole number up to a million",
          fix: "Write '\(key): 2'.")
      }
    }
    if counts.count == 2 && counts[0].count != counts[1].count {
      diagnostics.refuse(
        counts[1].value, object, "scale \(counts[1].count) and deploy.replicas \(counts[0].count) differ",
        fix: "Keep one of them.")
    }
    result.replicas = counts.first?.count ?? 1
    if result.isGlobal, let first = counts.first {
      diagnostics.note(
        .warning, "A global service has no number of replicas: it is ignored.", at: first.value.location, object)
    }
    if let container = service["container_name"]?.text, !container.isEmpty, result.replicas > 1, !result.isGlobal {
      diagnostics.refuse(
        counts.first?.value ?? service, object,
        "it has container_name '\(container)' and \(result.replicas) replicas: a name can be used once",
        fix: "Remove container_name.")
    }
  }

  private mutating func readPorts(_ result: inout ComposeService) {
    guard let ports = service["ports"], let values = ports.list else { return }
    let isHostNetwork = service["network_mode"]?.text == "host"
    var taken: [HostPort] = []
    for value in values {
      switch ComposePort.parse(value) {
      case .failure(let reason):
        diagnostics.refuse(
          value, object, reason.text, fix: "Write \"8080:80\", \"127.0.0.1:8080:80/tcp\" or the long form.")
      case .success(let port):
        result.ports.append(port)
        guard let hostPorts = port.hostPorts else {
          diagnostics.note(
            .notHonoured, "A port is published from a range: the runtime finds a free one.", at: value.location, object)
          continue
        }
        taken += hostPorts.filter { !taken.contains($0) }
      }
    }
    if isHostNetwork && !values.isEmpty {
      diagnostics.note(
        .warning, "Ports cannot be published with network_mode host: they are ignored.", at: ports.location, object)
      return
    }
    result.spec.hostPorts = taken
    if result.replicas > 1 && !taken.isEmpty && !result.isGlobal {
      diagnostics.note(
        .warning, "A service publishes a fixed port and has several replicas: each needs a node of its own.",
        at: ports.location, object)
    }
  }

  private mutating func readCompanions(_ result: inout ComposeService) {
    for key in ["network_mode", "pid", "ipc"] {
      guard let value = service[key], let text = value.text else { continue }
      if text.hasPrefix("service:") {
        result.companions.append(
          .init(service: String(text.dropFirst("service:".count)), key: key, location: value.location))
      } else if text.hasPrefix("container:") {
        noteForeignContainer(value)
      }
    }
    for value in service["volumes_from"]?.list ?? [] {
      guard let text = value.text, !text.isEmpty else {
        diagnostics.refuse(
          value, object, "volumes_from has \(value.kindDescription), not a service", fix: "Name a service.")
        continue
      }
      if text.hasPrefix("container:") {
        noteForeignContainer(value)
      } else {
        let target = String(text.split(separator: ":").first ?? "")
        result.companions.append(.init(service: target, key: "volumes_from", location: value.location))
      }
    }
  }

  private mutating func noteForeignContainer(_ value: ComposeValue) {
    diagnostics.note(
      .notHonoured, "A container outside of the project is shared with: where it runs is not known.",
      at: value.location, object)
  }

  private mutating func healthcheck() -> Healthcheck? {
    guard let value = service["healthcheck"], case .mapping = value.content else { return nil }
    var check = Healthcheck()
    check.isDisabled = value["disable"]?.text == "true"
    if let test = value["test"] {
      if let text = test.text {
        check.test = ["CMD-SHELL", text]
      } else {
        let words = (test.list ?? []).compactMap(\.text)
        switch words.first {
        case nil: break
        case "NONE": check.isDisabled = true
        case "CMD", "CMD-SHELL":
          if words.count < 2 {
            diagnostics.refuse(test, object, "healthcheck.test has no command", fix: "Add it after \(words[0]).")
          }
        default:
          diagnostics.refuse(
            test, object, "healthcheck.test begins with '\(words[0].prefix(40))'",
            fix: "Begin the list with NONE, CMD or CMD-SHELL, or write a string.")
        }
        check.test = words
      }
    }
    check.interval = duration(value, "interval")
    check.timeout = duration(value, "timeout")
    check.startPeriod = duration(value, "start_period")
    check.startInterval = duration(value, "start_interval")
    if let retries = value["retries"], !retries.isNull {
      check.retries = ComposeAmount.count(retries)
      if check.retries == nil {
        diagnostics.refuse(
          retries, object, "healthcheck.retries is \(retries.kindDescription), not a whole number",
          fix: "Write 'retries: 3'.")
      }
    }
    return check
  }

  private mutating func duration(_ check: ComposeValue, _ key: String) -> Int64? {
    guard let value = check[key], !value.isNull else { return nil }
    if let duration = value.text.flatMap(GoDuration.milliseconds) { return duration }
    diagnostics.refuse(
      value, object, "healthcheck.\(key) is \(value.kindDescription), not a duration",
      fix: "Write it like 30s or 1m30s.")
    return nil
  }
}
