import BayplanModel
import BayplanPacking

/// The experiment of Weng et al. (USENIX ATC 2023): pods arrive one by one and stay; one that fits nowhere is dropped.
public struct ArrivalExperiment: Sendable {
  /// Nodes in the order in which ties are broken.
  public let fleet: Fleet
  public let arrivals: [PodShape]

  public init(_ fleet: Fleet, arrivals: [PodShape]) {
    self.fleet = fleet
    self.arrivals = arrivals
  }

  public struct Outcome: Hashable, Sendable {
    /// Thousandths of all devices in use after each arrival.
    public var used: [Int64] = []
    /// Thousandths of devices asked for up to each arrival, by dropped pods as well.
    public var asked: [Int64] = []
    public var dropped = 0
    public var capacity: Int64

    /// Percent of all devices in use at a moment when pods had asked for so many percent: the mean over the arrivals that
    /// round to it, of values to two decimals, as published. Nil if there is none.
    public func allocation(at percent: Int) -> Double? {
      var sum = 0.0
      var count = 0
      for (used, asked) in zip(used, asked) {
        guard Int((Double(asked) / Double(capacity) * 100).rounded()) == percent else { continue }
        sum += (Double(used) / Double(capacity) * 10_000).rounded() / 100
        count += 1
      }
      return count == 0 ? nil : sum / Double(count)
    }
  }

  public func run(_ policy: some FleetPolicy) -> Outcome {
    var scheduler = FleetScheduler(fleet, policy: policy)
    return outcome(of: { scheduler.place($0) })
  }

  /// Every pod on any node with room.
  public func runRandomly(seed: UInt64) -> Outcome {
    var scheduler = FleetScheduler(fleet, policy: BestFitScore())
    var random = SplitMix64(seed: seed)
    return outcome(of: { scheduler.placeAnywhere($0, &random) })
  }

  func outcome(of place: (PodShape) -> Int?) -> Outcome {
    var outcome = Outcome(capacity: fleet.capacityMilli)
    var (used, asked): (Int64, Int64) = (0, 0)
    for shape in arrivals {
      asked += shape.totalMilli
      if place(shape) != nil { used += shape.totalMilli } else { outcome.dropped += 1 }
      outcome.used.append(used)
      outcome.asked.append(asked)
    }
    return outcome
  }

  /// The shapes that are to be expected: those of a workload by how often they come, the most frequent first and of equal
  /// ones the larger, until they make up 95 %. Memory plays no part.
  public static func typicalShapes(of pods: [Pod], on fleet: Fleet) -> [TypicalShape] {
    typicalShapes(of: pods.map { (spec: $0.spec, count: 1) }, on: fleet)
  }

  /// Those of a trace, by its arrivals.
  public static func typicalShapes(of trace: Trace, on fleet: Fleet) -> [TypicalShape] {
    var counts = Array(repeating: 0, count: trace.shapes.count)
    for arrival in trace.arrivals { counts[Int(arrival.shape)] += 1 }
    return typicalShapes(of: zip(trace.shapes, counts).filter { $0.1 > 0 }.map { (spec: $0, count: $1) }, on: fleet)
  }

  static func typicalShapes(
    of specs: [(spec: PodSpec, count: Int)], on fleet: Fleet
  ) -> [TypicalShape] {
    struct Key: Hashable {
      var cpu: Int64
      var milli: Int32
      var devices: Int32
      var models: [String]

      var order: (Int64, Int32, Int32, String) { (cpu, milli, devices, models.joined(separator: "|")) }
    }
    var counts: [Key: (count: Int, spec: PodSpec)] = [:]
    var total = 0
    for (spec, count) in specs {
      let request = spec.devices
      let key = Key(
        cpu: spec.requests[.cpu], milli: request?.milliPerDevice ?? 0, devices: request?.count ?? 0,
        models: request?.models ?? [])
      counts[key] = ((counts[key]?.count ?? 0) + count, spec)
      total += count
    }
    let sorted = counts.sorted {
      $0.value.count == $1.value.count ? $0.key.order > $1.key.order : $0.value.count > $1.value.count
    }
    var taken: [(shape: PodShape, count: Int)] = []
    var covered = 0
    for (_, entry) in sorted where Double(covered) < 0.95 * Double(total) {
      var shape = fleet.shape(of: entry.spec)
      shape.memory = 0
      taken.append((shape, entry.count))
      covered += entry.count
    }
    return taken.map { TypicalShape($0.shape, weight: Double($0.count) / Double(covered)) }
  }
}
