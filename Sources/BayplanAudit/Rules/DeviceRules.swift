import BayplanModel

/// The devices of one kind on one node, in the order of its device groups.
struct DeviceShelf: Hashable {
  let kind: Resource
  /// Model of each device.
  let models: [String]
  /// Thousandths in use of each device.
  var used: [Int64]

  /// No node has more devices than this; a larger count in hostile input is cut off.
  static let maximalCount = 65_536

  /// One shelf per kind that the node has, by name.
  static func shelves(of groups: [DeviceGroup]) -> [DeviceShelf] {
    Set(groups.map(\.kind)).sorted().map { kind in
      var models: [String] = []
      for group in groups where group.kind == kind {
        models += Array(repeating: group.model, count: min(Int(max(0, group.count)), maximalCount))
      }
      return DeviceShelf(kind: kind, models: models, used: Array(repeating: 0, count: models.count))
    }
  }

  func isAcceptable(_ device: Int, for request: DeviceRequest) -> Bool {
    request.models.isEmpty || request.models.contains(models[device])
  }

  /// What is wrong with the indices; nil if they answer the request.
  func fault(of indices: [Int32], for request: DeviceRequest) -> String? {
    if !(1...1000).contains(request.milliPerDevice) { return "\(request.milliPerDevice) thousandths of a device" }
    if indices.count != Int(request.count) { return "\(indices.count) devices named, \(request.count) requested" }
    if Set(indices).count != indices.count { return "a device is named twice" }
    for index in indices {
      guard models.indices.contains(Int(index)) else { return "the node has no device \(index) of \(kind.rawValue)" }
      if !isAcceptable(Int(index), for: request) {
        return "device \(index) is a \(models[Int(index)]), not one of \(request.models.joined(separator: ", "))"
      }
    }
    return nil
  }

  /// The first acceptable devices with room, from device 0; nil if there are not enough.
  func firstFit(_ request: DeviceRequest) -> [Int32]? {
    var result: [Int32] = []
    for device in models.indices where result.count < Int(request.count) {
      if isAcceptable(device, for: request) && used[device] + Int64(request.milliPerDevice) <= 1000 {
        result.append(Int32(device))
      }
    }
    return result.count == Int(request.count) ? result : nil
  }

  mutating func take(_ indices: [Int32], for request: DeviceRequest) {
    for index in indices { used[Int(index)] += Int64(request.milliPerDevice) }
  }
}

extension Board {
  /// The devices of a node with the bound pods on them, and what is wrong with those.
  ///
  /// Bound pods whose placement names valid devices hold these; the others follow by first fit, in input order.
  func shelvesWithBoundPods(ofNode node: Int) -> (shelves: [DeviceShelf], findings: Findings) {
    var shelves = DeviceShelf.shelves(of: nodes[node].devices)
    var findings = Findings()
    var withoutIndices: [Int] = []
    for index in podsOnNode[node] where pods[index].origin == .bound {
      guard let request = pods[index].pod.spec.devices, request.count > 0 else { continue }
      let shelf = shelves.firstIndex { $0.kind == request.kind }
      if let shelf, shelves[shelf].fault(of: pods[index].devices, for: request) == nil {
        shelves[shelf].take(pods[index].devices, for: request)
      } else {
        withoutIndices.append(index)
      }
    }
    for index in withoutIndices {
      let pod = pods[index].pod
      guard let request = pod.spec.devices else { continue }
      if let shelf = shelves.firstIndex(where: { $0.kind == request.kind }),
        let indices = shelves[shelf].firstFit(request)
      {
        shelves[shelf].take(indices, for: request)
      } else {
        findings.add(
          "devices", pod: pod.id, node: nodes[node].name, isBaseline: true,
          "the node has no room for \(request.count) × \(request.milliPerDevice) of \(request.kind.rawValue)")
      }
    }
    return (shelves, findings)
  }
}

/// Each device request is answered by that many different devices of an acceptable model, none of them overfull.
@Sendable func deviceViolations(_ board: Board) -> Findings {
  var findings = Findings()
  for (index, node) in board.nodes.enumerated() {
    guard board.podsOnNode[index].contains(where: { board.pods[$0].pod.spec.devices != nil }) else { continue }
    var (shelves, known) = board.shelvesWithBoundPods(ofNode: index)
    findings.add(known)
    var isTakenByNew = shelves.map { Array(repeating: false, count: $0.used.count) }
    for pod in board.podsOnNode[index] where board.pods[pod].isNew {
      let placed = board.pods[pod]
      guard let request = placed.pod.spec.devices, request.count > 0 else { continue }
      guard let shelf = shelves.firstIndex(where: { $0.kind == request.kind }) else {
        findings.add("devices", pod: placed.pod.id, node: node.name, "the node has no \(request.kind.rawValue)")
        continue
      }
      if let fault = shelves[shelf].fault(of: placed.devices, for: request) {
        findings.add("devices", pod: placed.pod.id, node: node.name, fault)
        continue
      }
      shelves[shelf].take(placed.devices, for: request)
      for device in placed.devices { isTakenByNew[shelf][Int(device)] = true }
    }
    for (shelf, taken) in zip(shelves, isTakenByNew) {
      for (device, used) in shelf.used.enumerated() where used > 1000 {
        findings.add(
          "devices", node: node.name, isBaseline: !taken[device],
          "device \(device) of \(shelf.kind.rawValue) carries \(used) thousandths")
      }
    }
  }
  return findings
}
