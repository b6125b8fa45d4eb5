import BayplanBench
import BayplanModel

/// The tables of an experiment.
struct BenchTables {
  let analysis: ExperimentAnalysis

  private var task: BenchSuite.Task { analysis.experiment.task }
  private var isSeveral: Bool { analysis.strategies.count > 1 }

  var all: [ReportTable] {
    [summary] + (isSeveral ? [comparisons].compactMap { $0 } : []) + [profile, growth].compactMap { $0 }
  }

  // MARK: Summary

  /// A line per strategy.
  var summary: ReportTable {
    let measures = analysis.measures.filter { $0.role == .quality }
    var columns = [ReportTable.Column("strategy", isText: true), .init("solved")]
    let hasClaims = analysis.strategies.contains { $0.count(.claimed) > 0 }
    if task == .pack {
      columns += (["optimal"] + (hasClaims ? ["claimed"] : []) + ["at best", "over best", "gap", "largest"])
        .map { .init($0) }
    } else {
      if task == .plan { columns.append(.init("optimal")) }
      columns += measures.map { .init(Self.title($0)) }
    }
    let hasSolveTime = analysis.measures.contains(.solve)
    columns += [.init("CPU mean")] + (hasSolveTime ? [.init("solving")] : []) + [.init("CPU total")]
    let hasMemory = analysis.measures.contains(.memory)
    if hasMemory { columns.append(.init("memory")) }
    let rows = analysis.strategies.map { strategy in
      var row = [strategy.name, "\(strategy.solved)/\(strategy.planned)"]
      if task == .pack {
        row += ["\(strategy.count(.optimal))"] + (hasClaims ? ["\(strategy.count(.claimed))"] : [])
        row += [
          "\(strategy.atBest)", Self.share(Self.mean(strategy.excesses)),
          Self.share(Self.mean(strategy.gaps)), Self.share(strategy.gaps.max()),
        ]
      } else {
        if task == .plan { row.append("\(strategy.count(.optimal))") }
        row += measures.map { measure in
          strategy.means[measure.name].map { HumanUnits.fixed($0, digits: max(measure.digits, 2)) } ?? Self.none
        }
      }
      row.append(Self.seconds(Self.mean(strategy.cpuSeconds)))
      if hasSolveTime { row.append(Self.seconds(strategy.means[Measure.solve.name])) }
      row.append(Self.seconds(strategy.cpuSeconds.isEmpty ? nil : strategy.cpuSeconds.reduce(0, +)))
      if hasMemory {
        row.append(strategy.means[Measure.memory.name].map { "\(HumanUnits.fixed($0, digits: 1)) MiB" } ?? Self.none)
      }
      return row
    }
    return ReportTable(
      isSeveral ? "Strategies" : "Strategy", columns: columns, rows: rows,
      notes: (hasClaims
        ? ["Claimed: another solver says that it is optimal, and no bound of ours or known from elsewhere confirms it."]
        : []) + troubles + incomplete)
  }

  private var troubles: [String] {
    analysis.strategies.flatMap { strategy in
      strategy.troubles.map { trouble in
        let what =
          switch trouble.status {
          case .failed: "failed"
          case .timedOut: "timed out"
          case .skipped: "skipped"
          default: "degraded"
          }
        let where_ = trouble.count == 1 ? trouble.instance : "\(trouble.instance) and \(trouble.count - 1) more"
        return "\(strategy.name) \(what) on \(where_): \(trouble.message)"
      }
    }
  }

  private var incomplete: [String] {
    let missing = analysis.strategies.reduce(0) { $0 + $1.missing }
    return missing == 0 ? [] : ["\(HumanUnits.count(missing)) runs are still to be made."]
  }

  // MARK: Comparison

  /// Each strategy beside the reference, by instance.
  var comparisons: ReportTable? {
    let reference = analysis.reference
    let measures = analysis.measures.filter { $0.role == .quality } + [Measure.cpu]
    var rows: [(cells: [String], comparison: PairedComparison)] = []
    for strategy in analysis.strategies.indices where strategy != reference {
      for measure in measures {
        let pairs = analysis.pairs(measure, strategy, reference)
        // What nobody does differently is in the table above.
        if pairs.isEmpty || measure.role == .quality && isEqual(measure) { continue }
        let comparison = PairedComparison(
          pairs, lessIsBetter: measure.lessIsBetter, relativeTolerance: measure.role == .effort ? 0.05 : 1e-9)
        rows.append(([analysis.strategies[strategy].name, Self.title(measure), "\(pairs.count)"], comparison))
      }
    }
    if rows.isEmpty { return nil }
    let adjusted = Holm.adjusted(rows.map(\.comparison), families: rows.map { $0.cells[1] })
    return ReportTable(
      "Compared with \(analysis.strategies[reference].name)",
      columns: [
        .init("strategy", isText: true), .init("measure", isText: true), .init("pairs"), .init("better"),
        .init("equal"), .init("worse"), .init("ratio (95 %)"), .init("p"), .init("verdict", isText: true),
      ],
      rows: zip(rows, adjusted).map { row, pValue in
        let counts = row.comparison.winTieLoss
        return row.cells + [
          "\(counts.wins)", "\(counts.ties)", "\(counts.losses)", Self.ratio(row.comparison), Self.pValue(pValue),
          Self.verdict(row.comparison.verdict(pValue: pValue)),
        ]
      },
      notes: [
        (analysis.units.first?.seed == nil ? "By instance, seeds averaged. " : "By seed. ")
          + "Ratio of geometric means with a bootstrap interval; p by Wilcoxon's signed-rank "
          + "test, adjusted after Holm for the strategies. CPU times within 5 % count as equal."
      ] + conditional + leftOut + censored)
  }

