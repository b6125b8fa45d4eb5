import Bayplan
import BenchmarkSupport
import Foundation

// Decisions of kube-scheduler per CPU second, the loop over the pods only, and how much memory they take.
// Usage: SchedulingBenchmark NODES PODS same|mixed [PERCENT]   PERCENT: of nodes to score, 0 for the scheduler's own choice
let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 3, let nodes = Int(arguments[1]), let pods = Int(arguments[2]),
  let kind = Workload.Kind(rawValue: arguments[3])
else {
  print("usage: SchedulingBenchmark NODES PODS same|mixed [PERCENT]")
  exit(64)
}
var profile = SchedulerProfile.standard
if arguments.count > 3 { profile.percentageOfNodesToScore = Int(arguments[4]) }

let (cluster, pending) = Workload(nodes: nodes, pods: pods, kind: kind).cluster().schedulerView()
var pass = SchedulingPass(SchedulerSnapshot(cluster), profiles: [profile], tieBreak: .seeded(1))
let memory = processMebibytes("VmRSS")
let start = cpuSeconds()
pass.schedule(pending)
let seconds = cpuSeconds() - start
let growth = processMebibytes("VmRSS") - memory
let placed = pass.decisions.count { $0.node != nil }
let percent = profile.percentageOfNodesToScore.map { "\($0)" } ?? "100"
print(
  "\(nodes) nodes, \(pods) pods \(kind.rawValue), \(percent) %: \(placed) placed in "
    + String(format: "%.4f CPU s, %.0f a second, %.1f MiB more", seconds, Double(pods) / seconds, growth))
