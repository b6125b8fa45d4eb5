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

/// A file, or a generated instance such as variable:ITEMS:TYPES:DIMENSIONS:SEED.
func readProblem(_ path: String) throws -> PackingProblem {
  let words = path.split(separator: ":").map(String.init)
  let numbers = words.dropFirst().compactMap(Int.init)
  switch (words[0], numbers.count) {
  case ("variable", 4):
    return PackingGenerator.variableSized(
      items: numbers[0], types: numbers[1], dimensions: numbers[2], seed: UInt64(numbers[3]))
  case ("huge", 2): return PackingGenerator.hugeCapacity(types: numbers[0], seed: UInt64(numbers[1]))
  case ("uniform", 3):
    return PackingGenerator.uniform(items: numbers[0], capacity: Int64(numbers[1]), seed: UInt64(numbers[2]))
  case ("vectors", 3):
    return PackingGenerator.vectors(items: numbers[0], dimensions: numbers[1], seed: UInt64(numbers[2]))
  default:
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    return try PackingFormat(fileName: path).read(text, file: path, name: name)
  }
}

for path in arguments.dropFirst(3) {
  let start = cpuSeconds()
  let problem = try readProblem(path)
  let instance = CompiledPacking(problem).instance
  let outcome = try onSolverThread(stackSize: 256 << 20) { () throws(SolverFailure) -> (Int64, Int64, Bool, String) in
    var search = Search(instance, limits: Limits(seconds: seconds))
    search.raiseBound(ofCriterion: 0, to: 0, proof: .trivial)
    try strategy.solve(instance, &search)
    return (search.incumbentScore?[1] ?? -1, search.bounds[1] ?? -1, search.isProven, search.incumbentStrategy)
  }
  print(
    "\(problem.name),\(outcome.0),\(outcome.1),\(outcome.2 ? "proved" : "open"),\(String(format: "%.3f", cpuSeconds() - start)),\(outcome.3)"
  )
  fflush(nil)
}
