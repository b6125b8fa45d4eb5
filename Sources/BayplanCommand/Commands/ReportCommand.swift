#if CommandLine
  import ArgumentParser
  import Bayplan

  struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract: "Show a result again: as a page, as Markdown, or as the table that its command prints.",
      discussion: """
        Reads what `bayplan plan`, `schedule`, `simulate` and `pack` write with -o json and decides nothing anew. \
        Several files of packings become one report; of the others, one file makes one.

          bayplan report plan.json -o html > plan.html
          bayplan report schedule.json -o markdown
          bayplan report run.json --series series.csv -o html > run.html
          bayplan report answers-1.json answers-2.json
        """)

    @Argument(help: ArgumentHelp("Results as JSON; - for standard input.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("The time series of a simulation, as simulate --series wrote it.", valueName: "file"))
    var series: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws { try output.unsupported(.json, .yaml, .csv) }

    func run() throws {
      try onLargeStack {
        var values: [(source: InputSource, value: DataValue)] = []
        for file in files {
          let source = try InputSource(path: file)
          values.append((source, try JSONReader.read(source.contents(), file: source.name)))
        }
        try output.emit(try text(values))
      }
    }

    private func text(_ values: [(source: InputSource, value: DataValue)]) throws -> String {
      let schemas = values.map { $0.value["schema"]?.text ?? "" }
      if schemas.allSatisfy({ [PackingDocument.schema, PackingDocument.listSchema].contains($0) }) {
        return packings(try values.flatMap { try answers($0.value, of: $0.source) })
      }
      guard let (source, value) = values.first, values.count == 1 else {
        throw InputError(
          .unsupported, "only packings are reported several files at once",
          fix: "Call bayplan report once for each of the others.")
      }
      if series != nil && schemas[0] != SimulationDocument.schema {
        throw InputError(
          .unsupported, at: SourceLocation(file: source.name), "--series belongs to a simulation",
          fix: "Leave it out, or give the JSON of bayplan simulate.")
      }
      switch schemas[0] {
      case PlanDocument.schema:
        let (plan, cluster) = try source.naming { () throws(InputError) in try PlanDocument.plan(from: value) }
        let report = PlanReport(plan, cluster: cluster, style: output.style)
        return pick(report.text, report.markdown, PlanPage(plan, cluster: cluster).html)
      case ScheduleDocument.schema:
        let (result, cluster) = try source.naming { () throws(InputError) in try ScheduleDocument.result(from: value) }
        let report = ScheduleReport(result, style: output.style)
        return pick(report.text, report.markdown, SchedulePage(result, cluster: cluster).html)
      case SimulationDocument.schema:
        let report = try source.naming { () throws(InputError) in try SimulationDocument.report(from: value) }
        let history = try series.map(history)
        let summary = SimulationSummary(report, history: history, style: output.style)
        return pick(summary.text, summary.markdown, SimulationPage(report, history: history).html)
      case BenchDocument.schema:
        let results = try source.naming { () throws(InputError) in try BenchDocument.results(from: value) }
        let report = BenchReport(results, style: output.style)
        return pick(report.text, report.markdown, BenchPage(results).html)
      case let other:
        throw InputError(
          .unsupported, at: SourceLocation(file: source.name), object: "schema",
          other.isEmpty ? "this is no result of Bayplan" : "there is no report for \(other)",
          fix: "Give what plan, schedule, simulate, pack or bench wrote with -o json.")
      }
    }

    private func pick(_ table: () -> String, _ markdown: () -> String, _ html: () -> String) -> String {
      switch output.format {
      case .html: html()
      case .markdown: markdown()
      case .table, .json, .yaml, .csv: table()
      }
    }

    private func packings(_ answers: [(problem: PackingProblem, result: PackingResult)]) -> String {
      let report = PackingReport(answers, style: output.style)
      return pick(report.text, report.markdown, PackingPage(answers).html)
    }

    private func answers(
      _ value: DataValue, of source: InputSource
    ) throws(InputError) -> [(problem: PackingProblem, result: PackingResult)] {
      let isList = value["schema"]?.text == PackingDocument.listSchema
      let values = isList ? value["results"]?.items ?? [] : [value]
      if values.isEmpty {
        throw InputError(
          .missing, at: SourceLocation(file: source.name), object: "results", "there is no list of packings",
          fix: "Write one with: bayplan pack FILE... -o json")
      }
      var answers: [(problem: PackingProblem, result: PackingResult)] = []
      for (index, value) in values.enumerated() {
        let (result, problem) = try source.naming(isList ? "results[\(index)]" : nil) {
          () throws(InputError) in
          let answer = try PackingDocument.result(from: value)
          // A row that does not exist cannot be drawn.
          if let fault = PackingAudit(answer.problem).faults(of: answer.result).first {
            throw InputError(.invalidValue, object: "bins", fault, fix: "bayplan verify says everything that is wrong.")
          }
          return answer
        }
        answers.append((problem, result))
      }
      return answers
    }

    private func history(_ path: String) throws(InputError) -> SimulationHistory {
      let source = try InputSource(path: path)
      var history = SimulationHistory()
      let text = String(decoding: try source.contents(), as: UTF8.self)
      for sample in try SampleTable.samples(text, file: source.name) { history.add(sample) }
      return history
    }
  }
#endif
