import BayplanDatasets
import BayplanLP
import BayplanModel
import BayplanSimulation
import Foundation
import Testing

private let shared = ProcessInfo.processInfo.environment["BAYPLAN_SHARED"]

/// The published rows of USENIX ATC 2023, digit for digit.
@Suite struct OpenBExperimentTests {
  @Test(.enabled(if: shared != nil, "BAYPLAN_SHARED is not set"))
  func publishedRows() throws {
    let root = try #require(shared)
    try withUnpacked(root + "/datasets/openb_gpu_2023") { folder in
      var cluster = Cluster()
      for file in ["openb_node_list_gpu_node.csv", "openb_pod_list_default.csv"] {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        try OpenB.read(text, file: file, into: &cluster)
      }
      let published = try rows(root + "/anchors/openb_published.csv")
      var compared = 0
      for seed in 42...51 {
        let file = "default_seed\(seed).csv"
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        let order = try OpenB.order(text, file: file, of: cluster)
        let fleet = try Fleet(order.nodes)
        let experiment = ArrivalExperiment(fleet, arrivals: order.arrivals.map(fleet.shape))
        let typical = ArrivalExperiment.typicalShapes(of: cluster.pods, on: fleet)
        #expect(typical.count == 35)
        var policies: [any FleetPolicy] = [
          BestFitScore(), DotProductScore(), GPUPackingScore(), GPUClusteringScore(),
        ]
        // Slow without optimization; all seeds are in the benchmark.
        if seed == 42 { policies.append(FragmentationGradient(typical)) }
        for policy in policies {
          let outcome = experiment.run(policy)
          let own = [100, 110, 120, 130].map { percent in
            outcome.allocation(at: percent).map { ($0 * 100).rounded() / 100 }
          }
          #expect(own == published["\(policy.name) \(seed)"], "\(policy.name), seed \(seed)")
          compared += 1
        }
      }
      print("rows of the OpenB experiment compared: \(compared)")
    }
  }

  /// The plan holds under an auditor and is within a hundredth of its bound, and nothing that BestFit declines fits.
  @Test(.enabled(if: shared != nil && LinearSolverAvailability.isAvailable, "BAYPLAN_SHARED is not set"))
  func offlineOptimumOfTheDefaultTrace() throws {
    let root = try #require(shared)
    try withUnpacked(root + "/datasets/openb_gpu_2023") { folder in
      var cluster = Cluster()
      for file in ["openb_node_list_gpu_node.csv", "openb_pod_list_default.csv"] {
        let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
        try OpenB.read(text, file: file, into: &cluster)
      }
      let text = try String(contentsOf: folder.appendingPathComponent("default_seed42.csv"), encoding: .utf8)
      let order = try OpenB.order(text, file: "default_seed42.csv", of: cluster)
      let fleet = try Fleet(order.nodes)
      let experiment = ArrivalExperiment(fleet, arrivals: order.arrivals.map(fleet.shape))
      let offline = try experiment.offlineOptimum(repairs: 2000)
      #expect(offline.boundMilli < fleet.capacityMilli)
      #expect(100 * offline.allocatedMilli >= 99 * offline.boundMilli)
      var auditor = FleetAuditor(fleet)
      var sum: Int64 = 0
      for (shape, placement) in zip(experiment.arrivals, offline.placements) {
        guard let placement else { continue }
        auditor.place(shape, on: placement.node, devices: placement.devices)
        sum += shape.totalMilli
      }
      #expect(sum == offline.allocatedMilli)
      #expect(auditor.violations == [])
      auditor = FleetAuditor(fleet)
      let outcome = experiment.run(BestFitScore(), auditor: &auditor)
      #expect(auditor.violations == [])
      #expect(auditor.declined == outcome.dropped)
    }
  }

  private func rows(_ path: String) throws -> [String: [Double?]] {
    var result: [String: [Double?]] = [:]
    for line in try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      if fields[0] == "default" { result["\(fields[1]) \(fields[2])"] = fields[3...].map { Double($0) } }
    }
    return result
  }

  private func withUnpacked(_ data: String, _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bayplan-openb-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = """
      tar -xJf "$1/arrivals_default.tar.xz" -C "$2" && cp "$1/openb_node_list_gpu_node.csv" "$2" \
      && gunzip -c "$1/pods/openb_pod_list_default.csv.gz" > "$2/openb_pod_list_default.csv"
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script, "sh", data, folder.path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "the traces cannot be unpacked")
    try body(folder)
  }
}
