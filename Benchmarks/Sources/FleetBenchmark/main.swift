import Bayplan
import BenchmarkSupport
import Foundation

// The OpenB experiment: allocation of devices at 100 to 130 % of what was asked for, and CPU seconds.
// Usage: FleetBenchmark NODES.csv PODS.csv ORDER.csv… (kind,position,name: the order of the nodes and of the arrivals)
//        FleetBenchmark NODES.csv PODS.csv SEED…       orders of our own
//        FleetBenchmark --only FGD,BidPrices …         these policies alone
var arguments = Array(CommandLine.arguments.dropFirst())
var only: [String]?
if arguments.count >= 2, arguments[0] == "--only" {
  only = arguments[1].split(separator: ",").map(String.init)
  arguments.removeFirst(2)
}
guard arguments.count >= 3 else {
  print("usage: FleetBenchmark NODES.csv PODS.csv ORDER.csv…|SEED…")
  exit(64)
}
func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
var cluster = Cluster()
for path in arguments.prefix(2) { try OpenB.read(try text(path), file: path, into: &cluster) }
print("order                policy           100     110     120     130   dropped  CPU s")
for (seed, path) in zip(UInt64(1)..., arguments.dropFirst(2)) {
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
  if let only { policies.removeAll { !only.contains($0.name) } }
  for policy in policies as [(any FleetPolicy)?] + (only == nil ? [nil] : []) {
    let start = cpuSeconds()
    let outcome = policy.map { experiment.run($0) } ?? experiment.runRandomly(seed: seed)
    let seconds = cpuSeconds() - start
    let values = [100, 110, 120, 130].map { String(format: "%.2f", outcome.allocation(at: $0) ?? 0) }
    print(
      URL(fileURLWithPath: path).lastPathComponent.padding(toLength: 20, withPad: " ", startingAt: 0),
      (policy?.name ?? "Random").padding(toLength: 14, withPad: " ", startingAt: 0), values.joined(separator: "   "),
      String(format: "%8d  %.3f", outcome.dropped, seconds))
  }
}
