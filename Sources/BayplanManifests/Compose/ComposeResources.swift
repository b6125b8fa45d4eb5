import BayplanModel

/// Which of a service's figures become its requests, per resource.
public enum ComposeRequestPolicy: String, Sendable, CaseIterable {
  /// Reservations only: what has none requests nothing, and defaults apply.
  case reservations
  /// The reservation, and where there is none the limit.
  case limits
  /// The larger of reservation and limit: room for the worst case.
  case max
}

/// Amounts as Compose files write them.
enum ComposeAmount {
  /// Bytes, as Docker's go-units reads them: units of 1024, decimals allowed, case ignored. Rounded down.
  static func bytes(_ text: String) -> Int64? {
    let text = text.trimmed.lowercased()
    let number = text.prefix { ("0"..."9").contains($0) || $0 == "." }
    let shifts: [String: Int64] = ["": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40, "p": 50]
    var unit = text.dropFirst(number.count).trimmed
    guard number.first != ".", number.last != "." else { return nil }
    if unit.hasSuffix("ib") && unit.count == 3 {
      unit = unit.dropLast(2)
    } else if unit.hasSuffix("b") && unit.count == 2 {
      unit = unit.dropLast()
    }
    guard let shift = shifts[String(unit)] else { return nil }
    return DecimalAmount.scaled(number, by: 1 << shift)
  }

  /// Thousandths of a core, rounded up.
  static func millicores(_ text: String) -> Int64? { DecimalAmount.scaled(text.trimmed, by: 1000) }

  /// A whole number of zero or more.
  static func count(_ value: ComposeValue) -> Int? {
    guard let text = value.text, !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    return Int(text)
  }
}

/// What a service may use and what is set aside for it.
struct ComposeServiceResources: Sendable {
  var limits = Resources()
  var reservations = Resources()
  /// Devices and generic resources: asked for under any policy.
  var extended = Resources()

  func requests(_ policy: ComposeRequestPolicy) -> Resources {
    var result = reservations
    switch policy {
    case .reservations: break
    case .limits: for resource in limits.names where result[resource] == 0 { result[resource] = limits[resource] }
    case .max: result = result.maximum(with: limits)
    }
    return result + extended
  }
}

extension ComposeServiceReader {
  /// Reads `deploy.resources`, the older keys beside it, and `gpus`.
  mutating func resources() -> ComposeServiceResources {
    var result = ComposeServiceResources()
    let limits = service.at("deploy", "resources", "limits")
    let reservations = service.at("deploy", "resources", "reservations")
    result.limits[.cpu] = amount(limits?["cpus"], service["cpus"], ("limits.cpus", "cpus"), ComposeAmount.millicores)
    result.limits[.memory] = amount(
      limits?["memory"], service["mem_limit"], ("limits.memory", "mem_limit"), ComposeAmount.bytes)
    result.reservations[.cpu] = amount(
      reservations?["cpus"], nil, ("reservations.cpus", ""), ComposeAmount.millicores)
    result.reservations[.memory] = amount(
      reservations?["memory"], service["mem_reservation"], ("reservations.memory", "mem_reservation"),
      ComposeAmount.bytes)
    _ = amount(limits?["pids"], service["pids_limit"], ("limits.pids", "pids_limit")) { text in
      text == "-1" ? 0 : DecimalAmount.scaled(text, by: 1)
    }
    for resource in [Resource.cpu, .memory]
    where result.limits[resource] > 0 && result.reservations[resource] > result.limits[resource] {
      let value = reservations?[resource == .cpu ? "cpus" : "memory"] ?? service["mem_reservation"] ?? service
      diagnostics.refuse(
        value, object, "the \(resource.rawValue) reservation is larger than the limit",
        fix: "Raise the limit or lower the reservation.")
    }
    for device in reservations?["devices"]?.list ?? [] { addDevice(device, mustHaveCapability: true, to: &result) }
    for item in reservations?["generic_resources"]?.list ?? [] { addGeneric(item, to: &result) }
    if let gpus = service["gpus"] {
      if gpus.text == "all" {
        addAllDevices(at: gpus, Self.nvidia, to: &result)
      } else if let devices = gpus.list {
        for device in devices { addDevice(device, mustHaveCapability: false, to: &result) }
      } else {
        diagnostics.refuse(gpus, object, "gpus is neither 'all' nor a list", fix: "Write 'gpus: all'.")
      }
    }
    return result
  }

