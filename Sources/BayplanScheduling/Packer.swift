import BayplanAudit
import BayplanModel
import BayplanPacking

/// Answers abstract packing problems: compiles, packs, audits the packing and certifies the bound.
public struct Packer: Sendable {
  public struct Options: Sendable {
    /// Name of a strategy in `strategies`.
    public var strategy = "auto"
    public var strategies = Strategies.standard
    public var limits = Limits(seconds: 60)
    public var seed: UInt64 = 1

    public init() {}
  }

  public var options: Options

  public init(options: Options = Options()) { self.options = options }

  /// Packs everything at least cost, or says that it cannot be done.
  /// - Throws: `PlanningError` when the strategy is unknown or cannot honour the problem, or when the audit found a
  ///   violation (a bug in Bayplan).
  public func pack(
    _ problem: PackingProblem, onProgress: ((Planner.Progress) -> Void)? = nil
  ) throws(PlanningError) -> PackingResult {
    guard let strategy = options.strategies[options.strategy] else {
      let names = options.strategies.all.map(\.name).joined(separator: ", ")
      throw PlanningError(.unknownStrategy, "no strategy '\(options.strategy)'; there are: \(names)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    let compiled = CompiledPacking(problem)
    let instance = compiled.instance
    let missing = instance.primitives.subtracting(strategy.supports)
    if !missing.isEmpty {
      throw PlanningError(
        .unsupportedPrimitive,
        "strategy '\(strategy.name)' cannot honour: \(missing). Use --strategy auto, which honours every rule.")
    }
    var search = Search(instance, limits: options.limits, seed: options.seed)
    search.onProgress = onProgress.map { report in
      { score, bounds, strategy in
        let values = instance.criteria.indices.map {
          CriterionValue(instance.criteria[$0], value: score[$0], bound: bounds[$0])
        }
        report(.init(criteria: values, strategy: strategy, elapsedSeconds: (clock.now - start).seconds))
      }
    }
    for criterion in instance.criteria.indices {
      search.raiseBound(ofCriterion: criterion, to: 0, proof: .trivial)
    }
    do {
      try strategy.solve(instance, &search)
    } catch {
      search.degrade("\(strategy.name): \(error)")
    }
    // Whoever only packs says at least what the sizes alone say.
    if search.bounds[1] == 0 { DimensionBound().raise(&search, of: instance) }
    search.finish()
    return try finish(compiled, search, seconds: (clock.now - start).seconds)
  }

  private func finish(
    _ compiled: CompiledPacking, _ search: borrowing Search, seconds: Double
  ) throws(PlanningError) -> PackingResult {
    let problem = compiled.problem
    let isComplete = search.incumbentScore?[0] == 0
    let isInfeasible = !problem.rowsThatFitNowhere.isEmpty || (search.bounds[0] ?? 0) > 0
    let bound = isInfeasible ? nil : search.bounds[1]
    var result = PackingResult(
      status: isInfeasible ? .infeasible : isComplete ? .feasible : .unknown,
      termination: search.termination ?? .exhausted, objective: isComplete ? search.incumbentScore?[1] : nil,
      lowerBound: bound, bins: isComplete ? compiled.packing(search.incumbent!) : [],
      strategy: search.incumbentStrategy, engine: search.engine, certificate: nil,
      notices: search.degradations.map { Notice(.degraded, $0) }, solveSeconds: seconds,
      work: search.workDone)
    if isComplete && result.objective == bound { result.status = .optimal }
    if let bound { result.certificate = certificate(compiled, search, bound) }
    let check = verify(result, problem: problem, workLimit: Self.checkLimit)
    if let fault = check.faults.first {
      throw PlanningError(.auditFailed, "the packing of strategy '\(result.strategy)' is wrong: \(fault)")
    }
    // A bound that the independent checker refuses within its steps is not shown.
    guard case .fails(let reason) = check.bound else { return result }
    result.notices.append(
      Notice(.degraded, "the bound \(result.lowerBound ?? 0) is withdrawn, a bug in Bayplan: \(reason)"))
    result.lowerBound = check.provenBound
    result.certificate?.bound = result.lowerBound ?? 0
    if result.status == .optimal { result.status = .feasible }
    return result
  }

  /// Steps of the check of every answer: a fraction of a second.
  private static let checkLimit = 100_000_000

  private func certificate(
    _ compiled: CompiledPacking, _ search: borrowing Search, _ bound: Int64
  ) -> PackingCertificate? {
    var certificate = PackingCertificate(
      bound: bound, denominator: 1, duals: compiled.problem.rows.map { _ in 0 }, limitsWaste: false)
    if case .multipliers(let multipliers) = search.writtenProofs[1] {
      certificate.denominator = multipliers.denominator
      certificate.duals = compiled.perRow(multipliers.items)
      certificate.limitsWaste = multipliers.limitsWaste
    }
    switch search.proofs[1] {
    case .branches(let leaves, _): certificate.leaves = leaves
    case .search(let sentence): certificate.unchecked = "proven by \(sentence), which is not written down"
    case .cases: certificate.unchecked = "proven case by case, which is not written down for abstract problems"
    case .multipliers, .trivial, nil: break
    }
    return certificate
  }
}
