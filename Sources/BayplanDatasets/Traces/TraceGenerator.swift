import BayplanModel

/// Seeded synthetic traces: the same pattern gives the same trace.
public struct TraceGenerator: Hashable, Sendable {
  public var pattern: TracePattern

  public init(_ pattern: TracePattern = TracePattern()) { self.pattern = pattern }

  /// More arrivals than this are refused.
  public static let arrivalLimit = 50_000_000

  /// - Throws: `InputError` naming each option that has no meaning.
  /// Complexity: O(arrivals).
  public func generate() throws(InputError) -> Trace {
    let problems = problems()
    if !problems.isEmpty { throw InputError(problems) }
    var random = SeededGenerator(pattern.seed)
    var builder = TraceBuilder(file: "generated")
    let end = Double(pattern.durationSeconds)
    let weights = weights
    let total = weights.reduce(0, +)
    var seconds = 0.0
    while true {
      var count = 1
      switch pattern.arrivals {
      case .poisson(let rate):
        seconds += random.exponential(mean: 3600 / rate)
      case .diurnal(let rate, let swing, let peak):
        repeat {
          seconds += random.exponential(mean: 3600 / (rate * (1 + swing)))
        } while seconds < end
          && random.unit() * (1 + swing) > diurnalFactor(atSeconds: seconds, swing: swing, peakHour: peak)
      case .batches(let rate, let size):
        seconds += random.exponential(mean: 3600 / rate)
        count = random.geometric(mean: size)
      }
      if seconds >= end { break }
      let shape = builder.shape(spec(&random, weights, total))
      for _ in 0..<count {
        if builder.trace.arrivals.count == Self.arrivalLimit { throw Self.tooMany }
        builder.trace.arrivals.append(
          .init(atMillis: Int64(seconds * 1000), lifetimeMillis: lifetime(&random), shape: shape))
      }
    }
    if builder.trace.arrivals.isEmpty { throw InputError(.empty, object: "arrivals", "no pod arrives in time") }
    return try builder.finish(endMillis: pattern.durationSeconds * 1000, fromFirst: false)
  }

  private func lifetime(_ random: inout SeededGenerator) -> Int64? {
    let seconds: Double
    switch pattern.lifetimes {
    case .fixed(let value): seconds = value
    case .exponential(let mean): seconds = random.exponential(mean: mean)
    case .lognormal(let median, let sigma): seconds = random.lognormal(median: median, sigma: sigma)
    case .boundedPareto(let alpha, let least, let most):
      seconds = random.boundedPareto(alpha: alpha, least: least, most: most)
    case .unlimited: return nil
    }
    return max(1, Int64(min(seconds, Self.secondsLimit) * 1000))
  }

  private var weights: [Double] {
    if case .weighted(let shapes) = pattern.sizes { shapes.map(\.weight) } else { [] }
  }

  private func spec(_ random: inout SeededGenerator, _ weights: [Double], _ total: Double) -> PodSpec {
    switch pattern.sizes {
    case .weighted(let shapes): return shapes[random.index(weights: weights, sum: total)].spec
    case .boundedPareto(let alpha, let least, let most, let step, let bytes):
      let cores = random.boundedPareto(alpha: alpha, least: Double(least), most: Double(most))
      let milli = min(most, (Int64(cores.rounded(.up)) + step - 1) / step * step)
      return PodSpec(requests: [.cpu: milli, .memory: milli.multipliedSaturated(by: bytes) / 1000])
    }
  }

  /// About 30,000 years.
  private static let secondsLimit = 1e12
  private static let tooMany = InputError(
    .limit, object: "arrivals", "more than \(arrivalLimit) pods would arrive",
    fix: "Make the trace shorter or the rate lower.")
}

extension TraceGenerator {
  private func problems() -> [InputError.Problem] {
    var problems: [InputError.Problem] = []
    func require(_ isRight: Bool, _ field: String, _ message: String) {
      if !isRight { problems.append(.init(.invalidValue, object: field, message)) }
    }
    func positive(_ value: Double, _ field: String, most: Double = Self.secondsLimit) {
      require(value > 0 && value <= most, field, "\(value) is not more than zero and at most \(most)")
    }
    require(
      pattern.durationSeconds > 0 && Double(pattern.durationSeconds) <= Self.secondsLimit, "durationSeconds",
      "\(pattern.durationSeconds) is not more than zero and at most \(Self.secondsLimit)")
    var expected = 0.0
    switch pattern.arrivals {
    case .poisson(let rate):
      positive(rate, "arrivals.poisson.perHour")
      expected = rate
    case .diurnal(let rate, let swing, let peak):
      positive(rate, "arrivals.diurnal.perHour")
      require((0...1).contains(swing), "arrivals.diurnal.swing", "\(swing) is not from 0 to 1")
      require((0...24).contains(peak), "arrivals.diurnal.peakHour", "\(peak) is not from 0 to 24")
      expected = rate
    case .batches(let rate, let size):
      positive(rate, "arrivals.batches.perHour")
      require((1...1e6).contains(size), "arrivals.batches.meanSize", "\(size) is not from 1 to 1000000")
      expected = rate * size
    }
    if expected * Double(pattern.durationSeconds) / 3600 > Double(Self.arrivalLimit) {
      problems += Self.tooMany.problems
    }
    switch pattern.lifetimes {
    case .fixed(let seconds): positive(seconds, "lifetimes.fixed.seconds")
    case .exponential(let mean): positive(mean, "lifetimes.exponential.meanSeconds")
    case .lognormal(let median, let sigma):
      positive(median, "lifetimes.lognormal.medianSeconds")
      require((0...10).contains(sigma), "lifetimes.lognormal.sigma", "\(sigma) is not from 0 to 10")
    case .boundedPareto(let alpha, let least, let most):
      positive(alpha, "lifetimes.boundedPareto.alpha", most: 100)
      positive(least, "lifetimes.boundedPareto.leastSeconds")
      positive(most, "lifetimes.boundedPareto.mostSeconds")
      require(least <= most, "lifetimes.boundedPareto.mostSeconds", "\(most) is less than leastSeconds, \(least)")
    case .unlimited: break
    }
    switch pattern.sizes {
    case .weighted(let shapes):
      let areWeights = shapes.allSatisfy { $0.weight >= 0 && $0.weight <= 1e12 }
      require(areWeights, "sizes.weighted", "a weight is negative or no number")
      require(shapes.contains { $0.weight > 0 }, "sizes.weighted", "no shape has a weight above zero")
      for shape in shapes where shape.spec.requests.amounts.values.contains(where: { $0 < 0 }) {
        require(false, "sizes.weighted", "a shape asks for a negative amount")
      }
    case .boundedPareto(let alpha, let least, let most, let step, let bytes):
      positive(alpha, "sizes.boundedPareto.alpha", most: 100)
      require((1...1 << 40).contains(least), "sizes.boundedPareto.leastMilli", "\(least) is not at least 1")
      require(
        (least...max(least, 1 << 40)).contains(most), "sizes.boundedPareto.mostMilli",
        "\(most) is less than leastMilli, \(least), or too much")
      require((1...1 << 40).contains(step), "sizes.boundedPareto.stepMilli", "\(step) is not at least 1")
      require((0...1 << 50).contains(bytes), "sizes.boundedPareto.bytesPerCore", "\(bytes) is negative or too much")
    }
    return problems
  }
}
