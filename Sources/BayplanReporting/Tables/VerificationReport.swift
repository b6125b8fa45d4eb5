import BayplanAudit
import BayplanModel

/// What the independent check of a plan came to.
public struct VerificationReport: Sendable {
  public static let schema = "bayplan/verification/v1"

  public let verification: Verification
  public let plan: Plan
  public let style: TextStyle

  public init(_ verification: Verification, plan: Plan, style: TextStyle) {
    self.verification = verification
    self.plan = plan
    self.style = style
  }

  public static func value(_ verification: Verification, plan: Plan) -> DataValue {
    .object([
      .init("schema", .string(schema)),
      .init("outcome", .string(verification.outcome.rawValue)),
      .init("status", .string(plan.status.rawValue)),
      .init("statusHolds", .bool(verification.statusHolds)),
      .init("provenBySearch", .bool(verification.provenBySearch)),
      .init("reasons", .strings(verification.reasons)),
      .init("violations", .array(verification.violations.map { DataValue(encoding: $0) })),
      .init("baseline", .array(verification.baseline.map { DataValue(encoding: $0) })),
      .init(
        "mismatches",
        .array(
          verification.mismatches.map {
            .object([
              .init("criterion", .string("\($0.criterion)")), .init("claimed", .integer($0.claimed)),
              .init("recomputed", .integer($0.recomputed)),
            ])
          })),
      .init(
        "bounds",
        .array(
          verification.certificates.map { check in
            .object([
              .init("criterion", .string("\(check.criterion)")), .init("verdict", .string(verdictName(check.verdict))),
              .init("provenBound", .optional(check.provenBound)),
            ])
          })),
    ])
  }

  private static func verdictName(_ verdict: CertificateCheck.Verdict) -> String {
    switch verdict {
    case .holds: "holds"
    case .notIndependentlyChecked: "notIndependentlyChecked"
    case .fails: "fails"
    }
  }

  public func text() -> String {
    let verdict =
      switch verification.outcome {
      case .holds: style.paint("HOLDS", .green)
      case .notIndependentlyChecked: style.paint("NOT INDEPENDENTLY CHECKED", .yellow)
      case .fails: style.paint("FAILS", .red)
      }
    var lines = ["\(verdict)  the plan claims to be \(plan.status.rawValue)"]
    lines.append(
      line(
        verification.violations.isEmpty, "placement rules",
        verification.violations.isEmpty
          ? "\(HumanUnits.count(plan.placements.count, "placement")), none breaks a rule"
          : "\(HumanUnits.count(verification.violations.count, "violation"))"))
    for violation in verification.violations.prefix(style.isComplete ? .max : 10) {
      lines.append("      \(TextStyle.neutralized("\(violation)"))")
    }
    if verification.violations.count > 10 && !style.isComplete {
      lines.append("      \(style.ellipsis) \(HumanUnits.count(verification.violations.count - 10)) more")
    }
    for value in plan.criteria {
      let name = TextStyle.neutralized("\(value.criterion)")
      if let mismatch = verification.mismatches.first(where: { $0.criterion == value.criterion }) {
        lines.append(line(false, name, "is \(mismatch.recomputed), the plan claims \(mismatch.claimed)"))
      } else {
        lines.append(line(true, name, "is \(value.value)"))
      }
      guard let check = verification.certificates.first(where: { $0.criterion == value.criterion }) else { continue }
      let bound = "bound of \(name)"
      switch check.verdict {
      case .holds(let proven): lines.append(line(true, bound, "\(proven), proven in integer arithmetic"))
      case .notIndependentlyChecked(let why):
        // An exhaustive search may have settled what the certificate leaves open.
        let why = verification.provenBySearch ? "proven by exhaustive search" : TextStyle.neutralized(why)
        lines.append(line(verification.provenBySearch ? true : nil, bound, why))
      case .fails(let why): lines.append(line(false, bound, TextStyle.neutralized(why)))
      }
    }
    let status = "\(plan.status.rawValue)"
    lines.append(
      line(
        verification.statusHolds, "status",
        verification.statusHolds ? "\(status) follows from the above" : "\(status) does not follow from the above"))
    if !verification.baseline.isEmpty {
      lines.append(
        "  the snapshot itself breaks \(HumanUnits.count(verification.baseline.count, "rule")); "
          + "that is not held against the plan")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ holds: Bool?, _ name: String, _ text: String) -> String {
    let mark =
      switch holds {
      case true?: style.paint(style.check.padded(to: 2), .green)
      case false?: style.paint(style.cross.padded(to: 2), .red)
      case nil: style.paint("? ", .yellow)
      }
    return "  \(mark) \(name.padded(to: 24))  \(text)"
  }
}
