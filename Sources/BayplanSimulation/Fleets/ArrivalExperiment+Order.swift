import BayplanModel
import BayplanPacking

extension ArrivalExperiment {
  /// A seeded order as in the published experiment: the pods in random order, followed by pods drawn with replacement until
  /// they ask for so many percent of the fleet's devices together; or, where they ask for more from the start, as many
  /// random ones left out. Ties between nodes are broken in random order.
  ///
  /// The random numbers are not those of the original, so that results equal the published ones only on average.
  public init(nodes: [Node], pods: [Pod], seed: UInt64, percent: Int = 130) throws(InputError) {
    var random = SplitMix64(seed: seed)
    let fleet = try Fleet(nodes.sorted { $0.name < $1.name }.shuffled(using: &random))
    let shapes = pods.sorted { $0.id < $1.id }.map(fleet.shape)
    let target = fleet.capacityMilli * Int64(percent) / 100
    var arrivals = shapes.shuffled(using: &random)
    var asked = arrivals.reduce(Int64(0)) { $0 + $1.totalMilli }
    while asked > target, !arrivals.isEmpty {
      let left = arrivals.remove(at: Int.random(in: 0..<arrivals.count, using: &random))
      asked -= left.totalMilli
    }
    // The original looks at the demand per device here, whatever their number.
    let isBelow = asked < target && arrivals.count == shapes.count && shapes.contains { $0.totalMilli > 0 }
    while isBelow, let next = shapes.randomElement(using: &random), asked + Int64(next.milli) <= target {
      arrivals.append(next)
      asked += next.totalMilli
    }
    self.init(fleet, arrivals: arrivals)
  }
}
