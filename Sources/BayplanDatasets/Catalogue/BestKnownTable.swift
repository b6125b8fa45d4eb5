import BayplanModel

/// Bounds on the optima of a collection's instances.
///
///     instances,values
///     CL_1_25_{1..10},6 7 7 7 7 7 7 7 7 7/8
///
/// A line names several instances (see `BraceExpansion`) and gives as many values: the optimum, or `lower bound/best
/// known value`, either of which may be missing.
struct BestKnownTable: Sendable {
  struct Bounds: Sendable, Hashable {
    var lowerBound: Int64?
    var value: Int64?
  }

  private(set) var values: [String: Bounds] = [:]

  /// - Throws: `InputError` with the line.
  init(_ text: String, file: String) throws(InputError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where index > 0 && !line.isEmpty {
      let location = SourceLocation(file: file, line: index + 1)
      guard let comma = line.lastIndex(of: ",") else {
        throw InputError(.syntax, at: location, "there is no comma")
      }
      let pattern = line[..<comma].filter { $0 != "\"" }
      let names = BraceExpansion.names(pattern)
      let numbers = line[line.index(after: comma)...].split(separator: " ")
      guard names.count == numbers.count else {
        throw InputError(.missing, at: location, "\(names.count) instances have \(numbers.count) values")
      }
      for (name, number) in zip(names, numbers) {
        guard let bounds = Self.bounds(number) else {
          throw InputError(.invalidValue, at: location, "the value of \(name) is '\(number)'")
        }
        guard values.updateValue(bounds, forKey: name) == nil else {
          throw InputError(.duplicate, at: location, "\(name) stands twice")
        }
      }
    }
  }

  private static func bounds(_ text: Substring) -> Bounds? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1 { return Int64(parts[0]).map { Bounds(lowerBound: $0, value: $0) } }
    guard parts.count == 2 else { return nil }
    let bounds = Bounds(lowerBound: Int64(parts[0]), value: Int64(parts[1]))
    let isWhole = zip(parts, [bounds.lowerBound, bounds.value]).allSatisfy { $0.isEmpty || $1 != nil }
    return isWhole && (bounds.lowerBound ?? 0) <= (bounds.value ?? .max) ? bounds : nil
  }
}
