import BayplanLP

/// The arc-flow model of bin packing, solved by branch and cut: a bin is a path through the loads that items can build
/// up, largest item first.
///
///     variables   f_a  flow on arc a = (load u, load u + weights of item t);  z_uk  paths that end at u in a bin of type k
///     minimize    sum_uk cost_k z_uk
///     subject to  flow into each load = flow out of it + sum_k z_uk
///                 flow on the arcs of a row's items >= demand of the row
///                 sum_u z_uk <= copies_k
///
/// Independent of column generation, and so its partner in tests. Exact, for instances whose graph is small: one with
/// more than `arcLimit` arcs is refused.
/// Source: Valério de Carvalho 1999; several dimensions, Brandão and Pedroso 2016; several types of bins share one
/// graph as in multiple-choice vector packing.
public struct ArcFlow: Strategy {
  public var arcLimit = 30_000

  public init() {}

  public var name: String { "arc-flow" }
  public var supports: Primitives { [.dimension, .alternatives] }

  public func solve(_ instance: Instance, _ search: inout Search) throws(SolverFailure) {
    search.currentStrategy = name
    guard let criterion = BranchAndPrice().decisiveCriterion(instance, search) else { return }
    guard let graph = ArcFlowGraph(PackingParts(instance, criterion: criterion), arcLimit: arcLimit) else {
      search.degrade("\(name): the graph has more than \(arcLimit) arcs, or there are items without weight")
      return
    }
    var program = try ArcFlowProgram(graph)
    var options = MIPOptions()
    options.limits = search.solveLimits()
    let before = program.iterations
    let status = try program.solve(options)
    search.spend((program.iterations - before) / Search.iterationsPerWork)
    guard status == .optimal || status == .feasible else {
      if status == .infeasible { search.degrade("\(name): not everything can be packed") }
      return
    }
    let assignment = program.assignment()
    guard instance.violation(of: assignment) == nil else {
      throw SolverFailure(.numerical, "the rounded arc flow breaks a rule")
    }
    search.offer(assignment, of: instance)
    if status == .optimal {
      search.raiseBound(
        ofCriterion: criterion, to: assignment.score(instance)[criterion],
        proof: .search("GLPK branch and cut on the arc-flow model"))
    }
  }
}

/// The loads that items build up, from large to small, and the steps between them.
struct ArcFlowGraph {
  let parts: PackingParts
  /// Per load: its content of each dimension. The first is the empty bin.
  private(set) var loads: [[Int64]] = []
  private(set) var arcs: [(from: Int, to: Int, part: Int)] = []

  /// Nil if there are more arcs than allowed.
  init?(_ parts: PackingParts, arcLimit: Int) {
    self.parts = parts
    loads = [Array(repeating: 0, count: parts.dimensions)]
    var index = [loads[0]: 0]
    func size(_ part: Int) -> Double {
      (0..<parts.dimensions).reduce(0.0) {
        $0 + Double(parts.weight(part, $1)) / Double(max(1, parts.capacity(0, $1)))
      }
    }
    let sizes = (0..<parts.partCount).map(size)
    for part in (0..<parts.partCount).sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
      let weights = (0..<parts.dimensions).map { parts.weight(part, $0) }
      // Without weight a copy goes anywhere: a loop would be no step of a path.
      if weights.allSatisfy({ $0 == 0 }) { return nil }
      // From every load of larger items, then on from what this one has led to.
      var front = Array(loads.indices)
      for _ in 0..<parts.demands[parts.rowOfPart[part]] where !front.isEmpty {
        var reached: [Int] = []
        for from in front {
          let sum = zip(loads[from], weights).map(+)
          guard fits(sum) else { continue }
          var to = index[sum]
          if to == nil {
            to = loads.count
            index[sum] = to
            loads.append(sum)
            reached.append(to!)
          }
          arcs.append((from, to!, part))
          if arcs.count > arcLimit { return nil }
        }
        front = reached
      }
    }
  }

  private func fits(_ load: [Int64]) -> Bool { (0..<parts.binCount).contains { fits(load, $0) } }

  func fits(_ load: [Int64], _ bin: Int) -> Bool {
    load.indices.allSatisfy { load[$0] <= parts.capacity(bin, $0) }
  }
}

private struct ArcFlowProgram: ~Copyable {
  let graph: ArcFlowGraph
  private var solver: StandardSolver
  private var arcColumns: [Int] = []
  private var ends: [(load: Int, bin: Int, column: Int)] = []

  init(_ graph: ArcFlowGraph) throws(SolverFailure) {
    self.graph = graph
    var solver = try StandardSolver(.minimize)
    let parts = graph.parts
    var flowRows: [Int32] = []
    // The empty bin is where paths come from.
    for load in graph.loads.indices {
      flowRows.append(load == 0 ? -1 : Int32(try solver.addRow(lower: 0, upper: 0)))
    }
    var demandRows: [Int32] = []
    for demand in parts.demands { demandRows.append(Int32(try solver.addRow(lower: Double(demand), upper: nil))) }
    var binRows: [Int32] = []
    for bin in 0..<parts.binCount {
      binRows.append(Int32(try solver.addRow(lower: nil, upper: Double(parts.copies[bin]))))
    }
    let most = Double(parts.demands.reduce(0, +))
    for arc in graph.arcs {
      var rows = [flowRows[arc.to], demandRows[parts.rowOfPart[arc.part]]]
      var coefficients = [1.0, 1.0]
      if arc.from > 0 {
        rows.append(flowRows[arc.from])
        coefficients.append(-1)
      }
      arcColumns.append(
        try solver.addColumn(cost: 0, lower: 0, upper: most, isInteger: true, rows: rows, coefficients: coefficients))
    }
    for load in graph.loads.indices.dropFirst() {
      for bin in 0..<parts.binCount where graph.fits(graph.loads[load], bin) {
        let column = try solver.addColumn(
          cost: Double(parts.costs[bin]), lower: 0, upper: most, isInteger: true,
          rows: [flowRows[load], binRows[bin]], coefficients: [-1, 1])
        ends.append((load, bin, column))
      }
    }
    self.solver = solver
  }

  mutating func solve(_ options: MIPOptions) throws(SolverFailure) -> SolveStatus {
    try solver.solveInteger(options)
  }

  var iterations: Int { solver.iterations }

  /// The paths of the flow, each followed back from its end, without the copies that are covered more than once.
  func assignment() -> Assignment {
    let parts = graph.parts
    var flow = arcColumns.map { Int(solver.value(of: $0).rounded()) }
    var entering = graph.loads.map { _ in [Int]() }
    for (index, arc) in graph.arcs.enumerated() where flow[index] > 0 { entering[arc.to].append(index) }
    var left = parts.demands
    var copies = Array(repeating: 0, count: parts.binCount)
    var loads: [BinLoad] = []
    for (end, bin, column) in ends {
      for _ in 0..<max(0, Int(solver.value(of: column).rounded())) {
        var counts: [Int: Int] = [:]
        var load = end
        while load != 0, let arc = entering[load].first(where: { flow[$0] > 0 }) {
          flow[arc] -= 1
          load = graph.arcs[arc].from
          let row = parts.rowOfPart[graph.arcs[arc].part]
          if left[row] > 0 {
            left[row] -= 1
            counts[graph.arcs[arc].part, default: 0] += 1
          }
        }
        if counts.isEmpty { continue }
        let pattern = Pattern(counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        loads.append(BinLoad(binType: bin, copy: copies[bin], pattern: pattern))
        copies[bin] += 1
      }
    }
    return Assignment(loads: loads)
  }
}
