import BayplanModel
import BayplanSimulation

/// What came of pods that arrived one by one: `bayplan/arrivals/v1`.
public struct ArrivalReport: Sendable {
  public static let schema = "bayplan/arrivals/v1"
  /// Percent of all devices asked for, at which the published experiment looks.
  public static let levels = [100, 110, 120, 130]

  private let outcome: ArrivalExperiment.Outcome
  private let policy: String
  private let seed: UInt64
  private let solveSeconds: Double

  /// - Parameter solveSeconds: CPU seconds of all decisions, what the policy prepared included.
  public init(_ outcome: ArrivalExperiment.Outcome, policy: String, seed: UInt64, solveSeconds: Double) {
    self.outcome = outcome
    self.policy = policy
    self.seed = seed
    self.solveSeconds = solveSeconds
  }

  public func text() -> String {
    let levels = Self.levels.map { level in
      let share = outcome.allocation(at: level).map { "\(HumanUnits.fixed($0, digits: 2)) %" } ?? "-"
      return "\(share) at \(level) %"
    }
    return """
      \(TextStyle.neutralized(policy)): devices allocated \(levels.joined(separator: ", "))
      \(HumanUnits.count(outcome.asked.count)) arrivals, \(HumanUnits.count(outcome.dropped)) dropped, \
      \(HumanUnits.seconds(solveSeconds))

      """
  }

  public func value() -> DataValue {
    .object([
      .init("schema", .string(Self.schema)), .init("policy", .string(policy)),
      .init("seed", .integer(Int64(clamping: seed))), .init("arrivals", .integer(Int64(outcome.asked.count))),
      .init("dropped", .integer(Int64(outcome.dropped))),
      .init(
        "allocated",
        .array(
          Self.levels.compactMap { level in
            outcome.allocation(at: level).map {
              .object([.init("askedPercent", .integer(Int64(level))), .init("allocatedPercent", .number($0))])
            }
          })),
      .init("solveSeconds", .number(solveSeconds)),
    ])
  }
}
