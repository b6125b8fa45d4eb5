import BayplanModel

extension PackingFormat {
  /// A problem as `.mvp` text, which holds every problem and is read by VPSolver too. Complexity: O(length).
  public static func mvp(_ problem: PackingProblem) -> String {
    func line(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: " ") }
    var lines = [line([Int64(problem.dimensions)]), line([Int64(problem.binTypes.count)])]
    for type in problem.binTypes { lines.append(line(type.capacity + [type.cost, Int64(type.copies ?? -1)])) }
    lines.append(line([Int64(problem.rows.count)]))
    for row in problem.rows {
      lines.append(line([Int64(row.incarnations.count), Int64(row.demand)]))
      lines += row.incarnations.map(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
