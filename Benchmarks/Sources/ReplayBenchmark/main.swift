import Bayplan
import BenchmarkSupport
import Foundation

// A trace with departures on a fleet of equal nodes of 64 cores and 256 GiB: rejections, peaks, events per CPU second.
// Usage: ReplayBenchmark NODES[,NODES…] POLICY[,POLICY…]|all TRACE…
//   The first number of nodes gets the trace as it is; others get it scaled in proportion, its copies spread at random until
//   the next time of the trace.
let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 3 else {
  print("usage: ReplayBenchmark NODES[,NODES…] POLICY[,POLICY…]|all TRACE…")
  exit(64)
}
let sizes = arguments[0].split(separator: ",").compactMap { Int($0) }
let names = arguments[1] == "all" ? FleetPolicies.standard.names : arguments[1].split(separator: ",").map(String.init)
var start = cpuSeconds()
let trace: Trace
do {
  var texts: [TraceText] = []
  for path in arguments.dropFirst(2) {
    texts.append(TraceText(try String(contentsOfFile: path, encoding: .utf8), file: path))
  }
  trace = try TraceFormat.read(texts)
} catch {
  print(error)
  exit(65)
}
print(
  "\(trace.arrivals.count) arrivals of \(trace.shapes.count) shapes, read in "
    + String(format: "%.2f CPU s", cpuSeconds() - start))
print("nodes   policy             arrivals departures rejected  peak cpu memory   pods    CPU s  events/s  more MiB")

func percent(_ part: Int64, _ whole: Int64) -> String { String(format: "%6.2f%%", 100 * Double(part) / Double(whole)) }

for size in sizes {
  let nodes = (0..<size).map {
    Node(name: "node-\($0)", allocatable: [.cpu: 64_000, .memory: 256 << 30, .pods: 1000])
  }
  let fleet = try Fleet(nodes)
  let typical = ArrivalExperiment.typicalShapes(of: trace, on: fleet)
  for name in names {
    let policy = try FleetPolicies.standard.policy(named: name, typical: typical)
    resetPeakMemory()
    let memory = processMebibytes("VmRSS")
    start = cpuSeconds()
    let replay = TraceReplay(fleet, shapes: trace.shapes)
    let outcome =
      size == sizes[0]
      ? replay.run(trace.arrivals, policy: policy)
      : replay.run(ScaledArrivals(trace, permille: size * 1000 / sizes[0]), policy: policy)
    let seconds = cpuSeconds() - start
    let growth = processMebibytes("VmHWM") - memory
    let capacity = fleet.capacity
    print(
      String(size).padding(toLength: 7, withPad: " ", startingAt: 0),
      policy.name.padding(toLength: 16, withPad: " ", startingAt: 0),
      String(format: "%10d %10d %8d", outcome.arrivals, outcome.departures, outcome.rejected),
      percent(outcome.peak.cpu, capacity.cpu), percent(outcome.peak.memory, capacity.memory),
      String(
        format: "%8d %7.3f %9.0f %8.1f", outcome.peak.pods, seconds, Double(outcome.events) / seconds, growth))
  }
}
