import Bayplan
import BenchmarkSupport
import Foundation

// PackingBenchmark STRATEGY SECONDS INSTANCE…: objective, bound and CPU seconds of each instance as CSV, and what the
// kernels did, which depends on no clock and no machine.
// PackingBenchmark write INSTANCE: the instance as .mvp text, for other solvers.
//
// An INSTANCE is a file or a generator: uniform:ITEMS:CAPACITY:SEED, vectors:ITEMS:DIMENSIONS:SEED, huge:TYPES:SEED,
// variable:ITEMS:TYPES:DIMENSIONS:SEED.

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

/// Equal rows as one, which other solvers do not see for themselves.
func grouped(_ problem: PackingProblem) -> PackingProblem {
  var demands: [[[Int64]]: Int] = [:]
  for row in problem.rows { demands[row.incarnations, default: 0] += row.demand }
  var result = problem
  result.rows = demands.map { .init(demand: $0.value, incarnations: $0.key) }
    .sorted { $1.incarnations[0].lexicographicallyPrecedes($0.incarnations[0]) }
  return result
}

struct Outcome {
  var objective: Int64
  var bound: Int64
  var isProven: Bool
  var strategy: String
  var counters: Counters
}

func solve(_ problem: PackingProblem, _ strategy: any Strategy, seconds: Double) throws -> Outcome {
  let instance = CompiledPacking(problem).instance
  return try onSolverThread(stackSize: 256 << 20) { () throws(SolverFailure) in
    var search = Search(instance, limits: Limits(seconds: seconds))
    search.raiseBound(ofCriterion: 0, to: 0, proof: .trivial)
    try strategy.solve(instance, &search)
    return Outcome(
      objective: search.incumbentScore?[1] ?? -1, bound: search.bounds[1] ?? -1, isProven: search.isProven,
      strategy: search.incumbentStrategy, counters: search.counters)
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 2, arguments[0] == "write" {
  print(PackingFormat.mvp(grouped(try readProblem(arguments[1]))), terminator: "")
  exit(0)
}
guard arguments.count > 2, let strategy = Strategies.standard[arguments[0]], let seconds = Double(arguments[1]) else {
  FileHandle.standardError.write(Data("usage: PackingBenchmark STRATEGY SECONDS INSTANCE... | write INSTANCE\n".utf8))
  exit(64)
}
print("instance,objective,bound,status,cpu_seconds,strategy,tree,solves,iterations,columns,cells,nodes")
for path in arguments.dropFirst(2) {
  let start = cpuSeconds()
  let problem = try readProblem(path)
  let outcome = try solve(problem, strategy, seconds: seconds)
  let seconds = String(format: "%.3f", cpuSeconds() - start)
  let (status, counters) = (outcome.isProven ? "proved" : "open", outcome.counters)
  print(
    "\(problem.name),\(outcome.objective),\(outcome.bound),\(status),\(seconds),\(outcome.strategy)",
    counters.treeNodes, counters.solves, counters.iterations, counters.columns, counters.tableCells,
    counters.patternNodes, separator: ",")
  fflush(nil)
}
