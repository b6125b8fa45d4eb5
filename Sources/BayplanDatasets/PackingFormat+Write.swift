import BayplanModel

extension PackingFormat {
  /// A problem as text that `read` takes, and the tools the format comes from. Complexity: O(length).
  ///
  /// - Throws: `InputError` where the format cannot hold it: BPP has one dimension, and both BPP and vbp one type of
  ///   bins at a cost of 1, any number of them, and no choices.
  public func text(_ problem: PackingProblem) throws(InputError) -> String {
    switch self {
    case .mvp: return Self.mvp(problem)
    case .bpp, .vbp:
      guard problem.binTypes.count == 1, problem.binTypes[0].cost == 1, problem.binTypes[0].copies == nil,
        problem.rows.allSatisfy({ $0.incarnations.count == 1 }), self == .vbp || problem.dimensions == 1
      else {
        throw InputError(
          .unsupported, object: problem.name, "it cannot be written as \(rawValue)",
          fix: "The format mvp holds every instance\(problem.binTypes.count == 1 ? ", vbp several dimensions" : "").")
      }
    }
    let capacity = problem.binTypes[0].capacity
    if self == .vbp {
      let head = [[Int64(problem.dimensions)], capacity, [Int64(problem.rows.count)]]
      return Self.lines(head + problem.rows.map { $0.incarnations[0] + [Int64($0.demand)] })
    }
    // With a demand somewhere it is the format of cutting stock.
    let isCuttingStock = problem.rows.contains { $0.demand != 1 }
    return Self.lines(
      [[Int64(problem.rows.count)], capacity]
        + problem.rows.map { $0.incarnations[0] + (isCuttingStock ? [Int64($0.demand)] : []) })
  }

  /// A problem as `.mvp` text, which holds every problem and is read by VPSolver too. Complexity: O(length).
  public static func mvp(_ problem: PackingProblem) -> String {
    var lines = [[Int64(problem.dimensions)], [Int64(problem.binTypes.count)]]
    for type in problem.binTypes { lines.append(type.capacity + [type.cost, Int64(type.copies ?? -1)]) }
    lines.append([Int64(problem.rows.count)])
    for row in problem.rows {
      lines.append([Int64(row.incarnations.count), Int64(row.demand)])
      lines += row.incarnations
    }
    return Self.lines(lines)
  }

  private static func lines(_ lines: [[Int64]]) -> String {
    lines.map { $0.map(String.init).joined(separator: " ") + "\n" }.joined()
  }
}
