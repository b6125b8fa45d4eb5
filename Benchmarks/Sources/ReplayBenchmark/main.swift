import Bayplan
import BenchmarkSupport
import Foundation

// A trace with departures on a fleet: rejections, peaks, events per CPU second.
// Usage: ReplayBenchmark NODES[,NODES…] POLICY[,POLICY…]|all TRACE…
//        ReplayBenchmark NODES.csv[@TIMES] POLICY[,POLICY…]|all TRACE…      OpenB's nodes, the trace so many times
//   Nodes that are only counted have 64 cores and 256 GiB. The first number of them gets the trace as it is; others get it
//   scaled in proportion, its copies spread at random until the next time of the trace.
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3 else {
  print("usage: ReplayBenchmark NODES[,NODES…]|NODES.csv[@TIMES] POLICY[,POLICY…]|all TRACE…")
  exit(64)
}
func text(_ path: String) throws -> TraceText {
  TraceText(try String(contentsOfFile: path, encoding: .utf8), file: path)
}
let names = arguments[1] == "all" ? FleetPolicies.standard.names : arguments[1].split(separator: ",").map(String.init)
var start = cpuSeconds()
let trace: Trace
var fleets: [[Node]] = []
let table = arguments[0].split(separator: "@").map(String.init)
let times = table.count > 1 ? Int(table[1]) ?? 1 : 1
do {
  if table[0].hasSuffix(".csv") {
    var cluster = Cluster()
    try OpenB.read(try text(table[0]).text, file: table[0], into: &cluster)
    fleets = [cluster.nodes]
  } else {
    for size in arguments[0].split(separator: ",").compactMap({ Int($0) }) {
      fleets.append(
        (0..<size).map {
          Node(name: "node-\($0)", allocatable: [.cpu: 64_000, .memory: 256 << 30, .pods: 1000])
        })
    }
  }
  var texts: [TraceText] = []
  for path in arguments.dropFirst(2) { texts.append(try text(path)) }
  start = cpuSeconds()
  trace = try TraceFormat.read(texts)
} catch {
  print(error)
  exit(65)
}
print(
  "\(trace.arrivals.count) arrivals of \(trace.shapes.count) shapes, read in "
    + String(format: "%.2f CPU s", cpuSeconds() - start))
print(
  "nodes   policy             arrivals departures rejected  peak cpu  memory devices rejected    pods   CPU s  events/s  more MiB"
)

func percent(_ part: Int64, _ whole: Int64) -> String { String(format: "%6.2f%%", 100 * Double(part) / Double(whole)) }

for nodes in fleets {
  let size = nodes.count
  let fleet = try Fleet(nodes)
  let typical = ArrivalExperiment.typicalShapes(of: trace, on: fleet)
  for name in names {
    let policy = try FleetPolicies.standard.policy(named: name, typical: typical, on: fleet)
    resetPeakMemory()
    let memory = processMebibytes("VmRSS")
    start = cpuSeconds()
    let replay = TraceReplay(fleet, shapes: trace.shapes)
    let outcome =
      size == fleets[0].count && times == 1
      ? replay.run(trace.arrivals, policy: policy)
      : replay.run(ScaledArrivals(trace, permille: times * size * 1000 / fleets[0].count), policy: policy)
    let seconds = cpuSeconds() - start
    let growth = processMebibytes("VmHWM") - memory
    let capacity = fleet.capacity
    let asked = trace.arrivals.reduce(0) { $0 + replay.shapes[Int($1.shape)].totalMilli } * Int64(times)
    print(
      String(size).padding(toLength: 7, withPad: " ", startingAt: 0),
      policy.name.padding(toLength: 16, withPad: " ", startingAt: 0),
      String(format: "%10d %10d %8d", outcome.arrivals, outcome.departures, outcome.rejected.pods),
      percent(outcome.peak.cpu, capacity.cpu), percent(outcome.peak.memory, capacity.memory),
      percent(outcome.peak.milli, max(1, capacity.milli)), percent(outcome.rejected.milli, max(1, asked)),
      String(
        format: "%7d %7.3f %9.0f %8.1f", outcome.peak.pods, seconds, Double(outcome.events) / seconds, growth))
  }
}
