import BayplanModel

/// What is counted and summed up over time.
struct Metrics: Sendable, Codable {
  let resources: [Resource]
  /// Devices are in the requests, as kube-scheduler has them.
  let countsDevices: Bool
  // Levels, as they are now.
  var allocated: [Int64]
  var capacity: [Int64]
  var pending: Int64 = 0
  var ready: Int = 0
  var nodes = 0
  var readyNodes = 0
  var price: MicroCost = 0
  // Levels over time.
  private(set) var allocatedSum: [Integral]
  private(set) var capacitySum: [Integral]
  private(set) var nodeSum = Integral()
  private(set) var priceSum = Integral()
  /// The highest share of a resource in use, in hundredths of a percent.
  private(set) var peak: [Int64]
  // Counts.
  var events = 0
  var created = 0
  var bound = 0
  var completed = 0
  var crashes = 0
  var decisions = 0
  var failedDecisions = 0
  var evictions: [String: Int] = [:]
  var nodeFailures = 0
  var nodesAdded = 0
  var nodesRemoved = 0
  var jobsCompleted = 0
  var jobsFailed = 0
  var pendingTimes = DurationHistogram()
  var healingTimes = DurationHistogram()

  init(resources: [Resource], countsDevices: Bool) {
    self.resources = resources
    self.countsDevices = countsDevices
    allocated = resources.map { _ in 0 }
    capacity = allocated
    peak = allocated
    allocatedSum = resources.map { _ in Integral() }
    capacitySum = allocatedSum
  }

  mutating func allocate(_ spec: PodSpec, times: Int64) {
    for index in resources.indices { allocated[index] += times * amount(of: spec, index) }
  }

  mutating func provide(_ node: Node, times: Int64) {
    for (index, resource) in resources.enumerated() {
      let devices =
        countsDevices ? 0 : node.devices.reduce(0) { $1.kind == resource ? $0 + 1000 * Int64($1.count) : $0 }
      capacity[index] += times * (node.allocatable[resource] + devices)
    }
  }

  /// What a pod asks for of a resource. Devices that are known by themselves are counted in thousandths.
  func amount(of spec: PodSpec, _ index: Int) -> Int64 {
    var amount = spec.requests[resources[index]]
    if !countsDevices, let devices = spec.devices, devices.kind == resources[index] { amount += devices.totalMilli }
    return amount
  }

  /// Hundredths of a percent in use.
  func share(_ index: Int) -> Int64 {
    capacity[index] <= 0 ? 0 : Int64(clamping: Int128(allocated[index]) * 10_000 / Int128(capacity[index]))
  }

  mutating func advance(by time: Millis) {
    for index in resources.indices {
      allocatedSum[index].add(allocated[index], for: time)
      capacitySum[index].add(capacity[index], for: time)
      peak[index] = max(peak[index], share(index))
    }
    nodeSum.add(Int64(nodes), for: time)
    priceSum.add(price, for: time)
  }
}

/// A row of the time series.
public struct Sample: Sendable {
  public var at: Millis
  public var nodes: Int
  public var readyNodes: Int
  public var pods: Int
  public var readyPods: Int
  public var pendingPods: Int
  /// Hundredths of a percent of what registered nodes have, by resource.
  public var allocated: [(resource: Resource, share: Int64)]
  /// Hundredths of a percent of what is free and of no use to a pod of the workload, on average over its pods.
  public var fragmentation: Int64
  public var price: MicroCost
  /// Thousandths of a request per second.
  public var offered: Int64
  public var unserved: Int64

  public init(
    at: Millis, nodes: Int, readyNodes: Int, pods: Int, readyPods: Int, pendingPods: Int,
    allocated: [(resource: Resource, share: Int64)], fragmentation: Int64, price: MicroCost, offered: Int64,
    unserved: Int64
  ) {
    self.at = at
    self.nodes = nodes
    self.readyNodes = readyNodes
    self.pods = pods
    self.readyPods = readyPods
    self.pendingPods = pendingPods
    self.allocated = allocated
    self.fragmentation = fragmentation
    self.price = price
    self.offered = offered
    self.unserved = unserved
  }
}
