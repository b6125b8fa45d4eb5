import Bayplan
import Foundation

// Ten seeds of the provisioning generator: cost, proven bound, gap, and whether the checker agrees.
// Usage: ProvisioningBenchmark [SECONDS] [SEEDS | FIRST-LAST] [STRATEGY]
let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 30
let range = CommandLine.arguments.dropFirst(2).first.map { $0.split(separator: "-").compactMap { UInt64($0) } } ?? []
let seeds = (range.count > 1 ? range[0] : 1)...(range.last ?? 10)

print("seed       cost      bound    gap  nodes  seconds  checker  seconds")
var worst = 0.0
for seed in seeds {
  var options = Planner.Options()
  options.limits.seconds = seconds
  options.seed = seed
  if CommandLine.arguments.count > 3 { options.strategy = CommandLine.arguments[3] }
  let cluster = ProvisioningGenerator(seed: seed).cluster()
  let plan = try Planner(options: options).plan(cluster)
  let cost = plan.criteria.first { $0.criterion == .cost }!
  let gap = cost.gap ?? .infinity
  worst = max(worst, gap)
  let start = ContinuousClock.now
  let verification = verify(plan, cluster: cluster)
  let checked = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1000
  let fields = [
    "\(seed)", "\(cost.value)", "\(cost.bound ?? 0)", String(format: "%.2f%%", gap * 100),
    "\(plan.openedNodes.count)", String(format: "%.1f", plan.solveSeconds), "\(verification.outcome)",
    String(format: "%.1f", checked),
  ]
  let widths = [4, 10, 10, 6, 6, 8, 8, 8]
  print(zip(fields, widths).map { String(repeating: " ", count: max(0, $1 - $0.count)) + $0 }.joined(separator: " "))
  fflush(nil)
}
print(String(format: "worst gap %.2f%%", worst * 100))
