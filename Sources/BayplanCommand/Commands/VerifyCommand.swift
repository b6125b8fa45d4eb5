#if CommandLine
  import ArgumentParser
  import Bayplan

  struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Check a plan: every rule, every claimed value, every proof.",
      discussion: """
        Reads the JSON of `bayplan plan -o json`, which embeds the cluster it was made for, and trusts nothing in it:
        placements are checked against every rule, values are counted again, and bounds are proven anew from their
        certificates in exact integer arithmetic.

          bayplan plan app.yaml nodes.yaml -o json > plan.json
          bayplan verify plan.json

        Exits with 0 if everything holds and with 2 if something does not, or could not be checked.
        """)

    @Argument(help: "A plan as JSON; - for standard input.")
    var plan: String

    @Option(help: ArgumentHelp("Steps that proving bounds may take.", valueName: "units"))
    var workLimit: Int = CertificateChecker.standardWorkLimit

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
      try output.unsupported(.csv, .markdown)
      if workLimit <= 0 { throw ValidationError("--work-limit takes a positive number.") }
    }

    func run() throws {
      let source = try InputSource(path: plan)
      let verification = try onLargeStack {
        let (plan, cluster) = try PlanDocument.plan(from: JSONReader.read(source.contents(), file: source.name))
        let verification = verify(plan, cluster: cluster, workLimit: workLimit)
        if output.format == .table {
          try output.emit(VerificationReport(verification, plan: plan, style: output.style).text())
        } else {
          try output.emit(VerificationReport.value(verification, plan: plan))
        }
        return verification
      }
      if verification.outcome != .holds { throw Verdict.honestNo }
    }
  }
#endif
