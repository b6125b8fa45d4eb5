import BayplanDatasets
import BayplanModel
import Foundation
import Testing

@Suite struct TraceGeneratorTests {
  private func generate(_ change: (inout TracePattern) -> Void) throws(InputError) -> Trace {
    var pattern = TracePattern()
    pattern.durationSeconds = 10 * 86_400
    change(&pattern)
    return try TraceGenerator(pattern).generate()
  }

  private func isNear(_ value: Double, _ wanted: Double, percent: Double = 3) -> Bool {
    abs(value - wanted) <= wanted * percent / 100
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
  private func seconds(_ trace: Trace) -> [Double] { trace.arrivals.map { Double($0.lifetimeMillis ?? -1) / 1000 } }

  @Test func theSeedDecides() throws {
    let trace = try generate { _ in }
    #expect(try generate { _ in } == trace)
    #expect(try generate { $0.seed = 2 } != trace)
    #expect(zip(trace.arrivals, trace.arrivals.dropFirst()).allSatisfy { $0.atMillis <= $1.atMillis })
    #expect(trace.arrivals.last!.atMillis < trace.endMillis)
  }

  @Test func poisson() throws {
    let trace = try generate { _ in }
    #expect(isNear(Double(trace.arrivals.count), 144_000, percent: 1))
    // Gaps of an exponential distribution: as much deviation as mean.
    let gaps = zip(trace.arrivals, trace.arrivals.dropFirst()).map { Double($1.atMillis - $0.atMillis) }
    let average = mean(gaps)
    #expect(isNear(average, 6000, percent: 1))
    #expect(isNear(mean(gaps.map { ($0 - average) * ($0 - average) }).squareRoot(), average))
    #expect(isNear(mean(seconds(trace)), 3600, percent: 1))
  }

  @Test func diurnal() throws {
    let trace = try generate { $0.arrivals = .diurnal(perHour: 600, swing: 0.8, peakHour: 14) }
    #expect(isNear(Double(trace.arrivals.count), 144_000, percent: 1))
    func perHour(_ hour: Int64) -> Double {
      Double(trace.arrivals.count { $0.atMillis / 3_600_000 % 24 == hour }) / 10
    }
    // A mean over the hour of the peak and that of the trough.
    #expect(isNear(perHour(14), 1075, percent: 4))
    #expect(isNear(perHour(2), 125, percent: 8))
  }

  @Test func batches() throws {
    let trace = try generate { $0.arrivals = .batches(perHour: 60, meanSize: 5) }
    var sizes: [Int64: Double] = [:]
    for arrival in trace.arrivals { sizes[arrival.atMillis, default: 0] += 1 }
    #expect(isNear(Double(sizes.count), 14_400))
    #expect(isNear(mean(Array(sizes.values)), 5))
    let shapes = Dictionary(grouping: trace.arrivals, by: \.atMillis).mapValues { Set($0.map(\.shape)).count }
    #expect(shapes.values.count { $0 > 1 } < 5)
  }

  @Test func lifetimes() throws {
    let lognormal = seconds(try generate { $0.lifetimes = .lognormal(medianSeconds: 100, sigma: 0.5) }).sorted()
    #expect(isNear(lognormal[lognormal.count / 2], 100, percent: 1))
    #expect(isNear(mean(lognormal), 113.3, percent: 1))
    let pareto = seconds(
      try generate { $0.lifetimes = .boundedPareto(alpha: 1.5, leastSeconds: 10, mostSeconds: 1000) })
    #expect(pareto.allSatisfy { $0 >= 10 && $0 <= 1000 })
    // L^α/(1 - (L/H)^α) · α/(α - 1) · (1/L^(α-1) - 1/H^(α-1))
    #expect(isNear(mean(pareto), 27.03, percent: 2))
    #expect(Set(seconds(try generate { $0.lifetimes = .fixed(seconds: 2.5) })) == [2.5])
    #expect(try generate { $0.lifetimes = .unlimited }.arrivals.allSatisfy { $0.lifetimeMillis == nil })
  }

  @Test func sizes() throws {
    let weighted = try generate { _ in }
    var counts: [Int64: Double] = [:]
    for arrival in weighted.arrivals { counts[weighted.shapes[Int(arrival.shape)].requests[.cpu], default: 0] += 1 }
    #expect(counts.count == 3)
    #expect(isNear(counts[1000]! / counts[4000]!, 4) && isNear(counts[2000]! / counts[4000]!, 2))
    let pareto = try generate {
      $0.sizes = .boundedPareto(alpha: 1.2, leastMilli: 100, mostMilli: 16_000, stepMilli: 250, bytesPerCore: 4 << 30)
    }
    #expect(pareto.shapes.count <= 64)
    for shape in pareto.shapes {
      let cpu = shape.requests[.cpu]
      #expect(cpu % 250 == 0 && (250...16_000).contains(cpu))
      #expect(shape.requests[.memory] == cpu * (4 << 30) / 1000)
    }
  }

  @Test func refusesWhatHasNoMeaning() {
    func refused(_ field: String, _ change: (inout TracePattern) -> Void) {
      #expect { try generate(change) } throws: { "\($0)".hasPrefix(field) }
    }
    refused("arrivals.poisson.perHour") { $0.arrivals = .poisson(perHour: -1) }
    refused("arrivals.poisson.perHour") { $0.arrivals = .poisson(perHour: .nan) }
    refused("arrivals.diurnal.swing") { $0.arrivals = .diurnal(perHour: 1, swing: 2, peakHour: 0) }
    refused("arrivals.batches.meanSize") { $0.arrivals = .batches(perHour: 1, meanSize: 0) }
    refused("arrivals: more than 50000000 pods") { $0.arrivals = .poisson(perHour: 1e9) }
    refused("arrivals: no pod arrives") { $0.arrivals = .poisson(perHour: 1e-9) }
    refused("lifetimes.fixed.seconds") { $0.lifetimes = .fixed(seconds: 0) }
    refused("lifetimes.exponential.meanSeconds") { $0.lifetimes = .exponential(meanSeconds: .infinity) }
    refused("lifetimes.lognormal.sigma") { $0.lifetimes = .lognormal(medianSeconds: 1, sigma: -1) }
    refused("lifetimes.boundedPareto.mostSeconds") {
      $0.lifetimes = .boundedPareto(alpha: 1, leastSeconds: 2, mostSeconds: 1)
    }
    refused("sizes.weighted") { $0.sizes = .weighted([]) }
    refused("sizes.weighted") { $0.sizes = .weighted([.init(PodSpec(requests: [.cpu: -1]), weight: 1)]) }
    refused("sizes.boundedPareto.stepMilli") {
      $0.sizes = .boundedPareto(alpha: 1, leastMilli: 1, mostMilli: 2, stepMilli: 0, bytesPerCore: 0)
    }
    refused("durationSeconds") { $0.durationSeconds = 0 }
  }

  @Test func missingOptionsHaveDefaults() throws {
    let text = #"{"seed": 9, "lifetimes": {"fixed": {"seconds": 5}}}"#
    let generator = try JSONDecoder().decode(TracePattern.self, from: Data(text.utf8))
    #expect(generator.seed == 9)
    #expect(generator.lifetimes == .fixed(seconds: 5))
    #expect(generator.arrivals == TracePattern().arrivals)
    let copy = try JSONDecoder().decode(TracePattern.self, from: JSONEncoder().encode(generator))
    #expect(copy == generator)
  }
}
