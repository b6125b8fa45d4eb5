import BayplanModel

/// A class of instances: parameters, and how an instance is drawn from a seed.
public struct InstanceClass<Instance: Sendable>: Sendable {
  /// The spelling on the command line.
  public let name: String
  /// One line.
  public let summary: String
  /// Where it is described.
  public let source: String
  public let parameters: [InstanceParameter]
  /// The last is what the instance is called.
  private let draw: @Sendable (InstanceValues, inout SeededGenerator, String) throws(InputError) -> Instance

  init(
    _ name: String, _ summary: String, source: String, parameters: [InstanceParameter],
    draw: @escaping @Sendable (InstanceValues, inout SeededGenerator, String) throws(InputError) -> Instance
  ) {
    self.name = name
    self.summary = summary
    self.source = source
    self.parameters = parameters
    self.draw = draw
  }

  /// Draws an instance: the same values and seed give the same instance anywhere.
  ///
  /// - Parameter values: By the names of parameters; those left out have their standard value.
  /// - Throws: `InputError` that names the parameter: an unknown one, a value out of its range, values that contradict
  ///   each other.
  public func make(_ values: [String: Int64] = [:], seed: UInt64) throws(InputError) -> Instance {
    var faults: [InputError.Problem] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        faults.append(
          .init(
            .invalidValue, object: "parameter \(name)", "\(self.name) has no such parameter",
            fix: "There are: \(parameters.map(\.name).joined(separator: ", "))."))
        continue
      }
      if !parameter.range.contains(value) {
        faults.append(
          .init(
            .invalidValue, object: "parameter \(name)",
            "\(value) is not within \(parameter.range.lowerBound) and \(parameter.range.upperBound)"))
      }
    }
    if !faults.isEmpty { throw InputError(faults) }
    let complete = parameters.map { ($0.name, values[$0.name] ?? $0.standard) }
    var random = SeededGenerator(seed)
    return try draw(
      InstanceValues(byName: Dictionary(uniqueKeysWithValues: complete)), &random, instanceName(values, seed: seed))
  }

  /// What the instance of some values and a seed is called.
  public func instanceName(_ values: [String: Int64], seed: UInt64) -> String {
    let label = parameters.map { String(values[$0.name] ?? $0.standard) }.joined(separator: "-")
    return "\(name)-\(label)-\(seed)"
  }

  /// - Throws: `InputError` with the names there are.
  static func named(_ name: String, in classes: [Self]) throws(InputError) -> Self {
    if let found = classes.first(where: { $0.name == name }) { return found }
    throw .noClass(name, among: classes.map(\.name))
  }
}

extension InputError {
  public static func noClass(_ name: String, among names: [String]) -> InputError {
    InputError(
      .unreadable, object: "class \(name)", "there is no such class of instances",
      fix: "There are: \(names.joined(separator: ", ")).")
  }
}

/// An integer that a class of instances takes.
public struct InstanceParameter: Sendable, Hashable {
  public let name: String
  public let summary: String
  public let standard: Int64
  public let range: ClosedRange<Int64>

  init(_ name: String, _ summary: String, _ standard: Int64, in range: ClosedRange<Int64>) {
    self.name = name
    self.summary = summary
    self.standard = standard
    self.range = range
  }
}

/// A value for every parameter of a class.
struct InstanceValues {
  fileprivate var byName: [String: Int64]
  subscript(name: String) -> Int64 { byName[name]! }
  func count(_ name: String) -> Int { Int(self[name]) }

  /// The range between two parameters.
  func range(_ first: String, _ last: String) throws(InputError) -> ClosedRange<Int64> {
    guard self[first] <= self[last] else {
      throw InputError(
        .invalidValue, object: "parameter \(last)", "it is \(self[last]), less than \(first), which is \(self[first])")
    }
    return self[first]...self[last]
  }

  /// A parameter that may be at most another.
  func check(_ name: String, atMost other: String) throws(InputError) {
    _ = try range(name, other)
  }

  func check(_ name: String, isMultipleOf divisor: Int64) throws(InputError) {
    guard self[name] % divisor == 0 else {
      throw InputError(
        .invalidValue, object: "parameter \(name)", "it is \(self[name]), no multiple of \(divisor)",
        fix: "Maybe \(self[name] / divisor * divisor + divisor).")
    }
  }
}
