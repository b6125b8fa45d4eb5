/// Checks a run by slow, obvious code that shares nothing with the scheduler's: every placement keeps within its node, and
/// no pod is declined that some node has room for.
public struct FleetAuditor: Sendable {
  private struct AuditedNode: Sendable {
    var capacity: Fleet.NodeState
    var pods: [PodShape] = []
    /// Thousandths in use per device.
    var used: [Int64]
  }

  private var nodes: [AuditedNode]
  public private(set) var violations: [String] = []
  public private(set) var placed = 0
  public private(set) var declined = 0

  /// - Parameter fleet: without pods.
  public init(_ fleet: Fleet) {
    nodes = fleet.nodes.map { AuditedNode(capacity: $0, used: Array(repeating: 0, count: Int($0.devices))) }
  }

  /// Complexity: O(pods of the node).
  public mutating func place(_ shape: PodShape, on index: Int, devices: [Int]) {
    placed += 1
    if shape.devices > 0 {
      if devices.count != Int(shape.devices) || Set(devices).count != devices.count {
        violations.append("node \(index): \(devices.count) different devices for a pod that asks for \(shape.devices)")
      }
      if shape.models != 0 && shape.models & nodes[index].capacity.model == 0 {
        violations.append("node \(index): a model that was not asked for")
      }
    }
    nodes[index].pods.append(shape)
    for device in devices { nodes[index].used[device] += Int64(shape.milli) }
    let node = nodes[index]
    var (cpu, memory): (Int64, Int64) = (0, 0)
    for pod in node.pods {
      cpu += pod.cpu
      memory += pod.memory
    }
    if cpu > node.capacity.cpu { violations.append("node \(index): \(cpu) millicores") }
    if memory > node.capacity.memory { violations.append("node \(index): \(memory) bytes") }
    if node.pods.count > Int(node.capacity.pods) { violations.append("node \(index): \(node.pods.count) pods") }
    if node.used.contains(where: { $0 > 1000 }) { violations.append("node \(index): devices \(node.used)") }
  }

  /// Complexity: O(pods of all nodes).
  public mutating func decline(_ shape: PodShape) {
    declined += 1
    for (index, node) in nodes.enumerated() where hasRoom(node, shape) {
      violations.append("pod \(placed + declined) was declined, node \(index) has room")
      return
    }
  }

  private func hasRoom(_ node: AuditedNode, _ shape: PodShape) -> Bool {
    var (cpu, memory) = (shape.cpu, shape.memory)
    for pod in node.pods {
      cpu += pod.cpu
      memory += pod.memory
    }
    if cpu > node.capacity.cpu || memory > node.capacity.memory || node.pods.count >= Int(node.capacity.pods) {
      return false
    }
    if shape.devices == 0 { return true }
    if shape.models != 0 && shape.models & node.capacity.model == 0 { return false }
    return node.used.filter { $0 + Int64(shape.milli) <= 1000 }.count >= Int(shape.devices)
  }
}

extension ArrivalExperiment {
  /// The same run under an auditor, which learns what each pod took from the difference it makes.
  public func run(_ policy: some FleetPolicy, auditor: inout FleetAuditor) -> Outcome {
    var scheduler = FleetScheduler(fleet, policy: policy)
    var offsets: [Int] = []
    var end = 0
    for node in fleet.nodes {
      offsets.append(end)
      end += Int(node.devices)
    }
    var free = fleet.free
    return outcome { shape in
      guard let node = scheduler.place(shape) else {
        auditor.decline(shape)
        return nil
      }
      var taken: [Int] = []
      for device in 0..<Int(fleet.nodes[node].devices) {
        let index = offsets[node] + device
        if scheduler.fleet.free[index] != free[index] { taken.append(device) }
        free[index] = scheduler.fleet.free[index]
      }
      auditor.place(shape, on: node, devices: taken)
      return node
    }
  }
}
