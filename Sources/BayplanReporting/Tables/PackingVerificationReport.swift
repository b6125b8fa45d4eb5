import BayplanAudit
import BayplanModel

/// What checking packings came to.
public struct PackingVerificationReport {
  public static let listSchema = "bayplan/verification-list/v1"

  /// One packing that was checked.
  public struct Entry {
    public var verification: PackingVerification
    public var result: PackingResult
    public var problem: PackingProblem

    public init(_ verification: PackingVerification, _ result: PackingResult, _ problem: PackingProblem) {
      self.verification = verification
      self.result = result
      self.problem = problem
    }
  }

  private let entries: [Entry]
  private let style: TextStyle

  public init(_ entries: [Entry], style: TextStyle) {
    self.entries = entries
    self.style = style
  }

  /// One packing in full; of several a line each, and what is wrong with them.
  public func text() -> String {
    if entries.count == 1 { return lines(entries[0]).joined(separator: "\n") + "\n" }
    var lines: [String] = []
    for entry in entries {
      lines.append("\(verdict(entry))  \(TextStyle.neutralized(entry.problem.name)) claims to be \(claim(entry))")
      if entry.verification.outcome != .holds { lines += faults(entry) + reasons(entry) }
    }
    let holding = entries.count { $0.verification.outcome == .holds }
    lines.append("\(HumanUnits.count(holding)) of \(HumanUnits.count(entries.count)) hold")
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ entry: Entry) -> [String] {
    let (verification, result) = (entry.verification, entry.result)
    var lines = ["\(verdict(entry))  the packing claims to be \(result.status.rawValue)"]
    if let objective = result.objective, verification.faults.isEmpty {
      lines.append("  \(style.check) everything is packed and fits, at cost \(objective)")
    }
    lines += faults(entry)
    if case .holds(let bound) = verification.bound {
      lines.append("  \(style.check) lower bound \(bound), proven in integer arithmetic")
    }
    return lines + reasons(entry)
  }

  private func verdict(_ entry: Entry) -> String {
    switch entry.verification.outcome {
    case .holds: style.paint("HOLDS", .green)
    case .notIndependentlyChecked: style.paint("NOT INDEPENDENTLY CHECKED", .yellow)
    case .fails: style.paint("FAILS", .red)
    }
  }

  private func claim(_ entry: Entry) -> String {
    let status = entry.result.status.rawValue
    guard let objective = entry.result.objective else { return status }
    return "\(status) at cost \(objective)" + (entry.result.lowerBound.map { ", bound \($0)" } ?? "")
  }

  private func faults(_ entry: Entry) -> [String] {
    entry.verification.faults.prefix(style.isComplete ? .max : 10)
      .map { "  \(style.cross) \(TextStyle.neutralized($0))" }
  }

  private func reasons(_ entry: Entry) -> [String] {
    entry.verification.reasons.filter { !entry.verification.faults.contains($0) }
      .map { "  \(entry.verification.outcome == .fails ? style.cross : "?") \(TextStyle.neutralized($0))" }
  }

  /// One document, or a list of documents for several packings.
  public func value() -> DataValue {
    let values = entries.map(Self.value)
    if values.count == 1 { return values[0] }
    return .object([.init("schema", .string(Self.listSchema)), .init("results", .array(values))])
  }

  private static func value(_ entry: Entry) -> DataValue {
    let verification = entry.verification
    return .object([
      .init("schema", .string(VerificationReport.schema)),
      .init("instance", .string(entry.problem.name)),
      .init("outcome", .string(verification.outcome.rawValue)),
      .init("status", .string(entry.result.status.rawValue)),
      .init("statusHolds", .bool(verification.statusHolds)),
      .init("reasons", .strings(verification.reasons)),
      .init("faults", .strings(verification.faults)),
      .init("provenBound", .optional(verification.provenBound)),
    ])
  }
}
