import BayplanModel

/// A synthetic trace: how pods come, how long they stay, what they ask for.
struct PatternReader {
  /// Of the simulation; a pattern may be shorter.
  let duration: Millis
  let seed: UInt64

  func read(_ field: Field) -> TracePattern? {
    field.refuseKeys(except: ["name", "at", "seed", "duration", "arrivals", "lifetimes", "sizes"])
    var pattern = TracePattern()
    pattern.seed = field.integer("seed", in: 0...UInt64(Int64.max)) ?? seed
    let left = max(1000, duration - (field.duration("at") ?? 0))
    pattern.durationSeconds = max(1, (field.duration("duration") ?? left) / 1000)
    if let arrivals = field.mapping("arrivals") {
      guard let read = self.arrivals(arrivals) else { return nil }
      pattern.arrivals = read
    }
    if let lifetimes = field["lifetimes"] {
      guard let read = self.lifetimes(lifetimes) else { return nil }
      pattern.lifetimes = read
    }
    if let sizes = field.mapping("sizes") {
      guard let read = self.sizes(sizes) else { return nil }
      pattern.sizes = read
    }
    return pattern
  }

  private func arrivals(_ field: Field) -> TracePattern.Arrivals? {
    guard field.refuseKeys(except: [], andOneOf: ["poisson", "diurnal", "batches"]) else { return nil }
    if let poisson = field.mapping("poisson") {
      poisson.refuseKeys(except: ["perHour"])
      return poisson.number("perHour").map { .poisson(perHour: $0) }
    }
    if let diurnal = field.mapping("diurnal") {
      diurnal.refuseKeys(except: ["perHour", "swing", "peakHour"])
      guard let rate = diurnal.number("perHour") else { return nil }
      return .diurnal(
        perHour: rate, swing: diurnal.number("swing", default: 0.5) ?? 0.5,
        peakHour: diurnal.number("peakHour", default: 14) ?? 14)
    }
    guard let batches = field.mapping("batches") else { return nil }
    batches.refuseKeys(except: ["perHour", "meanSize"])
    guard let rate = batches.number("perHour"), let size = batches.number("meanSize") else { return nil }
    return .batches(perHour: rate, meanSize: size)
  }

  private func lifetimes(_ field: Field) -> TracePattern.Lifetimes? {
    if case .string("unlimited") = field.node.content { return .unlimited }
    guard let field = field.mapping,
      field.refuseKeys(except: [], andOneOf: ["fixed", "exponential", "lognormal", "pareto"])
    else { return nil }
    if let fixed = field["fixed"] { return fixed.seconds.map { .fixed(seconds: $0) } }
    if let exponential = field.mapping("exponential") {
      exponential.refuseKeys(except: ["mean"])
      return exponential.seconds("mean").map { .exponential(meanSeconds: $0) }
    }
    if let lognormal = field.mapping("lognormal") {
      lognormal.refuseKeys(except: ["median", "sigma"])
      guard let median = lognormal.seconds("median"), let sigma = lognormal.number("sigma") else { return nil }
      return .lognormal(medianSeconds: median, sigma: sigma)
    }
    guard let pareto = field.mapping("pareto") else { return nil }
    pareto.refuseKeys(except: ["alpha", "least", "most"])
    guard let alpha = pareto.number("alpha"), let least = pareto.seconds("least"), let most = pareto.seconds("most")
    else {
      return nil
    }
    return .boundedPareto(alpha: alpha, leastSeconds: least, mostSeconds: most)
  }

  private func sizes(_ field: Field) -> TracePattern.Sizes? {
    guard field.refuseKeys(except: [], andOneOf: ["weighted", "pareto"]) else { return nil }
    if let pareto = field.mapping("pareto") {
      pareto.refuseKeys(except: ["alpha", "least", "most", "step", "memoryPerCore"])
      func amount(_ key: String, _ standard: Int64?) -> Int64? {
        guard let value = pareto[key] else {
          if standard == nil { pareto.report(.missing, "'\(key)' is missing", fix: "Add '\(key)'.") }
          return standard
        }
        return value.milliQuantity
      }
      guard let alpha = pareto.number("alpha"), let least = amount("least", nil), let most = amount("most", nil),
        let step = amount("step", 100), let memory = amount("memoryPerCore", 4000 << 30)
      else { return nil }
      return .boundedPareto(
        alpha: alpha, leastMilli: least, mostMilli: most, stepMilli: step, bytesPerCore: memory / 1000)
    }
    let shapes = field.mappings("weighted").compactMap { entry -> TracePattern.WeightedShape? in
      entry.refuseKeys(except: ["weight", "requests", "priority", "labels"])
      guard let weight = entry.number("weight", default: 1) else { return nil }
      var spec = PodSpec(requests: entry.amounts("requests").resources, labels: entry.strings("labels"))
      spec.priority = entry.integer("priority", in: Int32.min...1_000_000_000) ?? 0
      return .init(spec, weight: weight)
    }
    return .weighted(shapes)
  }
}

extension Field {
  /// A number that describes a distribution.
  func number(_ key: String, default standard: Double? = nil) -> Double? {
    guard let field = self[key] else {
      if standard == nil { report(.missing, "'\(key)' is missing", fix: "Add '\(key)'.") }
      return standard
    }
    guard case .number(let text) = field.node.content, let value = Double(text), value.isFinite else {
      field.report("'\(key)' must be a number, not \(field.node.text ?? field.node.kindDescription)")
      return nil
    }
    if value < 0 {
      field.report("'\(key)' is \(text): it cannot be negative")
      return nil
    }
    return value
  }

  var seconds: Double? { duration.map { Double($0) / 1000 } }

  func seconds(_ key: String) -> Double? {
    guard let field = self[key] else {
      report(.missing, "'\(key)' is missing", fix: "Add '\(key)', like 10m.")
      return nil
    }
    return field.seconds
  }
}