  private var conditional: [String] {
    guard [.plan, .schedule].contains(task), analysis.measures.contains(.unplaced) else { return [] }
    return ["Nodes and cost are compared where both sides leave equally many pods without a node."]
  }

  /// Where one of two has no answer nothing is compared, and that is no merit.
  private var leftOut: [String] {
    let reference = analysis.strategies[analysis.reference]
    return analysis.strategies.indices.compactMap { strategy in
      let count = analysis.unitsWithout(strategy, or: analysis.reference)
      if strategy == analysis.reference || count == 0 { return nil }
      return "\(analysis.strategies[strategy].name): \(count) of \(analysis.units.count) without an answer of it or of "
        + "\(reference.name): nothing is compared there but the time of what had to be ended."
    }
  }

  /// Whoever was stopped would have taken longer.
  private var censored: [String] {
    let stopped = analysis.results.runs.count { analysis.isStopped($0) }
    if stopped == 0 { return [] }
    return [
      "\(HumanUnits.count(stopped, "run")) ended at the limit and \(stopped == 1 ? "counts" : "count") with the time "
        + "until then: to an end \(stopped == 1 ? "it" : "they") would have taken longer, and profiles have the proofs only."
    ]
  }

  private func isEqual(_ measure: Measure) -> Bool {
    analysis.units.indices.allSatisfy { unit in
      Set(analysis.strategies.indices.compactMap { analysis.value(measure, unit: unit, strategy: $0) }).count < 2
    }
  }

  // MARK: Profile

  static let profileTitle = "Proved optimal within a factor of the least CPU time"

  /// How many instances a strategy solves within a factor of the fastest (of packing: proves; Dolan and Moré 2002).
  var profile: ReportTable? {
    let provers = analysis.provers
    guard task == .pack, provers.count > 1 else { return nil }
    let profile = analysis.timeProfile
    let factors: [Double] = [1, 2, 5, 10, 100]
    let columns =
      [ReportTable.Column("strategy", isText: true)] + factors.map { .init("within \(Int($0))×") } + [.init("ever")]
    let rows = provers.map { strategy in
      func share(_ ratio: Double) -> String { HumanUnits.percent(profile.share(of: strategy, within: ratio)) }
      return [analysis.strategies[strategy].name] + factors.map(share) + [share(.infinity)]
    }
    return ReportTable(Self.profileTitle, columns: columns, rows: rows)
  }

  /// Time by size, where sizes differ.
  var growth: ReportTable? {
    let fits = analysis.strategies.indices.compactMap { strategy in
      analysis.growth(of: strategy).map { (analysis.strategies[strategy].name, $0) }
    }
    if fits.isEmpty { return nil }
    return ReportTable(
      "Growth of time with size",
      columns: [
        .init("strategy", isText: true), .init("exponent"), .init("95 %"), .init("R²"),
      ],
      rows: fits.map { name, fit in
        [
          name, HumanUnits.fixed(fit.exponent, digits: 2), Self.interval(fit.exponentInterval, digits: 2),
          HumanUnits.fixed(fit.rSquared, digits: 2),
        ]
      },
      notes: [
        "Least squares on logarithms of the time that a strategy says it took; sizes of which a run ended at its limit are left out."
      ])
  }

  // MARK: Cells

  private static let none = "–"

  private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : Averages.mean(values) }

  private static func verdict(_ verdict: PairedComparison.Verdict) -> String {
    switch verdict {
    case .firstBetter: "better"
    case .secondBetter: "worse"
    case .mixed: "mixed"
    case .equal: "equal"
    case .undecided: "undecided"
    }
  }

  static func title(_ measure: Measure) -> String {
    measure.unit.isEmpty || measure.unit == "s" || measure.title.hasSuffix(measure.unit)
      ? measure.title : "\(measure.title), \(measure.unit)"
  }

  private static func share(_ value: Double?) -> String {
    guard let value else { return none }
    return value == 0 ? "0" : "\(HumanUnits.fixed(100 * value, digits: 2)) %"
  }

  static func seconds(_ value: Double?) -> String {
    guard let value else { return none }
    return value < 10 ? "\(HumanUnits.fixed(value, digits: 3)) s" : "\(HumanUnits.fixed(value, digits: 1)) s"
  }

  static func ratio(_ comparison: PairedComparison) -> String {
    guard let ratio = comparison.geometricMeanRatio else {
      return comparison.meanDifference.map { difference in
        let sign = difference.value > 0 ? "+" : ""
        return "\(sign)\(HumanUnits.fixed(difference.value, digits: 2))"
          + (difference.interval.map { " (\(interval($0, digits: 2)))" } ?? "")
      } ?? none
    }
    return HumanUnits.fixed(ratio.value, digits: 3) + (ratio.interval.map { " (\(interval($0, digits: 3)))" } ?? "")
  }

  private static func interval(_ interval: ClosedRange<Double>, digits: Int) -> String {
    "\(HumanUnits.fixed(interval.lowerBound, digits: digits))…\(HumanUnits.fixed(interval.upperBound, digits: digits))"
  }

  static func pValue(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : HumanUnits.fixed(value, digits: 3)
  }
}
