import Bayplan
import BenchmarkSupport
import Foundation

// The OpenB experiment: allocation of devices at 100 to 130 % of what was asked for, and CPU seconds.
// Usage: FleetBenchmark [OPTION…] NODES.csv PODS.csv ORDER.csv… (kind,position,name: the order of nodes and arrivals)
//        FleetBenchmark [OPTION…] NODES.csv PODS.csv SEED…       orders of our own
// --only NAME,…  these policies alone
// --limits       what could have been: with all arrivals known, and without declining a pod that fits
// --audit        check each placement and each decline by independent code
var options = FleetOptions(Array(CommandLine.arguments.dropFirst()))
guard options.paths.count >= 3 else {
  print("usage: FleetBenchmark [--only NAME,…] [--limits] [--audit] NODES.csv PODS.csv ORDER.csv…|SEED…")
  exit(64)
}
func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
var cluster = Cluster()
for path in options.paths.prefix(2) { try OpenB.read(try text(path), file: path, into: &cluster) }
var table = FleetTable()
table.printHead()
for (seed, path) in zip(UInt64(1)..., options.paths.dropFirst(2)) {
  let experiment: ArrivalExperiment
  if let seed = UInt64(path) {
    experiment = try ArrivalExperiment(nodes: cluster.nodes, pods: cluster.pods, seed: seed)
  } else {
    let order = try OpenB.order(try text(path), file: path, of: cluster)
    let fleet = try Fleet(order.nodes)
    experiment = ArrivalExperiment(fleet, arrivals: order.arrivals.map(fleet.shape))
  }
  let typical = ArrivalExperiment.typicalShapes(of: cluster.pods, on: experiment.fleet)
  var policies: [any FleetPolicy] = [FragmentationGradient(typical), ExpectedSales(typical, on: experiment.fleet)]
  do { policies.append(try BidPrices(typical, on: experiment.fleet)) } catch { print("no bid prices: \(error)") }
  policies += [BestFitScore(), DotProductScore(), GPUPackingScore(), GPUClusteringScore()] as [any FleetPolicy]
  let chosen = policies.filter { options.includes($0.name) }
  for policy in chosen as [(any FleetPolicy)?] + (options.includes("Random") ? [nil] : []) {
    let start = cpuSeconds()
    var outcome = policy.map { experiment.run($0) } ?? experiment.runRandomly(seed: seed)
    let seconds = cpuSeconds() - start
    if options.isAudited, let policy {
      var auditor = FleetAuditor(experiment.fleet)
      outcome = experiment.run(policy, auditor: &auditor)
      table.audited += auditor.placed + auditor.declined
      for violation in auditor.violations { print("\(policy.name): \(violation)") }
    }
    table.add(policy?.name ?? "Random", order: path, outcome, seconds: seconds)
  }
  if options.hasLimits {
    do {
      var start = cpuSeconds()
      let offline = try experiment.offlineOptimum()
      table.add("offline plan", order: path, offline.allocatedMilli, of: experiment, seconds: cpuSeconds() - start)
      table.add("offline bound", order: path, offline.boundMilli, of: experiment, seconds: 0)
      start = cpuSeconds()
      let limit = try experiment.neverDecliningLimit()
      table.add(FleetTable.limit, order: path, limit, of: experiment, seconds: cpuSeconds() - start)
    } catch {
      print("no limits: \(error)")
    }
  }
}
table.printMeans()
