#if CommandLine
  import ArgumentParser
  import Bayplan

  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check a plan: every rule, every claimed value, every proof.",
      discussion: """
        Reads the JSON of `bayplan plan -o json` or `bayplan pack -o json`, which embeds what it was made for, and \
        trusts nothing in it: placements are checked against every rule, values are counted again, and bounds are \
        proven anew from their certificates in exact integer arithmetic.

          bayplan plan app.yaml nodes.yaml -o json > plan.json
          bayplan verify plan.json

        Exits with 0 if everything holds and with 2 if something does not, or could not be checked.
        """)

    @Argument(help: "A plan or packing as JSON; - for standard input.")
    var plan: String

    @Option(help: ArgumentHelp("Steps that proving bounds may take.", valueName: "units"))
    var workLimit: Int?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      try output.unsupported(.csv, .markdown, .html)
      if let workLimit, workLimit <= 0 { throw ValidationError("--work-limit takes a positive number.") }
    }

    func run() throws {
      let source = try InputSource(path: plan)
      let outcome = try onLargeStack {
        let value = try JSONReader.read(source.contents(), file: source.name)
        switch value["schema"]?.text {
        case PackingDocument.schema: return try packings([value], of: source)
        case PackingDocument.listSchema:
          guard let values = value["results"]?.items, !values.isEmpty else {
            throw InputError(
              .missing, at: SourceLocation(file: source.name), object: "results", "there is no list of packings",
              fix: "Write one with: bayplan pack FILE... -o json")
          }
          return try packings(values, of: source)
        default: return try plan(value)
        }
      }
      if outcome != .holds { throw Verdict.honestNo }
    }

    private func plan(_ value: DataValue) throws -> Verification.Outcome {
      let (plan, cluster) = try PlanDocument.plan(from: value)
      let verification = verify(plan, cluster: cluster, workLimit: workLimit ?? CertificateChecker.standardWorkLimit)
      if output.format == .table {
        try output.emit(VerificationReport(verification, plan: plan, style: output.style).text())
      } else {
        try output.emit(VerificationReport.value(verification, plan: plan))
      }
      return verification.outcome
    }

    private func packings(_ values: [DataValue], of source: InputSource) throws -> Verification.Outcome {
      let entries = try values.enumerated().map { index, value in
        let (result, problem) = try source.naming(values.count > 1 ? "results[\(index)]" : nil) {
          () throws(InputError) in try PackingDocument.result(from: value)
        }
        let verification = verify(
          result, problem: problem, workLimit: workLimit ?? PackingVerification.standardWorkLimit)
        return PackingVerificationReport.Entry(verification, result, problem)
      }
      let report = PackingVerificationReport(entries, style: output.style)
      if output.format == .table { try output.emit(report.text()) } else { try output.emit(report.value()) }
      return entries.map(\.verification.outcome).max { $0.severity < $1.severity } ?? .holds
    }
  }

  extension Verification.Outcome {
    fileprivate var severity: Int {
      switch self {
      case .holds: 0
      case .notIndependentlyChecked: 1
      case .fails: 2
      }
    }
  }
#endif
