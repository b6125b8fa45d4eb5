import BayplanModel

/// A trace on a fleet: pods arrive, take what the policy chooses, run as long as the trace says, and leave; one that fits
/// nowhere is rejected. Of one moment, what leaves comes before what arrives.
public struct TraceReplay: Sendable {
  public let fleet: Fleet
  /// What the arrivals' shapes are on the fleet.
  public let shapes: [PodShape]

  public init(_ fleet: Fleet, shapes: [PodSpec]) {
    self.fleet = fleet
    self.shapes = shapes.map { fleet.shape(of: $0) }
  }

  /// Amounts of a fleet, in use or at all.
  public struct Amounts: Hashable, Sendable, Codable {
    /// Millicores.
    public var cpu: Int64 = 0
    /// Bytes.
    public var memory: Int64 = 0
    /// Thousandths of devices.
    public var milli: Int64 = 0
    public var pods = 0

    public init() {}

    mutating func add(_ shape: PodShape, _ sign: Int64) {
      cpu = cpu.addingSaturated(sign * shape.cpu)
      memory = memory.addingSaturated(sign * shape.memory)
      milli = milli.addingSaturated(sign * shape.totalMilli)
      pods += Int(sign)
    }

    mutating func formMaximum(_ other: Amounts) {
      cpu = max(cpu, other.cpu)
      memory = max(memory, other.memory)
      milli = max(milli, other.milli)
      pods = max(pods, other.pods)
    }
  }

  public struct Outcome: Hashable, Sendable, Codable {
    public var arrivals = 0
    public var departures = 0
    /// What pods that fitted nowhere asked for, all together.
    public var rejected = Amounts()
    /// The most in use at one moment, of each on its own.
    public var peak = Amounts()
    /// In use when everything that leaves has left.
    public var left = Amounts()

    public init() {}

    public var events: Int { arrivals + departures }
  }

  /// - Parameters:
  ///   - arrivals: by time, with indices of `shapes`.
  ///   - decided: is told the node of each arrival, nil if it was rejected.
  /// Complexity: per event, O(log nodes + log running pods) and a rating per shape that comes again after it.
  public func run(
    _ arrivals: some Sequence<Trace.Arrival>, policy: any FleetPolicy, decided: ((Int?) -> Void)? = nil
  ) -> Outcome {
    var scheduler = FleetScheduler(fleet, policy: policy)
    var queue = DepartureQueue()
    var outcome = Outcome()
    var used = Amounts()
    let numbers = shapes.map { scheduler.number(of: $0) }
    func leave() {
      let departure = queue.popFirst()!
      scheduler.release(Int(departure.shape), departure.placement)
      used.add(scheduler.shape(Int(departure.shape)), -1)
      outcome.departures += 1
    }
    for arrival in arrivals {
      while let next = queue.first, next.atMillis <= arrival.atMillis { leave() }
      outcome.arrivals += 1
      let number = numbers[Int(arrival.shape)]
      let placement = scheduler.admit(number)
      decided?(placement.map { Int($0.node) })
      guard let placement else {
        outcome.rejected.add(shapes[Int(arrival.shape)], 1)
        continue
      }
      used.add(scheduler.shape(number), 1)
      outcome.peak.formMaximum(used)
      if let lifetime = arrival.lifetimeMillis {
        queue.insert(
          .init(atMillis: arrival.atMillis.addingSaturated(lifetime), shape: number, placement: placement))
      }
    }
    while queue.count > 0 { leave() }
    outcome.left = used
    return outcome
  }
}

extension Fleet {
  /// What the nodes have when nothing runs on them.
  public var capacity: TraceReplay.Amounts {
    var sum = TraceReplay.Amounts()
    for node in nodes {
      sum.cpu = sum.cpu.addingSaturated(node.cpuCapacity)
      sum.memory = sum.memory.addingSaturated(node.memoryCapacity)
      sum.pods += Int(node.podCapacity)
    }
    sum.milli = capacityMilli
    return sum
  }
}
