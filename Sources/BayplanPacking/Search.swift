import BayplanModel

/// When a run has to end.
public struct Limits: Sendable {
  public var seconds: Double?
  /// Units of deterministic work. One is about a linear program solved from the last basis, ten thousand nodes of a
  /// search for patterns, or 640,000 cells of a table.
  public var work: Int?
  /// Threads to use at most. What a run comes to does not depend on them unless the clock ends it.
  public var threads: Int
  /// Asked from time to time, from any thread; true ends the run with what it has.
  public var isCancelled: (@Sendable () -> Bool)?

  public init(
    seconds: Double? = nil, work: Int? = nil, threads: Int = 1, isCancelled: (@Sendable () -> Bool)? = nil
  ) {
    self.seconds = seconds
    self.work = work
    self.threads = max(1, threads)
    self.isCancelled = isCancelled
  }
}

/// The one truth of a run: limits, incumbent, bounds, derived status. Strategies offer and raise; nobody claims.
public struct Search: ~Copyable {
  public let limits: Limits
  public let seed: UInt64
  public var random: SplitMix64
  /// The best assignment so far and who found it.
  public private(set) var incumbent: Assignment?
  public private(set) var incumbentScore: Score?
  public private(set) var incumbentStrategy = ""
  /// Per criterion: no assignment as good as the incumbent on the criteria before is below this; nil while unknown.
  /// A better incumbent only narrows that set of assignments, so that bounds stay valid for the whole run.
  public private(set) var bounds: [Int64?]
  /// Per criterion: the proof, as far as it can be written down.
  public private(set) var proofs: [BoundProof?]
  /// Per criterion: the proof by multipliers that reaches furthest, also where a search has proven more since.
  public private(set) var writtenProofs: [BoundProof?]
  public private(set) var writtenBounds: [Int64]
  /// What went wrong without stopping the run, such as a solver that failed.
  public private(set) var degradations: [String] = []
  public private(set) var workDone = 0
  public internal(set) var counters = Counters()
  public private(set) var termination: Termination?
  /// Told of each improvement, for a progress line.
  public var onProgress: ((_ score: Score, _ bounds: [Int64?], _ strategy: String) -> Void)?
  /// The strategy at work, for attribution.
  public var currentStrategy = ""

  private let base: Score
  private let steps: [Int64]
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  public init(_ instance: Instance, limits: Limits, seed: UInt64 = 1) {
    self.limits = limits
    self.seed = seed
    random = SplitMix64(seed: seed)
    base = instance.baseScore
    steps = instance.steps
    bounds = Array(repeating: nil, count: instance.criteria.count)
    proofs = Array(repeating: nil, count: instance.criteria.count)
    writtenProofs = Array(repeating: nil, count: instance.criteria.count)
    writtenBounds = Array(repeating: .min, count: instance.criteria.count)
    start = clock.now
  }

