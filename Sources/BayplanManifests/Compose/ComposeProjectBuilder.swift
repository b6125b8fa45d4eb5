import BayplanModel

/// Turns a merged project into services: profiles, forms, references.
struct ComposeProjectBuilder {
  let root: ComposeValue
  let name: String
  let files: ComposeFiles
  let options: ComposeReader.Options
  let profiles: [String]

  func build(_ found: ComposeDiagnostics) throws(InputError) -> ComposeProject {
    var diagnostics = found
    var readers: [ComposeServiceReader] = []
    var disabled: [String] = []
    var available: Set<String> = []
    for pair in root["services"]?.pairs ?? [] {
      let object = "service \(pair.key)"
      guard Self.isServiceName(pair.key) else {
        diagnostics.report(
          .invalidValue, at: pair.value.location, object, "'\(pair.key.prefix(60))' cannot name a service",
          fix: "Use letters, digits, '.', '_' and '-'.")
        continue
      }
      guard case .mapping = pair.value.content else {
        if pair.value.isNull {
          diagnostics.note(
            .skipped, "A service without image and build is left out: another file may complete it.",
            at: pair.value.location, object)
        } else {
          diagnostics.refuse(
            pair.value, object, "it is \(pair.value.kindDescription), not a mapping", fix: "Indent its keys below it.")
        }
        continue
      }
      var reader = ComposeServiceReader(pair.key, pair.value, project: name)
      reader.checkForm()
      diagnostics.absorb(reader.diagnostics)
      reader.diagnostics = ComposeDiagnostics()
      let own = (reader.service["profiles"]?.list ?? []).compactMap(\.text)
      if own.isEmpty || profiles.contains("*") || own.contains(where: profiles.contains) {
        readers.append(reader)
      } else {
        disabled.append(pair.key)
        available.formUnion(own)
      }
    }
    var services = read(readers, disabled: Set(disabled), &diagnostics)
    checkCompanions(&services, disabled: Set(disabled), &diagnostics)
    let total = services.reduce(0) { $0 + $1.replicas }
    if total > 2_000_000 {
      diagnostics.report(
        .limit, at: root.location, "project \(name)", "it asks for \(total) containers", fix: "Lower the replicas.")
    }
    noteWhatIsLeft(services, disabled, available, &diagnostics)
    if !diagnostics.problems.isEmpty { throw InputError(diagnostics.problems) }
    return ComposeProject(
      name: name, services: services, disabledServices: disabled, availableProfiles: available.sorted(),
      notices: diagnostics.notices)
  }

  private func read(
    _ readers: [ComposeServiceReader], disabled: Set<String>, _ diagnostics: inout ComposeDiagnostics
  ) -> [ComposeService] {
    var references = ComposeReferences(
      root: root, files: files, enabled: Set(readers.map(\.name)), disabled: disabled)
    var services: [ComposeService] = []
    for var reader in readers {
      references.check(reader.name, reader.service)
      var service = reader.read()
      if service.image != nil || service.isBuilt {
        service.usesNamedVolumes = (reader.service["volumes"]?.list ?? [])
          .contains { ComposeReferences.namedVolume($0) != nil }
        service.spec.requests = service.resources.requests(options.requestPolicy)
        if let defaults = options.defaults {
          DefaultedRequests.fill(
            &service.spec.requests, from: defaults, limits: service.resources.limits,
            of: "\(name)/\(service.name)", count: service.isGlobal ? 1 : service.replicas,
            notices: &reader.diagnostics.notices)
        }
        services.append(service)
      } else {
        // A provider is a program on the host; anything else without an image completes a service elsewhere.
        let isProvider = reader.service["provider"] != nil
        reader.diagnostics.note(
          .skipped,
          isProvider
            ? "A service of a provider runs no container: it is left out."
            : "A service without image and build is left out: another file may complete it.",
          at: service.location, reader.object)
      }
      diagnostics.absorb(references.diagnostics)
      references.diagnostics = ComposeDiagnostics()
      diagnostics.absorb(reader.diagnostics)
    }
    return services
  }

  private func checkCompanions(
    _ services: inout [ComposeService], disabled: Set<String>, _ diagnostics: inout ComposeDiagnostics
  ) {
    let byName = Dictionary(services.map { ($0.name, $0) }) { $1 }
    for index in services.indices {
      let service = services[index]
      for companion in service.companions {
        let object = "service \(service.name)"
        guard let target = byName[companion.service] else {
          let reason = disabled.contains(companion.service) ? "whose profiles are not active" : "which is not defined"
          diagnostics.report(
            .invalidValue, at: companion.location, object,
            "\(companion.key) shares with the service '\(companion.service)', \(reason)",
            fix: "Correct the name, or activate its profile.")
          continue
        }
        if target.isGlobal != service.isGlobal {
          diagnostics.note(
            .notHonoured, "A global and a replicated service share something: it is not taken into account.",
            at: companion.location, object)
        }
      }
      services[index].companions.removeAll { byName[$0.service]?.isGlobal != service.isGlobal }
    }
  }

  private func noteWhatIsLeft(
    _ services: [ComposeService], _ disabled: [String], _ available: Set<String>,
    _ diagnostics: inout ComposeDiagnostics
  ) {
    for service in services where service.usesNamedVolumes {
      diagnostics.note(
        .notHonoured, "Where the data of named volumes lies is not taken into account.", at: service.location,
        "service \(service.name)")
    }
    if !disabled.isEmpty {
      diagnostics.notices.note(
        .skipped, "Services of profiles that are not active (\(available.sorted().joined(separator: ", "))).",
        count: disabled.count, example: "\(root.location.file): service \(disabled[0])")
    }
    if services.isEmpty && diagnostics.problems.isEmpty {
      diagnostics.note(.warning, "The project has no service to run.", at: root.location)
    }
  }

  private static func isServiceName(_ name: String) -> Bool {
    !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }
}
