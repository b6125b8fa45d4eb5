/// What a fleet could take at most: nodes that are alike melted into one, pods divisible, devices still filled by patterns.
///
///     variables   x_sk  pods of shape s on node class k;  z_kp  devices of class k filled by pattern p
///     maximize    sum_sk milli_s x_sk
///     subject to  sum_k x_sk = n_s                                     the pods taken, see `Selection`
///                 sum_s cpu_s x_sk <= nodes_k cpu_k                    (alpha_k)
///                 sum_s memory_s x_sk <= nodes_k memory_k              (beta_k)
///                 sum_{s of size m} devices_s x_sk <= sum_p a_pm z_kp  (pi_km)
///                 sum_p z_kp <= nodes_k devices_k                      (gamma_k)
///
/// Every plan of whole pods is a solution, so no plan exceeds its value. Any non-negative integers alpha, beta, pi bound
/// that value: gamma_k is the most that a pattern earns at prices pi_k, an exact knapsack over 1000 thousandths, a pod
/// gains r_s = max_k (milli_s - its cost on k), and the bound is what the room costs plus the most that pods taken gain.
/// Duals of a floating-point solver only choose the prices; nothing is proven by them.
/// Source: Lagrangian duality; Gilmore and Gomory 1961 for the patterns.
struct FleetRelaxation: Sendable {
  /// Nodes that are alike when empty.
  struct NodeClass: Sendable {
    /// In units of the fleet, per node.
    var cpu: Int64
    var memory: Int64
    var devices: Int32
    var model: UInt64
    var nodes: [Int]
  }

  /// Prices are multiples of 1 / `scale` thousandths of a device.
  static let scale: Int64 = 1 << 20

  /// Per class, at least zero.
  struct Prices: Sendable {
    var cpu: [Int64]
    var memory: [Int64]
    /// Per size of a request.
    var sizes: [[Int64]]
  }

  let classes: [NodeClass]
  /// Different shapes in order of first arrival, and how many of each.
  let shapes: [PodShape]
  let demands: [Int64]
  /// Shape of each arrival.
  let arrivals: [Int32]
  /// Different thousandths per device that are asked for, ascending.
  let sizes: [Int32]
  /// Nil for shapes that take nothing of a device.
  let sizeOfShape: [Int?]
  /// Classes whose empty nodes have room.
  let fitting: [[Int]]
  /// Millicores and bytes that all requests and rooms are multiples of.
  let cpuUnit: Int64
  let memoryUnit: Int64

  /// - Parameter fleet: without pods.
  init(_ fleet: Fleet, arrivals: [PodShape]) {
    var index: [PodShape: Int32] = [:]
    var shapes: [PodShape] = []
    var demands: [Int64] = []
    self.arrivals = arrivals.map { shape in
      if let known = index[shape] {
        demands[Int(known)] += 1
        return known
      }
      index[shape] = Int32(shapes.count)
      shapes.append(shape)
      demands.append(1)
      return Int32(shapes.count - 1)
    }
    cpuUnit = max(1, (shapes.map(\.cpu) + fleet.nodes.map(\.cpu)).reduce(0, Self.divisor))
    memoryUnit = max(1, (shapes.map(\.memory) + fleet.nodes.map(\.memory)).reduce(0, Self.divisor))
    var classes: [NodeClass] = []
    var known: [[Int64]: Int] = [:]
    for (number, node) in fleet.nodes.enumerated() where node.pods > 0 {
      let key = [node.cpu, node.memory, Int64(node.devices), Int64(bitPattern: node.model)]
      if let old = known[key] {
        classes[old].nodes.append(number)
      } else {
        known[key] = classes.count
        classes.append(
          NodeClass(
            cpu: node.cpu / cpuUnit, memory: node.memory / memoryUnit, devices: node.devices, model: node.model,
            nodes: [number]))
      }
    }
    let sizes = Set(shapes.map(\.milli)).filter { $0 > 0 }.sorted()
    self.sizes = sizes
    sizeOfShape = shapes.map { sizes.firstIndex(of: $0.milli) }
    self.classes = classes
    self.shapes = shapes
    self.demands = demands
    let (cpuUnit, memoryUnit) = (cpuUnit, memoryUnit)
    fitting = shapes.map { shape in
      classes.indices.filter {
        let room = classes[$0]
        return shape.cpu / cpuUnit <= room.cpu && shape.memory / memoryUnit <= room.memory
          && shape.devices <= room.devices && shape.milli <= 1000
          && (shape.models == 0 || shape.models & room.model != 0)
      }
    }
  }

  private static func divisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return abs(a)
  }

  /// What prices come to.
  struct Evaluation: Sendable {
    /// The room of all classes.
    var room: Int64 = 0
    /// What one pod of each shape gains; nil where none can be placed.
    var gains: [Int64?] = []
    /// The best pattern of each class: how many of each size.
    var patterns: [[Int32]] = []
    /// What the pattern earns, the price of a device.
    var devices: [Int64] = []
  }

  /// Exact; traps if it leaves 64 bits. Complexity: O(classes × sizes × 1000 + shapes × classes).
  func evaluate(_ prices: Prices) -> Evaluation {
    var result = Evaluation()
    for (index, room) in classes.enumerated() {
      let (value, pattern) = bestPattern(prices.sizes[index])
      result.devices.append(value)
      result.patterns.append(pattern)
      result.room +=
        Int64(room.nodes.count)
        * (room.cpu * prices.cpu[index] + room.memory * prices.memory[index] + Int64(room.devices) * value)
    }
    for (index, shape) in shapes.enumerated() {
      result.gains.append(
        fitting[index].map { room in
          var cost = shape.cpu / cpuUnit * prices.cpu[room] + shape.memory / memoryUnit * prices.memory[room]
          if let size = sizeOfShape[index] { cost += Int64(shape.devices) * prices.sizes[room][size] }
          return shape.totalMilli * Self.scale - cost
        }.max())
    }
    return result
  }

  /// The most that requests on one device earn, and how many of each size.
  func bestPattern(_ prices: [Int64]) -> (value: Int64, pattern: [Int32]) {
    var best = [Int64](repeating: 0, count: 1001)
    var last = [Int](repeating: -1, count: 1001)
    for room in 1...1000 {
      best[room] = best[room - 1]
      for (index, size) in sizes.enumerated() where size <= room {
        let value = best[room - Int(size)] + prices[index]
        if value > best[room] { (best[room], last[room]) = (value, index) }
      }
    }
    var pattern = [Int32](repeating: 0, count: sizes.count)
    var room = 1000
    while room > 0 {
      if last[room] < 0 {
        room -= 1
      } else {
        pattern[last[room]] += 1
        room -= Int(sizes[last[room]])
      }
    }
    return (best[1000], pattern)
  }
}
