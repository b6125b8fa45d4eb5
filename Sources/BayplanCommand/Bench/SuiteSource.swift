#if CommandLine
  import Bayplan
  import Foundation

  /// A suite by its file, or by the name of one that comes with the program.
  struct SuiteSource {
    private let name: String
    private let folder: String

    /// - Parameter folder: where the files of a built-in suite are put.
    init(_ name: String, folder: String) {
      self.name = name
      self.folder = folder
    }

    static let builtIn: [(name: String, bytes: [UInt8])] = [
      ("quick", PackageResources.quick_yaml), ("packing", PackageResources.packing_yaml),
      ("growth", PackageResources.growth_yaml), ("kubernetes", PackageResources.kubernetes_yaml),
      ("openb", PackageResources.openb_yaml), ("simulation", PackageResources.simulation_yaml),
    ]

    /// What built-in suites name.
    private static let companions: [(name: String, bytes: [UInt8])] = [
      ("service-nodes.yaml", PackageResources.service_nodes_yaml),
      ("batch-scenario.yaml", PackageResources.batch_scenario_yaml),
      ("churn-scenario.yaml", PackageResources.churn_scenario_yaml),
      ("most-allocated.yaml", PackageResources.most_allocated_yaml),
    ]

    /// - Throws: `InputError` with everything that is wrong with it.
    func suite() throws -> BenchSuite {
      if !FileManager.default.fileExists(atPath: name), !name.contains("/"), !name.contains(".") {
        guard let suite = Self.builtIn.first(where: { $0.name == name }) else {
          throw InputError(
            .unreadable, at: SourceLocation(file: name), "there is no such file, and no built-in suite of this name",
            fix: "There are \(Self.builtIn.map(\.name).joined(separator: ", ")).")
        }
        for (file, bytes) in Self.companions { try Output.emit(Data(bytes), to: "\(folder)/\(file)") }
        return try Self.read(String(decoding: suite.bytes, as: UTF8.self), file: "\(name).yaml", folder: folder)
      }
      let source = try InputSource(path: name)
      guard let text = String(validating: try source.contents(), as: UTF8.self) else {
        throw InputError(.syntax, at: SourceLocation(file: name), "this is not text")
      }
      return try Self.read(text, file: name, folder: (name as NSString).deletingLastPathComponent)
    }

    static func read(_ text: String, file: String, folder: String) throws(InputError) -> BenchSuite {
      let policies = FleetPolicies.standard.spellings
      return try SuiteReader(strategies: [
        .pack: Strategies.standard.all.map(\.name), .plan: Planner.strategyNames,
        .schedule: [Scenario.Scheduling.kubeScheduler], .simulate: [Scenario.Scheduling.kubeScheduler] + policies,
        .arrivals: policies,
      ]).suite(text, file: file, folder: folder)
    }
  }
#endif