  /// One figure from its two places, which must agree. Zero stands for none.
  private mutating func amount(
    _ value: ComposeValue?, _ legacy: ComposeValue?, _ names: (String, String), _ parse: (String) -> Int64?
  ) -> Int64 {
    var found: [Int64] = []
    for (value, name) in [(value, names.0), (legacy, names.1)] {
      guard let value, !value.isNull else { continue }
      if let amount = value.text.flatMap(parse) {
        found.append(amount)
      } else {
        let isCPU = names.0.hasSuffix("cpus")
        diagnostics.refuse(
          value, object, "\(name) '\(value.text ?? value.kindDescription)' is not an amount",
          fix: isCPU ? "Write cores like 0.5 or 2." : "Write it like 512M or 1.5gb.")
      }
    }
    if found.count == 2 && found[0] != found[1] {
      diagnostics.refuse(
        legacy ?? service, object, "\(names.1) and deploy.resources.\(names.0) differ", fix: "Keep one of them.")
    }
    return found.first ?? 0
  }

  static let nvidia = Resource("nvidia.com/gpu")

  private mutating func addDevice(
    _ device: ComposeValue, mustHaveCapability: Bool, to result: inout ComposeServiceResources
  ) {
    guard case .mapping = device.content else {
      diagnostics.refuse(
        device, object, "\(device.kindDescription) is not a device request", fix: "Write '- capabilities: [gpu]'.")
      return
    }
    let capabilities = (device["capabilities"]?.list ?? []).compactMap(\.text)
    if mustHaveCapability && capabilities.isEmpty {
      diagnostics.refuse(device, object, "the device has no capabilities", fix: "Add 'capabilities: [gpu]'.")
      return
    }
    let driver = device["driver"]?.text?.lowercased() ?? ""
    let resource: Resource? =
      switch driver {
      case "nvidia": Self.nvidia
      case "amd": Resource("amd.com/gpu")
      case "": capabilities.contains("gpu") || !mustHaveCapability ? Self.nvidia : nil
      default: nil
      }
    guard let resource else {
      diagnostics.note(
        .notHonoured, "A device that is no GPU of NVIDIA or AMD is not taken into account.", at: device.location,
        object)
      return
    }
    let ids = device["device_ids"]
    guard let count = device["count"], !count.isNull else {
      guard let ids else { return addAllDevices(at: device, resource, to: &result) }
      if let list = ids.list, !list.isEmpty {
        result.extended[resource] = result.extended[resource].addingSaturated(Int64(list.count))
      } else {
        diagnostics.refuse(ids, object, "device_ids names no device", fix: "Write 'device_ids: [\"0\"]'.")
      }
      return
    }
    if ids != nil {
      diagnostics.refuse(device, object, "count and device_ids exclude each other", fix: "Keep one of them.")
    } else if count.text == "all" || count.text == "-1" {
      addAllDevices(at: count, resource, to: &result)
    } else if let number = ComposeAmount.count(count), number <= Int32.max {
      result.extended[resource] = result.extended[resource].addingSaturated(Int64(number))
    } else {
      diagnostics.refuse(
        count, object, "count '\(count.text ?? count.kindDescription)' is neither a number nor 'all'",
        fix: "Write 'count: 1'.")
    }
  }

  /// How many devices a node has is not known here: one is what such a container needs at least.
  private mutating func addAllDevices(
    at value: ComposeValue, _ resource: Resource, to result: inout ComposeServiceResources
  ) {
    diagnostics.note(
      .notHonoured, "All devices of a node are asked for: one \(resource.rawValue) is requested.", at: value.location,
      object)
    result.extended[resource] = result.extended[resource].addingSaturated(1)
  }

  private mutating func addGeneric(_ item: ComposeValue, to result: inout ComposeServiceResources) {
    guard let spec = item["discrete_resource_spec"], let kind = spec["kind"]?.text, !kind.isEmpty,
      let value = spec["value"], let count = ComposeAmount.count(value)
    else {
      diagnostics.refuse(
        item, object, "the generic resource has no kind and whole value",
        fix: "Write 'discrete_resource_spec: {kind: gpu, value: 2}'.")
      return
    }
    let resource = Resource(kind)
    guard ![.cpu, .memory, .pods, .ephemeralStorage].contains(resource) else {
      diagnostics.refuse(item, object, "'\(kind)' is not a generic resource", fix: "Use reservations.\(kind).")
      return
    }
    result.extended[resource] = result.extended[resource].addingSaturated(Int64(count))
  }
}
