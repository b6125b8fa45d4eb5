/// How pods of a synthetic trace come, what they ask for, and how long they stay. Everything has a default, in JSON as
/// well. Numbers that describe distributions are floating point, as their sources have them.
public struct TracePattern: Hashable, Sendable {
  /// When pods arrive.
  public enum Arrivals: Hashable, Sendable, Codable {
    case poisson(perHour: Double)
    /// A Poisson process whose rate follows a sine over the day, from `1 - swing` to `1 + swing` times the mean; by
    /// thinning (Lewis and Shedler 1979).
    case diurnal(perHour: Double, swing: Double, peakHour: Double)
    /// Batches of pods of one shape at one moment: the batches are a Poisson process, their sizes geometric.
    case batches(perHour: Double, meanSize: Double)
  }

  /// How long pods run.
  public enum Lifetimes: Hashable, Sendable, Codable {
    case fixed(seconds: Double)
    case exponential(meanSeconds: Double)
    case lognormal(medianSeconds: Double, sigma: Double)
    /// Many short ones and few very long: the exponent is about 1 in clusters.
    case boundedPareto(alpha: Double, leastSeconds: Double, mostSeconds: Double)
    /// Pods stay until the end.
    case unlimited
  }

  /// What pods ask for.
  public enum Sizes: Hashable, Sendable, Codable {
    case weighted([WeightedShape])
    /// Cores from a bounded Pareto distribution, rounded up to whole steps, and memory in proportion.
    case boundedPareto(alpha: Double, leastMilli: Int64, mostMilli: Int64, stepMilli: Int64, bytesPerCore: Int64)
  }

  public struct WeightedShape: Hashable, Sendable, Codable {
    public var weight: Double
    public var spec: PodSpec

    public init(_ spec: PodSpec, weight: Double) {
      self.spec = spec
      self.weight = weight
    }
  }

  public var arrivals = Arrivals.poisson(perHour: 600)
  public var lifetimes = Lifetimes.exponential(meanSeconds: 3600)
  public var sizes = Sizes.weighted([
    WeightedShape(PodSpec(requests: [.cpu: 1000, .memory: 2 << 30]), weight: 4),
    WeightedShape(PodSpec(requests: [.cpu: 2000, .memory: 8 << 30]), weight: 2),
    WeightedShape(PodSpec(requests: [.cpu: 4000, .memory: 8 << 30]), weight: 1),
  ])
  /// Of the trace: pods arrive for so long.
  public var durationSeconds: Int64 = 86_400
  public var seed: UInt64 = 1

  public init() {}
}

extension TracePattern: Codable {
  private enum CodingKeys: String, CodingKey {
    case arrivals, lifetimes, sizes, durationSeconds, seed
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    arrivals = try container.decodeIfPresent(Arrivals.self, forKey: .arrivals) ?? arrivals
    lifetimes = try container.decodeIfPresent(Lifetimes.self, forKey: .lifetimes) ?? lifetimes
    sizes = try container.decodeIfPresent(Sizes.self, forKey: .sizes) ?? sizes
    durationSeconds = try container.decodeIfPresent(Int64.self, forKey: .durationSeconds) ?? durationSeconds
    seed = try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? seed
  }
}