  public var elapsedSeconds: Double {
    let duration = clock.now - start
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// Seconds until the limit; infinite without one.
  public var secondsLeft: Double { limits.seconds.map { max(0, $0 - elapsedSeconds) } ?? .infinity }

  /// Units of work until the limit.
  public var workLeft: Int { limits.work.map { max(0, $0 - workDone) } ?? .max }

  /// The moment the time limit ends.
  public var deadline: ContinuousClock.Instant? { limits.seconds.map { start + .seconds($0) } }

  public mutating func spend(_ work: Int) { workDone += work }

  /// Whether to end now: proven, out of time or work, or cancelled. Asks the clock; call it every few thousand steps.
  public mutating func shouldStop() -> Bool {
    if termination != nil || isProven { return true }
    if limits.isCancelled?() == true {
      termination = .cancelled
    } else if let work = limits.work, workDone >= work {
      termination = .workLimit
    } else if let seconds = limits.seconds, elapsedSeconds >= seconds {
      termination = .timeLimit
    }
    return termination != nil
  }

  /// Whether every criterion of the incumbent meets its bound.
  public var isProven: Bool { firstOpenCriterion == nil && incumbent != nil }

  /// The first criterion whose bound the incumbent does not meet.
  public var firstOpenCriterion: Int? {
    guard let score = incumbentScore else { return 0 }
    return bounds.indices.first { bounds[$0] != score[$0] }
  }

  public var status: Status {
    incumbent == nil ? .unknown : (isProven ? .optimal : .feasible)
  }

  /// Keeps the assignment if it is better than the incumbent. Gangs that came out short are taken out of it first; in
  /// checking builds every offer is validated.
  /// - Returns: whether it was kept.
  @discardableResult
  public mutating func offer(_ offered: consuming Assignment, of instance: Instance) -> Bool {
    var assignment = offered
    if !instance.gangs.isEmpty {
      assignment = instance.withoutBrokenGangs(assignment)
      // Their members may have been anchors of others.
      if instance.violation(of: assignment) != nil { return false }
    }
    let score = assignment.score(instance)
    if let held = incumbentScore, !(score < held) { return false }
    assert(instance.violation(of: assignment) == nil, instance.violation(of: assignment) ?? "")
    incumbent = assignment
    incumbentScore = score
    incumbentStrategy = currentStrategy
    onProgress?(score, bounds, currentStrategy)
    return true
  }

  /// Records a proven bound on a criterion, given the incumbent's values on the criteria before it. It counts as the
  /// least value from there on that the criterion can take.
  public mutating func raiseBound(ofCriterion criterion: Int, to proven: Int64, proof: BoundProof?) {
    let bound = roundedUp(proven, criterion)
    switch proof {
    case .multipliers, .cases:
      if bound > writtenBounds[criterion] {
        writtenProofs[criterion] = proof
        writtenBounds[criterion] = bound
      }
    case .trivial, .branches, .search, nil: break
    }
    if bound == bounds[criterion], case .search = proofs[criterion], let proof {
      // The same bound, and more to show for it.
      proofs[criterion] = proof
      return
    }
    guard bound > bounds[criterion] ?? .min else { return }
    bounds[criterion] = bound
    proofs[criterion] = proof
    if let incumbentScore { onProgress?(incumbentScore, bounds, currentStrategy) }
  }

  private func roundedUp(_ value: Int64, _ criterion: Int) -> Int64 {
    let step = Int128(steps[criterion])
    let (quotient, rest) = (Int128(value) - Int128(base[criterion])).quotientAndRemainder(dividingBy: step)
    return Int64(clamping: Int128(base[criterion]) + step * (quotient + (rest > 0 ? 1 : 0)))
  }

  /// What proved the bound of the first criterion that is not trivial.
  public var engine: String {
    for proof in proofs {
      switch proof {
      case .multipliers, .cases, .branches, .search: return proof!.engine
      case .trivial, nil: continue
      }
    }
    return "combinatorial"
  }

  public mutating func degrade(_ message: String) {
    if !degradations.contains(message) { degradations.append(message) }
  }

  /// Ends the run where nothing is left to try.
  public mutating func finish() {
    if termination == nil { termination = isProven ? .proof : .exhausted }
  }
}

/// How often the kernels of branch and price did their work: a measure of progress and regress without a clock.
public struct Counters: Sendable, Hashable {
  /// Cells of knapsack tables that were computed.
  public var tableCells = 0
  /// Nodes of searches for patterns.
  public var patternNodes = 0
  /// Patterns that became columns.
  public var columns = 0
  /// Linear programs solved, and their simplex iterations.
  public var solves = 0
  public var iterations = 0
  /// Nodes of the tree.
  public var treeNodes = 0

  public init() {}
}

/// The evidence for a bound.
public enum BoundProof: Sendable {
  /// No assignment can be below it: the criterion counts something that cannot be negative.
  case trivial
  /// Lagrangian multipliers, to be written into a certificate.
  case multipliers(Multipliers)
  /// Multipliers for each case of a distinction that leaves none out: together their `counts` allow everything.
  case cases([Multipliers])
  /// The closed nodes of a tree that leaves nothing out, with a sentence that says which.
  case branches([PackingCertificate.Leaf], String)
  /// A search that is not written down; the sentence says which.
  case search(String)

  /// Who came up with it.
  var engine: String {
    switch self {
    case .trivial: "combinatorial"
    case .multipliers(let multipliers): multipliers.engine
    case .cases(let cases): cases[0].engine
    case .branches: "glpk"
    case .search(let sentence): sentence.hasPrefix("GLPK") ? "glpk" : "dynamic-programming"
    }
  }
}

extension BoundProof {
  /// What a search proved by its own account, for certificates that cannot hold it.
  public var sentence: String? {
    switch self {
    case .branches(_, let sentence), .search(let sentence): sentence
    case .trivial, .multipliers, .cases: nil
    }
  }

  /// Multipliers of the whole problem, or of one of its cases; nil if the proof has none.
  var sample: Multipliers? {
    switch self {
    case .multipliers(let multipliers): multipliers
    case .cases(let cases): cases.first
    case .trivial, .branches, .search: nil
    }
  }
}
