import BayplanModel

/// An abstract packing problem as an instance: equal rows become one item type.
public struct CompiledPacking: Sendable {
  public let problem: PackingProblem
  public let instance: Instance
  /// The rows of each item type.
  public let rows: [[Int]]

  /// The criteria of every abstract problem: everything packed, then least cost.
  public static let criteria: [Criterion] = [.unplaced(priority: 0), .cost]

  /// - Precondition: one incarnation per row.
  public init(_ problem: PackingProblem) {
    self.problem = problem
    var index: [[Int64]: Int] = [:]
    var rows: [[Int]] = []
    var demands: [Int] = []
    var weights: [Int64] = []
    for (number, row) in problem.rows.enumerated() where row.demand > 0 {
      let content = row.incarnations[0]
      if let known = index[content] {
        rows[known].append(number)
        demands[known] += row.demand
      } else {
        index[content] = rows.count
        rows.append([number])
        demands.append(row.demand)
        weights += content
      }
    }
    self.rows = rows
    let total = demands.reduce(0, +)
    instance = Instance(
      dimensions: (0..<problem.dimensions).map { Resource("dimension-\($0 + 1)") },
      itemTypes: demands.map { Instance.ItemType(demand: $0, omissionScore: Score([1, 0])) },
      binTypes: problem.binTypes.map {
        Instance.BinType(copies: $0.copies ?? total, openingScore: Score([0, $0.cost]), isElastic: true)
      },
      weights: weights, capacities: problem.binTypes.flatMap(\.capacity),
      eligibility: Array(repeating: true, count: rows.count * problem.binTypes.count), criteria: Self.criteria,
      baseScore: .zero(2))
  }
}
