import BayplanPacking

/// A plan in the making: pods of which some are placed, and nodes with room.
///
/// Large and whole requests come first, each on the node that has most room per idle device; then shares fill one device
/// after the other as well as can be, by a table over thousandths. No guarantee; the bound says how good it is.
struct OfflinePlan {
  struct PlannedPod {
    var shape: Int
    var devices: [Int]
  }

  struct PlannedNode {
    var cpu: Int64
    var memory: Int64
    var pods: Int32
    var model: UInt64
    var free: [Int32]
    var content: [PlannedPod] = []
    var idle: Int64 { free.reduce(0) { $0 + Int64($1) } }
  }

  let relaxation: FleetRelaxation
  var nodes: [PlannedNode]
  /// Pods that are not placed, per shape.
  var left: [Int64]
  /// Shapes with several or whole devices, the hardest to place first; and shares per size, the most modest first.
  private let wholeShapes: [Int]
  private let shareShapes: [[Int]]
  /// Thousandths that all sizes are multiples of.
  private let grain: Int32

  init(_ relaxation: FleetRelaxation, _ fleet: Fleet) {
    self.relaxation = relaxation
    nodes = fleet.nodes.map {
      PlannedNode(
        cpu: $0.cpu, memory: $0.memory, pods: $0.pods, model: $0.model,
        free: Array(repeating: 1000, count: Int($0.devices)))
    }
    left = relaxation.demands
    let shapes = relaxation.shapes
    wholeShapes = shapes.indices.filter { shapes[$0].devices > 0 && !shapes[$0].isShare && shapes[$0].milli > 0 }
      .sorted {
        (shapes[$1].totalMilli, Self.size(shapes[$1]), $0) < (shapes[$0].totalMilli, Self.size(shapes[$0]), $1)
      }
    shareShapes = relaxation.sizes.map { size in
      shapes.indices.filter { shapes[$0].isShare && shapes[$0].milli == size }
        .sorted { (Self.size(shapes[$0]), $0) < (Self.size(shapes[$1]), $1) }
    }
    var grain: Int32 = 1000
    for size in relaxation.sizes { (grain, _) = Self.divisor(grain, size) }
    self.grain = max(1, grain)
  }

  private static func divisor(_ a: Int32, _ b: Int32) -> (Int32, Int32) {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return (a, b)
  }

  /// Cores and memory in one number: a core counts as 4 GiB.
  private static func size(_ shape: PodShape) -> Int64 { shape.cpu + shape.memory >> 22 }

  var allocatedMilli: Int64 {
    nodes.reduce(0) { sum, node in sum + node.content.reduce(0) { $0 + relaxation.shapes[$1.shape].totalMilli } }
  }

  /// Arrivals in the plan, the first of each shape.
  var placements: [OfflineOptimum.Placement?] {
    var places = relaxation.shapes.map { _ in [OfflineOptimum.Placement]() }
    for (index, node) in nodes.enumerated().reversed() {
      for pod in node.content.reversed() {
        places[pod.shape].append(OfflineOptimum.Placement(node: index, devices: pod.devices))
      }
    }
    return relaxation.arrivals.map { places[Int($0)].popLast() }
  }

  // MARK: Single pods

  func fits(_ shape: PodShape, _ node: PlannedNode) -> Bool {
    shape.cpu <= node.cpu && shape.memory <= node.memory && node.pods > 0
      && (shape.models == 0 || shape.models & node.model != 0)
      && node.free.reduce(0) { $0 + ($1 >= shape.milli ? 1 : 0) } >= Int(shape.devices)
  }

  mutating func place(_ index: Int, on number: Int, devices: [Int]) {
    let shape = relaxation.shapes[index]
    nodes[number].cpu -= shape.cpu
    nodes[number].memory -= shape.memory
    nodes[number].pods -= 1
    for device in devices { nodes[number].free[device] -= shape.milli }
    nodes[number].content.append(PlannedPod(shape: index, devices: devices))
    left[index] -= 1
  }

  /// Takes all pods off a node that satisfy a condition.
  mutating func clear(_ number: Int, where isTaken: (PodShape) -> Bool) {
    var kept: [PlannedPod] = []
    for pod in nodes[number].content {
      let shape = relaxation.shapes[pod.shape]
      guard isTaken(shape) else {
        kept.append(pod)
        continue
      }
      nodes[number].cpu += shape.cpu
      nodes[number].memory += shape.memory
      nodes[number].pods += 1
      for device in pod.devices { nodes[number].free[device] += shape.milli }
      left[pod.shape] += 1
    }
    nodes[number].content = kept
  }

