#if CommandLine
  import ArgumentParser
  import Bayplan
  import Foundation

  struct DatasetsGenerateCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
      case bpp, vbp, mvp, json
    }

    static let configuration = CommandConfiguration(
      commandName: "generate",
      abstract: "Draw instances of a class, packings or clusters, from seeds.",
      discussion: """
        The same class, values and seed give the same bytes anywhere. Without a class: the classes and their parameters.

          bayplan datasets generate falkenauer-triplets --set items=120 --seed 7 | bayplan pack -
          bayplan datasets generate caprara-toth --set class=8 --set items=50 --seed 1..10 --folder ct8
          bayplan datasets generate applications --set nodes=20 --set pods=200 | bayplan plan -
        """)

    @Argument(help: "Class of instances.") var `class`: String?

    @Option(
      name: .customLong("set"),
      help: ArgumentHelp("A parameter; may be given several times.", valueName: "name=value"))
    var values: [String] = []

    @Option(help: "A seed, or several as 1..10.") var seed = "1"

    @Option(help: "bpp, vbp, mvp or json (default: the simplest of them that holds the class; clusters are json).")
    var format: Format?

    @Option(help: "Write a file for each seed into this folder, which is made.") var folder: String?

    private static let mostSeeds: UInt64 = 100_000

    func validate() throws { _ = try seeds() }

    func run() throws {
      guard let name = `class` else {
        try Output.emit(InstanceClassReport.text(.standard, .standard), to: nil)
        return
      }
      let values = try parsedValues()
      let (packings, clusters) = (PackingGenerators.standard, ClusterGenerators.standard)
      if let made = clusters.all.first(where: { $0.name == name }) {
        if let format, format != .json { throw ValidationError("A cluster has no form as \(format): take json.") }
        try write { seed in
          let text = JSONWriter.compact(ClusterDocument.value(try made.make(values, seed: seed))) + "\n"
          return (text, "\(made.instanceName(values, seed: seed)).json")
        }
      } else {
        guard let made = packings.all.first(where: { $0.name == name }) else {
          throw InputError.noClass(name, among: packings.all.map(\.name) + clusters.all.map(\.name))
        }
        try write { seed in
          let problem = try made.make(values, seed: seed)
          let (text, format) = try text(problem)
          return (text, "\(problem.name).\(format == .bpp ? "txt" : format.rawValue)")
        }
      }
    }

    /// A file for each seed, or the only one to stdout.
    private func write(_ make: (UInt64) throws -> (text: String, name: String)) throws {
      let seeds = try seeds()
      guard let folder else {
        guard seeds.lowerBound == seeds.upperBound else {
          throw ValidationError("Several seeds make several files: give --folder.")
        }
        try Output.emit(make(seeds.lowerBound).text, to: nil)
        return
      }
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw OutputError(message: "cannot make the folder \(folder)")
      }
      for seed in seeds {
        let made = try make(seed)
        try Output.emit(made.text, to: (folder as NSString).appendingPathComponent(made.name))
      }
    }

    private func seeds() throws -> ClosedRange<UInt64> {
      let ends = seed.components(separatedBy: "..").map(UInt64.init)
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
        last - first < Self.mostSeeds
      else {
        throw ValidationError("--seed is a number, or two as in 1..10; at most \(Self.mostSeeds) seeds.")
      }
      return first...last
    }

    private func parsedValues() throws -> [String: Int64] {
      var result: [String: Int64] = [:]
      for text in values {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let value = Int64(parts[1]) else {
          throw ValidationError("--set is NAME=INTEGER, not '\(TextStyle.neutralized(text))'.")
        }
        guard result.updateValue(value, forKey: String(parts[0])) == nil else {
          throw ValidationError("--set \(TextStyle.neutralized(String(parts[0]))) is given twice.")
        }
      }
      return result
    }

    private func text(_ problem: PackingProblem) throws -> (text: String, format: Format) {
      let simplest: Format = problem.binTypes.count > 1 ? .mvp : problem.dimensions > 1 ? .vbp : .bpp
      let format = format ?? simplest
      switch format {
      case .json: return (JSONWriter.text(PackingDocument.value(problem)), format)
      case .bpp: return (try PackingFormat.bpp.text(problem), format)
      case .vbp: return (try PackingFormat.vbp.text(problem), format)
      case .mvp: return (try PackingFormat.mvp.text(problem), format)
      }
    }
  }
#endif
