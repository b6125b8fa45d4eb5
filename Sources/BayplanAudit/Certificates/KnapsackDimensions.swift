import BayplanModel

/// The dimensions of one node's knapsack: its room, then what else limits the pods that it takes together.
///
/// Each is implied by a placement rule, so leaving one out would only weaken a bound.
struct KnapsackDimensions {
  private enum Name: Hashable {
    case wholeDevices(Int)
    case largeShares(Int)
    case clique(Int)
    case port(Int32, String, String)
    case workload(String)
    case row(Int)
  }

  private let relaxation: Relaxation
  private let bin: Relaxation.Bin
  private(set) var capacity: [Int64]
  private var index: [Name: Int] = [:]

  init(_ relaxation: Relaxation, _ bin: Relaxation.Bin) {
    self.relaxation = relaxation
    self.bin = bin
    capacity = bin.free
  }

  private mutating func dimension(_ name: Name, capacity limit: @autoclosure () -> Int64) -> Int {
    if let known = index[name] { return known }
    index[name] = capacity.count
    capacity.append(limit())
    return capacity.count - 1
  }

  /// A group row holds on each node of its domain.
  mutating func row(_ row: Int, limit: Int64) -> Int { dimension(.row(row), capacity: limit) }

  mutating func uses(of shape: Relaxation.Shape) -> [NodeKnapsack.Use] {
    var uses: [NodeKnapsack.Use] = []
    for (dimension, amount) in shape.amounts.enumerated() where amount > 0 {
      uses.append(.init(dimension: dimension, amount: amount))
    }
    if let request = shape.devices, let kind = bin.shelves.firstIndex(where: { $0.kind == request.kind }) {
      let used = bin.shelves[kind].used
      if request.milliPerDevice == 1000 {
        let free = Int64(used.count { $0 == 0 })
        uses.append(
          .init(dimension: dimension(.wholeDevices(kind), capacity: free), amount: Int64(request.count)))
      }
      if request.milliPerDevice > 500 {
        let free = Int64(used.count { $0 < 500 })
        uses.append(.init(dimension: dimension(.largeShares(kind), capacity: free), amount: Int64(request.count)))
      }
    }
    for clique in shape.cliques where bin.node.labels[relaxation.cliqueTerms[clique].topologyKey] != nil {
      uses.append(.init(dimension: dimension(.clique(clique), capacity: 1), amount: 1))
    }
    // Pods with the same port, protocol and address collide pairwise. A pod may list a port twice.
    for port in Set(shape.hostPorts) {
      let name = Name.port(port.port, port.protocol, port.address)
      uses.append(.init(dimension: dimension(name, capacity: 1), amount: 1))
    }
    if let workload = shape.workload, let limit = shape.maxPerNode {
      let free = Int64(limit).subtractingSaturated(Int64(bin.workloads[workload] ?? 0))
      let dimension = dimension(.workload(workload), capacity: 0)
      // Pods of one workload may differ in their limit; the most generous one is safe.
      capacity[dimension] = max(capacity[dimension], free)
      uses.append(.init(dimension: dimension, amount: 1))
    }
    return uses
  }
}