  /// Room per idle device, the scarcer of cores and memory.
  private func generosity(_ node: PlannedNode) -> Int64 {
    min(node.cpu, node.memory >> 22) * 1000 / max(1, node.idle)
  }

  // MARK: Building

  /// Places the relaxation's pods class by class.
  mutating func follow(_ quotas: [[Double]]) {
    for (number, room) in relaxation.classes.enumerated() where room.devices > 0 {
      var quota = quotas.map { Int64($0[number] + 1e-6) }
      placeWholes(on: room.nodes, &quota)
      for node in room.nodes { fillDevices(node, &quota) }
    }
  }

  /// Places whatever is left anywhere.
  mutating func fill() {
    var all = left
    placeWholes(on: Array(nodes.indices), &all)
    for node in nodes.indices where nodes[node].idle > 0 {
      var all = left
      fillDevices(node, &all)
    }
  }

  mutating func placeWholes(on candidates: [Int], _ quota: inout [Int64]) {
    var rooms = candidates.map { (node: $0, generosity: generosity(nodes[$0])) }
    for index in wholeShapes {
      let shape = relaxation.shapes[index]
      while quota[index] > 0, left[index] > 0 {
        var best = -1
        for slot in rooms.indices where best < 0 || rooms[slot].generosity > rooms[best].generosity {
          if fits(shape, nodes[rooms[slot].node]) { best = slot }
        }
        if best < 0 { break }
        let node = rooms[best].node
        let devices = nodes[node].free.indices.filter { nodes[node].free[$0] >= shape.milli }
        place(index, on: node, devices: Array(devices.prefix(Int(shape.devices))))
        quota[index] -= 1
        rooms[best].generosity = generosity(nodes[node])
      }
    }
  }

  /// Shares on each device with room, the sum as large as can be and then as modest as can be.
  mutating func fillDevices(_ node: Int, _ quota: inout [Int64]) {
    for device in nodes[node].free.indices where nodes[node].free[device] > 0 {
      for index in bestShares(node, device, quota) {
        guard fits(relaxation.shapes[index], nodes[node]), nodes[node].free[device] >= relaxation.shapes[index].milli
        else { continue }
        place(index, on: node, devices: [device])
        quota[index] -= 1
      }
    }
  }

  /// Shapes that fill what is left of a device. Complexity: O(candidates × thousandths / grain).
  private func bestShares(_ number: Int, _ device: Int, _ quota: [Int64]) -> [Int] {
    let node = nodes[number]
    let room = Int(node.free[device] / grain)
    var candidates: [(shape: Int, size: Int, cost: Int64)] = []
    let (cpu, memory) = (max(1, node.cpu), max(1, node.memory >> 20))
    for (index, size) in relaxation.sizes.enumerated() where Int(size / grain) <= room {
      var count = room / max(1, Int(size / grain))
      for shape in shareShapes[index] where count > 0 {
        let request = relaxation.shapes[shape]
        if request.models != 0 && request.models & node.model == 0 { continue }
        if request.cpu > node.cpu || request.memory > node.memory { continue }
        let copies = min(Int64(count), min(quota[shape], left[shape]))
        if copies <= 0 { continue }
        // Millionths of the node's room, the scarcer of both.
        let cost = max(request.cpu * 1_000_000 / cpu, (request.memory >> 20) * 1_000_000 / memory)
        for _ in 0..<copies { candidates.append((shape, Int(size / grain), cost)) }
        count -= Int(copies)
      }
    }
    let width = room + 1
    var least = [Int64](repeating: .max, count: width)
    least[0] = 0
    var isTaken = [Bool](repeating: false, count: width * candidates.count)
    for (index, candidate) in candidates.enumerated() where candidate.size <= room {
      for sum in stride(from: room, through: candidate.size, by: -1) where least[sum - candidate.size] != .max {
        let cost = least[sum - candidate.size] + candidate.cost
        if cost < least[sum], cost <= 1_000_000 {
          least[sum] = cost
          isTaken[index * width + sum] = true
        }
      }
    }
    var sum = room
    while sum > 0, least[sum] == .max { sum -= 1 }
    var chosen: [Int] = []
    for index in candidates.indices.reversed() where sum > 0 && isTaken[index * width + sum] {
      chosen.append(candidates[index].shape)
      sum -= candidates[index].size
    }
    return chosen
  }
}
