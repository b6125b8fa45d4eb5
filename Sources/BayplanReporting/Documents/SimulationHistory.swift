import BayplanModel
import BayplanSimulation

/// What a report shows of the way a simulation took: its time series, and the events worth a look. Bounded however long the
/// simulation is: of a longer series every second, fourth, … sample is kept, and of each kind of event the first ones.
public struct SimulationHistory: Sendable {
  /// What an event is about; pods that come and go in the ordinary way are none of these.
  public enum Lane: String, CaseIterable, Sendable {
    case failures, drains, scaling, updates, evictions, waiting

    public init?(_ event: LoggedEvent) {
      switch event.reason {
      case "NodeStopped", "NodeNotReady", "NodeReady": self = .failures
      case "NodeNotSchedulable", "NodeSchedulable", "Drained", "EvictionBlocked": self = .drains
      case "TriggeredScaleUp", "ScaleDown", "RegisteredNode", "RemovingNode", "SuccessfulRescale", "Scaled",
        "PoolIsFull":
        self = .scaling
      case "Updated", "Restarting", "RolloutComplete", "Rebalanced": self = .updates
      case "Evicted", "Preempted", "TaintManagerEviction": self = .evictions
      case "FailedScheduling": self = .waiting
      default: return nil
      }
    }
  }

  public static let sampleLimit = 2000
  public static let eventLimit = 500

  public private(set) var samples: [Sample] = []
  /// One of so many samples is kept.
  public private(set) var samplesPerKept = 1
  public private(set) var events: [(lane: Lane, event: LoggedEvent)] = []
  /// How often each reason was logged, kept or not.
  public private(set) var counts: [String: Int] = [:]
  private var sampleCount = 0
  private var laneCounts: [Lane: Int] = [:]

  public init() {}

  public mutating func add(_ sample: Sample) {
    if sampleCount % samplesPerKept == 0 {
      if samples.count == 2 * Self.sampleLimit {
        samples = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
        samplesPerKept *= 2
      }
      if sampleCount % samplesPerKept == 0 { samples.append(sample) }
    }
    sampleCount += 1
  }

  public mutating func add(_ event: LoggedEvent) {
    counts[event.reason, default: 0] += 1
    guard let lane = Lane(event) else { return }
    laneCounts[lane, default: 0] += 1
    if laneCounts[lane]! <= Self.eventLimit { events.append((lane, event)) }
  }

  /// Events worth a look that were not kept.
  public var omitted: Int { laneCounts.values.reduce(0) { $0 + max(0, $1 - Self.eventLimit) } }
}
