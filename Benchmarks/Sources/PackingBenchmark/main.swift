import Bayplan
import Foundation

// PackingBenchmark STRATEGY SECONDS FILE…: CPU seconds, objective and bound of each instance, as CSV.

let arguments = CommandLine.arguments
let strategy = Strategies.standard[arguments[1]]!
let seconds = Double(arguments[2])!

func cpuSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) * 1e-6 + Double(usage.ru_stime.tv_sec)
    + Double(usage.ru_stime.tv_usec) * 1e-6
}

for path in arguments.dropFirst(3) {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  let start = cpuSeconds()
  let problem = try PackingFormat(fileName: path).read(text, file: path, name: name)
  let instance = CompiledPacking(problem).instance
  let outcome = try onSolverThread(stackSize: 256 << 20) { () throws(SolverFailure) -> (Int64, Int64, Bool, String) in
    var search = Search(instance, limits: Limits(seconds: seconds))
    search.raiseBound(ofCriterion: 0, to: 0, proof: .trivial)
    try strategy.solve(instance, &search)
    return (search.incumbentScore?[1] ?? -1, search.bounds[1] ?? -1, search.isProven, search.incumbentStrategy)
  }
  print(
    "\(name),\(outcome.0),\(outcome.1),\(outcome.2 ? "proved" : "open"),\(String(format: "%.3f", cpuSeconds() - start)),\(outcome.3)"
  )
  fflush(nil)
}
